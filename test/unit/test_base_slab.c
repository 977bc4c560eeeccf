/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include <CUnit/CUnit.h>

#include "base_slab.h"

static void
objects_are_zeroed_apart_and_never_move(void)
{
	struct base_slab s;
	uint8_t *at[10];

	CU_ASSERT_EQUAL_FATAL(base_slab_init(&s, 24, 10), 0);
	for (unsigned int i = 0; i < 10; i++) {
		uint32_t n = base_slab_alloc(&s);

		CU_ASSERT_NOT_EQUAL_FATAL(n, BASE_SLAB_NONE);
		at[i] = base_slab_at(&s, n);
		for (unsigned int k = 0; k < 24; k++)
			CU_ASSERT_EQUAL(at[i][k], 0);
		memset(at[i], 0xa0 + (int)i, 24);
	}
	for (unsigned int i = 0; i < 10; i++)
		for (unsigned int k = 0; k < 24; k++)
			CU_ASSERT_EQUAL(at[i][k], 0xa0 + i);
	base_slab_fini(&s);
}

static void
full_slab_says_so_and_takes_back(void)
{
	struct base_slab s;
	uint32_t n;

	CU_ASSERT_EQUAL_FATAL(base_slab_init(&s, 4, 3), 0);
	CU_ASSERT_EQUAL(base_slab_room(&s), 3);
	base_slab_alloc(&s);
	n = base_slab_alloc(&s);
	base_slab_alloc(&s);
	CU_ASSERT_EQUAL(base_slab_room(&s), 0);
	CU_ASSERT_EQUAL(base_slab_alloc(&s), BASE_SLAB_NONE);
	base_slab_free(&s, n);
	CU_ASSERT_EQUAL(base_slab_room(&s), 1);
	CU_ASSERT_EQUAL(base_slab_alloc(&s), n);
	CU_ASSERT_EQUAL(base_slab_alloc(&s), BASE_SLAB_NONE);
	base_slab_fini(&s);
}

static void
freed_object_is_wiped_and_comes_back_zeroed(void)
{
	struct base_slab s;
	uint32_t n;
	uint8_t *at;

	CU_ASSERT_EQUAL_FATAL(base_slab_init(&s, 64, 2), 0);
	n = base_slab_alloc(&s);
	at = base_slab_at(&s, n);
	memset(at, 0x55, 64);
	base_slab_free(&s, n);
	for (unsigned int k = 4; k < 64; k++) /* the first four link the free ones */
		CU_ASSERT_EQUAL(at[k], 0);
	CU_ASSERT_EQUAL(base_slab_alloc(&s), n);
	for (unsigned int k = 0; k < 64; k++)
		CU_ASSERT_EQUAL(at[k], 0);
	base_slab_fini(&s);
}

static void
memory_is_counted_as_it_is_touched(void)
{
	struct base_slab s;

	CU_ASSERT_EQUAL_FATAL(base_slab_init(&s, 32, 1000000), 0);
	CU_ASSERT_EQUAL(base_slab_bytes(&s), 0);
	base_slab_free(&s, base_slab_alloc(&s));
	base_slab_alloc(&s);
	CU_ASSERT_EQUAL(base_slab_bytes(&s), 32);
	base_slab_alloc(&s);
	CU_ASSERT_EQUAL(base_slab_bytes(&s), 64);
	base_slab_fini(&s);
}

static void
objects_are_aligned_to_what_divides_their_size(void)
{
	struct base_slab s;

	CU_ASSERT_EQUAL_FATAL(base_slab_init(&s, 64, 10), 0);
	for (unsigned int i = 0; i < 10; i++)
		CU_ASSERT_EQUAL((uintptr_t)base_slab_at(&s, base_slab_alloc(&s)) % 64, 0);
	base_slab_fini(&s);
}

static void
slab_of_nothing_and_no_slab_are_fine(void)
{
	struct base_slab s, none = { 0 };

	CU_ASSERT_EQUAL_FATAL(base_slab_init(&s, 16, 0), 0);
	CU_ASSERT_EQUAL(base_slab_alloc(&s), BASE_SLAB_NONE);
	base_slab_fini(&s);
	base_slab_fini(&none);
}

static CU_TestInfo slab_tests[] = {
	{ "objects are zeroed, apart and never move", objects_are_zeroed_apart_and_never_move },
	{ "full slab says so and takes back", full_slab_says_so_and_takes_back },
	{ "freed object is wiped and comes back zeroed",
			freed_object_is_wiped_and_comes_back_zeroed },
	{ "memory is counted as it is touched", memory_is_counted_as_it_is_touched },
	{ "objects are aligned to what divides their size",
			objects_are_aligned_to_what_divides_their_size },
	{ "slab of nothing and no slab are fine", slab_of_nothing_and_no_slab_are_fine },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "base_slab", NULL, NULL, NULL, NULL, slab_tests },
	CU_SUITE_INFO_NULL,
};
