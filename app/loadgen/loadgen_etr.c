/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_etr.h"

#include <errno.h>
#include <stdlib.h>

#include "loadgen_options.h"

/* State of a unit; LOADGEN_MOVED stands in it as it is. */
#define UNIT_FRESH      0x10 /* its fresh EID-prefixes were registered, not yet withdrawn */
#define UNIT_REGISTERED 0x20

#define REPLAY_BACK 64 /* a replayed message is at most so many before the last answered one */

/* What is to be sent. */
struct pick {
	struct loadgen_message message; /* nonce set for a replay only */
	enum loadgen_sent_state state;
	uint8_t tries;
};

int
loadgen_etrs_init(struct loadgen_etrs *e, const struct loadgen_etr_params *p)
{
	*e = (struct loadgen_etrs){
		.p = *p,
		.units = calloc(p->maker->n_units, sizeof(*e->units)),
		.random = p->maker->layout->seed | 1,
	};
	return e->units == NULL ? -ENOMEM : 0;
}

void
loadgen_etrs_fini(struct loadgen_etrs *e)
{
	free(e->units);
	e->units = NULL;
}

/* xorshift64: which unit is forged, how old a replay is. */
static uint32_t
next_random(struct loadgen_etrs *e)
{
	e->random ^= e->random << 13;
	e->random ^= e->random >> 7;
	e->random ^= e->random << 17;
	return (uint32_t)(e->random >> 32);
}

/* Spread a share evenly over the messages. */
static bool
is_due(uint32_t *due, uint32_t ppm)
{
	*due += ppm;
	if (*due < LOADGEN_PPM)
		return false;
	*due -= LOADGEN_PPM;
	return true;
}

bool
loadgen_etrs_registered(const struct loadgen_etrs *e)
{
	uint64_t done = e->p.await ? e->p.stats->registered_units : e->n_first_round;

	return done >= (loadgen_etrs_exhausted(e) ? e->n_first_round : e->p.maker->n_units);
}

bool
loadgen_etrs_exhausted(const struct loadgen_etrs *e)
{
	return e->p.count > 0 && e->n_made >= e->p.count;
}

static void
note_registered(struct loadgen_etrs *e, uint32_t unit)
{
	if (e->units[unit] & UNIT_REGISTERED)
		return;
	e->units[unit] |= UNIT_REGISTERED;
	e->p.stats->registered_units++;
	e->p.stats->registered += loadgen_unit_records(e->p.maker, unit);
}

void
loadgen_etrs_answered(struct loadgen_etrs *e, struct loadgen_sent *sent)
{
	e->p.stats->acknowledged++;
	if (!(sent->message.what & LOADGEN_FRESH))
		note_registered(e, sent->message.unit);
	loadgen_window_done(e->p.window, sent);
}

/* The unit says something new: its ETR has moved, or a fresh EID-prefix comes or goes. */
static uint8_t
change(struct loadgen_etrs *e, uint8_t *unit)
{
	e->p.stats->changes++;
	if (!e->p.churn_new) {
		*unit ^= LOADGEN_MOVED;
		return *unit & LOADGEN_MOVED;
	}
	*unit ^= UNIT_FRESH;
	return (*unit & LOADGEN_MOVED) | LOADGEN_FRESH |
			(*unit & UNIT_FRESH ? 0 : LOADGEN_WITHDRAW);
}

static void
pick_next_unit(struct loadgen_etrs *e, struct pick *pick)
{
	uint8_t *unit = &e->units[e->next_unit];
	bool first_round = e->n_first_round < e->p.maker->n_units;

	pick->message.unit = e->next_unit;
	pick->state = e->p.await ? LOADGEN_WAITING : LOADGEN_ANSWERED;
	if (first_round)
		e->n_first_round++;
	if (!first_round && is_due(&e->churn_due, e->p.churn_ppm))
		pick->message.what = change(e, unit);
	else
		pick->message.what = *unit & LOADGEN_MOVED;
	if (++e->next_unit == e->p.maker->n_units)
		e->next_unit = 0;
}

static bool
pick_replay(struct loadgen_etrs *e, struct pick *pick)
{
	struct loadgen_sent *s;

	s = loadgen_window_replay(e->p.window, next_random(e) % REPLAY_BACK);
	if (s == NULL)
		return false;
	pick->message = s->message;
	pick->state = LOADGEN_REPLAYED;
	return true;
}

static void
pick_forgery(struct loadgen_etrs *e, struct pick *pick)
{
	pick->message.unit = next_random(e) % e->p.maker->n_units;
	pick->message.what = e->units[pick->message.unit] & LOADGEN_MOVED;
	pick->state = LOADGEN_FORGED;
}

static bool
pick_retry(struct loadgen_etrs *e, struct pick *pick)
{
	struct loadgen_sent old;

	if (!loadgen_window_retry(e->p.window, &old))
		return false;
	pick->message = old.message;
	/* An ETR that moved meanwhile says where it is now. */
	if (!(old.message.what & LOADGEN_FRESH))
		pick->message.what = e->units[old.message.unit] & LOADGEN_MOVED;
	pick->state = LOADGEN_WAITING;
	pick->tries = old.tries < UINT8_MAX ? old.tries + 1 : UINT8_MAX;
	e->p.stats->retransmitted++;
	return true;
}

static bool
may_send_new(const struct loadgen_etrs *e)
{
	if (loadgen_etrs_exhausted(e))
		return false;
	if (e->p.await && loadgen_window_room(e->p.window) == 0)
		return false;
	return e->n_first_round < e->p.maker->n_units || loadgen_etrs_registered(e);
}

unsigned int
loadgen_etrs_wish(const struct loadgen_etrs *e, bool only_retries)
{
	uint64_t n = e->p.window->overdue_tail - e->p.window->overdue_head;

	if (!only_retries && may_send_new(e))
		n += e->p.await ? loadgen_window_room(e->p.window) : LOADGEN_BURST;
	return n < LOADGEN_BURST ? (unsigned int)n : LOADGEN_BURST;
}

static bool
pick_one(struct loadgen_etrs *e, bool only_retries, struct pick *pick)
{
	*pick = (struct pick){ 0 };
	if (pick_retry(e, pick))
		return true;
	if (only_retries || !may_send_new(e))
		return false;
	e->n_made++;
	if (is_due(&e->bad_mac_due, e->p.bad_mac_ppm))
		pick_forgery(e, pick);
	else if (!is_due(&e->replay_due, e->p.replay_ppm) || !pick_replay(e, pick))
		pick_next_unit(e, pick);
	return true;
}

/* Give it a nonce, and build it behind the room for its headers. */
static void
build(struct loadgen_etrs *e, struct pick *pick, uint64_t now, uint8_t *frame, struct auth_job *job)
{
	const struct loadgen_maker *mk = e->p.maker;
	uint32_t etr = loadgen_unit_etr(mk, pick->message.unit);

	if (pick->state == LOADGEN_REPLAYED)
		e->p.stats->replayed++;
	else
		loadgen_window_add(e->p.window, &pick->message, pick->state, now)->tries =
				pick->tries;
	job->key = &e->p.keys[loadgen_layout_site(mk->layout, etr)];
	job->msg = frame + e->p.net->headers_len;
	job->len = loadgen_message_build(mk, &pick->message, job->msg);
	job->tag_len = mk->tag_len;
	job->label = AUTH_LABEL_REGISTER;
}

/* One wrong bit, another one every time. */
static void
spoil(struct loadgen_etrs *e, const struct auth_job *job)
{
	uint32_t bit = next_random(e) % (8u * job->tag_len);

	job->msg[AUTH_DATA_OFFSET + bit / 8] ^= (uint8_t)(1u << bit % 8);
	e->p.stats->forged++;
}

unsigned int
loadgen_etrs_burst(struct loadgen_etrs *e, uint8_t *const frames[], uint32_t lens[], unsigned int n,
		uint64_t now, bool only_retries)
{
	struct auth_job jobs[LOADGEN_BURST];
	struct pick picks[LOADGEN_BURST];
	unsigned int made = 0;

	while (made < n && pick_one(e, only_retries, &picks[made])) {
		build(e, &picks[made], now, frames[made], &jobs[made]);
		made++;
	}
	auth_sign_burst(e->p.auth, jobs, made);
	for (unsigned int i = 0; i < made; i++) {
		uint32_t etr = loadgen_unit_etr(e->p.maker, picks[i].message.unit);

		if (picks[i].state == LOADGEN_FORGED)
			spoil(e, &jobs[i]);
		lens[i] = loadgen_frame_finish(e->p.net, etr, jobs[i].len, frames[i]);
		e->p.stats->octets += lens[i];
	}
	e->p.stats->sent += made;
	return made;
}
