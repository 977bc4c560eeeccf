/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Signed frames into a classic pcap file (link type Ethernet), for pktgen and for net_pcap ports.
 */

#pragma once

#include "loadgen_etr.h"

/**
 * Write count frames.
 *
 * @param rate      Frames a second by their time stamps; 0: one every microsecond.
 * @param wall_ms   Time stamp of the first, milliseconds since 1970.
 * @param[out] why  Sentence for people on failure.
 * @return 0 or -errno; then the file is removed.
 */
int loadgen_pcap_write(struct loadgen_etrs *e, const char *path, uint64_t count, uint64_t rate,
		uint64_t wall_ms, char *why, size_t why_size);
