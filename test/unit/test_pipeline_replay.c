/* SPDX-License-Identifier: BSD-3-Clause */

#include <CUnit/CUnit.h>

#include "base_clock.h"
#include "harness_lab.h"

static struct harness h;
static struct harness_lab lab;

static void
setup(void)
{
	harness_lab_init(&lab);
	/* Room for a burst of changes; another burst's worth is held back for refreshes. */
	harness_lab_open(&h, &lab, (struct harness_options){ .ring_size = 2 * PIPELINE_BURST_MAX });
}

static void
teardown(void)
{
	harness_close(&h);
}

static enum pipeline_verdict
verdict_of(uint8_t key_id, uint64_t nonce)
{
	struct harness_register r = harness_register_default(nonce);
	enum pipeline_verdict v;

	r.key_id = key_id;
	v = harness_register_do(&h, &r);
	harness_lab_flush(&h);
	return v;
}

static void
strict_nonces_must_grow(void)
{
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 0), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 0), PIPELINE_REPLAY);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 9), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 8), PIPELINE_REPLAY);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 9), PIPELINE_REPLAY);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, UINT64_MAX), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 10), PIPELINE_REPLAY);
}

static void
recent_nonces_may_fall_but_not_repeat(void)
{
	for (uint64_t n = 100; n > 100 - ASSOC_RECENT_MAX; n--)
		CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_RECENT, n), PIPELINE_REGISTERED);
	for (uint64_t n = 100; n > 100 - ASSOC_RECENT_MAX; n--)
		CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_RECENT, n), PIPELINE_REPLAY);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_RECENT, 1000), PIPELINE_REGISTERED);
	/* The oldest one had to go. */
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_RECENT, 100), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_RECENT, 98), PIPELINE_REPLAY);
}

static void
policy_off_refuses_only_an_early_copy(void)
{
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_OFF, 5), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_OFF, 5), PIPELINE_REPLAY);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_OFF, 4), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_OFF, 5), PIPELINE_REGISTERED);
	harness_now_ns += BASE_NS_PER_S - 1;
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_OFF, 5), PIPELINE_REPLAY);
	harness_now_ns += 1;
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_OFF, 5), PIPELINE_REGISTERED);
}

/* Of two copies in one burst one counts, whether their association is new or not. */
static void
copies_in_one_burst_count_once(void)
{
	for (uint8_t key = HARNESS_KEY_STRICT; key <= HARNESS_KEY_OFF; key++) {
		for (uint64_t nonce = 50; nonce < 53; nonce++) {
			struct harness_register r = harness_register_default(nonce);
			struct pipeline_stats rise;

			r.key_id = key;
			for (unsigned int i = 0; i < 5; i++)
				harness_register_send(&h, &r);
			harness_turn(&h);
			CU_ASSERT_TRUE(harness_rise(&h, &rise));
			CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], 1);
			CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REPLAY], 4);
			CU_ASSERT_EQUAL(harness_lab_flush(&h), 1);
		}
	}
}

static void
forged_message_moves_nothing(void)
{
	struct harness_register r = harness_register_default(5);

	r.forged = true;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_AUTH_FAIL);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), -1);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 5), PIPELINE_REGISTERED);
	r.nonce = 1000;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_AUTH_FAIL);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), 5);
	/* The cheapest drop comes first: no MAC is computed for an old nonce. */
	r.nonce = 5;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REPLAY);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 6), PIPELINE_REGISTERED);
}

/* Put first messages of xTRs on the ring; the control core does not look. */
static void
fill_ring(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct harness_register r = harness_register_default(1);

		r.xtr = (uint8_t)(0x80 + i);
		r.eid = 1000 + i;
		harness_register_send(&h, &r);
	}
	CU_ASSERT_EQUAL(pipeline_worker_poll(h.worker), n);
}

static void
full_ring_is_busy_and_takes_no_nonce(void)
{
	struct harness_register known = harness_register_default(7), r;
	struct pipeline_stats rise;

	known.key_id = HARNESS_KEY_RECENT;
	known.eid = 500;
	CU_ASSERT_EQUAL(harness_register_do(&h, &known), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(verdict_of(HARNESS_KEY_STRICT, 7), PIPELINE_REGISTERED);
	harness_lab_flush(&h);
	fill_ring(PIPELINE_BURST_MAX);

	/* A change of an association that is there, a strict message, and a new association. */
	r = known;
	r.nonce = 8;
	r.ttl_min = 5;
	harness_register_send(&h, &r);
	r = harness_register_default(8);
	harness_register_send(&h, &r);
	r.xtr++;
	harness_register_send(&h, &r);
	/* And a refresh, which needs no room. */
	known.nonce = 9;
	harness_register_send(&h, &known);
	pipeline_worker_poll(h.worker);

	CU_ASSERT_FALSE(harness_rise(&h, &rise)); /* the ring's are in hand */
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_BUSY], 3);
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], 1);
	CU_ASSERT_EQUAL(rise.refreshed, 1);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), -1);
	r.xtr--;
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), 7);

	harness_turn(&h);
	harness_rise(&h, &rise);
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], PIPELINE_BURST_MAX);
	harness_lab_flush(&h);

	/* Nothing was lost: the same messages pass now. */
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	r = known;
	r.nonce = 8;
	r.ttl_min = 5;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
}

/* A burst's worth of the ring is not for messages that are known to be changes. */
static void
changes_leave_room_for_a_burst(void)
{
	struct pipeline_stats rise;

	fill_ring(PIPELINE_BURST_MAX - 4);
	for (unsigned int i = 0; i < 10; i++) {
		struct harness_register r = harness_register_default(1);

		r.xtr = (uint8_t)i;
		harness_register_send(&h, &r);
	}
	pipeline_worker_poll(h.worker);
	harness_rise(&h, &rise);
	CU_ASSERT_EQUAL(rise.handed_over, PIPELINE_BURST_MAX);
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_BUSY], 6);
	harness_turn(&h);
}

static CU_TestInfo replay_tests[] = {
	{ "strict nonces must grow", strict_nonces_must_grow },
	{ "recent nonces may fall but not repeat", recent_nonces_may_fall_but_not_repeat },
	{ "policy off refuses only an early copy", policy_off_refuses_only_an_early_copy },
	{ "copies in one burst count once", copies_in_one_burst_count_once },
	{ "forged message moves nothing", forged_message_moves_nothing },
	{ "full ring is busy and takes no nonce", full_ring_is_busy_and_takes_no_nonce },
	{ "changes leave room for a burst", changes_leave_room_for_a_burst },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_replay", NULL, NULL, setup, teardown, replay_tests },
	CU_SUITE_INFO_NULL,
};
