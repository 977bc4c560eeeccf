/* SPDX-License-Identifier: BSD-3-Clause */

#include <CUnit/CUnit.h>

#include "harness_lab.h"
#include "harness_sign.h"

static struct harness h;
static struct harness_lab lab, other; /* as opened, and as reloaded */

static void
setup(void)
{
	harness_lab_init(&lab);
	harness_lab_init(&other);
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
}

static void
teardown(void)
{
	harness_close(&h);
}

/* Accepted by the control core; the sites change before the worker takes it back. @return answers */
static unsigned int
answers_over_reload(void)
{
	struct harness_register r = harness_register_default(1);
	struct pipeline_stats rise;

	harness_register_send(&h, &r);
	pipeline_worker_poll(h.worker);
	CU_ASSERT_EQUAL(control_step(h.control), 1);
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), 0);
	pipeline_worker_poll(h.worker);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], 1);
	CU_ASSERT_EQUAL(rise.records, 1);
	return (unsigned int)rise.notified;
}

static void
key_that_stayed_signs_the_answer(void)
{
	uint8_t notify[HARNESS_FRAME_MAX];
	int len;

	other.site.max_eids++;
	CU_ASSERT_EQUAL(answers_over_reload(), 1);
	len = harness_answer(&h, NULL, notify);
	CU_ASSERT_TRUE_FATAL(len > 0);
	CU_ASSERT_TRUE(harness_sign_ok(
			notify, (size_t)len, lab.keys[0].secret, lab.keys[0].secret_len));
}

static void
no_other_key_signs_the_answer(void)
{
	unsigned int all_free = harness_device_free();

	other.keys[0].secret = (const uint8_t *)"another secret";
	other.keys[0].secret_len = 14;
	CU_ASSERT_EQUAL(answers_over_reload(), 0);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
	CU_ASSERT_EQUAL(harness_device_free(), all_free);
}

static void
key_that_is_gone_answers_nothing(void)
{
	other.site.keys = &other.keys[1];
	other.site.n_keys = 2;
	CU_ASSERT_EQUAL(answers_over_reload(), 0);
}

static void
site_that_is_gone_answers_nothing(void)
{
	other.site.name = "elsewhere";
	CU_ASSERT_EQUAL(answers_over_reload(), 0);
}

static CU_TestInfo done_tests[] = {
	{ "key that stayed signs the answer", key_that_stayed_signs_the_answer },
	{ "no other key signs the answer", no_other_key_signs_the_answer },
	{ "key that is gone answers nothing", key_that_is_gone_answers_nothing },
	{ "site that is gone answers nothing", site_that_is_gone_answers_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_done", NULL, NULL, setup, teardown, done_tests },
	CU_SUITE_INFO_NULL,
};
