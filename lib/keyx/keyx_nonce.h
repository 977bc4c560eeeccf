/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Nonces of keyed messages, sender's side (specification 6).  The receiver's side is assoc_nonce.h.
 */

#pragma once

#include "keyx.h"

/** Bit that keeps the nonces of the server's unsolicited messages apart. */
#define KEYX_NONCE_SERVER_WINDOW (UINT64_C(1) << 31)
#define KEYX_NONCE_SERVER_GROWS  (UINT64_C(1) << 63)

/**
 * Nonce of an ETR's message: mode window: elapsed << 32 | counter; mode grows: counter.
 *
 * @param elapsed_s  Whole seconds since the answer was received.
 * @param counter    1.., below 2^31, one more for every message under the key.
 */
static inline uint64_t
keyx_nonce_etr(enum keyx_nonce_mode mode, uint32_t elapsed_s, uint32_t counter)
{
	return mode == KEYX_NONCE_WINDOW ? (uint64_t)elapsed_s << 32 | counter : counter;
}

/** Nonce of an unsolicited message of the server. */
static inline uint64_t
keyx_nonce_server(enum keyx_nonce_mode mode, uint32_t elapsed_s, uint32_t counter)
{
	return mode == KEYX_NONCE_WINDOW
			? (uint64_t)elapsed_s << 32 | KEYX_NONCE_SERVER_WINDOW | counter
			: KEYX_NONCE_SERVER_GROWS | counter;
}
