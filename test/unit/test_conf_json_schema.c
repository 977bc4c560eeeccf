/* SPDX-License-Identifier: BSD-3-Clause */

#include "conf_priv.h"
#include "test_conf.h"

static json_t *schema;

/* The schema of a setting: down through "properties" of each word. */
static json_t *
find(json_t *s, const char *path)
{
	char word[64];

	while (s != NULL && *path != '\0') {
		size_t len = strcspn(path, "/");

		snprintf(word, sizeof(word), "%.*s", (int)len, path);
		s = json_object_get(json_object_get(s, "properties"), word);
		path += len + (path[len] == '/');
	}
	return s;
}

static void
check_table(const struct conf_table *table, json_t *s)
{
	CU_ASSERT(json_is_false(json_object_get(s, "additionalProperties")));
	for (unsigned int i = 0; i < table->n_rows; i++) {
		const struct conf_row *row = &table->rows[i];
		json_t *found = find(s, row->name);

		CU_ASSERT_PTR_NOT_NULL(found);
		CU_ASSERT(json_is_string(json_object_get(found, "description")));
		CU_ASSERT(json_is_string(json_object_get(found, "type")));
		if (row->type == CONF_OBJECTS && row->table != &conf_site_table)
			check_table(row->table, json_object_get(found, "items"));
	}
}

static void
it_lists_each_setting(void)
{
	check_table(&conf_root_table, schema);
	check_table(&conf_site_table, json_object_get(json_object_get(schema, "$defs"), "site"));
}

static void
it_tells_ranges_words_and_defaults(void)
{
	json_t *count = find(schema, "workers/count");
	json_t *level = find(schema, "log/level");

	CU_ASSERT_EQUAL(json_integer_value(json_object_get(count, "minimum")), 1);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(count, "maximum")), 64);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(count, "default")), 1);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(level, "enum")), 5);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(level, "default")), "notice");
	CU_ASSERT(json_is_true(json_object_get(find(schema, "map-notify/trailer"), "default")));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(find(schema, "eal"), "default")), 4);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(schema, "$schema")),
			"https://json-schema.org/draft/2020-12/schema");
}

static char manual[65536];

/* The manual has a line for each setting, with its range. */
static void
check_manual(const struct conf_table *table, const char *slash)
{
	for (unsigned int i = 0; i < table->n_rows; i++) {
		const struct conf_row *row = &table->rows[i];
		char part[160];
		const char *line;

		snprintf(part, sizeof(part), "\n| `%s%s` | ", slash, row->name);
		line = strstr(manual, part);
		CU_ASSERT_PTR_NOT_NULL(line);
		if (line == NULL)
			printf("\n    docs/configuration.md lacks %s%s", slash, row->name);
		snprintf(part, sizeof(part), "integer %lld..%lld", (long long)row->min,
				(long long)row->max);
		if (line != NULL && row->type == CONF_UINT) {
			const char *range = strstr(line, part);

			CU_ASSERT(range != NULL && range < strchr(line + 1, '\n'));
		}
		if (row->type == CONF_OBJECTS)
			check_manual(row->table, "");
	}
}

static void
the_manual_lists_each_setting(void)
{
	FILE *f = fopen("docs/configuration.md", "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	manual[fread(manual, 1, sizeof(manual) - 1, f)] = '\0';
	fclose(f);
	check_manual(&conf_root_table, "/");
}

static int
make_schema(void)
{
	char *text = conf_schema();

	schema = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
	free(text);
	return schema == NULL;
}

static int
drop_schema(void)
{
	json_decref(schema);
	return 0;
}

static CU_TestInfo schema_tests[] = {
	{ "it lists each setting", it_lists_each_setting },
	{ "it tells ranges, words and defaults", it_tells_ranges_words_and_defaults },
	{ "the manual lists each setting", the_manual_lists_each_setting },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_json_schema", make_schema, drop_schema, NULL, NULL, schema_tests },
	CU_SUITE_INFO_NULL,
};
