/* SPDX-License-Identifier: BSD-3-Clause */

/* site: why an ETR does or does not show up. */

#include "test_control_api.h"

static json_t *
site_row(void)
{
	return row_of("site", "{\"name\": \"lab\"}");
}

/* Does one of the hints hold this? */
static bool
hints_at(const json_t *row, const char *part)
{
	const json_t *hints = json_object_get(row, "hints");

	for (size_t i = 0; i < json_array_size(hints); i++)
		if (strstr(json_string_value(json_array_get(hints, i)), part) != NULL)
			return true;
	return false;
}

static void
a_site_is_asked_for_by_name(void)
{
	appliance_open();
	CU_ASSERT_EQUAL(refusal_of("site", "{}"), -EINVAL);
	CU_ASSERT_EQUAL(refusal_of("site", "{\"name\": 1}"), -EINVAL);
	CU_ASSERT_EQUAL(refusal_of("site", "{\"name\": \"nowhere\"}"), -ENOENT);
	appliance_close();
}

static void
it_tells_what_is_configured(void)
{
	json_t *row, *prefix;

	appliance_open();
	row = row_of("site", "{\"name\": \"other\"}");
	CU_ASSERT_STRING_EQUAL(text_in(row, "site_id"), "0000000000000000");
	CU_ASSERT_STRING_EQUAL(text_in(row, "auth"), "static");
	CU_ASSERT_STRING_EQUAL(text_in(row, "notify_port"), "source");
	CU_ASSERT_EQUAL(number_in(row, "registration_lifetime_s"), 1);
	CU_ASSERT_EQUAL(number_in(row, "n_keys"), 1);
	prefix = json_array_get(json_object_get(row, "eid_prefixes"), 0);
	CU_ASSERT_STRING_EQUAL(text_in(prefix, "eid"), "172.16.0.0/12");
	CU_ASSERT_EQUAL(number_in(prefix, "iid"), 7);
	CU_ASSERT(json_is_false(json_object_get(prefix, "accept_more_specifics")));
	json_decref(row);
	appliance_close();
}

static void
an_etr_that_registers_is_a_success_without_hints(void)
{
	json_t *row, *success;

	appliance_open();
	register_hosts(1, 1, 3);
	harness_now_ns += 2500 * BASE_NS_PER_MS;
	row = site_row();
	success = json_object_get(row, "last_success");
	CU_ASSERT_STRING_EQUAL(text_in(success, "from"), "10.99.0.2");
	CU_ASSERT_EQUAL(number_in(success, "from_port"), 4342);
	CU_ASSERT_EQUAL(number_in(success, "ago_s"), 2);
	CU_ASSERT_EQUAL(strlen(text_in(success, "when")), strlen("2026-01-01T00:00:00Z"));
	CU_ASSERT(is_null(row, "last_failure"));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(row, "hints")), 0);
	CU_ASSERT_EQUAL(number_in(row, "registrations"), 3);
	CU_ASSERT_EQUAL(number_in(row, "n_associations"), 1);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(row, "associations")), 1);
	json_decref(row);
	appliance_close();
}

static void
a_wrong_mac_is_told_as_hearsay(void)
{
	struct harness_register r = harness_register_default(0xabc);
	json_t *row, *failure;

	appliance_open();
	r.forged = true;
	CU_ASSERT_EQUAL(harness_register_do(&app.h, &r), PIPELINE_AUTH_FAIL);
	row = site_row();
	failure = json_object_get(row, "last_failure");
	CU_ASSERT_STRING_EQUAL(text_in(failure, "reason"), "auth-fail");
	CU_ASSERT_STRING_EQUAL(text_in(failure, "from"), "10.99.0.2");
	CU_ASSERT_STRING_EQUAL(text_in(failure, "nonce"), "0000000000000abc");
	CU_ASSERT_EQUAL(number_in(failure, "key_id"), HARNESS_KEY_STRICT);
	CU_ASSERT(json_is_false(json_object_get(failure, "authenticated")));
	CU_ASSERT(is_null(row, "last_success"));
	CU_ASSERT(hints_at(row, "no Map-Register has been accepted"));
	CU_ASSERT(hints_at(row, "anybody may have sent it"));
	CU_ASSERT(hints_at(row, "differs from the secret file of Key ID 1"));
	json_decref(row);
	appliance_close();
}

/* A message ends so, and the site says this of it. */
struct failing {
	struct harness_register r;
	enum pipeline_verdict verdict;
	bool authenticated;
	const char *hint;
};

static void
fails(const struct failing *f)
{
	json_t *row, *failure;

	CU_ASSERT_EQUAL(harness_register_do(&app.h, &f->r), f->verdict);
	row = site_row();
	failure = json_object_get(row, "last_failure");
	CU_ASSERT_STRING_EQUAL(text_in(failure, "reason"), pipeline_verdict_word(f->verdict));
	CU_ASSERT_STRING_EQUAL(text_in(failure, "text"), pipeline_verdict_text(f->verdict));
	CU_ASSERT_EQUAL(json_is_true(json_object_get(failure, "authenticated")), f->authenticated);
	CU_ASSERT(hints_at(row, f->hint));
	json_decref(row);
	harness_lab_flush(&app.h);
}

#define REGISTER(...)                                           \
	{                                                       \
		.flags = LISP_REG_M, .ttl_min = 10, __VA_ARGS__ \
	}

static void
every_failure_of_a_site_has_its_hint(void)
{
	static const struct assoc_source elsewhere = { { 4, { 192, 0, 2, 1 } }, 32 };
	static const struct failing failing[] = {
		{ REGISTER(.nonce = 1, .key_id = 9), PIPELINE_UNKNOWN_KEY, false,
				"configured for this site: Key ID 1, 2, 3" },
		{ REGISTER(.nonce = 1, .key_id = 3), PIPELINE_KEY_SOURCE, false,
				"be used from 192.0.2.1/32" },
		{ REGISTER(.nonce = 1, .key_id = 1, .n_records = 4), PIPELINE_LIMIT_EIDS, true,
				"0 EID-prefixes of at most 3" },
		{ REGISTER(.nonce = 1, .key_id = 1), PIPELINE_REPLAY, false, "do not grow" },
		{ REGISTER(.nonce = 2, .key_id = 1, .outside = true), PIPELINE_EID_POLICY, true,
				"10.1.0.0/16 and more-specifics, 2001:db8:1::/48" },
		{ REGISTER(.nonce = 3, .key_id = 1, .rloc = 0x7f000001), PIPELINE_BAD_LOCATOR, true,
				"unicast" },
		{ REGISTER(.nonce = 4, .key_id = 1, .xtr = 0x22), PIPELINE_LIMIT_XTRS, true,
				"1 associations of at most 1" },
	};

	sites_init();
	app.sites[0].max_eids = 3;
	app.lab.keys[0].max_xtrs = 1;
	app.lab.keys[2].sources = &elsewhere;
	app.lab.keys[2].n_sources = 1;
	sites_open();
	for (unsigned int i = 0; i < RTE_DIM(failing); i++)
		fails(&failing[i]);
	appliance_close();
}

static void
another_algorithm_and_a_key_out_of_time_are_told(void)
{
	struct harness_register r = harness_register_default(1);
	json_t *row;

	sites_init();
	app.lab.keys[0].alg_id = LISP_ALG_HMAC_SHA1_96;
	app.lab.keys[1].not_after_ms = 1767225600000; /* 2026-01-01 */
	app.lab.keys[2].not_before_ms = UINT64_C(95617584000000);
	sites_open();
	CU_ASSERT_EQUAL(harness_register_do(&app.h, &r), PIPELINE_ALG_MISMATCH);
	row = site_row();
	CU_ASSERT(hints_at(row, "Key ID 1 is of algorithm 1 (HMAC-SHA-1-96"));
	CU_ASSERT(hints_at(row, "Key ID 2 has ended: not-after is 2026-01-01"));
	CU_ASSERT(hints_at(row, "Key ID 3 is not valid before 5000-01-01"));
	json_decref(row);
	appliance_close();
}

static void
nothing_heard_points_to_drops_of_no_site(void)
{
	struct harness_frame f = harness_frame_default(4);
	uint8_t msg[HARNESS_MESSAGE_MAX], frame[HARNESS_FRAME_MAX];
	struct harness_register r = harness_register_default(1);
	size_t len = harness_register_build(&r, msg);
	json_t *row;

	appliance_open();
	row = site_row();
	CU_ASSERT(is_null(row, "last_success") && is_null(row, "last_failure"));
	CU_ASSERT(hints_at(row, "nothing has arrived for this site"));
	CU_ASSERT(hints_at(row, "received nothing at all"));
	json_decref(row);
	f.dst.octets[3] = 77;
	harness_send_frame(&app.h, frame, harness_frame_build(&f, msg, len, frame));
	msg[len - 1] ^= 1; /* of the Site-ID */
	harness_send(&app.h, msg, len);
	harness_turn(&app.h);
	row = site_row();
	CU_ASSERT(hints_at(row, "not-for-us (1, last from 10.99.0.2)"));
	CU_ASSERT(hints_at(row, "unknown-site (1, last from 10.99.0.2)"));
	CU_ASSERT(!hints_at(row, "received nothing at all"));
	json_decref(row);
	appliance_close();
}

static void
an_etr_that_fell_silent_is_told_from_one_that_withdrew(void)
{
	json_t *row;

	appliance_open();
	register_hosts(1, 1, 1);
	withdraw_host(1, 1);
	row = site_row();
	CU_ASSERT(hints_at(row, "nothing is registered"));
	json_decref(row);
	register_hosts(1, 1, 1);
	harness_now_ns += 70 * BASE_NS_PER_S;
	mapdb_expire(app.h.mapdb, harness_now_ns, 100);
	row = site_row();
	CU_ASSERT(hints_at(row, "all registrations have ended"));
	json_decref(row);
	appliance_close();
}

static void
a_failure_is_placed_before_or_after_the_success(void)
{
	struct harness_register r = harness_register_default(1);
	json_t *row;

	appliance_open();
	r.forged = true;
	harness_register_do(&app.h, &r);
	harness_now_ns += BASE_NS_PER_S;
	register_hosts(1, 1, 1);
	row = site_row();
	CU_ASSERT(hints_at(row, "older than the last success"));
	json_decref(row);
	harness_now_ns += BASE_NS_PER_S;
	harness_register_do(&app.h, &r);
	row = site_row();
	CU_ASSERT(hints_at(row, "came after the last success"));
	json_decref(row);
	appliance_close();
}

static void
lists_of_a_site_end_at_64_elements_and_say_how_many_there_are(void)
{
	json_t *row;

	appliance_open();
	for (uint8_t xtr = 1; xtr <= 100; xtr++)
		register_hosts(xtr, xtr, 1);
	row = site_row();
	CU_ASSERT_EQUAL(number_in(row, "n_associations"), 100);
	CU_ASSERT(json_array_size(json_object_get(row, "associations")) <= 64);
	CU_ASSERT(json_array_size(json_object_get(row, "associations")) >= 40);
	CU_ASSERT(json_dumpb(row, NULL, 0, 0) < 60000);
	json_decref(row);
	appliance_close();
}

static CU_TestInfo site_tests[] = {
	{ "a site is asked for by name", a_site_is_asked_for_by_name },
	{ "it tells what is configured", it_tells_what_is_configured },
	{ "an ETR that registers is a success without hints",
			an_etr_that_registers_is_a_success_without_hints },
	{ "a wrong MAC is told as hearsay", a_wrong_mac_is_told_as_hearsay },
	{ "every failure of a site has its hint", every_failure_of_a_site_has_its_hint },
	{ "another algorithm and a key out of time are told",
			another_algorithm_and_a_key_out_of_time_are_told },
	{ "nothing heard points to drops of no site", nothing_heard_points_to_drops_of_no_site },
	{ "an ETR that fell silent is told from one that withdrew",
			an_etr_that_fell_silent_is_told_from_one_that_withdrew },
	{ "a failure is placed before or after the success",
			a_failure_is_placed_before_or_after_the_success },
	{ "lists of a site end at 64 elements and say how many there are",
			lists_of_a_site_end_at_64_elements_and_say_how_many_there_are },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_api_site", NULL, NULL, NULL, NULL, site_tests },
	CU_SUITE_INFO_NULL,
};
