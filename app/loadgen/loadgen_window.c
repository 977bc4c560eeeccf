/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_window.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* Places for each message of the window: how far back a second answer is noticed. */
#define PLACES 4

#define DOUBLINGS_MAX 6 /* 1 s becomes 64 s */

static inline bool
is_waiting(const struct loadgen_sent *s)
{
	return s->state == LOADGEN_WAITING || s->state == LOADGEN_OVERDUE;
}

static inline struct loadgen_sent *
place(const struct loadgen_window *w, uint64_t nonce)
{
	return &w->table[nonce & w->mask];
}

int
loadgen_window_init(struct loadgen_window *w, uint32_t limit, uint64_t first_nonce)
{
	uint64_t n = 256;

	while (n < (uint64_t)limit * PLACES)
		n *= 2;
	*w = (struct loadgen_window){
		.table = calloc(n, sizeof(*w->table)),
		.overdue = calloc(n, sizeof(*w->overdue)),
		.mask = n - 1,
		.first_nonce = first_nonce,
		.next_nonce = first_nonce,
		.limit = limit,
	};
	if (w->table == NULL || w->overdue == NULL) {
		loadgen_window_fini(w);
		return -ENOMEM;
	}
	return 0;
}

void
loadgen_window_fini(struct loadgen_window *w)
{
	free(w->table);
	free(w->overdue);
	w->table = NULL;
	w->overdue = NULL;
}

struct loadgen_sent *
loadgen_window_add(struct loadgen_window *w, struct loadgen_message *m,
		enum loadgen_sent_state state, uint64_t now)
{
	struct loadgen_sent *s;

	/* Fewer than one place in PLACES waits, so this ends soon. */
	while (is_waiting(place(w, w->next_nonce)))
		w->next_nonce++;
	m->nonce = w->next_nonce++;
	s = place(w, m->nonce);
	*s = (struct loadgen_sent){ .message = *m, .state = (uint8_t)state, .sent_at = now };
	if (state == LOADGEN_WAITING) {
		assert(w->n_waiting < w->limit);
		w->n_waiting++;
	} else if (state == LOADGEN_ANSWERED) {
		w->last_answered = m->nonce;
	}
	return s;
}

enum loadgen_answer
loadgen_window_find(const struct loadgen_window *w, uint64_t nonce, struct loadgen_sent **sent)
{
	struct loadgen_sent *s = place(w, nonce);

	*sent = NULL;
	if (nonce >= w->next_nonce)
		return LOADGEN_ANSWER_UNKNOWN;
	if (s->state == LOADGEN_FREE || s->message.nonce != nonce || s->state == LOADGEN_ANSWERED)
		return LOADGEN_ANSWER_LATE;
	*sent = s;
	if (s->state == LOADGEN_REPLAYED)
		return LOADGEN_ANSWER_TO_REPLAY;
	if (s->state == LOADGEN_FORGED)
		return LOADGEN_ANSWER_TO_FORGED;
	return LOADGEN_ANSWER_EXPECTED;
}

void
loadgen_window_done(struct loadgen_window *w, struct loadgen_sent *sent)
{
	assert(is_waiting(sent));
	sent->state = LOADGEN_ANSWERED;
	w->last_answered = sent->message.nonce;
	w->n_waiting--;
}

struct loadgen_sent *
loadgen_window_replay(struct loadgen_window *w, uint32_t back)
{
	uint64_t nonce = w->last_answered;
	struct loadgen_sent *s;

	if (nonce == 0)
		return NULL;
	if (nonce - w->first_nonce >= back && place(w, nonce - back)->message.nonce == nonce - back)
		nonce -= back;
	s = place(w, nonce);
	if (s->message.nonce != nonce ||
			(s->state != LOADGEN_ANSWERED && s->state != LOADGEN_REPLAYED))
		return NULL;
	s->state = LOADGEN_REPLAYED;
	return s;
}

uint32_t
loadgen_window_expire(struct loadgen_window *w, uint64_t now, uint64_t first_ticks)
{
	uint32_t n = 0;

	for (uint64_t i = 0; i <= w->mask; i++) {
		struct loadgen_sent *s = &w->table[i];
		unsigned int doublings = s->tries < DOUBLINGS_MAX ? s->tries : DOUBLINGS_MAX;

		if (s->state != LOADGEN_WAITING || now - s->sent_at < first_ticks << doublings)
			continue;
		s->state = LOADGEN_OVERDUE;
		w->overdue[w->overdue_tail++ & w->mask] = s->message.nonce;
		n++;
	}
	return n;
}

bool
loadgen_window_retry(struct loadgen_window *w, struct loadgen_sent *old)
{
	while (w->overdue_head != w->overdue_tail) {
		uint64_t nonce = w->overdue[w->overdue_head++ & w->mask];
		struct loadgen_sent *s = place(w, nonce);

		/* Answered while it stood in the queue: nothing to do. */
		if (s->message.nonce != nonce || s->state != LOADGEN_OVERDUE)
			continue;
		*old = *s;
		s->state = LOADGEN_FREE;
		w->n_waiting--;
		return true;
	}
	return false;
}
