/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Secret memory: wipe, compare in constant time, random octets, and secret files.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Overwrite with zeros; the compiler does not take it away. */
void base_secret_wipe(void *p, size_t len);

/** Are two strings of len octets equal? Time does not depend on where they differ. */
bool base_secret_equal(const void *a, const void *b, size_t len);

/** Fill with octets from the system's random source; blocks at most early after boot; never fails. */
void base_secret_random(void *p, size_t len);

/**
 * Read a secret file: one line, "text:" and ASCII octets used as they are, or "hex:" and pairs of
 * hex digits.  The file must be a regular file that only its owner can read or write.
 *
 * @param path      File.
 * @param[out] buf  The secret; wiped on failure.
 * @param size      Room in buf, octets.
 * @param[out] len  Octets of the secret, at least 1.
 * @param[out] why  Sentence about a failure; never holds any of the secret.
 * @return 0; -EPERM others may read it, or it is owned by another user; -EINVAL not of that form;
 *         -EOVERFLOW longer than size; -errno of the system.
 */
int base_secret_load(const char *path, uint8_t *buf, size_t size, size_t *len, char *why,
		size_t why_size);
