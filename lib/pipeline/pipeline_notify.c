/* SPDX-License-Identifier: BSD-3-Clause */

/* (RFC 9301 5.7) The Map-Notify, built in the received mbuf, signed in batch. */

#include "lisp_notify.h"
#include "pipeline_priv.h"

static uint16_t
notify_port(const struct pipeline_burst *b, unsigned int i)
{
	return b->site[i]->notify_source ? b->frame[i].src_port : LISP_CONTROL_PORT;
}

void
pipeline_notify(struct pipeline_worker *w, struct pipeline_burst *b)
{
	uint16_t n = 0;

	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];

		if (!(b->reg[i].flags & LISP_REG_M)) {
			rte_pktmbuf_free(b->pkt[i]);
			continue;
		}
		b->len[i] = lisp_notify_from_register(
				b->msg[i], &b->reg[i], b->accepted[i], w->p.notify_trailer);
		b->job[n] = (struct auth_job){
			.key = &b->key[i]->auth,
			.msg = b->msg[i],
			.len = b->len[i],
			.tag_len = b->reg[i].auth_len,
			.label = AUTH_LABEL_NOTIFY,
		};
		b->idx[n++] = i;
	}
	b->n_live = n;
	pipeline_stage_end(w, PIPELINE_STAGE_NOTIFY);
	auth_sign_burst(w->auth, b->job, n);
	pipeline_stage_end(w, PIPELINE_STAGE_SIGN);
	for (unsigned int k = 0; k < n; k++) {
		uint16_t i = b->idx[k];

		pipeline_frame_answer(b->pkt[i], &b->frame[i], b->len[i], notify_port(b, i));
		pipeline_send(w, b->frame[i].queue, b->pkt[i]);
	}
	w->stats.notified += n;
	pipeline_stage_end(w, PIPELINE_STAGE_NOTIFY);
}
