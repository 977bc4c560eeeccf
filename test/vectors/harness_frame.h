/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Frames as the far end of the port writes and reads them: Ethernet, IPv4 or IPv6, UDP.  Its
 * checksums are its own, not the product's.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lisp_addr.h"

/** Headers of a frame. */
struct harness_frame {
	struct lisp_ip src, dst; /**< Of one family. */
	uint16_t sport, dport;
	uint8_t src_mac[6], dst_mac[6];
	uint16_t vlan;     /**< Tag control information; 0: no tag. */
	uint8_t n_options; /**< Octets of IPv4 options, a multiple of 4, all NOP. */
	uint8_t n_padding; /**< Octets of IP payload behind the UDP datagram. */
	/* written by harness_frame_parse() only */
	uint8_t ttl; /**< Or hop limit. */
};

/** From the default peer to the appliance, port 4342 both. */
struct harness_frame harness_frame_default(uint8_t family);

/** Write a frame with right lengths and checksums around msg[len]. @return its length. */
size_t harness_frame_build(
		const struct harness_frame *f, const uint8_t *msg, size_t len, uint8_t *buf);

/**
 * Read a frame and check lengths and checksums.
 *
 * @param[out] msg  Where the UDP payload starts, in frame.
 * @return length of the UDP payload; -1 when something is wrong.
 */
int harness_frame_parse(
		const uint8_t *frame, size_t len, struct harness_frame *f, const uint8_t **msg);

/** Checksum of the Internet over p[len], to be chained by sum; harness_frame_fold() ends it. */
uint32_t harness_frame_sum(const uint8_t *p, size_t len, uint32_t sum);
uint16_t harness_frame_fold(uint32_t sum);

/** Sum of the pseudo header for an upper-layer packet of len octets. */
uint32_t harness_frame_pseudo(
		const struct lisp_ip *src, const struct lisp_ip *dst, uint8_t proto, uint32_t len);

/** Addresses of the appliance and of the default peer. */
struct lisp_ip harness_own_ip(uint8_t family);
struct lisp_ip harness_peer_ip(uint8_t family);
extern const uint8_t harness_peer_mac[6];
extern const uint8_t harness_own_mac[6];
