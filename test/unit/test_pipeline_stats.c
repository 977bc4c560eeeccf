/* SPDX-License-Identifier: BSD-3-Clause */

#include <ctype.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "base_clock.h"
#include "harness_lab.h"

static void
every_verdict_has_a_word_of_its_own(void)
{
	for (unsigned int a = 0; a < PIPELINE_VERDICT_COUNT; a++) {
		const char *word = pipeline_verdict_word((enum pipeline_verdict)a);

		/* pipeline_malformed() never gives this one: there is PIPELINE_MALFORMED_TYPE. */
		if (a == (unsigned int)PIPELINE_MALFORMED + LISP_ERR_TYPE - 1)
			continue;
		CU_ASSERT_TRUE(word[0] != '\0');
		CU_ASSERT_TRUE(pipeline_verdict_text((enum pipeline_verdict)a)[0] != '\0');
		for (const char *at = word; *at != '\0'; at++)
			CU_ASSERT_TRUE(islower(*at) || *at == '-' || *at == ':');
		for (unsigned int b = 0; b < a; b++)
			CU_ASSERT_NOT_EQUAL(
					strcmp(word,
							pipeline_verdict_word(
									(enum pipeline_verdict)b)),
					0);
	}
	CU_ASSERT_STRING_EQUAL(pipeline_verdict_word(PIPELINE_VERDICT_COUNT), "unknown");
	CU_ASSERT_STRING_EQUAL(pipeline_stage_word(PIPELINE_STAGE_VERIFY), "verify");
	CU_ASSERT_STRING_EQUAL(pipeline_stage_word(PIPELINE_STAGE_COUNT), "unknown");
}

static void
parse_errors_have_verdicts(void)
{
	CU_ASSERT_STRING_EQUAL(pipeline_verdict_word(pipeline_malformed(LISP_ERR_TRUNCATED)),
			"malformed:truncated");
	CU_ASSERT_STRING_EQUAL(
			pipeline_verdict_word(pipeline_malformed(LISP_ERR_TYPE)), "malformed:type");
	CU_ASSERT_STRING_EQUAL(pipeline_verdict_word(pipeline_malformed(LISP_ERR_SECURITY)),
			"malformed:security");
}

/* Why does my xTR not show up: the last failure of its site, from whom, and whether to believe it. */
static void
last_failure_and_success_are_remembered(void)
{
	struct harness_register r = harness_register_default(77);
	struct lisp_ip peer = harness_peer_ip(4);
	struct harness_lab lab;
	struct pipeline_seen s;
	struct harness h;

	harness_lab_init(&lab);
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
	pipeline_seen_success(h.worker, 0, &s);
	CU_ASSERT_EQUAL(s.when_ns, 0);
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	pipeline_seen_success(h.worker, 0, &s);
	CU_ASSERT_EQUAL(s.when_ns, harness_now_ns);
	CU_ASSERT_EQUAL(s.count, 1);
	CU_ASSERT_EQUAL(s.nonce, 77);
	CU_ASSERT_EQUAL(s.key_id, HARNESS_KEY_STRICT);
	CU_ASSERT_TRUE(s.authenticated);
	CU_ASSERT_TRUE(lisp_ip_equal(&s.from, &peer));
	CU_ASSERT_EQUAL(s.from_port, LISP_CONTROL_PORT);
	pipeline_seen_failure(h.worker, 0, &s);
	CU_ASSERT_EQUAL(s.when_ns, 0);

	harness_now_ns += BASE_NS_PER_S;
	r.nonce = 78;
	r.forged = true;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_AUTH_FAIL);
	pipeline_seen_failure(h.worker, 0, &s);
	CU_ASSERT_EQUAL(s.when_ns, harness_now_ns);
	CU_ASSERT_EQUAL(s.verdict, PIPELINE_AUTH_FAIL);
	CU_ASSERT_EQUAL(s.nonce, 78);
	CU_ASSERT_FALSE(s.authenticated);

	r.forged = false;
	r.outside = true;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_EID_POLICY);
	pipeline_seen_failure(h.worker, 0, &s);
	CU_ASSERT_EQUAL(s.verdict, PIPELINE_EID_POLICY);
	CU_ASSERT_EQUAL(s.count, 2);
	CU_ASSERT_TRUE(s.authenticated);
	pipeline_seen_verdict(h.worker, PIPELINE_EID_POLICY, &s);
	CU_ASSERT_EQUAL(s.nonce, 78);
	CU_ASSERT_TRUE(lisp_ip_equal(&s.from, &peer));
	/* A site number that cannot be. */
	pipeline_seen_failure(h.worker, UINT32_MAX, &s);
	CU_ASSERT_EQUAL(s.when_ns, 0);
	harness_close(&h);
}

static CU_TestInfo stats_tests[] = {
	{ "every verdict has a word of its own", every_verdict_has_a_word_of_its_own },
	{ "parse errors have verdicts", parse_errors_have_verdicts },
	{ "last failure and success are remembered", last_failure_and_success_are_remembered },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_stats", NULL, NULL, NULL, NULL, stats_tests },
	CU_SUITE_INFO_NULL,
};
