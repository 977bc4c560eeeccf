/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_assoc.h"

static void
open_two_sites(void)
{
	uint32_t alpha, beta;

	table_open(16, 8, 16);
	alpha = add_site("alpha", 0xa);
	add_prefix(alpha, "10.1.0.0/16", true);
	add_key(alpha, 1, 2, "alpha-secret-one");
	beta = add_site("beta", 0);
	add_prefix(beta, "10.2.0.0/16", true);
	add_key(beta, 0, 1, "beta-secret-one");
}

static void
new_table_has_an_empty_snapshot(void)
{
	const struct assoc_sites *s;
	struct lisp_eid eid;
	bool allowed = true;

	table_open(16, 8, 16);
	s = assoc_sites_get(table);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	CU_ASSERT_EQUAL(assoc_sites_count(s), 0);
	CU_ASSERT_PTR_NULL(assoc_site_at(s, 0));
	CU_ASSERT_PTR_NULL(assoc_site_by_id(s, 1));
	CU_ASSERT_PTR_NULL(assoc_site_by_number(s, 0));
	CU_ASSERT_PTR_NULL(assoc_site_by_name(s, "alpha"));
	CU_ASSERT_EQUAL(lisp_eid_from_text("10.0.0.0/8", &eid), 0);
	CU_ASSERT_PTR_NULL(assoc_site_by_eid(s, &eid, &allowed));
	CU_ASSERT_FALSE(allowed);
	table_close();
}

static void
site_is_found_by_id_name_number_and_place(void)
{
	const struct assoc_sites *s;
	const struct assoc_site *alpha, *beta;

	open_two_sites();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	s = assoc_sites_get(table);
	CU_ASSERT_EQUAL(assoc_sites_count(s), 2);
	alpha = assoc_site_at(s, 0);
	beta = assoc_site_at(s, 1);
	CU_ASSERT_STRING_EQUAL(alpha->name, "alpha");
	CU_ASSERT_STRING_EQUAL(beta->name, "beta");
	CU_ASSERT_PTR_EQUAL(assoc_site_by_name(s, "alpha"), alpha);
	CU_ASSERT_PTR_EQUAL(assoc_site_by_name(s, "beta"), beta);
	CU_ASSERT_PTR_NULL(assoc_site_by_name(s, "alphabet"));
	CU_ASSERT_PTR_EQUAL(assoc_site_by_id(s, 0xa), alpha);
	CU_ASSERT_PTR_EQUAL(assoc_site_by_number(s, alpha->number), alpha);
	CU_ASSERT_PTR_EQUAL(assoc_site_by_number(s, beta->number), beta);
	CU_ASSERT_PTR_NULL(assoc_site_by_number(s, 7));
	CU_ASSERT_PTR_NULL(assoc_site_by_number(s, ASSOC_NONE));
	CU_ASSERT_EQUAL(alpha->lifetime_ms, 180000);
	CU_ASSERT_EQUAL(alpha->n_prefixes, 1);
	CU_ASSERT_EQUAL(alpha->prefixes[0].eid.mask_len, 16);
	table_close();
}

static void
site_id_zero_is_no_site_id(void)
{
	open_two_sites();
	add_site("gamma", 0);
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_PTR_NULL(assoc_site_by_id(assoc_sites_get(table), 0));
	CU_ASSERT_PTR_NULL(assoc_site_by_id(assoc_sites_get(table), 0xbad));
	table_close();
}

static void
site_id_that_stands_twice_is_refused(void)
{
	open_two_sites();
	add_site("gamma", 0xa);
	CU_ASSERT_EQUAL(load(), -EEXIST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "gamma"));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "alpha"));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "000000000000000a"));
	table_close();
}

static void
name_that_stands_twice_is_refused(void)
{
	open_two_sites();
	add_site("alpha", 0xc);
	CU_ASSERT_EQUAL(load(), -EEXIST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "alpha"));
	table_close();
}

static void
name_above_its_limit_is_refused(void)
{
	static char name[300];

	open_two_sites();
	memset(name, 'n', 255);
	add_site(name, 0);
	CU_ASSERT_EQUAL(load(), 0);
	name[255] = 'n';
	CU_ASSERT_EQUAL(load(), -EINVAL);
	CU_ASSERT(strlen(why) > 0);
	table_close();
}

static void
more_sites_than_fit_are_refused(void)
{
	table_open(16, 2, 16);
	add_site("a", 1);
	add_site("b", 2);
	CU_ASSERT_EQUAL(load(), 0);
	add_site("c", 3);
	CU_ASSERT_EQUAL(load(), -ENOSPC);
	CU_ASSERT_EQUAL(assoc_sites_count(assoc_sites_get(table)), 2);
	table_close();
}

static void
site_keeps_its_number_over_reloads(void)
{
	uint32_t beta;

	open_two_sites();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	beta = site_named("beta")->number;
	memset(&conf, 0, sizeof(conf));
	add_site("gamma", 0xc);
	add_site("beta", 0xb);
	add_site("delta", 0xd);
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(site_named("beta")->number, beta);
	CU_ASSERT_NOT_EQUAL(site_named("gamma")->number, beta);
	CU_ASSERT_NOT_EQUAL(site_named("delta")->number, site_named("gamma")->number);
	CU_ASSERT_PTR_NULL(site_named("alpha"));
	table_close();
}

static void
numbers_stay_below_max_sites_for_ever(void)
{
	char name[2][16];

	table_open(16, 2, 16);
	for (unsigned int i = 0; i < 20; i++) {
		memset(&conf, 0, sizeof(conf));
		for (unsigned int k = 0; k < 2; k++) {
			snprintf(name[k], sizeof(name[k]), "site-%u", i + k);
			add_site(name[k], 0);
		}
		CU_ASSERT_EQUAL_FATAL(load(), 0);
		CU_ASSERT(site_named(name[0])->number < 2);
		CU_ASSERT(site_named(name[1])->number < 2);
		CU_ASSERT_NOT_EQUAL(site_named(name[0])->number, site_named(name[1])->number);
	}
	table_close();
}

static CU_TestInfo site_tests[] = {
	{ "new table has an empty snapshot", new_table_has_an_empty_snapshot },
	{ "site is found by id, name, number and place",
			site_is_found_by_id_name_number_and_place },
	{ "Site-ID zero is no Site-ID", site_id_zero_is_no_site_id },
	{ "Site-ID that stands twice is refused", site_id_that_stands_twice_is_refused },
	{ "name that stands twice is refused", name_that_stands_twice_is_refused },
	{ "name above its limit is refused", name_above_its_limit_is_refused },
	{ "more sites than fit are refused", more_sites_than_fit_are_refused },
	{ "site keeps its number over reloads", site_keeps_its_number_over_reloads },
	{ "numbers stay below max_sites for ever", numbers_stay_below_max_sites_for_ever },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "assoc_site", NULL, NULL, NULL, NULL, site_tests },
	CU_SUITE_INFO_NULL,
};
