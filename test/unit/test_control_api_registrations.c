/* SPDX-License-Identifier: BSD-3-Clause */

/* registrations: a walk that survives every change of the table under it. */

#include "lisp_register.h"
#include "test_control_api.h"

static void
a_row_tells_the_mapping_and_who_registered_it(void)
{
	json_t *row, *rloc;

	appliance_open();
	register_hosts(0x22, 9, 1);
	row = row_of("registrations", "{}");
	CU_ASSERT_STRING_EQUAL(text_in(row, "eid"), "10.1.0.9/32");
	CU_ASSERT_EQUAL(number_in(row, "iid"), 0);
	CU_ASSERT_STRING_EQUAL(text_in(row, "site"), "lab");
	CU_ASSERT_EQUAL(number_in(row, "key_id"), HARNESS_KEY_OFF);
	CU_ASSERT_STRING_EQUAL(text_in(row, "xtr_id"), "22222222222222222222222222222222");
	CU_ASSERT_EQUAL(number_in(row, "ttl_min"), 1440);
	CU_ASSERT_EQUAL(number_in(row, "expires_in_s"), 60);
	CU_ASSERT(json_is_true(json_object_get(row, "newest")));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(row, "flags")), 1);
	rloc = json_array_get(json_object_get(row, "locators"), 0);
	CU_ASSERT_STRING_EQUAL(text_in(rloc, "rloc"), "203.0.113.1");
	CU_ASSERT_EQUAL(number_in(rloc, "weight"), 100);
	CU_ASSERT(json_is_true(json_object_get(rloc, "reachable")));
	json_decref(row);
	appliance_close();
}

/* Straight into the table, of a registrant that is no association. */
static void
apply(const uint8_t *records, uint32_t len)
{
	struct mapdb_statement s = { .registrant = 0,
		.flags = LISP_REG_S,
		.digest = 1,
		.records = records,
		.records_len = len,
		.n_records = 1,
		.accepted = { 1 },
		.lifetime_ms = 60000,
		.max_lifetime_ms = 60000 };
	struct mapdb_result res;

	CU_ASSERT_EQUAL(mapdb_apply(app.h.mapdb, &s, harness_now_ns, &res), 0);
}

static void
what_is_no_ip_address_is_named(void)
{
	/* An explicit locator path over 10.0.0.9, and the name "gw". */
	static const uint8_t locators[] = { 1, 100, 255, 0, 0, 1, 0x40, 3, 0, 0, LISP_LCAF_ELP, 0,
		0, 8, 0, 0, 0, 1, 10, 0, 0, 9, 2, 50, 255, 0, 0, 4, 0, LISP_AFI_NAME, 'g', 'w', 0 };
	struct lisp_record rec = { .ttl_min = 10, .n_locators = 2 };
	uint8_t buf[512];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
	json_t *row, *list;

	appliance_open();
	CU_ASSERT_EQUAL(lisp_eid_from_text("[300] \"a\\x22b\"", &rec.eid), 0);
	lisp_record_write(&w, &rec);
	lisp_write_octets(&w, locators, sizeof(locators));
	apply(buf, (uint32_t)(w.pos - buf));
	row = row_of("registrations", "{\"eid\": \"[300] \\\"a\\\\x22b\\\"\"}");
	CU_ASSERT_STRING_EQUAL(text_in(row, "eid"), "\"a\\x22b\"");
	CU_ASSERT_EQUAL(number_in(row, "iid"), 300);
	CU_ASSERT(is_null(row, "xtr_id") && is_null(row, "key_id"));
	list = json_object_get(row, "flags");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(list, 0)), "security");
	list = json_object_get(row, "locators");
	CU_ASSERT_STRING_EQUAL(text_in(json_array_get(list, 0), "rloc"), "explicit locator path");
	CU_ASSERT_STRING_EQUAL(text_in(json_array_get(list, 1), "rloc"), "\"gw\"");
	CU_ASSERT(json_is_true(json_object_get(json_array_get(list, 1), "local")));
	json_decref(row);
	appliance_close();
}

static void
rows_stand_in_order_of_the_eid(void)
{
	const char *before = "";
	json_t *rows, *row;
	size_t i;

	appliance_open();
	register_hosts(1, 250, 3);
	register_hosts(2, 1, 3);
	register_hosts(3, 100, 3);
	rows = rows_of("registrations", "{}");
	CU_ASSERT_EQUAL(json_array_size(rows), 9);
	CU_ASSERT_STRING_EQUAL(text_in(json_array_get(rows, 0), "eid"), "10.1.0.1/32");
	CU_ASSERT_STRING_EQUAL(text_in(json_array_get(rows, 8), "eid"), "10.1.0.252/32");
	json_array_foreach(rows, i, row) {
		CU_ASSERT(strlen(before) < strlen(text_in(row, "eid")) ||
				strcmp(before, text_in(row, "eid")) < 0);
		before = text_in(row, "eid");
	}
	json_decref(rows);
	appliance_close();
}

/* One row is taken; then the table changes; the rest must be these EID-prefixes. */
static void
rest_is(struct asked *a, const char *const *eids)
{
	json_t *row;

	while ((row = next_row(a)) != NULL) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(*eids);
		CU_ASSERT_STRING_EQUAL(text_in(row, "eid"), *eids);
		eids += *eids != NULL;
		json_decref(row);
	}
	CU_ASSERT_PTR_NULL(*eids);
	CU_ASSERT_EQUAL(a->ret, 0);
	asked_close(a);
}

static void
what_comes_and_goes_between_two_rows_harms_nothing(void)
{
	struct asked a;

	appliance_open();
	register_hosts(1, 10, 4);
	a = ask("registrations", "{}");
	json_decref(next_row(&a));
	withdraw_host(1, 10); /* told last */
	withdraw_host(1, 11); /* next */
	register_hosts(2, 5, 1);
	register_hosts(2, 20, 1);
	rest_is(&a, (const char *const[]){ "10.1.0.12/32", "10.1.0.13/32", "10.1.0.20/32", NULL });
	appliance_close();
}

/* The place of an ETR among those of an EID-prefix changes with each of its changes. */
static void
etrs_on_one_eid_are_told_once_each_whoever_becomes_the_newest(void)
{
	unsigned int n[4] = { 0 }, n_rows = 0;
	struct asked a;
	json_t *row;

	appliance_open();
	for (uint8_t xtr = 1; xtr <= 3; xtr++)
		register_hosts(xtr, 7, 1);
	a = ask("registrations", "{}");
	while ((row = next_row(&a)) != NULL) {
		n[text_in(row, "xtr_id")[1] - '0']++;
		json_decref(row);
		register_hosts((uint8_t)(1 + n_rows++), 7, 2); /* another digest: a change */
		withdraw_host((uint8_t)n_rows, 8);
	}
	asked_close(&a);
	CU_ASSERT(n_rows == 3 && n[1] == 1 && n[2] == 1 && n[3] == 1);
	appliance_close();
}

static void
one_row_of_an_eid_is_the_newest(void)
{
	unsigned int n = 0;
	json_t *rows, *row;
	size_t i;

	appliance_open();
	for (uint8_t xtr = 3; xtr >= 1; xtr--)
		register_hosts(xtr, 7, 1);
	rows = rows_of("registrations", "{}");
	CU_ASSERT_EQUAL(json_array_size(rows), 3);
	json_array_foreach(rows, i, row) {
		if (json_is_true(json_object_get(row, "newest"))) {
			CU_ASSERT_EQUAL(text_in(row, "xtr_id")[1], '1');
			n++;
		}
	}
	CU_ASSERT_EQUAL(n, 1);
	json_decref(rows);
	appliance_close();
}

/* Rows for an EID: how many, and of which EID-prefix. */
static void
eid_finds(const char *args, size_t n, const char *eid)
{
	json_t *rows = rows_of("registrations", args);

	CU_ASSERT_EQUAL(json_array_size(rows), n);
	if (n > 0)
		CU_ASSERT_STRING_EQUAL(text_in(json_array_get(rows, 0), "eid"), eid);
	json_decref(rows);
}

static void
an_eid_finds_the_longest_prefix_that_covers_it(void)
{
	appliance_open();
	register_hosts(1, 7, 1);
	register_hosts(2, 7, 1);
	register_hosts(2, 8, 1);
	eid_finds("{\"eid\": \"10.1.0.7\"}", 2, "10.1.0.7/32");
	eid_finds("{\"eid\": \"10.1.0.8/32\", \"site\": \"lab\"}", 1, "10.1.0.8/32");
	eid_finds("{\"eid\": \"10.1.0.8/32\", \"site\": \"other\"}", 0, NULL);
	eid_finds("{\"eid\": \"10.1.0.9\"}", 0, NULL);
	eid_finds("{\"eid\": \"[5] 10.1.0.8\"}", 0, NULL);
	eid_finds("{\"eid\": \"2001:db8::1\"}", 0, NULL);
	eid_finds("{\"eid\": \"02:00:5e:10:00:01\"}", 0, NULL);
	eid_finds("{\"eid\": \"\\\"gw.example\\\"\"}", 0, NULL);
	appliance_close();
}

static void
what_is_no_eid_is_refused(void)
{
	static const char *const bad[] = { "{\"eid\": \"\"}", "{\"eid\": \"10.1.0.0/8\"}",
		"{\"eid\": \"10.1.0.0/33\"}", "{\"eid\": \"[x] 10.1.0.0\"}", "{\"eid\": 5}",
		"{\"eid\": \"10.1.0.0/\"}", "{\"eid\": \"[1]\"}", "{\"eid\": \"[1] \"}" };

	appliance_open();
	for (unsigned int i = 0; i < RTE_DIM(bad); i++)
		CU_ASSERT_EQUAL(refusal_of("registrations", bad[i]), -EINVAL);
	appliance_close();
}

/* A search that finds nothing for long gives the control core back, again and again. */
static void
a_long_search_is_done_in_portions(void)
{
	struct asked a;

	sites_init();
	app.sites[0].max_eids = 4096;
	sites_open();
	for (unsigned int i = 0; i < 12; i++)
		register_hosts((uint8_t)(i + 1), i * 200, 200);
	a = ask("registrations", "{\"site\": \"other\"}");
	CU_ASSERT_PTR_NULL(next_row(&a));
	CU_ASSERT_EQUAL(a.ret, 0);
	CU_ASSERT(a.n_again >= 2);
	asked_close(&a);
	appliance_close();
}

static void
the_answer_breaks_off_when_its_site_goes(void)
{
	struct asked a;

	appliance_open();
	register_hosts(1, 1, 2);
	a = ask("registrations", "{\"site\": \"lab\"}");
	json_decref(next_row(&a));
	CU_ASSERT_EQUAL(harness_reload(&app.h, &app.sites[1], 1), 0);
	CU_ASSERT_PTR_NULL(next_row(&a));
	CU_ASSERT_EQUAL(a.ret, -ENOENT);
	asked_close(&a);
	appliance_close();
}

static void
an_expired_registration_is_not_told(void)
{
	appliance_open();
	register_hosts(1, 1, 2);
	harness_now_ns += 61 * BASE_NS_PER_S;
	eid_finds("{}", 0, NULL);
	eid_finds("{\"eid\": \"10.1.0.1\"}", 0, NULL);
	appliance_close();
}

static CU_TestInfo registrations_tests[] = {
	{ "a row tells the mapping and who registered it",
			a_row_tells_the_mapping_and_who_registered_it },
	{ "what is no IP address is named", what_is_no_ip_address_is_named },
	{ "rows stand in order of the EID", rows_stand_in_order_of_the_eid },
	{ "what comes and goes between two rows harms nothing",
			what_comes_and_goes_between_two_rows_harms_nothing },
	{ "ETRs on one EID are told once each, whoever becomes the newest",
			etrs_on_one_eid_are_told_once_each_whoever_becomes_the_newest },
	{ "one row of an EID is the newest", one_row_of_an_eid_is_the_newest },
	{ "an EID finds the longest prefix that covers it",
			an_eid_finds_the_longest_prefix_that_covers_it },
	{ "what is no EID is refused", what_is_no_eid_is_refused },
	{ "a long search is done in portions", a_long_search_is_done_in_portions },
	{ "the answer breaks off when its site goes", the_answer_breaks_off_when_its_site_goes },
	{ "an expired registration is not told", an_expired_registration_is_not_told },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_api_registrations", NULL, NULL, NULL, NULL, registrations_tests },
	CU_SUITE_INFO_NULL,
};
