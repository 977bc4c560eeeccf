/* SPDX-License-Identifier: BSD-3-Clause */

/* sluice-mapserver: boot in numbered steps, run, and take down in reverse. */

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <rte_eal.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#define LOG_ROOM "mapserver"
#include "base_log.h"
#include "base_secret.h"
#include "control.h"
#include "drivers.h"
#include "mapserver_args.h"
#include "mapserver_ports.h"
#include "mapserver_sites.h"

#define WORKERS_MAX 64
#define SPARE_SITES 1024 /* that a reload may add without a restart */

/* Everything there is to take down; all zero is fine. */
struct server {
	struct mapserver_args args;
	struct conf *conf;
	int cpus[WORKERS_MAX + 1]; /* of the control core, then of each worker */
	struct store *store;
	struct auth *auth;
	char auth_why[256];
	struct rte_rcu_qsbr *rcu;
	struct assoc_table *assoc;
	struct mapdb *mapdb;
	struct control_signals signals;
	struct mapserver_ports ports;
	struct pipeline_worker *workers[WORKERS_MAX];
	struct control *control;
};

static int
fail(const char *step, const char *why)
{
	LOG(ERR, "%s: %s", step, why);
	return 1;
}

/* 1. Nothing of this process may end in a core file: it holds keys. Signals are for the control
 * core, so they are blocked before EAL makes threads. */
static void
protect_process(void)
{
	static const struct rlimit none = { 0, 0 };
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void
print_lines(char **lines, unsigned int n, const char *what)
{
	for (unsigned int i = 0; i < n; i++)
		fprintf(stderr, "%s%s\n", what, lines[i]);
}

/* 2. The configuration: all mistakes at once. @return exit status, or -1 to go on. */
static int
load_config(struct server *s)
{
	struct conf_errors errs = { 0 };
	int ret = conf_load(s->args.config, s->args.sets, s->args.n_sets, &s->conf, &errs);

	print_lines(errs.warnings, errs.n_warnings, "warning: ");
	print_lines(errs.errors, errs.n_errors, "");
	if (errs.n_errors > 0)
		fprintf(stderr, "%s: %u mistake%s\n", s->args.config, errs.n_errors,
				errs.n_errors == 1 ? "" : "s");
	conf_errors_free(&errs);
	if (ret < 0)
		return 2;
	if (drivers_store[0] == NULL && mapserver_sites_strict(s->conf)) {
		fprintf(stderr,
				"%s: nonce-policy strict needs the store driver lmdb, which this build "
				"lacks\n",
				s->args.config);
		return 2;
	}
	base_log_set_level((enum base_log_level)s->conf->log_level);
	return -1;
}

/* Workers run on the CPUs after the control core's, around the list of those we may use. */
static void
choose_cpus(struct server *s)
{
	int usable[CPU_SETSIZE];
	unsigned int n = 0, at = 0;
	cpu_set_t set;

	sched_getaffinity(0, sizeof(set), &set);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			usable[n++] = cpu;
	s->cpus[0] = s->conf->control.cpu >= 0 ? s->conf->control.cpu : usable[0];
	for (unsigned int i = 0; i < n; i++)
		if (usable[i] == s->cpus[0])
			at = i;
	for (unsigned int w = 0; w < s->conf->workers.count; w++)
		s->cpus[w + 1] = s->conf->workers.n_cpus > 0 ? (int)s->conf->workers.cpus[w]
							     : usable[(at + 1 + w) % n];
}

/* 3. DPDK. A check needs no device and no huge page. */
static int
start_eal(struct server *s, char *why, size_t why_size)
{
	static const char *const check_args[] = { "--no-huge", "-m", "64", "--no-pci",
		"--no-shconf", "--no-telemetry" };

	choose_cpus(s);
	if (s->args.check)
		return port_eal_init("sluice-mapserver", s->cpus, 1, check_args,
				RTE_DIM(check_args), why, why_size);
	return port_eal_init("sluice-mapserver", s->cpus, s->conf->workers.count + 1, s->conf->eal,
			s->conf->n_eal, why, why_size);
}

/* 4. The store, before anything can be received. */
static int
open_store(struct server *s, char *why, size_t why_size)
{
	struct store_params p = {
		.drivers = drivers_store,
		.driver = s->conf->store.driver,
		.path = s->conf->store.path,
		.map_size = (uint64_t)s->conf->store.map_size_mb << 20,
	};

	if (s->args.check || drivers_store[0] == NULL)
		return 0;
	return store_open(&p, &s->store, why, why_size);
}

/* A port whose peer goes waits so, before it takes away memory that a worker may be reading. */
static void
wait_for_workers(void *rcu)
{
	rte_rcu_qsbr_synchronize(rcu, RTE_QSBR_THRID_INVALID);
}

/* 5. Engine, RCU and tables. */
static int
make_tables(struct server *s, char *why, size_t why_size)
{
	struct assoc_params ap = {
		.max_associations = s->conf->limits.max_associations,
		.max_sites = 2 * s->conf->n_sites + SPARE_SITES,
	};
	struct mapdb_params mp = { .max_eids = s->conf->limits.max_eid_prefixes };
	int ret = auth_open(drivers_auth, s->conf->auth_engine, &s->auth, s->auth_why,
			sizeof(s->auth_why));

	if (ret < 0) {
		snprintf(why, why_size, "%s", s->auth_why);
		return ret;
	}
	for (unsigned int i = 0; i < s->conf->n_sites; i++)
		ap.max_keys += 2 * s->conf->sites[i].n_keys;
	ap.max_keys += SPARE_SITES;
	s->rcu = aligned_alloc(RTE_CACHE_LINE_SIZE,
			RTE_ALIGN(rte_rcu_qsbr_get_memsize(s->conf->workers.count),
					RTE_CACHE_LINE_SIZE));
	if (s->rcu == NULL || rte_rcu_qsbr_init(s->rcu, s->conf->workers.count) != 0) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	port_set_grace(wait_for_workers, s->rcu);
	if (s->store != NULL)
		memcpy(ap.fingerprint_key, store_fingerprint_key(s->store),
				sizeof(ap.fingerprint_key));
	else
		base_secret_random(ap.fingerprint_key, sizeof(ap.fingerprint_key));
	ap.rcu = mp.rcu = s->rcu;
	ap.auth = s->auth;
	s->assoc = assoc_table_create(&ap);
	base_secret_wipe(ap.fingerprint_key, sizeof(ap.fingerprint_key));
	s->mapdb = s->assoc == NULL ? NULL : mapdb_create(&mp);
	if (s->mapdb == NULL) {
		snprintf(why, why_size, "tables: %s; lower /limits or raise -m in /eal",
				strerror(errno));
		return -errno;
	}
	return 0;
}

/* 6. Workers, over the ports that are up. */
static int
make_workers(struct server *s, char *why, size_t why_size)
{
	for (unsigned int w = 0; w < s->conf->workers.count; w++) {
		struct pipeline_params p = {
			.id = w,
			.socket_id = (int)rte_lcore_to_socket_id(w + 1),
			.queues = s->ports.queues[w],
			.n_queues = s->ports.n_queues[w],
			.assoc = s->assoc,
			.mapdb = s->mapdb,
			.auth = s->auth,
			.rcu = s->rcu,
			.doorbell = s->signals.doorbell,
			.control_sleeps = &s->signals.sleeps,
			.n_pending = &s->signals.n_pending,
			.ring_size = s->conf->limits.changes_ring,
			.max_sites = 2 * s->conf->n_sites + SPARE_SITES,
			.max_message = s->conf->limits.max_message,
			.static_rate = s->conf->limits.static_rate,
			.idle_sleep_us = s->conf->workers.idle_sleep_us,
			.notify_trailer = s->conf->map_notify.trailer,
			.zero_inner_checksum = s->conf->map_request.accept_zero_inner_checksum,
			.bare_request = s->conf->map_request.accept_bare,
		};

		s->workers[w] = pipeline_worker_create(&p);
		if (s->workers[w] == NULL) {
			snprintf(why, why_size, "worker %u: %s; raise -m in /eal", w,
					strerror(errno));
			return -errno;
		}
	}
	return 0;
}

static int
load_sites(struct server *s, const struct conf *conf, char *why, size_t why_size)
{
	struct mapserver_sites ms;
	int ret = mapserver_sites_load(conf, &ms, why, why_size);

	if (ret < 0)
		return ret;
	ret = s->control != NULL
			? control_sites_load(s->control, ms.sites, ms.n_sites, why, why_size)
			: assoc_sites_load(s->assoc, ms.sites, ms.n_sites, NULL, NULL, NULL, why,
					  why_size);
	mapserver_sites_free(&ms);
	return ret;
}

static int
join_lines(char **lines, unsigned int n, char *why, size_t why_size)
{
	size_t at = 0;

	for (unsigned int i = 0; i < n && at < why_size; i++)
		at += (size_t)snprintf(
				why + at, why_size - at, "%s%s", i == 0 ? "" : "; ", lines[i]);
	return 0;
}

/* Sites are read again; other settings wait for a restart, and are named. */
static int
reload(void *arg, char *why, size_t why_size)
{
	struct server *s = arg;
	struct conf_errors errs = { 0 }, notes = { 0 };
	struct conf *fresh = NULL;
	int ret = conf_load(s->args.config, s->args.sets, s->args.n_sets, &fresh, &errs);

	why[0] = '\0';
	if (ret < 0)
		join_lines(errs.errors, errs.n_errors, why, why_size);
	else
		ret = load_sites(s, fresh, why, why_size);
	if (ret == 0 && conf_restart_notes(s->conf, fresh, &notes) > 0)
		join_lines(notes.warnings, notes.n_warnings, why, why_size);
	conf_errors_free(&notes);
	conf_errors_free(&errs);
	conf_free(fresh);
	return ret;
}

/* 7. The control core; through it the sites are loaded, with their saved nonces. */
static int
make_control(struct server *s, char *why, size_t why_size)
{
	struct control_params p = {
		.signals = &s->signals,
		.workers = s->workers,
		.worker_cpus = s->cpus + 1,
		.n_workers = s->conf->workers.count,
		.ports = s->ports.ports,
		.port_queues = s->ports.first,
		.n_ports = s->ports.n_ports,
		.assoc = s->assoc,
		.mapdb = s->mapdb,
		.store = s->store,
		.auth = s->auth,
		.auth_why = s->auth_why,
		.config_file = s->args.config,
		.socket = s->conf->control.socket,
		.socket_group = s->conf->control.group,
		.ring_size = s->conf->limits.changes_ring,
		.commit_interval_ms = s->conf->store.commit_interval_ms,
		.max_lifetime_ms = s->conf->registration.max_lifetime_s * 1000,
		.log_interval_s = s->conf->limits.log_interval_s,
		.duration_s = s->args.duration_s,
		.exit_idle_s = s->args.exit_idle_s,
		.reload = reload,
		.reload_arg = s,
	};

	return control_create(&p, &s->control, why, why_size);
}

static int
write_stats(const struct server *s)
{
	json_t *stats;
	int ret;

	if (s->args.stats == NULL)
		return 0;
	stats = control_stats_json(s->control);
	ret = stats == NULL ? -1 : json_dump_file(stats, s->args.stats, JSON_INDENT(2));
	json_decref(stats);
	return ret == 0 ? 0 : fail("--stats", "the file cannot be written");
}

/* 8. Run: workers poll, the control core decides when it ends. */
static int
run(struct server *s)
{
	unsigned int n = s->conf->workers.count;
	int ret;

	for (unsigned int w = 0; w < n; w++)
		rte_eal_remote_launch(pipeline_worker_run, s->workers[w], w + 1);
	LOG(NOTICE, "ready: %u worker%s, %u port%s, %u site%s, %s", n, n == 1 ? "" : "s",
			s->ports.n_ports, s->ports.n_ports == 1 ? "" : "s", s->conf->n_sites,
			s->conf->n_sites == 1 ? "" : "s", s->auth_why);
	ret = control_run(s->control);
	for (unsigned int w = 0; w < n; w++)
		pipeline_worker_stop(s->workers[w]);
	rte_eal_mp_wait_lcore();
	control_finish(s->control);
	for (unsigned int w = 0; w < n; w++)
		pipeline_worker_finish(s->workers[w]);
	LOG(NOTICE, "stopped");
	return ret < 0 ? fail("control core", strerror(-ret)) : write_stats(s);
}

static void
take_down(struct server *s)
{
	control_destroy(s->control);
	for (unsigned int w = 0; w < WORKERS_MAX; w++)
		pipeline_worker_destroy(s->workers[w]);
	mapserver_ports_close(&s->ports);
	port_set_grace(NULL, NULL);
	control_signals_fini(&s->signals);
	mapdb_destroy(s->mapdb);
	assoc_table_destroy(s->assoc);
	free(s->rcu);
	auth_close(s->auth);
	store_close(s->store);
}

/* A mistake in a site or a secret file is one of the configuration. */
static int
fail_sites(int err, const char *why)
{
	if (err != -EINVAL)
		return fail("sites", why);
	fprintf(stderr, "%s\n", why);
	return 2;
}

static int
boot_and_run(struct server *s)
{
	char why[4096] = "";
	int ret;

	if (start_eal(s, why, sizeof(why)) < 0)
		return fail("DPDK", why);
	if (open_store(s, why, sizeof(why)) < 0)
		return fail("store", why);
	if (make_tables(s, why, sizeof(why)) < 0)
		return fail("start", why);
	if (s->args.check) {
		ret = load_sites(s, s->conf, why, sizeof(why));
		if (ret < 0)
			return fail_sites(ret, why);
		printf("%s: good, %u sites\n", s->args.config, s->conf->n_sites);
		return 0;
	}
	if (control_signals_init(&s->signals) < 0)
		return fail("start", strerror(errno));
	if (mapserver_ports_open(s->conf, &s->ports, why, sizeof(why)) < 0)
		return fail("port", why);
	if (make_workers(s, why, sizeof(why)) < 0)
		return fail("start", why);
	if (make_control(s, why, sizeof(why)) < 0)
		return fail("start", why);
	ret = load_sites(s, s->conf, why, sizeof(why));
	return ret < 0 ? fail_sites(ret, why) : run(s);
}

static int
print_and_free(char *text)
{
	if (text == NULL)
		return fail("print", "out of memory");
	puts(text);
	free(text);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct server server = { .signals.doorbell = -1 };
	int status = mapserver_args_parse(argc, argv, &server.args);

	if (status >= 0)
		return status;
	if (server.args.schema)
		return print_and_free(conf_schema());
	protect_process();
	status = load_config(&server);
	if (status < 0 && server.args.dump)
		status = print_and_free(conf_dump(server.conf));
	if (status < 0) {
		status = boot_and_run(&server);
		take_down(&server);
		rte_eal_cleanup();
	}
	conf_free(server.conf);
	return status;
}
