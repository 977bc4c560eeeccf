/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_assoc.h"

static const struct assoc_key *key_a, *key_b;

static void
open_table(uint32_t max_associations)
{
	uint32_t alpha, beta;

	table_open(max_associations, 8, 16);
	alpha = add_site("alpha", 0xa);
	add_key(alpha, 1, 2, "alpha-secret");
	beta = add_site("beta", 0xb);
	add_key(beta, 1, 2, "beta-secret")->policy = ASSOC_RECENT;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	key_a = site_named("alpha")->key[1];
	key_b = site_named("beta")->key[1];
}

static void
association_is_found_by_its_id_alone(void)
{
	struct assoc_id id;
	struct assoc *a;

	open_table(16);
	a = create(key_a, 1, 77);
	id = id_of(key_a, 1);
	CU_ASSERT_PTR_EQUAL(assoc_lookup(table, &id), a);
	CU_ASSERT_PTR_EQUAL(assoc_by_number(table, a->number), a);
	CU_ASSERT_EQUAL(a->site, site_named("alpha")->number);
	CU_ASSERT_EQUAL(a->policy, ASSOC_STRICT);
	CU_ASSERT_EQUAL(a->last_nonce, 77);
	CU_ASSERT_PTR_NULL(a->recent);
	id = id_of(key_a, 2);
	CU_ASSERT_PTR_NULL(assoc_lookup(table, &id));
	id = id_of(key_b, 1);
	CU_ASSERT_PTR_NULL(assoc_lookup(table, &id));
	id = id_of(key_a, 0);
	CU_ASSERT_PTR_NULL(assoc_lookup(table, &id));
	table_close();
}

/* An xTR-ID of zeros is not "no xTR-ID". */
static void
message_without_xtr_id_has_its_own_association(void)
{
	struct assoc_id none, zero;
	struct assoc *a, *b;

	open_table(16);
	none = id_of(key_a, 0);
	zero = none;
	zero.has_xtr_id = 1;
	CU_ASSERT_EQUAL(assoc_create(table, &none, 1, &a), 0);
	CU_ASSERT_EQUAL(assoc_create(table, &zero, 2, &b), 0);
	CU_ASSERT_PTR_NOT_EQUAL(a, b);
	CU_ASSERT_PTR_EQUAL(assoc_lookup(table, &none), a);
	CU_ASSERT_PTR_EQUAL(assoc_lookup(table, &zero), b);
	table_close();
}

static void
burst_finds_what_single_lookups_find(void)
{
	static struct assoc_id ids[1000];
	static const struct assoc_id *at[1000];
	static struct assoc *out[1000], *made[1000];
	unsigned int wrong = 0;

	open_table(1000);
	for (unsigned int i = 0; i < 1000; i++) {
		made[i] = i % 3 == 0 ? NULL : create(key_b, i + 1, i);
		ids[i] = id_of(key_b, i + 1);
		at[i] = &ids[i];
	}
	assoc_lookup_burst(table, at, out, 1000);
	for (unsigned int i = 0; i < 1000; i++)
		wrong += out[i] != made[i] || assoc_lookup(table, at[i]) != made[i];
	CU_ASSERT_EQUAL(wrong, 0);
	assoc_lookup_burst(table, at, out, 0);
	table_close();
}

static void
second_of_its_kind_is_refused(void)
{
	struct assoc_id id;
	struct assoc *a, *other = NULL;

	open_table(16);
	a = create(key_a, 1, 5);
	id = id_of(key_a, 1);
	CU_ASSERT_EQUAL(assoc_create(table, &id, 9, &other), -EEXIST);
	CU_ASSERT_PTR_NULL(other);
	CU_ASSERT_EQUAL(a->last_nonce, 5);
	CU_ASSERT_EQUAL(assoc_key_count(table, key_a->number), 1);
	table_close();
}

static void
association_of_no_key_is_refused(void)
{
	struct assoc_id id = { .key = 9 };
	struct assoc *a;

	open_table(16);
	CU_ASSERT_EQUAL(assoc_create(table, &id, 1, &a), -ENOENT);
	id.key = ASSOC_NONE;
	CU_ASSERT_EQUAL(assoc_create(table, &id, 1, &a), -ENOENT);
	table_close();
}

static void
key_takes_its_max_xtrs_and_no_more(void)
{
	struct assoc_id id;
	struct assoc *a;

	open_table(16);
	conf.key[0][0].max_xtrs = 2;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	key_a = site_named("alpha")->key[1];
	create(key_a, 0, 1);
	create(key_a, 1, 1);
	id = id_of(key_a, 2);
	CU_ASSERT_EQUAL(assoc_create(table, &id, 1, &a), -EDQUOT);
	CU_ASSERT_EQUAL(assoc_key_count(table, key_a->number), 2);
	key_b = site_named("beta")->key[1];
	create(key_b, 2, 1);
	conf.key[0][0].max_xtrs = 3;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(assoc_create(table, &id, 1, &a), 0);
	table_close();
}

static void
full_table_takes_no_more(void)
{
	struct assoc_stats st;
	struct assoc_id id;
	struct assoc *a;

	open_table(3);
	for (uint32_t i = 0; i < 3; i++)
		CU_ASSERT(create(key_b, i, i)->number < 3);
	id = id_of(key_b, 3);
	CU_ASSERT_EQUAL(assoc_create(table, &id, 1, &a), -ENOSPC);
	CU_ASSERT_EQUAL(assoc_key_count(table, key_b->number), 3);
	assoc_stats_get(table, &st);
	CU_ASSERT_EQUAL(st.n_associations, 3);
	CU_ASSERT_EQUAL(st.n_sites, 2);
	CU_ASSERT_EQUAL(st.n_keys, 2);
	CU_ASSERT(st.bytes > 0);
	table_close();
}

static void
walk_meets_each_association_once(void)
{
	uint32_t last = 0, stays;
	unsigned int n = 0;

	open_table(200);
	stays = key_b->number;
	CU_ASSERT_EQUAL(assoc_next(table, 0), ASSOC_NONE);
	for (uint32_t i = 0; i < 150; i++)
		create(i % 2 == 0 ? key_a : key_b, i, i);
	conf.site[0].n_keys = 0;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	for (uint32_t i = assoc_next(table, 0); i != ASSOC_NONE; i = assoc_next(table, i + 1)) {
		CU_ASSERT(n == 0 || i > last);
		CU_ASSERT_EQUAL(assoc_by_number(table, i)->id.key, stays);
		last = i;
		n++;
	}
	CU_ASSERT_EQUAL(n, 75);
	CU_ASSERT_EQUAL(assoc_next(table, 1000), ASSOC_NONE);
	CU_ASSERT_PTR_NULL(assoc_by_number(table, ASSOC_NONE));
	table_close();
}

/* ---- removal ---- */

static void
associations_of_a_key_that_is_gone_are_told_and_removed(void)
{
	struct assoc *first, *stays;
	struct assoc_id id;
	uint32_t number;

	open_table(16);
	first = create(key_a, 1, 1);
	number = first->number;
	create(key_a, 2, 1);
	stays = create(key_b, 1, 1);
	id = id_of(key_a, 1);
	conf.key[0][0].secret = (const uint8_t *)"ALPHA-SECRET";
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_gone, 2);
	CU_ASSERT(events.gone[0] == number || events.gone[1] == number);
	CU_ASSERT_PTR_NULL(assoc_lookup(table, &id));
	CU_ASSERT_PTR_NULL(assoc_by_number(table, number));
	CU_ASSERT_EQUAL(assoc_key_count(table, id.key), 0);
	id = id_of(site_named("alpha")->key[1], 1);
	CU_ASSERT_PTR_NULL(
			assoc_lookup(table, &id)); /* another secret, another nonce space: CK-027 */
	CU_ASSERT_EQUAL(assoc_by_number(table, stays->number)->last_nonce, 1);
	table_close();
}

static void
associations_go_with_their_site(void)
{
	open_table(16);
	create(key_a, 1, 1);
	create(key_b, 1, 1);
	conf.n = 1;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_gone, 1);
	conf.n = 0;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_gone, 1);
	CU_ASSERT_EQUAL(assoc_next(table, 0), ASSOC_NONE);
	table_close();
}

static void
reload_keeps_associations_and_their_nonces(void)
{
	struct assoc *a, *b;
	uint32_t number;

	open_table(16);
	a = create(key_a, 1, 41);
	b = create(key_b, 1, 42);
	number = a->number;
	add_prefix(0, "10.0.0.0/8", false);
	conf.key[0][0].max_xtrs = 5;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_gone, 0);
	CU_ASSERT_PTR_EQUAL(assoc_by_number(table, number), a);
	CU_ASSERT_EQUAL(a->last_nonce, 41);
	CU_ASSERT_EQUAL(b->last_nonce, 42);
	CU_ASSERT_EQUAL(assoc_key_count(table, site_named("alpha")->key[1]->number), 1);
	table_close();
}

static void
reader_holds_back_what_it_may_still_see(void)
{
	struct assoc_stats before, after;
	struct assoc_id id;
	struct assoc *a, *b;

	open_table(1);
	rte_rcu_qsbr_thread_register(rcu, 0);
	rte_rcu_qsbr_thread_online(rcu, 0);
	a = create(key_b, 1, 7);
	assoc_stats_get(table, &before);
	conf.n = 1;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	assoc_reclaim(table);
	CU_ASSERT_EQUAL(a->last_nonce, 7);
	CU_ASSERT_EQUAL(a->recent[0], 7);
	CU_ASSERT_EQUAL(key_b->key_id, 1); /* its snapshot stands */
	id = id_of(site_named("alpha")->key[1], 1);
	CU_ASSERT_EQUAL(assoc_create(table, &id, 1, &b), -ENOSPC);
	assoc_stats_get(table, &after);
	CU_ASSERT_EQUAL(after.n_associations, 0);
	CU_ASSERT(after.bytes > before.bytes);
	rte_rcu_qsbr_quiescent(rcu, 0);
	CU_ASSERT_EQUAL(assoc_create(table, &id, 1, &b), 0);
	CU_ASSERT_PTR_EQUAL(a, b); /* the place is the same */
	CU_ASSERT_PTR_NULL(b->recent);
	assoc_stats_get(table, &after);
	CU_ASSERT(after.bytes <= before.bytes);
	rte_rcu_qsbr_thread_offline(rcu, 0);
	rte_rcu_qsbr_thread_unregister(rcu, 0);
	table_close();
}

static void
table_can_be_filled_and_emptied_many_times(void)
{
	char secret[16];

	table_open(8, 2, 4);
	for (unsigned int round = 0; round < 20; round++) {
		memset(&conf, 0, sizeof(conf));
		snprintf(secret, sizeof(secret), "secret-%u", round);
		add_key(add_site("alpha", 1), 1, 2, secret)->policy = (uint8_t)(round % 3);
		CU_ASSERT_EQUAL_FATAL(load(), 0);
		CU_ASSERT_EQUAL(events.n_gone, round == 0 ? 0 : 8);
		for (uint32_t i = 0; i < 8; i++)
			create(site_named("alpha")->key[1], i, i);
	}
	table_close();
}

static void
destroying_nothing_is_fine(void)
{
	assoc_table_destroy(NULL);
	CU_PASS();
}

static CU_TestInfo table_tests[] = {
	{ "association is found by its id alone", association_is_found_by_its_id_alone },
	{ "message without xTR-ID has its own association",
			message_without_xtr_id_has_its_own_association },
	{ "burst finds what single lookups find", burst_finds_what_single_lookups_find },
	{ "second of its kind is refused", second_of_its_kind_is_refused },
	{ "association of no key is refused", association_of_no_key_is_refused },
	{ "key takes its max_xtrs and no more", key_takes_its_max_xtrs_and_no_more },
	{ "full table takes no more", full_table_takes_no_more },
	{ "walk meets each association once", walk_meets_each_association_once },
	{ "associations of a key that is gone are told and removed",
			associations_of_a_key_that_is_gone_are_told_and_removed },
	{ "associations go with their site", associations_go_with_their_site },
	{ "reload keeps associations and their nonces",
			reload_keeps_associations_and_their_nonces },
	{ "reader holds back what it may still see", reader_holds_back_what_it_may_still_see },
	{ "table can be filled and emptied many times",
			table_can_be_filled_and_emptied_many_times },
	{ "destroying nothing is fine", destroying_nothing_is_fine },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "assoc_table", NULL, NULL, NULL, NULL, table_tests },
	CU_SUITE_INFO_NULL,
};
