/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The emulated ETRs: who sends what next, built, signed and framed by the burst.
 *
 * First all units are registered once; only when all have been answered do refreshes begin, round
 * after round.  Of an ETR's state one octet for each unit is stored; the rest is computed.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "auth.h"
#include "loadgen_frame.h"
#include "loadgen_message.h"
#include "loadgen_stats.h"
#include "loadgen_window.h"

#define LOADGEN_BURST 64

struct loadgen_etr_params {
	const struct loadgen_maker *maker;
	const struct loadgen_net *net;
	const struct auth_key *keys; /**< By site. */
	struct auth_ctx *auth;
	struct loadgen_window *window;
	struct loadgen_stats *stats;
	uint64_t count; /**< Messages at most, retransmissions not counted; 0: no bound. */
	uint32_t churn_ppm, bad_mac_ppm, replay_ppm;
	bool churn_new;
	bool await; /**< A Map-Notify is awaited for each message. */
};

struct loadgen_etrs {
	struct loadgen_etr_params p;
	uint8_t *units; /**< What each unit last said, and what became of it. */
	uint32_t next_unit;
	uint64_t n_made;                             /**< Messages, retransmissions not counted. */
	uint64_t n_first_round;                      /**< Messages of the first phase made. */
	uint32_t churn_due, bad_mac_due, replay_due; /**< Millionths of a message owed. */
	uint64_t random;
};

/** @return 0 or -ENOMEM. */
int loadgen_etrs_init(struct loadgen_etrs *e, const struct loadgen_etr_params *p);
void loadgen_etrs_fini(struct loadgen_etrs *e);

/** How many messages a burst made now would have, at most. */
unsigned int loadgen_etrs_wish(const struct loadgen_etrs *e, bool only_retries);

/**
 * Make up to n frames, at most LOADGEN_BURST, in the order in which they must be sent.
 *
 * @param frames       Room for LOADGEN_FRAME_MAX + LOADGEN_RECORD_MAX octets each.
 * @param[out] lens    Octets of each.
 * @param now          Ticks.
 * @param only_retries Nothing new: what is overdue only.
 * @return how many were made: fewer when the window is full, the count is reached, or the first
 *         phase waits for its last answers.
 */
unsigned int loadgen_etrs_burst(struct loadgen_etrs *e, uint8_t *const frames[], uint32_t lens[],
		unsigned int n, uint64_t now, bool only_retries);

/** A waiting message was answered rightly: the window and the unit's state move on. */
void loadgen_etrs_answered(struct loadgen_etrs *e, struct loadgen_sent *sent);

/**
 * Have all units, or all that the count allowed, been answered (or sent, when nothing is awaited)?
 */
bool loadgen_etrs_registered(const struct loadgen_etrs *e);

/** Is there nothing new to send any more? */
bool loadgen_etrs_exhausted(const struct loadgen_etrs *e);
