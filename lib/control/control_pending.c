/* SPDX-License-Identifier: BSD-3-Clause */

/* Map-Notifies that wait for a Map-Notify-Ack (RFC 9301 5.7, CK-063, CK-064): found by peer and
 * nonce, and the key is that of the Map-Notify, never one the ack names. */

#include <errno.h>

#include "control_priv.h"

static struct control_pending *
find(struct control *c, const struct lisp_ip *peer, uint64_t nonce)
{
	for (unsigned int i = 0; i < c->n_pending; i++)
		if (c->pending[i].nonce == nonce && lisp_ip_equal(&c->pending[i].peer, peer))
			return &c->pending[i];
	return NULL;
}

static void
set_count(struct control *c, unsigned int n)
{
	c->n_pending = n;
	atomic_store_explicit(&c->p.signals->n_pending, n, memory_order_relaxed);
}

int
control_pending_add(struct control *c, const struct lisp_ip *peer, uint64_t nonce, uint32_t site,
		uint8_t key_id)
{
	if (c->n_pending == CONTROL_PENDING_MAX)
		return -ENOSPC;
	if (find(c, peer, nonce) != NULL)
		return -EEXIST;
	c->pending[c->n_pending] = (struct control_pending){
		.peer = *peer,
		.nonce = nonce,
		.site = site,
		.key_id = key_id,
	};
	set_count(c, c->n_pending + 1);
	return 0;
}

static enum pipeline_verdict
check_key(const struct assoc_key *key, const struct lisp_register *reg)
{
	if (key == NULL || reg->key_id != key->key_id)
		return PIPELINE_UNKNOWN_KEY;
	if (reg->alg_id != key->alg_id)
		return PIPELINE_ALG_MISMATCH;
	if (!auth_alg_tag_len_ok(auth_alg_get(key->alg_id), reg->auth_len))
		return PIPELINE_AUTH_LEN;
	return PIPELINE_ACKNOWLEDGED;
}

enum pipeline_verdict
control_pending_ack(struct control *c, struct rte_mbuf *m)
{
	const struct pipeline_change *ch = pipeline_change_of(m);
	struct control_pending *p = find(c, &ch->peer, ch->reg.nonce);
	const struct assoc_site *site;
	const struct assoc_key *key;
	enum pipeline_verdict v;
	struct auth_job job;

	if (p == NULL)
		return PIPELINE_NO_PENDING;
	site = assoc_site_by_number(assoc_sites_get(c->p.assoc), p->site);
	key = site == NULL ? NULL : site->key[p->key_id];
	v = check_key(key, &ch->reg);
	if (v != PIPELINE_ACKNOWLEDGED)
		return v;
	job = (struct auth_job){
		.key = &key->auth,
		.msg = pipeline_change_msg(m),
		.len = ch->lisp_len,
		.tag_len = ch->reg.auth_len,
		.label = AUTH_LABEL_ACK,
	};
	auth_verify_burst(c->auth, &job, 1);
	if (!job.ok)
		return PIPELINE_AUTH_FAIL;
	*p = c->pending[c->n_pending - 1];
	set_count(c, c->n_pending - 1);
	return PIPELINE_ACKNOWLEDGED;
}
