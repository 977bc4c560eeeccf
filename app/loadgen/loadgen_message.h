/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The Map-Registers of the emulated ETRs, made from numbers: which unit, and what it says of
 * itself.  The same numbers and nonce always give the same octets, so a message is never stored:
 * a refresh differs from the message before in nonce and MAC only, and what a Map-Notify must
 * hold is made again when it comes.
 *
 * A unit is what one Map-Register carries: up to n_records EID-prefixes of one ETR.  Units
 * 0..n_units-1 go round all ETRs before an ETR comes again.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lisp_register.h"
#include "loadgen_layout.h"

#define LOADGEN_MESSAGE_MAX 1472 /**< Octets of a message: IPv4 without fragments on Ethernet. */
#define LOADGEN_RECORD_MAX  52   /**< IPv6 EID, one IPv6 locator. */

/** What a message says; bits. */
#define LOADGEN_MOVED    0x01 /**< The ETR is on its other link: another locator. */
#define LOADGEN_FRESH    0x02 /**< The unit's fresh EID-prefixes instead of its own. */
#define LOADGEN_WITHDRAW 0x04 /**< Record TTL 0. */

struct loadgen_message_params {
	const struct loadgen_layout *layout; /**< Must live as long as the maker. */
	uint32_t n_records;                  /**< Records of a message at most, 1..255. */
	uint32_t ttl_min;                    /**< Record TTL, minutes. */
	uint16_t tag_len;                    /**< Octets of Authentication Data. */
	bool trailer;                        /**< I bit, xTR-ID and Site-ID. */
	bool want_notify;                    /**< M bit. */
};

/** Makes messages.  Read-only after loadgen_maker_init(). */
struct loadgen_maker {
	const struct loadgen_layout *layout;
	uint32_t n_records;
	uint32_t n_units;
	uint32_t max_len; /**< Octets of the longest message. */
	uint16_t tag_len;
	bool trailer;
	uint8_t header[LISP_AUTH_HEADER_LEN + 32]; /**< Authentication Data is zero. */
	uint32_t header_len;
	struct {
		uint8_t octets[LOADGEN_RECORD_MAX];
		uint32_t len;
	} record[2]; /**< With an IPv4 EID, with an IPv6 EID. */
};

/** One message, by number. */
struct loadgen_message {
	uint64_t nonce;
	uint32_t unit;
	uint8_t what; /**< LOADGEN_MOVED, ... */
};

/** How a Map-Notify differs from what the Map-Register said. */
enum loadgen_difference {
	LOADGEN_SAME = 0,
	LOADGEN_OTHER_HEADER,
	LOADGEN_OTHER_RECORDS,
	LOADGEN_OTHER_TRAILER,
};

/** @return 0; -EMSGSIZE when n_records do not fit into LOADGEN_MESSAGE_MAX; max_len is set. */
int loadgen_maker_init(struct loadgen_maker *mk, const struct loadgen_message_params *p);

/** The ETR that sends a unit. */
static inline uint32_t
loadgen_unit_etr(const struct loadgen_maker *mk, uint32_t unit)
{
	return unit % mk->layout->n_etrs;
}

/** EID-prefixes in a unit. */
uint32_t loadgen_unit_records(const struct loadgen_maker *mk, uint32_t unit);

/**
 * Write a Map-Register, its Authentication Data zero.
 *
 * @param[out] msg  Room for max_len + LOADGEN_RECORD_MAX octets: what lies behind the message may
 *                  be overwritten.
 * @return its octets.
 */
uint32_t loadgen_message_build(
		const struct loadgen_maker *mk, const struct loadgen_message *m, uint8_t *msg);

/**
 * Compare a Map-Notify with the Map-Register it answers: type, Record Count, nonce, Key ID,
 * algorithm and length; then records and trailer octet for octet (protocol rule for RFC 9301 5.7).
 * Authentication Data is not looked at.
 *
 * @param notify[len]  From octet 0 of the LISP message.
 */
enum loadgen_difference loadgen_message_compare(const struct loadgen_maker *mk,
		const struct loadgen_message *m, const uint8_t *notify, uint32_t len);
