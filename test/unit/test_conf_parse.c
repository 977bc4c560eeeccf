/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_conf.h"

static void
every_name_that_stands_twice_is_reported_where_it_stands(void)
{
	struct loaded l = load("{\"log\":{\"level\":\"info\",\"level\":\"err\"}," PORT ",\"sites\":[" SITE(
			"a", PREFIX,
			KEY("")) ",{\"name\":\"b\",\"name\":\"c\","
				 "\"eid-prefixes\":[{\"prefix\":\"10.0.0.0/9\",\"iid\":0,\"iid\":1}],"
				 "\"keys\":[]}],\"log\":{}}");

	CU_ASSERT_EQUAL(l.rc, -EINVAL);
	CU_ASSERT_EQUAL(l.errs.n_errors, 4);
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "f.json: /log/level: stands twice"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "f.json: /log: stands twice"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "f.json: /sites/1/name: stands twice"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors,
			"f.json: /sites/1/eid-prefixes/0/iid: stands twice"));
	loaded_free(&l);
}

static void
a_name_is_the_same_however_it_is_written(void)
{
	struct loaded l = load("{" PORT ",\"log\":{},\"\\u006cog\":{}}");

	CU_ASSERT_EQUAL(l.rc, -EINVAL);
	CU_ASSERT_EQUAL(l.errs.n_errors, 1);
	loaded_free(&l);
}

static void
quotes_and_brackets_in_strings_are_no_structure(void)
{
	struct loaded l = load(
			"{\"ports\":[{\"name\":\"a}{[]\\\"\\\\\",\"devargs\":\"x,\\\"name\\\":{\","
			"\"addresses\":[\"::1\"]}]}");

	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	CU_ASSERT_STRING_EQUAL(l.conf->ports[0].name, "a}{[]\"\\");
	loaded_free(&l);
}

static void
what_is_not_json_is_one_error_with_line_and_column(void)
{
	static const char *const texts[] = { "", "{", "}", "[1", "{\"a\":}", "nul", "{\"a\":1}x",
		"\xff", "{\"a\":\"\\u0000\"}", "{\"a\":01}", "{\"a\":1e999}" };

	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refused_once(texts[i], "f.json: line ");
	refused_once("{\n  \"a\": 1,\n}", "f.json: line 3, column 1: not JSON");
}

static void
a_file_is_one_object(void)
{
	refused_once("[]", "f.json: /: an array: expected an object, the configuration");
}

static void
depth_has_a_limit(void)
{
	char *deep = malloc(100001);

	memset(deep, '[', 100000);
	deep[100000] = '\0';
	refused_once(deep, "not JSON");
	free(deep);
}

static CU_TestInfo parse_tests[] = {
	{ "every name that stands twice is reported where it stands",
			every_name_that_stands_twice_is_reported_where_it_stands },
	{ "a name is the same however it is written", a_name_is_the_same_however_it_is_written },
	{ "quotes and brackets in strings are no structure",
			quotes_and_brackets_in_strings_are_no_structure },
	{ "what is not JSON is one error with line and column",
			what_is_not_json_is_one_error_with_line_and_column },
	{ "a file is one object", a_file_is_one_object },
	{ "depth has a limit", depth_has_a_limit },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_parse", NULL, NULL, NULL, NULL, parse_tests },
	CU_SUITE_INFO_NULL,
};
