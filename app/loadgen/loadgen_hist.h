/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Histogram of latencies: 32 steps for each power of two, so that a quantile is right to 3 %.
 */

#pragma once

#include <stdint.h>

#define LOADGEN_HIST_STEP_BITS 5
#define LOADGEN_HIST_BINS      ((64 - LOADGEN_HIST_STEP_BITS + 1) << LOADGEN_HIST_STEP_BITS)

/** All zero is empty. */
struct loadgen_hist {
	uint64_t n;
	uint64_t max;
	uint64_t bins[LOADGEN_HIST_BINS];
};

static inline unsigned int
loadgen_hist_bin(uint64_t value)
{
	unsigned int shift;

	if (value < UINT64_C(1) << LOADGEN_HIST_STEP_BITS)
		return (unsigned int)value;
	shift = 63 - (unsigned int)__builtin_clzll(value) - LOADGEN_HIST_STEP_BITS;
	return (shift << LOADGEN_HIST_STEP_BITS) + (unsigned int)(value >> shift);
}

static inline void
loadgen_hist_add(struct loadgen_hist *h, uint64_t value)
{
	h->n++;
	h->bins[loadgen_hist_bin(value)]++;
	if (value > h->max)
		h->max = value;
}

/** The value that share (0..1) of all do not exceed; 0 when empty. */
uint64_t loadgen_hist_quantile(const struct loadgen_hist *h, double share);
