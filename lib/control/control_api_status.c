/* SPDX-License-Identifier: BSD-3-Clause */

/* status: the server at a glance. */

#include <errno.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "base_log.h"
#include "control_api.h"

static json_t *
store_json(const struct control *c)
{
	if (c->p.store == NULL)
		return json_null();
	/* clang-format off */
	return json_pack("{s:s, s:I, s:I, s:I}",
			"driver", store_driver_name(c->p.store),
			"commits", (json_int_t)c->n_commits,
			"saved", (json_int_t)c->n_saved,
			"waiting", (json_int_t)c->n_waiting);
	/* clang-format on */
}

static json_t *
memory_json(const struct mapdb_stats *db, const struct assoc_stats *as)
{
	size_t octets = db->bytes_eids + db->bytes_mappings + db->bytes_registrations +
			db->bytes_locators + db->bytes_hash + db->bytes_order;

	return json_pack("{s:I, s:I}", "octets", (json_int_t)(octets + as->bytes),
			"octets_per_eid_prefix",
			(json_int_t)(db->n_eids == 0 ? 0 : octets / db->n_eids));
}

static json_t *
totals_json(const struct pipeline_stats *sum)
{
	/* clang-format off */
	return json_pack("{s:I, s:I, s:I, s:I, s:o}",
			"received", (json_int_t)sum->received,
			"accepted", (json_int_t)sum->verdict[PIPELINE_REGISTERED],
			"records", (json_int_t)sum->records,
			"dropped", (json_int_t)control_watch_dropped(sum),
			"answers", control_stats_answers(sum));
	/* clang-format on */
}

/* ---- rates: against the oldest sample there is, which is no older than the span ---- */

struct span {
	struct control_sample then;
	const uint64_t *cycles; /* of each worker then; NULL: 0 */
	double s;               /* until now */
};

static struct span
find_span(const struct control *c)
{
	struct span span = { .then.when_ns = c->started_ns };
	uint64_t now = base_clock_ns();

	for (unsigned int i = 0; i <= CONTROL_RATE_SPAN && c->samples[i].when_ns != 0; i++) {
		span.then = c->samples[i];
		span.cycles = c->cycles + i * c->p.n_workers;
	}
	span.s = (double)(now - RTE_MIN(now, span.then.when_ns)) / 1e9;
	return span;
}

/* A share or a rate, with few digits; none in no time. */
static json_t *
per_json(uint64_t rose, double span, double digits)
{
	double per = span > 0 ? (double)rose / span : 0;

	return json_real((double)(uint64_t)(per * digits + 0.5) / digits);
}

static json_t *
rates_json(const struct pipeline_stats *sum, const struct span *span)
{
	const struct pipeline_stats *then = &span->then.sum;
	uint64_t accepted = sum->verdict[PIPELINE_REGISTERED] - then->verdict[PIPELINE_REGISTERED];
	uint64_t dropped = control_watch_dropped(sum) - control_watch_dropped(then);

	/* clang-format off */
	return json_pack("{s:o, s:o, s:o, s:o}",
			"span_s", control_api_seconds((uint64_t)(span->s * 1e9)),
			"received_per_s", per_json(sum->received - then->received, span->s, 10),
			"accepted_per_s", per_json(accepted, span->s, 10),
			"dropped_per_s", per_json(dropped, span->s, 10));
	/* clang-format on */
}

/* ---- ports and workers ---- */

static json_t *
addresses_json(const struct pipeline_queue *q)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < q->n_addresses; i++)
		json_array_append_new(list, control_api_ip(&q->addresses[i]));
	return list;
}

static json_t *
mac_json(const uint8_t mac[6])
{
	return json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
			mac[5]);
}

static json_t *
port_json(const struct port *p, const struct pipeline_queue *q)
{
	struct rte_eth_stats st = { 0 };

	rte_eth_stats_get(p->id, &st);
	/* clang-format off */
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:{s:I, s:I, s:I, s:I}, s:{s:I, s:I, s:I}}",
			"name", control_api_text(p->name),
			"devargs", control_api_text(p->device),
			"mac", mac_json(p->mac.addr_bytes),
			"link", port_link_up(p) ? "up" : "down",
			"addresses", addresses_json(q),
			"rx",
			"packets", (json_int_t)st.ipackets,
			"octets", (json_int_t)st.ibytes,
			"missed", (json_int_t)st.imissed,
			"no_buffer", (json_int_t)st.rx_nombuf,
			"tx",
			"packets", (json_int_t)st.opackets,
			"octets", (json_int_t)st.obytes,
			"errors", (json_int_t)st.oerrors);
	/* clang-format on */
}

static json_t *
ports_json(const struct control *c)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < c->p.n_ports; i++)
		json_array_append_new(list, port_json(&c->p.ports[i], &c->p.port_queues[i]));
	return list;
}

static json_t *
workers_json(const struct control *c, const struct span *span)
{
	double tsc_hz = (double)rte_get_tsc_hz();
	json_t *list = json_array();

	for (unsigned int w = 0; w < c->p.n_workers; w++) {
		uint64_t then = span->cycles == NULL ? 0 : span->cycles[w];
		struct pipeline_stats st;
		uint64_t busy;

		pipeline_stats_get(c->p.workers[w], &st);
		busy = control_watch_cycles(&st) - then;
		/* clang-format off */
		json_array_append_new(list, json_pack("{s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:o}",
				"id", (int)w,
				"cpu", c->p.worker_cpus[w],
				"received", (json_int_t)st.received,
				"accepted", (json_int_t)st.verdict[PIPELINE_REGISTERED],
				"dropped", (json_int_t)control_watch_dropped(&st),
				"refreshed", (json_int_t)st.refreshed,
				"handed_over", (json_int_t)st.handed_over,
				"busy", per_json(busy, span->s * tsc_hz, 1000)));
		/* clang-format on */
	}
	return list;
}

/* ---- all of it ---- */

static json_t *
status_json(const struct control *c)
{
	struct span span = find_span(c);
	struct pipeline_stats sum;
	struct mapdb_stats db;
	struct assoc_stats as;

	control_watch_sum(c, &sum);
	mapdb_stats_get(c->p.mapdb, &db);
	assoc_stats_get(c->p.assoc, &as);
	/* clang-format off */
	return json_pack("{s:s, s:i, s:o, s:o, s:s, s:{s:s, s:o}, s:o, s:I, s:I, s:I, "
			"s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}",
			"version", SLUICE_VERSION,
			"pid", (int)getpid(),
			"uptime_s", control_api_ago(c->started_ns),
			"config_file",
				control_api_text(c->p.config_file == NULL ? "" : c->p.config_file),
			"log_level", base_log_level_word(),
			"engine",
			"name", auth_engine_name(c->p.auth),
			"why", control_api_text(c->p.auth_why == NULL ? "" : c->p.auth_why),
			"store", store_json(c),
			"sites", (json_int_t)as.n_sites,
			"keys", (json_int_t)as.n_keys,
			"associations", (json_int_t)as.n_associations,
			"registrations", (json_int_t)db.n_registrations,
			"eid_prefixes", (json_int_t)db.n_eids,
			"mappings", (json_int_t)db.n_mappings,
			"memory", memory_json(&db, &as),
			"totals", totals_json(&sum),
			"rates", rates_json(&sum, &span),
			"ports", ports_json(c),
			"workers", workers_json(c, &span));
	/* clang-format on */
}

int
control_api_status_next(struct ctl_call *call, void *arg, json_t **item)
{
	if (call->state != NULL)
		return 0;
	call->state = call;
	*item = status_json(arg);
	return *item == NULL ? -ENOMEM : 1;
}
