/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Map-Request (RFC 9301 section 5.2) and Encapsulated Control Message (section 5.8, LISP-SEC
 * authentication data by RFC 9303 section 6.1).
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lisp_record.h"

/** Flag bits of a Map-Request as bits of its 32-bit word 0. */
#define LISP_REQ_A       UINT32_C(0x08000000) /**< Authoritative answer wanted. */
#define LISP_REQ_M       UINT32_C(0x04000000) /**< A Map-Reply record is appended. */
#define LISP_REQ_P       UINT32_C(0x02000000) /**< RLOC probe. */
#define LISP_REQ_S       UINT32_C(0x01000000) /**< Solicit-Map-Request. */
#define LISP_REQ_PITR    UINT32_C(0x00800000) /**< Sent by a PITR ("p"). */
#define LISP_REQ_INVOKED UINT32_C(0x00400000) /**< SMR-invoked ("s"). */
#define LISP_REQ_I       UINT32_C(0x00100000) /**< xTR-ID and Site-ID present (PubSub). */
#define LISP_REQ_L       UINT32_C(0x00004000) /**< Local xTR. */
#define LISP_REQ_D       UINT32_C(0x00002000) /**< Do not reply. */

/** A Map-Request; pointers go into the message.  All of it has been checked. */
struct lisp_request {
	uint32_t flags; /**< Word 0. */
	uint64_t nonce;
	uint8_t n_itr_rlocs; /**< 1..32 */
	uint8_t n_records;   /**< Record Count; 0 is left to the caller to refuse. */
	bool has_trailer;
	struct lisp_addr source_eid; /**< AFI 0 allowed. */
	const uint8_t *itr_rlocs;    /**< n_itr_rlocs addresses, by lisp_addr_read(). */
	uint32_t itr_rlocs_len;
	const uint8_t *records; /**< n_records of them, by lisp_request_record_read(). */
	uint32_t records_len;
	uint8_t xtr_id[LISP_XTR_ID_LEN];
	uint64_t site_id;
};

/** One EID-prefix asked for. */
struct lisp_request_record {
	bool notify;      /**< N bit: PubSub notification wanted. */
	uint8_t mask_len; /**< As on the wire. */
	struct lisp_eid eid;
};

/** Parse a whole Map-Request. */
enum lisp_err lisp_request_parse(const uint8_t *msg, size_t len, struct lisp_request *r);

enum lisp_err lisp_request_record_read(struct lisp_cursor *c, struct lisp_request_record *rec);

/**
 * The ITR-RLOC at position i that a reply can be sent to, counting usable ones only: plain IPv4 or
 * IPv6 unicast (CK-083).
 *
 * @return false when there are not that many.
 */
bool lisp_request_itr_rloc(const struct lisp_request *r, unsigned int i, struct lisp_ip *ip);

/**
 * Does the message ask to end a subscription: I bit, N bit on every record, a single ITR-RLOC of
 * AFI 0 (CK-137)?
 */
bool lisp_request_is_unsubscribe(const struct lisp_request *r);

/** An ECM; pointers go into the message. */
struct lisp_ecm {
	uint32_t flags;          /**< Word 0. */
	bool has_security;       /**< S bit: LISP-SEC authentication data present. */
	const uint8_t *security; /**< Authentication data from the AD type on. */
	uint32_t security_len;
	struct lisp_ip inner_src, inner_dst;
	uint16_t inner_sport, inner_dport; /**< Host order. */
	const uint8_t *packet;             /**< Inner IP header. */
	uint32_t packet_len;
	const uint8_t *msg; /**< LISP message inside. */
	uint32_t msg_len;
};

/** Flag bits of an ECM as bits of word 0. */
#define LISP_ECM_S UINT32_C(0x08000000)
#define LISP_ECM_D UINT32_C(0x04000000)
#define LISP_ECM_E UINT32_C(0x02000000)
#define LISP_ECM_M UINT32_C(0x01000000)

/** What a receiver tolerates in an ECM. */
enum lisp_ecm_mode {
	LISP_ECM_STRICT = 0,        /**< A zero inner UDP checksum is refused. */
	LISP_ECM_ZERO_CHECKSUM = 1, /**< A zero inner UDP checksum is taken (lispers.net). */
};

/**
 * Parse an ECM down to the message inside and check the inner headers (protocol rules in RFC 9301
 * 5.8): version, lengths, IPv4 header checksum, no fragment, UDP, checksum, ports.  The type of
 * the message inside is left to the caller, save that an ECM inside an ECM is LISP_ERR_INNER.
 */
enum lisp_err lisp_ecm_parse(
		const uint8_t *msg, size_t len, enum lisp_ecm_mode mode, struct lisp_ecm *e);
