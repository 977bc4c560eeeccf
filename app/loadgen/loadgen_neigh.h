/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861): ask for the server's MAC address, and
 * answer for the ETRs' addresses.
 */

#pragma once

#include <stdint.h>

#include "loadgen_frame.h"

#define LOADGEN_NEIGH_MAX 86 /**< Octets of the longest frame written here. */

/** Write the question who has the server's address, from ETR 0. @return octets of the frame. */
uint32_t loadgen_neigh_ask(const struct loadgen_net *net, uint8_t *frame);

/**
 * Take a frame of LOADGEN_FRAME_NEIGHBOUR.  An answer about the server sets its MAC address in
 * net, and makes the headers anew.
 *
 * @param[out] reply  Room for LOADGEN_NEIGH_MAX octets.
 * @return octets of the reply to send; 0: none.
 */
uint32_t loadgen_neigh_input(
		struct loadgen_net *net, const uint8_t *frame, uint32_t len, uint8_t *reply);
