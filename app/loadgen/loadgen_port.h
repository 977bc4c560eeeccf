/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The one port of the generator: DPDK's environment, the device, bursts, a peer that comes and goes.
 */

#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_mempool.h>

#include "loadgen_options.h"
#include "port.h"

struct loadgen_port {
	struct port port;
	struct rte_mempool *pool;
	bool dead; /**< The device could not be started again yet: bursts do nothing. */
};

/**
 * Start DPDK and open the port.  A memif client cannot start before its server is there: it is
 * tried again until --wait is over.
 *
 * @param stop      Set by a signal: give up.
 * @param[out] why  Sentence for people on failure.
 * @return 0 or -errno; on failure nothing is left open.
 */
int loadgen_port_open(struct loadgen_port *p, const struct loadgen_args *args, const char *program,
		const volatile sig_atomic_t *stop, char *why, size_t why_size);

/** Close the port and end DPDK. */
void loadgen_port_close(struct loadgen_port *p);

uint16_t loadgen_port_rx(struct loadgen_port *p, struct rte_mbuf **pkts, uint16_t n);
uint16_t loadgen_port_tx(struct loadgen_port *p, struct rte_mbuf **pkts, uint16_t n);

/** Send one small frame, if there is room for it. */
void loadgen_port_send(struct loadgen_port *p, const uint8_t *octets, uint32_t len);

/** Look after the link, and for a peer that has gone. @return is it up? */
bool loadgen_port_tend(struct loadgen_port *p);
