/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include <CUnit/CUnit.h>

#include "base_clock.h"
#include "harness_lab.h"
#include "harness_sign.h"

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

static struct harness_register
recent(uint64_t nonce)
{
	struct harness_register r = harness_register_default(nonce);

	r.key_id = HARNESS_KEY_RECENT;
	return r;
}

/* Send r with a nonce of its own and expect it to be accepted. */
static void
expect(struct harness_register *r, unsigned int refreshed, unsigned int records,
		unsigned int answers)
{
	struct pipeline_stats rise;

	r->nonce++;
	harness_register_send(&h, r);
	harness_turn(&h);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], 1);
	CU_ASSERT_EQUAL(rise.refreshed, refreshed);
	CU_ASSERT_EQUAL(rise.handed_over, 1 - refreshed);
	CU_ASSERT_EQUAL(rise.records, records);
	CU_ASSERT_EQUAL(rise.notified, answers);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), answers);
}

static void
expect_change(struct harness_register *r)
{
	expect(r, 0, r->n_records == 0 ? 1 : r->n_records, 1);
}

static void
expect_refresh(struct harness_register *r)
{
	expect(r, 1, r->n_records == 0 ? 1 : r->n_records, 1);
}

static void
repeated_statement_never_leaves_the_worker(void)
{
	struct harness_register r = recent(1);

	r.n_records = 3;
	expect_change(&r);
	expect_refresh(&r);
	expect_refresh(&r);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	CU_ASSERT_TRUE(harness_lab_has(&h, 2));
	CU_ASSERT_FALSE(harness_lab_has(&h, 3));
}

static void
whatever_differs_is_a_change(void)
{
	struct harness_register r = recent(1);

	expect_change(&r);
	r.rloc = 0xcb007102;
	expect_change(&r);
	r.ttl_min = 77;
	expect_change(&r);
	r.flags ^= LISP_REG_P;
	expect_change(&r);
	r.flags ^= LISP_REG_S;
	expect_change(&r);
	r.flags ^= LISP_REG_E;
	expect_change(&r);
	r.n_records = 2;
	expect_change(&r);
	r.n_records = 1;
	expect_change(&r);
	r.no_locators = true;
	expect_change(&r);
	r.xtr++;
	expect_change(&r);
	r.no_trailer = true;
	expect_change(&r);
	r.key_id = HARNESS_KEY_OFF;
	expect_change(&r);
	expect_refresh(&r);
}

/* Newest first; who does not stand first has no digest and goes the long way (DESIGN 3). */
static void
other_xtr_stands_beside(void)
{
	struct harness_register a = recent(1), b = recent(1);
	struct mapdb_stats db;

	b.xtr++;
	b.rloc = 0xcb007102;
	expect_change(&a);
	expect_change(&b);
	expect_refresh(&b);
	expect_change(&a);
	expect_refresh(&a);
	mapdb_stats_get(h.mapdb, &db);
	CU_ASSERT_EQUAL(db.n_eids, 1);
	CU_ASSERT_EQUAL(db.n_mappings, 2);
}

/* The nonce must be on disk first, so the control core sees it each time. */
static void
strict_keys_always_go_the_long_way(void)
{
	struct harness_register r = harness_register_default(1);

	for (unsigned int i = 0; i < 3; i++)
		expect_change(&r);
	CU_ASSERT_EQUAL(harness_lab_saved(&h), 1);
}

static void
without_the_m_bit_there_is_no_answer(void)
{
	struct harness_register r = recent(1);

	r.flags &= ~LISP_REG_M;
	expect(&r, 0, 1, 0);
	expect(&r, 1, 1, 0);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	r.flags |= LISP_REG_M;
	expect_refresh(&r);
}

static void
ttl_zero_removes(void)
{
	struct harness_register r = recent(1);

	r.n_records = 2;
	expect_change(&r);
	r.n_records = 1;
	r.eid = 1;
	r.ttl_min = 0;
	expect_change(&r);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	CU_ASSERT_FALSE(harness_lab_has(&h, 1));
	expect_change(&r);
	r.eid = 0;
	expect_change(&r);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
}

/* (CK-041) Record by record: what is outside the site is left out of table and answer. */
static void
partly_allowed_message_counts_for_what_is_allowed(void)
{
	uint8_t notify[HARNESS_FRAME_MAX];
	struct harness_register r = recent(1);
	struct mapdb_stats db;

	r.n_records = 3;
	r.outside = true;
	for (unsigned int i = 0; i < 2; i++) {
		struct pipeline_stats rise;
		int len;

		r.nonce++;
		harness_register_send(&h, &r);
		harness_turn(&h);
		CU_ASSERT_TRUE(harness_rise(&h, &rise));
		CU_ASSERT_EQUAL(rise.handed_over, 1);
		CU_ASSERT_EQUAL(rise.records, 2);
		len = harness_answer(&h, NULL, notify);
		CU_ASSERT_TRUE_FATAL(len > 0);
		CU_ASSERT_EQUAL(notify[3], 2);
		CU_ASSERT_TRUE(harness_sign_ok(
				notify, (size_t)len, lab.keys[1].secret, lab.keys[1].secret_len));
	}
	mapdb_stats_get(h.mapdb, &db);
	CU_ASSERT_EQUAL(db.n_eids, 2);
}

static void
message_with_nothing_allowed_uses_up_its_nonce(void)
{
	struct harness_register strict;

	for (uint8_t key = HARNESS_KEY_STRICT; key <= HARNESS_KEY_RECENT; key++) {
		struct harness_register r = harness_register_default(5);

		r.key_id = key;
		r.outside = true;
		/* First of its association, then one that the worker knows. */
		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_EID_POLICY);
		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REPLAY);
		r.nonce++;
		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_EID_POLICY);
		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REPLAY);
		CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), 6);
	}
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
	/* The strict one is on disk. */
	strict = harness_register_default(6);
	harness_restart(&h);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &strict), 6);
	CU_ASSERT_EQUAL(harness_lab_saved(&h), 1);
}

/* (CK-047) */
static void
locators_nobody_can_be_reached_at_are_refused(void)
{
	static const uint32_t bad[] = { 0xe0000001, 0x7f000001, 0xffffffff, 0xef010203 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct harness_register r = recent(10 + i);

		r.rloc = bad[i];
		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_BAD_LOCATOR);
		CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	}
}

static void
merge_is_taken_as_replace_and_counted(void)
{
	struct harness_register r = recent(1);
	struct pipeline_stats rise;

	r.flags |= LISP_REG_A;
	harness_register_send(&h, &r);
	harness_turn(&h);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.merge_ignored, 1);
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], 1);
}

/* X, Y, X again in one burst: what was said last holds, though the third looks like a refresh. */
static void
refresh_does_not_overtake_a_change(void)
{
	struct harness_register r = recent(1);
	struct mapdb_view v;
	struct lisp_eid eid = {
		.kind = LISP_EID_IPV4, .mask_len = 32, .len = 4, .octets = { 10, 1 }
	};

	expect_change(&r);
	for (unsigned int apart = 0; apart < 2; apart++) {
		r.nonce++;
		r.ttl_min = 0;
		harness_register_send(&h, &r);
		if (apart == 1)
			pipeline_worker_poll(h.worker);
		r.nonce++;
		r.ttl_min = 1440;
		harness_register_send(&h, &r);
		harness_turn(&h);
		CU_ASSERT_TRUE(mapdb_lookup(h.mapdb, &eid, &v));
		harness_lab_flush(&h);
	}
	/* All came back: refreshes stay with the worker again. */
	CU_ASSERT_TRUE(harness_is_idle(&h));
	harness_verdict(&h);
	expect_refresh(&r);
}

/* Two first messages of a new ETR, the second a change of the first, then the first again. */
static void
refresh_does_not_overtake_the_change_of_a_new_association(void)
{
	struct harness_register r = recent(1);

	harness_register_send(&h, &r);
	r.nonce++;
	r.ttl_min = 0;
	harness_register_send(&h, &r);
	r.nonce++;
	r.ttl_min = 1440;
	harness_register_send(&h, &r);
	harness_turn(&h);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	harness_lab_flush(&h);
	harness_verdict(&h);
	expect_refresh(&r);
}

static CU_TestInfo register_tests[] = {
	{ "repeated statement never leaves the worker",
			repeated_statement_never_leaves_the_worker },
	{ "whatever differs is a change", whatever_differs_is_a_change },
	{ "other xTR stands beside", other_xtr_stands_beside },
	{ "strict keys always go the long way", strict_keys_always_go_the_long_way },
	{ "without the M bit there is no answer", without_the_m_bit_there_is_no_answer },
	{ "TTL 0 removes", ttl_zero_removes },
	{ "partly allowed message counts for what is allowed",
			partly_allowed_message_counts_for_what_is_allowed },
	{ "message with nothing allowed uses up its nonce",
			message_with_nothing_allowed_uses_up_its_nonce },
	{ "locators nobody can be reached at are refused",
			locators_nobody_can_be_reached_at_are_refused },
	{ "merge is taken as replace and counted", merge_is_taken_as_replace_and_counted },
	{ "refresh does not overtake a change", refresh_does_not_overtake_a_change },
	{ "refresh does not overtake the change of a new association",
			refresh_does_not_overtake_the_change_of_a_new_association },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_register", NULL, NULL, setup, teardown, register_tests },
	CU_SUITE_INFO_NULL,
};
