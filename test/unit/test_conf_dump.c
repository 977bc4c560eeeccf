/* SPDX-License-Identifier: BSD-3-Clause */

#include <jansson.h>

#include "test_conf.h"

static const char everything[] = SITES(
		"{\"name\":\"a\",\"site-id\":\"00000000000000ff\",\"notify-port\":\"source\",\"eid-prefixes\":["
		"{\"iid\":9,\"prefix\":\"10.0.0.0/8\",\"accept-more-specifics\":true},"
		"{\"exact\":\"02:00:00:00:00:01\"},{\"exact\":\"name:gw\"},{\"eid-octets\":\"40030102\"}],"
		"\"keys\":[{\"key-id\":5,\"algorithm\":1,\"secret-file\":\"k\",\"not-before\":\"2020-02-29\","
		"\"not-after\":\"2098-12-31\",\"nonce-policy\":\"recent\",\"allow-sha1\":true,"
		"\"source-prefixes\":[\"10.0.0.0/8\",\"::/0\"],\"xtrs\":3}]}");

static void
a_dump_loads_again_to_the_same_dump(void)
{
	static const char *const sets[] = { "/ports/0/mac=02:00:5e:00:00:01", "/ports/0/queues=2",
		"/workers={\"count\":2,\"cpus\":[1,2]}", "/ports/0/workers=[1,0]", "/eal=[]",
		"/control/group=adm", "/site-files=[\"none/*.json\"]" };
	struct loaded l = load_with(everything, sets, 7), again;
	char *first, *second;

	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	first = conf_dump(l.conf);
	again = load(first);
	show_errors(&again);
	CU_ASSERT_EQUAL_FATAL(again.rc, 0);
	second = conf_dump(again.conf);
	CU_ASSERT_STRING_EQUAL(first, second);
	CU_ASSERT_EQUAL(again.conf->n_eal, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(first, "\"eid-octets\": \"40030102\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(first, "\"not-before\": \"2020-02-29\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(first, "\"secret-file\": \"/base/k\""));
	free(first);
	free(second);
	loaded_free(&again);
	loaded_free(&l);
}

static void
defaults_are_in_the_dump(void)
{
	struct loaded l = load("{}");
	char *text = conf_dump(l.conf);
	json_t *json = json_loads(text, 0, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json, "eal")), 4);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(
					json_object_get(json, "registration"), "lifetime-s")),
			180);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(
					       json_object_get(json, "control"), "socket")),
			"/base/sluice.sock");
	CU_ASSERT_PTR_NULL(json_object_get(json_object_get(json, "workers"), "cpus"));
	json_decref(json);
	free(text);
	loaded_free(&l);
}

static void
what_needs_a_restart_is_told(void)
{
	static const char *const sets[] = { "/workers/count=2", "/log/level=debug", "/sites=[]",
		"/limits/static-rate=5", "/control/group=adm", "/map-notify/port=source" };
	struct loaded a = load(everything), b = load_with(everything, sets, 6);
	struct conf_errors notes = { 0 };

	CU_ASSERT_EQUAL_FATAL(a.rc, 0);
	CU_ASSERT_EQUAL_FATAL(b.rc, 0);
	CU_ASSERT_EQUAL(conf_restart_notes(a.conf, b.conf, &notes), 3);
	CU_ASSERT_EQUAL(notes.n_warnings, 3);
	CU_ASSERT(has_line(notes.warnings, notes.n_warnings, "f.json: /workers/count: 2: differs"));
	CU_ASSERT(has_line(notes.warnings, notes.n_warnings, "/limits/static-rate: 5: "));
	CU_ASSERT(has_line(notes.warnings, notes.n_warnings, "/control/group: \"adm\": "));
	conf_errors_free(&notes);
	CU_ASSERT_EQUAL(conf_restart_notes(b.conf, a.conf, &notes), 3);
	conf_errors_free(&notes);
	CU_ASSERT_EQUAL(conf_restart_notes(a.conf, a.conf, &notes), 0);
	loaded_free(&a);
	loaded_free(&b);
}

static CU_TestInfo dump_tests[] = {
	{ "a dump loads again to the same dump", a_dump_loads_again_to_the_same_dump },
	{ "defaults are in the dump", defaults_are_in_the_dump },
	{ "what needs a restart is told", what_needs_a_restart_is_told },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_dump", NULL, NULL, NULL, NULL, dump_tests },
	CU_SUITE_INFO_NULL,
};
