/* SPDX-License-Identifier: BSD-3-Clause */

/* What one message ends as is judged by the vectors; here, what the options change. */

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "harness.h"
#include "harness_json.h"

static struct harness h;
static json_t *root;

static void
setup(void)
{
	root = json_load_file("test/vectors/data/map_request_ecm.json", 0, NULL);
	CU_ASSERT_PTR_NOT_NULL(root);
}

static void
teardown(void)
{
	json_decref(root);
}

/* Verdict of a vector, by its id. */
static enum pipeline_verdict
verdict_of(const char *id)
{
	enum pipeline_verdict v = PIPELINE_VERDICT_COUNT;
	const json_t *vector;
	size_t i;

	json_array_foreach(json_object_get(root, "vectors"), i, vector) {
		if (strcmp(harness_json_text(vector, "id"), id) == 0) {
			struct harness_octets msg = harness_json_hex(vector, "packet_hex");

			harness_send(&h, msg.p, msg.len);
			harness_turn(&h);
			v = harness_verdict(&h);
			free(msg.p);
		}
	}
	return v;
}

static void
bare_map_requests_are_taken_when_told_so(void)
{
	harness_open(&h, &(struct harness_options){ 0 });
	CU_ASSERT_EQUAL(verdict_of("S-REQ-001"), PIPELINE_NOT_SERVED);
	CU_ASSERT_EQUAL(verdict_of("S-REQ-020"), PIPELINE_PROBE_BIT);
	harness_close(&h);
}

/* (CK-101) */
static void
map_requests_come_in_ecms_otherwise(void)
{
	harness_open(&h, &(struct harness_options){ .no_bare_request = true });
	CU_ASSERT_EQUAL(verdict_of("S-REQ-001"), PIPELINE_TYPE);
	CU_ASSERT_EQUAL(verdict_of("S-REQ-020"), PIPELINE_TYPE);
	CU_ASSERT_EQUAL(verdict_of("S-ECM-001"), PIPELINE_NOT_SERVED);
	CU_ASSERT_EQUAL(verdict_of("S-ECM-034"), PIPELINE_PROBE_BIT);
	harness_close(&h);
}

static void
zero_inner_checksum_is_taken_when_told_so(void)
{
	harness_open(&h, &(struct harness_options){ 0 });
	CU_ASSERT_EQUAL(verdict_of("S-ECM-029"), pipeline_malformed(LISP_ERR_CHECKSUM));
	harness_close(&h);
	harness_open(&h, &(struct harness_options){ .zero_inner_checksum = true });
	CU_ASSERT_EQUAL(verdict_of("S-ECM-029"), PIPELINE_NOT_SERVED);
	/* A wrong one is not a missing one. */
	CU_ASSERT_EQUAL(verdict_of("S-ECM-028"), pipeline_malformed(LISP_ERR_CHECKSUM));
	harness_close(&h);
}

static CU_TestInfo request_tests[] = {
	{ "bare Map-Requests are taken when told so", bare_map_requests_are_taken_when_told_so },
	{ "Map-Requests come in ECMs otherwise", map_requests_come_in_ecms_otherwise },
	{ "zero inner checksum is taken when told so", zero_inner_checksum_is_taken_when_told_so },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_request", NULL, NULL, setup, teardown, request_tests },
	CU_SUITE_INFO_NULL,
};
