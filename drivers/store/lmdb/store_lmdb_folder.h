/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The folder of a store: made, checked and locked.
 */

#pragma once

#include <stddef.h>

struct store_lmdb_folder {
	int fd;
	int lock_fd; /**< Holds the lock as long as it is open. */
};

/**
 * Make the folder with mode 0700 when absent, refuse one that others may use, lock it.
 *
 * @return 0; -EPERM others may use it, or it belongs to another user; -EBUSY another process, or
 *         another handle of this one, has it; -errno of the system.  *why tells on failure.
 */
int store_lmdb_folder_open(
		struct store_lmdb_folder *f, const char *path, char *why, size_t why_size);
void store_lmdb_folder_close(struct store_lmdb_folder *f);
