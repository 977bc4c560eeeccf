/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include <CUnit/CUnit.h>

#include "lisp.h"

static void
every_error_has_a_word_and_a_text_of_its_own(void)
{
	for (int a = LISP_OK; a < LISP_ERR_COUNT; a++) {
		CU_ASSERT_TRUE(strlen(lisp_err_word((enum lisp_err)a)) > 0);
		CU_ASSERT_TRUE(strlen(lisp_err_text((enum lisp_err)a)) > 0);
		for (int b = LISP_OK; b < a; b++)
			CU_ASSERT_STRING_NOT_EQUAL(lisp_err_word((enum lisp_err)a),
					lisp_err_word((enum lisp_err)b));
	}
	CU_ASSERT_STRING_EQUAL(lisp_err_word(LISP_OK), "ok");
	CU_ASSERT_STRING_EQUAL(lisp_err_word(LISP_ERR_TRUNCATED), "truncated");
}

static void
a_value_that_is_no_error_still_has_a_word(void)
{
	CU_ASSERT_STRING_EQUAL(lisp_err_word((enum lisp_err)LISP_ERR_COUNT), "unknown");
	CU_ASSERT_STRING_EQUAL(lisp_err_word((enum lisp_err) - 1), "unknown");
	CU_ASSERT_PTR_NOT_NULL(lisp_err_text((enum lisp_err)4711));
}

static CU_TestInfo tests[] = {
	{ "every error has a word and a text of its own",
			every_error_has_a_word_and_a_text_of_its_own },
	{ "a value that is no error still has a word", a_value_that_is_no_error_still_has_a_word },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
