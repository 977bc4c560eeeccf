/* SPDX-License-Identifier: BSD-3-Clause */

#include <CUnit/CUnit.h>

#include "harness_lab.h"

static struct harness h;
static struct harness_lab lab;

static void
setup(void)
{
	harness_lab_init(&lab);
}

static void
teardown(void)
{
	harness_close(&h);
}

static void
open_lab(void)
{
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
}

static enum pipeline_verdict
verdict_of(const struct harness_register *r)
{
	return harness_register_do(&h, r);
}

static void
site_is_found_by_site_id_or_by_eid(void)
{
	struct harness_register r = harness_register_default(1);

	open_lab();
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_REGISTERED);
	r.no_trailer = true;
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_REGISTERED);
	r.nonce++;
	r.outside = true; /* its first EID-prefix is nobody's */
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_UNKNOWN_SITE);
}

static void
other_site_id_is_an_unknown_site(void)
{
	struct harness_register r = harness_register_default(1);

	lab.site.site_id++;
	open_lab();
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_UNKNOWN_SITE);
}

static void
key_ids_without_a_key_are_unknown(void)
{
	struct harness_register r = harness_register_default(1);

	open_lab();
	for (unsigned int id = 0; id < 256; id++) {
		r.key_id = (uint8_t)id;
		if (id == 0 || id > 3)
			CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_UNKNOWN_KEY);
	}
}

static void
key_counts_in_its_time_only(void)
{
	struct harness_register r = harness_register_default(1);

	lab.keys[0].not_before_ms = UINT64_MAX;
	lab.keys[1].not_after_ms = 1;
	lab.keys[2].not_before_ms = 1;
	lab.keys[2].not_after_ms = UINT64_MAX;
	open_lab();
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_KEY_TIME);
	r.key_id = 2;
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_KEY_TIME);
	r.key_id = 3;
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_REGISTERED);
}

static void
key_counts_from_its_sources_only(void)
{
	static const struct assoc_source near[] = {
		{ .ip = { .family = 4, .octets = { 10, 99, 0, 0 } }, .mask_len = 24 }
	};
	static const struct assoc_source far[] = {
		{ .ip = { .family = 4, .octets = { 10, 98, 0, 0 } }, .mask_len = 24 },
		{ .ip = { .family = 6, .octets = { 0x20 } }, .mask_len = 0 }
	};
	struct harness_register r = harness_register_default(1);

	lab.keys[0].sources = near;
	lab.keys[0].n_sources = 1;
	lab.keys[1].sources = far;
	lab.keys[1].n_sources = 2;
	open_lab();
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_REGISTERED);
	r.key_id = 2;
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_KEY_SOURCE);
}

/* The packet never chooses the algorithm, nor the length that the key does not have. */
static void
algorithm_is_that_of_the_key(void)
{
	struct harness_register r = harness_register_default(1);

	lab.keys[0].alg_id = LISP_ALG_HMAC_SHA256_128_HKDF;
	lab.keys[1].alg_id = LISP_ALG_HMAC_SHA1_96;
	open_lab();
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_ALG_MISMATCH);
	r.key_id = 2;
	CU_ASSERT_EQUAL(verdict_of(&r), PIPELINE_ALG_MISMATCH);
}

/* Records are walked before the MAC, as the first EID finds the site: what is malformed is named so
 * even when nobody signed it. */
static void
malformed_records_are_told_before_the_mac(void)
{
	struct harness_register r = harness_register_default(1);
	uint8_t msg[HARNESS_MESSAGE_MAX];
	size_t len;

	open_lab();
	r.forged = true;
	len = harness_register_build(&r, msg);
	msg[3] = 2; /* Record Count */
	harness_send(&h, msg, len);
	harness_turn(&h);
	CU_ASSERT_EQUAL(harness_verdict(&h), pipeline_malformed(LISP_ERR_TRUNCATED));
}

static void
static_keys_have_a_rate_of_their_own(void)
{
	struct harness_register r = harness_register_default(1);
	struct pipeline_stats rise;

	harness_lab_open(&h, &lab, (struct harness_options){ .static_rate = 5 });
	for (unsigned int i = 0; i < PIPELINE_BURST_MAX; i++) {
		r.nonce++;
		harness_register_send(&h, &r);
	}
	harness_turn(&h);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], 5);
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_RATE], PIPELINE_BURST_MAX - 5);
	/* Those above it cost the ETR nothing but the message. */
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), 6);
}

static CU_TestInfo static_tests[] = {
	{ "site is found by Site-ID or by EID", site_is_found_by_site_id_or_by_eid },
	{ "other Site-ID is an unknown site", other_site_id_is_an_unknown_site },
	{ "Key IDs without a key are unknown", key_ids_without_a_key_are_unknown },
	{ "key counts in its time only", key_counts_in_its_time_only },
	{ "key counts from its sources only", key_counts_from_its_sources_only },
	{ "algorithm is that of the key", algorithm_is_that_of_the_key },
	{ "malformed records are told before the MAC", malformed_records_are_told_before_the_mac },
	{ "static keys have a rate of their own", static_keys_have_a_rate_of_their_own },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_static", NULL, NULL, setup, teardown, static_tests },
	CU_SUITE_INFO_NULL,
};
