/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_mapdb_util.h"

static const char eid[] = "10.1.0.0/16";

static void
refresh_moves_the_expiry(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);

	apply_ok(f.db, 7, &m);
	pass_seconds(f.db, 100);
	CU_ASSERT_TRUE(refresh(f.db, 7, &m));
	CU_ASSERT_EQUAL(pass_seconds(f.db, 179), 0);
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	CU_ASSERT_EQUAL(pass_seconds(f.db, 2), 1);
	CU_ASSERT_EQUAL(who(f.db, eid), NOBODY);
	fixture_close(&f);
}

static void
refresh_with_an_older_time_does_not_move_the_expiry_back(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);
	struct mapdb_view v;
	struct lisp_eid e = eid_of(eid);

	apply_ok(f.db, 7, &m);
	test_now_ns -= 5 * SECOND;
	CU_ASSERT_TRUE(refresh(f.db, 7, &m));
	CU_ASSERT_TRUE(mapdb_lookup(f.db, &e, &v));
	CU_ASSERT_EQUAL(v.expires_ns, START_NS + 180 * SECOND);
	fixture_close(&f);
}

static void
anything_else_is_no_refresh(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);
	struct message other_rloc = message_of(eid, 1440, 2);
	struct message other_ttl = message_of(eid, 1441, 1);
	struct message other_eid = message_of("10.2.0.0/16", 1440, 1);
	struct message other_flags = m;
	struct message one_more = m;

	other_flags.flags = LISP_REG_P;
	message_add(&one_more, "10.2.0.0/16", 1440, 1);
	apply_ok(f.db, 7, &m);
	CU_ASSERT_TRUE(refresh(f.db, 7, &m));
	CU_ASSERT_FALSE(refresh(f.db, 8, &m));
	CU_ASSERT_FALSE(refresh(f.db, NOBODY, &m));
	CU_ASSERT_FALSE(refresh(f.db, 7, &other_rloc));
	CU_ASSERT_FALSE(refresh(f.db, 7, &other_ttl));
	CU_ASSERT_FALSE(refresh(f.db, 7, &other_eid));
	CU_ASSERT_FALSE(refresh(f.db, 7, &other_flags));
	CU_ASSERT_FALSE(refresh(f.db, 7, &one_more));
	fixture_close(&f);
}

static void
want_map_notify_makes_no_difference(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);

	apply_ok(f.db, 7, &m);
	m.flags = LISP_REG_M;
	CU_ASSERT_TRUE(refresh(f.db, 7, &m));
	fixture_close(&f);
}

static void
expired_registration_is_no_refresh_before_it_is_swept(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);

	apply_ok(f.db, 7, &m);
	test_now_ns += 180 * SECOND;
	CU_ASSERT_FALSE(refresh(f.db, 7, &m));
	CU_ASSERT_EQUAL(who(f.db, eid), NOBODY);
	CU_ASSERT_EQUAL(apply_ok(f.db, 7, &m).n_added, 1);
	CU_ASSERT_TRUE(refresh(f.db, 7, &m));
	CU_ASSERT_EQUAL(pass_seconds(f.db, 100), 0);
	fixture_close(&f);
}

/* Both orders in which a worker and the control core can meet at one registration. */
static void
refresh_just_before_the_sweep_is_not_lost(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);

	apply_ok(f.db, 7, &m);
	test_now_ns += 180 * SECOND - 1;
	CU_ASSERT_TRUE(refresh(f.db, 7, &m));
	test_now_ns += 2 * SECOND;
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns, 1000), 0);
	CU_ASSERT_EQUAL(who(f.db, eid), 7);
	fixture_close(&f);
}

static void
refresh_just_after_the_sweep_is_refused(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);
	struct lisp_eid e;
	struct mapdb_refresh r;

	apply_ok(f.db, 7, &m);
	rte_rcu_qsbr_thread_register(f.rcu, 0);
	rte_rcu_qsbr_thread_online(f.rcu, 0);
	test_now_ns += 180 * SECOND - 1;
	r = match(f.db, 7, &m, &e);
	CU_ASSERT_NOT_EQUAL(r.registration, MAPDB_REGISTRATION_NONE);
	CU_ASSERT_EQUAL(mapdb_expire(f.db, test_now_ns + 2 * SECOND, 1000), 1);
	CU_ASSERT_FALSE(mapdb_refresh(f.db, &r, test_now_ns)); /* its clock was a little behind */
	CU_ASSERT_EQUAL(who(f.db, eid), NOBODY);
	rte_rcu_qsbr_thread_offline(f.rcu, 0);
	rte_rcu_qsbr_thread_unregister(f.rcu, 0);
	fixture_close(&f);
}

static void
matched_message_is_a_change_when_the_digest_goes_in_between(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);
	struct lisp_eid e;
	struct mapdb_refresh r;

	apply_ok(f.db, 7, &m);
	r = match(f.db, 7, &m, &e);
	mapdb_distrust_site(f.db, 0);
	CU_ASSERT_FALSE(mapdb_refresh(f.db, &r, test_now_ns));
	fixture_close(&f);
}

static void
refresh_by_the_first_record_carries_all_of_the_message(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);

	message_add(&m, "10.2.0.0/16", 1440, 1);
	message_add(&m, "2001:db8::/32", 5, 1);
	apply_ok(f.db, 7, &m);
	pass_seconds(f.db, 150);
	CU_ASSERT_TRUE(refresh(f.db, 7, &m));
	pass_seconds(f.db, 150);
	CU_ASSERT_EQUAL(who(f.db, "10.2.0.0/16"), 7);
	CU_ASSERT_EQUAL(who(f.db, "2001:db8::/32"), 7);
	fixture_close(&f);
}

static void
burst_larger_than_a_batch_is_refreshed_whole(void)
{
	enum {
		N = 150
	};
	struct fixture f = fixture_open(N);
	static struct message m[N];
	static struct lisp_eid e[N];
	struct mapdb_refresh r[N + 1];
	unsigned int n = 0;

	for (unsigned int i = 0; i < N; i++) {
		e[i] = eid_of("[5] 10.0.0.0/24");
		e[i].octets[1] = (uint8_t)i;
		m[i] = (struct message){ .len = 0 };
		message_add_eid(&m[i], &e[i], 1440, 1, 1);
		apply_ok(f.db, i, &m[i]);
		r[i] = (struct mapdb_refresh){ .eid = &e[i],
			.registrant = i,
			.digest = mapdb_digest(f.db, 0, m[i].octets, m[i].len) };
	}
	test_now_ns += SECOND;
	r[70].digest++;
	for (unsigned int i = 0; i < N; i++)
		seek_and_match(f.db, &r[i]);
	for (unsigned int i = 0; i < N; i++)
		n += mapdb_refresh(f.db, &r[i], test_now_ns);
	CU_ASSERT_EQUAL(n, N - 1);
	CU_ASSERT_EQUAL(r[70].registration, MAPDB_REGISTRATION_NONE);
	fixture_close(&f);
}

static void
digest_is_never_zero_and_sees_every_octet(void)
{
	struct fixture f = fixture_open(16);
	struct message m = message_of(eid, 1440, 1);
	uint64_t digest = mapdb_digest(f.db, 0, m.octets, m.len);

	CU_ASSERT_NOT_EQUAL(digest, 0);
	CU_ASSERT_NOT_EQUAL(mapdb_digest(f.db, 0, m.octets, 0), 0);
	for (unsigned int i = 0; i < m.len * 8; i++) {
		m.octets[i / 8] ^= (uint8_t)(1 << i % 8);
		CU_ASSERT_NOT_EQUAL(mapdb_digest(f.db, 0, m.octets, m.len), digest);
		m.octets[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	fixture_close(&f);
}

static CU_TestInfo refresh_tests[] = {
	{ "refresh moves the expiry", refresh_moves_the_expiry },
	{ "refresh with an older time does not move the expiry back",
			refresh_with_an_older_time_does_not_move_the_expiry_back },
	{ "anything else is no refresh", anything_else_is_no_refresh },
	{ "want-map-notify makes no difference", want_map_notify_makes_no_difference },
	{ "expired registration is no refresh before it is swept",
			expired_registration_is_no_refresh_before_it_is_swept },
	{ "refresh just before the sweep is not lost", refresh_just_before_the_sweep_is_not_lost },
	{ "refresh just after the sweep is refused", refresh_just_after_the_sweep_is_refused },
	{ "matched message is a change when the digest goes in between",
			matched_message_is_a_change_when_the_digest_goes_in_between },
	{ "refresh by the first record carries all of the message",
			refresh_by_the_first_record_carries_all_of_the_message },
	{ "burst larger than a batch is refreshed whole",
			burst_larger_than_a_batch_is_refreshed_whole },
	{ "digest is never zero and sees every octet", digest_is_never_zero_and_sees_every_octet },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "mapdb_refresh", NULL, NULL, NULL, NULL, refresh_tests },
	CU_SUITE_INFO_NULL,
};
