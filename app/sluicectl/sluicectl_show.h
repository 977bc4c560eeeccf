/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The answers of the server as people read them; one view for each kind of answer.  Shapes of the
 * items: docs/control-api.md.
 */

#pragma once

#include <stdio.h>

#include <jansson.h>

struct text_table;

/** Where an answer goes, while it comes. */
struct show {
	FILE *out;
	struct text_table *table; /**< Of views that are tables; NULL before the first row. */
};

/** How an answer is shown. */
struct show_view {
	void (*item)(struct show *s, const json_t *item);
	void (*end)(struct show *s); /**< After the last item. */
};

extern const struct show_view show_status, show_site, show_associations, show_registrations,
		show_keys, show_drops, show_reload;

/* Members of an item that may be missing or null. */
const char *show_text(const json_t *item, const char *name); /**< NULL: none */
const char *show_word(const json_t *item, const char *name); /**< "-": none */
double show_number(const json_t *item, const char *name, double none);
int64_t show_integer(const json_t *item, const char *name); /**< 0: none */

/** Print "from 10.0.0.1 port 4342, 12 s ago". */
void show_event(FILE *out, const json_t *event);

/* Rows that stand in more than one view. */
void show_association_row(struct show *s, const json_t *item);
void show_key_row(struct show *s, const json_t *item);
size_t show_table_end(struct show *s);
