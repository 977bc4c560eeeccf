/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The LISP control plane on the wire (RFC 9301): constants and parse errors.
 *
 * The room lisp knows libc and nothing else: no allocation, no log, no clock, no global state.
 * Every function may be called from any thread.  Parsers never read outside [pos, end) of the
 * cursor they are given, whatever the octets say, and never modify the message.  Results either
 * hold values or point into the caller's message and live as long as it does.
 */

#pragma once

#include <stdint.h>

#define LISP_CONTROL_PORT 4342
#define LISP_DATA_PORT    4341

/** Message types, high four bits of octet 0 (RFC 9301 section 12.1). */
enum lisp_type {
	LISP_MAP_REQUEST = 1,
	LISP_MAP_REPLY = 2,
	LISP_MAP_REGISTER = 3,
	LISP_MAP_NOTIFY = 4,
	LISP_MAP_NOTIFY_ACK = 5,
	LISP_MAP_REFERRAL = 6,
	LISP_INFO = 7, /**< Info-Request and Info-Reply of the NAT-traversal draft. */
	LISP_ECM = 8,
	LISP_SHARED = 15, /**< Shared extension message (RFC 9304). */
};

/** Address Family Identifiers on the wire. */
enum lisp_afi {
	LISP_AFI_NONE = 0,
	LISP_AFI_IPV4 = 1,
	LISP_AFI_IPV6 = 2,
	LISP_AFI_802 = 6,
	LISP_AFI_NAME = 17,
	LISP_AFI_LCAF = 16387,
	LISP_AFI_MAC48 = 16389,
	LISP_AFI_MAC64 = 16390,
};

/** LCAF types (RFC 8060, RFC 9306). */
enum lisp_lcaf {
	LISP_LCAF_NULL = 0,
	LISP_LCAF_AFI_LIST = 1,
	LISP_LCAF_IID = 2,
	LISP_LCAF_ASN = 3,
	LISP_LCAF_APP_DATA = 4,
	LISP_LCAF_GEO = 5,
	LISP_LCAF_OPAQUE_KEY = 6,
	LISP_LCAF_NAT = 7,
	LISP_LCAF_NONCE = 8,
	LISP_LCAF_MCAST = 9,
	LISP_LCAF_ELP = 10,
	LISP_LCAF_SECURITY = 11,
	LISP_LCAF_SRC_DST = 12,
	LISP_LCAF_RLE = 13,
	LISP_LCAF_JSON = 14,
	LISP_LCAF_KEY_VALUE = 15,
	LISP_LCAF_ENCAP = 16,
	LISP_LCAF_VENDOR = 255,
};

/** Authentication Algorithm IDs (RFC 9301 section 12.5). */
enum lisp_alg {
	LISP_ALG_NONE = 0,
	LISP_ALG_HMAC_SHA1_96 = 1,
	LISP_ALG_HMAC_SHA256_128 = 2,
	LISP_ALG_HMAC_SHA256_128_HKDF = 3,
};

#define LISP_LCAF_DEPTH_MAX  4   /**< LCAF headers on one path; more is LISP_ERR_DEPTH. */
#define LISP_EID_OCTETS_MAX  248 /**< Canonical octets of an EID; more is LISP_ERR_EID. */
#define LISP_RECORDS_MAX     255
#define LISP_LOCATORS_MAX    255
#define LISP_ITR_RLOCS_MAX   32
#define LISP_XTR_ID_LEN      16
#define LISP_SITE_ID_LEN     8
#define LISP_TRAILER_LEN     24 /**< xTR-ID then Site-ID, at the end of a message with the I bit. */
#define LISP_AUTH_HEADER_LEN 16 /**< Octets before Authentication Data in types 3, 4 and 5. */

#define LISP_TTL_RECEIVER_DECIDES UINT32_C(0xffffffff)

/**
 * Why a message is not well formed; each has one word for counters.
 * X(symbol, word, text)
 */
#define LISP_ERRORS(X)                                                             \
	X(TRUNCATED, "truncated", "ends inside a field")                           \
	X(TRAILING, "trailing", "octets left after the last field")                \
	X(TYPE, "type", "not the message type expected here")                      \
	X(AFI, "afi", "unrecognised AFI")                                          \
	X(LCAF, "lcaf", "LCAF contents and length disagree")                       \
	X(VENDOR, "vendor", "vendor LCAF with an unknown OUI")                     \
	X(DEPTH, "depth", "LCAFs nested too deep")                                 \
	X(MASK, "mask", "mask length above the width of its address")              \
	X(EID, "eid", "an EID of a kind or length that is not served")             \
	X(NAME, "name", "distinguished name without its NUL")                      \
	X(AUTH_LEN, "auth-length", "Authentication Data reaches past the message") \
	X(INNER, "inner", "bad IP or UDP header inside an ECM")                    \
	X(CHECKSUM, "inner-checksum", "bad UDP checksum inside an ECM")            \
	X(SECURITY, "security", "bad LISP-SEC authentication data in an ECM")

enum lisp_err {
	LISP_OK = 0,
#define X(sym, word, text) LISP_ERR_##sym,
	LISP_ERRORS(X)
#undef X
	LISP_ERR_COUNT,
};

/** The word of an error, for counters: "truncated"; "ok" for LISP_OK.  Never NULL. */
const char *lisp_err_word(enum lisp_err err);

/** A sentence for people about an error.  Never NULL. */
const char *lisp_err_text(enum lisp_err err);
