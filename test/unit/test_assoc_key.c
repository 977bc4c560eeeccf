/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_assoc.h"

static const char secret_one[] = "the-first-secret";
static const char secret_two[] = "another-secret";

static void
open_two_keys(void)
{
	uint32_t alpha, beta;

	table_open(16, 8, 16);
	alpha = add_site("alpha", 0xa);
	add_key(alpha, 1, 2, secret_one);
	beta = add_site("beta", 0xb);
	add_key(beta, 1, 2, secret_two);
}

static const struct assoc_key *
key_of(const char *site, uint8_t key_id)
{
	return site_named(site)->key[key_id];
}

static void
key_holds_what_was_configured(void)
{
	const struct assoc_key *k;
	struct assoc_key_params *p;

	open_two_keys();
	p = add_key(0, 127, 3, "for-algorithm-three");
	p->policy = ASSOC_RECENT;
	p->insecure = true;
	p->not_before_ms = 1000;
	p->not_after_ms = 2000;
	p->max_xtrs = 7;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	k = key_of("alpha", 127);
	CU_ASSERT_PTR_NOT_NULL_FATAL(k);
	CU_ASSERT_PTR_NULL(site_named("alpha")->key[0]);
	CU_ASSERT_EQUAL(k->site, site_named("alpha")->number);
	CU_ASSERT_EQUAL(k->key_id, 127);
	CU_ASSERT_EQUAL(k->alg_id, 3);
	CU_ASSERT_EQUAL(k->policy, ASSOC_RECENT);
	CU_ASSERT_TRUE(k->insecure);
	CU_ASSERT_EQUAL(k->max_xtrs, 7);
	CU_ASSERT_FALSE(assoc_key_in_time(k, 999));
	CU_ASSERT_TRUE(assoc_key_in_time(k, 1000));
	CU_ASSERT_TRUE(assoc_key_in_time(k, 1999));
	CU_ASSERT_FALSE(assoc_key_in_time(k, 2000));
	CU_ASSERT_TRUE(assoc_key_in_time(key_of("beta", 1), UINT64_MAX));
	CU_ASSERT_PTR_EQUAL(assoc_key_by_number(table, k->number), k);
	CU_ASSERT_PTR_EQUAL(assoc_key_by_space(table, k->space), k);
	CU_ASSERT_PTR_NULL(assoc_key_by_number(table, 31));
	CU_ASSERT_PTR_NULL(assoc_key_by_number(table, ASSOC_NONE));
	table_close();
}

static void
prepared_key_signs_and_verifies(void)
{
	uint8_t msg[48] = { 0x30 };
	struct auth_job job = { .msg = msg, .len = sizeof(msg), .tag_len = 16 };
	struct auth_ctx *ctx;
	struct auth_key same;

	open_two_keys();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	ctx = auth_ctx_create(auth);
	CU_ASSERT_EQUAL(auth_key_init(auth, &same, 2, (const uint8_t *)secret_one,
					strlen(secret_one)),
			0);
	job.key = &same;
	auth_sign_burst(ctx, &job, 1);
	job.key = &key_of("alpha", 1)->auth;
	auth_verify_burst(ctx, &job, 1);
	CU_ASSERT_TRUE(job.ok);
	auth_ctx_destroy(ctx);
	table_close();
}

static void
secret_in_two_sites_is_refused(void)
{
	open_two_keys();
	add_key(1, 9, 3, secret_one); /* another Key ID and algorithm make it no other secret */
	CU_ASSERT_EQUAL(load(), -EEXIST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "alpha"));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "beta"));
	CU_ASSERT_PTR_NULL(strstr(why, secret_one));
	CU_ASSERT_EQUAL(assoc_sites_count(assoc_sites_get(table)), 0);
	table_close();
}

static void
secret_may_stand_twice_in_one_site(void)
{
	open_two_keys();
	add_key(0, 2, 2, secret_one);
	add_key(0, 3, 3, secret_one);
	CU_ASSERT_EQUAL(load(), 0);
	CU_ASSERT_NOT_EQUAL(key_of("alpha", 1)->number, key_of("alpha", 2)->number);
	CU_ASSERT(memcmp(key_of("alpha", 1)->space, key_of("alpha", 2)->space, ASSOC_SPACE_LEN) !=
			0);
	table_close();
}

static void
key_id_that_stands_twice_is_refused(void)
{
	open_two_keys();
	add_key(1, 1, 2, "a-third-secret");
	CU_ASSERT_EQUAL(load(), -EEXIST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "beta"));
	CU_ASSERT_PTR_NULL(strstr(why, "third"));
	table_close();
}

static void
bad_key_is_refused_without_its_secret(
		uint8_t key_id, uint8_t alg_id, size_t secret_len, uint8_t policy)
{
	static const char secret[200] = "unspeakable";
	struct assoc_key_params *p;

	open_two_keys();
	CU_ASSERT_EQUAL(load(), 0);
	p = add_key(1, key_id, alg_id, secret);
	p->secret_len = secret_len;
	p->policy = policy;
	CU_ASSERT_EQUAL(load(), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "beta"));
	CU_ASSERT_PTR_NULL(strstr(why, "unspeakable"));
	CU_ASSERT_PTR_NOT_NULL(key_of("beta", 1)); /* the old snapshot stays */
	table_close();
}

static void
key_that_cannot_be_is_refused(void)
{
	bad_key_is_refused_without_its_secret(128, 2, 11, ASSOC_STRICT);
	bad_key_is_refused_without_its_secret(2, 0, 11, ASSOC_STRICT);
	bad_key_is_refused_without_its_secret(2, 4, 11, ASSOC_STRICT);
	bad_key_is_refused_without_its_secret(2, 2, 0, ASSOC_STRICT);
	bad_key_is_refused_without_its_secret(2, 2, AUTH_SECRET_MAX + 1, ASSOC_STRICT);
	bad_key_is_refused_without_its_secret(2, 2, 11, 3);
}

static void
more_keys_than_fit_are_refused(void)
{
	table_open(16, 8, 2);
	add_key(add_site("alpha", 1), 1, 2, "one");
	add_key(0, 2, 2, "two");
	CU_ASSERT_EQUAL(load(), 0);
	add_key(0, 3, 2, "three");
	CU_ASSERT_EQUAL(load(), -ENOSPC);
	table_close();
}

static struct lisp_ip
ip(const char *text)
{
	struct lisp_ip at;

	CU_ASSERT_EQUAL_FATAL(lisp_ip_from_text(text, &at), 0);
	return at;
}

static bool
from_ok(const char *text)
{
	struct lisp_ip at = ip(text);

	return assoc_key_source_ok(key_of("alpha", 1), &at);
}

static void
source_prefixes_bind_a_key(void)
{
	struct assoc_source sources[] = { { ip("10.99.0.0"), 24 }, { ip("192.0.2.7"), 32 },
		{ ip("2001:db8:1::"), 47 }, { ip("2001:db8:9::9"), 128 } };

	open_two_keys();
	conf.key[0][0].sources = sources;
	conf.key[0][0].n_sources = 4;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	memset(sources, 0, sizeof(sources)); /* they were copied */
	CU_ASSERT_TRUE(from_ok("10.99.0.0"));
	CU_ASSERT_TRUE(from_ok("10.99.0.255"));
	CU_ASSERT_FALSE(from_ok("10.99.1.0"));
	CU_ASSERT_FALSE(from_ok("10.98.0.1"));
	CU_ASSERT_TRUE(from_ok("192.0.2.7"));
	CU_ASSERT_FALSE(from_ok("192.0.2.6"));
	CU_ASSERT_TRUE(from_ok("2001:db8:1:ffff::1"));
	CU_ASSERT_TRUE(from_ok("2001:db8::1"));
	CU_ASSERT_FALSE(from_ok("2001:db8:2::1"));
	CU_ASSERT_TRUE(from_ok("2001:db8:9::9"));
	CU_ASSERT_FALSE(from_ok("2001:db8:9::8"));
	table_close();
}

static void
families_do_not_mix_and_none_means_any(void)
{
	struct assoc_source any4 = { ip("0.0.0.0"), 0 };

	open_two_keys();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_TRUE(from_ok("10.99.0.1"));
	CU_ASSERT_TRUE(from_ok("2001:db8::1"));
	conf.key[0][0].sources = &any4;
	conf.key[0][0].n_sources = 1;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_TRUE(from_ok("10.99.0.1"));
	CU_ASSERT_FALSE(from_ok("2001:db8::1"));
	any4.mask_len = 33;
	CU_ASSERT_EQUAL_FATAL(load(), -EINVAL);
	table_close();
}

/* ---- identity over reloads ---- */

static void
key_that_stays_keeps_number_and_nonce_space(void)
{
	uint8_t space[ASSOC_SPACE_LEN];
	uint32_t number;

	open_two_keys();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	number = key_of("alpha", 1)->number;
	memcpy(space, key_of("alpha", 1)->space, sizeof(space));
	conf.key[0][0].policy = ASSOC_OFF;
	conf.key[0][0].max_xtrs = 3;
	conf.key[0][0].not_after_ms = 99;
	add_prefix(0, "10.0.0.0/8", true);
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(key_of("alpha", 1)->number, number);
	CU_ASSERT_EQUAL(memcmp(key_of("alpha", 1)->space, space, sizeof(space)), 0);
	CU_ASSERT_EQUAL(key_of("alpha", 1)->policy, ASSOC_OFF);
	CU_ASSERT_EQUAL(key_of("alpha", 1)->max_xtrs, 3);
	CU_ASSERT_PTR_EQUAL(assoc_key_by_number(table, number), key_of("alpha", 1));
	table_close();
}

static void
new_key_is_another_number_and_space(void)
{
	uint8_t space[ASSOC_SPACE_LEN];
	uint32_t number = key_of("alpha", 1)->number;

	memcpy(space, key_of("alpha", 1)->space, sizeof(space));
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_NOT_EQUAL(key_of("alpha", conf.key[0][0].key_id)->number, number);
	CU_ASSERT_PTR_NULL(assoc_key_by_number(table, number));
	CU_ASSERT_PTR_NULL(assoc_key_by_space(table, space));
}

static void
secret_key_id_algorithm_and_site_make_the_key(void)
{
	open_two_keys();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	conf.key[0][0].secret = (const uint8_t *)"the-first-secreT";
	new_key_is_another_number_and_space();
	conf.key[0][0].alg_id = 3;
	new_key_is_another_number_and_space();
	conf.key[0][0].key_id = 5;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_PTR_NULL(key_of("alpha", 1));
	CU_ASSERT_PTR_NOT_NULL(key_of("alpha", 5));
	table_close();
}

static void
nonce_spaces_are_the_same_after_a_restart(void)
{
	uint8_t space[ASSOC_SPACE_LEN];

	open_two_keys();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	memcpy(space, key_of("beta", 1)->space, sizeof(space));
	table_close();
	open_two_keys();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_PTR_EQUAL(assoc_key_by_space(table, space), key_of("beta", 1));
	table_close();
}

/* All keys may change at once, and a number comes back only after nobody can know the old key. */
static void
key_numbers_are_not_reused_under_a_reader(void)
{
	char secret[16];
	uint32_t number;

	table_open(16, 8, 1);
	rte_rcu_qsbr_thread_register(rcu, 0);
	rte_rcu_qsbr_thread_online(rcu, 0);
	add_key(add_site("alpha", 1), 1, 2, "first");
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	rte_rcu_qsbr_quiescent(rcu, 0);
	number = key_of("alpha", 1)->number;
	conf.key[0][0].secret = (const uint8_t *)"secnd";
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_NOT_EQUAL(key_of("alpha", 1)->number, number);
	conf.key[0][0].secret = (const uint8_t *)"third";
	CU_ASSERT_EQUAL(load(), -ENOSPC);
	CU_ASSERT(strlen(why) > 0);
	rte_rcu_qsbr_quiescent(rcu, 0);
	CU_ASSERT_EQUAL(load(), 0);
	CU_ASSERT_EQUAL(key_of("alpha", 1)->number, number);
	for (unsigned int i = 0; i < 10; i++) {
		snprintf(secret, sizeof(secret), "s%04u", i);
		conf.key[0][0].secret = (const uint8_t *)secret;
		rte_rcu_qsbr_quiescent(rcu, 0);
		CU_ASSERT_EQUAL(load(), 0);
	}
	rte_rcu_qsbr_thread_offline(rcu, 0);
	rte_rcu_qsbr_thread_unregister(rcu, 0);
	table_close();
}

static CU_TestInfo key_tests[] = {
	{ "key holds what was configured", key_holds_what_was_configured },
	{ "prepared key signs and verifies", prepared_key_signs_and_verifies },
	{ "secret in two sites is refused", secret_in_two_sites_is_refused },
	{ "secret may stand twice in one site", secret_may_stand_twice_in_one_site },
	{ "Key ID that stands twice is refused", key_id_that_stands_twice_is_refused },
	{ "key that cannot be is refused", key_that_cannot_be_is_refused },
	{ "more keys than fit are refused", more_keys_than_fit_are_refused },
	{ "source prefixes bind a key", source_prefixes_bind_a_key },
	{ "families do not mix, and none means any", families_do_not_mix_and_none_means_any },
	{ "key that stays keeps number and nonce space",
			key_that_stays_keeps_number_and_nonce_space },
	{ "secret, Key ID, algorithm and site make the key",
			secret_key_id_algorithm_and_site_make_the_key },
	{ "nonce spaces are the same after a restart", nonce_spaces_are_the_same_after_a_restart },
	{ "key numbers are not reused under a reader", key_numbers_are_not_reused_under_a_reader },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "assoc_key", NULL, NULL, NULL, NULL, key_tests },
	CU_SUITE_INFO_NULL,
};
