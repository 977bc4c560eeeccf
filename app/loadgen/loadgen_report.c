/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

/* Messages that made progress: answered, or sent when no answer is asked for. */
static uint64_t
progress(const struct loadgen_report *r)
{
	return r->args->no_notify ? r->stats->sent : r->stats->acknowledged;
}

static double
seconds(const struct loadgen_report *r, uint64_t from, uint64_t to)
{
	return to > from ? (double)(to - from) / (double)r->times.hz : 0;
}

static double
per_second(uint64_t n, double s)
{
	return s > 0 ? (double)n / s : 0;
}

static double
quantile_us(const struct loadgen_report *r, const struct loadgen_hist *h, double share)
{
	return (double)loadgen_hist_quantile(h, share) * 1e6 / (double)r->times.hz;
}

void
loadgen_report_start(struct loadgen_report *r, uint64_t now)
{
	r->times.started = r->last_at = now;
}

/* Leave the line that is written over and over. */
static void
end_line(struct loadgen_report *r)
{
	if (r->line_open)
		printf("\n");
	r->line_open = false;
}

void
loadgen_report_second(struct loadgen_report *r, uint64_t now)
{
	const struct loadgen_stats *st = r->stats;
	double s = seconds(r, r->last_at, now);

	if (!r->args->quiet) {
		/* Fits a terminal of 80 columns, or \r would not bring it back to its beginning. */
		printf("%s%4.0f s %s %7.0f/s sent %7.0f/s right p50 %.0f p99 %.0f us again %" PRIu64
		       " wrong %" PRIu64 "%s",
				r->tty ? "\r\033[K" : "", seconds(r, r->times.started, now),
				r->times.registered == 0 ? "register" : "refresh ",
				per_second(st->sent - r->last_sent, s),
				per_second(st->acknowledged - r->last_acknowledged, s),
				quantile_us(r, &r->second, 0.5), quantile_us(r, &r->second, 0.99),
				st->retransmitted, loadgen_stats_faults(st), r->tty ? "" : "\n");
		fflush(stdout);
		r->line_open = r->tty;
	}
	r->last_at = now;
	r->last_sent = st->sent;
	r->last_acknowledged = st->acknowledged;
	r->second = (struct loadgen_hist){ 0 };
}

void
loadgen_report_registered(struct loadgen_report *r, uint64_t now)
{
	double s = seconds(r, r->times.started, now);

	r->times.registered = now;
	r->at_registered = progress(r);
	if (r->args->quiet || r->args->no_notify)
		return;
	end_line(r);
	printf("all %" PRIu64 " EID-prefixes of %u ETRs registered in %.3f s, %.0f/s\n",
			r->stats->registered, r->maker->layout->n_etrs, s,
			per_second(r->stats->registered, s));
}

bool
loadgen_report_ok(const struct loadgen_report *r)
{
	return r->complete && loadgen_stats_faults(r->stats) == 0;
}

static void
print_counts(const struct loadgen_stats *st)
{
	const struct row {
		uint64_t n;
		const char *word, *text;
		bool fault;
	} rows[] = {
#define X(sym, word, fault, text) { st->sym, word, text, LOADGEN_##fault },
		LOADGEN_COUNTS(X)
#undef X
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].n > 0)
			printf("  %12" PRIu64 "  %-22s %s%s\n", rows[i].n, rows[i].word,
					rows[i].text, rows[i].fault ? "  <-- wrong" : "");
}

static void
print_rates(const struct loadgen_report *r)
{
	const struct loadgen_times *t = &r->times;
	const struct loadgen_hist *h = &r->stats->latency;
	double all = seconds(r, t->started, t->stopped);
	double later = seconds(r, t->registered, t->stopped);

	printf("  rate            %.0f messages/s over %.2f s\n", per_second(progress(r), all),
			all);
	if (t->registered != 0 && !r->args->no_notify)
		printf("  registering     %" PRIu64 " EID-prefixes in %.3f s, %.0f/s\n",
				r->stats->registered, seconds(r, t->started, t->registered),
				per_second(r->stats->registered,
						seconds(r, t->started, t->registered)));
	if (t->registered != 0 && later > 0.01)
		printf("  refreshing      %.0f messages/s over %.2f s\n",
				per_second(progress(r) - r->at_registered, later), later);
	if (h->n > 0)
		printf("  latency         p50 %.0f us, p99 %.0f us, max %.0f us\n",
				quantile_us(r, h, 0.5), quantile_us(r, h, 0.99),
				quantile_us(r, h, 1));
}

void
loadgen_report_summary(struct loadgen_report *r)
{
	const struct loadgen_layout *l = r->maker->layout;

	end_line(r);
	printf("\n%u ETRs of %u sites, %u EID-prefixes, %u a message; algorithm %u, %u octets of "
	       "Authentication Data; engine %s\n",
			l->n_etrs, l->n_sites, l->n_prefixes, r->maker->n_records, l->alg_id,
			r->maker->tag_len, r->engine);
	print_rates(r);
	print_counts(r->stats);
	if (r->end != NULL)
		printf("ended early: %s\n", r->end);
	if (loadgen_report_ok(r))
		printf("%s\n",
				r->args->no_notify
						? "all was sent; no Map-Notify was asked for"
						: "all was registered and every answer was right");
	else if (!r->complete && r->args->no_notify)
		printf("NOT ALL WAS SENT ONCE\n");
	else if (!r->complete)
		printf("NOT ALL WAS REGISTERED: %" PRIu64 " of %u EID-prefixes\n",
				r->stats->registered, l->n_prefixes);
	else
		printf("%" PRIu64 " THINGS WERE WRONG\n", loadgen_stats_faults(r->stats));
}

static json_t *
phase_json(const struct loadgen_report *r, uint64_t n, uint64_t from, uint64_t to)
{
	double s = from == 0 ? 0 : seconds(r, from, to);

	return json_pack("{s:I, s:f, s:f}", "messages", (json_int_t)n, "seconds", s, "rate",
			per_second(n, s));
}

static json_t *
load_json(const struct loadgen_report *r)
{
	const struct loadgen_layout *l = r->maker->layout;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:s}", "etrs", (json_int_t)l->n_etrs,
			"sites", (json_int_t)l->n_sites, "prefixes", (json_int_t)l->n_prefixes,
			"records", (json_int_t)r->maker->n_records, "algorithm",
			(json_int_t)l->alg_id, "tag-octets", (json_int_t)r->maker->tag_len,
			"xtr-id", (int)r->maker->trailer, "engine", r->engine);
}

int
loadgen_report_json(const struct loadgen_report *r, const char *path)
{
	const struct loadgen_times *t = &r->times;
	const struct loadgen_stats *st = r->stats;
	uint64_t until = t->registered != 0 ? t->registered : t->stopped;
	uint64_t first = t->registered != 0 ? r->at_registered : progress(r);
	double all = seconds(r, t->started, t->stopped);
	json_t *root = json_object();
	int ret;

	json_object_set_new(root, "ok", json_boolean(loadgen_report_ok(r)));
	json_object_set_new(root, "registered", json_integer((json_int_t)st->registered));
	json_object_set_new(root, "rate", json_real(per_second(progress(r), all)));
	json_object_set_new(root, "seconds", json_real(all));
	json_object_set_new(root, "latency_us",
			json_pack("{s:f, s:f, s:f}", "p50", quantile_us(r, &st->latency, 0.5),
					"p99", quantile_us(r, &st->latency, 0.99), "max",
					quantile_us(r, &st->latency, 1)));
	json_object_set_new(root, "register", phase_json(r, first, t->started, until));
	json_object_set_new(root, "refresh",
			phase_json(r, progress(r) - first, t->registered, t->stopped));
#define X(sym, word, fault, text) \
	json_object_set_new(root, word, json_integer((json_int_t)st->sym));
	LOADGEN_COUNTS(X)
#undef X
	json_object_set_new(root, "octets", json_integer((json_int_t)st->octets));
	json_object_set_new(root, "load", load_json(r));
	if (r->end != NULL)
		json_object_set_new(root, "ended-early", json_string(r->end));
	ret = json_dump_file(root, path, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	json_decref(root);
	return ret == 0 ? 0 : -EIO;
}
