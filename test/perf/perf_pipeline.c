/* SPDX-License-Identifier: BSD-3-Clause */

/* One worker, injected in process: TSC cycles of each stage for a refresh of 84 octets (one IPv4
 * record and locator, I bit, signed Map-Notify), and for a new EID-prefix by the control core.
 * Messages are signed outside the timed part; medians over bursts, so that a busy machine shows
 * in the spread and not in the figure.
 *
 * usage: perf_pipeline [--eids N] [--xtrs N] [--sites N] [--algorithm 2|3] [--policy recent|off]
 *                      [--rounds N] */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "base_secret.h"
#include "control.h"
#include "drivers.h"

#define BURST     PIPELINE_BURST_MAX
#define RING_SIZE 256
#define MSG_LEN   84
#define FRAME_LEN (14 + 20 + 8 + MSG_LEN)
#define SITE_BASE UINT32_C(0x10000000) /* 16.0.0.0: a /16 for each site */
#define SERVER_IP UINT32_C(0x0a630001) /* 10.99.0.1 */

struct options {
	uint32_t n_eids, n_xtrs, n_sites, rounds;
	uint8_t alg_id, policy;
};

struct bench {
	struct options o;
	struct auth *auth;
	struct auth_ctx *ctx;
	struct auth_key *keys; /* of each site, the signer's own */
	struct rte_rcu_qsbr *rcu;
	struct assoc_table *assoc;
	struct mapdb *mapdb;
	struct control_signals signals;
	struct pipeline_worker *worker;
	struct control *control;
	struct rte_mempool *pool;
	struct rte_ring *rx, *tx;
	uint64_t nonce;
};

static void
die(const char *what)
{
	fprintf(stderr, "perf_pipeline: %s\n", what);
	exit(1);
}

static void
make_secret(uint32_t site, uint8_t secret[32])
{
	memset(secret, 0x5a, 32);
	memcpy(secret, &site, sizeof(site));
}

/* EID-prefix number i: site i mod n_sites, then counted up inside it. */
static uint32_t
site_of(const struct bench *b, uint32_t i)
{
	return i % b->o.n_sites;
}

static uint32_t
eid_of(const struct bench *b, uint32_t i)
{
	return SITE_BASE + (site_of(b, i) << 16) + i / b->o.n_sites;
}

static void
load_sites(struct bench *b)
{
	struct assoc_site_params *s = calloc(b->o.n_sites, sizeof(*s));
	struct assoc_prefix_params *p = calloc(b->o.n_sites, sizeof(*p));
	struct assoc_key_params *k = calloc(b->o.n_sites, sizeof(*k));
	uint8_t(*secrets)[32] = calloc(b->o.n_sites, 32);
	char(*names)[16] = calloc(b->o.n_sites, 16);
	static const struct assoc_source any = { .ip = { .family = 4 }, .mask_len = 0 };
	char why[256];

	b->keys = calloc(b->o.n_sites, sizeof(*b->keys));
	if (s == NULL || p == NULL || k == NULL || secrets == NULL || names == NULL ||
			b->keys == NULL)
		die("out of memory");
	for (uint32_t i = 0; i < b->o.n_sites; i++) {
		uint32_t base = rte_cpu_to_be_32(SITE_BASE + (i << 16));

		make_secret(i, secrets[i]);
		snprintf(names[i], 16, "site-%u", i);
		p[i].eid = (struct lisp_eid){ .kind = LISP_EID_IPV4, .mask_len = 16, .len = 4 };
		memcpy(p[i].eid.octets, &base, 4);
		p[i].more_specifics = true;
		k[i] = (struct assoc_key_params){
			.key_id = 1,
			.alg_id = b->o.alg_id,
			.policy = b->o.policy,
			.secret = secrets[i],
			.secret_len = 32,
			.max_xtrs = b->o.n_xtrs,
			.sources = &any,
			.n_sources = b->o.policy == ASSOC_OFF,
		};
		s[i] = (struct assoc_site_params){
			.name = names[i],
			.site_id = i + 1,
			.lifetime_ms = 86400 * 1000,
			.max_eids = b->o.n_eids,
			.prefixes = &p[i],
			.n_prefixes = 1,
			.keys = &k[i],
			.n_keys = 1,
		};
		auth_key_init(b->auth, &b->keys[i], b->o.alg_id, secrets[i], 32);
	}
	if (control_sites_load(b->control, s, b->o.n_sites, why, sizeof(why)) < 0)
		die(why);
	free(s);
	free(p);
	free(k);
	free(secrets);
	free(names);
}

static void
make_tables(struct bench *b)
{
	struct assoc_params ap = {
		.max_associations = b->o.n_xtrs * 2,
		.max_sites = b->o.n_sites,
		.max_keys = b->o.n_sites,
	};
	struct mapdb_params mp = { .max_eids = b->o.n_eids };
	char why[256];

	if (auth_open(drivers_auth, "auto", &b->auth, why, sizeof(why)) < 0)
		die(why);
	b->ctx = auth_ctx_create(b->auth);
	b->rcu = aligned_alloc(64, RTE_ALIGN(rte_rcu_qsbr_get_memsize(1), 64));
	rte_rcu_qsbr_init(b->rcu, 1);
	ap.rcu = mp.rcu = b->rcu;
	ap.auth = b->auth;
	b->assoc = assoc_table_create(&ap);
	b->mapdb = mapdb_create(&mp);
	if (b->ctx == NULL || b->assoc == NULL || b->mapdb == NULL)
		die("tables");
}

static void
make_port(struct bench *b, struct pipeline_queue *q)
{
	static const struct rte_eth_conf conf;
	int port;

	b->pool = pipeline_pool_create("perf", 4095, 2048, SOCKET_ID_ANY);
	b->rx = rte_ring_create("perf-rx", RING_SIZE, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	b->tx = rte_ring_create("perf-tx", RING_SIZE, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (b->pool == NULL || b->rx == NULL || b->tx == NULL)
		die("rings");
	port = rte_eth_from_rings("perf", &b->rx, 1, &b->tx, 1, 0);
	if (port < 0 || rte_eth_dev_configure((uint16_t)port, 1, 1, &conf) < 0 ||
			rte_eth_rx_queue_setup((uint16_t)port, 0, RING_SIZE, 0, NULL, b->pool) <
					0 ||
			rte_eth_tx_queue_setup((uint16_t)port, 0, RING_SIZE, 0, NULL) < 0 ||
			rte_eth_dev_start((uint16_t)port) < 0)
		die("net_ring port");
	*q = (struct pipeline_queue){ .port_id = (uint16_t)port, .n_addresses = 1 };
	rte_eth_macaddr_get(q->port_id, &q->mac);
	q->addresses[0] = (struct lisp_ip){ .family = 4, .octets = { 10, 99, 0, 1 } };
}

static void
make_worker(struct bench *b)
{
	struct pipeline_queue q;
	struct pipeline_params p = {
		.socket_id = SOCKET_ID_ANY,
		.queues = &q,
		.n_queues = 1,
		.assoc = b->assoc,
		.mapdb = b->mapdb,
		.auth = b->auth,
		.rcu = b->rcu,
		.control_sleeps = &b->signals.sleeps,
		.n_pending = &b->signals.n_pending,
		.ring_size = 1024,
		.max_sites = b->o.n_sites,
		.max_message = 9000,
		.notify_trailer = true,
	};
	struct control_params cp = {
		.signals = &b->signals,
		.workers = &b->worker,
		.n_workers = 1,
		.assoc = b->assoc,
		.mapdb = b->mapdb,
		.auth = b->auth,
		.ring_size = p.ring_size,
		.max_lifetime_ms = 86400 * 1000,
		.log_interval_s = 3600,
	};
	char why[256];

	if (control_signals_init(&b->signals) < 0)
		die("signals");
	make_port(b, &q);
	p.doorbell = b->signals.doorbell;
	b->worker = pipeline_worker_create(&p);
	if (b->worker == NULL)
		die("worker");
	if (control_create(&cp, &b->control, why, sizeof(why)) < 0)
		die(why);
}

static void
write_message(struct bench *b, uint32_t i, uint8_t *at)
{
	uint32_t xtr = i % b->o.n_xtrs;
	struct lisp_register reg = {
		.type = LISP_MAP_REGISTER,
		.flags = LISP_REG_P | LISP_REG_M,
		.n_records = 1,
		.has_trailer = true,
		.key_id = 1,
		.alg_id = b->o.alg_id,
		.auth_len = 16,
		.nonce = ++b->nonce,
		.site_id = site_of(b, i) + 1,
	};
	struct lisp_record rec = {
		.ttl_min = 1440,
		.n_locators = 1,
		.authoritative = true,
		.eid = { .kind = LISP_EID_IPV4, .mask_len = 32, .len = 4 },
	};
	struct lisp_locator loc = {
		.priority = 1,
		.weight = 100,
		.m_priority = 255,
		.flags = LISP_LOC_R,
		.rloc.ip = { .family = 4, .octets = { 203, 0, 113, 1 } },
	};
	struct lisp_writer w = { .pos = at, .end = at + MSG_LEN };
	uint32_t eid = rte_cpu_to_be_32(eid_of(b, i));

	memcpy(reg.xtr_id, &xtr, sizeof(xtr));
	reg.xtr_id[15] = 1;
	memcpy(rec.eid.octets, &eid, 4);
	lisp_register_begin(&w, &reg);
	lisp_record_write(&w, &rec);
	lisp_locator_write(&w, &loc);
	lisp_register_end(&w, &reg);
	if (w.failed || w.pos != w.end)
		die("the message is not 84 octets");
}

static void
write_headers(const struct bench *b, uint32_t i, uint8_t *frame)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)frame;
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(eth + 1);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);

	memset(frame, 0, FRAME_LEN - MSG_LEN);
	eth->src_addr.addr_bytes[0] = 2;
	eth->dst_addr.addr_bytes[0] = 2;
	eth->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	ip->version_ihl = 0x45;
	ip->total_length = RTE_BE16(FRAME_LEN - 14);
	ip->time_to_live = 64;
	ip->next_proto_id = IPPROTO_UDP;
	ip->src_addr = rte_cpu_to_be_32(0x0a640000 + i % b->o.n_xtrs);
	ip->dst_addr = RTE_BE32(SERVER_IP);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	udp->src_port = RTE_BE16(LISP_CONTROL_PORT);
	udp->dst_port = RTE_BE16(LISP_CONTROL_PORT);
	udp->dgram_len = RTE_BE16(8 + MSG_LEN);
	udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
}

/* Sign and queue a burst: EID-prefixes first, first + step, ... */
static void
inject(struct bench *b, uint32_t first, uint32_t step)
{
	struct rte_mbuf *m[BURST];
	struct auth_job job[BURST];

	if (rte_pktmbuf_alloc_bulk(b->pool, m, BURST) < 0)
		die("mempool is empty");
	for (uint32_t k = 0; k < BURST; k++) {
		uint32_t i = (uint32_t)((first + (uint64_t)k * step) % b->o.n_eids);
		uint8_t *frame = (uint8_t *)rte_pktmbuf_append(m[k], FRAME_LEN);

		write_message(b, i, frame + FRAME_LEN - MSG_LEN);
		job[k] = (struct auth_job){
			.key = &b->keys[site_of(b, i)],
			.msg = frame + FRAME_LEN - MSG_LEN,
			.len = MSG_LEN,
			.tag_len = 16,
			.label = AUTH_LABEL_REGISTER,
		};
	}
	auth_sign_burst(b->ctx, job, BURST);
	for (uint32_t k = 0; k < BURST; k++)
		write_headers(b, (uint32_t)((first + (uint64_t)k * step) % b->o.n_eids),
				rte_pktmbuf_mtod(m[k], uint8_t *));
	if (rte_ring_enqueue_bulk(b->rx, (void **)m, BURST, NULL) != BURST)
		die("rx ring is full");
}

static unsigned int
drain(struct bench *b)
{
	struct rte_mbuf *m[RING_SIZE];
	unsigned int n = rte_ring_dequeue_burst(b->tx, (void **)m, RING_SIZE, NULL);

	rte_pktmbuf_free_bulk(m, n);
	return n;
}

static int
compare(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return a < b ? -1 : a > b;
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

/* Every EID-prefix once: the change path, control core and worker taking turns. */
static void
register_all(struct bench *b)
{
	uint32_t n_bursts = b->o.n_eids / BURST;
	double *control = calloc(n_bursts, sizeof(*control));
	struct mapdb_stats st;
	double typical;

	for (uint32_t r = 0; r < n_bursts; r++) {
		uint64_t before;

		inject(b, r * BURST, 1);
		pipeline_worker_poll(b->worker);
		before = rte_rdtsc();
		control_step(b->control);
		control[r] = (double)(rte_rdtsc() - before) / BURST;
		pipeline_worker_poll(b->worker);
		drain(b);
	}
	mapdb_stats_get(b->mapdb, &st);
	typical = median(control, n_bursts);
	printf("new EID-prefixes: control core %.0f cycles each (median of bursts), %.2f M/s by that\n",
			typical, (double)rte_get_tsc_hz() / 1e6 / typical);
	printf("memory: %u EID-prefixes, octets each: entry %.1f, mapping %.1f, registration %.1f, "
	       "locators %.1f, hash %.1f, order %.1f, all %.1f\n",
			st.n_eids, (double)st.bytes_eids / st.n_eids,
			(double)st.bytes_mappings / st.n_eids,
			(double)st.bytes_registrations / st.n_eids,
			(double)st.bytes_locators / st.n_eids, (double)st.bytes_hash / st.n_eids,
			(double)st.bytes_order / st.n_eids,
			(double)(st.bytes_eids + st.bytes_mappings + st.bytes_registrations +
					st.bytes_locators + st.bytes_hash + st.bytes_order) /
					st.n_eids);
	free(control);
}

static void
refresh(struct bench *b)
{
	double *cycles[PIPELINE_STAGE_COUNT], sum = 0, crypto = 0;
	struct pipeline_stats before, after, start;

	for (unsigned int s = 0; s < PIPELINE_STAGE_COUNT; s++)
		cycles[s] = calloc(b->o.rounds, sizeof(double));
	pipeline_stats_get(b->worker, &start);
	for (uint32_t r = 0; r < b->o.rounds; r++) {
		/* A step coprime to the number scatters a burst over all tables. */
		inject(b, r * 7919u, 611953u);
		pipeline_stats_get(b->worker, &before);
		pipeline_worker_poll(b->worker);
		pipeline_stats_get(b->worker, &after);
		for (unsigned int s = 0; s < PIPELINE_STAGE_COUNT; s++)
			cycles[s][r] = (double)(after.cycles[s] - before.cycles[s]) / BURST;
		control_step(b->control);
		drain(b);
	}
	pipeline_stats_get(b->worker, &after);
	printf("refresh, algorithm %u, %u EID-prefixes, %u xTR-IDs, %u sites; median cycles:\n ",
			b->o.alg_id, b->o.n_eids, b->o.n_xtrs, b->o.n_sites);
	for (unsigned int s = 0; s < PIPELINE_STAGE_COUNT; s++) {
		double m = median(cycles[s], b->o.rounds);

		printf(" %s %.0f", pipeline_stage_word(s), m);
		sum += m;
		if (s == PIPELINE_STAGE_VERIFY || s == PIPELINE_STAGE_SIGN)
			crypto += m;
		free(cycles[s]);
	}
	printf("\n  all %.0f, crypto %.0f, the rest %.0f; %.2f M/s on this core\n", sum, crypto,
			sum - crypto, (double)rte_get_tsc_hz() / 1e6 / sum);
	if (after.refreshed - start.refreshed != (uint64_t)b->o.rounds * BURST)
		die("not every message was a refresh");
}

static void
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "eids", 1, NULL, 'e' },
		{ "xtrs", 1, NULL, 'x' },
		{ "sites", 1, NULL, 's' },
		{ "algorithm", 1, NULL, 'a' },
		{ "policy", 1, NULL, 'p' },
		{ "rounds", 1, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		uint32_t v = c == '?' ? 0 : (uint32_t)strtoul(optarg, NULL, 10);

		switch (c) {
		case 'e':
			o->n_eids = v;
			break;
		case 'x':
			o->n_xtrs = v;
			break;
		case 's':
			o->n_sites = v;
			break;
		case 'a':
			o->alg_id = (uint8_t)v;
			break;
		case 'p':
			o->policy = strcmp(optarg, "off") == 0 ? ASSOC_OFF : ASSOC_RECENT;
			break;
		case 'r':
			o->rounds = v;
			break;
		default:
			exit(2);
		}
	}
	if (o->n_eids < BURST || o->n_xtrs == 0 || o->n_sites == 0 ||
			o->n_eids / o->n_sites > 65536 || o->rounds == 0)
		die("numbers out of range");
}

int
main(int argc, char **argv)
{
	static char *eal[] = { (char *)(uintptr_t) "perf_pipeline", (char *)(uintptr_t) "--no-huge",
		(char *)(uintptr_t) "-m", (char *)(uintptr_t) "256", (char *)(uintptr_t) "--no-pci",
		(char *)(uintptr_t) "--no-shconf", (char *)(uintptr_t) "--no-telemetry",
		(char *)(uintptr_t) "--lcores=0@1,1@0", (char *)(uintptr_t) "--main-lcore=0",
		(char *)(uintptr_t) "--log-level=*:error" };
	static struct bench b = { .o = { .n_eids = 1 << 20,
						  .n_xtrs = 1 << 16,
						  .n_sites = 1024,
						  .rounds = 20000,
						  .alg_id = 2,
						  .policy = ASSOC_RECENT } };

	parse(argc, argv, &b.o);
	if (rte_eal_init((int)RTE_DIM(eal), eal) < 0)
		die("EAL does not start");
	make_tables(&b);
	make_worker(&b);
	load_sites(&b);
	register_all(&b);
	refresh(&b);
	return 0;
}
