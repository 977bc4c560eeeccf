/* SPDX-License-Identifier: BSD-3-Clause */

/* To the control core and back: the one place where a message leaves the burst and returns. */

#include "pipeline_priv.h"

void
pipeline_hand_over(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i,
		enum pipeline_change_kind kind, bool nonce_taken, unsigned int n_accepted)
{
	struct pipeline_handed *h = rte_mbuf_to_priv(b->pkt[i]);
	struct pipeline_change *c = &h->change;

	c->kind = kind;
	c->nonce_taken = nonce_taken;
	c->n_accepted = (uint16_t)n_accepted;
	c->sites_serial = assoc_sites_serial(b->sites);
	c->site = b->site[i] == NULL ? ASSOC_NONE : b->site[i]->number;
	c->id = b->id[i];
	c->replay = b->replay[i];
	c->reg = b->reg[i];
	memcpy(c->accepted, b->accepted[i], sizeof(c->accepted));
	c->peer = b->frame[i].src;
	c->peer_port = b->frame[i].src_port;
	c->lisp_off = b->frame[i].lisp_off;
	c->lisp_len = b->len[i];
	c->n_records = 0;
	h->frame = b->frame[i];
	/* The ring holds as many as may be outstanding: w->room is never above what is free. */
	rte_ring_sp_enqueue(w->changes, b->pkt[i]);
	w->room--;
	w->outstanding++;
	(*pipeline_in_hand(w, &c->id))++;
	w->stats.handed_over++;
	w->rang = true;
}

/* The key that answers is the one that verified; after a reload it may be gone. */
static bool
find_key(struct pipeline_burst *b, unsigned int i, const struct pipeline_change *c)
{
	b->site[i] = assoc_site_by_number(b->sites, c->site);
	if (b->site[i] == NULL)
		return false;
	b->key[i] = b->site[i]->key[c->reg.key_id];
	return b->key[i] != NULL && b->key[i]->number == c->id.key;
}

static void
take_back(struct pipeline_worker *w, struct pipeline_burst *b, uint16_t i)
{
	struct pipeline_handed *h = rte_mbuf_to_priv(b->pkt[i]);
	struct pipeline_change *c = &h->change;

	(*pipeline_in_hand(w, &c->id))--;
	b->frame[i] = h->frame;
	b->authentic[i] = c->kind == PIPELINE_CHANGE_REGISTER;
	b->reg[i] = c->reg;
	b->len[i] = c->lisp_len;
	b->msg[i] = pipeline_change_msg(b->pkt[i]);
	memcpy(b->accepted[i], c->accepted, sizeof(c->accepted));
	if (!find_key(b, i, c))
		b->key[i] = NULL;
	if (c->verdict == PIPELINE_REGISTERED) {
		w->stats.records += c->n_records;
		pipeline_accept(w, b, i);
		if (b->key[i] != NULL)
			b->idx[b->n_live++] = i;
		else
			rte_pktmbuf_free(b->pkt[i]);
		return;
	}
	if (c->verdict < PIPELINE_DROP_FIRST) {
		w->stats.verdict[c->verdict]++;
		rte_pktmbuf_free(b->pkt[i]);
		return;
	}
	pipeline_drop(w, b, i, c->verdict);
}

unsigned int
pipeline_done(struct pipeline_worker *w, struct pipeline_burst *b)
{
	unsigned int n = rte_ring_sc_dequeue_burst(
			w->done, (void **)b->pkt, PIPELINE_BURST_MAX, NULL);

	if (n == 0)
		return 0;
	b->n_live = 0;
	b->sites = assoc_sites_get(w->p.assoc);
	b->now_ns = base_clock_ns();
	w->outstanding -= n;
	for (uint16_t i = 0; i < n; i++)
		take_back(w, b, i);
	pipeline_stage_end(w, PIPELINE_STAGE_OTHER);
	pipeline_notify(w, b);
	return n;
}

unsigned int
pipeline_changes_take(struct pipeline_worker *w, struct rte_mbuf **m, unsigned int n)
{
	return rte_ring_sc_dequeue_burst(w->changes, (void **)m, n, NULL);
}

void
pipeline_changes_return(struct pipeline_worker *w, struct rte_mbuf **m, unsigned int n)
{
	rte_ring_sp_enqueue_bulk(w->done, (void **)m, n, NULL);
}

bool
pipeline_changes_waiting(const struct pipeline_worker *w)
{
	return !rte_ring_empty(w->changes);
}
