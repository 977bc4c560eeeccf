/* SPDX-License-Identifier: BSD-3-Clause */

/* From octets to a JSON tree.  jansson lets the second of two equal names win, or stops at the
 * first such pair without saying where it stands; an operator wants to see all of them. */

#include <stdlib.h>
#include <string.h>

#include "conf_priv.h"

#define NAME_SHOWN_MAX 64u

struct name {
	const char *text; /* raw, between the quotes */
	size_t len;
};

struct frame {
	bool object;
	bool want_name;    /* the next string is a member name */
	size_t first_name; /* of this object, in names[] */
	size_t index;      /* of the element, in an array */
};

struct scan {
	struct conf_ctx *ctx;
	struct frame *frames;
	size_t n_frames, room_frames;
	struct name *names;
	size_t n_names, room_names;
	unsigned int found;
};

static bool
grow(void **list, size_t *room, size_t n, size_t size)
{
	void *more;

	if (n < *room)
		return true;
	more = realloc(*list, (n + 64) * 2 * size);
	if (more == NULL)
		return false;
	*list = more;
	*room = (n + 64) * 2;
	return true;
}

static int
compare_names(const void *va, const void *vb)
{
	const struct name *a = va, *b = vb;
	int d = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	if (d != 0)
		return d;
	return a->len < b->len ? -1 : a->len > b->len;
}

static void
push_name(struct conf_ctx *ctx, const struct name *name)
{
	char token[NAME_SHOWN_MAX];
	size_t n = name->len < sizeof(token) - 1 ? name->len : sizeof(token) - 1;

	memcpy(token, name->text, n);
	token[n] = '\0';
	conf_push(ctx, token);
}

static void
report(struct scan *s, const struct name *name)
{
	size_t len = s->ctx->pointer_len;

	for (size_t i = 0; i + 1 < s->n_frames; i++) {
		const struct frame *f = &s->frames[i];

		if (f->object)
			push_name(s->ctx, &s->names[s->frames[i + 1].first_name - 1]);
		else
			conf_push_index(s->ctx, f->index);
	}
	push_name(s->ctx, name);
	conf_error_at(s->ctx, NULL, "stands twice in its object");
	conf_pop(s->ctx, len);
	s->found++;
}

/* The names of an object are the last ones in names[]: those of its members are gone already. */
static void
close_object(struct scan *s)
{
	size_t first = s->frames[s->n_frames - 1].first_name;
	size_t n = s->n_names - first;

	if (n > 1)
		qsort(&s->names[first], n, sizeof(*s->names), compare_names);
	for (size_t i = first + 1; i < s->n_names; i++)
		if (compare_names(&s->names[i - 1], &s->names[i]) == 0)
			report(s, &s->names[i]);
	s->n_names = first;
}

static bool
open_frame(struct scan *s, bool object)
{
	void *frames = s->frames;

	if (!grow(&frames, &s->room_frames, s->n_frames, sizeof(*s->frames)))
		return false;
	s->frames = frames;
	s->frames[s->n_frames++] = (struct frame){ object, object, s->n_names, 0 };
	return true;
}

static bool
add_name(struct scan *s, const char *text, size_t len)
{
	void *names = s->names;

	if (!grow(&names, &s->room_names, s->n_names, sizeof(*s->names)))
		return false;
	s->names = names;
	s->names[s->n_names++] = (struct name){ text, len };
	s->frames[s->n_frames - 1].want_name = false;
	return true;
}

/* @return Octets of a string between its quotes; text is behind the first quote. */
static size_t
string_len(const char *text, const char *end)
{
	const char *p = text;

	while (p < end && *p != '"')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	return (size_t)(p - text);
}

static bool
structure(struct scan *s, char c)
{
	struct frame *top = s->n_frames > 0 ? &s->frames[s->n_frames - 1] : NULL;

	if (c == '{' || c == '[')
		return open_frame(s, c == '{');
	if (top == NULL)
		return true;
	if (c == ',') {
		top->want_name = top->object;
		top->index++;
	} else if (c == '}' || c == ']') {
		if (top->object)
			close_object(s);
		s->n_frames--;
	}
	return true;
}

unsigned int
conf_report_duplicates(struct conf_ctx *ctx, const char *text, size_t len)
{
	struct scan s = { .ctx = ctx };
	const char *end = text + len;
	bool ok = true;

	for (const char *p = text; ok && p < end; p++) {
		if (*p == '"') {
			size_t n = string_len(p + 1, end);

			if (s.n_frames > 0 && s.frames[s.n_frames - 1].want_name)
				ok = add_name(&s, p + 1, n);
			p += n + 1;
		} else {
			ok = structure(&s, *p);
		}
	}
	if (!ok)
		ctx->no_memory = true;
	free(s.frames);
	free(s.names);
	return s.found;
}

/* What jansson says, without the token it quotes: that may be anything, even a secret. */
static void
report_syntax(struct conf_ctx *ctx, json_error_t *e)
{
	char *quote = strstr(e->text, " near ");

	if (quote != NULL)
		*quote = '\0';
	conf_error(ctx, "%s: line %d, column %d: not JSON: %s", ctx->file, e->line, e->column,
			e->text);
}

/* Names that are equal only after their escapes are undone: rare, jansson finds them. */
static bool
escaped_duplicates(struct conf_ctx *ctx, const char *text, size_t len)
{
	json_error_t e;
	json_t *again;

	if (memchr(text, '\\', len) == NULL)
		return false;
	again = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);
	if (again == NULL)
		report_syntax(ctx, &e);
	json_decref(again);
	return again == NULL;
}

json_t *
conf_parse(struct conf_ctx *ctx, const char *text, size_t len)
{
	json_error_t e;
	json_t *root = json_loadb(text, len, 0, &e);

	if (root == NULL) {
		report_syntax(ctx, &e);
		return NULL;
	}
	if (conf_report_duplicates(ctx, text, len) == 0)
		escaped_duplicates(ctx, text, len);
	return root;
}
