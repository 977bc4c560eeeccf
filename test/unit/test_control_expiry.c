/* SPDX-License-Identifier: BSD-3-Clause */

#include <CUnit/CUnit.h>

#include "control_priv.h"
#include "harness_lab.h"

static struct harness h;
static struct harness_lab lab;

static void
setup(void)
{
	harness_lab_init(&lab);
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
}

static void
teardown(void)
{
	harness_close(&h);
}

/* Let time pass, looking every second as the control core does. */
static void
pass(unsigned int seconds)
{
	for (unsigned int i = 0; i < seconds; i++) {
		harness_now_ns += BASE_NS_PER_S;
		control_expiry_tick(h.control, harness_now_ns);
	}
}

static uint32_t
n_eids(void)
{
	struct mapdb_stats db;

	mapdb_stats_get(h.mapdb, &db);
	return db.n_eids;
}

static void
registration_ends_after_its_lifetime(void)
{
	struct harness_register r = harness_register_default(1);

	r.n_records = 5;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	pass(59);
	CU_ASSERT_TRUE(harness_lab_has(&h, 4));
	pass(2);
	CU_ASSERT_FALSE(harness_lab_has(&h, 4));
	CU_ASSERT_EQUAL(n_eids(), 0);
}

static void
refresh_moves_the_end(void)
{
	for (uint8_t key = HARNESS_KEY_STRICT; key <= HARNESS_KEY_OFF; key++) {
		struct harness_register r = harness_register_default(1);

		r.key_id = key;
		for (unsigned int i = 0; i < 10; i++) {
			CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
			r.nonce++;
			pass(50);
			CU_ASSERT_TRUE(harness_lab_has(&h, 0));
			harness_lab_flush(&h);
		}
		pass(11);
		CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	}
	CU_ASSERT_EQUAL(n_eids(), 0);
}

static void
refresh_that_comes_too_late_is_a_change(void)
{
	struct harness_register r = harness_register_default(1);
	struct pipeline_stats rise;

	r.key_id = HARNESS_KEY_RECENT;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	/* Over, and the control core has not looked yet; then it has. */
	for (unsigned int looked = 0; looked < 2; looked++) {
		harness_now_ns += 61 * BASE_NS_PER_S;
		if (looked == 1)
			pass(1);
		CU_ASSERT_FALSE(harness_lab_has(&h, 0));
		r.nonce++;
		harness_register_send(&h, &r);
		harness_turn(&h);
		CU_ASSERT_TRUE(harness_rise(&h, &rise));
		CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], 1);
		CU_ASSERT_EQUAL(rise.refreshed, 0);
		CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	}
}

/* (T bit) Record TTL is in minutes, and is the lifetime. */
static void
t_bit_makes_the_record_ttl_the_lifetime(void)
{
	struct harness_register r = harness_register_default(1);

	r.flags |= LISP_REG_T;
	r.ttl_min = 3;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	pass(179);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	pass(2);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	/* Up to the longest that was configured, here a day. */
	r.nonce++;
	r.ttl_min = 1000000;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	pass(23 * 3600);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	pass(3601);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
}

static void
older_registrant_takes_over(void)
{
	struct harness_register a = harness_register_default(1), b = a;
	struct mapdb_stats db;

	b.xtr++;
	CU_ASSERT_EQUAL(harness_register_do(&h, &b), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(harness_register_do(&h, &a), PIPELINE_REGISTERED);
	pass(40);
	b.nonce++;
	CU_ASSERT_EQUAL(harness_register_do(&h, &b), PIPELINE_REGISTERED);
	pass(30);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	mapdb_stats_get(h.mapdb, &db);
	CU_ASSERT_EQUAL(db.n_mappings, 1);
	pass(31);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
}

static void
nonces_outlive_their_registrations(void)
{
	struct harness_register r = harness_register_default(9);

	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	pass(1000);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REPLAY);
}

static CU_TestInfo expiry_tests[] = {
	{ "registration ends after its lifetime", registration_ends_after_its_lifetime },
	{ "refresh moves the end", refresh_moves_the_end },
	{ "refresh that comes too late is a change", refresh_that_comes_too_late_is_a_change },
	{ "T bit makes the Record TTL the lifetime", t_bit_makes_the_record_ttl_the_lifetime },
	{ "older registrant takes over", older_registrant_takes_over },
	{ "nonces outlive their registrations", nonces_outlive_their_registrations },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_expiry", NULL, NULL, setup, teardown, expiry_tests },
	CU_SUITE_INFO_NULL,
};
