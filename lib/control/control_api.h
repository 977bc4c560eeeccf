/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What the commands of the control socket share: values as docs/control-api.md writes them, and
 * rows that stand in more than one answer.
 *
 * Every command is a cursor that is asked for one row at a time while tables change under it
 * (ctl.h).  So no command keeps a pointer into a table between two calls, and none looks at more
 * than CONTROL_API_LOOKS places in one call: then it returns -EAGAIN, and is asked again.
 *
 * Functions that make JSON return a new reference, or NULL: no memory.
 */

#pragma once

#include "control_priv.h"
#include "lisp_text.h"

#define CONTROL_API_LOOKS     1024  /**< Places of a table looked at for a row. */
#define CONTROL_API_LIST_MAX  64    /**< Elements of a list inside an item. */
#define CONTROL_API_LIST_TEXT 16000 /**< And octets of their text: three such lists fit an item. */

/* ---- commands, beside those that control_api.c holds itself ---- */

int control_api_status_next(struct ctl_call *call, void *arg, json_t **item);

int control_api_site_open(struct ctl_call *call, void *arg);
int control_api_site_next(struct ctl_call *call, void *arg, json_t **item);
void control_api_site_close(struct ctl_call *call, void *arg);

int control_api_associations_open(struct ctl_call *call, void *arg);
int control_api_associations_next(struct ctl_call *call, void *arg, json_t **item);

int control_api_registrations_open(struct ctl_call *call, void *arg);
int control_api_registrations_next(struct ctl_call *call, void *arg, json_t **item);
void control_api_registrations_close(struct ctl_call *call, void *arg);

int control_api_keys_open(struct ctl_call *call, void *arg);
int control_api_keys_next(struct ctl_call *call, void *arg, json_t **item);

int control_api_drops_open(struct ctl_call *call, void *arg);
int control_api_drops_next(struct ctl_call *call, void *arg, json_t **item);

/* ---- arguments ---- */

/** Argument that is text. @return 0, *text NULL when it was left out; -EINVAL with a sentence. */
int control_api_text_arg(struct ctl_call *call, const char *name, const char **text);

/**
 * The site that the argument name speaks of, in the snapshot of now.
 *
 * @param[out] site  NULL when the argument was left out.
 * @return 0; -EINVAL, -ENOENT with a sentence.
 */
int control_api_site_arg(struct ctl_call *call, const struct control *c, const char *name,
		const struct assoc_site **site);

/* ---- values ---- */

/** Seconds, to the millisecond. */
json_t *control_api_seconds(uint64_t ns);

/** Seconds since a time of base_clock_ns(); null for 0. */
json_t *control_api_ago(uint64_t when_ns);

/** A time of base_clock_ns() as UTC, RFC 3339; null for 0. */
json_t *control_api_when(uint64_t when_ns);

/** A time of base_clock_wall_ms(): a date when a day begins then, else RFC 3339; null for 0. */
json_t *control_api_date(uint64_t wall_ms);
char *control_api_date_to_text(uint64_t wall_ms, char buf[32]);

/** 16 hexadecimal digits: nonces and Site-IDs. */
json_t *control_api_hex64(uint64_t value);

/** Null without xTR-ID. */
json_t *control_api_xtr_id(const struct assoc_id *id);

/** Null for no address. */
json_t *control_api_ip(const struct lisp_ip *ip);

/** An EID-prefix without its Instance ID, which stands beside it. */
json_t *control_api_eid(const struct lisp_eid *eid);

/** Text from outside, which may be no UTF-8 or cut within a character: '?' for such octets. */
json_t *control_api_text(const char *text);

/** "10.0.0.0/8" of a source prefix. */
char *control_api_source_to_text(const struct assoc_source *s, char buf[LISP_IP_TEXT_MAX + 4]);

/** Strict, recent, off. Never NULL. */
const char *control_api_policy_word(uint8_t policy);

/* ---- rows ---- */

/**
 * Put an element into a list inside an item, unless the list is full.
 *
 * @param element  Taken over; NULL: no memory.
 * @param octets   Of text in the list so far.
 * @return false when it was full, or there was no memory.
 */
bool control_api_list_add(json_t *list, json_t *element, size_t *octets);

/** A row of associations. @return NULL also when its key has gone. */
json_t *control_api_association(const struct control *c, const struct assoc *a);

/** A row of keys. */
json_t *control_api_key(
		const struct control *c, const struct assoc_site *site, const struct assoc_key *k);

/** Why an ETR of a site may not show up: sentences (control_api_hints.c). */
json_t *control_api_hints(const struct control *c, const struct assoc_site *site,
		const struct pipeline_seen *success, const struct pipeline_seen *failure);
