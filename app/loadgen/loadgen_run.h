/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The loop: receive and check, make and send, look at the clock now and then.
 */

#pragma once

#include <signal.h>

#include <rte_mempool.h>

#include "loadgen_check.h"
#include "loadgen_port.h"
#include "loadgen_report.h"
#include "port.h"

struct loadgen_run {
	const struct loadgen_args *args;
	struct loadgen_port *port;
	struct loadgen_net *net;
	struct loadgen_etrs *etrs;
	struct loadgen_report *report;
	volatile sig_atomic_t *stop; /**< Set by a signal. */
};

/**
 * Wait for the link and for the server's MAC address, then run the load to its end.
 *
 * @param[out] why  Sentence for people on failure.
 * @return 0 when there was a run, whatever came of it; -ETIMEDOUT, -EINTR when it did not begin.
 */
int loadgen_run(struct loadgen_run *run, char *why, size_t why_size);
