/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Derivations (specification 3.2 to 3.4), enrolment lines, and the strength of imported secrets.
 * The caller wipes what it gets (base_secret_wipe()); on failure outputs are wiped already.
 */

#pragma once

#include "keyx_identity.h"

/** A master secret, ready for use. */
struct keyx_master {
	uint16_t version;
	uint8_t prk[KEYX_KEY_LEN];
};

/** HKDF with SHA-256 (RFC 5869). @return 0; -ENOMEM or -EIO when the library fails. */
int keyx_hkdf_extract(const void *salt, size_t salt_len, const void *ikm, size_t ikm_len,
		uint8_t prk[KEYX_KEY_LEN]);
int keyx_hkdf_expand(const uint8_t prk[KEYX_KEY_LEN], const void *info, size_t info_len,
		uint8_t *out, size_t out_len);

/** @return 0; -EINVAL version 0 or under KEYX_MASTER_MIN octets; as keyx_hkdf_extract(). */
int keyx_master_init(struct keyx_master *m, uint16_t version, const uint8_t *secret, size_t len);

/** EPSK of an identity under its master; id->version must be the master's. */
int keyx_epsk_derive(const struct keyx_master *m, const struct keyx_identity *id,
		uint8_t epsk[KEYX_KEY_LEN]);

/** The import step: EPSK and the identity's octets to the PSK that TLS is given. */
int keyx_tpsk_derive(const uint8_t *epsk, size_t epsk_len, const char *identity,
		size_t identity_len, uint8_t tpsk[KEYX_KEY_LEN]);

/** An enrolment: what one line of an enrolment file says. */
struct keyx_enrolment {
	struct keyx_identity id;
	char identity[KEYX_IDENTITY_MAX + 1]; /**< As printed. */
	uint8_t epsk[KEYX_EPSK_MAX];
	size_t epsk_len;
};

#define KEYX_LINE_MAX (KEYX_IDENTITY_MAX + 1 + 2 * KEYX_EPSK_MAX + 1 + 8)

/** "IDENTITY HEX CHECK", NUL-terminated, no newline. @return 0 or an error of the library. */
int keyx_line_print(const struct keyx_enrolment *e, char out[KEYX_LINE_MAX + 1]);

/**
 * Parse an enrolment line; one newline at the end is fine.
 *
 * @param[out] why  Which of the three fields is wrong; never any of the secret.
 * @return 0; -EINVAL.
 */
int keyx_line_parse(const char *text, size_t len, struct keyx_enrolment *e, const char **why);

/** Why an imported secret is refused (specification 3.3). */
enum keyx_weak {
	KEYX_STRONG = 0,
	KEYX_WEAK_LENGTH,   /**< Under 16 or over 64 octets. */
	KEYX_WEAK_TEXT,     /**< All printable ASCII. */
	KEYX_WEAK_DISTINCT, /**< Too few distinct octets. */
	KEYX_WEAK_PATTERN,  /**< A repeating block, or an arithmetic progression. */
};

enum keyx_weak keyx_secret_check(const uint8_t *secret, size_t len);
const char *keyx_weak_text(enum keyx_weak w); /**< Sentence; never NULL. */
