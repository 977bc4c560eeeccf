/* SPDX-License-Identifier: BSD-3-Clause */

/* Cost of the lookups of assoc, and of loading many sites.  Prints the median of several rounds and
 * asserts nothing. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_cycles.h>

#include "assoc.h"
#include "assoc_replay.h"
#include "base_secret.h"
#include "drivers.h"

#define BURST   32
#define ROUNDS  9
#define QUERIES (1 << 16)
#define SITES   100000

static struct assoc_table *table;
static struct rte_rcu_qsbr *rcu;
static struct auth *auth;
static uint64_t random_state = 7;

static uint32_t
draw(uint32_t below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)((random_state >> 32) * below >> 32);
}

static double
seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void *
get(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL) {
		fprintf(stderr, "perf_assoc: out of memory\n");
		exit(1);
	}
	return p;
}

static void
start(void)
{
	struct assoc_params p = {
		.max_associations = 1 << 20,
		.max_sites = SITES,
		.max_keys = SITES,
	};
	size_t len = (rte_rcu_qsbr_get_memsize(1) + 63) & ~(size_t)63;
	char why[256];

	rcu = aligned_alloc(64, len);
	if (rcu == NULL || rte_rcu_qsbr_init(rcu, 1) != 0 ||
			auth_open(drivers_auth, "auto", &auth, why, sizeof(why)) < 0) {
		fprintf(stderr, "perf_assoc: cannot start\n");
		exit(1);
	}
	p.rcu = rcu;
	p.auth = auth;
	base_secret_random(p.fingerprint_key, sizeof(p.fingerprint_key));
	table = assoc_table_create(&p);
	if (table == NULL) {
		perror("perf_assoc");
		exit(1);
	}
}

/* ---- sites ---- */

struct config {
	struct assoc_site_params *site;
	struct assoc_prefix_params *prefix;
	struct assoc_key_params *key;
	char (*name)[16];
	char (*secret)[24];
};

/* Site i has 10.x.y.0/24, or with a second mask length every other one a /28 in it, and one key. */
static struct config
make_sites(uint32_t n, bool nested)
{
	struct config c = { get(n, sizeof(*c.site)), get(n, sizeof(*c.prefix)),
		get(n, sizeof(*c.key)), get(n, sizeof(*c.name)), get(n, sizeof(*c.secret)) };

	for (uint32_t i = 0; i < n; i++) {
		struct lisp_eid *eid = &c.prefix[i].eid;

		snprintf(c.name[i], sizeof(c.name[i]), "site-%u", i);
		snprintf(c.secret[i], sizeof(c.secret[i]), "secret-of-%u", i);
		*eid = (struct lisp_eid){ .kind = LISP_EID_IPV4,
			.mask_len = 24,
			.len = 4,
			.octets = { (uint8_t)(10 + (i >> 16)), (uint8_t)(i >> 8), (uint8_t)i } };
		if (nested && i % 2 == 1)
			eid->mask_len = 28;
		c.prefix[i].more_specifics = true;
		c.key[i] = (struct assoc_key_params){ .key_id = 1,
			.alg_id = 2,
			.max_xtrs = UINT32_MAX,
			.secret = (uint8_t *)c.secret[i],
			.secret_len = strlen(c.secret[i]) };
		c.site[i] = (struct assoc_site_params){ .name = c.name[i],
			.site_id = i + 1,
			.prefixes = &c.prefix[i],
			.n_prefixes = 1,
			.keys = &c.key[i],
			.n_keys = 1 };
	}
	return c;
}

static void
free_sites(struct config *c)
{
	free(c->site);
	free(c->prefix);
	free(c->key);
	free(c->name);
	free(c->secret);
}

static double
load(const struct config *c, uint32_t n)
{
	char why[256];
	double from = seconds_now();

	if (assoc_sites_load(table, c->site, n, NULL, NULL, NULL, why, sizeof(why)) < 0) {
		fprintf(stderr, "perf_assoc: %s\n", why);
		exit(1);
	}
	return seconds_now() - from;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Median of ROUNDS runs of pass(), each QUERIES operations, in cycles an operation. */
static double
median_cycles(void (*pass)(void *), void *arg)
{
	double cycles[ROUNDS];

	for (unsigned int i = 0; i < ROUNDS; i++) {
		uint64_t from = rte_rdtsc();

		pass(arg);
		cycles[i] = (double)(rte_rdtsc() - from) / QUERIES;
	}
	qsort(cycles, ROUNDS, sizeof(cycles[0]), by_value);
	return cycles[ROUNDS / 2];
}

static volatile uintptr_t sink;

static void
pass_by_eid(void *arg)
{
	const struct assoc_sites *s = assoc_sites_get(table);
	const struct lisp_eid *eid = arg;
	uintptr_t sum = 0;
	bool allowed;

	for (unsigned int i = 0; i < QUERIES; i++) {
		__builtin_prefetch(&eid[(i + 8) % 4096]); /* a parser has just written it */
		sum += (uintptr_t)assoc_site_by_eid(s, &eid[i % 4096], &allowed) + allowed;
	}
	sink = sum;
}

static void
pass_by_id(void *arg)
{
	const struct assoc_sites *s = assoc_sites_get(table);
	const uint64_t *site_id = arg;
	uintptr_t sum = 0;

	for (unsigned int i = 0; i < QUERIES; i++)
		sum += (uintptr_t)assoc_site_by_id(s, site_id[i % 4096]);
	sink = sum;
}

static void
measure_sites(uint32_t n, bool nested)
{
	struct config c = make_sites(n, nested);
	struct lisp_eid *eid = get(4096, sizeof(*eid));
	uint64_t *site_id = get(4096, sizeof(*site_id));
	double first = load(&c, n), again = load(&c, n);
	struct assoc_stats st;

	for (unsigned int i = 0; i < 4096; i++) {
		uint32_t site = draw(n);

		eid[i] = c.prefix[site].eid;
		eid[i].mask_len = 30;
		eid[i].octets[3] = (uint8_t)(draw(4) * 4);
		site_id[i] = site + 1;
	}
	assoc_stats_get(table, &st);
	printf("%7u sites, %s: by EID %5.1f cycles, by Site-ID %5.1f cycles, load %.3f s, "
	       "again %.3f s\n",
			n, nested ? "2 mask lengths" : "1 mask length ",
			median_cycles(pass_by_eid, eid), median_cycles(pass_by_id, site_id), first,
			again);
	free(eid);
	free(site_id);
	free_sites(&c);
}

/* ---- associations ---- */

struct lookups {
	struct assoc_id *id; /* QUERIES of them */
	uint32_t n_missed;
};

static void
pass_lookup(void *arg)
{
	struct lookups *l = arg;
	const struct assoc_id *ids[BURST];
	struct assoc *out[BURST];

	l->n_missed = 0;
	for (unsigned int i = 0; i < QUERIES; i += BURST) {
		for (unsigned int k = 0; k < BURST; k++)
			ids[k] = &l->id[i + k];
		assoc_lookup_burst(table, ids, out, BURST);
		for (unsigned int k = 0; k < BURST; k++)
			l->n_missed += out[k] == NULL;
	}
}

static uint64_t next_nonce = 1;

/* Lookup, peek and commit, as a worker does them to a burst. */
static void
pass_replay(void *arg)
{
	const struct lookups *l = arg;
	const struct assoc_id *ids[BURST];
	struct assoc *out[BURST];
	struct assoc_replay m = { .now_ns = 1 };
	uint32_t refused = 0;

	for (unsigned int i = 0; i < QUERIES; i += BURST) {
		for (unsigned int k = 0; k < BURST; k++)
			ids[k] = &l->id[i + k];
		assoc_lookup_burst(table, ids, out, BURST);
		for (unsigned int k = 0; k < BURST; k++) {
			m.nonce = next_nonce++;
			if (assoc_replay_peek(out[k], &m) || !assoc_replay_commit(out[k], &m))
				refused++;
		}
	}
	sink = refused;
}

static struct assoc_id
id_of(uint32_t key, uint64_t xtr)
{
	struct assoc_id id = { .key = key, .has_xtr_id = 1 };

	memcpy(id.xtr_id, &xtr, sizeof(xtr));
	return id;
}

static void
measure_associations(uint32_t from, uint32_t n, uint32_t key)
{
	struct lookups l = { .id = get(QUERIES, sizeof(*l.id)) };
	double start_s = seconds_now(), lookup;
	uint32_t n_refused = 0;
	struct assoc *a;

	for (uint32_t i = from; i < n; i++) {
		struct assoc_id id = id_of(key, i);

		n_refused += assoc_create(table, &id, 0, &a) < 0;
	}
	start_s = seconds_now() - start_s;
	for (unsigned int i = 0; i < QUERIES; i++)
		l.id[i] = id_of(key, draw(n));
	lookup = median_cycles(pass_lookup, &l);
	printf("%7u associations: lookup %5.1f cycles, with peek and commit %5.1f cycles, "
	       "create %.2f M/s; %u without a place, %u of the last round missed\n",
			n, lookup, median_cycles(pass_replay, &l), (n - from) / start_s / 1e6,
			n_refused, l.n_missed);
	free(l.id);
}

static void
print_memory(void)
{
	struct assoc_stats st;

	assoc_stats_get(table, &st);
	printf("%7u associations, %u sites, %u keys in %.1f MB\n", st.n_associations, st.n_sites,
			st.n_keys, (double)st.bytes / 1e6);
}

int
main(void)
{
	static const uint32_t sizes[] = { 0, 1000, 65536, 1 << 20 };
	struct config c;

	start();
	measure_sites(1, false);
	measure_sites(1000, false);
	measure_sites(1000, true);
	measure_sites(SITES, false);
	print_memory();
	c = make_sites(1, false);
	load(&c, 1);
	for (unsigned int i = 1; i < 4; i++)
		measure_associations(sizes[i - 1], sizes[i],
				assoc_site_by_id(assoc_sites_get(table), 1)->key[1]->number);
	print_memory();
	free_sites(&c);
	assoc_table_destroy(table);
	auth_close(auth);
	free(rcu);
	return 0;
}
