/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_hist.h"

/* Largest value of a bin. */
static uint64_t
bin_top(unsigned int bin)
{
	const unsigned int steps = 1u << LOADGEN_HIST_STEP_BITS;
	unsigned int shift;

	if (bin < 2 * steps)
		return bin;
	shift = (bin >> LOADGEN_HIST_STEP_BITS) - 1;
	return ((uint64_t)(bin - (shift << LOADGEN_HIST_STEP_BITS)) << shift) +
			((UINT64_C(1) << shift) - 1);
}

uint64_t
loadgen_hist_quantile(const struct loadgen_hist *h, double share)
{
	uint64_t rank = (uint64_t)(share * (double)h->n), seen = 0;

	if (rank >= h->n)
		return h->max;
	for (unsigned int i = 0; i < LOADGEN_HIST_BINS; i++) {
		seen += h->bins[i];
		if (seen > rank)
			return bin_top(i) < h->max ? bin_top(i) : h->max;
	}
	return h->max;
}
