/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>

#include "test_mapdb_util.h"

static const char eid[] = "10.1.0.0/16";
static const char other[] = "10.2.0.0/16";

static void
registered_mapping_is_given_out_as_it_came(void)
{
	struct fixture f = fixture_open(16);
	struct message m = { .flags = LISP_REG_P | LISP_REG_T | LISP_REG_M, .site = 3 };
	struct lisp_eid e = eid_of("[100] 2001:db8:1::/48");
	struct mapdb_view v;
	struct mapdb_result res;

	message_add_eid(&m, &e, 5, 2, 20);
	res = apply_ok(f.db, 7, &m);
	CU_ASSERT_EQUAL(res.n_added, 1);
	CU_ASSERT_EQUAL(res.n_changed + res.n_withdrawn, 0);
	CU_ASSERT_TRUE_FATAL(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_TRUE(lisp_eid_equal(&v.eid, &e));
	CU_ASSERT_EQUAL(v.registrant, 7);
	CU_ASSERT_EQUAL(v.site, 3);
	CU_ASSERT_EQUAL(v.ttl_min, 5);
	CU_ASSERT_EQUAL(v.flags, LISP_REG_P);
	CU_ASSERT_EQUAL(v.n_locators, 2);
	CU_ASSERT_EQUAL(v.locators_len, 24);
	CU_ASSERT_EQUAL(memcmp(v.locators, m.octets + m.len - 24, 24), 0);
	CU_ASSERT_EQUAL(v.expires_ns, START_NS + 300 * SECOND);
	CU_ASSERT_FALSE(v.more);
	fixture_close(&f);
}

/* RFC 9301 5.4 and 9306 3: p bit cleared, locators of an unrecognised LCAF type ignored. */
static void
p_bit_and_unrecognised_locators_are_not_kept(void)
{
	static const uint8_t record[] = { 0, 0, 5, 160, 3, 16, 0, 0, 0x0a, 0xbc, 0, 1, 10, 1, 0, 0,
		/* priority 1, flags L, p and R */
		1, 100, 255, 0, 0, 7, 0, 1, 10, 9, 0, 1,
		/* LCAF of type 99 */
		1, 100, 255, 0, 0, 1, 0x40, 3, 0, 0, 99, 0, 0, 2, 1, 2,
		/* another one to keep */
		2, 100, 255, 0, 0, 1, 0, 1, 10, 9, 0, 2 };
	struct fixture f = fixture_open(16);
	struct message m = { .len = sizeof(record), .n = 1 };
	struct lisp_eid e = eid_of(eid);
	struct mapdb_view v;

	memcpy(m.octets, record, sizeof(record));
	apply_ok(f.db, 7, &m);
	CU_ASSERT_TRUE_FATAL(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_EQUAL(v.version, 0xabc);
	CU_ASSERT_EQUAL_FATAL(v.n_locators, 2);
	CU_ASSERT_EQUAL_FATAL(v.locators_len, 24);
	CU_ASSERT_EQUAL(v.locators[5], 5);
	CU_ASSERT_EQUAL(v.locators[11], 1);
	CU_ASSERT_EQUAL(v.locators[23], 2);
	fixture_close(&f);
}

static void
empty_locator_set_is_registered(void)
{
	struct fixture f = fixture_open(16);
	struct message m = { .len = 0 };
	struct lisp_eid e = eid_of(eid);
	struct mapdb_view v;

	message_add_eid(&m, &e, 10, 0, 0);
	apply_ok(f.db, 7, &m);
	CU_ASSERT_TRUE_FATAL(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_EQUAL(v.n_locators, 0);
	CU_ASSERT_EQUAL(v.locators_len, 0);
	fixture_close(&f);
}

static void
largest_locator_set_fits(void)
{
	struct fixture f = fixture_open(16);
	struct message m = { .len = 0 };
	struct lisp_eid e = eid_of(eid);
	struct mapdb_view v;

	message_add_eid(&m, &e, 10, 255, 0);
	apply_ok(f.db, 7, &m);
	CU_ASSERT_TRUE_FATAL(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_EQUAL(v.n_locators, 255);
	CU_ASSERT_EQUAL(v.locators_len, 255 * 12);
	CU_ASSERT_EQUAL(v.locators[254 * 12 + 11], 254);
	fixture_close(&f);
}

static void
record_replaces_what_its_registrant_said_before(void)
{
	struct fixture f = fixture_open(16);
	struct message old = message_of(other, 1440, 1);
	struct mapdb_stats st;

	message_add(&old, eid, 1440, 1);
	apply_ok(f.db, 7, &old);
	CU_ASSERT_EQUAL(register_one(f.db, 7, eid, 1440, 2).n_changed, 1);
	CU_ASSERT_EQUAL(first_rloc(f.db, eid), 2);
	CU_ASSERT_EQUAL(first_rloc(f.db, other), 1);
	CU_ASSERT_FALSE(refresh(f.db, 7, &old));
	st = stats_of(f.db);
	CU_ASSERT_EQUAL(st.n_mappings, 2);
	CU_ASSERT_EQUAL(st.n_registrations, 2);
	register_one(f.db, 7, other, 1440, 2);
	CU_ASSERT_EQUAL(stats_of(f.db).n_registrations, 2);
	fixture_close(&f);
}

static void
what_a_message_does_not_name_stands_in_the_older_registration(void)
{
	struct fixture f = fixture_open(16);
	struct message old = message_of(eid, 1440, 1);

	message_add(&old, other, 1440, 1);
	apply_ok(f.db, 7, &old);
	pass_seconds(f.db, 100);
	register_one(f.db, 7, eid, 1440, 2);
	pass_seconds(f.db, 81);
	CU_ASSERT_EQUAL(who(f.db, other), NOBODY);
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	fixture_close(&f);
}

static void
newest_registrant_is_given_out_and_the_next_takes_over_at_expiry(void)
{
	struct fixture f = fixture_open(16);
	struct lisp_eid e = eid_of(eid);
	struct message mine = message_of(eid, 1440, 1);
	struct mapdb_view v;

	CU_ASSERT_EQUAL(register_one(f.db, 8, eid, 1440, 2).n_added, 1);
	pass_seconds(f.db, 50);
	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &mine).n_changed, 1);
	CU_ASSERT_TRUE(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_EQUAL(v.registrant, 7);
	CU_ASSERT_TRUE(v.more);
	pass_seconds(f.db, 50);
	register_one(f.db, 8, eid, 1440, 2);
	CU_ASSERT_EQUAL(who(f.db, eid), 8);
	pass_seconds(f.db, 100);
	apply_ok(f.db, 7, &mine);
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	pass_seconds(f.db, 150);
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	CU_ASSERT_EQUAL(stats_of(f.db).n_mappings, 1);
	fixture_close(&f);
}

static void
next_registrant_takes_over_when_the_newest_withdraws(void)
{
	struct fixture f = fixture_open(16);
	struct lisp_eid e = eid_of(eid);
	struct mapdb_view v;

	register_one(f.db, 1, eid, 1440, 1);
	register_one(f.db, 2, eid, 1440, 2);
	register_one(f.db, 3, eid, 1440, 3);
	CU_ASSERT_TRUE(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_EQUAL(v.registrant, 3);
	CU_ASSERT_TRUE(mapdb_older(f.db, &v));
	CU_ASSERT_EQUAL(v.registrant, 2);
	CU_ASSERT_TRUE(mapdb_older(f.db, &v));
	CU_ASSERT_EQUAL(v.registrant, 1);
	CU_ASSERT_FALSE(v.more);
	CU_ASSERT_FALSE(mapdb_older(f.db, &v));
	register_one(f.db, 2, eid, 0, 2); /* from the middle */
	CU_ASSERT_EQUAL(who(f.db, eid), 3);
	register_one(f.db, 3, eid, 0, 3);
	CU_ASSERT_EQUAL(who(f.db, eid), 1);
	register_one(f.db, 1, eid, 0, 1);
	CU_ASSERT_EQUAL(who(f.db, eid), NOBODY);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 0);
	fixture_close(&f);
}

/* DESIGN 3: the one that loses the EID-prefix takes the long way, and is then the newest again. */
static void
registrant_behind_a_newer_one_is_not_refreshed(void)
{
	struct fixture f = fixture_open(16);
	struct message a = message_of(other, 1440, 1), b = message_of(eid, 1440, 2);

	message_add(&a, eid, 1440, 1);
	apply_ok(f.db, 1, &a);
	apply_ok(f.db, 2, &b);
	CU_ASSERT_FALSE(refresh(f.db, 1, &a));
	CU_ASSERT_TRUE(refresh(f.db, 2, &b));
	apply_ok(f.db, 1, &a);
	CU_ASSERT_EQUAL(who(f.db, eid), 1);
	CU_ASSERT_TRUE(refresh(f.db, 1, &a));
	CU_ASSERT_FALSE(refresh(f.db, 2, &b));
	fixture_close(&f);
}

static void
ttl_0_alone_withdraws_and_is_counted_even_of_the_unknown(void)
{
	struct fixture f = fixture_open(16);
	struct message withdrawal = message_of(eid, 0, 1);

	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &withdrawal).n_withdrawn, 1);
	register_one(f.db, 7, eid, 1440, 1);
	CU_ASSERT_EQUAL(apply_ok(f.db, 8, &withdrawal).n_withdrawn, 1);
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &withdrawal).n_withdrawn, 1);
	CU_ASSERT_EQUAL(who(f.db, eid), NOBODY);
	CU_ASSERT_FALSE(refresh(f.db, 7, &withdrawal));
	CU_ASSERT_EQUAL(stats_of(f.db).n_registrations, 0);
	fixture_close(&f);
}

static void
ttl_0_among_others_withdraws_only_its_record_and_leaves_no_digest(void)
{
	struct fixture f = fixture_open(16);
	struct message both = message_of(eid, 1440, 1), mixed = message_of(eid, 1440, 1);
	struct mapdb_result res;

	message_add(&both, other, 1440, 1);
	message_add(&mixed, other, 0, 1);
	apply_ok(f.db, 7, &both);
	res = apply_ok(f.db, 7, &mixed);
	CU_ASSERT_EQUAL(res.n_changed, 1);
	CU_ASSERT_EQUAL(res.n_withdrawn, 1);
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	CU_ASSERT_EQUAL(who(f.db, other), NOBODY);
	CU_ASSERT_FALSE(refresh(f.db, 7, &mixed));
	fixture_close(&f);
}

static void
last_record_of_a_repeated_eid_wins(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);
	struct message gone = message_of(eid, 1440, 1), back = message_of(eid, 0, 1);
	struct mapdb_result res;

	message_add(&m, other, 1440, 5);
	message_add(&m, eid, 1440, 2);
	message_add(&m, eid, 1440, 3);
	res = apply_ok(f.db, 7, &m);
	CU_ASSERT_EQUAL(res.n_added, 2);
	CU_ASSERT_EQUAL(res.n_changed, 0);
	CU_ASSERT_EQUAL(first_rloc(f.db, eid), 3);
	CU_ASSERT_EQUAL(stats_of(f.db).n_mappings, 2);
	CU_ASSERT_FALSE(refresh(f.db, 7, &m));

	message_add(&gone, eid, 0, 1);
	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &gone).n_withdrawn, 1);
	CU_ASSERT_EQUAL(who(f.db, eid), NOBODY);
	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &gone).n_withdrawn, 1); /* nor is anything left of it */
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 1);
	CU_ASSERT_EQUAL(stats_of(f.db).n_registrations, 1);

	message_add(&back, eid, 1440, 4);
	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &back).n_added, 1);
	CU_ASSERT_EQUAL(first_rloc(f.db, eid), 4);
	fixture_close(&f);
}

static void
refused_record_is_not_stored_and_leaves_no_digest(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);

	message_add(&m, other, 1440, 1);
	m.refused[0] = 2;
	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &m).n_added, 1);
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	CU_ASSERT_EQUAL(who(f.db, other), NOBODY);
	CU_ASSERT_FALSE(refresh(f.db, 7, &m));
	fixture_close(&f);
}

static void
t_bit_lets_each_mapping_live_for_its_ttl_up_to_the_cap(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of("10.1.0.0/16", 2, 1);

	m.flags = LISP_REG_T;
	message_add(&m, "10.2.0.0/16", 4, 1);
	message_add(&m, "10.3.0.0/16", 2, 1);
	message_add(&m, "10.4.0.0/16", LISP_TTL_RECEIVER_DECIDES, 1);
	message_add(&m, "10.5.0.0/16", UINT32_MAX - 1, 1);
	apply_ok(f.db, 7, &m);
	CU_ASSERT_EQUAL(stats_of(f.db).n_registrations, 3);
	CU_ASSERT_FALSE(refresh(f.db, 7, &m));
	CU_ASSERT_EQUAL(pass_seconds(f.db, 121), 1);
	CU_ASSERT_EQUAL(who(f.db, "10.1.0.0/16"), NOBODY);
	CU_ASSERT_EQUAL(who(f.db, "10.2.0.0/16"), 7);
	CU_ASSERT_EQUAL(who(f.db, "10.3.0.0/16"), NOBODY);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 120), 1);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 2);
	CU_ASSERT_EQUAL(pass_seconds(f.db, CAP_MS / 1000 - 242), 0);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 2), 1);
	fixture_close(&f);
}

static void
t_bit_with_one_ttl_is_refreshed_for_that_ttl(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 10, 1);

	m.flags = LISP_REG_T;
	message_add(&m, other, 10, 1);
	apply_ok(f.db, 7, &m);
	pass_seconds(f.db, 500);
	CU_ASSERT_TRUE(refresh(f.db, 7, &m));
	pass_seconds(f.db, 500);
	CU_ASSERT_EQUAL(who(f.db, other), 7);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 101), 1);
	fixture_close(&f);
}

static void
withdrawn_registrant_leaves_nothing_and_others_stand(void)
{
	struct fixture f = fixture_open(16);

	register_one(f.db, 7, eid, 1440, 1);
	register_one(f.db, 7, other, 1440, 1);
	register_one(f.db, 8, eid, 1440, 2);
	CU_ASSERT_EQUAL(mapdb_withdraw(f.db, 7), 2);
	CU_ASSERT_EQUAL(mapdb_withdraw(f.db, 7), 0);
	CU_ASSERT_EQUAL(mapdb_withdraw(f.db, 123456), 0);
	CU_ASSERT_EQUAL(who(f.db, eid), 8);
	CU_ASSERT_EQUAL(who(f.db, other), NOBODY);
	fixture_close(&f);
}

static void
distrusted_site_takes_the_long_way_once(void)
{
	struct fixture f = fixture_open(16);
	struct message a = message_of(eid, 1440, 1), b = message_of(other, 1440, 1);

	a.site = 1;
	b.site = 2;
	apply_ok(f.db, 7, &a);
	apply_ok(f.db, 8, &b);
	mapdb_distrust_site(f.db, 1);
	CU_ASSERT_FALSE(refresh(f.db, 7, &a));
	CU_ASSERT_TRUE(refresh(f.db, 8, &b));
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &a).n_changed, 1);
	CU_ASSERT_TRUE(refresh(f.db, 7, &a));
	fixture_close(&f);
}

static void
mappings_are_counted_by_site(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);

	m.site = 5;
	message_add(&m, other, 1440, 1);
	apply_ok(f.db, 7, &m);
	apply_ok(f.db, 8, &m);
	CU_ASSERT_EQUAL(mapdb_site_count(f.db, 5), 4);
	apply_ok(f.db, 8, &m);
	CU_ASSERT_EQUAL(mapdb_site_count(f.db, 5), 4);
	m.site = 6; /* the registrant is another site's now, with all it holds */
	apply_ok(f.db, 8, &m);
	CU_ASSERT_EQUAL(mapdb_site_count(f.db, 5), 2);
	CU_ASSERT_EQUAL(mapdb_site_count(f.db, 6), 2);
	mapdb_withdraw(f.db, 8);
	CU_ASSERT_EQUAL(mapdb_site_count(f.db, 6), 0);
	pass_seconds(f.db, 181);
	CU_ASSERT_EQUAL(mapdb_site_count(f.db, 5), 0);
	CU_ASSERT_EQUAL(mapdb_site_count(f.db, UINT32_MAX), 0);
	fixture_close(&f);
}

static void
statement_that_is_not_well_formed_changes_nothing(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);
	struct mapdb_result res;

	message_add(&m, other, 1440, 1);
	m.len--;
	CU_ASSERT_EQUAL(apply(f.db, 7, &m, &res), -EINVAL);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 0);
	CU_ASSERT_EQUAL(stats_of(f.db).n_mappings, 0);
	CU_ASSERT_EQUAL(who(f.db, eid), NOBODY);
	fixture_close(&f);
}

static CU_TestInfo apply_tests[] = {
	{ "registered mapping is given out as it came",
			registered_mapping_is_given_out_as_it_came },
	{ "p bit and unrecognised locators are not kept",
			p_bit_and_unrecognised_locators_are_not_kept },
	{ "empty locator set is registered", empty_locator_set_is_registered },
	{ "largest locator set fits", largest_locator_set_fits },
	{ "record replaces what its registrant said before",
			record_replaces_what_its_registrant_said_before },
	{ "what a message does not name stands in the older registration",
			what_a_message_does_not_name_stands_in_the_older_registration },
	{ "newest registrant is given out and the next takes over at expiry",
			newest_registrant_is_given_out_and_the_next_takes_over_at_expiry },
	{ "next registrant takes over when the newest withdraws",
			next_registrant_takes_over_when_the_newest_withdraws },
	{ "registrant behind a newer one is not refreshed",
			registrant_behind_a_newer_one_is_not_refreshed },
	{ "TTL 0 alone withdraws and is counted even of the unknown",
			ttl_0_alone_withdraws_and_is_counted_even_of_the_unknown },
	{ "TTL 0 among others withdraws only its record and leaves no digest",
			ttl_0_among_others_withdraws_only_its_record_and_leaves_no_digest },
	{ "last record of a repeated EID wins", last_record_of_a_repeated_eid_wins },
	{ "refused record is not stored and leaves no digest",
			refused_record_is_not_stored_and_leaves_no_digest },
	{ "T bit lets each mapping live for its TTL up to the cap",
			t_bit_lets_each_mapping_live_for_its_ttl_up_to_the_cap },
	{ "T bit with one TTL is refreshed for that TTL",
			t_bit_with_one_ttl_is_refreshed_for_that_ttl },
	{ "withdrawn registrant leaves nothing and others stand",
			withdrawn_registrant_leaves_nothing_and_others_stand },
	{ "distrusted site takes the long way once", distrusted_site_takes_the_long_way_once },
	{ "mappings are counted by site", mappings_are_counted_by_site },
	{ "statement that is not well formed changes nothing",
			statement_that_is_not_well_formed_changes_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "mapdb_apply", NULL, NULL, NULL, NULL, apply_tests },
	CU_SUITE_INFO_NULL,
};
