/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What the files of mapdb share.  Objects are named by their number in a slab; MAPDB_NONE is no
 * object.  Everything here is for the control core, unless it says "workers".
 */

#pragma once

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base_clock.h"
#include "base_hash.h"
#include "base_index.h"
#include "base_slab.h"
#include "lisp_register.h"
#include "mapdb.h"

#define MAPDB_NONE UINT32_MAX

/** In a backward link: the rest is the number of the list, not of an object. */
#define MAPDB_LIST UINT32_C(0x80000000)

#define MAPDB_MAX_EIDS        (UINT32_C(1) << 27)
#define MAPDB_MAX_REGISTRANTS (UINT32_C(1) << 24)
#define MAPDB_MAX_SITES       (UINT32_C(1) << 20)

/** Objects that may wait for readers; each slab has room for so many beyond its limit. */
#define MAPDB_DEFER_MAX (UINT32_C(1) << 16)

#define MAPDB_WHEEL_SLOTS  UINT32_C(4096) /* of one second */
#define MAPDB_BLOB_CLASSES 13             /* 16 to 65536 octets */

/** Octets of an EID of more than 16 that stand in its entry; the others are in a blob. */
#define MAPDB_HEAD_LEN 12

/** EID-prefix: the hot part of its struct lisp_eid, then links. */
struct mapdb_eid {
	uint32_t iid;
	uint8_t kind;
	uint8_t mask_len;
	uint16_t len;
	uint8_t octets[MAPDB_HEAD_LEN];
	union {
		uint8_t last[4]; /* len at most 16: the rest of the octets */
		uint32_t tail;   /* longer: blob with the rest */
	};
	_Atomic(uint32_t) newest;              /* mapping */
	_Atomic(uint32_t) newest_registration; /* its registration: refreshes need no more */
};
static_assert(sizeof(struct mapdb_eid) == 32, "two to a cache line");
static_assert(offsetof(struct mapdb_eid, newest) == LISP_EID_HOT_LEN, "same head");
static_assert(offsetof(struct mapdb_eid, octets) == offsetof(struct lisp_eid, octets), "same head");

/** What one registrant says of one EID-prefix. */
struct mapdb_mapping {
	uint32_t eid;
	uint32_t registration;
	uint32_t registrant;
	_Atomic(uint32_t) older; /* mapping of the next registrant on this EID-prefix */
	uint32_t sibling;        /* next mapping of its registration */
	uint32_t ttl_min;
	uint32_t locators; /* blob with a struct mapdb_locators, or MAPDB_NONE */
	uint16_t version;
	uint8_t flags; /* high octet of word 0: P and S */
};
static_assert(sizeof(struct mapdb_mapping) == 32, "two to a cache line");

/** A blob of locators. */
struct mapdb_locators {
	uint8_t len[2]; /* of octets, most significant first */
	uint8_t n;
	uint8_t octets[];
};

/** What one Map-Register stated. */
struct mapdb_registration {
	_Atomic(uint64_t) expires_ns; /* 0: ended; workers move it on */
	_Atomic(uint64_t) digest;     /* 0, or mapdb_digest_of() while all mappings are newest */
	uint32_t lifetime_ms;
	uint32_t mappings;
	/* Lists of a wheel slot and of its registrant; prev of a first one is MAPDB_LIST | list. */
	uint32_t slot_next, slot_prev;
	uint32_t chain_next, chain_prev;
};
static_assert(sizeof(struct mapdb_registration) == 40, "memory per EID-prefix");

/** Inner node of the order: the first bit in which the keys below it differ. */
struct mapdb_node {
	_Atomic(uint32_t) child[2]; /* node, or MAPDB_LIST | EID-prefix */
	uint16_t bit;
};
static_assert(sizeof(struct mapdb_node) == 12, "memory per EID-prefix");

/** The mask lengths in use in one Instance ID for one kind of address. */
struct mapdb_family {
	uint32_t iid;
	uint8_t kind;
	uint32_t n_eids;
	_Atomic(uint64_t) present[3]; /* bit by mask length; workers read */
	uint32_t n_of_mask[129];
};

struct mapdb_registrant {
	uint32_t chain; /* its registrations */
	_Atomic(uint32_t) site;
	uint32_t n_mappings;
};

/** What becomes of one record of a statement. */
struct mapdb_plan {
	uint32_t eid;     /* MAPDB_NONE: withdraws what is not there */
	uint32_t mapping; /* MAPDB_NONE: withdraws */
	bool superseded;  /* a later record has the same EID-prefix */
	bool extra;       /* the registrant has no mapping there yet */
};

enum mapdb_class {
	MAPDB_EID,     /* with its tail */
	MAPDB_MAPPING, /* with its locators */
	MAPDB_REGISTRATION,
	MAPDB_NODE,
	MAPDB_FAMILY,
};

struct mapdb {
	/* read-only after creation; bases and index are copies that no count shares a line with */
	struct mapdb_eid *eid;
	struct mapdb_mapping *mapping;
	struct mapdb_registration *registration;
	struct mapdb_node *node;
	struct mapdb_registrant *registrant;
	struct base_index index, family_index; /* n_entries is not kept here */
	struct base_hash_seed seed;
	struct rte_rcu_qsbr *rcu;
	struct rte_rcu_qsbr_dq *deferred;
	uint32_t max_eids, max_mappings;

	/* control writes, workers read */
	_Atomic(uint32_t) root __attribute__((aligned(64)));

	/* control only */
	struct base_slab eids __attribute__((aligned(64)));
	struct base_slab mappings, registrations, nodes, families;
	struct base_slab blobs[MAPDB_BLOB_CLASSES];
	struct base_index index_w, family_index_w; /* the same buckets */
	uint32_t last_family;
	uint32_t n_eids, n_mappings, n_registrations; /* not yet unlinked */
	uint32_t n_registrants;                       /* entries of registrant[] in use */
	uint32_t *site_count;                         /* mappings by site */
	uint64_t wheel_s;                             /* last second whose slot is done */
	uint32_t wheel[MAPDB_WHEEL_SLOTS];
	uint64_t n_added, n_changed, n_withdrawn, n_expired, n_full;
	struct mapdb_plan plan[LISP_RECORDS_MAX];
};

/* ---- mapdb_table.c ---- */

/** Hash of an EID-prefix.  Workers. */
static inline uint64_t
mapdb_hash(const struct mapdb *db, const struct lisp_eid *eid)
{
	uint64_t h = base_hash24(eid, &db->seed);

	if (__builtin_expect(eid->len > 16, 0))
		h ^= base_hash(eid->octets + 16, eid->len - 16u, &db->seed);
	return h;
}

/**
 * A statement's digest with its registrant mixed in, as a registration keeps it: so a refresh need
 * not look up whose the registration is.  Workers.
 */
static inline uint64_t
mapdb_digest_of(const struct mapdb *db, uint64_t digest, uint32_t registrant)
{
	return base_hash_fold(digest ^ db->seed.k[3], registrant ^ db->seed.k[0]) | 1;
}

/** Octets of a blob.  Workers. */
void *mapdb_blob_at(const struct mapdb *db, uint32_t blob);

/** The same for EIDs of more than 16 octets.  Workers. */
bool mapdb_long_eid_equal(
		const struct mapdb *db, const struct mapdb_eid *e, const struct lisp_eid *eid);

/** Are they the same EID-prefix?  Workers; of type base_index_equal. */
static inline int
mapdb_eid_equal(const void *table, uint32_t number, const void *key)
{
	const struct mapdb *db = table;
	const struct mapdb_eid *e = &db->eid[number];
	const struct lisp_eid *eid = key;
	uint64_t a[3], b[3];

	if (__builtin_expect(eid->len > 16, 0))
		return mapdb_long_eid_equal(db, e, eid);
	memcpy(a, e, sizeof(a));
	memcpy(b, eid, sizeof(b));
	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2])) == 0;
}

/** Number of an EID-prefix, or MAPDB_NONE.  Workers. */
static inline uint32_t
mapdb_eid_find(const struct mapdb *db, const struct lisp_eid *eid, uint64_t hash)
{
	return base_index_find(&db->index, hash, mapdb_eid_equal, db, eid);
}

/** The EID-prefix as a struct lisp_eid.  Workers. */
void mapdb_eid_get(const struct mapdb *db, uint32_t e, struct lisp_eid *eid);

/** Make an EID-prefix that is not there, without a mapping. @return -ENOSPC: nothing changed. */
int mapdb_eid_create(struct mapdb *db, const struct lisp_eid *eid, uint64_t hash, uint32_t *number);

/** Take away an EID-prefix that no mapping stands on. */
void mapdb_eid_remove(struct mapdb *db, uint32_t e);

/** Family of an EID-prefix; NULL when none is registered in it.  Workers. */
const struct mapdb_family *mapdb_family_find(const struct mapdb *db, const struct lisp_eid *eid);

/* ---- mapdb_blob.c ---- */

int mapdb_blob_init(struct mapdb *db, uint32_t n_max);
void mapdb_blob_fini(struct mapdb *db);
uint32_t mapdb_blob_alloc(struct mapdb *db, size_t len); /**< MAPDB_NONE when full. */
void mapdb_blob_free(struct mapdb *db, uint32_t blob);   /**< MAPDB_NONE is fine. */
size_t mapdb_blob_bytes(const struct mapdb *db);

/* ---- mapdb_defer.c ---- */

int mapdb_defer_init(struct mapdb *db);
void mapdb_defer_fini(struct mapdb *db);

/** Give back an object that is no longer linked, when all readers are done with it. */
void mapdb_defer(struct mapdb *db, enum mapdb_class class, uint32_t number);

/** Give back an object that readers have never seen. */
void mapdb_free(struct mapdb *db, enum mapdb_class class, uint32_t number);

/** Free what all readers are done with. */
void mapdb_reclaim(struct mapdb *db);

/* ---- mapdb_order.c ---- */

int mapdb_order_add(struct mapdb *db, uint32_t e); /**< -ENOSPC: nothing has changed. */
void mapdb_order_del(struct mapdb *db, uint32_t e);

/** Least EID-prefix greater than *after (NULL: the first), or MAPDB_NONE.  Workers. */
uint32_t mapdb_order_next(const struct mapdb *db, const struct lisp_eid *after);

/**
 * Most leading address bits that eid shares with any EID-prefix of its family, and -1 when its
 * family has none.  Where eid ends or is covered, more bits than it has may be said.  Workers.
 */
int mapdb_order_common_bits(const struct mapdb *db, const struct lisp_eid *eid);

/* ---- mapdb_mapping.c ---- */

/** The mapping of a registrant on an EID-prefix, or MAPDB_NONE.  Workers. */
static inline uint32_t
mapdb_mapping_of(const struct mapdb *db, uint32_t e, uint32_t registrant)
{
	uint32_t m = atomic_load_explicit(&db->eid[e].newest, memory_order_acquire);

	while (m != MAPDB_NONE && db->mapping[m].registrant != registrant)
		m = atomic_load_explicit(&db->mapping[m].older, memory_order_acquire);
	return m;
}

/** Does the registration of a mapping live?  Workers. */
static inline bool
mapdb_mapping_is_live(const struct mapdb *db, uint32_t m, uint64_t now_ns)
{
	const struct mapdb_registration *r = &db->registration[db->mapping[m].registration];

	return atomic_load_explicit(&r->expires_ns, memory_order_acquire) > now_ns;
}

/** First live mapping from m on towards older ones, or MAPDB_NONE.  Workers. */
static inline uint32_t
mapdb_mapping_live(const struct mapdb *db, uint32_t m, uint64_t now_ns)
{
	while (m != MAPDB_NONE && !mapdb_mapping_is_live(db, m, now_ns))
		m = atomic_load_explicit(&db->mapping[m].older, memory_order_acquire);
	return m;
}

/** Publish a complete mapping as the newest of its EID-prefix, in place of its registrant's old. */
void mapdb_mapping_publish(struct mapdb *db, uint32_t m);

/**
 * Withdraw what a registrant says of an EID-prefix: its registration loses it, and ends with the
 * last one.  The EID-prefix stays. @return was there anything?
 */
bool mapdb_mapping_withdraw(struct mapdb *db, uint32_t e, uint32_t registrant);

/** Make a registrant, below MAPDB_MAX_REGISTRANTS, known with its site. */
void mapdb_registrant_set(struct mapdb *db, uint32_t registrant, uint32_t site);

/** Enter a registration, its first mapping and expiry set, into wheel and registrant's list. */
void mapdb_registration_enter(struct mapdb *db, uint32_t r);

/** End a registration and withdraw all its mappings. @return mappings withdrawn. */
unsigned int mapdb_registration_end(struct mapdb *db, uint32_t r);

/* ---- mapdb_expiry.c ---- */

void mapdb_wheel_init(struct mapdb *db);
void mapdb_wheel_start(struct mapdb *db, uint64_t now_ns); /**< When nothing is registered. */
void mapdb_wheel_add(struct mapdb *db, uint32_t r, uint64_t expires_ns);
void mapdb_wheel_del(struct mapdb *db, uint32_t r);
