/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What people and programs get to see: a line every second, a summary, a JSON object.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "loadgen_message.h"
#include "loadgen_options.h"
#include "loadgen_stats.h"

/** When things happened, in ticks; 0: not yet. */
struct loadgen_times {
	uint64_t hz;         /**< Ticks of a second. */
	uint64_t started;    /**< First Map-Register. */
	uint64_t registered; /**< Everything was registered once. */
	uint64_t stopped;    /**< Nothing new was sent any more. */
};

struct loadgen_report {
	const struct loadgen_args *args;
	const struct loadgen_maker *maker;
	const struct loadgen_stats *stats;
	const char *engine;
	struct loadgen_times times;
	uint64_t at_registered;     /**< Acknowledged (or sent) when everything was registered. */
	struct loadgen_hist second; /**< Latencies of the running second. */
	uint64_t last_sent, last_acknowledged, last_at;
	bool tty;
	bool line_open;  /**< A line without newline stands on the terminal. */
	bool complete;   /**< All was registered. */
	const char *end; /**< Why it ended, when it was not as asked; else NULL. */
};

/** Began to send. */
void loadgen_report_start(struct loadgen_report *r, uint64_t now);

/** Show the running second and begin the next. */
void loadgen_report_second(struct loadgen_report *r, uint64_t now);

/** Everything is registered. */
void loadgen_report_registered(struct loadgen_report *r, uint64_t now);

/** Did all go well?  That is exit status 0. */
bool loadgen_report_ok(const struct loadgen_report *r);

/** Print the summary. */
void loadgen_report_summary(struct loadgen_report *r);

/** Write the JSON object. @return 0 or -EIO. */
int loadgen_report_json(const struct loadgen_report *r, const char *path);
