/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Map-Notify and Map-Notify-Ack (RFC 9301 section 5.7).  Parsing is lisp_register_peek().
 */

#pragma once

#include "lisp_register.h"

/**
 * Turn a Map-Register into the Map-Notify that answers it, in place.
 *
 * Nonce, Key ID, Algorithm ID, the length of Authentication Data, the accepted records and the
 * trailer stay; word 0 becomes type 4 with the new Record Count, and the I bit (bit 4) when the
 * trailer stays; Authentication Data is zeroed, ready to be signed.
 *
 * @param msg       The Map-Register, well formed (lisp_register_check() said so).
 * @param r         What lisp_register_peek() read from it.
 * @param accepted  Bit i of word i/64: record i stays; others are taken out and the rest moved up.
 * @param trailer   Keep the trailer, if there is one.
 * @return New length of the message, octets, never above the old one.
 */
uint32_t lisp_notify_from_register(uint8_t *msg, const struct lisp_register *r,
		const uint64_t accepted[4], bool trailer);
