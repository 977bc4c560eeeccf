/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Address space for big tables: reserved whole, given memory page by page as it is touched.
 */

#pragma once

#include <stddef.h>

/**
 * Map len octets of zeros, huge pages advised when len is at least 2 MiB.  Not dumped into cores.
 *
 * @return NULL with errno set on failure.
 */
void *base_mem_map(size_t len);
void base_mem_unmap(void *p, size_t len); /**< NULL is fine. */
