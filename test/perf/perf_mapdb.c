/* SPDX-License-Identifier: BSD-3-Clause */

/* Speed and memory of the registrations: new EID-prefixes, changes, refreshes in bursts, lookups,
 * and octets an EID-prefix by part.  Prints, asserts nothing.
 * usage: perf_mapdb [N]   a last round with N EID-prefixes (10000000 is the design size) */

#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "base_clock.h"
#include "lisp_record.h"
#include "lisp_register.h"
#include "mapdb.h"

#define BURST       32
#define N_BURSTS    65536
#define RECORD_MAX  64
#define LIFETIME_MS 180000
#define NOW_NS      UINT64_C(1000000000000)

static uint64_t
now_fixed(void)
{
	return NOW_NS;
}

static uint64_t
random_u64(void)
{
	static uint64_t s = 88172645463325252u;

	s ^= s << 13;
	s ^= s >> 7;
	s ^= s << 17;
	return s * UINT64_C(0x9e3779b97f4a7c15);
}

/* EID-prefix i: an IPv4 /32 in scattered order, each i another one. */
static void
nth_eid(uint32_t i, struct lisp_eid *eid)
{
	uint32_t a = i * UINT32_C(2654435761);

	memset(eid, 0, LISP_EID_HOT_LEN);
	eid->kind = LISP_EID_IPV4;
	eid->mask_len = 32;
	eid->len = 4;
	for (unsigned int k = 0; k < 4; k++)
		eid->octets[k] = (uint8_t)(a >> (24 - 8 * k));
}

/* The record of EID-prefix i, one IPv4 locator. @return octets. */
static uint32_t
nth_record(uint32_t i, uint8_t priority, uint8_t buf[RECORD_MAX])
{
	struct lisp_writer w = { .pos = buf, .end = buf + RECORD_MAX };
	struct lisp_record rec = { .ttl_min = 1440, .n_locators = 1, .authoritative = true };
	struct lisp_locator loc = { .priority = priority, .weight = 100, .flags = LISP_LOC_R };

	nth_eid(i, &rec.eid);
	loc.rloc.ip = (struct lisp_ip){ .family = 4, .octets = { 10, 0, 0, 1 } };
	lisp_record_write(&w, &rec);
	lisp_locator_write(&w, &loc);
	return (uint32_t)(w.pos - buf);
}

static void
apply_all(struct mapdb *db, uint32_t n, uint8_t priority, const char *what)
{
	struct mapdb_statement s = { .n_records = 1,
		.accepted = { 1 },
		.lifetime_ms = LIFETIME_MS,
		.max_lifetime_ms = LIFETIME_MS };
	struct mapdb_result res;
	uint8_t buf[RECORD_MAX];
	uint64_t start = rte_rdtsc();
	double seconds;

	for (uint32_t i = 0; i < n; i++) {
		s.registrant = i % 65536;
		s.records = buf;
		s.records_len = nth_record(i, priority, buf);
		s.digest = mapdb_digest(db, 0, buf, s.records_len);
		if (mapdb_apply(db, &s, NOW_NS, &res) < 0) {
			printf("  full at %u\n", i);
			break;
		}
	}
	seconds = (double)(rte_rdtsc() - start) / (double)rte_get_tsc_hz();
	printf("  %-34s %8.2f M/s   %6.0f cycles each\n", what, n / seconds / 1e6,
			seconds * (double)rte_get_tsc_hz() / n);
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Refreshes of EID-prefixes at random; what is timed does not build the messages.  The median of
 * the bursts, so that what else runs on the machine does not count. */
static void
refresh_some(struct mapdb *db, uint32_t n)
{
	static uint32_t of_burst[N_BURSTS];
	struct mapdb_refresh r[BURST];
	struct lisp_eid eid[BURST];
	uint64_t hits = 0;

	for (uint32_t done = 0; done < N_BURSTS; done++) {
		uint64_t start;

		for (unsigned int k = 0; k < BURST; k++) {
			uint32_t i = (uint32_t)(random_u64() >> 32) % n;
			uint8_t buf[RECORD_MAX];
			uint32_t len = nth_record(i, 1, buf);

			nth_eid(i, &eid[k]);
			r[k] = (struct mapdb_refresh){ .eid = &eid[k],
				.registrant = i % 65536,
				.digest = mapdb_digest(db, 0, buf, len) };
		}
		start = rte_rdtsc();
		for (unsigned int i = 0; i < BURST; i++)
			mapdb_seek_bucket(db, &r[i]);
		for (unsigned int i = 0; i < BURST; i++)
			mapdb_seek_entry(db, &r[i]);
		for (unsigned int i = 0; i < BURST; i++)
			mapdb_seek_second(db, &r[i]);
		for (unsigned int i = 0; i < BURST; i++)
			mapdb_seek_registration(db, &r[i]);
		for (unsigned int i = 0; i < BURST; i++)
			mapdb_match(db, &r[i], NOW_NS + done);
		for (unsigned int k = 0; k < BURST; k++)
			hits += mapdb_refresh(db, &r[k], NOW_NS + done);
		of_burst[done] = (uint32_t)(rte_rdtsc() - start);
	}
	qsort(of_burst, N_BURSTS, sizeof(of_burst[0]), by_size);
	printf("  %-34s %8.0f cycles each (best tenth %.0f), %.2f %% refreshed\n",
			"refresh, bursts of 32, random", (double)of_burst[N_BURSTS / 2] / BURST,
			(double)of_burst[N_BURSTS / 10] / BURST,
			100.0 * (double)hits / BURST / N_BURSTS);
}

static void
lookup_some(struct mapdb *db, uint32_t n, uint32_t n_lookups)
{
	struct mapdb_view v;
	struct lisp_eid eid;
	uint64_t cycles = 0, hits = 0;

	for (uint32_t k = 0; k < n_lookups; k++) {
		uint64_t start;

		nth_eid((uint32_t)(random_u64() >> 32) % n, &eid);
		start = rte_rdtsc();
		hits += mapdb_lookup_longest(db, &eid, &v);
		cycles += rte_rdtsc() - start;
	}
	printf("  %-34s %8.0f cycles each, %.2f %% found\n", "longest match, one at a time, random",
			(double)cycles / n_lookups, 100.0 * (double)hits / n_lookups);
}

static void
walk_all(struct mapdb *db, uint32_t n)
{
	struct mapdb_view v;
	uint64_t start = rte_rdtsc();
	uint32_t seen = 0;

	for (bool more = mapdb_next(db, NULL, &v); more; more = mapdb_next(db, &v.eid, &v))
		seen++;
	printf("  %-34s %8.0f cycles each, %u of %u\n", "walk in order",
			(double)(rte_rdtsc() - start) / n, seen, n);
}

static void
expire_all(struct mapdb *db, uint32_t n)
{
	uint64_t start = rte_rdtsc();
	uint32_t ended = 0;

	for (uint64_t s = 0; s < 200; s++)
		ended += mapdb_expire(db, NOW_NS + s * 1000000000, UINT32_MAX);
	printf("  %-34s %8.0f cycles each, %u of %u\n", "expiry", (double)(rte_rdtsc() - start) / n,
			ended, n);
}

static void
print_memory(const struct mapdb *db)
{
	struct mapdb_stats st;
	double n;

	mapdb_stats_get(db, &st);
	n = st.n_eids;
	printf("  octets an EID-prefix: EID-prefix %.1f, hash %.1f, order %.1f, mapping %.1f, "
	       "locators %.1f, registration %.1f; in all %.1f\n",
			(double)st.bytes_eids / n, (double)st.bytes_hash / n,
			(double)st.bytes_order / n, (double)st.bytes_mappings / n,
			(double)st.bytes_locators / n, (double)st.bytes_registrations / n,
			(double)(st.bytes_eids + st.bytes_hash + st.bytes_order +
					st.bytes_mappings + st.bytes_locators +
					st.bytes_registrations) /
					n);
}

static void
round_of(struct rte_rcu_qsbr *rcu, uint32_t n)
{
	struct mapdb_params p = { .max_eids = n, .rcu = rcu };
	struct mapdb *db = mapdb_create(&p);

	if (db == NULL) {
		printf("%u EID-prefixes: no memory\n", n);
		return;
	}
	printf("%u EID-prefixes, 65536 registrants, a registration each:\n", n);
	apply_all(db, n, 1, "new EID-prefixes");
	print_memory(db);
	refresh_some(db, n);
	lookup_some(db, n, 1 << 18);
	apply_all(db, n, 2, "changes (another locator)");
	walk_all(db, n);
	expire_all(db, n);
	mapdb_destroy(db);
}

int
main(int argc, char **argv)
{
	char *args[] = { argv[0], (char *)(uintptr_t) "--no-huge",
		(char *)(uintptr_t) "--no-shconf", (char *)(uintptr_t) "--no-pci",
		(char *)(uintptr_t) "--no-telemetry", (char *)(uintptr_t) "-m",
		(char *)(uintptr_t) "64", (char *)(uintptr_t) "--lcores=0",
		(char *)(uintptr_t) "--log-level=lib.eal:error" };
	struct rte_rcu_qsbr *rcu;

	if (rte_eal_init(sizeof(args) / sizeof(args[0]), args) < 0) {
		fprintf(stderr, "EAL does not start: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	rcu = aligned_alloc(64, rte_rcu_qsbr_get_memsize(1));
	if (rcu == NULL || rte_rcu_qsbr_init(rcu, 1) != 0)
		return 1;
	base_clock_source = now_fixed;
	round_of(rcu, 10000);
	round_of(rcu, 1000000);
	if (argc > 1)
		round_of(rcu, (uint32_t)strtoul(argv[1], NULL, 10));
	free(rcu);
	rte_eal_cleanup();
	return 0;
}
