/* SPDX-License-Identifier: BSD-3-Clause */

/* Expiry: a wheel of one-second slots.  A registration stands in the slot of the expiry it had when
 * it was put there; workers move the expiry without touching the wheel, so a slot that is due reads
 * it again. */

#include "mapdb_priv.h"

/* Registrations looked at for each that may be ended, so that refreshed ones do not hold back
 * others and yet a call is bounded. */
#define LOOKS_PER_END 64

void
mapdb_wheel_init(struct mapdb *db)
{
	for (unsigned int i = 0; i < MAPDB_WHEEL_SLOTS; i++)
		db->wheel[i] = MAPDB_NONE;
}

void
mapdb_wheel_start(struct mapdb *db, uint64_t now_ns)
{
	uint64_t now_s = now_ns / BASE_NS_PER_S;

	if (db->n_registrations == 0 && now_s > db->wheel_s)
		db->wheel_s = now_s;
}

void
mapdb_wheel_add(struct mapdb *db, uint32_t r, uint64_t expires_ns)
{
	struct mapdb_registration *at = &db->registration[r];
	uint64_t second = expires_ns / BASE_NS_PER_S + 1; /* by then it has expired */
	uint32_t *slot;

	if (second <= db->wheel_s)
		second = db->wheel_s + 1;
	if (second >= db->wheel_s + MAPDB_WHEEL_SLOTS)
		second = db->wheel_s + MAPDB_WHEEL_SLOTS - 1; /* far off: looked at on the way */
	slot = &db->wheel[second % MAPDB_WHEEL_SLOTS];
	at->slot_prev = MAPDB_LIST | (uint32_t)(second % MAPDB_WHEEL_SLOTS);
	at->slot_next = *slot;
	if (*slot != MAPDB_NONE)
		db->registration[*slot].slot_prev = r;
	*slot = r;
}

void
mapdb_wheel_del(struct mapdb *db, uint32_t r)
{
	struct mapdb_registration *at = &db->registration[r];

	if (at->slot_next != MAPDB_NONE)
		db->registration[at->slot_next].slot_prev = at->slot_prev;
	if ((at->slot_prev & MAPDB_LIST) != 0)
		db->wheel[at->slot_prev & ~MAPDB_LIST] = at->slot_next;
	else
		db->registration[at->slot_prev].slot_next = at->slot_next;
}

/* End a registration that is due, or put it where it is due now. @return was it ended? */
static bool
end_or_rearm(struct mapdb *db, uint32_t r, uint64_t now_ns)
{
	struct mapdb_registration *at = &db->registration[r];
	uint64_t expires = atomic_load_explicit(&at->expires_ns, memory_order_acquire);

	/* A worker that refreshes it at this moment wins or loses here, and knows which. */
	if (expires <= now_ns &&
			atomic_compare_exchange_strong_explicit(&at->expires_ns, &expires, 0,
					memory_order_acq_rel, memory_order_acquire)) {
		mapdb_registration_end(db, r);
		return true;
	}
	mapdb_wheel_del(db, r);
	mapdb_wheel_add(db, r, expires);
	return false;
}

unsigned int
mapdb_expire(struct mapdb *db, uint64_t now_ns, unsigned int budget)
{
	uint64_t now_s = now_ns / BASE_NS_PER_S;
	uint64_t looks = (uint64_t)budget * LOOKS_PER_END;
	unsigned int n_ended = 0;

	if (now_s > db->wheel_s + MAPDB_WHEEL_SLOTS)
		db->wheel_s = now_s - MAPDB_WHEEL_SLOTS; /* after a long pause: once around */
	while (db->wheel_s < now_s) {
		uint32_t r = db->wheel[(db->wheel_s + 1) % MAPDB_WHEEL_SLOTS];

		if (r == MAPDB_NONE) {
			db->wheel_s++;
			continue;
		}
		if (n_ended == budget || looks-- == 0)
			break;
		if (db->registration[r].slot_next != MAPDB_NONE)
			__builtin_prefetch(&db->registration[db->registration[r].slot_next]);
		n_ended += end_or_rearm(db, r, now_ns);
	}
	db->n_expired += n_ended;
	mapdb_reclaim(db);
	return n_ended;
}
