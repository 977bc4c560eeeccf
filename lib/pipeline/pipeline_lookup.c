/* SPDX-License-Identifier: BSD-3-Clause */

/* Who signed it: header and trailer, then site, key and association; old nonces go here already. */

#include <rte_prefetch.h>

#include "pipeline_priv.h"

/* Key IDs from here on belong to automated keys (the key exchange). */
#define AUTOMATED_KEY_ID 128

/* What can be told from the message alone. */
static enum pipeline_verdict
read_message(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i)
{
	enum lisp_err err = lisp_register_peek(b->msg[i], b->len[i], &b->reg[i]);

	if (err != LISP_OK)
		return pipeline_malformed(err);
	if (b->reg[i].key_id >= AUTOMATED_KEY_ID)
		return PIPELINE_UNKNOWN_KEY;
	return pipeline_static_walk(w, b, i);
}

static void
read_messages(struct pipeline_worker *w, struct pipeline_burst *b)
{
	uint16_t n = 0;

	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];
		enum pipeline_verdict v = read_message(w, b, i);

		if (likely(v == PIPELINE_REGISTERED)) {
			b->refresh[i].eid = &b->eid[i];
			mapdb_seek_bucket(w->p.mapdb, &b->refresh[i]);
			b->idx[n++] = i;
		} else {
			pipeline_drop(w, b, i, v);
		}
	}
	b->n_live = n;
}

/* (RFC 9301 5.6) Which key: everything that can be told before the MAC. */
static void
check_keys(struct pipeline_worker *w, struct pipeline_burst *b)
{
	uint16_t n = 0;

	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];
		enum pipeline_verdict v = pipeline_static_key(b, i);

		if (likely(v == PIPELINE_REGISTERED)) {
			__builtin_prefetch(&w->site_success[b->site[i]->number], 1);
			mapdb_seek_entry(w->p.mapdb, &b->refresh[i]);
			b->idx[n++] = i;
		} else {
			pipeline_drop(w, b, i, v);
		}
	}
	b->n_live = n;
}

static void
find_associations(struct pipeline_worker *w, struct pipeline_burst *b)
{
	const struct assoc_id *ids[PIPELINE_BURST_MAX];
	struct assoc *found[PIPELINE_BURST_MAX];

	for (unsigned int k = 0; k < b->n_live; k++)
		ids[k] = &b->id[b->idx[k]];
	assoc_lookup_burst(w->p.assoc, ids, found, b->n_live);
	for (unsigned int k = 0; k < b->n_live; k++) {
		b->assoc[b->idx[k]] = found[k];
		if (found[k] != NULL)
			assoc_replay_prefetch(found[k]);
		mapdb_seek_second(w->p.mapdb, &b->refresh[b->idx[k]]);
	}
}

/* The cheapest drop there is: a nonce that is refused whatever the MAC says. */
static bool
is_stale(struct pipeline_burst *b, unsigned int i)
{
	uint64_t tag;

	memcpy(&tag, b->msg[i] + LISP_AUTH_HEADER_LEN, sizeof(tag));
	b->replay[i] = (struct assoc_replay){
		.nonce = b->reg[i].nonce,
		.tag = tag,
		.now_ns = b->now_ns,
	};
	if (b->assoc[i] == NULL || !assoc_replay_peek(b->assoc[i], &b->replay[i]))
		return false;
	atomic_fetch_add_explicit(&b->assoc[i]->n_replay, 1, memory_order_relaxed);
	return true;
}

static void
drop_stale(struct pipeline_worker *w, struct pipeline_burst *b)
{
	uint16_t n = 0;

	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];

		if (likely(!is_stale(b, i))) {
			mapdb_seek_registration(w->p.mapdb, &b->refresh[i]);
			b->idx[n++] = i;
		} else {
			pipeline_drop(w, b, i, PIPELINE_REPLAY);
		}
	}
	b->n_live = n;
}

/* Each pass asks for the memory the next one needs, so that a burst waits for it once; so do the
 * steps towards the registration that the message may refresh. */
void
pipeline_lookup(struct pipeline_worker *w, struct pipeline_burst *b)
{
	pipeline_static_refill(w);
	read_messages(w, b);
	pipeline_static_sites(b);
	check_keys(w, b);
	find_associations(w, b);
	drop_stale(w, b);
}
