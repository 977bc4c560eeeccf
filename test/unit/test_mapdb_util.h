/* SPDX-License-Identifier: BSD-3-Clause */

/* What the tests of the room mapdb share: a table with its clock, Map-Registers made of text, and
 * questions with one-word answers.  Mistakes of a test itself abort: helpers run in any thread,
 * CUnit does not. */

#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include <rte_rcu_qsbr.h>

#include "base_clock.h"
#include "lisp_register.h"
#include "lisp_text.h"
#include "mapdb.h"

#define SECOND      BASE_NS_PER_S
#define START_NS    (1000 * SECOND)
#define LIFETIME_MS 180000
#define CAP_MS      (30 * 60000)
#define NOBODY      MAPDB_REGISTRANT_NONE

static uint64_t test_now_ns;

static inline uint64_t
test_clock(void)
{
	return test_now_ns;
}

/** A table and the RCU variable of its readers. */
struct fixture {
	struct rte_rcu_qsbr *rcu;
	struct mapdb *db;
};

static inline struct fixture
fixture_open(uint32_t max_eids)
{
	struct fixture f = { .rcu = aligned_alloc(64, rte_rcu_qsbr_get_memsize(4)) };
	struct mapdb_params p = { .max_eids = max_eids, .rcu = f.rcu };

	if (f.rcu == NULL || rte_rcu_qsbr_init(f.rcu, 4) != 0)
		abort();
	base_clock_source = test_clock;
	test_now_ns = START_NS;
	f.db = mapdb_create(&p);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.db);
	return f;
}

static inline void
fixture_close(struct fixture *f)
{
	mapdb_destroy(f->db);
	free(f->rcu);
}

static inline struct lisp_eid
eid_of(const char *text)
{
	struct lisp_eid eid;

	if (lisp_eid_from_text(text, &eid) < 0)
		abort();
	return eid;
}

/** The records of a Map-Register. */
struct message {
	uint8_t octets[32768];
	uint32_t len;
	unsigned int n;
	uint32_t flags; /**< Word 0. */
	uint64_t refused[4];
	uint32_t site;
};

/** Add a record with one IPv4 locator for each of its n_locators, the first 10.9.0.rloc. */
static inline void
message_add_eid(struct message *m, const struct lisp_eid *eid, uint32_t ttl_min,
		unsigned int n_locators, uint8_t rloc)
{
	struct lisp_writer w = { .pos = m->octets + m->len, .end = m->octets + sizeof(m->octets) };
	struct lisp_record rec = { .ttl_min = ttl_min, .n_locators = (uint8_t)n_locators };
	struct lisp_locator loc = { .priority = 1, .weight = 100, .flags = LISP_LOC_R };

	rec.eid = *eid;
	lisp_record_write(&w, &rec);
	loc.rloc.ip = (struct lisp_ip){ .family = 4, .octets = { 10, 9, 0, rloc } };
	for (; n_locators > 0; n_locators--) {
		lisp_locator_write(&w, &loc);
		loc.rloc.ip.octets[3]++;
	}
	if (w.failed)
		abort();
	m->len = (uint32_t)(w.pos - m->octets);
	m->n++;
}

static inline void
message_add(struct message *m, const char *eid, uint32_t ttl_min, uint8_t rloc)
{
	struct lisp_eid e = eid_of(eid);

	message_add_eid(m, &e, ttl_min, 1, rloc);
}

static inline struct message
message_of(const char *eid, uint32_t ttl_min, uint8_t rloc)
{
	struct message m = { .len = 0 };

	message_add(&m, eid, ttl_min, rloc);
	return m;
}

/** Apply a message of a registrant now. */
static inline int
apply(struct mapdb *db, uint32_t registrant, const struct message *m, struct mapdb_result *res)
{
	struct mapdb_statement s = { .registrant = registrant,
		.flags = m->flags,
		.digest = mapdb_digest(db, m->flags, m->octets, m->len),
		.records = m->octets,
		.records_len = m->len,
		.n_records = (uint8_t)m->n,
		.lifetime_ms = LIFETIME_MS,
		.max_lifetime_ms = CAP_MS,
		.site = m->site };

	for (unsigned int i = 0; i < 4; i++)
		s.accepted[i] = ~m->refused[i];
	return mapdb_apply(db, &s, test_now_ns, res);
}

/** Apply what must go through. */
static inline struct mapdb_result
apply_ok(struct mapdb *db, uint32_t registrant, const struct message *m)
{
	struct mapdb_result res = { 0 };

	CU_ASSERT_EQUAL(apply(db, registrant, m, &res), 0);
	return res;
}

static inline struct mapdb_result
register_one(struct mapdb *db, uint32_t registrant, const char *eid, uint32_t ttl_min, uint8_t rloc)
{
	struct message m = message_of(eid, ttl_min, rloc);

	return apply_ok(db, registrant, &m);
}

/** All steps towards a registration. */
static inline void
seek_and_match(const struct mapdb *db, struct mapdb_refresh *r)
{
	mapdb_seek_bucket(db, r);
	mapdb_seek_entry(db, r);
	mapdb_seek_second(db, r);
	mapdb_seek_registration(db, r);
	mapdb_match(db, r, test_now_ns);
}

/** What a worker does with a message first: could it be a refresh? */
static inline struct mapdb_refresh
match(struct mapdb *db, uint32_t registrant, const struct message *m, struct lisp_eid *eid)
{
	struct lisp_cursor c = lisp_cursor_over(m->octets, m->len);
	struct mapdb_refresh r = { .eid = eid,
		.registrant = registrant,
		.digest = mapdb_digest(db, m->flags, m->octets, m->len) };

	if (lisp_record_peek_eid(&c, eid) != LISP_OK)
		abort();
	seek_and_match(db, &r);
	return r;
}

/** Is the message taken as a refresh, and does it refresh? */
static inline bool
refresh(struct mapdb *db, uint32_t registrant, const struct message *m)
{
	struct lisp_eid eid;
	struct mapdb_refresh r = match(db, registrant, m, &eid);
	bool refreshed = mapdb_refresh(db, &r, test_now_ns);

	CU_ASSERT_EQUAL(refreshed, r.registration != MAPDB_REGISTRATION_NONE);
	return refreshed;
}

/** Whose mapping is given out for exactly this EID-prefix? */
static inline uint32_t
who(const struct mapdb *db, const char *eid)
{
	struct lisp_eid e = eid_of(eid);
	struct mapdb_view v;

	return mapdb_lookup(db, &e, &v) ? v.registrant : NOBODY;
}

/** Last octet of the first RLOC given out for exactly this EID-prefix; 0 without. */
static inline uint8_t
first_rloc(const struct mapdb *db, const char *eid)
{
	struct lisp_eid e = eid_of(eid);
	struct mapdb_view v;

	return mapdb_lookup(db, &e, &v) && v.n_locators > 0 ? v.locators[11] : 0;
}

static inline struct mapdb_stats
stats_of(const struct mapdb *db)
{
	struct mapdb_stats st;

	mapdb_stats_get(db, &st);
	return st;
}

/** Let time pass, and the control core sweep once a second as it goes. */
static inline unsigned int
pass_seconds(struct mapdb *db, unsigned int n)
{
	unsigned int n_ended = 0;

	for (; n > 0; n--) {
		test_now_ns += SECOND;
		n_ended += mapdb_expire(db, test_now_ns, 1000);
	}
	return n_ended;
}
