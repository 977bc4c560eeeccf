/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The deny list (specification 3.6).  Entries merge in any order and any number of times; the list
 * never grows longer than what it speaks of.  Held in memory here; who owns it saves the entries.
 *
 *     site S          on or off, highest serial wins
 *     master v        on or off, highest serial wins
 *     site S xtr X    generations up to gen; gen only grows
 */

#pragma once

#include "keyx_identity.h"

enum keyx_deny_kind {
	KEYX_DENY_SITE = 1,
	KEYX_DENY_MASTER = 2,
	KEYX_DENY_XTR = 3,
};

struct keyx_deny_entry {
	uint8_t kind;          /**< enum keyx_deny_kind */
	bool on;               /**< Site and master. */
	uint16_t version;      /**< Master. */
	uint32_t gen;          /**< xTR: generations up to this one are denied. */
	struct keyx_peer peer; /**< Site: site_id; xTR: both. */
	uint64_t serial;       /**< Site and master: max(UTC ms, last + 1). */
};

struct keyx_deny; /* opaque */

struct keyx_deny *keyx_deny_create(void);    /**< NULL: no memory. */
void keyx_deny_destroy(struct keyx_deny *d); /**< NULL is fine. */

/** @return 1 the list changed; 0 it knew that or better; -ENOMEM; -EINVAL no such kind, version 0. */
int keyx_deny_merge(struct keyx_deny *d, const struct keyx_deny_entry *e);

/** Serial for a new site or master entry at this wall clock. */
uint64_t keyx_deny_serial(const struct keyx_deny *d, uint64_t wall_ms);

/** Is an identity denied, by any entry? */
bool keyx_denied(const struct keyx_deny *d, const struct keyx_identity *id);

/** Entries in no order that means anything: 0..count-1; valid until the next merge. */
size_t keyx_deny_count(const struct keyx_deny *d);
const struct keyx_deny_entry *keyx_deny_at(const struct keyx_deny *d, size_t i);

/** An entry as one line of text without newline, and back: "site SITE on SERIAL", "master 3 off
 * SERIAL", "xtr SITE XTR GEN".  @return octets; and 0 or -EINVAL. */
#define KEYX_DENY_TEXT_MAX 96
size_t keyx_deny_print(const struct keyx_deny_entry *e, char out[KEYX_DENY_TEXT_MAX]);
int keyx_deny_parse(const char *text, size_t len, struct keyx_deny_entry *e);
