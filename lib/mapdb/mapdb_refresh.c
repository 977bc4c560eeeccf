/* SPDX-License-Identifier: BSD-3-Clause */

/* Refreshes: what workers do for nearly every Map-Register, in steps of one cache line each. */

#include "mapdb_priv.h"

/* Flags whose change makes a message more than a refresh. */
#define DIGEST_FLAGS (LISP_REG_P | LISP_REG_S | LISP_REG_I | LISP_REG_E | LISP_REG_T | LISP_REG_A)

uint64_t
mapdb_digest(const struct mapdb *db, uint32_t flags, const uint8_t *records, size_t len)
{
	uint64_t h = base_hash(records, len, &db->seed);

	h = base_hash_fold(h ^ (flags & DIGEST_FLAGS), db->seed.k[2] | 1);
	return h == 0 ? 1 : h;
}

void
mapdb_seek_bucket(const struct mapdb *db, struct mapdb_refresh *r)
{
	r->hash = mapdb_hash(db, r->eid);
	base_index_prefetch(&db->index, r->hash);
}

/* A candidate: its tag agrees. */
void
mapdb_seek_entry(const struct mapdb *db, struct mapdb_refresh *r)
{
	r->entry = base_index_guess(&db->index, r->hash);
	if (r->entry != BASE_INDEX_NONE)
		__builtin_prefetch(&db->eid[r->entry]);
	else
		__builtin_prefetch(base_index_second(&db->index, r->hash));
}

void
mapdb_seek_second(const struct mapdb *db, struct mapdb_refresh *r)
{
	if (__builtin_expect(r->entry != BASE_INDEX_NONE, 1))
		return;
	r->entry = base_index_guess_second(&db->index, r->hash);
	if (r->entry != BASE_INDEX_NONE)
		__builtin_prefetch(&db->eid[r->entry]);
}

/* The registration of the newest mapping: only that one can have a digest. */
void
mapdb_seek_registration(const struct mapdb *db, struct mapdb_refresh *r)
{
	r->registration = MAPDB_REGISTRATION_NONE;
	if (r->entry == BASE_INDEX_NONE)
		return;
	if (!mapdb_eid_equal(db, r->entry, r->eid)) /* another one with its tag */
		r->entry = mapdb_eid_find(db, r->eid, r->hash);
	if (r->entry == MAPDB_NONE)
		return;
	r->registration = atomic_load_explicit(
			&db->eid[r->entry].newest_registration, memory_order_acquire);
	if (r->registration != MAPDB_REGISTRATION_NONE)
		__builtin_prefetch(&db->registration[r->registration], 1);
}

/* Does a registration live, with the digest of this message? */
static inline bool
matches(const struct mapdb *db, uint32_t number, const struct mapdb_refresh *r, uint64_t now_ns)
{
	const struct mapdb_registration *at = &db->registration[number];

	return atomic_load_explicit(&at->digest, memory_order_acquire) ==
			mapdb_digest_of(db, r->digest, r->registrant) &&
			atomic_load_explicit(&at->expires_ns, memory_order_acquire) > now_ns;
}

void
mapdb_match(const struct mapdb *db, struct mapdb_refresh *r, uint64_t now_ns)
{
	if (r->registration != MAPDB_REGISTRATION_NONE && !matches(db, r->registration, r, now_ns))
		r->registration = MAPDB_REGISTRATION_NONE;
}

/* Move an expiry on, never back. @return false when the registration has ended or expired. */
static bool
move_expiry(struct mapdb_registration *r, uint64_t now_ns)
{
	uint64_t old = atomic_load_explicit(&r->expires_ns, memory_order_acquire);
	uint64_t new = now_ns + BASE_NS_PER_MS * r->lifetime_ms;

	do {
		if (old <= now_ns)
			return false;
		if (new <= old)
			return true; /* another core saw a later message first */
	} while (!atomic_compare_exchange_weak_explicit(
			&r->expires_ns, &old, new, memory_order_acq_rel, memory_order_acquire));
	return true;
}

bool
mapdb_refresh(struct mapdb *db, const struct mapdb_refresh *r, uint64_t now_ns)
{
	return r->registration != MAPDB_REGISTRATION_NONE &&
			matches(db, r->registration, r, now_ns) &&
			move_expiry(&db->registration[r->registration], now_ns);
}
