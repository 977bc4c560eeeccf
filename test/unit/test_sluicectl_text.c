/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>
#include <stdlib.h>

#include <CUnit/CUnit.h>

#include "sluicectl_text.h"

static void
spans_have_their_two_largest_units(void)
{
	static const struct {
		double s;
		const char *text;
	} rows[] = { { 0, "0.0 s" }, { 0.26, "0.3 s" }, { 1, "1 s" }, { 59.9, "59 s" },
		{ 60, "1 min" }, { 61, "1 min 1 s" }, { 3600, "1 h" }, { 3659, "1 h" },
		{ 3660, "1 h 1 min" }, { 86399, "23 h 59 min" }, { 90000, "1 d 1 h" },
		{ 8640000, "100 d" } };
	char buf[TEXT_MAX];

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_STRING_EQUAL(text_span(rows[i].s, buf), rows[i].text);
}

static void
ages_are_told_from_now(void)
{
	char buf[TEXT_MAX];

	CU_ASSERT_STRING_EQUAL(text_ago(-1, buf), "never");
	CU_ASSERT_STRING_EQUAL(text_ago(0.1, buf), "now");
	CU_ASSERT_STRING_EQUAL(text_ago(12, buf), "12 s ago");
}

static void
numbers_are_grouped(void)
{
	char buf[TEXT_MAX];

	CU_ASSERT_STRING_EQUAL(text_count(0, buf), "0");
	CU_ASSERT_STRING_EQUAL(text_count(999, buf), "999");
	CU_ASSERT_STRING_EQUAL(text_count(1000, buf), "1,000");
	CU_ASSERT_STRING_EQUAL(text_count(-123456, buf), "-123,456");
	CU_ASSERT_STRING_EQUAL(text_count(INT64_MIN, buf), "-9,223,372,036,854,775,808");
}

static void
octets_have_a_unit(void)
{
	char buf[TEXT_MAX];

	CU_ASSERT_STRING_EQUAL(text_octets(1023, buf), "1023 octets");
	CU_ASSERT_STRING_EQUAL(text_octets(1536, buf), "1.5 KiB");
	CU_ASSERT_STRING_EQUAL(text_octets(3.0 * 1024 * 1024 * 1024, buf), "3.0 GiB");
}

static const struct text_column columns[] = { { "NAME", 0 }, { "N", 1 }, { "LAST", 0 } };

static void
columns_are_as_wide_as_their_widest_cell(void)
{
	size_t len;
	char *text;
	FILE *out = open_memstream(&text, &len);
	struct text_table *t = text_table_begin(out, columns, 3);

	text_table_row(t, (const char *[]){ "a", "1,000", NULL });
	text_table_row(t, (const char *[]){ "longer", "1", "x" });
	CU_ASSERT_EQUAL(text_table_end(t), 2);
	fclose(out);
	CU_ASSERT_STRING_EQUAL(text, "NAME        N  LAST\na       1,000  -\nlonger      1  x\n");
	free(text);
}

static void
many_rows_are_all_printed_and_an_empty_table_is_nothing(void)
{
	size_t len, lines = 0;
	char *text;
	FILE *out = open_memstream(&text, &len);
	struct text_table *t = text_table_begin(out, columns, 3);

	for (unsigned int i = 0; i < 5000; i++)
		text_table_row(t, (const char *[]){ "a", "1", "x" });
	CU_ASSERT_EQUAL(text_table_end(t), 5000);
	CU_ASSERT_EQUAL(text_table_end(text_table_begin(out, columns, 3)), 0);
	fclose(out);
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	CU_ASSERT_EQUAL(lines, 5001);
	free(text);
}

static CU_TestInfo text_tests[] = {
	{ "spans have their two largest units", spans_have_their_two_largest_units },
	{ "ages are told from now", ages_are_told_from_now },
	{ "numbers are grouped", numbers_are_grouped },
	{ "octets have a unit", octets_have_a_unit },
	{ "columns are as wide as their widest cell", columns_are_as_wide_as_their_widest_cell },
	{ "many rows are all printed, and an empty table is nothing",
			many_rows_are_all_printed_and_an_empty_table_is_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "sluicectl_text", NULL, NULL, NULL, NULL, text_tests },
	CU_SUITE_INFO_NULL,
};
