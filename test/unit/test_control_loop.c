/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "base_clock.h"
#include "control_priv.h"
#include "harness_lab.h"

static struct harness h;
static struct harness_lab lab;
static unsigned int n_reloads;

static void
setup(void)
{
	harness_lab_init(&lab);
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
	n_reloads = 0;
}

static void
teardown(void)
{
	harness_close(&h);
}

/* What would keep the loop from sleeping: each look at the clock is a second, and the doorbell
 * rings. */
static uint64_t
hurry(void)
{
	static const uint64_t one = 1;

	(void)!write(h.signals.doorbell, &one, sizeof(one));
	harness_now_ns += BASE_NS_PER_S;
	return harness_now_ns;
}

static void
signal_ends_the_loop(void)
{
	static const int numbers[] = { SIGTERM, SIGINT };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		h.control->stop = false;
		CU_ASSERT_EQUAL(raise(numbers[i]), 0);
		CU_ASSERT_EQUAL(control_run(h.control), 0);
	}
}

static void
duration_ends_the_loop(void)
{
	uint64_t (*before)(void) = base_clock_source;

	h.control->p.duration_s = 5;
	base_clock_source = hurry;
	CU_ASSERT_EQUAL(control_run(h.control), 0);
	base_clock_source = before;
}

static void
idleness_ends_the_loop_when_nothing_is_in_hand(void)
{
	uint64_t (*before)(void) = base_clock_source;
	struct harness_register r = harness_register_default(1);

	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	h.control->p.exit_idle_s = 5;
	base_clock_source = hurry;
	CU_ASSERT_EQUAL(control_run(h.control), 0);
	base_clock_source = before;
}

static int
count_reload(void *arg, char *why, size_t why_size)
{
	(void)arg, (void)why, (void)why_size;
	n_reloads++;
	raise(SIGTERM);
	return 0;
}

static void
sighup_reloads(void)
{
	h.control->p.reload = count_reload;
	CU_ASSERT_EQUAL(raise(SIGHUP), 0);
	CU_ASSERT_EQUAL(control_run(h.control), 0);
	CU_ASSERT_EQUAL(n_reloads, 1);
}

static void
without_a_reload_there_is_nothing_to_reload(void)
{
	char why[128] = "";

	CU_ASSERT_EQUAL(control_reload(h.control, why, sizeof(why)), -ENOTSUP);
	CU_ASSERT_TRUE(why[0] != '\0');
}

static void
finish_leaves_nothing_with_the_control_core(void)
{
	for (unsigned int i = 0; i < 150; i++) {
		struct harness_register r = harness_register_default(1);

		r.xtr = (uint8_t)i;
		r.key_id = (uint8_t)(1 + i % 2);
		harness_register_send(&h, &r);
	}
	harness_receive(&h);
	control_finish(h.control);
	CU_ASSERT_FALSE(pipeline_changes_waiting(h.worker));
	CU_ASSERT_EQUAL(h.control->n_waiting, 0);
	harness_turn(&h);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 150);
}

static CU_TestInfo loop_tests[] = {
	{ "signal ends the loop", signal_ends_the_loop },
	{ "duration ends the loop", duration_ends_the_loop },
	{ "idleness ends the loop when nothing is in hand",
			idleness_ends_the_loop_when_nothing_is_in_hand },
	{ "SIGHUP reloads", sighup_reloads },
	{ "without a reload there is nothing to reload",
			without_a_reload_there_is_nothing_to_reload },
	{ "finish leaves nothing with the control core",
			finish_leaves_nothing_with_the_control_core },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_loop", NULL, NULL, setup, teardown, loop_tests },
	CU_SUITE_INFO_NULL,
};
