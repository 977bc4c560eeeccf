/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_assoc.h"

static void
open_three_sites(void)
{
	uint32_t site;

	table_open(16, 8, 16);
	site = add_site("alpha", 0xa);
	add_prefix(site, "10.1.0.0/16", true);
	add_prefix(site, "10.9.0.0/16", false);
	add_key(site, 1, 2, "alpha-secret");
	site = add_site("beta", 0xb);
	add_prefix(site, "10.2.0.0/16", true);
	add_key(site, 1, 2, "beta-secret");
	site = add_site("gamma", 0xc);
	add_prefix(site, "2001:db8::/32", true);
	CU_ASSERT_EQUAL_FATAL(load(), 0);
}

/* Load what conf says now: which site alone changed? */
static void
only_this_site_changed(const char *name)
{
	uint32_t number = site_named(name)->number;

	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 1);
	CU_ASSERT_EQUAL(events.changed[0], number);
}

static void
serial_grows_with_every_load_that_succeeds(void)
{
	uint32_t serial;

	open_three_sites();
	serial = assoc_sites_serial(assoc_sites_get(table));
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(assoc_sites_serial(assoc_sites_get(table)), serial + 1);
	add_site("alpha", 0);
	CU_ASSERT_EQUAL_FATAL(load(), -EEXIST);
	CU_ASSERT_EQUAL(assoc_sites_serial(assoc_sites_get(table)), serial + 1);
	table_close();
}

static void
first_load_changes_nothing_that_was(void)
{
	open_three_sites();
	CU_ASSERT_EQUAL(events.n_changed, 0);
	CU_ASSERT_EQUAL(events.n_gone, 0);
	table_close();
}

static void
same_sites_again_change_nothing(void)
{
	struct assoc_prefix_params p;

	open_three_sites();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 0);
	p = conf.prefix[0][0]; /* their order does not count */
	conf.prefix[0][0] = conf.prefix[0][1];
	conf.prefix[0][1] = p;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 0);
	table_close();
}

static void
each_setting_of_a_site_is_a_change(void)
{
	open_three_sites();
	conf.site[1].lifetime_ms++;
	only_this_site_changed("beta");
	conf.site[1].max_eids++;
	only_this_site_changed("beta");
	conf.site[1].site_id = 0xbb;
	only_this_site_changed("beta");
	conf.site[1].notify_source = true;
	only_this_site_changed("beta");
	table_close();
}

static void
each_setting_of_a_key_is_a_change(void)
{
	struct assoc_source from = { .ip = { .family = 4, .octets = { 10 } }, .mask_len = 8 };
	struct assoc_key_params *k = &conf.key[0][0];

	open_three_sites();
	k->policy = ASSOC_RECENT;
	only_this_site_changed("alpha");
	k->insecure = true;
	only_this_site_changed("alpha");
	k->not_before_ms = 1;
	only_this_site_changed("alpha");
	k->not_after_ms = 9;
	only_this_site_changed("alpha");
	k->max_xtrs = 2;
	only_this_site_changed("alpha");
	k->sources = &from;
	k->n_sources = 1;
	only_this_site_changed("alpha");
	from.mask_len = 9;
	only_this_site_changed("alpha");
	k->secret = (const uint8_t *)"ALPHA-SECRET";
	only_this_site_changed("alpha");
	add_key(0, 2, 2, "another");
	only_this_site_changed("alpha");
	conf.site[0].n_keys = 1;
	only_this_site_changed("alpha");
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 0);
	table_close();
}

static void
each_prefix_of_a_site_is_a_change(void)
{
	open_three_sites();
	add_prefix(2, "2001:db9::/32", true);
	only_this_site_changed("gamma");
	conf.prefix[2][1].more_specifics = false;
	only_this_site_changed("gamma");
	conf.prefix[2][1].eid.mask_len = 33;
	only_this_site_changed("gamma");
	conf.site[2].n_prefixes = 1;
	only_this_site_changed("gamma");
	table_close();
}

static void
site_that_goes_is_a_change(void)
{
	uint32_t gamma;

	open_three_sites();
	gamma = site_named("gamma")->number;
	conf.n = 2;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 1);
	CU_ASSERT_EQUAL(events.changed[0], gamma);
	conf.n = 3;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 0); /* it is new: nothing stands in its name */
	table_close();
}

/* CK-041: what alpha registered inside of it is no longer alpha's. */
static void
longer_prefix_of_another_site_changes_the_site_it_takes_from(void)
{
	uint32_t alpha, delta;

	open_three_sites();
	alpha = site_named("alpha")->number;
	delta = add_site("delta", 0xd);
	add_prefix(delta, "10.1.7.0/24", true);
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 1);
	CU_ASSERT_EQUAL(events.changed[0], alpha);
	CU_ASSERT_STRING_EQUAL(owner_of("10.1.7.8/32"), "delta");
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 0);
	table_close();
}

static void
prefix_that_moves_changes_both_sites(void)
{
	open_three_sites();
	conf.site[0].n_prefixes = 1;
	add_prefix(1, "10.9.0.0/16", false);
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_changed, 2);
	CU_ASSERT_NOT_EQUAL(events.changed[0], events.changed[1]);
	CU_ASSERT_STRING_EQUAL(owner_of("10.9.0.0/16"), "beta");
	table_close();
}

static void
callbacks_may_be_left_out(void)
{
	open_three_sites();
	create(site_named("alpha")->key[1], 1, 1);
	CU_ASSERT_EQUAL(assoc_sites_load(table, NULL, 0, NULL, NULL, NULL, why, sizeof(why)), 0);
	CU_ASSERT_EQUAL(assoc_next(table, 0), ASSOC_NONE);
	table_close();
}

static void
load_that_fails_changes_nothing(void)
{
	const struct assoc_sites *before;
	const struct assoc_key *key;
	struct assoc *a;

	open_three_sites();
	before = assoc_sites_get(table);
	key = site_named("alpha")->key[1];
	a = create(key, 1, 5);
	conf.site[0].n_keys = 0;
	conf.site[1].lifetime_ms++;
	add_prefix(2, "10.2.0.0/16", true); /* refused */
	CU_ASSERT_EQUAL(load(), -EEXIST);
	CU_ASSERT_EQUAL(events.n_gone + events.n_changed, 0);
	CU_ASSERT_PTR_EQUAL(assoc_sites_get(table), before);
	CU_ASSERT_PTR_EQUAL(assoc_key_by_number(table, key->number), key);
	CU_ASSERT_PTR_EQUAL(assoc_by_number(table, a->number), a);
	table_close();
}

static void
old_snapshot_stands_while_a_reader_may_use_it(void)
{
	const struct assoc_sites *old;
	struct assoc_stats held, freed;
	struct lisp_eid eid;
	bool allowed;

	open_three_sites();
	rte_rcu_qsbr_thread_register(rcu, 0);
	rte_rcu_qsbr_thread_online(rcu, 0);
	old = assoc_sites_get(table);
	conf.n = 1;
	for (unsigned int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_PTR_NOT_EQUAL(assoc_sites_get(table), old);
	CU_ASSERT_EQUAL(lisp_eid_from_text("10.2.3.0/24", &eid), 0);
	CU_ASSERT_STRING_EQUAL(assoc_site_by_eid(old, &eid, &allowed)->name, "beta");
	CU_ASSERT_PTR_NULL(assoc_site_by_name(assoc_sites_get(table), "beta"));
	assoc_stats_get(table, &held);
	rte_rcu_qsbr_quiescent(rcu, 0);
	assoc_reclaim(table);
	assoc_stats_get(table, &freed);
	CU_ASSERT(freed.bytes < held.bytes);
	rte_rcu_qsbr_thread_offline(rcu, 0);
	rte_rcu_qsbr_thread_unregister(rcu, 0);
	table_close();
}

static CU_TestInfo load_tests[] = {
	{ "serial grows with every load that succeeds",
			serial_grows_with_every_load_that_succeeds },
	{ "first load changes nothing that was", first_load_changes_nothing_that_was },
	{ "same sites again change nothing", same_sites_again_change_nothing },
	{ "each setting of a site is a change", each_setting_of_a_site_is_a_change },
	{ "each setting of a key is a change", each_setting_of_a_key_is_a_change },
	{ "each prefix of a site is a change", each_prefix_of_a_site_is_a_change },
	{ "site that goes is a change", site_that_goes_is_a_change },
	{ "longer prefix of another site changes the site it takes from",
			longer_prefix_of_another_site_changes_the_site_it_takes_from },
	{ "prefix that moves changes both sites", prefix_that_moves_changes_both_sites },
	{ "callbacks may be left out", callbacks_may_be_left_out },
	{ "load that fails changes nothing", load_that_fails_changes_nothing },
	{ "old snapshot stands while a reader may use it",
			old_snapshot_stands_while_a_reader_may_use_it },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "assoc_load", NULL, NULL, NULL, NULL, load_tests },
	CU_SUITE_INFO_NULL,
};
