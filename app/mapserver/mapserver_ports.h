/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * From the config's ports to DPDK ports, their mempools, and who works on which queue.
 */

#pragma once

#include "conf.h"
#include "pipeline.h"
#include "port.h"

struct mapserver_ports {
	unsigned int n_ports;
	struct port *ports;
	struct rte_mempool **pools;
	struct pipeline_queue *first; /**< First queue of each port. */

	unsigned int n_workers;
	struct pipeline_queue **queues; /**< queues[worker][0..n_queues[worker]) */
	unsigned int *n_queues;
};

/** Open all; one that is missing is a failure. @return 0 or -errno with a sentence. */
int mapserver_ports_open(
		const struct conf *conf, struct mapserver_ports *mp, char *why, size_t why_size);

/** Close all that were opened. */
void mapserver_ports_close(struct mapserver_ports *mp);
