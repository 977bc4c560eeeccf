/* SPDX-License-Identifier: BSD-3-Clause */

/* Loading configurations that stand in a test, and looking at what was said about them. */

#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "conf.h"

/* One load and what came of it; end with loaded_free(). */
struct loaded {
	int rc;
	struct conf *conf; /* NULL unless rc is 0 */
	struct conf_errors errs;
};

static inline struct loaded
load_with(const char *text, const char *const *sets, unsigned int n_sets)
{
	struct loaded l = { .conf = NULL };

	l.rc = conf_load_text(
			text, strlen(text), "f.json", "/base", sets, n_sets, &l.conf, &l.errs);
	return l;
}

static inline struct loaded
load(const char *text)
{
	return load_with(text, NULL, 0);
}

static inline void
loaded_free(struct loaded *l)
{
	conf_free(l->conf);
	conf_errors_free(&l->errs);
}

static inline bool
has_line(char *const *lines, unsigned int n, const char *part)
{
	for (unsigned int i = 0; i < n; i++)
		if (strstr(lines[i], part) != NULL)
			return true;
	return false;
}

static inline void
show_errors(const struct loaded *l)
{
	for (unsigned int i = 0; i < l->errs.n_errors; i++)
		printf("\n      %s", l->errs.errors[i]);
}

/* The text is refused with exactly one error, which has that part. */
static inline void
refused_once(const char *text, const char *part)
{
	struct loaded l = load(text);

	CU_ASSERT_EQUAL(l.rc, -EINVAL);
	CU_ASSERT_EQUAL(l.errs.n_errors, 1);
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, part));
	if (l.errs.n_errors != 1 || !has_line(l.errs.errors, l.errs.n_errors, part))
		show_errors(&l);
	loaded_free(&l);
}

/* The text is taken. */
static inline void
taken(const char *text)
{
	struct loaded l = load(text);

	CU_ASSERT_EQUAL(l.rc, 0);
	show_errors(&l);
	loaded_free(&l);
}

/* Pieces of JSON. */
#define PORT      "\"ports\":[{\"name\":\"p0\",\"devargs\":\"net_null0\",\"addresses\":[\"10.0.0.1\"]}]"
#define PREFIX    "{\"prefix\":\"10.0.0.0/8\"}"
#define KEY(more) "{\"key-id\":1,\"algorithm\":2,\"secret-file\":\"a.key\"" more "}"
#define SITE(name, prefixes, keys) \
	"{\"name\":\"" name "\",\"eid-prefixes\":[" prefixes "],\"keys\":[" keys "]}"
#define SITES(list) "{" PORT ",\"sites\":[" list "]}"
