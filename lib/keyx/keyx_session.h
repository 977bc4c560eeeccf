/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * One exchange, either end, over a connected non-blocking stream socket.
 *
 * Model.  The caller owns the event loop, the socket and all deadlines.  keyx_session_step() goes as
 * far as it can and says what it waits for:
 *
 *   server  accept - step.. - REQUEST - keyx_session_export() - (install the key elsewhere, for as
 *           long as that takes) - keyx_session_answer() - step.. - DONE
 *   client  connect - step.. - DONE - keyx_session_result()
 *
 * A session never closes the socket.  What it holds of secrets is wiped by keyx_session_destroy().
 */

#pragma once

#include "keyx_kdf.h"
#include "keyx_record.h"
#include "keyx_tls.h"

enum keyx_step {
	KEYX_WANT_READ = 0, /**< Call again when the socket is readable. */
	KEYX_WANT_WRITE,    /**< ... writable. */
	KEYX_REQUEST,       /**< Server: a good request waits for its answer. Told once. */
	KEYX_DONE,          /**< Answer written and close_notify sent; client: answer good. */
	KEYX_FAILED,        /**< See keyx_session_failure(). */
};

/** Where an exchange ended. */
enum keyx_failure {
	KEYX_FAILURE_NONE = 0,
	KEYX_FAILURE_HANDSHAKE, /**< TLS refused: see alert. */
	KEYX_FAILURE_BINDER,    /**< Server: the PSK was wrong or a decoy: see cause. */
	KEYX_FAILURE_ALPN,      /**< No or another ALPN. */
	KEYX_FAILURE_PSK,       /**< Client: the server did not use our PSK. */
	KEYX_FAILURE_CLOSED,    /**< The peer closed, or the connection broke. */
	KEYX_FAILURE_REQUEST,   /**< Server: answered by an Error record: see error. */
	KEYX_FAILURE_ERROR,     /**< Client: an Error record came: see error, retry_after_s. */
	KEYX_FAILURE_ANSWER,    /**< Client: the answer breaks the rules: see text. */
	KEYX_FAILURE_CHECK,     /**< Client: the key check differs. */
	KEYX_FAILURE_LIBRARY,   /**< No memory, or the TLS library failed. */
	KEYX_FAILURE_COUNT,
};

const char *keyx_failure_word(enum keyx_failure f); /**< "handshake", ...; never NULL. */

struct keyx_report {
	enum keyx_failure failure;
	enum keyx_cause cause; /**< Server: why a decoy was used. */
	int alert;             /**< TLS alert sent or received; -1: none. */
	uint32_t error;        /**< enum keyx_error */
	uint32_t retry_after_s;
	const char *text; /**< Sentence, static; never NULL. */
};

/** What both ends take from the exporter. Wipe. */
struct keyx_keys {
	uint8_t k[KEYX_KEY_LEN];
	uint8_t s[KEYX_KEY_LEN];
	uint8_t check[KEYX_CHECK_LEN];
};

/** Client: what an exchange gave. Wipe. */
struct keyx_result {
	struct keyx_answer answer;
	struct keyx_keys keys;
};

struct keyx_session; /* opaque */

/** Server end. @param arg  Handed to the PSK callback. @return NULL: no memory. */
struct keyx_session *keyx_session_accept(struct keyx_tls *tls, int fd, void *arg);

/** Client end; enrolment and request are copied. @return NULL: no memory. */
struct keyx_session *keyx_session_connect(struct keyx_tls *tls, int fd,
		const struct keyx_enrolment *e, const struct keyx_request *req);

void keyx_session_destroy(struct keyx_session *s); /**< Wipes. NULL is fine. */

enum keyx_step keyx_session_step(struct keyx_session *s);
const struct keyx_report *keyx_session_failure(const struct keyx_session *s);

/* ---- server ---- */

/** True once the TLS handshake is complete: the peer has proved its identity. */
bool keyx_session_authenticated(const struct keyx_session *s);

/** Identity of the PSK; before authentication it is what the peer claims. */
const struct keyx_identity *keyx_session_identity(const struct keyx_session *s);
const struct keyx_request *keyx_session_request(const struct keyx_session *s);

/** The ClientHello's random: for keyx_seen_add() once authenticated. */
const uint8_t *keyx_session_random(const struct keyx_session *s);

/** Keys of a grant. @return 0 or -EIO. */
int keyx_session_export(const struct keyx_session *s, uint8_t algorithm,
		const struct keyx_grant *grant, struct keyx_keys *keys);

/** Hand in the answer, after KEYX_REQUEST; go on with keyx_session_step(). */
void keyx_session_answer(struct keyx_session *s, const struct keyx_answer *ans);

/* ---- client ---- */

/** After KEYX_DONE; wiped with the session. */
const struct keyx_result *keyx_session_result(const struct keyx_session *s);
