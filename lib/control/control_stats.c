/* SPDX-License-Identifier: BSD-3-Clause */

/* Totals as JSON: for --stats, and part of status. */

#include <rte_cycles.h>

#include "control_priv.h"

static json_t *
drops_json(const struct pipeline_stats *sum)
{
	json_t *drops = json_object();

	for (unsigned int v = PIPELINE_DROP_FIRST; v < PIPELINE_VERDICT_COUNT; v++)
		if (sum->verdict[v] != 0)
			json_object_set_new(drops, pipeline_verdict_word(v),
					json_integer((json_int_t)sum->verdict[v]));
	return drops;
}

static json_t *
stages_json(const struct pipeline_stats *sum)
{
	json_t *stages = json_object();

	for (unsigned int s = 0; s < PIPELINE_STAGE_COUNT; s++)
		json_object_set_new(stages, pipeline_stage_word(s),
				json_integer((json_int_t)sum->cycles[s]));
	return stages;
}

json_t *
control_stats_answers(const struct pipeline_stats *sum)
{
	return json_pack("{s:I, s:I, s:I, s:I}", "map-notify", (json_int_t)sum->notified, "arp",
			(json_int_t)sum->verdict[PIPELINE_ARP], "neighbour",
			(json_int_t)sum->verdict[PIPELINE_NEIGHBOUR], "echo",
			(json_int_t)sum->verdict[PIPELINE_ECHO]);
}

json_t *
control_stats_json(const struct control *c)
{
	struct mapdb_stats db;
	struct pipeline_stats sum;

	control_watch_sum(c, &sum);
	mapdb_stats_get(c->p.mapdb, &db);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:o, s:I, s:I, s:I, "
			 "s:I, s:I, s:o}",
			"received", (json_int_t)sum.received, "accepted",
			(json_int_t)sum.verdict[PIPELINE_REGISTERED], "records",
			(json_int_t)sum.records, "refreshed", (json_int_t)sum.refreshed,
			"acknowledged", (json_int_t)sum.verdict[PIPELINE_ACKNOWLEDGED], "answers",
			control_stats_answers(&sum), "answers-not-sent", (json_int_t)sum.tx_dropped,
			"merge-ignored", (json_int_t)sum.merge_ignored, "drops", drops_json(&sum),
			"unaccounted", (json_int_t)pipeline_stats_in_hand(&sum), "handed-over",
			(json_int_t)sum.handed_over, "eid-prefixes", (json_int_t)db.n_eids,
			"bursts", (json_int_t)sum.bursts, "tsc-hz", (json_int_t)rte_get_tsc_hz(),
			"cycles", stages_json(&sum));
}
