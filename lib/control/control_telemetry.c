/* SPDX-License-Identifier: BSD-3-Clause */

/* Totals and drops for DPDK's own telemetry (dpdk-telemetry.py); never lists of ETRs.  Called by
 * DPDK's telemetry thread: it only reads counters. */

#include <ctype.h>
#include <pthread.h>
#include <string.h>

#include <rte_telemetry.h>

#include "control_priv.h"

/* DPDK 22.11 gives callbacks no argument: the one control core of the process. */
static const struct control *the_control;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* against its end while one is answered */

/* Counters, or nothing when no control core runs (any more). */
static void
get_sum(struct pipeline_stats *sum)
{
	memset(sum, 0, sizeof(*sum));
	pthread_mutex_lock(&lock);
	if (the_control != NULL)
		control_watch_sum(the_control, sum);
	pthread_mutex_unlock(&lock);
}

static int
totals(const char *cmd __rte_unused, const char *params __rte_unused, struct rte_tel_data *d)
{
	struct pipeline_stats sum;

	get_sum(&sum);
	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_u64(d, "received", sum.received);
	rte_tel_data_add_dict_u64(d, "accepted", sum.verdict[PIPELINE_REGISTERED]);
	rte_tel_data_add_dict_u64(d, "records", sum.records);
	rte_tel_data_add_dict_u64(d, "refreshed", sum.refreshed);
	rte_tel_data_add_dict_u64(d, "map-notify", sum.notified);
	rte_tel_data_add_dict_u64(d, "handed-over", sum.handed_over);
	return 0;
}

/* Telemetry takes letters, digits and underscores in names: "auth_fail", "malformed_type". */
static void
plain_name(const char *word, char *name, size_t size)
{
	size_t i;

	for (i = 0; word[i] != '\0' && i + 1 < size; i++)
		name[i] = isalnum((unsigned char)word[i]) ? word[i] : '_';
	name[i] = '\0';
}

static int
drops(const char *cmd __rte_unused, const char *params __rte_unused, struct rte_tel_data *d)
{
	struct pipeline_stats sum;

	get_sum(&sum);
	rte_tel_data_start_dict(d);
	for (unsigned int v = PIPELINE_DROP_FIRST; v < PIPELINE_VERDICT_COUNT; v++) {
		char name[64];

		if (sum.verdict[v] == 0)
			continue;
		plain_name(pipeline_verdict_word(v), name, sizeof(name));
		rte_tel_data_add_dict_u64(d, name, sum.verdict[v]);
	}
	return 0;
}

static void
set_control(const struct control *c)
{
	pthread_mutex_lock(&lock);
	the_control = c;
	pthread_mutex_unlock(&lock);
}

void
control_telemetry_fini(void)
{
	set_control(NULL);
}

void
control_telemetry_init(struct control *c)
{
	set_control(c);
	rte_telemetry_register_cmd(
			"/sluice/totals", totals, "Totals of all workers. No parameters.");
	rte_telemetry_register_cmd(
			"/sluice/drops", drops, "Packets dropped, by reason. No parameters.");
}
