/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_priv.h"

/* Put v, which is taken over, at a path of names with slashes between. */
static void
put_at(json_t *object, const char *path, json_t *v)
{
	const char *slash;

	while ((slash = strchr(path, '/')) != NULL) {
		char name[64];
		json_t *section;

		snprintf(name, sizeof(name), "%.*s", (int)(slash - path), path);
		section = json_object_get(object, name);
		if (section == NULL) {
			section = json_object();
			json_object_set_new(object, name, section);
		}
		object = section;
		path = slash + 1;
	}
	json_object_set_new(object, path, v);
}

json_t *
conf_object_to_json(const struct conf_table *table, const void *object)
{
	json_t *json = json_object();

	for (unsigned int i = 0; i < table->n_rows; i++) {
		json_t *v = conf_row_to_json(&table->rows[i], object);

		if (v != NULL)
			put_at(json, table->rows[i].name, v);
	}
	return json;
}

char *
conf_dump(const struct conf *c)
{
	json_t *json = conf_object_to_json(&conf_root_table, c);
	char *text;

	/* Their sites stand in "sites" already, with all others. */
	json_object_del(json, "site-files");
	text = json_dumps(json, JSON_INDENT(2));
	json_decref(json);
	return text;
}

/* One line for a setting whose value is not the running one. */
static void
note_row(struct conf_ctx *ctx, const struct conf_row *row, const json_t *fresh)
{
	size_t len = conf_push_path(ctx, row->name);

	conf_warn_at(ctx, fresh, "differs from the running value; takes effect after a restart");
	conf_pop(ctx, len);
}

int
conf_restart_notes(const struct conf *running, const struct conf *fresh, struct conf_errors *notes)
{
	struct conf_ctx ctx = { .errs = notes, .file = fresh->file };
	int n = 0;

	for (unsigned int i = 0; i < conf_root_table.n_rows; i++) {
		const struct conf_row *row = &conf_root_table.rows[i];
		json_t *a = conf_row_to_json(row, running), *b = conf_row_to_json(row, fresh);

		/* json_equal() takes two absent values for different. */
		if (row->restart && (a != NULL || b != NULL) && !json_equal(a, b)) {
			note_row(&ctx, row, b);
			n++;
		}
		json_decref(a);
		json_decref(b);
	}
	return ctx.no_memory ? -ENOMEM : n;
}
