/* SPDX-License-Identifier: BSD-3-Clause */

/* One suite, run over every store driver that was built. */

#include "test_store.h"

#include <errno.h>

#define DRIVERS_MAX 8

CU_SuiteInfo test_suites[DRIVERS_MAX + 1];

static int
pick_driver(void)
{
	const char *name = CU_get_current_suite()->pName;

	for (unsigned int i = 0; drivers_store[i] != NULL; i++)
		if (strcmp(drivers_store[i]->name, name) == 0)
			driver_now = drivers_store[i];
	return 0;
}

/* Past the room: what an older or newer program, or damage, would have left in the store. */
static void
put_raw(const void *key, size_t key_len, const void *value, size_t value_len)
{
	const struct store_driver *d = driver_now;
	void *handle;

	CU_ASSERT_EQUAL_FATAL(d->open(folder, 0, &handle, why, sizeof(why)), 0);
	CU_ASSERT_EQUAL(d->put(handle, (struct store_octets){ key, key_len },
					(struct store_octets){ value, value_len }),
			0);
	CU_ASSERT_EQUAL(d->commit(handle), 0);
	d->close(handle);
}

static void
reopen_keeps_what_was_committed(void)
{
	struct store *s = open_store();
	struct seen seen;

	put(s, 1, 1, 9, 0);
	put(s, 2, 0, 0, UINT64_MAX);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	store_close(s);

	s = open_store();
	seen = look(s);
	CU_ASSERT_EQUAL(seen.count, 2);
	CU_ASSERT_TRUE(has(&seen, 1, 1, 9, 0));
	CU_ASSERT_TRUE(has(&seen, 2, 0, 0, UINT64_MAX));
	store_close(s);
}

static void
close_drops_what_was_not_committed(void)
{
	struct store *s = open_store();
	struct seen seen;

	put(s, 1, 1, 9, 5);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	put(s, 1, 1, 9, 6);
	put(s, 3, 1, 9, 1);
	store_close(s);

	s = open_store();
	seen = look(s);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_TRUE(has(&seen, 1, 1, 9, 5));
	store_close(s);
}

static void
last_put_of_a_batch_wins(void)
{
	struct store *s = open_store();
	struct seen seen;

	put(s, 1, 1, 9, 8);
	put(s, 1, 1, 9, 7);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	seen = look(s);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_TRUE(has(&seen, 1, 1, 9, 7));
	store_close(s);
}

static void
spaces_and_xtr_ids_stand_apart(void)
{
	struct store *s = open_store();
	struct seen seen;

	put(s, 1, 0, 0, 10);
	put(s, 1, 1, 0, 11); /* xTR-ID of zeros is not the same as none */
	put(s, 1, 1, 1, 12);
	put(s, 2, 0, 0, 13);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	seen = look(s);
	CU_ASSERT_EQUAL(seen.count, 4);
	CU_ASSERT_TRUE(has(&seen, 1, 0, 0, 10));
	CU_ASSERT_TRUE(has(&seen, 1, 1, 0, 11));
	CU_ASSERT_TRUE(has(&seen, 1, 1, 1, 12));
	CU_ASSERT_TRUE(has(&seen, 2, 0, 0, 13));
	store_close(s);
}

static void
uncommitted_is_not_seen(void)
{
	struct store *s = open_store();

	put(s, 1, 1, 9, 8);
	CU_ASSERT_EQUAL(look(s).count, 0);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	CU_ASSERT_EQUAL(look(s).count, 1);
	store_close(s);
}

static void
del_removes_and_forgives_the_absent(void)
{
	struct store *s = open_store();
	struct store_nonce n = make_nonce(1, 1, 9, 0);
	struct seen seen;

	put(s, 1, 1, 9, 8);
	put(s, 2, 1, 9, 8);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	CU_ASSERT_EQUAL(store_nonce_del(s, &n), 0);
	CU_ASSERT_EQUAL(store_nonce_del(s, &n), 0);
	CU_ASSERT_EQUAL(look(s).count, 2);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	seen = look(s);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_TRUE(has(&seen, 2, 1, 9, 8));
	store_close(s);
}

static void
empty_commit_is_fine(void)
{
	struct store *s = open_store();

	CU_ASSERT_EQUAL(store_commit(s), 0);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	store_close(s);
	store_close(NULL);
}

static void
each_stops_when_told(void)
{
	struct store *s = open_store();
	struct seen seen = { .stop_at = 2 };

	for (uint8_t i = 0; i < 5; i++)
		put(s, i, 0, 0, i);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	CU_ASSERT_EQUAL(store_nonce_each(s, see, &seen), 77);
	CU_ASSERT_EQUAL(seen.count, 2);
	store_close(s);
}

static void
fingerprint_key_stays_and_is_the_stores_own(void)
{
	uint8_t first[32];
	struct store *s = open_store();

	memcpy(first, store_fingerprint_key(s), sizeof(first));
	store_close(s);
	s = open_store();
	CU_ASSERT_EQUAL(memcmp(first, store_fingerprint_key(s), sizeof(first)), 0);
	store_close(s);

	strcat(folder, "-two");
	s = open_store();
	CU_ASSERT_NOT_EQUAL(memcmp(first, store_fingerprint_key(s), sizeof(first)), 0);
	store_close(s);
}

static void
newer_version_is_refused(void)
{
	static const uint8_t newer[33 + 4] = { 2 };
	struct store *s;

	store_close(open_store());
	put_raw("m", 1, newer, sizeof(newer));
	CU_ASSERT_EQUAL(open_sized(&s, 0), -EBADMSG);
	CU_ASSERT_PTR_NULL(s);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "version 2"));
}

static void
damaged_meta_record_is_refused(void)
{
	static const uint8_t zero[33];
	struct store *s;

	put_raw("m", 1, "\1short", 6);
	CU_ASSERT_EQUAL(open_sized(&s, 0), -EBADMSG);
	put_raw("m", 1, zero, sizeof(zero));
	CU_ASSERT_EQUAL(open_sized(&s, 0), -EBADMSG);
	CU_ASSERT_NOT_EQUAL(why[0], '\0');
}

static void
store_of_another_program_is_refused(void)
{
	struct store *s;

	put_raw("colour", 6, "blue", 4);
	CU_ASSERT_EQUAL(open_sized(&s, 0), -EBADMSG);
	CU_ASSERT_NOT_EQUAL(why[0], '\0');
}

static void
damaged_nonce_record_is_reported(void)
{
	static const uint8_t key[34] = { 'n' };
	static const uint8_t of_version_2[9] = { 2 };
	struct seen seen = { .count = 0 };
	struct store *s;

	store_close(open_store());
	put_raw(key, sizeof(key), "\1\0\0", 3);
	s = open_store();
	CU_ASSERT_EQUAL(store_nonce_each(s, see, &seen), -EBADMSG);
	store_close(s);
	put_raw(key, sizeof(key), of_version_2, sizeof(of_version_2));
	s = open_store();
	CU_ASSERT_EQUAL(store_nonce_each(s, see, &seen), -EBADMSG);
	CU_ASSERT_EQUAL(seen.count, 0);
	store_close(s);
}

static void
unknown_driver_is_named(void)
{
	struct store_params p = { .drivers = drivers_store, .driver = "paper", .path = folder };
	struct store *s;

	CU_ASSERT_EQUAL(store_open(&p, &s, why, sizeof(why)), -ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "paper"));
}

static CU_TestInfo store_tests[] = {
	{ "reopen keeps what was committed", reopen_keeps_what_was_committed },
	{ "close drops what was not committed", close_drops_what_was_not_committed },
	{ "last put of a batch wins", last_put_of_a_batch_wins },
	{ "spaces and xTR-IDs stand apart", spaces_and_xtr_ids_stand_apart },
	{ "uncommitted is not seen", uncommitted_is_not_seen },
	{ "del removes, and forgives the absent", del_removes_and_forgives_the_absent },
	{ "empty commit is fine", empty_commit_is_fine },
	{ "each stops when told", each_stops_when_told },
	{ "fingerprint key stays and is the store's own",
			fingerprint_key_stays_and_is_the_stores_own },
	{ "newer version is refused", newer_version_is_refused },
	{ "damaged meta record is refused", damaged_meta_record_is_refused },
	{ "store of another program is refused", store_of_another_program_is_refused },
	{ "damaged nonce record is reported", damaged_nonce_record_is_reported },
	{ "unknown driver is named", unknown_driver_is_named },
	CU_TEST_INFO_NULL,
};

/* The drivers are known only once linked; CUnit wants an array. */
__attribute__((constructor)) static void
make_suites(void)
{
	if (drivers_store[0] == NULL) {
		fprintf(stderr, "no store driver was built: skipped\n");
		exit(77);
	}
	for (unsigned int i = 0; i < DRIVERS_MAX && drivers_store[i] != NULL; i++)
		test_suites[i] = (CU_SuiteInfo){
			.pName = drivers_store[i]->name,
			.pInitFunc = pick_driver,
			.pSetUpFunc = make_base,
			.pTearDownFunc = remove_base,
			.pTests = store_tests,
		};
}
