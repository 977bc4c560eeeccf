/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * TLS contexts as the specification wants them (2, 10): TLS 1.3, TLS_AES_128_GCM_SHA256 and
 * TLS_CHACHA20_POLY1305_SHA256, X25519 and P-256, psk_dhe_ke only, ALPN "lispke/1", no tickets, no
 * cache, no early data, no certificate on the PSK side.  The OpenSSL of this room, with keyx_kdf.
 */

#pragma once

#include "keyx_directory.h"

struct keyx_tls; /* opaque: one SSL_CTX */

/**
 * Asked for the PSK of a ClientHello; must always fill tpsk (keyx_directory_psk()).
 *
 * @param arg     Of keyx_session_accept().
 * @param random  The ClientHello's 32 octets.  After a HelloRetryRequest it is asked again, with the
 *                same random on the same connection.
 */
typedef enum keyx_cause (*keyx_tls_psk)(void *arg, const char *identity, size_t len,
		const uint8_t random[32], struct keyx_identity *id, uint8_t tpsk[KEYX_KEY_LEN]);

/** Contexts.  One serves any number of sessions of one thread. @return NULL: no memory. */
struct keyx_tls *keyx_tls_server(keyx_tls_psk psk);
struct keyx_tls *keyx_tls_client(void);
void keyx_tls_destroy(struct keyx_tls *t); /**< After its sessions. NULL is fine. */
