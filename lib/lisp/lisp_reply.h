/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Map-Reply (RFC 9301 section 5.4), negative replies included.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lisp_record.h"

#define LISP_REP_P UINT32_C(0x08000000) /**< Probe reply. */
#define LISP_REP_E UINT32_C(0x04000000) /**< Echo-nonce capable. */
#define LISP_REP_S UINT32_C(0x02000000) /**< LISP-SEC authentication data follows the records. */

/** Header of a Map-Reply; the records go by lisp_record_read(). */
struct lisp_reply {
	uint32_t flags; /**< Word 0. */
	uint8_t n_records;
	uint64_t nonce;
	const uint8_t *records; /**< First record, in the message. */
	uint32_t records_len;   /**< Octets of all records. */
	uint32_t rest_len; /**< Octets after the records: LISP-SEC data with the S bit, else 0. */
};

/** Parse a whole Map-Reply; without the S bit nothing may follow the records. */
enum lisp_err lisp_reply_parse(const uint8_t *msg, size_t len, struct lisp_reply *r);

/** Write the header; records follow by lisp_record_write() and lisp_locator_write(). */
void lisp_reply_begin(struct lisp_writer *w, const struct lisp_reply *r);
