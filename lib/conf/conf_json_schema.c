/* SPDX-License-Identifier: BSD-3-Clause */

/* The table as JSON Schema, for editors and for people. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_priv.h"

static json_t *table_schema(const struct conf_table *table);

static json_t *
closed_object(void)
{
	return json_pack("{s:s, s:{}, s:b}", "type", "object", "properties", "additionalProperties",
			0);
}

static json_t *
element_schema(const struct conf_row *row)
{
	json_t *s;

	if (row->table == &conf_site_table)
		return json_pack("{s:s}", "$ref", "#/$defs/site");
	if (row->type == CONF_OBJECTS)
		return table_schema(row->table);
	s = json_object();
	conf_type_ops(row->type)->schema(row, s);
	return s;
}

static void
describe(const struct conf_row *row, json_t *s)
{
	const char *unit = row->unit != NULL ? row->unit : "";
	const char *restart = row->restart ? "; a change takes effect after a restart" : "";

	json_object_set_new(s, "description",
			json_sprintf("%s%s%s%s%s", row->help, *unit != '\0' ? " (" : "", unit,
					*unit != '\0' ? ")" : "", restart));
}

static json_t *
row_schema(const struct conf_row *row)
{
	json_t *element = element_schema(row);
	json_t *s = row->list ? json_pack("{s:s, s:o}", "type", "array", "items", element)
			      : element;

	if (row->list && row->def_text != NULL)
		json_object_set_new(s, "default", json_loads(row->def_text, 0, NULL));
	describe(row, s);
	return s;
}

/* The properties of the section that a row name ends in; sections are made on the way. */
static json_t *
section_of(json_t *object, const char **name)
{
	const char *slash;

	while ((slash = strchr(*name, '/')) != NULL) {
		json_t *properties = json_object_get(object, "properties");
		char word[64];

		snprintf(word, sizeof(word), "%.*s", (int)(slash - *name), *name);
		object = json_object_get(properties, word);
		if (object == NULL) {
			object = closed_object();
			json_object_set_new(properties, word, object);
		}
		*name = slash + 1;
	}
	return object;
}

static void
require(json_t *object, const char *name)
{
	json_t *required = json_object_get(object, "required");

	if (required == NULL) {
		required = json_array();
		json_object_set_new(object, "required", required);
	}
	json_array_append_new(required, json_string(name));
}

static json_t *
table_schema(const struct conf_table *table)
{
	json_t *s = closed_object();

	for (unsigned int i = 0; i < table->n_rows; i++) {
		const char *name = table->rows[i].name;
		json_t *section = section_of(s, &name);

		json_object_set_new(json_object_get(section, "properties"), name,
				row_schema(&table->rows[i]));
		if (table->rows[i].required)
			require(section, name);
	}
	return s;
}

char *
conf_schema(void)
{
	json_t *s = table_schema(&conf_root_table);
	char *text;

	json_object_set_new(
			s, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(s, "title", json_string("Configuration of sluice-mapserver"));
	json_object_set_new(s, "$defs", json_pack("{s:o}", "site", table_schema(&conf_site_table)));
	text = json_dumps(s, JSON_INDENT(2));
	json_decref(s);
	return text;
}
