/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Keyed hash for tables.  Multiply and fold: not linear, so that authenticated clients who choose
 * their own EIDs and xTR-IDs cannot aim at one bucket without knowing the seed (a CRC could be
 * collapsed to a few buckets).  Not a MAC.
 */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Random per table and start: base_secret_random(). */
struct base_hash_seed {
	uint64_t k[4];
};

static inline uint64_t
base_hash_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 p = (unsigned __int128)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

/** Hash of 24 octets: the length of an EID's hot part, and of xTR-ID with Site-ID. */
static inline uint64_t
base_hash24(const void *p, const struct base_hash_seed *seed)
{
	uint64_t w[3];

	memcpy(w, p, sizeof(w));
	w[0] = base_hash_fold(w[0] ^ seed->k[0], w[1] ^ seed->k[1]);
	w[2] = base_hash_fold(w[2] ^ seed->k[2], w[0] ^ seed->k[3]);
	return base_hash_fold(w[0] ^ w[2], seed->k[1] | 1);
}

/** Hash of any number of octets. */
static inline uint64_t
base_hash(const void *p, size_t len, const struct base_hash_seed *seed)
{
	const uint8_t *at = p;
	uint64_t h = base_hash_fold(len ^ seed->k[0], seed->k[1] | 1);
	uint64_t w[2];

	for (; len > 16; at += 16, len -= 16) {
		memcpy(w, at, 16);
		h = base_hash_fold(w[0] ^ seed->k[2] ^ h, w[1] ^ seed->k[3]) ^ (h >> 29);
	}
	w[0] = w[1] = 0;
	memcpy(w, at, len);
	h = base_hash_fold(w[0] ^ seed->k[2] ^ h, w[1] ^ seed->k[3]) ^ (h >> 29);
	return base_hash_fold(h ^ seed->k[0], seed->k[1] | 1);
}
