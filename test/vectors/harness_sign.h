/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Authentication Data by OpenSSL's one-shot functions alone: a second way to the same octets, so
 * that the product's engines are not checked against themselves.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** HKDF-SHA-256, empty info, of nonce || secret, salt = label of the message type (3, 4, 5). */
void harness_sign_key(uint8_t type, uint64_t nonce, const uint8_t *secret, size_t secret_len,
		uint8_t key[32]);

/** HMAC of msg under key, by the hash of alg_id (1: SHA-1, else SHA-256). @return octets of mac. */
size_t harness_sign_mac(uint8_t alg_id, const uint8_t *key, size_t key_len, const uint8_t *msg,
		size_t len, uint8_t mac[32]);

/** Fill in the Authentication Data of a message of type 3, 4 or 5, by its own header. */
void harness_sign(uint8_t *msg, size_t len, const uint8_t *secret, size_t secret_len);

/** Is the Authentication Data of msg[len] right? */
bool harness_sign_ok(const uint8_t *msg, size_t len, const uint8_t *secret, size_t secret_len);
