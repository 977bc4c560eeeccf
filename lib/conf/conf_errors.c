/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_priv.h"

#define VALUE_SHOWN_MAX 60u
#define WORD_MAX        64u

void
conf_errors_free(struct conf_errors *errs)
{
	for (unsigned int i = 0; i < errs->n_errors; i++)
		free(errs->errors[i]);
	for (unsigned int i = 0; i < errs->n_warnings; i++)
		free(errs->warnings[i]);
	free(errs->errors);
	free(errs->warnings);
	memset(errs, 0, sizeof(*errs));
}

/* Lists grow by doubling, so their capacity is the next power of two of their length. */
static bool
add_line(char ***lines, unsigned int *n, char *line)
{
	char **more;

	if ((*n & (*n - 1)) == 0) {
		more = realloc(*lines, (*n == 0 ? 1 : 2 * (size_t)*n) * sizeof(**lines));
		if (more == NULL)
			return false;
		*lines = more;
	}
	(*lines)[(*n)++] = line;
	return true;
}

__attribute__((format(printf, 4, 0))) static void
add_va(struct conf_ctx *ctx, char ***lines, unsigned int *n, const char *fmt, va_list ap)
{
	char *line;

	if (*n > CONF_ERRORS_MAX)
		return;
	if (*n == CONF_ERRORS_MAX)
		fmt = "and more of the kind, not listed";
	if (vasprintf(&line, fmt, ap) < 0) {
		ctx->no_memory = true;
		return;
	}
	if (!add_line(lines, n, line)) {
		free(line);
		ctx->no_memory = true;
	}
}

void
conf_error(struct conf_ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_va(ctx, &ctx->errs->errors, &ctx->errs->n_errors, fmt, ap);
	va_end(ap);
}

void
conf_warn(struct conf_ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_va(ctx, &ctx->errs->warnings, &ctx->errs->n_warnings, fmt, ap);
	va_end(ap);
}

/* A text of the form of a secret file's line is a secret in the wrong place: never show it. */
static bool
may_be_secret(const json_t *v)
{
	const char *s = json_string_value(v);

	return s != NULL && (strncmp(s, "text:", 5) == 0 || strncmp(s, "hex:", 4) == 0);
}

/* Compact JSON of a value, cut to fit a line; containers are named, not shown. */
static void
show_value(const json_t *v, char *buf, size_t size)
{
	char *text;

	if (json_is_object(v) || json_is_array(v)) {
		snprintf(buf, size, "%s", json_is_object(v) ? "an object" : "an array");
		return;
	}
	if (may_be_secret(v)) {
		snprintf(buf, size, "(not shown)");
		return;
	}
	text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);
	if (text == NULL)
		snprintf(buf, size, "(a value)");
	else if (strlen(text) > VALUE_SHOWN_MAX)
		snprintf(buf, size, "%.*s...", (int)VALUE_SHOWN_MAX, text);
	else
		snprintf(buf, size, "%s", text);
	free(text);
}

/* "FILE: /pointer: VALUE: sentence"; without a value it is left out. */
static void
add_at(struct conf_ctx *ctx, const json_t *value, const char *sentence,
		void (*add)(struct conf_ctx *, const char *, ...))
{
	char shown[VALUE_SHOWN_MAX + 8];
	const char *pointer = ctx->pointer_len == 0 ? "/" : ctx->pointer;

	if (value == NULL) {
		add(ctx, "%s: %s: %s", ctx->file, pointer, sentence);
		return;
	}
	show_value(value, shown, sizeof(shown));
	add(ctx, "%s: %s: %s: %s", ctx->file, pointer, shown, sentence);
}

void
conf_error_at(struct conf_ctx *ctx, const json_t *value, const char *sentence)
{
	add_at(ctx, value, sentence, conf_error);
}

void
conf_warn_at(struct conf_ctx *ctx, const json_t *value, const char *sentence)
{
	add_at(ctx, value, sentence, conf_warn);
}

/* Levenshtein distance; words longer than WORD_MAX are compared by their beginning. */
static unsigned int
edits(const char *a, const char *b)
{
	size_t na = strnlen(a, WORD_MAX), nb = strnlen(b, WORD_MAX);
	unsigned int row[WORD_MAX + 1];

	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned int best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb];
}

const char *
conf_nearest(const char *word, const char *const *words, size_t n)
{
	const char *nearest = NULL;
	unsigned int best = UINT32_MAX;

	for (size_t i = 0; i < n; i++) {
		unsigned int d = edits(word, words[i]);

		if (d < best) {
			best = d;
			nearest = words[i];
		}
	}
	return nearest;
}
