/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Map-Register (RFC 9301 section 5.6), and the layout that Map-Notify and Map-Notify-Ack share
 * with it: header, Authentication Data, records, trailer.
 *
 * Authenticate before you walk: lisp_register_peek() reads the 16 fixed octets and, with the I
 * bit, the last 24; it touches no record.  lisp_register_records() gives a cursor over the records
 * of an authenticated message; after Record Count times lisp_record_read() that cursor must be
 * empty, or the message is malformed: lisp_register_check() does that walk.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lisp_record.h"

/** Flag bits of a Map-Register as bits of its 32-bit word 0. */
#define LISP_REG_P UINT32_C(0x08000000) /**< Proxy Map-Reply wanted. */
#define LISP_REG_S UINT32_C(0x04000000) /**< LISP-SEC capable. */
#define LISP_REG_I UINT32_C(0x02000000) /**< xTR-ID and Site-ID present. */
#define LISP_REG_E UINT32_C(0x00001000) /**< EID-notify. */
#define LISP_REG_T UINT32_C(0x00000800) /**< Time out by Record TTL. */
#define LISP_REG_A UINT32_C(0x00000400) /**< Merge ("a"). */
#define LISP_REG_M UINT32_C(0x00000100) /**< Want-Map-Notify. */
#define LISP_NTF_I UINT32_C(0x08000000) /**< I bit of Map-Notify and Map-Notify-Ack. */

/** Header and trailer of a Map-Register, Map-Notify or Map-Notify-Ack. */
struct lisp_register {
	uint8_t type;      /**< enum lisp_type */
	uint8_t n_records; /**< Record Count. */
	bool has_trailer;  /**< The I bit of its type is set. */
	uint8_t key_id;
	uint8_t alg_id;    /**< As in the packet; only ever compared with the key's. */
	uint16_t auth_len; /**< Octets of Authentication Data, at LISP_AUTH_HEADER_LEN. */
	uint32_t flags;    /**< Word 0. */
	uint64_t nonce;    /**< Host order. */
	uint64_t site_id;  /**< Host order; 0 without trailer. */
	uint8_t xtr_id[LISP_XTR_ID_LEN]; /**< Zero without trailer. */
	uint32_t records_off; /**< Octets from the start of the message to the first record. */
	uint32_t records_end; /**< Octets to the end of the records: to the trailer, or the end. */
};

/**
 * Read header and trailer of a message of type 3, 4 or 5.
 *
 * @return LISP_ERR_TYPE for another type; LISP_ERR_TRUNCATED when the fixed part or the trailer
 *         does not fit; LISP_ERR_AUTH_LEN when Authentication Data reaches past the message.
 *         No bound but that is put on auth_len: the key decides which lengths are legal.
 */
enum lisp_err lisp_register_peek(const uint8_t *msg, size_t len, struct lisp_register *r);

/** Cursor over the records of a message that lisp_register_peek() took. */
static inline struct lisp_cursor
lisp_register_records(const uint8_t *msg, const struct lisp_register *r)
{
	return lisp_cursor_over(msg + r->records_off, r->records_end - r->records_off);
}

/** Walk all records: every octet is checked and none is left before the trailer. */
enum lisp_err lisp_register_check(const uint8_t *msg, const struct lisp_register *r);

/**
 * Start a message of type 3, 4 or 5: header, then auth_len zero octets.  Uses flags (reserved bits
 * cleared, the type and the I bit of that type put in), n_records, nonce, key_id, alg_id, auth_len.
 */
void lisp_register_begin(struct lisp_writer *w, const struct lisp_register *r);

/** End it: with has_trailer the xTR-ID and Site-ID. */
void lisp_register_end(struct lisp_writer *w, const struct lisp_register *r);
