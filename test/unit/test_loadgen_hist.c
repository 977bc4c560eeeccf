/* SPDX-License-Identifier: BSD-3-Clause */

#include <CUnit/Basic.h>

#include "loadgen_hist.h"

static void
an_empty_histogram_has_no_quantile(void)
{
	static struct loadgen_hist h;

	CU_ASSERT_EQUAL(loadgen_hist_quantile(&h, 0.5), 0);
	CU_ASSERT_EQUAL(loadgen_hist_quantile(&h, 1), 0);
}

static void
quantiles_are_right_to_three_percent(void)
{
	static struct loadgen_hist h;

	for (uint64_t v = 1; v <= 100000; v++)
		loadgen_hist_add(&h, v);
	for (unsigned int percent = 1; percent <= 99; percent++) {
		double right = percent * 1000.0;
		double got = (double)loadgen_hist_quantile(&h, percent / 100.0);

		CU_ASSERT_TRUE(got >= right * 0.999 && got <= right * 1.04);
	}
	CU_ASSERT_EQUAL(loadgen_hist_quantile(&h, 1), 100000);
}

static void
every_value_has_a_bin(void)
{
	static struct loadgen_hist h;
	unsigned int last = 0;

	for (unsigned int bit = 0; bit < 64; bit++) {
		uint64_t v = UINT64_C(1) << bit;

		CU_ASSERT_TRUE(loadgen_hist_bin(v) >= last);
		last = loadgen_hist_bin(v);
		loadgen_hist_add(&h, v);
	}
	loadgen_hist_add(&h, 0);
	loadgen_hist_add(&h, UINT64_MAX);
	CU_ASSERT_TRUE(loadgen_hist_bin(UINT64_MAX) < LOADGEN_HIST_BINS);
	CU_ASSERT_EQUAL(h.n, 66);
	CU_ASSERT_EQUAL(loadgen_hist_quantile(&h, 1), UINT64_MAX);
}

static CU_TestInfo hist_tests[] = {
	{ "an empty histogram has no quantile", an_empty_histogram_has_no_quantile },
	{ "quantiles are right to three percent", quantiles_are_right_to_three_percent },
	{ "every value has a bin", every_value_has_a_bin },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "loadgen_hist", NULL, NULL, NULL, NULL, hist_tests },
	CU_SUITE_INFO_NULL,
};
