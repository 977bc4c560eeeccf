/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Identities (specification 3.1): "lispke1/" ref "/" realm "/" site "/" xtr "/" gen.
 * One spelling only: what parses prints as the same octets.
 */

#pragma once

#include "keyx.h"

enum keyx_ref {
	KEYX_REF_MASTER = 0, /**< "m" version: EPSK derived from that master. */
	KEYX_REF_TABLE = 1,  /**< "t": EPSK in the table of the server. */
};

struct keyx_identity {
	uint8_t ref;      /**< enum keyx_ref */
	uint16_t version; /**< Of the master, 1..65535; 0 with KEYX_REF_TABLE. */
	char realm[KEYX_REALM_MAX + 1];
	struct keyx_peer peer; /**< xTR-ID not all zero. */
	uint32_t gen;          /**< Enrolment generation, 1.. */
};

/**
 * @param text[len]  Not NUL-terminated; may hold any octets.
 * @return false when it is not an identity; then *id is zeroed.
 */
bool keyx_identity_parse(const char *text, size_t len, struct keyx_identity *id);

/** Write the one spelling, NUL-terminated. @return octets without the NUL. */
size_t keyx_identity_print(const struct keyx_identity *id, char out[KEYX_IDENTITY_MAX + 1]);

/** Is it a legal realm: 1..32 of a-z 0-9 . - ? */
bool keyx_realm_ok(const char *realm, size_t len);

/** Parse 16 and 32 lower-case hex digits, as in identities and commands. @return ok. */
bool keyx_site_id_parse(const char *text, size_t len, uint64_t *site_id);
bool keyx_xtr_id_parse(const char *text, size_t len, uint8_t xtr_id[KEYX_XTR_ID_LEN]);
