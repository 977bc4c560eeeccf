/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include <CUnit/CUnit.h>

#include "auth.h"
#include "auth_engine.h"

static void
only_algorithms_1_to_3_have_a_row(void)
{
	for (unsigned int id = 0; id <= UINT8_MAX; id++) {
		const struct auth_alg *alg = auth_alg_get((uint8_t)id);

		if (id >= 1 && id <= 3) {
			CU_ASSERT_PTR_NOT_NULL_FATAL(alg);
			CU_ASSERT_EQUAL(alg->id, id);
		} else {
			CU_ASSERT_PTR_NULL(alg);
		}
	}
}

static void
only_algorithm_3_derives_a_key(void)
{
	CU_ASSERT_FALSE(auth_alg_get(1)->kdf);
	CU_ASSERT_FALSE(auth_alg_get(2)->kdf);
	CU_ASSERT_TRUE(auth_alg_get(3)->kdf);
}

static void
each_algorithm_has_exactly_two_lengths(void)
{
	for (unsigned int len = 0; len <= UINT16_MAX; len++) {
		CU_ASSERT_EQUAL(auth_alg_tag_len_ok(auth_alg_get(1), (uint16_t)len),
				len == 12 || len == 20);
		CU_ASSERT_EQUAL(auth_alg_tag_len_ok(auth_alg_get(2), (uint16_t)len),
				len == 16 || len == 32);
		CU_ASSERT_EQUAL(auth_alg_tag_len_ok(auth_alg_get(3), (uint16_t)len),
				len == 16 || len == 32);
	}
}

/* RFC 9301 section 5.6 */
static void
salts_are_the_labels_of_the_rfc(void)
{
	CU_ASSERT_STRING_EQUAL(auth_salts[AUTH_LABEL_REGISTER].text, "Map-Register Authentication");
	CU_ASSERT_STRING_EQUAL(auth_salts[AUTH_LABEL_NOTIFY].text, "Map-Notify Authentication");
	CU_ASSERT_STRING_EQUAL(auth_salts[AUTH_LABEL_ACK].text, "Map-Notify-Ack Authentication");
	CU_ASSERT_EQUAL(auth_salts[AUTH_LABEL_REGISTER].len, 27);
	CU_ASSERT_EQUAL(auth_salts[AUTH_LABEL_NOTIFY].len, 25);
	CU_ASSERT_EQUAL(auth_salts[AUTH_LABEL_ACK].len, 29);
}

static CU_TestInfo alg_tests[] = {
	{ "only algorithms 1 to 3 have a row", only_algorithms_1_to_3_have_a_row },
	{ "only algorithm 3 derives a key", only_algorithm_3_derives_a_key },
	{ "each algorithm has exactly two lengths", each_algorithm_has_exactly_two_lengths },
	{ "salts are the labels of the RFC", salts_are_the_labels_of_the_rfc },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "auth_alg", NULL, NULL, NULL, NULL, alg_tests },
	CU_SUITE_INFO_NULL,
};
