/* SPDX-License-Identifier: BSD-3-Clause */

/* sluice-loadgen: emulates ETRs against a Map-Server. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base_clock.h"
#include "drivers.h"
#include "loadgen_args.h"
#include "loadgen_pcap.h"
#include "loadgen_run.h"
#include "loadgen_sites.h"

#define WHY_SIZE 1024

/* Exit status. */
#define EXIT_OK    0
#define EXIT_WRONG 1
#define EXIT_USAGE 2

/* Everything of one run, in the order in which it is made. */
struct loadgen {
	struct loadgen_args args;
	struct auth *auth;
	struct auth_ctx *auth_ctx;
	struct auth_key *keys;
	struct loadgen_maker maker;
	struct loadgen_window window;
	struct loadgen_net net;
	struct loadgen_etrs etrs;
	struct loadgen_stats stats;
	struct loadgen_report report;
	char why[WHY_SIZE];
};

static volatile sig_atomic_t stop;

static void
on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

/* 1. The files for the server. */
static int
write_sites(struct loadgen *g)
{
	const struct loadgen_layout *l = &g->args.layout;
	const char *dir = g->args.site_file_out;
	int ret;

	ret = loadgen_sites_write(l, dir, g->why, sizeof(g->why));
	if (ret == 0)
		ret = loadgen_args_save_layout(&g->args, dir);
	if (ret < 0)
		return ret;
	printf("%s: %u sites with a key each, for %u ETRs and %u EID-prefixes\n", dir, l->n_sites,
			l->n_etrs, l->n_prefixes);
	printf("the server needs \"site-files\": [\"%s/*.json\"] and \"limits\" of at least\n"
	       "max-eid-prefixes %u, eid-prefixes-per-site %u, max-associations %u\n"
	       "(twice the EID-prefixes for --churn-new)\n",
			dir, l->n_prefixes, loadgen_layout_site_max(l) / 2, l->n_etrs);
	return 0;
}

/* 2. Keys, and what signs with them. */
static int
open_auth(struct loadgen *g)
{
	const struct loadgen_args *a = &g->args;
	int ret;

	ret = auth_open(drivers_auth, a->engine, &g->auth, g->why, sizeof(g->why));
	if (ret < 0)
		return ret;
	g->auth_ctx = auth_ctx_create(g->auth);
	if (g->auth_ctx == NULL) {
		snprintf(g->why, sizeof(g->why), "engine %s: %s", a->engine, strerror(errno));
		return -errno;
	}
	return loadgen_sites_load(&a->layout, a->site_dir != NULL ? a->site_dir : a->site_file_out,
			g->auth, &g->keys, g->why, sizeof(g->why));
}

static void
make_net(struct loadgen *g)
{
	static const struct rte_ether_addr somebody = { { 0x02, 0, 0, 0, 0, 0x01 } };
	static const struct rte_ether_addr us = { { 0x02, 0, 0, 0, 0, 0x02 } };
	const struct loadgen_args *a = &g->args;

	g->net = (struct loadgen_net){
		.layout = &a->layout,
		.server = a->server,
		.server_mac = a->server_mac.set ? a->server_mac.mac : somebody,
		.server_mac_known = a->server_mac.set,
		.our_mac = us,
		.source_port = (uint16_t)a->source_port,
	};
	loadgen_frame_init(&g->net);
}

/* 3. The ETRs. */
static int
make_etrs(struct loadgen *g)
{
	const struct loadgen_args *a = &g->args;
	const struct auth_alg *alg = auth_alg_get((uint8_t)a->layout.alg_id);
	const struct loadgen_message_params mp = {
		.layout = &a->layout,
		.n_records = a->n_records,
		.ttl_min = a->ttl_min,
		.tag_len = alg->tag_len[a->full_tag],
		.trailer = !a->no_xtr_id,
		.want_notify = !a->no_notify,
	};
	const struct loadgen_etr_params ep = {
		.maker = &g->maker,
		.net = &g->net,
		.keys = g->keys,
		.auth = g->auth_ctx,
		.window = &g->window,
		.stats = &g->stats,
		.count = a->count,
		.churn_ppm = a->churn_ppm,
		.bad_mac_ppm = a->bad_mac_ppm,
		.replay_ppm = a->replay_ppm,
		.churn_new = a->churn_new,
		.await = a->pcap_out == NULL && !a->no_notify,
	};
	int ret;

	ret = loadgen_maker_init(&g->maker, &mp);
	if (ret < 0) {
		snprintf(g->why, sizeof(g->why),
				"--records %u: a message of %u octets, %u is the most",
				a->n_records, g->maker.max_len, LOADGEN_MESSAGE_MAX);
		return ret;
	}
	make_net(g);
	ret = loadgen_window_init(&g->window, a->window, loadgen_first_nonce(base_clock_wall_ms()));
	if (ret == 0)
		ret = loadgen_etrs_init(&g->etrs, &ep);
	if (ret < 0)
		snprintf(g->why, sizeof(g->why), "out of memory");
	return ret;
}

/* 4a. To a file. */
static int
write_pcap(struct loadgen *g)
{
	const struct loadgen_args *a = &g->args;
	uint64_t count = a->count > 0 ? a->count : g->maker.n_units;
	int ret;

	ret = loadgen_pcap_write(&g->etrs, a->pcap_out, count, a->rate, base_clock_wall_ms(),
			g->why, sizeof(g->why));
	if (ret == 0)
		printf("%s: %llu frames, %llu of them with a wrong MAC, %llu copies\n", a->pcap_out,
				(unsigned long long)g->stats.sent,
				(unsigned long long)g->stats.forged,
				(unsigned long long)g->stats.replayed);
	return ret;
}

/* 4b. By a port. */
static int
send_by_port(struct loadgen *g, const char *program)
{
	struct loadgen_port port;
	struct loadgen_run run = {
		.args = &g->args,
		.port = &port,
		.net = &g->net,
		.etrs = &g->etrs,
		.report = &g->report,
		.stop = &stop,
	};
	int ret;

	ret = loadgen_port_open(&port, &g->args, program, &stop, g->why, sizeof(g->why));
	if (ret < 0)
		return ret;
	g->net.our_mac = port.port.mac;
	loadgen_frame_init(&g->net);
	ret = loadgen_run(&run, g->why, sizeof(g->why));
	loadgen_port_close(&port);
	return ret;
}

/* 5. What came of it. */
static int
report(struct loadgen *g)
{
	const char *json = g->args.json;

	loadgen_report_summary(&g->report);
	if (json != NULL && loadgen_report_json(&g->report, json) < 0) {
		fprintf(stderr, "sluice-loadgen: %s: %s\n", json, strerror(errno));
		return EXIT_WRONG;
	}
	return loadgen_report_ok(&g->report) ? EXIT_OK : EXIT_WRONG;
}

static int
run(struct loadgen *g, const char *program)
{
	int ret = 0;

	if (g->args.site_file_out != NULL)
		ret = write_sites(g);
	if (ret < 0 || (g->args.port == NULL && g->args.pcap_out == NULL))
		return ret;
	ret = open_auth(g);
	if (ret == 0)
		ret = make_etrs(g);
	if (ret < 0)
		return ret;
	if (g->args.pcap_out != NULL)
		return write_pcap(g);
	g->report.args = &g->args;
	g->report.maker = &g->maker;
	g->report.stats = &g->stats;
	g->report.engine = auth_engine_name(g->auth);
	g->report.tty = isatty(STDOUT_FILENO);
	ret = send_by_port(g, program);
	return ret < 0 ? ret : report(g);
}

static void
clean_up(struct loadgen *g)
{
	loadgen_etrs_fini(&g->etrs);
	loadgen_window_fini(&g->window);
	loadgen_sites_free(g->keys, g->args.layout.n_sites);
	auth_ctx_destroy(g->auth_ctx);
	auth_close(g->auth);
}

int
main(int argc, char **argv)
{
	static struct loadgen g;
	const struct sigaction sa = { .sa_handler = on_signal };
	int ret;

	ret = loadgen_args_parse(argc, argv, &g.args, g.why, sizeof(g.why));
	if (ret > 0)
		return EXIT_OK;
	if (ret < 0) {
		fprintf(stderr, "sluice-loadgen: %s\n", g.why);
		return EXIT_USAGE;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	prctl(PR_SET_TIMERSLACK, 1); /* a short sleep is a short sleep */
	ret = run(&g, argv[0]);
	if (ret < 0)
		fprintf(stderr, "sluice-loadgen: %s\n", g.why);
	clean_up(&g);
	return ret < 0 ? EXIT_WRONG : ret;
}
