/* SPDX-License-Identifier: BSD-3-Clause */

/* Links between mappings, the EID-prefixes they stand on, their registrations and registrants. */

#include "mapdb_priv.h"

static uint32_t
next_of(const _Atomic(uint32_t) *link)
{
	return atomic_load_explicit(link, memory_order_relaxed);
}

/* ---- registrants ---- */

static void
count_site(struct mapdb *db, uint32_t site, int32_t by)
{
	if (site < MAPDB_MAX_SITES)
		db->site_count[site] += (uint32_t)by;
}

void
mapdb_registrant_set(struct mapdb *db, uint32_t registrant, uint32_t site)
{
	struct mapdb_registrant *at;
	uint32_t old;

	for (; db->n_registrants <= registrant; db->n_registrants++)
		db->registrant[db->n_registrants].chain = MAPDB_NONE;
	at = &db->registrant[registrant];
	old = next_of(&at->site);
	if (old == site)
		return;
	count_site(db, old, -(int32_t)at->n_mappings);
	count_site(db, site, (int32_t)at->n_mappings);
	atomic_store_explicit(&at->site, site, memory_order_release);
}

static void
count_mapping(struct mapdb *db, uint32_t registrant, int32_t by)
{
	struct mapdb_registrant *at = &db->registrant[registrant];

	at->n_mappings += (uint32_t)by;
	db->n_mappings += (uint32_t)by;
	count_site(db, next_of(&at->site), by);
}

uint32_t
mapdb_site_count(const struct mapdb *db, uint32_t site)
{
	return site < MAPDB_MAX_SITES ? db->site_count[site] : 0;
}

/* ---- registrations ---- */

static void
clear_digest(struct mapdb_registration *r)
{
	atomic_store_explicit(&r->digest, 0, memory_order_release);
}

void
mapdb_registration_enter(struct mapdb *db, uint32_t r)
{
	struct mapdb_registration *at = &db->registration[r];
	uint32_t registrant = db->mapping[at->mappings].registrant;
	uint32_t *chain = &db->registrant[registrant].chain;

	at->chain_prev = MAPDB_LIST | registrant;
	at->chain_next = *chain;
	if (*chain != MAPDB_NONE)
		db->registration[*chain].chain_prev = r;
	*chain = r;
	mapdb_wheel_add(db, r, atomic_load_explicit(&at->expires_ns, memory_order_relaxed));
	db->n_registrations++;
}

/* Take a registration, whose mappings have gone, out of all lists. */
static void
leave(struct mapdb *db, uint32_t r)
{
	struct mapdb_registration *at = &db->registration[r];

	atomic_store_explicit(&at->expires_ns, 0, memory_order_release);
	clear_digest(at);
	mapdb_wheel_del(db, r);
	if (at->chain_next != MAPDB_NONE)
		db->registration[at->chain_next].chain_prev = at->chain_prev;
	if ((at->chain_prev & MAPDB_LIST) != 0)
		db->registrant[at->chain_prev & ~MAPDB_LIST].chain = at->chain_next;
	else
		db->registration[at->chain_prev].chain_next = at->chain_next;
	mapdb_defer(db, MAPDB_REGISTRATION, r);
	db->n_registrations--;
}

/* A registration loses one mapping, and ends with the last one. */
static void
lose(struct mapdb *db, uint32_t m)
{
	uint32_t r = db->mapping[m].registration;
	struct mapdb_registration *at = &db->registration[r];
	uint32_t *link = &at->mappings;

	clear_digest(at);
	/* As many as one message holds; those replaced in order are found first. */
	while (*link != m)
		link = &db->mapping[*link].sibling;
	*link = db->mapping[m].sibling;
	if (at->mappings == MAPDB_NONE)
		leave(db, r);
}

/* ---- mappings on an EID-prefix ---- */

static void
set_newest(struct mapdb *db, uint32_t e, uint32_t m)
{
	uint32_t r = m == MAPDB_NONE ? MAPDB_NONE : db->mapping[m].registration;

	atomic_store_explicit(&db->eid[e].newest, m, memory_order_release);
	atomic_store_explicit(&db->eid[e].newest_registration, r, memory_order_release);
}

/* Readers that stand on it find their way on; it is for the caller to give it back. */
static void
unlink_mapping(struct mapdb *db, uint32_t m)
{
	const struct mapdb_mapping *at = &db->mapping[m];
	uint32_t before = next_of(&db->eid[at->eid].newest);

	count_mapping(db, at->registrant, -1);
	if (before == m) {
		set_newest(db, at->eid, next_of(&at->older));
		return;
	}
	while (next_of(&db->mapping[before].older) != m)
		before = next_of(&db->mapping[before].older);
	atomic_store_explicit(
			&db->mapping[before].older, next_of(&at->older), memory_order_release);
}

/* Nothing may be given back while a reader can still come to it: first the chain, then the rest. */
static void
take_away(struct mapdb *db, uint32_t m)
{
	unlink_mapping(db, m);
	lose(db, m);
	mapdb_defer(db, MAPDB_MAPPING, m);
}

void
mapdb_mapping_publish(struct mapdb *db, uint32_t m)
{
	struct mapdb_mapping *at = &db->mapping[m];
	uint32_t head = next_of(&db->eid[at->eid].newest);
	uint32_t own = mapdb_mapping_of(db, at->eid, at->registrant);

	if (head != MAPDB_NONE && head != own)
		clear_digest(&db->registration[db->mapping[head].registration]);
	atomic_init(&at->older, head);
	set_newest(db, at->eid, m);
	count_mapping(db, at->registrant, 1);
	if (own != MAPDB_NONE)
		take_away(db, own);
}

bool
mapdb_mapping_withdraw(struct mapdb *db, uint32_t e, uint32_t registrant)
{
	uint32_t own = mapdb_mapping_of(db, e, registrant);

	if (own == MAPDB_NONE)
		return false;
	take_away(db, own);
	return true;
}

unsigned int
mapdb_registration_end(struct mapdb *db, uint32_t r)
{
	struct mapdb_registration *at = &db->registration[r];
	unsigned int n = 0;
	uint32_t m, next;

	/* First of all: from here on no worker takes it for live or refreshes it. */
	atomic_store_explicit(&at->expires_ns, 0, memory_order_release);
	for (m = at->mappings; m != MAPDB_NONE; m = next, n++) {
		uint32_t e = db->mapping[m].eid;

		next = db->mapping[m].sibling;
		unlink_mapping(db, m);
		mapdb_defer(db, MAPDB_MAPPING, m);
		if (next_of(&db->eid[e].newest) == MAPDB_NONE)
			mapdb_eid_remove(db, e);
	}
	leave(db, r);
	return n;
}

unsigned int
mapdb_withdraw(struct mapdb *db, uint32_t registrant)
{
	unsigned int n = 0;

	if (registrant >= db->n_registrants)
		return 0;
	while (db->registrant[registrant].chain != MAPDB_NONE)
		n += mapdb_registration_end(db, db->registrant[registrant].chain);
	db->n_withdrawn += n;
	return n;
}

void
mapdb_distrust_site(struct mapdb *db, uint32_t site)
{
	for (uint32_t i = 0; i < db->n_registrants; i++) {
		uint32_t r = db->registrant[i].chain;

		if (next_of(&db->registrant[i].site) != site)
			continue;
		for (; r != MAPDB_NONE; r = db->registration[r].chain_next)
			clear_digest(&db->registration[r]);
	}
}
