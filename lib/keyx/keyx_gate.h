/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The gate before TLS (specification 10): is what a connection has sent so far a whole, small
 * ClientHello?  Only then a TLS object is worth its memory.  Pure.
 */

#pragma once

#include "keyx.h"

#define KEYX_GATE_MAX (5 + 2048) /**< Octets of the first TLS record, header included. */

/** What a peek at the first octets of a connection shows. */
enum keyx_gate {
	KEYX_GATE_WAIT = 0, /**< Could become one. */
	KEYX_GATE_OPEN,     /**< A complete ClientHello record. */
	KEYX_GATE_REFUSE,   /**< Never. */
};

enum keyx_gate keyx_gate_look(const uint8_t *buf, size_t len);
