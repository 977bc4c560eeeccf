/* SPDX-License-Identifier: BSD-3-Clause */

/* An authentic Map-Register: a refresh is done here, everything else goes to the control core. */

#include "pipeline_priv.h"

/* (CK-047) No record may carry a locator nobody can be reached at; multicast ones only for
 * multicast EIDs, which are LCAFs. */
static bool
locators_ok(const struct lisp_record *r)
{
	struct lisp_cursor c = lisp_cursor_over(r->locators, r->locators_len);

	for (unsigned int k = 0; k < r->n_locators; k++) {
		struct lisp_locator loc;

		if (lisp_locator_read(&c, &loc) != LISP_OK)
			return false;
		if (loc.rloc.ip.family != 0 && lisp_eid_is_ip(&r->eid) &&
				!lisp_ip_is_unicast(&loc.rloc.ip))
			return false;
	}
	return true;
}

unsigned int
pipeline_authorise(const struct assoc_sites *sites, const struct assoc_site *site,
		const uint8_t *msg, const struct lisp_register *reg, uint64_t accepted[4],
		enum pipeline_verdict *why)
{
	struct lisp_cursor c = lisp_register_records(msg, reg);
	unsigned int n = 0;

	*why = PIPELINE_EID_POLICY;
	memset(accepted, 0, 4 * sizeof(*accepted));
	for (unsigned int k = 0; k < reg->n_records; k++) {
		struct lisp_record r;
		bool allowed = false;

		if (lisp_record_read(&c, &r) != LISP_OK)
			break; /* walked before: cannot happen */
		/* (RFC 9301 8.2, CK-041) The longest configured match of all sites must be this site's. */
		if (assoc_site_by_eid(sites, &r.eid, &allowed) != site || !allowed)
			continue;
		if (!locators_ok(&r)) {
			*why = PIPELINE_BAD_LOCATOR;
			continue;
		}
		accepted[k / 64] |= UINT64_C(1) << (k % 64);
		n++;
	}
	return n;
}

static void
accept_all(uint64_t accepted[4], unsigned int n_records)
{
	for (unsigned int k = 0; k < 4; k++, n_records -= RTE_MIN(n_records, 64u))
		accepted[k] = n_records >= 64 ? UINT64_MAX : (UINT64_C(1) << n_records) - 1;
}

/* A refresh is done at once, so it must not overtake a change of the same ETR: what it repeats is
 * then no longer what was said last. */
static bool
try_refresh(struct pipeline_worker *w, struct pipeline_burst *b, uint16_t i)
{
	const struct mapdb_refresh *r = &b->refresh[i];

	if (r->registration == MAPDB_REGISTRATION_NONE || b->key[i]->policy == ASSOC_STRICT)
		return false;
	if (!b->takes_nonce[i] ||
			(unlikely(w->outstanding > 0) && *pipeline_in_hand(w, &b->id[i]) > 0))
		return false;
	return mapdb_refresh(w->p.mapdb, r, b->now_ns);
}

void
pipeline_register(struct pipeline_worker *w, struct pipeline_burst *b)
{
	uint16_t n = 0;

	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];
		struct mapdb_refresh *r = &b->refresh[i];
		enum pipeline_verdict why;
		unsigned int n_accepted;

		if (likely(try_refresh(w, b, i))) {
			accept_all(b->accepted[i], b->reg[i].n_records);
			w->stats.records += b->reg[i].n_records;
			w->stats.refreshed++;
			pipeline_accept(w, b, i);
			b->idx[n++] = i;
			continue;
		}
		if (unlikely(w->room == 0)) {
			/* Ended between match and refresh while the ring filled up. */
			pipeline_drop(w, b, i, PIPELINE_BUSY);
			continue;
		}
		if (b->reg[i].flags & LISP_REG_A)
			w->stats.merge_ignored++;
		n_accepted = pipeline_authorise(
				b->sites, b->site[i], b->msg[i], &b->reg[i], b->accepted[i], &why);
		/* An authentic message uses up its nonce even when all is refused; if that must
		 * be saved, or the association made, the control core does it. */
		if (n_accepted == 0 && b->takes_nonce[i] && b->key[i]->policy != ASSOC_STRICT) {
			pipeline_drop(w, b, i, why);
			continue;
		}
		pipeline_change_of(b->pkt[i])->verdict = (uint8_t)why;
		pipeline_change_of(b->pkt[i])->digest = r->digest;
		pipeline_hand_over(
				w, b, i, PIPELINE_CHANGE_REGISTER, b->takes_nonce[i], n_accepted);
	}
	b->n_live = n;
}
