/* SPDX-License-Identifier: BSD-3-Clause */

/* Lookups: what is given out.  What has expired is skipped, swept or not. */

#include "mapdb_priv.h"

#define PROBES 8 /* mask lengths tried at a time */

static void
view_locators(const struct mapdb *db, uint32_t blob, struct mapdb_view *v)
{
	const struct mapdb_locators *l;

	v->n_locators = 0;
	v->locators = NULL;
	v->locators_len = 0;
	if (blob == MAPDB_NONE)
		return;
	l = mapdb_blob_at(db, blob);
	v->n_locators = l->n;
	v->locators = l->octets;
	v->locators_len = (uint32_t)l->len[0] << 8 | l->len[1];
}

static void
view_mapping(const struct mapdb *db, uint32_t m, uint64_t now_ns, struct mapdb_view *v)
{
	const struct mapdb_mapping *at = &db->mapping[m];
	uint32_t older = atomic_load_explicit(&at->older, memory_order_acquire);

	mapdb_eid_get(db, at->eid, &v->eid);
	v->registrant = at->registrant;
	v->site = atomic_load_explicit(&db->registrant[at->registrant].site, memory_order_acquire);
	v->ttl_min = at->ttl_min;
	v->flags = (uint32_t)at->flags << 24;
	v->version = at->version;
	v->expires_ns = atomic_load_explicit(
			&db->registration[at->registration].expires_ns, memory_order_acquire);
	v->more = mapdb_mapping_live(db, older, now_ns) != MAPDB_NONE;
	view_locators(db, at->locators, v);
}

/* View the newest live mapping of an EID-prefix. */
static bool
view_newest(const struct mapdb *db, uint32_t e, uint64_t now_ns, struct mapdb_view *v)
{
	uint32_t m = atomic_load_explicit(&db->eid[e].newest, memory_order_acquire);

	m = mapdb_mapping_live(db, m, now_ns);
	if (m == MAPDB_NONE)
		return false;
	view_mapping(db, m, now_ns, v);
	return true;
}

bool
mapdb_lookup(const struct mapdb *db, const struct lisp_eid *eid, struct mapdb_view *v)
{
	uint32_t e = mapdb_eid_find(db, eid, mapdb_hash(db, eid));

	return e != MAPDB_NONE && view_newest(db, e, base_clock_ns(), v);
}

/* The greatest mask length present that is at most mask_len, or -1. */
static int
present_at_most(const struct mapdb_family *f, int mask_len)
{
	for (int word = mask_len / 64; mask_len >= 0 && word >= 0; word--) {
		uint64_t bits = atomic_load_explicit(&f->present[word], memory_order_acquire);

		if (word == mask_len / 64)
			bits &= UINT64_MAX >> (63 - mask_len % 64);
		if (bits != 0)
			return word * 64 + 63 - __builtin_clzll(bits);
	}
	return -1;
}

/* Look up eid cut to the next few mask lengths, longest first. @return mask length to go on at. */
static int
probe(const struct mapdb *db, const struct mapdb_family *f, const struct lisp_eid *eid,
		int mask_len, uint32_t found[PROBES], unsigned int *n_found)
{
	struct lisp_eid cut[PROBES]; /* only the hot part of each is used */
	uint64_t hash[PROBES];
	unsigned int n = 0;

	*n_found = 0;
	for (; n < PROBES; n++, mask_len--) {
		mask_len = present_at_most(f, mask_len);
		if (mask_len < 0)
			break;
		memcpy(&cut[n], eid, LISP_EID_HOT_LEN);
		cut[n].mask_len = (uint8_t)mask_len;
		lisp_mask_octets(cut[n].octets, eid->len, (unsigned int)mask_len);
		hash[n] = mapdb_hash(db, &cut[n]);
		base_index_prefetch(&db->index, hash[n]);
	}
	for (unsigned int i = 0; i < n; i++) {
		uint32_t e = mapdb_eid_find(db, &cut[i], hash[i]);

		if (e != MAPDB_NONE)
			found[(*n_found)++] = e;
	}
	return mask_len;
}

bool
mapdb_lookup_longest(const struct mapdb *db, const struct lisp_eid *eid, struct mapdb_view *v)
{
	const struct mapdb_family *f;
	uint64_t now_ns = base_clock_ns();
	uint32_t found[PROBES];
	unsigned int n;
	int mask_len = eid->mask_len;

	if (!lisp_eid_is_ip(eid))
		return mapdb_lookup(db, eid, v);
	f = mapdb_family_find(db, eid);
	while (f != NULL && mask_len >= 0) {
		mask_len = probe(db, f, eid, mask_len, found, &n);
		for (unsigned int i = 0; i < n; i++)
			if (view_newest(db, found[i], now_ns, v))
				return true;
	}
	return false;
}

bool
mapdb_next(const struct mapdb *db, const struct lisp_eid *after, struct mapdb_view *v)
{
	uint64_t now_ns = base_clock_ns();
	uint32_t e = mapdb_order_next(db, after);
	struct lisp_eid dead;

	while (e != MAPDB_NONE && !view_newest(db, e, now_ns, v)) {
		mapdb_eid_get(db, e, &dead);
		e = mapdb_order_next(db, &dead);
	}
	return e != MAPDB_NONE;
}

bool
mapdb_older(const struct mapdb *db, struct mapdb_view *v)
{
	uint32_t e = mapdb_eid_find(db, &v->eid, mapdb_hash(db, &v->eid));
	uint64_t now_ns = base_clock_ns();
	uint32_t m;

	if (e == MAPDB_NONE)
		return false;
	m = mapdb_mapping_of(db, e, v->registrant);
	if (m == MAPDB_NONE)
		return false;
	m = atomic_load_explicit(&db->mapping[m].older, memory_order_acquire);
	m = mapdb_mapping_live(db, m, now_ns);
	if (m == MAPDB_NONE)
		return false;
	view_mapping(db, m, now_ns, v);
	return true;
}

bool
mapdb_lookup_from(const struct mapdb *db, const struct lisp_eid *eid, uint32_t from,
		struct mapdb_view *v, bool *newest)
{
	uint32_t e = mapdb_eid_find(db, eid, mapdb_hash(db, eid));
	uint64_t now_ns = base_clock_ns();
	uint32_t first, best = MAPDB_NONE;

	if (e == MAPDB_NONE)
		return false;
	first = mapdb_mapping_live(
			db, atomic_load_explicit(&db->eid[e].newest, memory_order_acquire), now_ns);
	for (uint32_t m = first; m != MAPDB_NONE;) {
		const struct mapdb_mapping *at = &db->mapping[m];

		if (at->registrant >= from &&
				(best == MAPDB_NONE ||
						at->registrant < db->mapping[best].registrant))
			best = m;
		m = mapdb_mapping_live(
				db, atomic_load_explicit(&at->older, memory_order_acquire), now_ns);
	}
	if (best == MAPDB_NONE)
		return false;
	*newest = best == first;
	view_mapping(db, best, now_ns, v);
	return true;
}

void
mapdb_hole(const struct mapdb *db, const struct lisp_eid *eid, const struct lisp_eid *within,
		struct lisp_eid *hole)
{
	int mask_len = mapdb_order_common_bits(db, eid) + 1;

	if (mask_len > eid->mask_len)
		mask_len = eid->mask_len; /* others inside it: never longer than asked */
	if (mask_len < within->mask_len)
		mask_len = within->mask_len;
	memcpy(hole, eid, LISP_EID_HOT_LEN);
	hole->mask_len = (uint8_t)mask_len;
	lisp_mask_octets(hole->octets, eid->len, (unsigned int)mask_len);
}
