/* SPDX-License-Identifier: BSD-3-Clause */

/* A JSON object against its table: values, defaults, unknown and missing members, rules. */

#include <stdio.h>
#include <string.h>

#include "conf_priv.h"

#define ROWS_MAX 64u

/* One object being read; the bits are rows. */
struct reader {
	struct conf_ctx *ctx;
	const struct conf_table *table;
	void *object;
	uint64_t seen; /* stood in the file */
	uint64_t bad;  /* its mistake is reported already: rules do not look at it */
};

static size_t
type_size(const struct conf_row *row)
{
	return row->type == CONF_OBJECTS ? row->table->size : conf_type_ops(row->type)->size;
}

/* @return false when a mistake was reported. */
static bool
read_one(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	unsigned int errors = ctx->errs->n_errors;
	const char *wrong;

	if (row->type == CONF_OBJECTS) {
		conf_read_object(ctx, row->table, v, at);
		return ctx->errs->n_errors == errors;
	}
	wrong = conf_type_ops(row->type)->set(ctx, row, v, at);
	if (wrong != NULL)
		conf_error_at(ctx, v, wrong);
	return wrong == NULL;
}

static bool
read_list(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *object)
{
	size_t n = json_array_size(v), size = type_size(row);
	char *elements;
	bool ok = true;

	if (!json_is_array(v)) {
		conf_error_at(ctx, v, "expected an array");
		return false;
	}
	elements = n > 0 ? conf_alloc(ctx, n * size) : NULL;
	if (n > 0 && elements == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t len = conf_push_index(ctx, i);

		ok &= read_one(ctx, row, json_array_get(v, i), elements + i * size);
		conf_pop(ctx, len);
	}
	*(void **)((char *)object + row->offset) = elements;
	*(unsigned int *)((char *)object + row->count_offset) = (unsigned int)n;
	return ok;
}

static bool
read_row(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *object)
{
	return row->list ? read_list(ctx, row, v, object)
			 : read_one(ctx, row, v, (char *)object + row->offset);
}

/* A list of objects with a mistake inside is still a list that rules can look at. */
static void
read_value(struct reader *r, unsigned int i, const json_t *v)
{
	const struct conf_row *row = &r->table->rows[i];

	r->seen |= UINT64_C(1) << i;
	if (!read_row(r->ctx, row, v, r->object) &&
			!(row->type == CONF_OBJECTS && json_is_array(v)))
		r->bad |= UINT64_C(1) << i;
}

static void
set_default(struct reader *r, const struct conf_row *row)
{
	void *at = (char *)r->object + row->offset;
	json_t *v;

	if (row->type == CONF_BOOL && !row->list)
		*(bool *)at = row->def != 0;
	else if (row->type == CONF_INT && !row->list)
		*(int32_t *)at = (int32_t)row->def;
	else if ((row->type == CONF_UINT || row->type == CONF_ENUM || row->type == CONF_LEVEL) &&
			!row->list)
		*(uint32_t *)at = (uint32_t)row->def;
	if (row->def_text == NULL)
		return;
	v = row->list ? json_loads(row->def_text, 0, NULL) : json_string(row->def_text);
	if (v == NULL)
		r->ctx->no_memory = true;
	else
		read_row(r->ctx, row, v, r->object);
	json_decref(v);
}

/* Rows whose name begins with section and a slash; an empty section is the object itself. */
static bool
row_in_section(const struct conf_row *row, const char *section)
{
	size_t n = strlen(section);

	return n == 0 || (strncmp(row->name, section, n) == 0 && row->name[n] == '/');
}

static void
report_unknown(struct reader *r, const char *section, const char *key)
{
	char words[ROWS_MAX][48];
	const char *list[ROWS_MAX];
	char sentence[128];
	unsigned int n = 0;

	for (unsigned int i = 0; i < r->table->n_rows; i++) {
		const char *word = r->table->rows[i].name;

		if (!row_in_section(&r->table->rows[i], section))
			continue;
		word += *section != '\0' ? strlen(section) + 1 : 0;
		snprintf(words[n], sizeof(words[n]), "%.*s", (int)strcspn(word, "/"), word);
		list[n] = words[n];
		n++;
	}
	snprintf(sentence, sizeof(sentence), "not a known name; the nearest is \"%s\"",
			conf_nearest(key, list, n));
	conf_error_at(r->ctx, NULL, sentence);
}

static int
find_row(const struct conf_table *table, const char *name)
{
	for (unsigned int i = 0; i < table->n_rows; i++)
		if (strcmp(table->rows[i].name, name) == 0)
			return (int)i;
	return -1;
}

static bool
is_section(const struct conf_table *table, const char *name)
{
	for (unsigned int i = 0; i < table->n_rows; i++)
		if (row_in_section(&table->rows[i], name))
			return true;
	return false;
}

static void
spoil_section(struct reader *r, const char *section)
{
	for (unsigned int i = 0; i < r->table->n_rows; i++)
		if (row_in_section(&r->table->rows[i], section))
			r->bad |= UINT64_C(1) << i;
}

static void read_members(struct reader *r, const char *section, const json_t *json);

static void
read_member(struct reader *r, const char *section, const char *key, const json_t *v)
{
	char name[128];
	int row = -1;
	bool fits = snprintf(name, sizeof(name), "%s%s%s", section, *section != '\0' ? "/" : "",
				    key) < (int)sizeof(name);

	if (fits && strchr(key, '/') == NULL && *key != '\0')
		row = find_row(r->table, name);
	else
		fits = false;
	if (row >= 0) {
		read_value(r, (unsigned int)row, v);
	} else if (!fits || !is_section(r->table, name)) {
		report_unknown(r, section, key);
	} else if (!json_is_object(v)) {
		conf_error_at(r->ctx, v, "expected an object");
		spoil_section(r, name);
	} else {
		read_members(r, name, v);
	}
}

/* Sections nest as deep as row names do, so this recursion has an end that the file cannot move. */
static void
read_members(struct reader *r, const char *section, const json_t *json)
{
	void *it;
	json_t *object = (json_t *)(uintptr_t)json; /* the iterator does not change it */

	for (it = json_object_iter(object); it != NULL; it = json_object_iter_next(object, it)) {
		size_t len = conf_push(r->ctx, json_object_iter_key(it));

		read_member(r, section, json_object_iter_key(it), json_object_iter_value(it));
		conf_pop(r->ctx, len);
	}
}

static void
report_missing(struct reader *r, unsigned int row)
{
	char sentence[64];
	size_t len = conf_push(r->ctx, r->table->rows[row].name);

	snprintf(sentence, sizeof(sentence), "missing: %s must have it", r->table->what);
	conf_error_at(r->ctx, NULL, sentence);
	conf_pop(r->ctx, len);
	r->bad |= UINT64_C(1) << row;
}

/* A bad value gets its default too: what looks across objects then finds nothing odd in it. */
static void
fill_rest(struct reader *r)
{
	for (unsigned int i = 0; i < r->table->n_rows; i++) {
		bool seen = (r->seen & UINT64_C(1) << i) != 0;

		if (seen && (r->bad & UINT64_C(1) << i) == 0)
			continue;
		set_default(r, &r->table->rows[i]);
		if (!seen && r->table->rows[i].required)
			report_missing(r, i);
	}
}

/* Is a member of this name (the first len octets) free of mistakes? "" is the object. */
static bool
is_good(const struct reader *r, const char *name, size_t len)
{
	for (unsigned int i = 0; i < r->table->n_rows; i++)
		if (strncmp(r->table->rows[i].name, name, len) == 0 &&
				r->table->rows[i].name[len] == '\0')
			return (r->bad & UINT64_C(1) << i) == 0;
	return true;
}

static bool
all_good(const struct reader *r, const char *names)
{
	while (*names != '\0') {
		size_t len = strcspn(names, " ");

		if (!is_good(r, names, len))
			return false;
		names += len + strspn(names + len, " ");
	}
	return true;
}

/* The value at a path of member names with slashes between; NULL when it is not there. */
static const json_t *
value_at(const json_t *json, const char *path)
{
	char name[64];

	while (json != NULL && *path != '\0') {
		size_t len = strcspn(path, "/");

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		json = json_object_get(json, name);
		path += len + (path[len] == '/');
	}
	return json;
}

static void
run_rules(struct reader *r, const json_t *json)
{
	char buf[CONF_SENTENCE_MAX];

	for (const struct conf_rule *rule = r->table->rules; rule->check != NULL; rule++) {
		const char *wrong;
		size_t len = r->ctx->pointer_len;

		if (!is_good(r, rule->at, strlen(rule->at)) || !all_good(r, rule->needs))
			continue;
		wrong = rule->check(r->object, buf);
		if (wrong == NULL)
			continue;
		if (*rule->at != '\0')
			conf_push_path(r->ctx, rule->at);
		(rule->warning ? conf_warn_at : conf_error_at)(
				r->ctx, value_at(json, rule->at), wrong);
		conf_pop(r->ctx, len);
	}
}

void
conf_read_object(struct conf_ctx *ctx, const struct conf_table *table, const json_t *json,
		void *object)
{
	struct reader r = { .ctx = ctx, .table = table, .object = object };

	if (table->where_offset != 0)
		*(const char **)((char *)object + table->where_offset) = conf_where(ctx);
	if (!json_is_object(json)) {
		char sentence[64];

		snprintf(sentence, sizeof(sentence), "expected an object, %s", table->what);
		conf_error_at(ctx, json, sentence);
		return;
	}
	read_members(&r, "", json);
	fill_rest(&r);
	if (!ctx->no_memory)
		run_rules(&r, json);
}

/* An empty list says nothing, unless its default does. */
json_t *
conf_row_to_json(const struct conf_row *row, const void *object)
{
	const char *at = (const char *)object + row->offset;
	unsigned int n;
	json_t *list;

	if (!row->list)
		return conf_type_ops(row->type)->get(row, at);
	n = *(const unsigned int *)((const char *)object + row->count_offset);
	if (n == 0 && row->def_text == NULL && row->type != CONF_OBJECTS)
		return NULL;
	list = json_array();
	at = *(const char *const *)at;
	for (unsigned int i = 0; i < n; i++) {
		const void *element = at + i * type_size(row);

		json_array_append_new(list,
				row->type == CONF_OBJECTS
						? conf_object_to_json(row->table, element)
						: conf_type_ops(row->type)->get(row, element));
	}
	return list;
}
