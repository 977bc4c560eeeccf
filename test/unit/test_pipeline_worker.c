/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <unistd.h>

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

static void
send_changes(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct harness_register r = harness_register_default(1);

		r.xtr = (uint8_t)i;
		r.eid = i;
		harness_register_send(&h, &r);
	}
}

static bool
was_rung(void)
{
	uint64_t n;

	return read(h.signals.doorbell, &n, sizeof(n)) == sizeof(n);
}

static void
doorbell_rings_only_for_one_who_sleeps(void)
{
	struct harness_register r = harness_register_default(9);

	send_changes(3);
	pipeline_worker_poll(h.worker);
	CU_ASSERT_FALSE(was_rung());
	h.signals.sleeps = 1;
	pipeline_worker_poll(h.worker); /* nothing new */
	CU_ASSERT_FALSE(was_rung());
	harness_register_send(&h, &r);
	pipeline_worker_poll(h.worker);
	CU_ASSERT_TRUE(was_rung());
	h.signals.sleeps = 0;
	harness_turn(&h);
}

static void
what_the_control_core_gave_back_is_answered_at_the_end(void)
{
	struct pipeline_stats rise;

	send_changes(100);
	harness_receive(&h);
	control_finish(h.control);
	pipeline_worker_finish(h.worker);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], 100);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 100);
}

static void
what_nobody_took_is_counted_as_stopped(void)
{
	unsigned int all_free = harness_device_free();
	struct pipeline_stats rise;

	send_changes(100);
	harness_receive(&h);
	pipeline_worker_finish(h.worker);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_STOPPED], 100);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
	CU_ASSERT_EQUAL(harness_device_free(), all_free);
}

static void
answers_the_port_does_not_take_are_counted(void)
{
	unsigned int all_free = harness_device_free();
	unsigned int sent = 0, taken;
	struct pipeline_stats st;

	for (unsigned int round = 0; round < 12; round++) {
		for (unsigned int i = 0; i < 100; i++) {
			struct harness_register r = harness_register_default(1 + sent++);

			r.key_id = HARNESS_KEY_RECENT;
			harness_register_send(&h, &r);
		}
		harness_turn(&h);
	}
	pipeline_stats_get(h.worker, &st);
	taken = harness_lab_flush(&h);
	CU_ASSERT_EQUAL(st.notified, sent);
	CU_ASSERT_TRUE(st.tx_dropped > 0);
	CU_ASSERT_EQUAL(taken + st.tx_dropped, sent);
	CU_ASSERT_EQUAL(harness_device_free(), all_free);
}

static void
stopped_loop_ends(void)
{
	struct pipeline_stats st;

	send_changes(1);
	pipeline_worker_stop(h.worker);
	CU_ASSERT_EQUAL(pipeline_worker_run(h.worker), 0);
	pipeline_stats_get(h.worker, &st);
	CU_ASSERT_EQUAL(st.received, 0);
}

static void
ring_below_two_bursts_is_refused(void)
{
	struct pipeline_params p = { .queues = &h.queue,
		.n_queues = 1,
		.assoc = h.assoc,
		.mapdb = h.mapdb,
		.auth = h.auth,
		.rcu = h.rcu,
		.ring_size = 2 * PIPELINE_BURST_MAX - 1,
		.max_sites = 1 };

	CU_ASSERT_PTR_NULL(pipeline_worker_create(&p));
	CU_ASSERT_EQUAL(errno, EINVAL);
}

static CU_TestInfo worker_tests[] = {
	{ "doorbell rings only for one who sleeps", doorbell_rings_only_for_one_who_sleeps },
	{ "what the control core gave back is answered at the end",
			what_the_control_core_gave_back_is_answered_at_the_end },
	{ "what nobody took is counted as stopped", what_nobody_took_is_counted_as_stopped },
	{ "answers the port does not take are counted",
			answers_the_port_does_not_take_are_counted },
	{ "stopped loop ends", stopped_loop_ends },
	{ "ring below two bursts is refused", ring_below_two_bursts_is_refused },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_worker", NULL, NULL, setup, teardown, worker_tests },
	CU_SUITE_INFO_NULL,
};
