/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * DPDK ports by devargs: a bound NIC ("0000:03:00.0") or any virtual device
 * ("net_memif0,role=server,..."), with the queues and offloads a LISP program wants.
 *
 * Threads.  All calls by the main lcore; rx and tx on the queues by whoever owns them.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>
#include <rte_mempool.h>

#define PORT_NAME_MAX 64

struct port_params {
	const char *name;    /**< For people. */
	const char *devargs; /**< Device, and its arguments. */
	uint16_t n_queues;   /**< Rx and tx queues, one of each per owner. */
	uint16_t rx_desc, tx_desc;
	uint16_t max_frame;               /**< Octets of a frame, FCS not counted. */
	struct rte_mempool *pool;         /**< For rx; its data room holds max_frame. */
	const struct rte_ether_addr *mac; /**< NULL: the device's own. */
};

struct port {
	char name[PORT_NAME_MAX];
	char device[PORT_NAME_MAX]; /**< Device part of the devargs: "net_memif0". */
	uint16_t id;                /**< DPDK port number. */
	uint16_t n_queues;
	uint16_t mtu; /**< IP octets. */
	struct rte_ether_addr mac;
	bool rx_checksum; /**< The device checks UDP checksums and says so in ol_flags. */
	bool tx_checksum; /**< The device computes IPv4 header and UDP checksums. */
};

/**
 * Bring a device up: probe it, configure, start.  A memif server's stale socket file is removed
 * first, if nobody listens on it.
 *
 * @param[out] why  Sentence for people on failure.
 * @return 0; -ENODEV the device is not there or its driver refused it; -EADDRINUSE another
 *         program serves that memif socket; -EINVAL it cannot do the queues or the frame; other
 *         -errno from DPDK.  On failure nothing is left behind.
 */
int port_open(const struct port_params *p, struct port *out, char *why, size_t why_size);

/** Stop, close and remove the device (a pcap writer ends its file here). */
void port_close(struct port *port);

/** Is the link up now?  A memif port is up when its peer is there. */
bool port_link_up(const struct port *port);

/**
 * Stop the device and start it again: the way for a memif client to find its server again, since it
 * connects only when it starts.  Nobody may be inside a burst.
 *
 * @return 0; -errno when it does not start; then it must not be polled before a restart succeeds.
 */
int port_restart(const struct port *port);

/**
 * EAL arguments every program adds to its own: core list, a file prefix of this process, quiet
 * logs, no telemetry clash.
 *
 * @param program  argv[0].
 * @param cpus     CPU of lcore 0, 1, ...: lcore i runs on cpus[i]; several may share a CPU.
 * @param n_cpus   At least 1.
 * @param extra    Arguments of the config or command line.
 * @param n_extra  Their number.
 * @return 0; -errno of rte_eal_init() with a sentence in why.
 */
int port_eal_init(const char *program, const int *cpus, unsigned int n_cpus,
		const char *const *extra, unsigned int n_extra, char *why, size_t why_size);

/**
 * Say how to wait until no poller is inside a burst that began before now: with RCU,
 * rte_rcu_qsbr_synchronize().  A memif whose peer goes waits so before it unmaps the rings; without
 * it, pollers die now and then when a peer goes (port_memif.c, which every program that opens ports
 * needs, and gets by calling this).
 *
 * Call before the first port is opened; wait NULL ends it.
 *
 * @param wait  Called in EAL's interrupt thread.  Must return soon also when pollers have stopped.
 */
void port_set_grace(void (*wait)(void *arg), void *arg);
