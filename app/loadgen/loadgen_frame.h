/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Ethernet, IP and UDP around a LISP message, both ways.  Needs no DPDK port: it works on octets.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>

#include "lisp_addr.h"
#include "loadgen_layout.h"

#define LOADGEN_HEADERS_MAX 62   /**< Ethernet, IPv6, UDP. */
#define LOADGEN_FRAME_MAX   1534 /**< With the longest message. */

/** The network as the ETRs see it. */
struct loadgen_net {
	const struct loadgen_layout *layout;
	struct lisp_ip server;
	struct rte_ether_addr server_mac;
	bool server_mac_known;
	struct rte_ether_addr our_mac;
	uint16_t source_port;

	/* made by loadgen_frame_init() */
	uint8_t headers[LOADGEN_HEADERS_MAX];
	uint16_t headers_len;
};

/** Make the headers; again whenever an address above has changed. */
void loadgen_frame_init(struct loadgen_net *net);

/**
 * Put headers and checksums before a message that stands at frame + headers_len.
 *
 * @return octets of the frame.
 */
uint32_t loadgen_frame_finish(
		const struct loadgen_net *net, uint32_t etr, uint32_t msg_len, uint8_t *frame);

enum loadgen_frame_kind {
	LOADGEN_FRAME_LISP = 0,  /**< UDP for us, checksums right. */
	LOADGEN_FRAME_NEIGHBOUR, /**< ARP or IPv6 neighbour discovery. */
	LOADGEN_FRAME_OTHER,
	LOADGEN_FRAME_BAD, /**< UDP from the server, and something is wrong with it. */
};

/** A received frame; points into it. */
struct loadgen_received {
	uint8_t *msg;
	uint32_t msg_len;
	struct lisp_ip dst;
};

enum loadgen_frame_kind loadgen_frame_parse(const struct loadgen_net *net, uint8_t *frame,
		uint32_t len, struct loadgen_received *r);
