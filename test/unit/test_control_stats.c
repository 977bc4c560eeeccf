/* SPDX-License-Identifier: BSD-3-Clause */

#include <CUnit/CUnit.h>

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

/* A number by its path of at most two names; -1 when there is none. */
static json_int_t
number(const json_t *stats, const char *name, const char *inner)
{
	const json_t *v = json_object_get(stats, name);

	if (inner != NULL)
		v = json_object_get(v, inner);
	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static void
totals_add_up(void)
{
	struct harness_register r = harness_register_default(1);
	static const uint8_t junk[32] = { 0x30 };
	json_int_t drops = 0;
	const char *word;
	json_t *stats, *n;

	r.n_records = 4;
	harness_register_do(&h, &r);
	r.key_id = HARNESS_KEY_RECENT;
	r.eid = 100;
	harness_register_do(&h, &r);
	r.nonce++;
	harness_register_do(&h, &r);
	harness_register_do(&h, &r);
	r.nonce++;
	r.forged = true;
	harness_register_do(&h, &r);
	harness_send(&h, junk, sizeof(junk));
	harness_turn(&h);

	stats = control_stats_json(h.control);
	CU_ASSERT_EQUAL(number(stats, "received", NULL), 6);
	CU_ASSERT_EQUAL(number(stats, "accepted", NULL), 3);
	CU_ASSERT_EQUAL(number(stats, "records", NULL), 12);
	CU_ASSERT_EQUAL(number(stats, "refreshed", NULL), 1);
	CU_ASSERT_EQUAL(number(stats, "handed-over", NULL), 2);
	CU_ASSERT_EQUAL(number(stats, "eid-prefixes", NULL), 8);
	CU_ASSERT_EQUAL(number(stats, "answers", "map-notify"), 3);
	CU_ASSERT_EQUAL(number(stats, "answers", "arp"), 0);
	CU_ASSERT_EQUAL(number(stats, "drops", "replay"), 1);
	CU_ASSERT_EQUAL(number(stats, "drops", "auth-fail"), 1);
	CU_ASSERT_EQUAL(number(stats, "unaccounted", NULL), 0);
	json_object_foreach(json_object_get(stats, "drops"), word, n)
		drops += json_integer_value(n);
	CU_ASSERT_EQUAL(drops, 3);
	json_decref(stats);
}

static void
what_is_in_hand_is_unaccounted_until_it_ends(void)
{
	struct harness_register r = harness_register_default(1);
	json_t *stats;

	harness_register_send(&h, &r);
	pipeline_worker_poll(h.worker);
	stats = control_stats_json(h.control);
	CU_ASSERT_EQUAL(number(stats, "received", NULL), 1);
	CU_ASSERT_EQUAL(number(stats, "unaccounted", NULL), 1);
	json_decref(stats);
	harness_turn(&h);
	stats = control_stats_json(h.control);
	CU_ASSERT_EQUAL(number(stats, "unaccounted", NULL), 0);
	json_decref(stats);
}

static CU_TestInfo stats_tests[] = {
	{ "totals add up", totals_add_up },
	{ "what is in hand is unaccounted until it ends",
			what_is_in_hand_is_unaccounted_until_it_ends },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_stats", NULL, NULL, setup, teardown, stats_tests },
	CU_SUITE_INFO_NULL,
};
