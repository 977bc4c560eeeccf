/* SPDX-License-Identifier: BSD-3-Clause */

#include <CUnit/Basic.h>

#include "loadgen_window.h"

#define FIRST  UINT64_C(0x1a20bc6b45e00000)
#define SECOND UINT64_C(1000) /* ticks */

static struct loadgen_window w;

static uint64_t
send(enum loadgen_sent_state state, uint32_t unit, uint64_t now)
{
	struct loadgen_message m = { .unit = unit };

	loadgen_window_add(&w, &m, state, now);
	return m.nonce;
}

/* Answer a nonce as the checks do. */
static enum loadgen_answer
answer(uint64_t nonce)
{
	struct loadgen_sent *sent;
	enum loadgen_answer a = loadgen_window_find(&w, nonce, &sent);

	if (a == LOADGEN_ANSWER_EXPECTED)
		loadgen_window_done(&w, sent);
	return a;
}

static void
nonces_grow_and_a_later_process_begins_above(void)
{
	uint64_t last = 0;

	CU_ASSERT_EQUAL(loadgen_window_init(&w, 10, FIRST), 0);
	for (unsigned int i = 0; i < 5000; i++) {
		uint64_t nonce = send(LOADGEN_WAITING, i, 0);

		CU_ASSERT_TRUE(nonce >= FIRST && nonce > last);
		last = nonce;
		CU_ASSERT_EQUAL(answer(nonce), LOADGEN_ANSWER_EXPECTED);
	}
	loadgen_window_fini(&w);
	/* A million messages a millisecond would be needed to catch up with the clock. */
	CU_ASSERT_EQUAL(loadgen_first_nonce(1001) - loadgen_first_nonce(1000), 1048576);
}

static void
the_window_is_full_at_its_limit(void)
{
	uint64_t nonce = 0;

	CU_ASSERT_EQUAL(loadgen_window_init(&w, 100, FIRST), 0);
	for (unsigned int i = 0; i < 100; i++) {
		CU_ASSERT_EQUAL(loadgen_window_room(&w), 100 - i);
		nonce = send(LOADGEN_WAITING, i, 0);
	}
	CU_ASSERT_EQUAL(loadgen_window_room(&w), 0);
	CU_ASSERT_EQUAL(answer(nonce), LOADGEN_ANSWER_EXPECTED);
	CU_ASSERT_EQUAL(loadgen_window_room(&w), 1);
	loadgen_window_fini(&w);
}

static void
one_lost_message_does_not_hold_up_the_others(void)
{
	struct loadgen_sent *sent;
	uint64_t lost;

	CU_ASSERT_EQUAL(loadgen_window_init(&w, 8, FIRST), 0);
	lost = send(LOADGEN_WAITING, 4711, 0);
	for (unsigned int i = 0; i < 10000; i++)
		CU_ASSERT_EQUAL(answer(send(LOADGEN_WAITING, i, 0)), LOADGEN_ANSWER_EXPECTED);
	CU_ASSERT_EQUAL(loadgen_window_find(&w, lost, &sent), LOADGEN_ANSWER_EXPECTED);
	CU_ASSERT_EQUAL(sent->message.unit, 4711);
	loadgen_window_fini(&w);
}

static void
answers_are_told_apart(void)
{
	struct loadgen_sent *sent;
	uint64_t good, forged;

	CU_ASSERT_EQUAL(loadgen_window_init(&w, 8, FIRST), 0);
	good = send(LOADGEN_WAITING, 1, 0);
	forged = send(LOADGEN_FORGED, 2, 0);
	CU_ASSERT_EQUAL(w.n_waiting, 1);
	CU_ASSERT_EQUAL(answer(good), LOADGEN_ANSWER_EXPECTED);
	CU_ASSERT_EQUAL(answer(good), LOADGEN_ANSWER_LATE);
	CU_ASSERT_EQUAL(answer(forged), LOADGEN_ANSWER_TO_FORGED);
	CU_ASSERT_EQUAL(answer(forged + 1), LOADGEN_ANSWER_UNKNOWN);
	CU_ASSERT_EQUAL(answer(UINT64_MAX), LOADGEN_ANSWER_UNKNOWN);
	CU_ASSERT_EQUAL(answer(FIRST - 1), LOADGEN_ANSWER_LATE);
	CU_ASSERT_EQUAL(answer(0), LOADGEN_ANSWER_LATE);
	CU_ASSERT_EQUAL(loadgen_window_find(&w, good, &sent), LOADGEN_ANSWER_LATE);
	CU_ASSERT_PTR_NULL(sent);
	loadgen_window_fini(&w);
}

static void
an_answered_message_can_be_replayed_and_is_watched(void)
{
	struct loadgen_sent *s;
	uint64_t nonce;

	CU_ASSERT_EQUAL(loadgen_window_init(&w, 8, FIRST), 0);
	CU_ASSERT_PTR_NULL(loadgen_window_replay(&w, 0));
	nonce = send(LOADGEN_WAITING, 7, 0);
	CU_ASSERT_PTR_NULL(loadgen_window_replay(&w, 0));
	CU_ASSERT_EQUAL(answer(nonce), LOADGEN_ANSWER_EXPECTED);
	s = loadgen_window_replay(&w, 5);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	CU_ASSERT_EQUAL(s->message.nonce, nonce);
	CU_ASSERT_EQUAL(s->message.unit, 7);
	CU_ASSERT_EQUAL(answer(nonce), LOADGEN_ANSWER_TO_REPLAY);
	loadgen_window_fini(&w);
}

static void
an_overdue_message_is_sent_again_under_a_new_nonce(void)
{
	struct loadgen_sent old;
	uint64_t first, second;

	CU_ASSERT_EQUAL(loadgen_window_init(&w, 8, FIRST), 0);
	first = send(LOADGEN_WAITING, 7, 100);
	CU_ASSERT_EQUAL(loadgen_window_expire(&w, 100 + SECOND - 1, SECOND), 0);
	CU_ASSERT_FALSE(loadgen_window_retry(&w, &old));
	CU_ASSERT_EQUAL(loadgen_window_expire(&w, 100 + SECOND, SECOND), 1);
	CU_ASSERT_EQUAL(loadgen_window_expire(&w, 100 + SECOND, SECOND), 0);
	CU_ASSERT_TRUE(loadgen_window_retry(&w, &old));
	CU_ASSERT_EQUAL(old.message.unit, 7);
	CU_ASSERT_EQUAL(w.n_waiting, 0);
	second = send(LOADGEN_WAITING, 7, 2000);
	CU_ASSERT_TRUE(second > first);
	CU_ASSERT_EQUAL(answer(first), LOADGEN_ANSWER_LATE);
	CU_ASSERT_EQUAL(answer(second), LOADGEN_ANSWER_EXPECTED);
	CU_ASSERT_EQUAL(w.n_waiting, 0);
	loadgen_window_fini(&w);
}

static void
waiting_doubles_with_every_try(void)
{
	struct loadgen_message m = { .unit = 1 };
	uint64_t now = 0;

	CU_ASSERT_EQUAL(loadgen_window_init(&w, 8, FIRST), 0);
	for (uint8_t tries = 0; tries < 10; tries++) {
		uint64_t wait = SECOND << (tries < 6 ? tries : 6);
		struct loadgen_sent old;

		loadgen_window_add(&w, &m, LOADGEN_WAITING, now)->tries = tries;
		CU_ASSERT_EQUAL(loadgen_window_expire(&w, now + wait - 1, SECOND), 0);
		now += wait;
		CU_ASSERT_EQUAL(loadgen_window_expire(&w, now, SECOND), 1);
		CU_ASSERT_TRUE(loadgen_window_retry(&w, &old));
		CU_ASSERT_EQUAL(old.tries, tries);
	}
	loadgen_window_fini(&w);
}

static void
an_answer_in_time_takes_an_overdue_message_off_the_queue(void)
{
	struct loadgen_sent old;
	uint64_t a, b;

	CU_ASSERT_EQUAL(loadgen_window_init(&w, 8, FIRST), 0);
	a = send(LOADGEN_WAITING, 1, 0);
	b = send(LOADGEN_WAITING, 2, 0);
	CU_ASSERT_EQUAL(loadgen_window_expire(&w, SECOND, SECOND), 2);
	CU_ASSERT_EQUAL(answer(a), LOADGEN_ANSWER_EXPECTED);
	CU_ASSERT_TRUE(loadgen_window_retry(&w, &old));
	CU_ASSERT_EQUAL(old.message.nonce, b);
	CU_ASSERT_FALSE(loadgen_window_retry(&w, &old));
	CU_ASSERT_EQUAL(w.n_waiting, 0);
	loadgen_window_fini(&w);
}

static CU_TestInfo window_tests[] = {
	{ "nonces grow and a later process begins above",
			nonces_grow_and_a_later_process_begins_above },
	{ "the window is full at its limit", the_window_is_full_at_its_limit },
	{ "one lost message does not hold up the others",
			one_lost_message_does_not_hold_up_the_others },
	{ "answers are told apart", answers_are_told_apart },
	{ "an answered message can be replayed and is watched",
			an_answered_message_can_be_replayed_and_is_watched },
	{ "an overdue message is sent again under a new nonce",
			an_overdue_message_is_sent_again_under_a_new_nonce },
	{ "waiting doubles with every try", waiting_doubles_with_every_try },
	{ "an answer in time takes an overdue message off the queue",
			an_answer_in_time_takes_an_overdue_message_off_the_queue },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "loadgen_window", NULL, NULL, NULL, NULL, window_tests },
	CU_SUITE_INFO_NULL,
};
