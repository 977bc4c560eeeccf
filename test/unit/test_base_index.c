/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <CUnit/CUnit.h>

#include "base_hash.h"
#include "base_index.h"

/* Keys of the objects: object n has key keys[n]. */
static int
key_equal(const void *table, uint32_t number, const void *key)
{
	const uint64_t *keys = table;

	return keys[number] == *(const uint64_t *)key;
}

static uint64_t
hash_of(uint64_t key)
{
	static const struct base_hash_seed seed = { { 0x243f6a8885a308d3, 0x13198a2e03707344,
			0xa4093822299f31d0, 0x082efa98ec4e6c89 } };
	uint64_t words[3] = { key, ~key, 7 };

	return base_hash24(words, &seed);
}

static uint32_t
find(const struct base_index *x, const uint64_t *keys, uint64_t key)
{
	return base_index_find(x, hash_of(key), key_equal, keys, &key);
}

static void
what_was_added_is_found_until_it_is_deleted(void)
{
	static const uint64_t keys[] = { 10, 20, 30 };
	struct base_index x;

	CU_ASSERT_EQUAL_FATAL(base_index_init(&x, 100), 0);
	CU_ASSERT_EQUAL(find(&x, keys, 10), BASE_INDEX_NONE);
	for (uint32_t i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(base_index_add(&x, hash_of(keys[i]), i), 0);
	CU_ASSERT_EQUAL(x.n_entries, 3);
	for (uint32_t i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(find(&x, keys, keys[i]), i);
	CU_ASSERT_EQUAL(find(&x, keys, 40), BASE_INDEX_NONE);
	CU_ASSERT_EQUAL(base_index_del(&x, hash_of(20), 1), 0);
	CU_ASSERT_EQUAL(find(&x, keys, 20), BASE_INDEX_NONE);
	CU_ASSERT_EQUAL(find(&x, keys, 30), 2);
	CU_ASSERT_EQUAL(base_index_del(&x, hash_of(20), 1), -ENOENT);
	CU_ASSERT_EQUAL(base_index_del(&x, hash_of(30), 1), -ENOENT);
	CU_ASSERT_EQUAL(x.n_entries, 2);
	base_index_fini(&x);
}

/* Equal hashes: the key decides, and the two buckets bound how many there can be. */
static void
equal_hashes_fill_two_buckets_and_no_more(void)
{
	enum {
		N = 2 * BASE_INDEX_WAYS
	};
	uint64_t keys[N + 1];
	struct base_index x;

	CU_ASSERT_EQUAL_FATAL(base_index_init(&x, 1000), 0);
	for (uint32_t i = 0; i <= N; i++)
		keys[i] = i;
	for (uint32_t i = 0; i < N; i++)
		CU_ASSERT_EQUAL(base_index_add(&x, 12345, i), 0);
	CU_ASSERT_EQUAL(base_index_add(&x, 12345, N), -ENOSPC);
	CU_ASSERT_EQUAL(x.n_entries, N);
	for (uint32_t i = 0; i < N; i++)
		CU_ASSERT_EQUAL(base_index_find(&x, 12345, key_equal, keys, &keys[i]), i);
	CU_ASSERT_EQUAL(base_index_del(&x, 12345, 3), 0);
	CU_ASSERT_EQUAL(base_index_add(&x, 12345, N), 0);
	CU_ASSERT_EQUAL(base_index_find(&x, 12345, key_equal, keys, &keys[N]), N);
	CU_ASSERT_EQUAL(base_index_find(&x, 12345, key_equal, keys, &keys[3]), BASE_INDEX_NONE);
	base_index_fini(&x);
}

/* The load is highest where the buckets just suffice. */
static void
index_takes_as_many_as_it_was_made_for(void)
{
	enum {
		N = 349525
	}; /* 65536 buckets, two thirds full */
	uint64_t *keys = malloc(N * sizeof(*keys));
	unsigned int n_failed = 0, n_wrong = 0, n_first = 0;
	struct base_index x;

	CU_ASSERT_PTR_NOT_NULL_FATAL(keys);
	CU_ASSERT_EQUAL_FATAL(base_index_init(&x, N), 0);
	for (uint32_t i = 0; i < N; i++) {
		keys[i] = i * UINT64_C(977);
		n_failed += base_index_add(&x, hash_of(keys[i]), i) < 0;
	}
	CU_ASSERT_TRUE(n_failed <= 2); /* of the very last */
	for (uint32_t i = 0; i < N - 1000; i++) {
		n_wrong += find(&x, keys, keys[i]) != i;
		n_first += base_index_guess(&x, hash_of(keys[i])) == i;
	}
	CU_ASSERT_EQUAL(n_wrong, 0);
	CU_ASSERT_TRUE(n_first > N / 4 * 3);
	CU_ASSERT_EQUAL(base_index_bytes(&x), 65536 * 64);
	base_index_fini(&x);
	free(keys);
}

static void
guesses_find_each_entry_in_one_of_the_buckets(void)
{
	enum {
		N = 40
	};
	struct base_index x;

	CU_ASSERT_EQUAL_FATAL(base_index_init(&x, N), 0);
	CU_ASSERT_EQUAL(base_index_guess(&x, 99), BASE_INDEX_NONE);
	CU_ASSERT_EQUAL(base_index_guess_second(&x, 99), BASE_INDEX_NONE);
	for (uint32_t i = 0; i < N; i++)
		CU_ASSERT_EQUAL(base_index_add(&x, hash_of(i), i), 0);
	for (uint32_t i = 0; i < N; i++)
		CU_ASSERT_TRUE(base_index_guess(&x, hash_of(i)) == i ||
				base_index_guess_second(&x, hash_of(i)) == i);
	base_index_fini(&x);
}

static void
index_of_one_bucket_and_no_index_are_fine(void)
{
	struct base_index x, none = { 0 };

	CU_ASSERT_EQUAL_FATAL(base_index_init(&x, 1), 0);
	for (uint32_t i = 0; i < BASE_INDEX_WAYS; i++)
		CU_ASSERT_EQUAL(base_index_add(&x, hash_of(i), i), 0);
	CU_ASSERT_EQUAL(base_index_add(&x, hash_of(99), 99), -ENOSPC);
	base_index_fini(&x);
	base_index_fini(&none);
}

/* ---- a reader beside the writer ---- */

#define N_STAY  2000 /* entries the writer never touches */
#define N_CHURN 2000 /* entries that come and go among them */

struct reader {
	const struct base_index *x;
	const uint64_t *keys;
	_Atomic(bool) stop;
	_Atomic(uint64_t) n_rounds;
	uint64_t n_wrong;
};

static void *
read_on(void *arg)
{
	struct reader *r = arg;

	for (; !r->stop; r->n_rounds++) {
		for (uint32_t i = 0; i < N_STAY; i++)
			r->n_wrong += find(r->x, r->keys, i) != i;
		for (uint32_t i = N_STAY; i < N_STAY + N_CHURN; i++) {
			uint32_t n = find(r->x, r->keys, i);

			r->n_wrong += n != i && n != BASE_INDEX_NONE;
		}
	}
	return NULL;
}

static void
churn(struct base_index *x, const struct reader *r)
{
	for (unsigned int round = 0; round < 300 || r->n_rounds < 10; round++) {
		for (uint32_t i = N_STAY; i < N_STAY + N_CHURN; i++)
			base_index_add(x, hash_of(i), i);
		for (uint32_t i = N_STAY; i < N_STAY + N_CHURN; i++)
			base_index_del(x, hash_of(i), i);
	}
}

static void
reader_never_misses_what_stays_while_others_come_and_go(void)
{
	static uint64_t keys[N_STAY + N_CHURN];
	struct base_index x;
	struct reader r = { .x = &x, .keys = keys };
	pthread_t thread;

	CU_ASSERT_EQUAL_FATAL(base_index_init(&x, N_STAY + N_CHURN), 0);
	for (uint32_t i = 0; i < N_STAY + N_CHURN; i++)
		keys[i] = i;
	for (uint32_t i = 0; i < N_STAY; i++)
		CU_ASSERT_EQUAL(base_index_add(&x, hash_of(i), i), 0);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, read_on, &r), 0);
	churn(&x, &r);
	r.stop = true;
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(r.n_wrong, 0);
	CU_ASSERT_EQUAL(x.n_entries, N_STAY);
	base_index_fini(&x);
}

static CU_TestInfo index_tests[] = {
	{ "what was added is found until it is deleted",
			what_was_added_is_found_until_it_is_deleted },
	{ "equal hashes fill two buckets and no more", equal_hashes_fill_two_buckets_and_no_more },
	{ "index takes as many as it was made for", index_takes_as_many_as_it_was_made_for },
	{ "guesses find each entry in one of the buckets",
			guesses_find_each_entry_in_one_of_the_buckets },
	{ "index of one bucket and no index are fine", index_of_one_bucket_and_no_index_are_fine },
	{ "reader never misses what stays while others come and go",
			reader_never_misses_what_stays_while_others_come_and_go },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "base_index", NULL, NULL, NULL, NULL, index_tests },
	CU_SUITE_INFO_NULL,
};
