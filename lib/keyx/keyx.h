/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The key exchange between ETR and Map-Server, "lispke/1": what all files of the room share.
 *
 * Model.  An ETR and the key server hold an enrolment secret (EPSK).  A TLS 1.3 connection with a
 * PSK made from it carries one request and one answer; both ends take an association key K out of
 * the TLS exporter.  docs/key-exchange.md is the specification.
 *
 *     keyx_identity   who an ETR is: "lispke1/m1/example.net/SITE/XTR/1"
 *     keyx_kdf        master -> EPSK -> TLS PSK, enrolment lines, strength of secrets
 *     keyx_deny       which identities count no more
 *     keyx_directory  identity -> TLS PSK: always an answer, true or decoy
 *     keyx_record     request and answer, octets to structs and back
 *     keyx_nonce      nonces of keyed messages, sender's side
 *     keyx_tls        TLS contexts as the specification wants them
 *     keyx_session    one exchange, either end, non-blocking
 *     keyx_link       records between the key server and the map server
 *
 * Only keyx_kdf.c and keyx_tls.c (and keyx_session.c through it) know OpenSSL.  Integers are in
 * host order in structs.  No file keeps state of its own; a struct belongs to one thread.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYX_PORT         14342
#define KEYX_ALPN         "lispke/1"
#define KEYX_IDENTITY_MAX 128 /**< Octets of an identity that are looked at. */
#define KEYX_REALM_MAX    32  /**< Octets. */
#define KEYX_XTR_ID_LEN   16
#define KEYX_KEY_LEN      32 /**< Octets of K, S, EPSK from a master, and of a TLS PSK. */
#define KEYX_CHECK_LEN    8  /**< Octets of the key check. */
#define KEYX_EPSK_MIN     16 /**< Octets of an imported enrolment secret. */
#define KEYX_EPSK_MAX     64
#define KEYX_MASTER_MIN   32   /**< Octets of a master secret. */
#define KEYX_REQUEST_MAX  1024 /**< Octets. */
#define KEYX_RECORDS_MAX  32
#define KEYX_ANSWER_MAX   4096 /**< Octets. */
#define KEYX_KEY_ID_FIRST 128  /**< Key IDs of association keys: 128..255. */
#define KEYX_MAP_SERVERS  8    /**< Map-Server records of an answer. */
#define KEYX_EID_PREFIXES 64   /**< EID prefix records of an answer. */

/** Codes of an Error record. */
enum keyx_error {
	KEYX_ERROR_UNKNOWN_CRITICAL = 0,
	KEYX_ERROR_BAD_REQUEST = 1,
	KEYX_ERROR_INTERNAL = 2,
	KEYX_ERROR_NOT_AUTHORISED = 3,
	KEYX_ERROR_NOTHING_IN_COMMON = 4,
	KEYX_ERROR_BUSY = 5,
	KEYX_ERROR_NONE = 0x10000, /**< Never on the wire. */
};

/** How the nonces of a key grow. */
enum keyx_nonce_mode {
	KEYX_NONCE_GROWS = 0,  /**< Anything that grows and is below 2^63. */
	KEYX_NONCE_WINDOW = 1, /**< Seconds since the grant and a counter: see keyx_nonce.h. */
};

#define KEYX_FLAG_NOTIFY_SOURCE 0x0001u /**< Map-Notify to the source port. */
#define KEYX_FLAG_RELAY         0x0002u /**< The sender re-signs for another data path. */

/** Names an association. */
struct keyx_peer {
	uint64_t site_id;
	uint8_t xtr_id[KEYX_XTR_ID_LEN];
};
