/* SPDX-License-Identifier: BSD-3-Clause */

/* What the key server answers. */

#include <inttypes.h>

#include "sluicectl_show.h"
#include "sluicectl_text.h"

static void
print_number(FILE *out, const json_t *object, const char *name, const char *what)
{
	char n[TEXT_MAX];

	fprintf(out, "%s %s", text_count(show_integer(object, name), n), what);
}

static void
print_words(FILE *out, const json_t *array)
{
	for (size_t i = 0; i < json_array_size(array); i++)
		fprintf(out, "%s%s", i > 0 ? ", " : "",
				json_string_value(json_array_get(array, i)));
}

static void
print_failures(FILE *out, json_t *failures)
{
	const char *name, *gap = " (";
	json_t *n;

	json_object_foreach(failures, name, n) {
		char text[TEXT_MAX];

		fprintf(out, "%s%s %s", gap, text_count(json_integer_value(n), text), name);
		gap = ", ";
	}
	fprintf(out, "%s\n", *gap == ',' ? ")" : "");
}

static void
key_server_item(struct show *s, const json_t *item)
{
	const json_t *exchanges = json_object_get(item, "exchanges");
	const json_t *connections = json_object_get(item, "connections");
	const json_t *masters = json_object_get(item, "masters");
	const json_t *warnings = json_object_get(item, "warnings");
	char up[TEXT_MAX];

	fprintf(s->out, "sluice-keyserver %s, pid %" PRId64 ", up %s\n", show_word(item, "version"),
			show_integer(item, "pid"), text_span(show_number(item, "uptime_s", 0), up));
	fprintf(s->out, "  realm       %s, listening on ", show_word(item, "realm"));
	print_words(s->out, json_object_get(item, "listen"));
	fprintf(s->out, "\n  map server  link %s\n  identities  ", show_word(item, "link"));
	print_number(s->out, item, "identities", "enrolled, ");
	print_number(s->out, item, "denied", "entries in the deny list\n");
	for (size_t i = 0; i < json_array_size(masters); i++) {
		const json_t *m = json_array_get(masters, i);

		fprintf(s->out, "  master %-4" PRId64 " %s, ", show_integer(m, "version"),
				show_word(m, "state"));
		print_number(s->out, m, "identities", "identities\n");
	}
	fprintf(s->out, "  exchanges   ");
	print_number(s->out, exchanges, "granted", "granted, ");
	print_number(s->out, exchanges, "released", "released, ");
	print_number(s->out, exchanges, "failed", "failed");
	print_failures(s->out, json_object_get(item, "failures"));
	fprintf(s->out, "  connections ");
	print_number(s->out, connections, "accepted", "accepted, ");
	print_number(s->out, connections, "gated", "before TLS, ");
	print_number(s->out, connections, "in_flight", "in TLS\n");
	for (size_t i = 0; i < json_array_size(warnings); i++)
		fprintf(s->out, "  ! %s\n", json_string_value(json_array_get(warnings, i)));
}

static void
nothing_more(struct show *s)
{
	(void)s;
}

static void
inventory_row(struct show *s, const json_t *item)
{
	static const struct text_column columns[] = { { "SITE", 0 }, { "XTR-ID", 0 }, { "GEN", 1 },
		{ "REF", 0 }, { "STATE", 0 }, { "LABEL", 0 }, { "ENROLLED", 0 }, { "BY", 0 },
		{ "LAST GRANT", 0 }, { "FROM", 0 } };
	char gen[TEXT_MAX];

	snprintf(gen, sizeof(gen), "%" PRId64, show_integer(item, "gen"));
	text_table_row(show_table(s, columns, sizeof(columns) / sizeof(columns[0])),
			(const char *[]){ show_text(item, "site"), show_text(item, "xtr_id"), gen,
					show_text(item, "ref"), show_text(item, "state"),
					show_text(item, "label"), show_text(item, "enrolled"),
					show_text(item, "enrolled_by"),
					show_text(item, "last_grant"),
					show_text(item, "last_from") });
}

static void
inventory_end(struct show *s)
{
	show_total(s, "identity", "identities");
}

static void
master_row(struct show *s, const json_t *item)
{
	static const struct text_column columns[] = { { "MASTER", 1 }, { "STATE", 0 },
		{ "CREATED", 0 }, { "IDENTITIES", 1 } };
	char version[TEXT_MAX], n[TEXT_MAX];

	snprintf(version, sizeof(version), "%" PRId64, show_integer(item, "version"));
	text_table_row(show_table(s, columns, sizeof(columns) / sizeof(columns[0])),
			(const char *[]){ version, show_text(item, "state"),
					show_text(item, "created"),
					text_count(show_integer(item, "identities"), n) });
}

static void
masters_end(struct show *s)
{
	show_total(s, "master", "masters");
}

const struct show_view show_key_server = { key_server_item, nothing_more };
const struct show_view show_inventory = { inventory_row, inventory_end };
const struct show_view show_masters = { master_row, masters_end };
