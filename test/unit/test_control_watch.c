/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "base_log.h"
#include "control_priv.h"
#include "harness_lab.h"

static struct harness h;
static struct harness_lab lab;
static char lines[8][256];
static unsigned int n_lines;

static void
keep_line(enum base_log_level level, const char *room, const char *line)
{
	(void)level, (void)room;
	if (n_lines < 8)
		snprintf(lines[n_lines], sizeof(lines[0]), "%s", line);
	n_lines++;
}

static void
setup(void)
{
	harness_lab_init(&lab);
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
	h.control->p.log_interval_s = 10;
	n_lines = 0;
	base_log_set_sink(keep_line);
}

static void
teardown(void)
{
	base_log_set_sink(NULL);
	harness_close(&h);
}

static void
pass(unsigned int seconds)
{
	for (unsigned int i = 0; i < seconds; i++) {
		harness_now_ns += BASE_NS_PER_S;
		control_watch_tick(h.control, harness_now_ns);
	}
}

/* One line an interval and reason, however many packets; and none when nothing rises. */
static void
drops_that_rise_are_logged_once_an_interval(void)
{
	struct harness_register r = harness_register_default(1);

	r.forged = true;
	for (unsigned int i = 0; i < 500; i++)
		harness_register_do(&h, &r);
	CU_ASSERT_EQUAL(n_lines, 0);
	pass(10);
	CU_ASSERT_EQUAL(n_lines, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(lines[0], "auth-fail"));
	CU_ASSERT_PTR_NOT_NULL(strstr(lines[0], "500"));
	CU_ASSERT_PTR_NOT_NULL(strstr(lines[0], "10.99.0.2"));
	pass(30);
	CU_ASSERT_EQUAL(n_lines, 1);
	r.key_id = 99;
	harness_register_do(&h, &r);
	r.key_id = HARNESS_KEY_STRICT;
	harness_register_do(&h, &r);
	pass(10);
	CU_ASSERT_EQUAL(n_lines, 3);
}

static void
samples_are_a_second_apart(void)
{
	for (unsigned int i = 0; i < 15; i++) {
		struct harness_register r = harness_register_default(1 + i);

		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
		pass(1);
	}
	CU_ASSERT_EQUAL(h.control->samples[0].sum.received, 15);
	CU_ASSERT_EQUAL(h.control->samples[CONTROL_RATE_SPAN].sum.received, 15 - CONTROL_RATE_SPAN);
	CU_ASSERT_EQUAL(h.control->samples[0].when_ns -
					h.control->samples[CONTROL_RATE_SPAN].when_ns,
			CONTROL_RATE_SPAN * BASE_NS_PER_S);
}

static CU_TestInfo watch_tests[] = {
	{ "drops that rise are logged once an interval",
			drops_that_rise_are_logged_once_an_interval },
	{ "samples are a second apart", samples_are_a_second_apart },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_watch", NULL, NULL, setup, teardown, watch_tests },
	CU_SUITE_INFO_NULL,
};
