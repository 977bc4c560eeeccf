/* SPDX-License-Identifier: BSD-3-Clause */

#include <pthread.h>
#include <sched.h>

#include "test_assoc.h"

#define S UINT64_C(1000000000)

/* One site, one key, one association with this policy and first nonce. */
static struct assoc *
open_with(uint8_t policy, uint64_t first)
{
	table_open(16, 8, 16);
	add_key(add_site("alpha", 0xa), 1, 2, "alpha-secret")->policy = policy;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	return create(site_named("alpha")->key[1], 1, first);
}

static void
change_policy(uint8_t policy)
{
	conf.key[0][0].policy = policy;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_EQUAL(events.n_gone, 0);
}

/* Peek and commit must agree when nobody else is about. */
static bool
offer_at(struct assoc *a, uint64_t nonce, uint64_t tag, uint64_t now_ns)
{
	struct assoc_replay m = { .nonce = nonce, .tag = tag, .now_ns = now_ns };
	bool refused = assoc_replay_peek(a, &m);
	bool taken = assoc_replay_commit(a, &m);

	CU_ASSERT_NOT_EQUAL(refused, taken);
	return taken;
}

static bool
offer(struct assoc *a, uint64_t nonce)
{
	return offer_at(a, nonce, nonce ^ 0x5555, 100 * S);
}

/* ---- strict ---- */

static void
strict_nonce_must_grow(void)
{
	struct assoc *a = open_with(ASSOC_STRICT, 5);

	CU_ASSERT_FALSE(offer(a, 5));
	CU_ASSERT_FALSE(offer(a, 4));
	CU_ASSERT_FALSE(offer(a, 0));
	CU_ASSERT_TRUE(offer(a, 6));
	CU_ASSERT_FALSE(offer(a, 6));
	CU_ASSERT_TRUE(offer(a, 1000)); /* gaps are fine */
	CU_ASSERT_FALSE(offer(a, 999));
	CU_ASSERT_EQUAL(a->last_nonce, 1000);
	table_close();
}

static void
strict_first_nonce_may_be_zero(void)
{
	struct assoc *a = open_with(ASSOC_STRICT, 0);

	CU_ASSERT_FALSE(offer(a, 0));
	CU_ASSERT_TRUE(offer(a, 1));
	table_close();
}

static void
strict_nonce_does_not_wrap(void)
{
	struct assoc *a = open_with(ASSOC_STRICT, UINT64_MAX - 1);

	CU_ASSERT_TRUE(offer(a, UINT64_MAX));
	CU_ASSERT_FALSE(offer(a, UINT64_MAX));
	CU_ASSERT_FALSE(offer(a, 0));
	CU_ASSERT_FALSE(offer(a, 1));
	CU_ASSERT_EQUAL(a->last_nonce, UINT64_MAX);
	table_close();
}

static void
strict_nonces_are_unsigned(void)
{
	struct assoc *a = open_with(ASSOC_STRICT, INT64_MAX);

	CU_ASSERT_TRUE(offer(a, (uint64_t)INT64_MAX + 1));
	CU_ASSERT_FALSE(offer(a, 1));
	table_close();
}

static void
peek_changes_nothing(void)
{
	struct assoc *a = open_with(ASSOC_STRICT, 5);
	struct assoc_replay m = { .nonce = 9, .now_ns = S };

	CU_ASSERT_FALSE(assoc_replay_peek(a, &m));
	CU_ASSERT_FALSE(assoc_replay_peek(a, &m));
	m.nonce = 5;
	CU_ASSERT_TRUE(assoc_replay_peek(a, &m));
	CU_ASSERT_EQUAL(a->last_nonce, 5);
	CU_ASSERT_EQUAL(a->n_replay + a->n_ok, 0);
	CU_ASSERT_EQUAL(a->last_ok_ns, 0);
	table_close();
}

static void
verdicts_are_counted(void)
{
	struct assoc *a = open_with(ASSOC_STRICT, 5);
	struct assoc_replay m = { .nonce = 5, .tag = 0xabc, .now_ns = 3 * S };

	assoc_replay_first(a, &m);
	CU_ASSERT_EQUAL(a->n_ok, 1);
	CU_ASSERT_EQUAL(a->last_ok_ns, 3 * S);
	CU_ASSERT_EQUAL(a->last_tag, 0xabc);
	CU_ASSERT_TRUE(offer_at(a, 6, 1, 4 * S));
	CU_ASSERT_FALSE(offer_at(a, 6, 1, 5 * S));
	CU_ASSERT_EQUAL(a->n_ok, 2);
	CU_ASSERT_EQUAL(a->n_replay, 1);
	CU_ASSERT_EQUAL(a->last_ok_ns, 4 * S);
	table_close();
}

/* ---- recent ---- */

static void
recent_takes_any_order(void)
{
	struct assoc *a = open_with(ASSOC_RECENT, 1000);

	CU_ASSERT_FALSE(offer(a, 1000));
	CU_ASSERT_TRUE(offer(a, 5));
	CU_ASSERT_TRUE(offer(a, UINT64_MAX));
	CU_ASSERT_TRUE(offer(a, 0));
	CU_ASSERT_FALSE(offer(a, 0));
	CU_ASSERT_FALSE(offer(a, 5));
	CU_ASSERT_FALSE(offer(a, UINT64_MAX));
	table_close();
}

static void
recent_first_nonce_may_be_zero(void)
{
	struct assoc *a = open_with(ASSOC_RECENT, 0);

	CU_ASSERT_FALSE(offer(a, 0));
	CU_ASSERT_TRUE(offer(a, 1));
	table_close();
}

static void
recent_remembers_as_many_as_it_says(void)
{
	struct assoc *a = open_with(ASSOC_RECENT, 500);
	unsigned int wrong = 0;

	for (uint64_t i = 0; i < ASSOC_RECENT_MAX; i++)
		wrong += !offer(a, i);
	for (uint64_t i = 0; i < ASSOC_RECENT_MAX; i++)
		wrong += offer(a, i);
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_TRUE(offer(a, 500)); /* the oldest has made room */
	CU_ASSERT_TRUE(offer(a, 0));
	CU_ASSERT_FALSE(offer(a, 2));
	table_close();
}

static void
recent_replays_push_nothing_out(void)
{
	struct assoc *a = open_with(ASSOC_RECENT, 500);

	CU_ASSERT_TRUE(offer(a, 1));
	for (unsigned int i = 0; i < 100; i++)
		CU_ASSERT_FALSE(offer(a, 1));
	CU_ASSERT_FALSE(offer(a, 500));
	table_close();
}

/* ---- off ---- */

static void
off_takes_any_nonce(void)
{
	struct assoc *a = open_with(ASSOC_OFF, 7);

	CU_ASSERT_TRUE(offer_at(a, 7, 1, 10 * S));
	CU_ASSERT_TRUE(offer_at(a, 7, 2, 10 * S));
	CU_ASSERT_TRUE(offer_at(a, 3, 3, 10 * S));
	CU_ASSERT_TRUE(offer_at(a, 0, 4, 10 * S));
	table_close();
}

static void
off_refuses_a_copy_within_a_second(void)
{
	struct assoc *a = open_with(ASSOC_OFF, 7);

	CU_ASSERT_TRUE(offer_at(a, 7, 1, 10 * S));
	CU_ASSERT_FALSE(offer_at(a, 7, 1, 10 * S));
	CU_ASSERT_FALSE(offer_at(a, 7, 1, 11 * S - 1));
	CU_ASSERT_TRUE(offer_at(a, 7, 1, 11 * S));
	CU_ASSERT_FALSE(offer_at(a, 7, 1, 11 * S - 5)); /* a worker whose clock reading is older */
	CU_ASSERT_TRUE(offer_at(a, 7, 2, 11 * S));
	CU_ASSERT_TRUE(offer_at(a, 7, 1, 11 * S)); /* the last message alone is remembered */
	table_close();
}

static void
off_knows_the_message_that_created_it(void)
{
	struct assoc *a = open_with(ASSOC_OFF, 7);

	assoc_replay_first(a, &(struct assoc_replay){ .nonce = 7, .tag = 9, .now_ns = 10 * S });
	CU_ASSERT_FALSE(offer_at(a, 7, 9, 10 * S));
	CU_ASSERT_TRUE(offer_at(a, 7, 9, 12 * S));
	table_close();
}

/* ---- a reload that changes the policy ---- */

static void
what_was_taken_stays_taken_when_recent_becomes_strict(void)
{
	struct assoc *a = open_with(ASSOC_RECENT, 10);

	CU_ASSERT_TRUE(offer(a, 90));
	CU_ASSERT_TRUE(offer(a, 20));
	change_policy(ASSOC_STRICT);
	CU_ASSERT_FALSE(offer(a, 20));
	CU_ASSERT_FALSE(offer(a, 90));
	CU_ASSERT_FALSE(offer(a, 30));
	CU_ASSERT_TRUE(offer(a, 91));
	change_policy(ASSOC_RECENT);
	CU_ASSERT_FALSE(offer(a, 91));
	CU_ASSERT_FALSE(offer(a, 20));
	CU_ASSERT_TRUE(offer(a, 30));
	table_close();
}

static void
what_was_taken_stays_taken_when_strict_becomes_recent(void)
{
	struct assoc *a = open_with(ASSOC_STRICT, 0);

	CU_ASSERT_TRUE(offer(a, 1));
	change_policy(ASSOC_RECENT);
	CU_ASSERT_FALSE(offer(a, 1));
	CU_ASSERT_TRUE(offer(a, 0)); /* the last one is all that strict remembers */
	CU_ASSERT_TRUE(offer(a, 2));
	CU_ASSERT_FALSE(offer(a, 2));
	table_close();
}

static void
what_was_taken_stays_taken_when_off_becomes_strict(void)
{
	struct assoc *a = open_with(ASSOC_OFF, 5);

	CU_ASSERT_TRUE(offer(a, 50));
	CU_ASSERT_TRUE(offer(a, 3));
	change_policy(ASSOC_STRICT);
	CU_ASSERT_FALSE(offer(a, 3));
	CU_ASSERT_FALSE(offer(a, 50));
	CU_ASSERT_TRUE(offer(a, 51));
	change_policy(ASSOC_OFF);
	CU_ASSERT_TRUE(offer_at(a, 2, 2, 200 * S));
	table_close();
}

/* ---- several workers ---- */

#define RACERS 3
#define ROUNDS 3000

struct race {
	struct assoc *a;
	_Atomic(unsigned int) arrived;
	_Atomic(uint32_t) passed[ROUNDS];
	_Atomic(unsigned int) done;
};

/* All start a round together: the next one begins when each has come. */
static void
meet(struct race *r, unsigned int round)
{
	atomic_fetch_add(&r->arrived, 1);
	while (atomic_load(&r->arrived) < (round + 1) * RACERS)
		sched_yield();
}

static void *
run_racer(void *arg)
{
	struct race *r = arg;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct assoc_replay m = { .nonce = i + 1, .tag = i + 1, .now_ns = S };

		meet(r, i);
		if (assoc_replay_commit(r->a, &m))
			atomic_fetch_add(&r->passed[i], 1);
	}
	atomic_fetch_add(&r->done, 1);
	return NULL;
}

static void
start_race(struct race *r, struct assoc *a, pthread_t threads[RACERS])
{
	memset(r, 0, sizeof(*r));
	r->a = a;
	for (unsigned int i = 0; i < RACERS; i++)
		CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, run_racer, r), 0);
}

/* How many rounds had none through, and how many more than one? */
static void
end_race(struct race *r, pthread_t threads[RACERS], unsigned int *none, unsigned int *several)
{
	*none = *several = 0;
	for (unsigned int i = 0; i < RACERS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		*none += r->passed[i] == 0;
		*several += r->passed[i] > 1;
	}
}

static void
one_of_racing_copies_passes_strict(void)
{
	static struct race r;
	pthread_t threads[RACERS];
	unsigned int none, several;

	start_race(&r, open_with(ASSOC_STRICT, 0), threads);
	end_race(&r, threads, &none, &several);
	CU_ASSERT_EQUAL(several, 0);
	CU_ASSERT_EQUAL(none, 0);
	CU_ASSERT_EQUAL(r.a->n_ok, ROUNDS);
	CU_ASSERT_EQUAL(r.a->n_replay, ROUNDS * (RACERS - 1));
	table_close();
}

static void
one_or_none_of_racing_copies_passes_recent(void)
{
	static struct race r;
	pthread_t threads[RACERS];
	unsigned int none, several;

	start_race(&r, open_with(ASSOC_RECENT, 0), threads);
	end_race(&r, threads, &none, &several);
	CU_ASSERT_EQUAL(several, 0);
	CU_ASSERT_EQUAL(r.a->n_ok + r.a->n_replay, ROUNDS * RACERS);
	table_close();
}

static void
no_copy_passes_twice_while_reloads_change_the_policy(void)
{
	static struct race r;
	pthread_t threads[RACERS];
	unsigned int none, several;

	start_race(&r, open_with(ASSOC_STRICT, 0), threads);
	for (unsigned int i = 0; atomic_load(&r.done) < RACERS; i++)
		change_policy(i % 2 == 0 ? ASSOC_RECENT : ASSOC_STRICT);
	end_race(&r, threads, &none, &several);
	CU_ASSERT_EQUAL(several, 0);
	CU_ASSERT(none < ROUNDS);
	table_close();
}

static CU_TestInfo strict_tests[] = {
	{ "nonce must grow", strict_nonce_must_grow },
	{ "first nonce may be zero", strict_first_nonce_may_be_zero },
	{ "nonce does not wrap", strict_nonce_does_not_wrap },
	{ "nonces are unsigned", strict_nonces_are_unsigned },
	{ "peek changes nothing", peek_changes_nothing },
	{ "verdicts are counted", verdicts_are_counted },
	{ "one of racing copies passes", one_of_racing_copies_passes_strict },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo recent_tests[] = {
	{ "takes any order", recent_takes_any_order },
	{ "first nonce may be zero", recent_first_nonce_may_be_zero },
	{ "remembers as many as it says", recent_remembers_as_many_as_it_says },
	{ "replays push nothing out", recent_replays_push_nothing_out },
	{ "one or none of racing copies passes", one_or_none_of_racing_copies_passes_recent },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo off_tests[] = {
	{ "takes any nonce", off_takes_any_nonce },
	{ "refuses a copy within a second", off_refuses_a_copy_within_a_second },
	{ "knows the message that created it", off_knows_the_message_that_created_it },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo change_tests[] = {
	{ "what was taken stays taken when recent becomes strict",
			what_was_taken_stays_taken_when_recent_becomes_strict },
	{ "what was taken stays taken when strict becomes recent",
			what_was_taken_stays_taken_when_strict_becomes_recent },
	{ "what was taken stays taken when off becomes strict",
			what_was_taken_stays_taken_when_off_becomes_strict },
	{ "no copy passes twice while reloads change the policy",
			no_copy_passes_twice_while_reloads_change_the_policy },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "assoc_replay strict", NULL, NULL, NULL, NULL, strict_tests },
	{ "assoc_replay recent", NULL, NULL, NULL, NULL, recent_tests },
	{ "assoc_replay off", NULL, NULL, NULL, NULL, off_tests },
	{ "assoc_replay policy change", NULL, NULL, NULL, NULL, change_tests },
	CU_SUITE_INFO_NULL,
};
