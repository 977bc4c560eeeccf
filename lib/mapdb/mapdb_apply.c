/* SPDX-License-Identifier: BSD-3-Clause */

/* Applying what a Map-Register states, in two steps.  The first parses, makes every object that
 * will be needed and may run out of room; what it makes stands nowhere yet, save EID-prefixes
 * without a mapping, which lookups pass over.  The second links them in and cannot fail. */

#include <errno.h>

#include "mapdb_priv.h"

#define LOC_FLAGS_LOW 5 /* octet of a locator record that holds L, p and R */

/* A registration in the making: one, or with the T bit one for each lifetime. */
struct draft {
	uint32_t lifetime_ms;
	uint32_t registration;
};

struct apply {
	struct mapdb *db;
	const struct mapdb_statement *s;
	struct mapdb_result res;
	uint64_t now_ns;
	unsigned int n_plan;
	unsigned int n_drafts;
	uint32_t n_extra; /* mappings above those that are replaced */
	bool may_digest;  /* all accepted, nothing withdrawn, nothing said twice */
	struct draft draft[LISP_RECORDS_MAX];
};

/* ---- first step ---- */

static uint32_t
lifetime_of(const struct mapdb_statement *s, uint32_t ttl_min)
{
	uint64_t ms = (uint64_t)ttl_min * 60 * 1000;

	if ((s->flags & LISP_REG_T) == 0)
		return s->lifetime_ms;
	return ms < s->max_lifetime_ms ? (uint32_t)ms : s->max_lifetime_ms;
}

static uint32_t
draft_for(struct apply *a, uint32_t lifetime_ms)
{
	struct draft *d = a->draft;

	for (; d < a->draft + a->n_drafts; d++)
		if (d->lifetime_ms == lifetime_ms)
			return d->registration;
	d->lifetime_ms = lifetime_ms;
	d->registration = base_slab_alloc(&a->db->registrations);
	if (d->registration == BASE_SLAB_NONE)
		return MAPDB_NONE;
	a->n_drafts++;
	a->db->registration[d->registration].lifetime_ms = lifetime_ms;
	a->db->registration[d->registration].mappings = MAPDB_NONE;
	return d->registration;
}

/* Copy locators as they are given out: without those to ignore (CK-006), p bit clear (CK-046). */
static void
copy_locators(struct mapdb_locators *to, const struct lisp_record *rec)
{
	struct lisp_cursor c = lisp_cursor_over(rec->locators, rec->locators_len);
	struct lisp_locator loc;
	uint32_t len = 0;

	to->n = 0;
	for (unsigned int i = 0; i < rec->n_locators; i++) {
		const uint8_t *start = c.pos;

		if (lisp_locator_read(&c, &loc) != LISP_OK)
			break;
		if (!loc.rloc.recognised)
			continue;
		memcpy(to->octets + len, start, (size_t)(c.pos - start));
		to->octets[len + LOC_FLAGS_LOW] &= (uint8_t)~LISP_LOC_P;
		len += (uint32_t)(c.pos - start);
		to->n++;
	}
	to->len[0] = (uint8_t)(len >> 8);
	to->len[1] = (uint8_t)len;
}

static int
make_mapping(struct apply *a, const struct lisp_record *rec, uint32_t e, uint32_t *number)
{
	struct mapdb *db = a->db;
	uint32_t registration = draft_for(a, lifetime_of(a->s, rec->ttl_min));
	uint32_t m;

	if (registration == MAPDB_NONE)
		return -ENOSPC;
	m = base_slab_alloc(&db->mappings);
	if (m == BASE_SLAB_NONE)
		return -ENOSPC;
	db->mapping[m] = (struct mapdb_mapping){
		.eid = e,
		.registration = registration,
		.registrant = a->s->registrant,
		.sibling = MAPDB_NONE,
		.ttl_min = rec->ttl_min,
		.locators = MAPDB_NONE,
		.version = rec->version,
		.flags = (uint8_t)((a->s->flags & (LISP_REG_P | LISP_REG_S)) >> 24),
	};
	*number = m;
	if (rec->n_locators == 0)
		return 0;
	db->mapping[m].locators =
			mapdb_blob_alloc(db, sizeof(struct mapdb_locators) + rec->locators_len);
	if (db->mapping[m].locators == MAPDB_NONE)
		return -ENOSPC;
	copy_locators(mapdb_blob_at(db, db->mapping[m].locators), rec);
	return 0;
}

static void
drop_mapping(struct apply *a, struct mapdb_plan *p)
{
	if (p->mapping != MAPDB_NONE)
		mapdb_free(a->db, MAPDB_MAPPING, p->mapping);
	p->mapping = MAPDB_NONE;
	a->n_extra -= p->extra;
	p->extra = false;
}

/* The last record of an EID-prefix wins (CK-056). */
static void
supersede(struct apply *a, uint32_t e)
{
	if (e == MAPDB_NONE)
		return;
	for (struct mapdb_plan *p = a->db->plan; p < a->db->plan + a->n_plan; p++) {
		if (p->eid != e || p->superseded)
			continue;
		drop_mapping(a, p);
		p->superseded = true;
		a->may_digest = false;
	}
}

static int
plan_mapping(struct apply *a, const struct lisp_record *rec, uint64_t hash, struct mapdb_plan *p)
{
	struct mapdb *db = a->db;
	int ret;

	if (p->eid == MAPDB_NONE) {
		ret = mapdb_eid_create(db, &rec->eid, hash, &p->eid);
		if (ret < 0)
			return ret;
	}
	p->extra = mapdb_mapping_of(db, p->eid, a->s->registrant) == MAPDB_NONE;
	a->n_extra += p->extra;
	if (db->n_mappings + a->n_extra > db->max_mappings)
		return -ENOSPC;
	return make_mapping(a, rec, p->eid, &p->mapping);
}

static int
plan_record(struct apply *a, const struct lisp_record *rec)
{
	uint64_t hash = mapdb_hash(a->db, &rec->eid);
	struct mapdb_plan *p;
	uint32_t e;

	base_index_prefetch(&a->db->index, hash);
	__builtin_prefetch(base_index_second(&a->db->index, hash)); /* a new one needs both */
	e = mapdb_eid_find(a->db, &rec->eid, hash);
	supersede(a, e);
	p = &a->db->plan[a->n_plan++];
	*p = (struct mapdb_plan){ .eid = e, .mapping = MAPDB_NONE };
	if (rec->ttl_min != 0)
		return plan_mapping(a, rec, hash, p);
	a->may_digest = false;
	return 0;
}

static int
plan_statement(struct apply *a)
{
	struct lisp_cursor c = lisp_cursor_over(a->s->records, a->s->records_len);
	struct lisp_record rec;
	int ret;

	if (a->s->registrant >= MAPDB_MAX_REGISTRANTS)
		return -ENOSPC;
	for (unsigned int i = 0; i < a->s->n_records; i++) {
		if (lisp_record_read(&c, &rec) != LISP_OK)
			return -EINVAL;
		if ((a->s->accepted[i / 64] >> i % 64 & 1) == 0) {
			a->may_digest = false;
			continue;
		}
		ret = plan_record(a, &rec);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static void
remove_if_bare(struct mapdb *db, uint32_t e)
{
	if (atomic_load_explicit(&db->eid[e].newest, memory_order_relaxed) == MAPDB_NONE)
		mapdb_eid_remove(db, e);
}

static void
roll_back(struct apply *a)
{
	for (unsigned int i = 0; i < a->n_plan; i++) {
		struct mapdb_plan *p = &a->db->plan[i];

		if (p->superseded)
			continue;
		drop_mapping(a, p);
		if (p->eid != MAPDB_NONE)
			remove_if_bare(a->db, p->eid);
	}
	for (unsigned int i = 0; i < a->n_drafts; i++)
		mapdb_free(a->db, MAPDB_REGISTRATION, a->draft[i].registration);
}

/* ---- second step ---- */

/* Give each registration its mappings, in the order of the message: those that are replaced in the
 * same order are then found first. */
static void
collect_mappings(struct apply *a)
{
	for (unsigned int i = a->n_plan; i-- > 0;) {
		uint32_t m = a->db->plan[i].mapping;
		struct mapdb_registration *r;

		if (m == MAPDB_NONE)
			continue;
		r = &a->db->registration[a->db->mapping[m].registration];
		a->db->mapping[m].sibling = r->mappings;
		r->mappings = m;
	}
}

static void
enter_registrations(struct apply *a)
{
	uint64_t digest = 0;

	if (a->may_digest && a->n_drafts == 1)
		digest = mapdb_digest_of(a->db, a->s->digest, a->s->registrant);
	mapdb_wheel_start(a->db, a->now_ns);
	for (unsigned int i = 0; i < a->n_drafts; i++) {
		uint32_t number = a->draft[i].registration;
		struct mapdb_registration *r = &a->db->registration[number];

		if (r->mappings == MAPDB_NONE) { /* all of it superseded */
			mapdb_free(a->db, MAPDB_REGISTRATION, number);
			continue;
		}
		atomic_init(&r->expires_ns, a->now_ns + (uint64_t)r->lifetime_ms * BASE_NS_PER_MS);
		atomic_init(&r->digest, digest);
		mapdb_registration_enter(a->db, number);
	}
}

static void
carry_out(struct apply *a, const struct mapdb_plan *p)
{
	struct mapdb *db = a->db;
	uint32_t newest;

	if (p->mapping == MAPDB_NONE) {
		a->res.n_withdrawn++;
		if (p->eid == MAPDB_NONE)
			return;
		mapdb_mapping_withdraw(db, p->eid, a->s->registrant);
		remove_if_bare(db, p->eid);
		return;
	}
	newest = atomic_load_explicit(&db->eid[p->eid].newest, memory_order_relaxed);
	if (mapdb_mapping_live(db, newest, a->now_ns) == MAPDB_NONE)
		a->res.n_added++;
	else
		a->res.n_changed++;
	mapdb_mapping_publish(db, p->mapping);
}

static void
carry_out_all(struct apply *a)
{
	struct mapdb *db = a->db;

	mapdb_registrant_set(db, a->s->registrant, a->s->site);
	collect_mappings(a);
	enter_registrations(a);
	for (unsigned int i = 0; i < a->n_plan; i++)
		if (!db->plan[i].superseded)
			carry_out(a, &db->plan[i]);
	db->n_added += a->res.n_added;
	db->n_changed += a->res.n_changed;
	db->n_withdrawn += a->res.n_withdrawn;
}

int
mapdb_apply(struct mapdb *db, const struct mapdb_statement *s, uint64_t now_ns,
		struct mapdb_result *res)
{
	struct apply a;
	int ret;

	a.db = db;
	a.s = s;
	a.res = (struct mapdb_result){ 0 };
	a.now_ns = now_ns;
	a.n_plan = a.n_drafts = 0;
	a.n_extra = 0;
	a.may_digest = true;
	ret = plan_statement(&a);
	if (ret < 0) {
		roll_back(&a);
		db->n_full += ret == -ENOSPC;
		return ret;
	}
	carry_out_all(&a);
	*res = a.res;
	return 0;
}
