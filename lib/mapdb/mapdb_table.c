/* SPDX-License-Identifier: BSD-3-Clause */

/* The table itself: its memory, and the EID-prefixes with hash and mask lengths. */

#include <errno.h>
#include <stdlib.h>

#include "base_mem.h"
#include "base_secret.h"
#include "mapdb_priv.h"

#define MAX_FAMILIES (UINT32_C(1) << 20)

static int
init_slabs(struct mapdb *db)
{
	uint32_t eids = db->max_eids + MAPDB_DEFER_MAX;
	uint32_t mappings = db->max_mappings + MAPDB_DEFER_MAX;
	uint32_t families = eids < MAX_FAMILIES ? eids : MAX_FAMILIES;

	if (base_slab_init(&db->eids, sizeof(struct mapdb_eid), eids) < 0 ||
			base_slab_init(&db->nodes, sizeof(struct mapdb_node), eids) < 0 ||
			base_slab_init(&db->mappings, sizeof(struct mapdb_mapping), mappings) < 0 ||
			base_slab_init(&db->registrations, sizeof(struct mapdb_registration),
					mappings) < 0 ||
			base_slab_init(&db->families, sizeof(struct mapdb_family), families) < 0 ||
			mapdb_blob_init(db, eids + mappings) < 0)
		return -ENOMEM;
	db->eid = (struct mapdb_eid *)db->eids.base;
	db->node = (struct mapdb_node *)db->nodes.base;
	db->mapping = (struct mapdb_mapping *)db->mappings.base;
	db->registration = (struct mapdb_registration *)db->registrations.base;
	return 0;
}

static int
init_tables(struct mapdb *db)
{
	uint32_t families = db->families.n_max;

	if (base_index_init(&db->index_w, db->max_eids) < 0 ||
			base_index_init(&db->family_index_w, families) < 0)
		return -ENOMEM;
	db->index = db->index_w;
	db->family_index = db->family_index_w;
	db->registrant = base_mem_map(MAPDB_MAX_REGISTRANTS * sizeof(*db->registrant));
	db->site_count = base_mem_map(MAPDB_MAX_SITES * sizeof(*db->site_count));
	return db->registrant == NULL || db->site_count == NULL ? -ENOMEM : 0;
}

struct mapdb *
mapdb_create(const struct mapdb_params *p)
{
	struct mapdb *db;

	if (p->max_eids == 0 || p->max_eids > MAPDB_MAX_EIDS || p->rcu == NULL) {
		errno = EINVAL;
		return NULL;
	}
	db = aligned_alloc(64, sizeof(*db));
	if (db == NULL)
		return NULL;
	memset(db, 0, sizeof(*db));
	db->rcu = p->rcu;
	db->max_eids = p->max_eids;
	db->max_mappings = p->max_eids + p->max_eids / 4;
	db->last_family = MAPDB_NONE;
	atomic_init(&db->root, MAPDB_NONE);
	base_secret_random(&db->seed, sizeof(db->seed));
	mapdb_wheel_init(db);
	if (init_slabs(db) < 0 || init_tables(db) < 0 || mapdb_defer_init(db) < 0) {
		mapdb_destroy(db);
		errno = ENOMEM;
		return NULL;
	}
	return db;
}

void
mapdb_destroy(struct mapdb *db)
{
	if (db == NULL)
		return;
	mapdb_defer_fini(db);
	base_mem_unmap(db->site_count, MAPDB_MAX_SITES * sizeof(*db->site_count));
	base_mem_unmap(db->registrant, MAPDB_MAX_REGISTRANTS * sizeof(*db->registrant));
	base_index_fini(&db->family_index_w);
	base_index_fini(&db->index_w);
	mapdb_blob_fini(db);
	base_slab_fini(&db->families);
	base_slab_fini(&db->registrations);
	base_slab_fini(&db->mappings);
	base_slab_fini(&db->nodes);
	base_slab_fini(&db->eids);
	free(db);
}

void
mapdb_stats_get(const struct mapdb *db, struct mapdb_stats *st)
{
	*st = (struct mapdb_stats){
		.n_eids = db->n_eids,
		.n_mappings = db->n_mappings,
		.n_registrations = db->n_registrations,
		.bytes_eids = base_slab_bytes(&db->eids),
		.bytes_mappings = base_slab_bytes(&db->mappings),
		.bytes_registrations = base_slab_bytes(&db->registrations) +
				db->n_registrants * sizeof(*db->registrant),
		.bytes_locators = mapdb_blob_bytes(db),
		.bytes_hash = base_index_bytes(&db->index_w) + base_slab_bytes(&db->families),
		.bytes_order = base_slab_bytes(&db->nodes),
		.n_added = db->n_added,
		.n_changed = db->n_changed,
		.n_withdrawn = db->n_withdrawn,
		.n_expired = db->n_expired,
		.n_full = db->n_full,
	};
}

/* ---- mask lengths in use ---- */

static uint64_t
family_hash(const struct mapdb *db, uint32_t iid, uint8_t kind)
{
	uint32_t key[LISP_EID_HOT_LEN / 4] = { iid, kind };

	return base_hash24(key, &db->seed);
}

static int
family_equal(const void *table, uint32_t number, const void *key)
{
	const struct mapdb *db = table;
	const struct mapdb_family *f = base_slab_at(&db->families, number);
	const struct lisp_eid *eid = key;

	return f->iid == eid->iid && f->kind == eid->kind;
}

static uint32_t
family_number(const struct mapdb *db, const struct lisp_eid *eid)
{
	return base_index_find(&db->family_index, family_hash(db, eid->iid, eid->kind),
			family_equal, db, eid);
}

const struct mapdb_family *
mapdb_family_find(const struct mapdb *db, const struct lisp_eid *eid)
{
	uint32_t n = family_number(db, eid);

	return n == MAPDB_NONE ? NULL : base_slab_at(&db->families, n);
}

/* Registrations come in runs of one family: remember the last one. */
static uint32_t
family_recall(struct mapdb *db, const struct lisp_eid *eid)
{
	if (db->last_family == MAPDB_NONE || !family_equal(db, db->last_family, eid))
		db->last_family = family_number(db, eid);
	return db->last_family;
}

static uint32_t
family_create(struct mapdb *db, const struct lisp_eid *eid)
{
	uint32_t n = base_slab_alloc(&db->families);
	struct mapdb_family *f;

	if (n == BASE_SLAB_NONE)
		return MAPDB_NONE;
	f = base_slab_at(&db->families, n);
	f->iid = eid->iid;
	f->kind = eid->kind;
	if (base_index_add(&db->family_index_w, family_hash(db, f->iid, f->kind), n) < 0) {
		base_slab_free(&db->families, n);
		return MAPDB_NONE;
	}
	return n;
}

static void
family_set_present(struct mapdb_family *f, uint8_t mask_len, bool present)
{
	_Atomic(uint64_t) *word = &f->present[mask_len / 64];
	uint64_t bit = UINT64_C(1) << mask_len % 64;
	uint64_t old = atomic_load_explicit(word, memory_order_relaxed);

	atomic_store_explicit(word, present ? old | bit : old & ~bit, memory_order_release);
}

static int
family_count_up(struct mapdb *db, const struct lisp_eid *eid)
{
	uint32_t n = family_recall(db, eid);
	struct mapdb_family *f;

	if (n == MAPDB_NONE) {
		n = family_create(db, eid);
		if (n == MAPDB_NONE)
			return -ENOSPC;
	}
	db->last_family = n;
	f = base_slab_at(&db->families, n);
	f->n_eids++;
	if (f->n_of_mask[eid->mask_len]++ == 0)
		family_set_present(f, eid->mask_len, true);
	return 0;
}

static void
family_count_down(struct mapdb *db, const struct lisp_eid *eid)
{
	uint32_t n = family_recall(db, eid);
	struct mapdb_family *f = base_slab_at(&db->families, n);

	if (--f->n_of_mask[eid->mask_len] == 0)
		family_set_present(f, eid->mask_len, false);
	if (--f->n_eids > 0)
		return;
	base_index_del(&db->family_index_w, family_hash(db, f->iid, f->kind), n);
	db->last_family = MAPDB_NONE;
	mapdb_defer(db, MAPDB_FAMILY, n);
}

/* ---- EID-prefixes ---- */

bool
mapdb_long_eid_equal(const struct mapdb *db, const struct mapdb_eid *e, const struct lisp_eid *eid)
{
	/* Instance ID, kind, mask_len, len and the first octets in one. */
	if (memcmp(e, eid, offsetof(struct mapdb_eid, tail)) != 0)
		return false;
	return memcmp(mapdb_blob_at(db, e->tail), eid->octets + MAPDB_HEAD_LEN,
			       e->len - (size_t)MAPDB_HEAD_LEN) == 0;
}

void
mapdb_eid_get(const struct mapdb *db, uint32_t e, struct lisp_eid *eid)
{
	const struct mapdb_eid *at = &db->eid[e];

	memcpy(eid, at, LISP_EID_HOT_LEN);
	if (at->len > 16)
		memcpy(eid->octets + MAPDB_HEAD_LEN, mapdb_blob_at(db, at->tail),
				at->len - (size_t)MAPDB_HEAD_LEN);
}

static uint32_t
eid_alloc(struct mapdb *db, const struct lisp_eid *eid)
{
	uint32_t e = base_slab_alloc(&db->eids);
	size_t tail_len = eid->len > 16 ? eid->len - (size_t)MAPDB_HEAD_LEN : 0;
	struct mapdb_eid *at;

	if (e == BASE_SLAB_NONE)
		return MAPDB_NONE;
	at = &db->eid[e];
	memcpy(at, eid, LISP_EID_HOT_LEN);
	atomic_init(&at->newest, MAPDB_NONE);
	atomic_init(&at->newest_registration, MAPDB_NONE);
	if (tail_len == 0)
		return e;
	at->tail = mapdb_blob_alloc(db, tail_len);
	if (at->tail == MAPDB_NONE) {
		base_slab_free(&db->eids, e);
		return MAPDB_NONE;
	}
	memcpy(mapdb_blob_at(db, at->tail), eid->octets + MAPDB_HEAD_LEN, tail_len);
	return e;
}

int
mapdb_eid_create(struct mapdb *db, const struct lisp_eid *eid, uint64_t hash, uint32_t *number)
{
	uint32_t e;

	if (db->n_eids == db->max_eids)
		return -ENOSPC;
	e = eid_alloc(db, eid);
	if (e == MAPDB_NONE)
		return -ENOSPC;
	if (family_count_up(db, eid) < 0)
		goto free_eid;
	if (base_index_add(&db->index_w, hash, e) < 0)
		goto count_down;
	if (mapdb_order_add(db, e) < 0)
		goto del_index;
	db->n_eids++;
	*number = e;
	return 0;
del_index:
	base_index_del(&db->index_w, hash, e);
	family_count_down(db, eid);
	mapdb_defer(db, MAPDB_EID, e); /* readers have seen it */
	return -ENOSPC;
count_down:
	family_count_down(db, eid);
free_eid:
	mapdb_free(db, MAPDB_EID, e);
	return -ENOSPC;
}

void
mapdb_eid_remove(struct mapdb *db, uint32_t e)
{
	struct lisp_eid eid;

	mapdb_eid_get(db, e, &eid);
	mapdb_order_del(db, e);
	base_index_del(&db->index_w, mapdb_hash(db, &eid), e);
	family_count_down(db, &eid);
	mapdb_defer(db, MAPDB_EID, e);
	db->n_eids--;
}
