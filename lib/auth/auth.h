/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * How Map-Register, Map-Notify and Map-Notify-Ack are authenticated (RFC 9301 section 5.6).
 *
 * Model.  A struct auth_key is one secret prepared for one Algorithm ID: its HMAC pad states are
 * computed once.  A struct auth_job is one message to verify or to sign under a key.  Work is
 * always handed over as a burst; an engine (auth_engine.h) does it and is chosen at start by
 * auth_open(), after a known-answer test.
 *
 * The MAC covers the message from octet 0 to its end, xTR-ID and Site-ID included, with the
 * Authentication Data set to zero.  Algorithm 3: PRK = HKDF-Extract(salt = label of the message
 * type, IKM = nonce || secret); key = HKDF-Expand(PRK, "", 32).
 *
 * Threads.  A struct auth is made once, and read by all; a struct auth_ctx belongs to one thread.
 * An auth_key is written once, then only read.
 *
 * Secrets.  A key and its states are wiped by auth_key_fini(); tags are compared in constant time.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUTH_SECRET_MAX  255 /**< Octets of a secret. */
#define AUTH_TAG_MAX     32  /**< Octets of Authentication Data any algorithm uses. */
#define AUTH_DATA_OFFSET 16  /**< Authentication Data starts here in every message. */

/** One row of the Algorithm ID table (RFC 9301 section 12.5). */
struct auth_alg {
	uint8_t id;         /**< Algorithm ID, 1..3. */
	const char *name;   /**< "HMAC-SHA256-128+HKDF-SHA256" */
	uint8_t tag_len[2]; /**< The two legal lengths, RFC's first: {12,20} or {16,32}. */
	bool kdf;           /**< A key per message. */
};

/** Row of an Algorithm ID; NULL for 0 and for every ID not implemented. */
const struct auth_alg *auth_alg_get(uint8_t alg_id);

/** Is len one of the two legal lengths of Authentication Data? */
bool auth_alg_tag_len_ok(const struct auth_alg *alg, uint16_t len);

/**
 * Chaining values of the hash after the pad block, host order words: SHA-1 uses five, SHA-256
 * eight.  The form is the same for every engine, so any engine may use what another prepared.
 */
struct auth_pads {
	uint32_t inner[8]; /**< After key XOR ipad. */
	uint32_t outer[8]; /**< After key XOR opad. */
};

/** A secret prepared for one algorithm.  Treat as opaque outside engines. */
struct auth_key {
	struct auth_pads pads; /**< Algorithms 1 and 2: of the secret. Algorithm 3: unused. */
	uint8_t alg_id;
	uint8_t secret_len; /**< Algorithm 3 needs the secret for each message. */
	uint8_t secret[AUTH_SECRET_MAX];
};

/** Which message it is: picks the label of algorithm 3. */
enum auth_label {
	AUTH_LABEL_REGISTER = 0, /**< "Map-Register Authentication" */
	AUTH_LABEL_NOTIFY = 1,   /**< "Map-Notify Authentication" */
	AUTH_LABEL_ACK = 2,      /**< "Map-Notify-Ack Authentication" */
	AUTH_LABEL_COUNT,
};

/** One message. */
struct auth_job {
	const struct auth_key *key;
	uint8_t *msg;     /**< The LISP message; its nonce stands at octets 4..11. */
	uint32_t len;     /**< Octets, at least AUTH_DATA_OFFSET + tag_len. */
	uint16_t tag_len; /**< Octets of Authentication Data, legal for the algorithm of the key. */
	uint8_t label;    /**< enum auth_label */
	bool ok;          /**< Out, verify only: the tag was right. */
};

struct auth;        /* the chosen engine; opaque */
struct auth_ctx;    /* one thread's use of it; opaque */
struct auth_engine; /* auth_engine.h */

/**
 * Choose an engine and run its known-answer test.
 *
 * @param engines  Table of what was built, order of preference, ended by NULL.
 * @param name     Name of an engine, or "auto" for the first that is usable and right.
 * @param[out] a   The choice; auth_close() frees it.
 * @param[out] why Sentence for people: the engine and the reason, or what is wrong; at most
 *                 why_size octets, NUL included.
 * @return 0; -ENOENT no engine of that name; -ENOTSUP not usable on this machine; -EBADMSG it
 *         failed its known-answer test; -ENOMEM.
 */
int auth_open(const struct auth_engine *const *engines, const char *name, struct auth **a,
		char *why, size_t why_size);
void auth_close(struct auth *a); /**< NULL is fine. */
const char *auth_engine_name(const struct auth *a);

/** Context for one thread; NULL with errno set. Keep until auth_ctx_destroy(). */
struct auth_ctx *auth_ctx_create(const struct auth *a);
void auth_ctx_destroy(struct auth_ctx *ctx); /**< NULL is fine. */

/**
 * Prepare a secret for an algorithm.
 *
 * @return 0; -EINVAL for an unknown algorithm, an empty secret or one above AUTH_SECRET_MAX; then
 *         *k is wiped.  The caller wipes its own copy of the secret.
 */
int auth_key_init(const struct auth *a, struct auth_key *k, uint8_t alg_id, const uint8_t *secret,
		size_t secret_len);
void auth_key_fini(struct auth_key *k); /**< Wipe. */

/**
 * Verify a burst of any size: sets ok of each job.  The Authentication Data of every message is
 * zeroed, whether it was right or not (the answer is built there).
 *
 * A job that breaks the rules of struct auth_job (a tag_len that is not legal for its key, a len
 * too short for it, a wiped key, an unknown label) is not ok, and its message is left as it is.
 */
void auth_verify_burst(struct auth_ctx *ctx, struct auth_job *jobs, unsigned int n);

/**
 * Sign a burst of any size: computes each tag over the message with zeroed tag field, and writes
 * it.  A job that breaks the rules of struct auth_job is left as it is, its ok says nothing.
 */
void auth_sign_burst(struct auth_ctx *ctx, struct auth_job *jobs, unsigned int n);
