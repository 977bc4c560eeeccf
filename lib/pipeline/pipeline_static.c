/* SPDX-License-Identifier: BSD-3-Clause */

/* Static keys, Key ID 0..127 (RFC 9301 5.6): the site by Site-ID, else by the EID of the first
 * record, so the records are walked before the MAC here; hence a rate limit of their own. */

#include <rte_prefetch.h>

#include "pipeline_priv.h"

void
pipeline_static_refill(struct pipeline_worker *w)
{
	uint64_t now = rte_rdtsc();

	if (w->p.static_rate == 0)
		return;
	/* Tokens are TSC ticks times messages a second: a message costs tsc_hz.  One second saved
	 * at most, so a burst after silence is no larger than the rate. */
	w->rate_tokens += (RTE_MIN(now - w->rate_tsc, w->tsc_hz)) * w->p.static_rate;
	w->rate_tokens = RTE_MIN(w->rate_tokens, w->tsc_hz * w->p.static_rate);
	w->rate_tsc = now;
}

static bool
take_token(struct pipeline_worker *w)
{
	if (w->p.static_rate == 0)
		return true;
	if (w->rate_tokens < w->tsc_hz)
		return false;
	w->rate_tokens -= w->tsc_hz;
	return true;
}

/* Every octet of every record is checked, and the first EID kept: it finds the site where the
 * message does not name one, and the registration that a refresh repeats. */
static enum lisp_err
walk(const uint8_t *msg, const struct lisp_register *reg, struct lisp_eid *first)
{
	struct lisp_cursor c = lisp_register_records(msg, reg);

	for (unsigned int k = 0; k < reg->n_records; k++) {
		struct lisp_record r;
		enum lisp_err err = lisp_record_read(&c, &r);

		if (err != LISP_OK)
			return err;
		if (k == 0) {
			memcpy(first, &r.eid, LISP_EID_HOT_LEN);
			if (unlikely(r.eid.len > 16))
				memcpy(first->octets + 16, r.eid.octets + 16, r.eid.len - 16u);
		}
	}
	return lisp_left(&c) == 0 ? LISP_OK : LISP_ERR_TRAILING;
}

enum pipeline_verdict
pipeline_static_walk(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i)
{
	enum lisp_err err;

	if (!take_token(w))
		return PIPELINE_RATE;
	err = walk(b->msg[i], &b->reg[i], &b->eid[i]);
	if (err != LISP_OK)
		return pipeline_malformed(err);
	return b->reg[i].n_records == 0 ? PIPELINE_NO_RECORDS : PIPELINE_REGISTERED;
}

void
pipeline_static_sites(struct pipeline_burst *b)
{
	const struct assoc_site *found[PIPELINE_BURST_MAX];
	uint64_t ids[PIPELINE_BURST_MAX];
	bool allowed;

	/* A Site-ID of 0 names no site, and finds none. */
	for (unsigned int k = 0; k < b->n_live; k++)
		ids[k] = b->reg[b->idx[k]].site_id;
	assoc_site_by_id_burst(b->sites, ids, found, b->n_live);
	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];

		b->site[i] = ids[k] != 0 ? found[k]
					 : assoc_site_by_eid(b->sites, &b->eid[i], &allowed);
		b->key[i] = b->site[i] == NULL ? NULL : b->site[i]->key[b->reg[i].key_id];
		if (likely(b->key[i] != NULL)) {
			rte_prefetch0(b->key[i]);
			rte_prefetch0(&b->key[i]->auth);
			rte_prefetch0(&b->key[i]->auth.alg_id);
		}
	}
}

enum pipeline_verdict
pipeline_static_key(struct pipeline_burst *b, unsigned int i)
{
	const struct lisp_register *reg = &b->reg[i];
	const struct assoc_key *key = b->key[i];

	if (b->site[i] == NULL)
		return PIPELINE_UNKNOWN_SITE;
	if (key == NULL)
		return PIPELINE_UNKNOWN_KEY;
	if (!assoc_key_in_time(key, b->wall_ms))
		return PIPELINE_KEY_TIME;
	if (key->n_sources > 0 && !assoc_key_source_ok(key, &b->frame[i].src))
		return PIPELINE_KEY_SOURCE;
	if (reg->alg_id != key->alg_id)
		return PIPELINE_ALG_MISMATCH;
	if (!auth_alg_tag_len_ok(auth_alg_get(key->alg_id), reg->auth_len))
		return PIPELINE_AUTH_LEN;
	b->id[i].key = key->number;
	b->id[i].has_xtr_id = reg->has_trailer;
	memcpy(b->id[i].xtr_id, reg->xtr_id, LISP_XTR_ID_LEN);
	return PIPELINE_REGISTERED;
}
