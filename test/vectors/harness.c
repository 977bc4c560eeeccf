/* SPDX-License-Identifier: BSD-3-Clause */

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_malloc.h>

#include "base_clock.h"
#include "drivers.h"

#define SKIPPED     77 /* exit status that meson reads as skipped */
#define TURNS_MAX   64
#define MAX_SITES   64
#define MAX_KEYS    256
#define MAX_EIDS    4096
#define MAX_LIFE_MS (24u * 3600 * 1000)

static const uint64_t start_ns = 1000 * BASE_NS_PER_S;

uint64_t harness_now_ns;

static uint64_t
now(void)
{
	return harness_now_ns;
}

static uint32_t
or_default(uint32_t wanted, uint32_t otherwise)
{
	return wanted != 0 ? wanted : otherwise;
}

static void
open_store(struct harness *h)
{
	const struct store_driver *const mine[] = { h->options.store, NULL };
	const struct store_driver *const *drivers = h->options.store != NULL ? mine : drivers_store;
	struct store_params p = { .drivers = drivers, .path = h->folder };
	char why[256] = "";

	if (drivers[0] == NULL) {
		printf("no store driver was built: skipped\n");
		exit(SKIPPED);
	}
	p.driver = drivers[0]->name;
	if (store_open(&p, &h->store, why, sizeof(why)) < 0)
		harness_fail("store", why);
}

static void
open_tables(struct harness *h)
{
	struct assoc_params ap = {
		.max_associations = or_default(h->options.max_associations, 1024),
		.max_sites = MAX_SITES,
		.max_keys = MAX_KEYS,
		.rcu = h->rcu,
		.auth = h->auth,
	};
	struct mapdb_params mp = { .max_eids = MAX_EIDS, .rcu = h->rcu };

	memcpy(ap.fingerprint_key, store_fingerprint_key(h->store), sizeof(ap.fingerprint_key));
	h->assoc = assoc_table_create(&ap);
	h->mapdb = mapdb_create(&mp);
	if (h->assoc == NULL || h->mapdb == NULL)
		harness_fail("tables", "cannot be made");
}

static void
open_worker(struct harness *h)
{
	struct pipeline_params p = {
		.socket_id = SOCKET_ID_ANY,
		.queues = &h->queue,
		.n_queues = 1,
		.assoc = h->assoc,
		.mapdb = h->mapdb,
		.auth = h->auth,
		.rcu = h->rcu,
		.doorbell = h->signals.doorbell,
		.control_sleeps = &h->signals.sleeps,
		.n_pending = &h->signals.n_pending,
		.ring_size = or_default(h->options.ring_size, 256),
		.max_sites = MAX_SITES,
		.max_message = HARNESS_MESSAGE_MAX,
		.static_rate = h->options.static_rate,
		.notify_trailer = !h->options.no_trailer,
		.zero_inner_checksum = h->options.zero_inner_checksum,
		.bare_request = !h->options.no_bare_request,
	};

	h->worker = pipeline_worker_create(&p);
	if (h->worker == NULL)
		harness_fail("worker", "cannot be made");
}

static void
open_control(struct harness *h)
{
	static const int cpus[] = { 0 };
	struct control_params p = {
		.signals = &h->signals,
		.workers = &h->worker,
		.worker_cpus = cpus,
		.n_workers = 1,
		.assoc = h->assoc,
		.mapdb = h->mapdb,
		.store = h->store,
		.auth = h->auth,
		.ring_size = or_default(h->options.ring_size, 256),
		.commit_interval_ms = 50,
		.max_lifetime_ms = MAX_LIFE_MS,
		.log_interval_s = 3600,
	};
	char why[256] = "";

	if (control_create(&p, &h->control, why, sizeof(why)) < 0)
		harness_fail("control core", why);
	if (control_sites_load(h->control, h->options.sites, h->options.n_sites, why, sizeof(why)) <
			0)
		harness_fail("sites", why);
}

static void
open_rcu(struct harness *h)
{
	h->rcu = rte_zmalloc("rcu", rte_rcu_qsbr_get_memsize(1), RTE_CACHE_LINE_SIZE);
	if (h->rcu == NULL || rte_rcu_qsbr_init(h->rcu, 1) != 0)
		harness_fail("RCU", rte_strerror(rte_errno));
}

static void
open_all(struct harness *h)
{
	char why[256] = "";

	base_clock_source = now;
	harness_device(&h->queue);
	open_rcu(h);
	if (auth_open(drivers_auth, "auto", &h->auth, why, sizeof(why)) < 0)
		harness_fail("auth", why);
	open_store(h);
	open_tables(h);
	if (control_signals_init(&h->signals) < 0)
		harness_fail("doorbell", "cannot be made");
	open_worker(h);
	open_control(h);
	h->seen = (struct pipeline_stats){ 0 };
}

static void
close_all(struct harness *h)
{
	control_destroy(h->control);
	pipeline_worker_destroy(h->worker);
	control_signals_fini(&h->signals);
	mapdb_destroy(h->mapdb);
	assoc_table_destroy(h->assoc);
	store_close(h->store);
	auth_close(h->auth);
	rte_free(h->rcu);
	harness_device_drain();
}

void
harness_open(struct harness *h, const struct harness_options *o)
{
	*h = (struct harness){ .options = *o };
	harness_now_ns = start_ns;
	harness_folder_make(h->folder);
	open_all(h);
}

void
harness_close(struct harness *h)
{
	close_all(h);
	harness_folder_remove(h->folder);
}

void
harness_restart(struct harness *h)
{
	char as_it_lay[sizeof(h->folder)];

	harness_folder_copy(h->folder, as_it_lay);
	close_all(h);
	harness_folder_remove(h->folder);
	memcpy(h->folder, as_it_lay, sizeof(h->folder));
	open_all(h);
}

int
harness_reload(struct harness *h, const struct assoc_site_params *sites, uint32_t n_sites)
{
	char why[256] = "";

	h->options.sites = sites;
	h->options.n_sites = n_sites;
	return control_sites_load(h->control, sites, n_sites, why, sizeof(why));
}

void
harness_send(struct harness *h, const uint8_t *msg, size_t len)
{
	struct harness_frame f = harness_frame_default(4);
	uint8_t frame[HARNESS_FRAME_MAX];

	harness_send_frame(h, frame, harness_frame_build(&f, msg, len, frame));
}

bool
harness_is_idle(struct harness *h)
{
	struct pipeline_stats st;

	pipeline_stats_get(h->worker, &st);
	return harness_device_waiting() == 0 && pipeline_stats_in_hand(&st) == 0;
}

void
harness_receive(struct harness *h)
{
	do
		pipeline_worker_poll(h->worker);
	while (harness_device_waiting() > 0);
}

void
harness_turn(struct harness *h)
{
	for (unsigned int n = 0; n < TURNS_MAX; n++) {
		pipeline_worker_poll(h->worker);
		if (harness_is_idle(h))
			return;
		control_step(h->control);
	}
	harness_fail("turn", "a packet never ends");
}

int
harness_answer(struct harness *h, struct harness_frame *f, uint8_t buf[HARNESS_FRAME_MAX])
{
	uint8_t frame[HARNESS_FRAME_MAX];
	struct harness_frame headers;
	const uint8_t *msg;
	size_t n = harness_take_frame(h, frame);
	int len;

	if (n == 0)
		return 0;
	len = harness_frame_parse(frame, n, &headers, &msg);
	if (len > 0)
		memcpy(buf, msg, (size_t)len);
	if (f != NULL)
		*f = headers;
	return len > 0 ? len : -1;
}

bool
harness_rise(struct harness *h, struct pipeline_stats *rise)
{
	/* All of it is uint64_t counters. */
	uint64_t *at = (uint64_t *)rise;
	const uint64_t *before = (const uint64_t *)&h->seen;
	uint64_t ended = 0;
	struct pipeline_stats st;

	pipeline_stats_get(h->worker, &st);
	*rise = st;
	for (size_t i = 0; i < sizeof(*rise) / sizeof(*at); i++)
		at[i] -= before[i];
	h->seen = st;
	for (unsigned int v = 0; v < PIPELINE_VERDICT_COUNT; v++)
		ended += rise->verdict[v];
	return ended == rise->received;
}

enum pipeline_verdict
harness_verdict(struct harness *h)
{
	struct pipeline_stats rise;

	if (!harness_rise(h, &rise) || rise.received != 1)
		return PIPELINE_VERDICT_COUNT;
	for (unsigned int v = 0; v < PIPELINE_VERDICT_COUNT; v++)
		if (rise.verdict[v] == 1)
			return (enum pipeline_verdict)v;
	return PIPELINE_VERDICT_COUNT;
}
