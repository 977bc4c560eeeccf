/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What came back: every Map-Notify is checked from its Ethernet header to its last octet.
 */

#pragma once

#include "loadgen_etr.h"

struct loadgen_check {
	struct loadgen_etrs *etrs;
	struct loadgen_net *net;
	struct loadgen_hist *interval; /**< Latencies of the running second. */
	bool strict;                   /**< An answered replay is a fault. */
};

/** Frames to send back: answers to ARP and neighbour discovery. */
struct loadgen_replies {
	unsigned int n;
	uint32_t lens[LOADGEN_BURST];
	uint8_t (*frames)[128]; /**< LOADGEN_BURST of them, the caller's. */
};

/**
 * Check a burst of received frames and count each of them once.
 *
 * The order of the checks: headers and checksums, form, nonce outstanding, Key ID, algorithm and
 * length, MAC, addressee, records, trailer.
 *
 * @param frames    n of them, at most LOADGEN_BURST; their Authentication Data is zeroed.
 * @param lens      Octets of each.
 * @param now       Ticks.
 */
void loadgen_check_burst(struct loadgen_check *c, uint8_t *const frames[], const uint32_t lens[],
		unsigned int n, uint64_t now, struct loadgen_replies *replies);
