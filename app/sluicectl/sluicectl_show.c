/* SPDX-License-Identifier: BSD-3-Clause */

/* Answers that are tables. */

#include "sluicectl_show.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sluicectl_text.h"

#define CELL_MAX 512

const char *
show_text(const json_t *item, const char *name)
{
	return json_string_value(json_object_get(item, name));
}

const char *
show_word(const json_t *item, const char *name)
{
	const char *text = show_text(item, name);

	return text != NULL ? text : "-";
}

double
show_number(const json_t *item, const char *name, double none)
{
	const json_t *v = json_object_get(item, name);

	return json_is_number(v) ? json_number_value(v) : none;
}

int64_t
show_integer(const json_t *item, const char *name)
{
	return json_integer_value(json_object_get(item, name));
}

static bool
show_flag(const json_t *item, const char *name)
{
	return json_is_true(json_object_get(item, name));
}

void
show_event(FILE *out, const json_t *event)
{
	char ago[TEXT_MAX];
	const char *from = show_text(event, "from");

	if (from != NULL)
		fprintf(out, "from %s", from);
	if (json_is_integer(json_object_get(event, "from_port")))
		fprintf(out, " port %" PRId64, show_integer(event, "from_port"));
	fprintf(out, "%s%s", from != NULL ? ", " : "",
			text_ago(show_number(event, "ago_s", -1), ago));
}

struct text_table *
show_table(struct show *s, const struct text_column *columns, unsigned int n)
{
	if (s->table == NULL)
		s->table = text_table_begin(s->out, columns, n);
	if (s->table == NULL) {
		fprintf(stderr, "sluicectl: no memory\n");
		exit(1);
	}
	return s->table;
}

size_t
show_table_end(struct show *s)
{
	size_t rows = s->table != NULL ? text_table_end(s->table) : 0;

	s->table = NULL;
	return rows;
}

void
show_total(struct show *s, const char *one, const char *many)
{
	size_t rows = show_table_end(s);
	char n[TEXT_MAX];

	fprintf(s->out, "%s%s %s\n", rows > 0 ? "\n" : "",
			rows > 0 ? text_count((int64_t)rows, n) : "no", rows == 1 ? one : many);
}

#define TABLE(s, columns) show_table((s), (columns), sizeof(columns) / sizeof((columns)[0]))

void
show_association_row(struct show *s, const json_t *item)
{
	static const struct text_column columns[] = { { "SITE", 0 }, { "XTR-ID", 0 }, { "KEY", 1 },
		{ "ALGORITHM", 0 }, { "NONCES", 0 }, { "LAST NONCE", 0 }, { "ACCEPTED", 1 },
		{ "REPLAYS", 1 }, { "LAST OK", 0 } };
	char key[TEXT_MAX], ok[TEXT_MAX], accepted[TEXT_MAX], replays[TEXT_MAX];

	snprintf(key, sizeof(key), "%" PRId64, show_integer(item, "key_id"));
	text_table_row(TABLE(s, columns),
			(const char *[]){ show_text(item, "site"), show_text(item, "xtr_id"), key,
					show_text(item, "algorithm_name"),
					show_text(item, "policy"), show_text(item, "last_nonce"),
					text_count(show_integer(item, "accepted"), accepted),
					text_count(show_integer(item, "replays"), replays),
					text_ago(show_number(item, "last_ok_ago_s", -1), ok) });
}

static void
associations_end(struct show *s)
{
	show_total(s, "association", "associations");
}

/* "10.0.0.1 1/100, 10.0.0.2 2/50": address, priority, weight; cut when there are many. */
static void
locators_to_text(const json_t *locators, char *buf, size_t size)
{
	size_t used = 0, n = json_array_size(locators);

	snprintf(buf, size, n == 0 ? "none" : "");
	for (size_t i = 0; i < n && used < size; i++) {
		const json_t *l = json_array_get(locators, i);
		const char *rloc = show_text(l, "rloc");

		if (i == 4) {
			snprintf(buf + used, size - used, " and %zu more", n - i);
			return;
		}
		used += (size_t)snprintf(buf + used, size - used, "%s%s %" PRId64 "/%" PRId64 "%s",
				i > 0 ? ", " : "", rloc != NULL ? rloc : "?",
				show_integer(l, "priority"), show_integer(l, "weight"),
				show_flag(l, "reachable") ? "" : " down");
	}
}

/* Not one of the flags, but it belongs there for people: another ETR's mapping is given out. */
static void
flags_to_text(const json_t *item, char *buf, size_t size)
{
	const json_t *flags = json_object_get(item, "flags");
	size_t used = 0;

	snprintf(buf, size, "%s", json_array_size(flags) == 0 ? "-" : "");
	for (size_t i = 0; i < json_array_size(flags) && used < size; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s", i > 0 ? "," : "",
				json_string_value(json_array_get(flags, i)));
	if (json_is_false(json_object_get(item, "newest")) && used < size)
		snprintf(buf + used, size - used, "%sstands behind", used > 0 ? "," : "");
}

static void
registration_row(struct show *s, const json_t *item)
{
	static const struct text_column columns[] = { { "IID", 1 }, { "EID-PREFIX", 0 },
		{ "SITE", 0 }, { "XTR-ID", 0 }, { "TTL", 1 }, { "EXPIRES IN", 1 }, { "FLAGS", 0 },
		{ "RLOC PRIORITY/WEIGHT", 0 } };
	char iid[TEXT_MAX], ttl[TEXT_MAX], expires[TEXT_MAX], flags[TEXT_MAX], locators[CELL_MAX];

	snprintf(iid, sizeof(iid), "%" PRId64, show_integer(item, "iid"));
	snprintf(ttl, sizeof(ttl), "%" PRId64 " min", show_integer(item, "ttl_min"));
	flags_to_text(item, flags, sizeof(flags));
	locators_to_text(json_object_get(item, "locators"), locators, sizeof(locators));
	text_table_row(TABLE(s, columns),
			(const char *[]){ iid, show_text(item, "eid"), show_text(item, "site"),
					show_text(item, "xtr_id"), ttl,
					text_span(show_number(item, "expires_in_s", 0), expires),
					flags, locators });
}

static void
registrations_end(struct show *s)
{
	show_total(s, "registration", "registrations");
}

void
show_key_row(struct show *s, const json_t *item)
{
	static const struct text_column columns[] = { { "SITE", 0 }, { "KEY", 1 },
		{ "ALGORITHM", 0 }, { "NONCES", 0 }, { "STATE", 0 }, { "NOT BEFORE", 0 },
		{ "NOT AFTER", 0 }, { "ASSOCIATIONS", 1 }, { "REMARK", 0 } };
	char key[TEXT_MAX], n[TEXT_MAX];

	snprintf(key, sizeof(key), "%" PRId64, show_integer(item, "key_id"));
	text_table_row(TABLE(s, columns),
			(const char *[]){ show_text(item, "site"), key,
					show_text(item, "algorithm_name"),
					show_text(item, "policy"), show_text(item, "state"),
					show_text(item, "not_before"), show_text(item, "not_after"),
					text_count(show_integer(item, "associations"), n),
					show_flag(item, "insecure") ? "INSECURE" : "" });
}

static void
keys_end(struct show *s)
{
	show_total(s, "key", "keys");
}

static void
drop_row(struct show *s, const json_t *item)
{
	static const struct text_column columns[] = { { "COUNT", 1 }, { "REASON", 0 },
		{ "LAST", 0 }, { "FROM", 0 }, { "MEANING", 0 } };
	char n[TEXT_MAX], ago[TEXT_MAX];

	text_table_row(TABLE(s, columns),
			(const char *[]){ text_count(show_integer(item, "count"), n),
					show_text(item, "reason"),
					text_ago(show_number(item, "last_ago_s", -1), ago),
					show_text(item, "last_from"), show_text(item, "text") });
}

static void
drops_end(struct show *s)
{
	if (show_table_end(s) == 0)
		fprintf(s->out, "nothing was dropped\n");
}

static void
reload_item(struct show *s, const json_t *item)
{
	const char *notes = show_text(item, "notes");

	fprintf(s->out, "reloaded%s%s\n", notes != NULL && *notes != '\0' ? ": " : "",
			notes != NULL ? notes : "");
}

static void
reload_end(struct show *s)
{
	(void)s;
}

const struct show_view show_associations = { show_association_row, associations_end };
const struct show_view show_registrations = { registration_row, registrations_end };
const struct show_view show_keys = { show_key_row, keys_end };
const struct show_view show_drops = { drop_row, drops_end };
const struct show_view show_reload = { reload_item, reload_end };
