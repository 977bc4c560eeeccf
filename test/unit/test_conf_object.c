/* SPDX-License-Identifier: BSD-3-Clause */

/* Every row of every table, by walking the tables: a new setting is tested the day it is added. */

#include "conf_priv.h"
#include "test_conf.h"

/* JSON object with value at a path of names with slashes between. */
static json_t *
nest(const char *path, json_t *value)
{
	const char *slash = strchr(path, '/');
	json_t *object = json_object();
	char name[64];

	if (slash == NULL) {
		json_object_set_new(object, path, value);
		return object;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(slash - path), path);
	json_object_set_new(object, name, nest(slash + 1, value));
	return object;
}

/* Read {path: value} by table. @return Was there an error line with that part? */
static bool
complains(const struct conf_table *table, const char *path, json_t *value, const char *part)
{
	struct conf_errors errs = { 0 };
	struct conf_ctx ctx = {
		.arena = conf_arena_create(), .errs = &errs, .file = "f", .dir = "/"
	};
	json_t *json = nest(path, value);
	void *object = conf_alloc(&ctx, table->size);
	bool found;

	conf_read_object(&ctx, table, json, object);
	found = has_line(errs.errors, errs.n_errors, part);
	json_decref(json);
	conf_arena_destroy(ctx.arena);
	conf_errors_free(&errs);
	return found;
}

/* A value of a list row is that of an element. */
static bool
value_is_wrong(const struct conf_table *table, const struct conf_row *row, json_t *value)
{
	char about[128];

	snprintf(about, sizeof(about), "f: /%s%s: ", row->name, row->list ? "/0" : "");
	if (row->list)
		value = json_pack("[o]", value);
	return complains(table, row->name, value, about);
}

static unsigned int n_rows;

static void
for_every_row(const struct conf_table *table,
		void (*check)(const struct conf_table *, const struct conf_row *))
{
	for (unsigned int i = 0; i < table->n_rows; i++) {
		const struct conf_row *row = &table->rows[i];

		n_rows++;
		check(table, row);
		if (row->type == CONF_OBJECTS)
			for_every_row(row->table, check);
	}
}

static void
check_limits(const struct conf_table *table, const struct conf_row *row)
{
	if (row->type != CONF_UINT && row->type != CONF_INT)
		return;
	CU_ASSERT(value_is_wrong(table, row, json_integer(row->min - 1)));
	CU_ASSERT(value_is_wrong(table, row, json_integer(row->max + 1)));
	CU_ASSERT(value_is_wrong(table, row, json_real(1.5)));
	CU_ASSERT(value_is_wrong(table, row, json_string("1")));
	CU_ASSERT_FALSE(value_is_wrong(table, row, json_integer(row->max)));
	/* Two minima are below what a rule wants of them; the range itself takes them. */
	CU_ASSERT_FALSE(complains(table, row->name, json_integer(row->min), "below the minimum"));
}

static void
integers_are_taken_from_minimum_to_maximum(void)
{
	n_rows = 0;
	for_every_row(&conf_root_table, check_limits);
	CU_ASSERT(n_rows > 60);
}

static void
check_text_limits(const struct conf_table *table, const struct conf_row *row)
{
	char *text;

	if (row->type != CONF_TEXT && row->type != CONF_PATH)
		return;
	text = calloc(1, (size_t)row->max + 2);
	memset(text, 'a', (size_t)row->max + 1);
	CU_ASSERT(value_is_wrong(table, row, json_string(text)));
	text[row->max] = '\0';
	CU_ASSERT_FALSE(complains(table, row->name, json_string(text), "longer than"));
	CU_ASSERT(value_is_wrong(table, row, json_string("")));
	CU_ASSERT(value_is_wrong(table, row, json_string("a\nb")));
	free(text);
}

static void
texts_have_a_length(void)
{
	for_every_row(&conf_root_table, check_text_limits);
}

/* An array in an array is the type that no setting has. */
static void
check_type(const struct conf_table *table, const struct conf_row *row)
{
	char about[128];

	CU_ASSERT(value_is_wrong(table, row, json_array()));
	CU_ASSERT(value_is_wrong(table, row, json_null()));
	snprintf(about, sizeof(about), "f: /%s: 7: ", row->name);
	if (row->list || (row->type != CONF_UINT && row->type != CONF_INT))
		CU_ASSERT(complains(table, row->name, json_integer(7), about));
}

static void
another_type_is_an_error(void)
{
	for_every_row(&conf_root_table, check_type);
}

static void
check_unknown(const struct conf_table *table, const struct conf_row *row)
{
	const char *slash = strrchr(row->name, '/');
	char path[128], part[256];

	snprintf(path, sizeof(path), "%sx", row->name);
	snprintf(part, sizeof(part), "f: /%s: not a known name; the nearest is \"%s\"", path,
			slash != NULL ? slash + 1 : row->name);
	CU_ASSERT(complains(table, path, json_integer(1), part));
}

static void
an_unknown_name_comes_with_the_nearest(void)
{
	for_every_row(&conf_root_table, check_unknown);
	CU_ASSERT(complains(&conf_root_table, "worker/count", json_integer(1),
			"/worker: not a known "
			"name; the nearest is \"workers\""));
	refused_once("{" PORT ",\"log/level\":\"info\"}", "/log~1level: not a known name");
	refused_once("{" PORT ",\"\":1}", "f.json: /: not a known name");
}

static void
check_required(const struct conf_table *table, const struct conf_row *row)
{
	char part[128];

	snprintf(part, sizeof(part), "f: /%s: missing", row->name);
	CU_ASSERT_EQUAL(complains(table, "unknown", json_integer(1), part), row->required);
}

static void
what_is_required_is_missed(void)
{
	for_every_row(&conf_root_table, check_required);
}

static void
check_help(const struct conf_table *table, const struct conf_row *row)
{
	(void)table;
	CU_ASSERT_PTR_NOT_NULL(row->help);
	CU_ASSERT(row->def_text != NULL || row->type != CONF_TEXT || row->required || row->list ||
			strstr(row->name, "group") || strstr(row->name, "key-exchange"));
}

static void
every_setting_has_a_help_text(void)
{
	for_every_row(&conf_root_table, check_help);
}

static CU_TestInfo object_tests[] = {
	{ "integers are taken from minimum to maximum",
			integers_are_taken_from_minimum_to_maximum },
	{ "texts have a length", texts_have_a_length },
	{ "another type is an error", another_type_is_an_error },
	{ "an unknown name comes with the nearest", an_unknown_name_comes_with_the_nearest },
	{ "what is required is missed", what_is_required_is_missed },
	{ "every setting has a help text", every_setting_has_a_help_text },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_object", NULL, NULL, NULL, NULL, object_tests },
	CU_SUITE_INFO_NULL,
};
