/* SPDX-License-Identifier: BSD-3-Clause */

/* (RFC 9301 5.6) The nonce is taken, in order of arrival.  Before that it is found out which
 * messages are refreshes: the others need room in the ring to the control core, and a message for
 * which there is none is dropped before its nonce moves, so that it costs the ETR nothing. */

#include "pipeline_priv.h"

static void
match_refresh(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i)
{
	const struct lisp_register *reg = &b->reg[i];
	struct mapdb_refresh *r = &b->refresh[i];

	r->registrant = b->assoc[i] == NULL ? MAPDB_REGISTRANT_NONE : b->assoc[i]->number;
	r->digest = mapdb_digest(w->p.mapdb, reg->flags, b->msg[i] + reg->records_off,
			reg->records_end - reg->records_off);
	mapdb_match(w->p.mapdb, r, b->now_ns);
}

/* A strict nonce must be saved before its registration counts, so the control core sees it. */
static bool
stays_here(const struct pipeline_burst *b, unsigned int i)
{
	return b->refresh[i].registration != MAPDB_REGISTRATION_NONE &&
			b->key[i]->policy != ASSOC_STRICT;
}

/* A new association is made by the control core, with the nonce of this message as its first.  And
 * behind messages of the same ETR that it still has, nonces are taken there, too: in the order in
 * which they came, or those that wait would look old. */
static bool
may_take_nonce(struct pipeline_worker *w, const struct pipeline_burst *b, unsigned int i)
{
	return b->assoc[i] != NULL &&
			(likely(w->outstanding == 0) || *pipeline_in_hand(w, &b->id[i]) == 0);
}

void
pipeline_replay(struct pipeline_worker *w, struct pipeline_burst *b)
{
	/* A burst's worth stays free for refreshes whose registration ends before register sees them. */
	uint32_t room = w->room > PIPELINE_BURST_MAX ? w->room - PIPELINE_BURST_MAX : 0;
	uint16_t n = 0;

	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];

		match_refresh(w, b, i);
		if (!stays_here(b, i)) {
			if (unlikely(room == 0)) {
				pipeline_drop(w, b, i, PIPELINE_BUSY);
				continue;
			}
			room--;
		}
		b->takes_nonce[i] = may_take_nonce(w, b, i);
		if (b->takes_nonce[i] && !assoc_replay_commit(b->assoc[i], &b->replay[i])) {
			pipeline_drop(w, b, i, PIPELINE_REPLAY);
			continue;
		}
		b->idx[n++] = i;
	}
	b->n_live = n;
}
