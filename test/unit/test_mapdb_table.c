/* SPDX-License-Identifier: BSD-3-Clause */

/* Room: what happens when there is none left, and that all of it comes back. */

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "mapdb_priv.h"
#include "test_mapdb_util.h"

static struct lisp_eid
nth_eid(unsigned int i)
{
	struct lisp_eid e = eid_of("10.0.0.0/24");

	e.octets[1] = (uint8_t)(i >> 8);
	e.octets[2] = (uint8_t)i;
	return e;
}

static struct message
nth_message(unsigned int i, uint8_t rloc)
{
	struct message m = { .len = 0 };
	struct lisp_eid e = nth_eid(i);

	message_add_eid(&m, &e, 1440, 1, rloc);
	return m;
}

static void
fill(struct mapdb *db, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct message m = nth_message(i, 1);

		CU_ASSERT_EQUAL(apply_ok(db, i % 3, &m).n_added, 1);
	}
}

/* Objects in use, of all kinds. */
static uint32_t
n_objects(const struct mapdb *db)
{
	uint32_t n = db->eids.n_used + db->mappings.n_used + db->registrations.n_used +
			db->nodes.n_used + db->families.n_used;

	for (unsigned int c = 0; c < MAPDB_BLOB_CLASSES; c++)
		n += db->blobs[c].n_used;
	return n;
}

static void
bad_parameters_are_refused(void)
{
	struct fixture f = fixture_open(1);
	struct mapdb_params p = { .max_eids = 0, .rcu = f.rcu };

	errno = 0;
	CU_ASSERT_PTR_NULL(mapdb_create(&p));
	CU_ASSERT_EQUAL(errno, EINVAL);
	p.max_eids = UINT32_MAX;
	CU_ASSERT_PTR_NULL(mapdb_create(&p));
	p = (struct mapdb_params){ .max_eids = 1 };
	CU_ASSERT_PTR_NULL(mapdb_create(&p));
	mapdb_destroy(NULL);
	fixture_close(&f);
}

static void
two_tables_stand_side_by_side(void)
{
	struct fixture a = fixture_open(16), b = fixture_open(16);

	register_one(a.db, 1, "10.1.0.0/16", 1440, 1);
	CU_ASSERT_EQUAL(who(a.db, "10.1.0.0/16"), 1);
	CU_ASSERT_EQUAL(who(b.db, "10.1.0.0/16"), NOBODY);
	fixture_close(&a);
	fixture_close(&b);
}

static void
full_table_refuses_and_stays_as_it_was(void)
{
	struct fixture f = fixture_open(100);
	struct message one_more = nth_message(100, 1), mixed = { .len = 0 },
		       old = nth_message(5, 1);
	struct lisp_eid known = nth_eid(5), new = nth_eid(200);
	struct mapdb_result res;
	uint32_t n;

	fill(f.db, 100);
	n = n_objects(f.db);
	CU_ASSERT_EQUAL(apply(f.db, 1, &one_more, &res), -ENOSPC);
	/* In the middle of a statement, with what is there before and after it. */
	message_add_eid(&mixed, &known, 1440, 1, 9);
	message_add_eid(&mixed, &new, 1440, 1, 9);
	message_add_eid(&mixed, &known, 0, 1, 9);
	CU_ASSERT_EQUAL(apply(f.db, 2, &mixed, &res), -ENOSPC);
	CU_ASSERT_EQUAL(n_objects(f.db), n);
	CU_ASSERT_EQUAL(stats_of(f.db).n_full, 2);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 100);
	CU_ASSERT_TRUE(refresh(f.db, 5 % 3, &old));
	CU_ASSERT_EQUAL(mapdb_site_count(f.db, 0), 100);
	/* What is there can still change, and go. */
	register_one(f.db, 5 % 3, "10.0.5.0/24", 1440, 2);
	CU_ASSERT_EQUAL(first_rloc(f.db, "10.0.5.0/24"), 2);
	register_one(f.db, 5 % 3, "10.0.5.0/24", 0, 2);
	CU_ASSERT_EQUAL(apply(f.db, 1, &one_more, &res), 0);
	fixture_close(&f);
}

static void
new_eids_of_a_refused_statement_are_gone_again(void)
{
	struct fixture f = fixture_open(100);
	struct message m = { .len = 0 };
	struct mapdb_view v;
	struct mapdb_result res;

	fill(f.db, 98);
	for (unsigned int i = 200; i < 203; i++) {
		struct lisp_eid e = nth_eid(i);

		message_add_eid(&m, &e, 1440, 1, 1);
	}
	CU_ASSERT_EQUAL(apply(f.db, 1, &m, &res), -ENOSPC);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 98);
	for (unsigned int i = 200; i < 203; i++) {
		struct lisp_eid e = nth_eid(i);

		CU_ASSERT_FALSE(mapdb_lookup(f.db, &e, &v));
	}
	mapdb_expire(f.db, test_now_ns, 1000);
	CU_ASSERT_EQUAL(f.db->eids.n_used, 98);
	CU_ASSERT_EQUAL(f.db->nodes.n_used, 97);
	fixture_close(&f);
}

static void
mappings_are_limited_to_a_quarter_more(void)
{
	struct fixture f = fixture_open(4);
	struct mapdb_result res;
	struct message m = message_of("10.1.0.0/16", 1440, 1);

	for (uint32_t i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(apply(f.db, i, &m, &res), 0);
	CU_ASSERT_EQUAL(apply(f.db, 5, &m, &res), -ENOSPC);
	CU_ASSERT_EQUAL(who(f.db, "10.1.0.0/16"), 4);
	CU_ASSERT_EQUAL(apply(f.db, 2, &m, &res), 0);
	CU_ASSERT_EQUAL(who(f.db, "10.1.0.0/16"), 2);
	fixture_close(&f);
}

static void
registrant_out_of_range_is_refused(void)
{
	struct fixture f = fixture_open(4);
	struct mapdb_result res;
	struct message m = message_of("10.1.0.0/16", 1440, 1);

	CU_ASSERT_EQUAL(apply(f.db, MAPDB_REGISTRANT_NONE, &m, &res), -ENOSPC);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 0);
	fixture_close(&f);
}

static void
all_memory_comes_back(void)
{
	static const char *const texts[] = { "10.1.0.0/16", "[5] 2001:db8::/32",
		"02:00:5e:10:00:01", "\"a name of more than sixteen octets\"" };
	struct fixture f = fixture_open(64);

	for (unsigned int round = 0; round < 200; round++)
		for (unsigned int i = 0; i < 4; i++) {
			struct lisp_eid e = eid_of(texts[i]);
			struct message m = { .flags = LISP_REG_T };

			message_add_eid(&m, &e, 1 + round % 3, 1 + round, 0);
			apply_ok(f.db, round % 7, &m);
		}
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 4);
	CU_ASSERT_EQUAL(stats_of(f.db).n_mappings, 28);
	pass_seconds(f.db, 200);
	CU_ASSERT_EQUAL(stats_of(f.db).n_eids, 0);
	CU_ASSERT_EQUAL(stats_of(f.db).n_mappings, 0);
	CU_ASSERT_EQUAL(stats_of(f.db).n_registrations, 0);
	CU_ASSERT_EQUAL(n_objects(f.db), 0);
	CU_ASSERT_EQUAL(f.db->index_w.n_entries + f.db->family_index_w.n_entries, 0);
	CU_ASSERT_EQUAL(mapdb_order_next(f.db, NULL), MAPDB_NONE);
	fixture_close(&f);
}

static void
nothing_comes_back_before_the_readers_are_done_with_it(void)
{
	struct fixture f = fixture_open(16);
	struct lisp_eid e = eid_of("10.1.0.0/16");
	struct mapdb_view v;

	register_one(f.db, 7, "10.1.0.0/16", 1440, 42);
	rte_rcu_qsbr_thread_register(f.rcu, 1);
	rte_rcu_qsbr_thread_online(f.rcu, 1);
	CU_ASSERT_TRUE(mapdb_lookup(f.db, &e, &v));
	for (uint8_t i = 0; i < 100; i++)
		register_one(f.db, 7, "10.1.0.0/16", 1440, i);
	pass_seconds(f.db, 181);
	CU_ASSERT_EQUAL(stats_of(f.db).n_mappings, 0);
	CU_ASSERT_EQUAL(f.db->mappings.n_used, 101);
	CU_ASSERT_EQUAL(f.db->blobs[0].n_used, 101);
	CU_ASSERT_EQUAL(v.locators[11], 42);
	rte_rcu_qsbr_quiescent(f.rcu, 1);
	mapdb_expire(f.db, test_now_ns, 1);
	CU_ASSERT_EQUAL(n_objects(f.db), 0);
	rte_rcu_qsbr_thread_offline(f.rcu, 1);
	rte_rcu_qsbr_thread_unregister(f.rcu, 1);
	fixture_close(&f);
}

/* ---- a worker beside the control core ---- */

struct worker {
	struct fixture *f;
	_Atomic(bool) stop;
	uint64_t n_wrong;
	_Atomic(uint64_t) n_seen, n_refreshed;
};

/* Every locator set has the EID's number in it, whatever else changes. */
static void
look_around(struct worker *w, unsigned int i)
{
	struct lisp_eid e = nth_eid(i), host = e, scratch;
	struct message m = nth_message(i, (uint8_t)(i + 1));
	struct mapdb_refresh r = match(w->f->db, 0, &m, &scratch);
	struct mapdb_view v;

	host.mask_len = 32;
	w->n_refreshed += mapdb_refresh(w->f->db, &r, test_now_ns);
	if (mapdb_lookup_longest(w->f->db, &host, &v)) {
		w->n_seen++;
		w->n_wrong += v.eid.octets[2] != i || v.n_locators != 1 ||
				v.locators[11] != (uint8_t)(i + 1);
	}
	if (mapdb_next(w->f->db, &e, &v)) {
		w->n_wrong += v.eid.octets[2] <= i ||
				v.locators[11] != (uint8_t)(v.eid.octets[2] + 1);
	}
}

static void *
work(void *arg)
{
	struct worker *w = arg;

	rte_rcu_qsbr_thread_register(w->f->rcu, 2);
	rte_rcu_qsbr_thread_online(w->f->rcu, 2);
	for (unsigned int i = 0; !w->stop; i = (i + 1) % 64) {
		look_around(w, i);
		rte_rcu_qsbr_quiescent(w->f->rcu, 2);
	}
	rte_rcu_qsbr_thread_offline(w->f->rcu, 2);
	rte_rcu_qsbr_thread_unregister(w->f->rcu, 2);
	return NULL;
}

static void
worker_sees_whole_mappings_while_they_change(void)
{
	struct fixture f = fixture_open(128); /* two registrants each */
	struct worker w = { .f = &f };
	pthread_t thread;

	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, work, &w), 0);
	for (unsigned int n = 0; n < 30000 || w.n_seen < 100 || w.n_refreshed < 100; n++) {
		unsigned int i = n * 37 % 64;
		struct message m = { .len = 0 };
		struct lisp_eid e = nth_eid(i);

		message_add_eid(&m, &e, n % 5 == 4 ? 0 : 1440, 1, (uint8_t)(i + 1));
		apply_ok(f.db, n % 3 == 0, &m);
		if (n % 64 == 0)
			sched_yield();
	}
	w.stop = true;
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(w.n_wrong, 0);
	pass_seconds(f.db, 181);
	CU_ASSERT_EQUAL(n_objects(f.db), 0);
	fixture_close(&f);
}

static CU_TestInfo table_tests[] = {
	{ "bad parameters are refused", bad_parameters_are_refused },
	{ "two tables stand side by side", two_tables_stand_side_by_side },
	{ "full table refuses and stays as it was", full_table_refuses_and_stays_as_it_was },
	{ "new EIDs of a refused statement are gone again",
			new_eids_of_a_refused_statement_are_gone_again },
	{ "mappings are limited to a quarter more", mappings_are_limited_to_a_quarter_more },
	{ "registrant out of range is refused", registrant_out_of_range_is_refused },
	{ "all memory comes back", all_memory_comes_back },
	{ "nothing comes back before the readers are done with it",
			nothing_comes_back_before_the_readers_are_done_with_it },
	{ "worker sees whole mappings while they change",
			worker_sees_whole_mappings_while_they_change },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "mapdb_table", NULL, NULL, NULL, NULL, table_tests },
	CU_SUITE_INFO_NULL,
};
