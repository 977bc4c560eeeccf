/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The answers of the server as people read them; one view for each kind of answer.  Shapes of the
 * items: docs/control-api.md.
 */

#pragma once

#include <stdio.h>

#include <jansson.h>

#include "sluicectl_text.h"

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
		show_keys, show_drops, show_reload, show_key_server, show_inventory, show_masters;

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

/** The table of an answer, begun with its first row; never NULL. */
struct text_table *show_table(struct show *s, const struct text_column *columns, unsigned int n);
size_t show_table_end(struct show *s); /**< @return Rows. */

/** End the table and say how many: "1 key", "2 keys". */
void show_total(struct show *s, const char *one, const char *many);
