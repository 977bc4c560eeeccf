/* SPDX-License-Identifier: BSD-3-Clause */

/* Map-Notify-Ack (RFC 9301 5.7).  They are rare, and only the control core knows what waits for
 * one: what is well formed goes there, if anything waits at all, and never fills the ring. */

#include "pipeline_priv.h"

static enum pipeline_verdict
check(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i)
{
	enum lisp_err err = lisp_register_peek(b->msg[i], b->len[i], &b->reg[i]);

	if (err == LISP_OK)
		err = lisp_register_check(b->msg[i], &b->reg[i]);
	if (err != LISP_OK)
		return pipeline_malformed(err);
	if (atomic_load_explicit(w->p.n_pending, memory_order_relaxed) == 0)
		return PIPELINE_NO_PENDING;
	/* Changes of registrations come first: acks get the emptier half of the ring. */
	if (w->room < w->p.ring_size / 2)
		return PIPELINE_BUSY;
	return PIPELINE_ACKNOWLEDGED;
}

void
pipeline_ack(struct pipeline_worker *w, struct pipeline_burst *b)
{
	for (unsigned int k = 0; k < b->n_ack; k++) {
		uint16_t i = b->ack[k];
		enum pipeline_verdict v = check(w, b, i);

		if (v != PIPELINE_ACKNOWLEDGED) {
			pipeline_drop(w, b, i, v);
			continue;
		}
		b->replay[i] = (struct assoc_replay){ .nonce = b->reg[i].nonce,
			.now_ns = b->now_ns };
		b->id[i] = (struct assoc_id){ .key = ASSOC_NONE };
		memset(b->accepted[i], 0, sizeof(b->accepted[i]));
		pipeline_hand_over(w, b, i, PIPELINE_CHANGE_ACK, false, 0);
	}
}
