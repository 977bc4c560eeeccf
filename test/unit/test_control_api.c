/* SPDX-License-Identifier: BSD-3-Clause */

/* The commands of the control socket, asked as the socket asks them, of a whole appliance. */

#include "test_control_api.h"

#include "control_api.h"

/* ---- the table ---- */

static void
every_documented_command_is_there_and_only_reload_changes(void)
{
	static const char *const names[] = { "status", "site", "associations", "registrations",
		"keys", "drops", "reload" };
	unsigned int n = 0;

	for (const struct ctl_command *c = control_api_commands; c->name != NULL; c++, n++) {
		CU_ASSERT_STRING_EQUAL(c->name, names[n]);
		CU_ASSERT_EQUAL(c->changes, strcmp(c->name, "reload") == 0);
		CU_ASSERT_PTR_NOT_NULL(c->next);
	}
	CU_ASSERT_EQUAL(n, RTE_DIM(names));
}

static void
a_site_that_is_not_there_is_not_found(void)
{
	static const char *const commands[] = { "associations", "registrations", "keys" };

	appliance_open();
	for (unsigned int i = 0; i < RTE_DIM(commands); i++) {
		CU_ASSERT_EQUAL(refusal_of(commands[i], "{\"site\": \"nowhere\"}"), -ENOENT);
		CU_ASSERT_EQUAL(refusal_of(commands[i], "{\"site\": [1]}"), -EINVAL);
		CU_ASSERT_EQUAL(refusal_of(commands[i], "{\"site\": \"lab\"}"), 0);
	}
	CU_ASSERT_EQUAL(refusal_of("drops", "{\"all\": \"yes\"}"), -EINVAL);
	appliance_close();
}

static void
a_reload_that_is_refused_says_why(void)
{
	appliance_open();
	CU_ASSERT_EQUAL(refusal_of("reload", "{}"), -EBADMSG);
	appliance_close();
}

static void
no_answer_holds_a_secret(void)
{
	struct harness_register r = harness_register_default(1);

	appliance_open();
	harness_register_do(&app.h, &r);
	r.forged = true;
	harness_register_do(&app.h, &r);
	for (const struct ctl_command *c = control_api_commands; !c->changes; c++) {
		json_t *rows = rows_of(c->name, "{\"name\": \"lab\"}");
		char *text = json_dumps(rows, 0);

		CU_ASSERT(json_array_size(rows) > 0);
		CU_ASSERT_PTR_NULL(strstr(text, "lab-key"));
		CU_ASSERT_PTR_NULL(strstr(text, "6c61622d6b6579"));
		free(text);
		json_decref(rows);
	}
	appliance_close();
}

/* ---- status ---- */

static void
status_counts_what_happened(void)
{
	struct harness_register r = harness_register_default(1);
	json_t *row, *totals, *worker;

	appliance_open();
	register_hosts(1, 1, 3);
	register_hosts(2, 3, 1);
	r.forged = true;
	harness_register_do(&app.h, &r);
	row = row_of("status", "{}");
	CU_ASSERT_EQUAL(number_in(row, "sites"), 2);
	CU_ASSERT_EQUAL(number_in(row, "keys"), 4);
	CU_ASSERT_EQUAL(number_in(row, "associations"), 2);
	CU_ASSERT_EQUAL(number_in(row, "registrations"), 2);
	CU_ASSERT_EQUAL(number_in(row, "eid_prefixes"), 3);
	CU_ASSERT_EQUAL(number_in(row, "mappings"), 4);
	CU_ASSERT(number_in(json_object_get(row, "memory"), "octets_per_eid_prefix") > 0);
	totals = json_object_get(row, "totals");
	CU_ASSERT_EQUAL(number_in(totals, "received"), 3);
	CU_ASSERT_EQUAL(number_in(totals, "accepted"), 2);
	CU_ASSERT_EQUAL(number_in(totals, "records"), 4);
	CU_ASSERT_EQUAL(number_in(totals, "dropped"), 1);
	CU_ASSERT_EQUAL(number_in(json_object_get(totals, "answers"), "map-notify"), 2);
	worker = json_array_get(json_object_get(row, "workers"), 0);
	CU_ASSERT(json_is_real(json_object_get(worker, "busy")));
	CU_ASSERT_EQUAL(number_in(worker, "received"), 3);
	CU_ASSERT_EQUAL(number_in(worker, "handed_over"), 2);
	CU_ASSERT_STRING_EQUAL(text_in(json_object_get(row, "store"), "driver"), "lmdb");
	json_decref(row);
	appliance_close();
}

static void
rates_are_means_over_the_span(void)
{
	json_t *row, *rates;

	appliance_open();
	control_watch_tick(app.h.control, harness_now_ns);
	for (unsigned int s = 0; s < 20; s++) {
		harness_now_ns += BASE_NS_PER_S;
		register_hosts(1, s, 1);
		register_hosts(2, s, 1);
		control_watch_tick(app.h.control, harness_now_ns);
	}
	row = row_of("status", "{}");
	rates = json_object_get(row, "rates");
	CU_ASSERT_EQUAL(number_in(rates, "span_s"), CONTROL_RATE_SPAN);
	CU_ASSERT_EQUAL(number_in(rates, "received_per_s"), 2);
	CU_ASSERT_EQUAL(number_in(rates, "accepted_per_s"), 2);
	CU_ASSERT_EQUAL(number_in(rates, "dropped_per_s"), 0);
	CU_ASSERT_EQUAL(number_in(row, "uptime_s"), 20);
	json_decref(row);
	appliance_close();
}

/* ---- associations ---- */

static void
associations_tell_nonces_and_who_was_refused(void)
{
	struct harness_register r = harness_register_default(0x10);
	json_t *row;

	appliance_open();
	harness_register_do(&app.h, &r);
	harness_register_do(&app.h, &r);
	harness_now_ns += 12 * BASE_NS_PER_S;
	row = row_of("associations", "{}");
	CU_ASSERT_STRING_EQUAL(text_in(row, "site"), "lab");
	CU_ASSERT_STRING_EQUAL(text_in(row, "xtr_id"), "11111111111111111111111111111111");
	CU_ASSERT_STRING_EQUAL(text_in(row, "last_nonce"), "0000000000000010");
	CU_ASSERT_STRING_EQUAL(text_in(row, "policy"), "strict");
	CU_ASSERT_EQUAL(number_in(row, "algorithm"), LISP_ALG_HMAC_SHA256_128);
	CU_ASSERT_EQUAL(number_in(row, "accepted"), 1);
	CU_ASSERT_EQUAL(number_in(row, "replays"), 1);
	CU_ASSERT_EQUAL(number_in(row, "last_ok_ago_s"), 12);
	json_decref(row);
	appliance_close();
}

static void
an_association_from_the_store_has_not_been_heard_yet(void)
{
	struct harness_register r = harness_register_default(0x10);
	json_t *row;

	appliance_open();
	r.no_trailer = true;
	harness_register_do(&app.h, &r);
	harness_restart(&app.h);
	row = row_of("associations", "{\"site\": \"lab\"}");
	CU_ASSERT(is_null(row, "last_ok_ago_s"));
	CU_ASSERT(is_null(row, "xtr_id"));
	CU_ASSERT_EQUAL(number_in(row, "accepted"), 0);
	json_decref(row);
	appliance_close();
}

static void
associations_of_another_site_are_not_told(void)
{
	json_t *rows;

	appliance_open();
	register_hosts(1, 1, 1);
	rows = rows_of("associations", "{\"site\": \"other\"}");
	CU_ASSERT_EQUAL(json_array_size(rows), 0);
	json_decref(rows);
	appliance_close();
}

/* ---- keys ---- */

static void
keys_tell_their_life_and_where_they_may_be_used(void)
{
	static const struct assoc_source sources[] = { { { 4, { 10, 99 } }, 24 },
		{ { 6, { 0x20, 1, 0xd, 0xb8 } }, 32 } };
	json_t *row, *list;

	sites_init();
	app.key.not_before_ms = 1767225600000;       /* 2026-01-01 */
	app.key.not_after_ms = 1767225600000 + 1000; /* a second later */
	app.key.sources = sources;
	app.key.n_sources = RTE_DIM(sources);
	sites_open();
	row = row_of("keys", "{\"site\": \"other\"}");
	CU_ASSERT_EQUAL(number_in(row, "key_id"), 5);
	CU_ASSERT_STRING_EQUAL(text_in(row, "policy"), "off");
	CU_ASSERT(json_is_true(json_object_get(row, "insecure")));
	CU_ASSERT_STRING_EQUAL(text_in(row, "not_before"), "2026-01-01");
	CU_ASSERT_STRING_EQUAL(text_in(row, "not_after"), "2026-01-01T00:00:01Z");
	CU_ASSERT_STRING_EQUAL(text_in(row, "state"), "ended");
	CU_ASSERT_EQUAL(number_in(row, "max_xtrs"), 3);
	list = json_object_get(row, "source_prefixes");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(list, 0)), "10.99.0.0/24");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(list, 1)), "2001:db8::/32");
	json_decref(row);
	appliance_close();
}

static void
keys_without_bounds_are_valid_and_count_their_associations(void)
{
	json_t *rows, *off;

	appliance_open();
	register_hosts(1, 1, 1);
	register_hosts(2, 2, 1);
	rows = rows_of("keys", "{}");
	CU_ASSERT_EQUAL(json_array_size(rows), 4);
	off = json_array_get(rows, 2);
	CU_ASSERT_EQUAL(number_in(off, "key_id"), HARNESS_KEY_OFF);
	CU_ASSERT_EQUAL(number_in(off, "associations"), 2);
	CU_ASSERT_STRING_EQUAL(text_in(off, "state"), "valid");
	CU_ASSERT(is_null(off, "not_before") && is_null(off, "not_after"));
	json_decref(rows);
	appliance_close();
}

static void
keys_that_stay_over_a_reload_are_told_once(void)
{
	struct assoc_site_params swapped[2];
	struct asked a;
	unsigned int n = 1;
	json_t *row;

	appliance_open();
	swapped[0] = app.sites[1];
	swapped[1] = app.sites[0];
	a = ask("keys", "{}");
	json_decref(next_row(&a));
	CU_ASSERT_EQUAL(harness_reload(&app.h, swapped, 2), 0);
	while ((row = next_row(&a)) != NULL) {
		n++;
		json_decref(row);
	}
	CU_ASSERT_EQUAL(n, 4);
	asked_close(&a);
	appliance_close();
}

/* ---- drops ---- */

static void
drops_and_what_was_accepted_are_all_that_was_received(void)
{
	struct harness_register r = harness_register_default(1);
	json_t *rows, *row;
	int64_t sum = 0;
	size_t i;

	appliance_open();
	for (unsigned int n = 0; n < 3; n++)
		harness_register_do(&app.h, &r); /* one is new, two are replays */
	r.forged = true;
	r.nonce = 9;
	harness_register_do(&app.h, &r);
	harness_now_ns += 3 * BASE_NS_PER_S;
	rows = rows_of("drops", "{}");
	CU_ASSERT_EQUAL(json_array_size(rows), 2);
	json_array_foreach(rows, i, row) {
		sum += number_in(row, "count");
		CU_ASSERT_STRING_EQUAL(text_in(row, "last_from"), "10.99.0.2");
		CU_ASSERT_EQUAL(number_in(row, "last_ago_s"), 3);
	}
	CU_ASSERT_EQUAL(sum + 1, 4);
	CU_ASSERT_STRING_EQUAL(text_in(json_array_get(rows, 0), "reason"), "auth-fail");
	json_decref(rows);
	appliance_close();
}

static void
all_drops_are_every_reason_once(void)
{
	json_t *rows, *row, *seen = json_object();
	size_t i;

	appliance_open();
	rows = rows_of("drops", "{\"all\": true}");
	CU_ASSERT_EQUAL(json_array_size(rows), PIPELINE_VERDICT_COUNT - PIPELINE_DROP_FIRST - 1);
	json_array_foreach(rows, i, row) {
		CU_ASSERT_PTR_NULL(json_object_get(seen, text_in(row, "reason")));
		json_object_set_new(seen, text_in(row, "reason"), json_true());
		CU_ASSERT(is_null(row, "last_from") && is_null(row, "last_when"));
	}
	json_decref(seen);
	json_decref(rows);
	appliance_close();
}

/* ---- values ---- */

static void
text_that_is_no_utf8_is_shown_all_the_same(void)
{
	json_t *cut = control_api_text("caf\xc3"), *good = control_api_text("caf\xc3\xa9");

	CU_ASSERT_STRING_EQUAL(json_string_value(cut), "caf?");
	CU_ASSERT_STRING_EQUAL(json_string_value(good), "caf\xc3\xa9");
	json_decref(cut);
	json_decref(good);
}

static CU_TestInfo api_tests[] = {
	{ "every documented command is there, and only reload changes",
			every_documented_command_is_there_and_only_reload_changes },
	{ "a site that is not there is not found", a_site_that_is_not_there_is_not_found },
	{ "a reload that is refused says why", a_reload_that_is_refused_says_why },
	{ "no answer holds a secret", no_answer_holds_a_secret },
	{ "status counts what happened", status_counts_what_happened },
	{ "rates are means over the span", rates_are_means_over_the_span },
	{ "associations tell nonces and who was refused",
			associations_tell_nonces_and_who_was_refused },
	{ "an association from the store has not been heard yet",
			an_association_from_the_store_has_not_been_heard_yet },
	{ "associations of another site are not told", associations_of_another_site_are_not_told },
	{ "keys tell their life and where they may be used",
			keys_tell_their_life_and_where_they_may_be_used },
	{ "keys without bounds are valid and count their associations",
			keys_without_bounds_are_valid_and_count_their_associations },
	{ "keys that stay over a reload are told once",
			keys_that_stay_over_a_reload_are_told_once },
	{ "drops and what was accepted are all that was received",
			drops_and_what_was_accepted_are_all_that_was_received },
	{ "all drops are every reason once", all_drops_are_every_reason_once },
	{ "text that is no UTF-8 is shown all the same",
			text_that_is_no_utf8_is_shown_all_the_same },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_api", NULL, NULL, NULL, NULL, api_tests },
	CU_SUITE_INFO_NULL,
};
