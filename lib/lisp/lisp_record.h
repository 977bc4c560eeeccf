/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Mapping record (EID-record) and its locator records (RFC 9301 sections 5.4, 5.6).
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lisp_addr.h"

/** Locator flag bits of the 16-bit field at offset 4. */
#define LISP_LOC_L 0x0004 /**< Local. */
#define LISP_LOC_P 0x0002 /**< Probed; MUST NOT be set in a Map-Register. */
#define LISP_LOC_R 0x0001 /**< Reachable. */

/** Negative Map-Reply actions (RFC 9301 section 5.4). */
enum lisp_act {
	LISP_ACT_NO_ACTION = 0,
	LISP_ACT_NATIVELY_FORWARD = 1,
	LISP_ACT_SEND_MAP_REQUEST = 2,
	LISP_ACT_DROP_NO_REASON = 3,
	LISP_ACT_DROP_POLICY_DENIED = 4,
	LISP_ACT_DROP_AUTH_FAILURE = 5,
};

/** One mapping record; pointers go into the message. */
struct lisp_record {
	uint32_t ttl_min;        /**< Record TTL, minutes; 0 removes, LISP_TTL_RECEIVER_DECIDES. */
	uint8_t n_locators;      /**< Locator Count as on the wire. */
	uint8_t mask_len;        /**< EID mask-len as on the wire. */
	uint8_t act;             /**< enum lisp_act, 0..7 */
	bool authoritative;      /**< A bit. */
	uint16_t version;        /**< Map-Version, 12 bits; 0 = none. */
	const uint8_t *start;    /**< First octet of the record. */
	uint32_t len;            /**< Octets of the record, locators included. */
	const uint8_t *locators; /**< First locator record. */
	uint32_t locators_len;   /**< Octets of all locator records. */
	struct lisp_eid eid;     /**< Canonical; last, because it is large. */
};

/** One locator record. */
struct lisp_locator {
	uint8_t priority; /**< Lower is better; 255 = not for unicast. */
	uint8_t weight;
	uint8_t m_priority; /**< 255 = not for multicast joins. */
	uint8_t m_weight;
	uint16_t flags; /**< LISP_LOC_*; unused bits as on the wire. */
	struct lisp_addr rloc;
};

/**
 * Read one record with all its locators and check every octet of it.
 *
 * @param c  Cursor at the Record TTL; afterwards behind the last locator.
 * @return LISP_OK, or why the message must be dropped; then *r is undefined.
 */
enum lisp_err lisp_record_read(struct lisp_cursor *c, struct lisp_record *r);

/** Read only as far as the EID of the record at c: for the site lookup before authentication. */
enum lisp_err lisp_record_peek_eid(const struct lisp_cursor *c, struct lisp_eid *eid);

/**
 * Read one locator record.
 *
 * @param c  Cursor over lisp_record.locators; afterwards behind this locator.
 */
enum lisp_err lisp_locator_read(struct lisp_cursor *c, struct lisp_locator *loc);

/**
 * Write the fixed part and the EID of a record; its locators follow by lisp_locator_write().
 * Uses ttl_min, n_locators, act, authoritative, version and eid of *r; the mask length written is
 * that of the EID.
 */
void lisp_record_write(struct lisp_writer *w, const struct lisp_record *r);

/** Write one locator record with an IPv4 or IPv6 RLOC (loc->rloc.ip). */
void lisp_locator_write(struct lisp_writer *w, const struct lisp_locator *loc);
