/* SPDX-License-Identifier: BSD-3-Clause */

/* What workers handed over: association, nonce, authorisation, into mapdb, and back. */

#include <errno.h>
#include <string.h>

#include "control_priv.h"

static enum pipeline_verdict
create_association(struct control *c, const struct pipeline_change *ch, struct assoc **a)
{
	int ret = assoc_create(c->p.assoc, &ch->id, ch->replay.nonce, a);

	if (ret == -ENOSPC || ret == -EDQUOT)
		return PIPELINE_LIMIT_XTRS;
	if (ret < 0)
		return PIPELINE_UNKNOWN_KEY; /* gone by a reload since the worker looked */
	assoc_replay_first(*a, &ch->replay);
	return PIPELINE_REGISTERED;
}

/* A message under a new association carries its first nonce; of several such the first one made
 * it, and the others are judged by it. */
static enum pipeline_verdict
take_nonce(struct control *c, const struct pipeline_change *ch, struct assoc **a)
{
	*a = assoc_lookup(c->p.assoc, &ch->id);
	if (ch->nonce_taken)
		return *a == NULL ? PIPELINE_UNKNOWN_KEY : PIPELINE_REGISTERED;
	if (*a == NULL)
		return create_association(c, ch, a);
	return assoc_replay_commit(*a, &ch->replay) ? PIPELINE_REGISTERED : PIPELINE_REPLAY;
}

/* Sites may have changed while the message was on the ring, or its nonce was being saved: then its
 * authorisation is old.  @return its key is still there. */
static bool
authorise_again(struct control *c, struct rte_mbuf *m)
{
	const struct assoc_sites *sites = assoc_sites_get(c->p.assoc);
	struct pipeline_change *ch = pipeline_change_of(m);
	const struct assoc_site *site;
	enum pipeline_verdict why;

	if (assoc_sites_serial(sites) == ch->sites_serial)
		return true;
	site = assoc_site_by_number(sites, ch->site);
	if (site == NULL || site->key[ch->reg.key_id] == NULL ||
			site->key[ch->reg.key_id]->number != ch->id.key)
		return false;
	ch->n_accepted = (uint16_t)pipeline_authorise(
			sites, site, pipeline_change_msg(m), &ch->reg, ch->accepted, &why);
	ch->verdict = (uint8_t)why;
	return true;
}

/* EID-prefixes the message would add to what the site has: none for one it has already. */
static unsigned int
count_new(struct control *c, const struct pipeline_change *ch, const uint8_t *msg)
{
	struct lisp_cursor cur = lisp_register_records(msg, &ch->reg);
	unsigned int n = 0;

	for (unsigned int k = 0; k < ch->reg.n_records; k++) {
		struct lisp_record r;
		struct mapdb_view v;

		if (lisp_record_read(&cur, &r) != LISP_OK)
			break;
		if ((ch->accepted[k / 64] >> (k % 64) & 1) != 0 && r.ttl_min != 0 &&
				!mapdb_lookup(c->p.mapdb, &r.eid, &v))
			n++;
	}
	return n;
}

static bool
fits_site(struct control *c, const struct assoc_site *site, const struct pipeline_change *ch,
		const uint8_t *msg)
{
	uint32_t have = mapdb_site_count(c->p.mapdb, site->number);

	return have + ch->n_accepted <= site->max_eids ||
			have + count_new(c, ch, msg) <= site->max_eids;
}

void
control_change_apply(struct control *c, struct rte_mbuf *m)
{
	struct pipeline_change *ch = pipeline_change_of(m);
	const uint8_t *msg = pipeline_change_msg(m);
	const struct assoc_sites *sites = assoc_sites_get(c->p.assoc);
	const struct assoc_site *site = assoc_site_by_number(sites, ch->site);
	const struct assoc *a = assoc_lookup(c->p.assoc, &ch->id);
	struct mapdb_result res;
	struct mapdb_statement s;

	if (site == NULL || a == NULL || !authorise_again(c, m)) {
		ch->verdict = PIPELINE_UNKNOWN_KEY;
		return;
	}
	if (ch->n_accepted == 0)
		return; /* verdict says why already */
	if (!fits_site(c, site, ch, msg)) {
		ch->verdict = PIPELINE_LIMIT_EIDS;
		return;
	}
	s = (struct mapdb_statement){
		.registrant = a->number,
		.flags = ch->reg.flags,
		.digest = ch->digest,
		.records = msg + ch->reg.records_off,
		.records_len = ch->reg.records_end - ch->reg.records_off,
		.n_records = ch->reg.n_records,
		.lifetime_ms = site->lifetime_ms,
		.max_lifetime_ms = c->p.max_lifetime_ms,
		.site = site->number,
	};
	memcpy(s.accepted, ch->accepted, sizeof(s.accepted));
	if (mapdb_apply(c->p.mapdb, &s, base_clock_ns(), &res) < 0) {
		ch->verdict = PIPELINE_LIMIT_EIDS;
		return;
	}
	ch->verdict = PIPELINE_REGISTERED;
	ch->n_records = ch->n_accepted;
}

/* @return the message is ready to go back; a strict one is not, it waits. */
static bool
decide(struct control *c, unsigned int worker, struct rte_mbuf *m)
{
	struct pipeline_change *ch = pipeline_change_of(m);
	enum pipeline_verdict v;
	struct assoc *a;

	if (ch->kind == PIPELINE_CHANGE_ACK) {
		ch->verdict = (uint8_t)control_pending_ack(c, m);
		return true;
	}
	v = take_nonce(c, ch, &a);
	if (v != PIPELINE_REGISTERED) {
		ch->verdict = (uint8_t)v;
		return true;
	}
	if (a->policy == ASSOC_STRICT) {
		control_nonce_wait(c, worker, m);
		return false;
	}
	control_change_apply(c, m);
	return true;
}

static unsigned int
serve_worker(struct control *c, unsigned int worker)
{
	struct rte_mbuf *m[CONTROL_TAKE_MAX];
	unsigned int n = pipeline_changes_take(c->p.workers[worker], m, CONTROL_TAKE_MAX);
	unsigned int n_ready = 0;

	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_mbuf_to_priv(m[i]));
	for (unsigned int i = 0; i < n; i++)
		if (decide(c, worker, m[i]))
			m[n_ready++] = m[i];
	if (n_ready > 0)
		pipeline_changes_return(c->p.workers[worker], m, n_ready);
	return n_ready;
}

unsigned int
control_change_step(struct control *c)
{
	unsigned int n = 0;

	for (unsigned int w = 0; w < c->p.n_workers; w++)
		n += serve_worker(c, w);
	return n;
}
