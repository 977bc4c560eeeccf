/* SPDX-License-Identifier: BSD-3-Clause */

/* Ethernet, IP, UDP port 4342: what kind of packet each is. */

#include <rte_prefetch.h>

#include "pipeline_priv.h"

static void
sort_message(struct pipeline_burst *b, uint16_t i)
{
	switch (b->msg[i][0] >> 4) {
	case LISP_MAP_REGISTER:
		b->idx[b->n_live++] = i;
		return;
	case LISP_MAP_NOTIFY_ACK:
		b->ack[b->n_ack++] = i;
		return;
	default: /* Map-Request and ECM: pipeline_frame_parse() lets no other type through */
		b->request[b->n_request++] = i;
		return;
	}
}

void
pipeline_classify(struct pipeline_worker *w, struct pipeline_burst *b,
		const struct pipeline_queue *q, uint16_t n)
{
	b->n_live = b->n_request = b->n_ack = b->n_local = 0;
	b->sites = assoc_sites_get(w->p.assoc);
	b->now_ns = base_clock_ns();
	b->wall_ms = base_clock_wall_ms();
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(b->pkt[i], void *));
	for (uint16_t i = 0; i < n; i++) {
		enum pipeline_verdict v;

		b->site[i] = NULL;
		b->authentic[i] = false;
		b->reg[i].nonce = 0;
		b->reg[i].key_id = 0;
		b->frame[i].src = (struct lisp_ip){ 0 };
		b->frame[i].src_port = 0;
		v = pipeline_frame_parse(b->pkt[i], q, w->p.max_message, &b->frame[i], &b->msg[i],
				&b->len[i]);
		if (likely(v == PIPELINE_REGISTERED))
			sort_message(b, i);
		else if (v == PIPELINE_NOT_LISP)
			b->local[b->n_local++] = i;
		else
			pipeline_drop(w, b, i, v);
	}
}
