/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Values as people read them: "12 s ago", "1,234,567", "3.4 MiB"; and tables with aligned columns.
 */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TEXT_MAX 64

/** "now", "12 s ago", "3 min ago"; "never" for a negative age. Return buf. */
char *text_ago(double age_s, char buf[TEXT_MAX]);

/** "4 s", "2 h 10 min". */
char *text_span(double s, char buf[TEXT_MAX]);

/** "1,234,567". */
char *text_count(int64_t n, char buf[TEXT_MAX]);

/** "3.4 MiB". */
char *text_octets(double n, char buf[TEXT_MAX]);

struct text_column {
	const char *title;
	int right; /**< Numbers stand at the right edge of their column. */
};

struct text_table; /* opaque */

/**
 * Begin a table.  Rows are held back until there are enough of them to know how wide the columns
 * are, then printed as they come.
 *
 * @param columns[n]  Kept, not copied.
 * @return NULL: no memory.
 */
struct text_table *text_table_begin(FILE *out, const struct text_column *columns, unsigned int n);

/** Add a row of n cells, copied; NULL is "-". */
void text_table_row(struct text_table *t, const char *const *cells);

/** Print what is left. @return Rows in all. */
size_t text_table_end(struct text_table *t);
