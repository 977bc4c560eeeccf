/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * From identity to TLS PSK on the server (specification 3.5): every identity, whatever it is, gets a
 * PSK by the same derivations, the true one or a decoy nobody knows.  What was wrong with it is told
 * to the caller only, for counters and the local log.
 */

#pragma once

#include "keyx_deny.h"
#include "keyx_kdf.h"

enum keyx_master_state {
	KEYX_MASTER_ACTIVE = 0, /**< New enrolments use it. */
	KEYX_MASTER_ACCEPT,     /**< Old enrolments still count. */
	KEYX_MASTER_RETIRED,    /**< Its identities are decoys. */
};

/** Why an identity got a decoy. */
enum keyx_cause {
	KEYX_CAUSE_NONE = 0, /**< It did not. */
	KEYX_CAUSE_LONG,     /**< Over KEYX_IDENTITY_MAX octets. */
	KEYX_CAUSE_GRAMMAR,
	KEYX_CAUSE_REALM,
	KEYX_CAUSE_MASTER,  /**< No such version, or retired. */
	KEYX_CAUSE_UNKNOWN, /**< Not in the table. */
	KEYX_CAUSE_DENIED,
	KEYX_CAUSE_REPLAY, /**< This ClientHello was seen before (set by the session). */
	KEYX_CAUSE_COUNT,
};

const char *keyx_cause_word(enum keyx_cause c); /**< "grammar", ...; never NULL. */

struct keyx_directory; /* opaque */

/** @param realm  Copied. @return NULL with errno set. */
struct keyx_directory *keyx_directory_create(const char *realm);
void keyx_directory_destroy(struct keyx_directory *d); /**< Wipes. NULL is fine. */

/** The deny list it asks; owned by it. */
struct keyx_deny *keyx_directory_deny(struct keyx_directory *d);

/** Add a master or change its state; secret is copied as PRK, not needed for a known version (NULL).
 * @return 0; -EINVAL; -ENOENT no secret and no such version; -EEXIST another secret for a version. */
int keyx_directory_master(struct keyx_directory *d, uint16_t version, enum keyx_master_state state,
		const uint8_t *secret, size_t len);

/** State of a version. @return 0 or -ENOENT. */
int keyx_directory_master_state(
		const struct keyx_directory *d, uint16_t version, enum keyx_master_state *state);

/** Version new enrolments use: the highest active one; 0: none. */
uint16_t keyx_directory_active(const struct keyx_directory *d);

/** The master of a version that is not retired; NULL. */
const struct keyx_master *keyx_directory_find_master(
		const struct keyx_directory *d, uint16_t version);

/**
 * Put an imported secret into the table (ref t).
 *
 * @param[out] why  Sentence naming the identity, never the secret.
 * @return 0; -EINVAL weak, or no ref t identity of this realm; -EEXIST the same secret under another
 *         identity; -ENOMEM.
 */
int keyx_directory_import(struct keyx_directory *d, const struct keyx_enrolment *e, char *why,
		size_t why_size);

/**
 * The PSK for what a client calls itself.  Always fills tpsk, by the same work whatever the text is.
 *
 * @param replay   True: a decoy in any case (a ClientHello seen before).
 * @param[out] id  Parsed identity when cause is NONE, else zeroed or the part that was understood.
 */
enum keyx_cause keyx_directory_psk(const struct keyx_directory *d, const char *text, size_t len,
		bool replay, struct keyx_identity *id, uint8_t tpsk[KEYX_KEY_LEN]);
