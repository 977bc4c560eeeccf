/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Request and answer (specification 4): octets to structs and back.  Pure; no allocation.
 */

#pragma once

#include "keyx.h"

#define KEYX_LIST_MAX 32 /**< Values of a list that are kept; longer ones are still legal. */

/** What a server is ready to grant, in order of preference; what a client offers. */
struct keyx_offer {
	uint16_t profiles[KEYX_LIST_MAX];
	uint8_t algorithms[KEYX_LIST_MAX];
	uint8_t nonce_modes[KEYX_LIST_MAX];
	uint8_t n_profiles, n_algorithms, n_nonce_modes;
};

struct keyx_request {
	struct keyx_peer peer;
	struct keyx_offer offer; /**< Values this implementation does not know are left out. */
	uint16_t flags;          /**< Wanted; unknown bits cleared. */
	bool release;
	bool successor; /**< An empty Successor record: a new line is wanted. */
};

/** Body of a Grant record. */
struct keyx_grant {
	uint8_t key_id; /**< 128..255 */
	uint8_t nonce_mode;
	uint16_t flags;
	uint64_t association_id;
};

struct keyx_lifetime {
	uint32_t hard_s, rekey_after_s, max_messages, overlap_s;
};

struct keyx_map_server {
	uint8_t family; /**< 4 or 6. */
	uint16_t port;
	uint8_t address[16]; /**< Network order. */
};

struct keyx_eid_prefix {
	uint32_t iid;
	uint8_t family; /**< 4 or 6. */
	uint8_t mask_len;
	bool more_specifics;
	uint8_t address[16];
};

struct keyx_answer {
	uint32_t error; /**< enum keyx_error; anything but NONE: only retry_after_s counts beside it. */
	uint32_t retry_after_s; /**< 0: no record. */
	bool release;
	uint16_t profile;
	uint8_t algorithm;
	struct keyx_grant grant;
	struct keyx_lifetime lifetime;
	uint8_t check[KEYX_CHECK_LEN];
	struct keyx_map_server map_servers[KEYX_MAP_SERVERS];
	unsigned int n_map_servers;
	struct keyx_eid_prefix eid_prefixes[KEYX_EID_PREFIXES];
	unsigned int n_eid_prefixes;
	char successor[256]; /**< Enrolment line, empty: none. Wipe. */
};

enum keyx_progress {
	KEYX_WAIT = 0, /**< More octets are needed. */
	KEYX_COMPLETE,
	KEYX_BAD, /**< See the error. */
};

/**
 * Look at what has come of a request: complete at its End record.
 *
 * @param authenticated  Peer of the TLS identity; record 5 must equal it (Error 3).
 * @param[out] error     With KEYX_BAD: what to answer.
 */
enum keyx_progress keyx_request_parse(const uint8_t *buf, size_t len,
		const struct keyx_peer *authenticated, struct keyx_request *req,
		enum keyx_error *error);

/** First of the server's values that the client offered too. @return KEYX_ERROR_NONE, or
 * NOTHING_IN_COMMON. */
enum keyx_error keyx_offer_choose(const struct keyx_offer *server, const struct keyx_offer *client,
		uint16_t *profile, uint8_t *algorithm, uint8_t *nonce_mode);

/** @return octets written to buf (size at least KEYX_REQUEST_MAX); 0: does not fit. */
size_t keyx_request_print(const struct keyx_request *req, uint8_t *buf, size_t size);

/** Client: the same for an answer; checks it against the request that was sent (not the key check,
 * which needs the exporter). KEYX_BAD: refuse the answer, *why says why. */
enum keyx_progress keyx_answer_parse(const uint8_t *buf, size_t len, const struct keyx_request *req,
		struct keyx_answer *ans, const char **why);

/** @return octets written to buf (size at least KEYX_ANSWER_MAX); 0: does not fit. */
size_t keyx_answer_print(const struct keyx_answer *ans, uint8_t *buf, size_t size);

/** Exporter context of a grant (specification 5). */
#define KEYX_CONTEXT_LEN 38
void keyx_export_context(uint8_t algorithm, const struct keyx_grant *grant,
		const struct keyx_peer *peer, uint8_t context[KEYX_CONTEXT_LEN]);
