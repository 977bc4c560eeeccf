/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_conf.h"

static void
names_are_unique(void)
{
	refused_once(SITES(SITE("a", PREFIX, KEY("")) "," SITE(
				     "b", "{\"prefix\":\"11.0.0.0/8\"}", KEY("")) "," SITE("a",
				     "{\"prefix\":\"12.0.0.0/8\"}", KEY(""))),
			"f.json: /sites/2/name: \"a\": stands already at f.json: /sites/0");
}

#define ID_SITE(name, id, prefix)                                                               \
	"{\"name\":\"" name "\",\"site-id\":\"" id "\",\"eid-prefixes\":[{\"prefix\":\"" prefix \
	"\"}],\"keys\":[" KEY("") "]}"

static void
site_ids_are_unique_but_for_zero(void)
{
	struct loaded l = load(SITES(ID_SITE("a", "00000000000000aB", "10.0.0.0/8")));

	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	CU_ASSERT_EQUAL(l.conf->sites[0].site_id, 0xab);
	loaded_free(&l);
	refused_once(SITES(ID_SITE("a", "00000000000000ab", "10.0.0.0/8") "," ID_SITE(
				     "b", "00000000000000AB", "11.0.0.0/8")),
			"/sites/1/site-id: \"00000000000000ab\": stands already");
	taken(SITES(ID_SITE("a", "0000000000000000", "10.0.0.0/8") "," ID_SITE(
			"b", "0000000000000000", "11.0.0.0/8")));
	refused_once(SITES(ID_SITE("a", "ab", "10.0.0.0/8")), "expected 16 hexadecimal digits");
	refused_once(SITES(ID_SITE("a", "00000000000000abc", "10.0.0.0/8")),
			"16 hexadecimal digits");
}

static void
an_eid_prefix_belongs_to_one_site(void)
{
	refused_once(SITES(SITE("a", PREFIX, KEY("")) "," SITE("b",
				     "{\"iid\":1,\"prefix\":\"10.0.0.0/8\"}," PREFIX, KEY(""))),
			"/sites/1/eid-prefixes/1: \"10.0.0.0/8\": stands already at f.json: /sites/0");
	refused_once(SITES(SITE("a", "{\"prefix\":\"2001:db8::/32\"}", KEY("")) "," SITE(
				     "b", "{\"prefix\":\"2001:0DB8::/32\"}", KEY(""))),
			"/sites/1/eid-prefixes/0");
	refused_once(SITES(SITE("a", "{\"exact\":\"02:00:00:00:00:0a\"},{\"exact\":\"02:00:00:00:00:0A\"}",
				     KEY(""))),
			"/sites/0/eid-prefixes/1");
	refused_once(SITES(SITE("a", "{\"exact\":\"name:a\"},{\"exact\":\"name:a\"}", KEY(""))),
			"/sites/0/eid-prefixes/1");
	refused_once(SITES(SITE("a", "{\"eid-octets\":\"400301\"},{\"eid-octets\":\"400301\"}",
				     KEY(""))),
			"/sites/0/eid-prefixes/1");
	taken(SITES(SITE("a",
			PREFIX
			",{\"prefix\":\"10.0.0.0/9\"},{\"iid\":1,\"prefix\":\"10.0.0.0/8\"},"
			"{\"exact\":\"name:a\"},{\"exact\":\"name:A\"},{\"exact\":\"02:00:00:00:00:0a\"},"
			"{\"eid-octets\":\"400301\"},{\"eid-octets\":\"40030101\"}",
			KEY(""))));
}

static void
a_key_id_stands_once_in_a_site(void)
{
	refused_once(SITES(SITE("a", PREFIX, KEY("") "," KEY(""))),
			"/sites/0/keys/1/key-id: \"1\": stands already");
	taken(SITES(SITE("a", PREFIX, KEY("")) "," SITE(
			"b", "{\"prefix\":\"11.0.0.0/8\"}", KEY(""))));
}

static void
wrong_values_are_not_compared(void)
{
	struct loaded l = load(SITES("{},{}"));

	CU_ASSERT_EQUAL(l.errs.n_errors, 4); /* name and eid-prefixes of each */
	loaded_free(&l);
	l = load(SITES(SITE("a", PREFIX,
			"{\"key-id\":300,\"algorithm\":2,\"secret-file\":\"a\"},"
			"{\"key-id\":300,\"algorithm\":2,\"secret-file\":\"a\"}")));
	CU_ASSERT_EQUAL(l.errs.n_errors, 2);
	loaded_free(&l);
}

static void
many_mistakes_are_counted_and_not_all_listed(void)
{
	size_t size = 200000, len;
	char *text = malloc(size);
	struct loaded l;

	len = (size_t)snprintf(text, size, "{" PORT ",\"sites\":[");
	for (unsigned int i = 0; i < 3000; i++)
		len += (size_t)snprintf(text + len, size - len, "%s{}", i > 0 ? "," : "");
	snprintf(text + len, size - len, "]}");
	l = load(text);
	CU_ASSERT_EQUAL(l.rc, -EINVAL);
	CU_ASSERT_EQUAL(l.errs.n_errors, CONF_ERRORS_MAX + 1);
	CU_ASSERT_STRING_EQUAL(l.errs.errors[CONF_ERRORS_MAX], "and more of the kind, not listed");
	loaded_free(&l);
	free(text);
}

static CU_TestInfo site_tests[] = {
	{ "names are unique", names_are_unique },
	{ "Site-IDs are unique but for zero", site_ids_are_unique_but_for_zero },
	{ "an EID-prefix belongs to one site", an_eid_prefix_belongs_to_one_site },
	{ "a Key ID stands once in a site", a_key_id_stands_once_in_a_site },
	{ "wrong values are not compared", wrong_values_are_not_compared },
	{ "many mistakes are counted and not all listed",
			many_mistakes_are_counted_and_not_all_listed },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_sites", NULL, NULL, NULL, NULL, site_tests },
	CU_SUITE_INFO_NULL,
};
