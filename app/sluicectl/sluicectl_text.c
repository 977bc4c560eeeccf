/* SPDX-License-Identifier: BSD-3-Clause */

#include "sluicectl_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_HELD 512u
#define GAP       2

/* The two largest units of a span: "2 h 10 min". */
char *
text_span(double s, char buf[TEXT_MAX])
{
	static const struct {
		double s;
		const char *name;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	unsigned int i = 0;
	double rest;

	if (s < 1) {
		snprintf(buf, TEXT_MAX, "%.1f s", s);
		return buf;
	}
	while (s < units[i].s)
		i++;
	rest = s - (double)(int64_t)(s / units[i].s) * units[i].s;
	if (units[i].s == 1 || rest < units[i + 1].s)
		snprintf(buf, TEXT_MAX, "%" PRId64 " %s", (int64_t)(s / units[i].s), units[i].name);
	else
		snprintf(buf, TEXT_MAX, "%" PRId64 " %s %" PRId64 " %s", (int64_t)(s / units[i].s),
				units[i].name, (int64_t)(rest / units[i + 1].s), units[i + 1].name);
	return buf;
}

char *
text_ago(double age_s, char buf[TEXT_MAX])
{
	char span[TEXT_MAX];

	if (age_s < 0)
		snprintf(buf, TEXT_MAX, "never");
	else if (age_s < 0.5)
		snprintf(buf, TEXT_MAX, "now");
	else
		snprintf(buf, TEXT_MAX, "%.50s ago", text_span(age_s, span));
	return buf;
}

char *
text_count(int64_t n, char buf[TEXT_MAX])
{
	char digits[TEXT_MAX / 2];
	size_t len, out = 0;

	snprintf(digits, sizeof(digits), "%" PRId64, n);
	len = strlen(digits);
	for (size_t i = 0; i < len; i++) {
		buf[out++] = digits[i];
		if (digits[i] != '-' && i + 1 < len && (len - 1 - i) % 3 == 0)
			buf[out++] = ',';
	}
	buf[out] = '\0';
	return buf;
}

char *
text_octets(double n, char buf[TEXT_MAX])
{
	static const char *const units[] = { "octets", "KiB", "MiB", "GiB", "TiB" };
	unsigned int i = 0;

	while (n >= 1024 && i + 1 < sizeof(units) / sizeof(units[0])) {
		n /= 1024;
		i++;
	}
	snprintf(buf, TEXT_MAX, i == 0 ? "%.0f %s" : "%.1f %s", n, units[i]);
	return buf;
}

struct text_table {
	FILE *out;
	const struct text_column *columns;
	unsigned int n;
	size_t rows;  /* in all */
	char **cells; /* of the rows held back; NULL once they are printed */
	size_t n_cells;
	size_t *width;
};

struct text_table *
text_table_begin(FILE *out, const struct text_column *columns, unsigned int n)
{
	struct text_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->out = out;
	t->columns = columns;
	t->n = n;
	t->cells = calloc((size_t)ROWS_HELD * n, sizeof(*t->cells));
	t->width = calloc(n, sizeof(*t->width));
	if (t->cells == NULL || t->width == NULL) {
		free(t->cells);
		free(t->width);
		free(t);
		return NULL;
	}
	for (unsigned int i = 0; i < n; i++)
		t->width[i] = strlen(columns[i].title);
	return t;
}

/* The last column of a line is not filled up with spaces. */
static void
print_row(const struct text_table *t, const char *const *cells)
{
	for (unsigned int i = 0; i < t->n; i++) {
		const char *cell = cells[i] != NULL ? cells[i] : "-";
		int width = (int)t->width[i];

		if (i > 0)
			fprintf(t->out, "%*s", GAP, "");
		if (t->columns[i].right)
			fprintf(t->out, "%*s", width, cell);
		else
			fprintf(t->out, "%-*s", i + 1 < t->n ? width : 0, cell);
	}
	fputc('\n', t->out);
}

static void
print_title(const struct text_table *t)
{
	const char *titles[32];

	for (unsigned int i = 0; i < t->n && i < 32; i++)
		titles[i] = t->columns[i].title;
	print_row(t, titles);
}

/* Print what was held back, under its title. */
static void
release(struct text_table *t)
{
	if (t->cells == NULL)
		return;
	if (t->n_cells > 0)
		print_title(t);
	for (size_t i = 0; i < t->n_cells; i += t->n)
		print_row(t, (const char *const *)&t->cells[i]);
	for (size_t i = 0; i < t->n_cells; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
}

void
text_table_row(struct text_table *t, const char *const *cells)
{
	t->rows++;
	if (t->cells != NULL && t->rows > ROWS_HELD)
		release(t);
	if (t->cells == NULL) {
		print_row(t, cells);
		return;
	}
	for (unsigned int i = 0; i < t->n; i++) {
		const char *cell = cells[i] != NULL ? cells[i] : "-";

		if (strlen(cell) > t->width[i])
			t->width[i] = strlen(cell);
		t->cells[t->n_cells++] = strdup(cell);
	}
}

size_t
text_table_end(struct text_table *t)
{
	size_t rows = t->rows;

	release(t);
	free(t->width);
	free(t);
	return rows;
}
