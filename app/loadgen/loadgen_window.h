/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What was sent and not yet answered, found by nonce without a search.
 *
 * Nonces grow by one from message to message over all ETRs, from a start taken from the wall
 * clock, so that they grow for each ETR, whatever the server calls one, and over restarts.  A
 * table of several times the window is indexed by the low bits of the nonce; a place still waiting
 * is stepped over (gaps are fine).  Answered messages stay in their place until it is used again:
 * that is where a second answer is noticed, and where a message to replay is found.
 *
 * Time is in ticks of the caller's own clock.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "loadgen_message.h"

/** What became of a message. */
enum loadgen_sent_state {
	LOADGEN_FREE = 0,
	LOADGEN_WAITING, /**< For its Map-Notify. */
	LOADGEN_OVERDUE, /**< The same, and queued to be sent again. */
	LOADGEN_ANSWERED,
	LOADGEN_REPLAYED, /**< Answered, then sent a second time: must not be answered again. */
	LOADGEN_FORGED,   /**< Wrong MAC: must not be answered. */
};

struct loadgen_sent {
	struct loadgen_message message;
	uint8_t state; /**< enum loadgen_sent_state */
	uint8_t tries; /**< Times it was sent before, under other nonces. */
	uint64_t sent_at;
};

struct loadgen_window {
	struct loadgen_sent *table;
	uint64_t mask;
	uint64_t first_nonce; /**< Of this process. */
	uint64_t next_nonce;
	uint64_t last_answered; /**< Nonce answered last; 0: none. */
	uint32_t limit;         /**< Most messages waiting at once. */
	uint32_t n_waiting;     /**< Now, overdue ones included. */
	uint64_t *overdue;      /**< Ring of nonces to send again. */
	uint32_t overdue_head, overdue_tail;
};

/** What an answer's nonce says. */
enum loadgen_answer {
	LOADGEN_ANSWER_EXPECTED = 0,
	LOADGEN_ANSWER_LATE,    /**< Sent again since, or answered already, or of an earlier run. */
	LOADGEN_ANSWER_UNKNOWN, /**< Never sent. */
	LOADGEN_ANSWER_TO_REPLAY, /**< To a message that was sent twice. */
	LOADGEN_ANSWER_TO_FORGED, /**< To a message with a wrong MAC. */
};

/** First nonce of a process that starts at wall clock time wall_ms: 2^20 for each millisecond. */
static inline uint64_t
loadgen_first_nonce(uint64_t wall_ms)
{
	return wall_ms << 20;
}

/** @param limit  1..2^20. @return 0 or -ENOMEM. */
int loadgen_window_init(struct loadgen_window *w, uint32_t limit, uint64_t first_nonce);
void loadgen_window_fini(struct loadgen_window *w);

/** Messages that may be added as waiting. */
static inline uint32_t
loadgen_window_room(const struct loadgen_window *w)
{
	return w->n_waiting < w->limit ? w->limit - w->n_waiting : 0;
}

/**
 * Give a new message its nonce and a place.
 *
 * @param m      Its nonce is set.
 * @param state  LOADGEN_WAITING (there must be room), _ANSWERED (nothing is awaited) or _FORGED.
 */
struct loadgen_sent *loadgen_window_add(struct loadgen_window *w, struct loadgen_message *m,
		enum loadgen_sent_state state, uint64_t now);

/**
 * Find what an answer answers.  Changes nothing: whoever has checked the answer says so by
 * loadgen_window_done().
 *
 * @param[out] sent  The message: for EXPECTED, TO_REPLAY and TO_FORGED; else NULL.
 */
enum loadgen_answer loadgen_window_find(
		const struct loadgen_window *w, uint64_t nonce, struct loadgen_sent **sent);

/** A waiting message was answered rightly. */
void loadgen_window_done(struct loadgen_window *w, struct loadgen_sent *sent);

/** A message that may be replayed, at most `back` nonces before the last answered one; or NULL. */
struct loadgen_sent *loadgen_window_replay(struct loadgen_window *w, uint32_t back);

/**
 * Queue what has waited too long: first_ticks, doubled with every try up to 64 times (RFC 9301 5.7).
 *
 * @return how many were queued.
 */
uint32_t loadgen_window_expire(struct loadgen_window *w, uint64_t now, uint64_t first_ticks);

/**
 * Take the oldest queued message out of the window, to be added again under a new nonce.
 *
 * @param[out] old  Copy of it.
 * @return false when there is none.
 */
bool loadgen_window_retry(struct loadgen_window *w, struct loadgen_sent *old);
