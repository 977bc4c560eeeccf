/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Index: from a 64-bit hash to numbers of objects (of a slab), one cache line a look.
 *
 * A bucket is 64 octets: eight 16-bit tags and eight 32-bit numbers.  A hash has two buckets; an
 * entry never moves, so a reader that finds nothing in both may trust it.  The caller compares
 * keys: a candidate whose tag agrees need not be the right one.
 *
 * Threads.  One writer adds and deletes; any number of readers look, without lock.  A reader may
 * see a number that is being deleted: the object behind it must stay readable until all readers
 * are done (RCU), and the key comparison decides.
 */

#pragma once

#include <emmintrin.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define BASE_INDEX_NONE UINT32_MAX
#define BASE_INDEX_WAYS 8

struct base_index_bucket {
	_Atomic(uint16_t) tag[BASE_INDEX_WAYS]; /* 0: free */
	_Atomic(uint32_t) number[BASE_INDEX_WAYS];
	uint8_t spare[16];
} __attribute__((aligned(64)));

/** Open for the inline readers only. */
struct base_index {
	struct base_index_bucket *buckets;
	uint64_t mask; /* buckets - 1 */
	uint32_t n_entries;
};

/**
 * @param n_max  Entries expected at most; buckets are provided for a load of two thirds at most.
 * @return 0 or -ENOMEM.
 */
int base_index_init(struct base_index *x, uint32_t n_max);
void base_index_fini(struct base_index *x); /**< All zero is fine. */

/**
 * Add a number under a hash.  The object must be complete: readers see it at once.
 *
 * @return 0; -ENOSPC when both buckets are full (nothing has changed).
 */
int base_index_add(struct base_index *x, uint64_t hash, uint32_t number);

/** Delete a number under its hash. @return 0, or -ENOENT. */
int base_index_del(struct base_index *x, uint64_t hash, uint32_t number);

/** Octets of memory of the buckets. */
size_t base_index_bytes(const struct base_index *x);

static inline uint16_t
base_index_tag(uint64_t hash)
{
	return (uint16_t)(hash >> 48) | 1;
}

static inline struct base_index_bucket *
base_index_first(const struct base_index *x, uint64_t hash)
{
	return &x->buckets[hash & x->mask];
}

static inline struct base_index_bucket *
base_index_second(const struct base_index *x, uint64_t hash)
{
	/* Another linear map of the same bits, never the same bucket unless there is only one. */
	return &x->buckets[(hash ^ (((hash >> 24) & 0xffffff) * 2 + 1)) & x->mask];
}

/** Bring the first bucket of a hash towards the core. */
static inline void
base_index_prefetch(const struct base_index *x, uint64_t hash)
{
	__builtin_prefetch(base_index_first(x, hash));
}

/** Bit i is set when way i of the bucket carries the tag. */
static inline unsigned int
base_index_match(const struct base_index_bucket *b, uint16_t tag)
{
	__m128i tags = _mm_load_si128((const __m128i *)(uintptr_t)b->tag);
	__m128i hit = _mm_cmpeq_epi16(tags, _mm_set1_epi16((short)tag));

	return (unsigned int)_mm_movemask_epi8(_mm_packs_epi16(hit, _mm_setzero_si128()));
}

/** First candidate in the first bucket, for prefetching its object; BASE_INDEX_NONE without. */
static inline uint32_t
base_index_guess(const struct base_index *x, uint64_t hash)
{
	const struct base_index_bucket *b = base_index_first(x, hash);
	unsigned int m = base_index_match(b, base_index_tag(hash));

	if (m == 0)
		return BASE_INDEX_NONE;
	return atomic_load_explicit(&b->number[__builtin_ctz(m)], memory_order_acquire);
}

/** The same of the second bucket, for a hash that base_index_guess() knows nothing of. */
static inline uint32_t
base_index_guess_second(const struct base_index *x, uint64_t hash)
{
	const struct base_index_bucket *b = base_index_second(x, hash);
	unsigned int m = base_index_match(b, base_index_tag(hash));

	if (m == 0)
		return BASE_INDEX_NONE;
	return atomic_load_explicit(&b->number[__builtin_ctz(m)], memory_order_acquire);
}

/** Is object number the one with this key?  Must be pure; inlined where it is constant. */
typedef int (*base_index_equal)(const void *table, uint32_t number, const void *key);

static inline uint32_t
base_index_find_in(const struct base_index_bucket *b, uint16_t tag, base_index_equal equal,
		const void *table, const void *key)
{
	for (unsigned int m = base_index_match(b, tag); m != 0; m &= m - 1) {
		uint32_t n = atomic_load_explicit(
				&b->number[__builtin_ctz(m)], memory_order_acquire);

		if (equal(table, n, key))
			return n;
	}
	return BASE_INDEX_NONE;
}

/** Number of the object with this key, or BASE_INDEX_NONE. */
static inline uint32_t
base_index_find(const struct base_index *x, uint64_t hash, base_index_equal equal,
		const void *table, const void *key)
{
	uint16_t tag = base_index_tag(hash);
	uint32_t n = base_index_find_in(base_index_first(x, hash), tag, equal, table, key);

	if (n != BASE_INDEX_NONE)
		return n;
	return base_index_find_in(base_index_second(x, hash), tag, equal, table, key);
}
