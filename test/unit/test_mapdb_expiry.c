/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_mapdb_util.h"

static void
register_nth(struct mapdb *db, unsigned int i)
{
	struct lisp_eid e = eid_of("10.0.0.0/32");
	struct message m = { .len = 0 };

	e.octets[2] = (uint8_t)(i >> 8);
	e.octets[3] = (uint8_t)i;
	message_add_eid(&m, &e, 1440, 1, 1);
	apply_ok(db, i % 10, &m);
}

static void
registration_ends_within_a_second_after_its_expiry(void)
{
	struct fixture f = fixture_open(16);

	register_one(f.db, 7, "10.1.0.0/16", 1440, 1);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 179), 0);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 1);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 2), 1);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 0);
	CU_ASSERT_EQUAL(stats_of(f.db).n_expired, 1);
	fixture_close(&f);
}

static void
expired_mapping_is_not_given_out_before_it_is_swept(void)
{
	struct fixture f = fixture_open(16);
	struct lisp_eid e = eid_of("10.1.0.0/16"), host = eid_of("10.1.2.3/32");
	struct mapdb_view v;

	register_one(f.db, 8, "10.0.0.0/8", 1440, 1);
	register_one(f.db, 9, "10.1.0.0/16", 1440, 1);
	test_now_ns += 100 * SECOND;
	register_one(f.db, 8, "10.0.0.0/8", 1440, 2);
	register_one(f.db, 7, "10.1.0.0/16", 1440, 1);
	CU_ASSERT_TRUE(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_TRUE(v.more);
	test_now_ns += 80 * SECOND;
	CU_ASSERT_TRUE(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_FALSE(v.more);
	CU_ASSERT_FALSE(mapdb_older(f.db, &v));
	register_one(f.db, 8, "10.0.0.0/8", 1440, 3);
	test_now_ns += 100 * SECOND;
	CU_ASSERT_FALSE(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_TRUE(mapdb_lookup_longest(f.db, &host, &v));
	CU_ASSERT_EQUAL(v.eid.mask_len, 8);
	CU_ASSERT_TRUE(mapdb_next(f.db, NULL, &v));
	CU_ASSERT_EQUAL(v.eid.mask_len, 8);
	CU_ASSERT_FALSE(mapdb_next(f.db, &v.eid, &v));
	fixture_close(&f);
}

static void
budget_bounds_a_sweep_and_the_next_goes_on(void)
{
	struct fixture f = fixture_open(1000);

	for (unsigned int i = 0; i < 1000; i++)
		register_nth(f.db, i);
	test_now_ns += 200 * SECOND;
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns, 0), 0);
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns, 300), 300);
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns, 300), 300);
	CU_ASSERT_EQUAL(stats_of(f.db).n_registrations, 400);
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns, 1000), 400);
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns, 1000), 0);
	fixture_close(&f);
}

static void
pause_longer_than_the_wheel_is_caught_up_with(void)
{
	struct fixture f = fixture_open(100);

	for (unsigned int i = 0; i < 100; i++) {
		register_nth(f.db, i);
		test_now_ns += SECOND;
	}
	test_now_ns += 100000 * SECOND;
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns, 1000), 100);
	register_nth(f.db, 1);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 181), 1);
	fixture_close(&f);
}

/* Up to 24 hours may be configured: more than the wheel has slots. */
static void
lifetime_longer_than_the_wheel_is_kept(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of("10.1.0.0/16", 1440, 1);
	struct mapdb_statement s = { .registrant = 7,
		.records = m.octets,
		.records_len = m.len,
		.n_records = 1,
		.accepted = { 1 },
		.lifetime_ms = 86400000 };
	struct mapdb_result res;

	CU_ASSERT_EQUAL(mapdb_apply(f.db, &s, test_now_ns, &res), 0);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 86399), 0);
	CU_ASSERT_EQUAL(who(f.db, "10.1.0.0/16"), 7);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 2), 1);
	fixture_close(&f);
}

static void
refreshed_registrations_do_not_hold_back_those_that_are_due(void)
{
	struct fixture f = fixture_open(1000);
	struct message m[100];
	unsigned int n_ended = 0;

	for (unsigned int i = 0; i < 100; i++) {
		char text[32];

		snprintf(text, sizeof(text), "10.1.%u.0/24", i);
		m[i] = message_of(text, 1440, 1);
		apply_ok(f.db, i, &m[i]);
		if (i % 10 == 0)
			register_nth(f.db, i);
	}
	test_now_ns += 100 * SECOND;
	for (unsigned int i = 0; i < 100; i++)
		CU_ASSERT_TRUE(refresh(f.db, i, &m[i]));
	test_now_ns += 82 * SECOND;
	for (unsigned int i = 0; i < 20; i++)
		n_ended += mapdb_expire(f.db, test_now_ns, 1);
	CU_ASSERT_EQUAL(n_ended, 10);
	CU_ASSERT_EQUAL(stats_of(f.db).n_registrations, 100);
	fixture_close(&f);
}

static void
time_that_seems_to_go_back_is_harmless(void)
{
	struct fixture f = fixture_open(16);

	register_one(f.db, 7, "10.1.0.0/16", 1440, 1);
	pass_seconds(f.db, 10);
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns - 9 * SECOND, 1000), 0);
	test_now_ns -= 9 * SECOND;
	register_one(f.db, 8, "10.2.0.0/16", 1440, 1);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 181), 2);
	fixture_close(&f);
}

static CU_TestInfo expiry_tests[] = {
	{ "registration ends within a second after its expiry",
			registration_ends_within_a_second_after_its_expiry },
	{ "expired mapping is not given out before it is swept",
			expired_mapping_is_not_given_out_before_it_is_swept },
	{ "budget bounds a sweep and the next goes on",
			budget_bounds_a_sweep_and_the_next_goes_on },
	{ "pause longer than the wheel is caught up with",
			pause_longer_than_the_wheel_is_caught_up_with },
	{ "lifetime longer than the wheel is kept", lifetime_longer_than_the_wheel_is_kept },
	{ "refreshed registrations do not hold back those that are due",
			refreshed_registrations_do_not_hold_back_those_that_are_due },
	{ "time that seems to go back is harmless", time_that_seems_to_go_back_is_harmless },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "mapdb_expiry", NULL, NULL, NULL, NULL, expiry_tests },
	CU_SUITE_INFO_NULL,
};
