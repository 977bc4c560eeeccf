/* SPDX-License-Identifier: BSD-3-Clause */

#include "harness_sign.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>

#include "harness.h"

#define AUTH_AT 16 /* octets before Authentication Data */

static const char *
label(uint8_t type)
{
	return type == 3            ? "Map-Register Authentication"
			: type == 4 ? "Map-Notify Authentication"
				    : "Map-Notify-Ack Authentication";
}

void
harness_sign_key(uint8_t type, uint64_t nonce, const uint8_t *secret, size_t secret_len,
		uint8_t key[32])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
	const char *salt = label(type);
	uint8_t ikm[8 + 128];
	size_t len = 32;

	if (secret_len > sizeof(ikm) - 8)
		harness_fail("HKDF", "secret too long");
	for (unsigned int i = 0; i < 8; i++)
		ikm[i] = (uint8_t)(nonce >> (56 - 8 * i));
	if (secret_len > 0)
		memcpy(ikm + 8, secret, secret_len);
	if (ctx == NULL || EVP_PKEY_derive_init(ctx) <= 0 ||
			EVP_PKEY_CTX_set_hkdf_md(ctx, EVP_sha256()) <= 0 ||
			EVP_PKEY_CTX_set1_hkdf_salt(
					ctx, (const uint8_t *)salt, (int)strlen(salt)) <= 0 ||
			EVP_PKEY_CTX_set1_hkdf_key(ctx, ikm, (int)(8 + secret_len)) <= 0 ||
			EVP_PKEY_derive(ctx, key, &len) <= 0)
		harness_fail("HKDF", "OpenSSL refuses");
	EVP_PKEY_CTX_free(ctx);
}

size_t
harness_sign_mac(uint8_t alg_id, const uint8_t *key, size_t key_len, const uint8_t *msg, size_t len,
		uint8_t mac[32])
{
	unsigned int n = 0;

	if (HMAC(alg_id == 1 ? EVP_sha1() : EVP_sha256(), key_len > 0 ? key : (const uint8_t *)"",
			    (int)key_len, msg, len, mac, &n) == NULL)
		harness_fail("HMAC", "OpenSSL refuses");
	return n;
}

/* MAC of a message whose Authentication Data counts as zero. */
static void
compute(const uint8_t *msg, size_t len, size_t tag_len, const uint8_t *secret, size_t secret_len,
		uint8_t mac[32])
{
	uint8_t copy[HARNESS_MESSAGE_MAX], key[32];
	uint64_t nonce = 0;

	if (len > sizeof(copy) || len < AUTH_AT + tag_len || tag_len > 32)
		harness_fail("message", "cannot be signed");
	memcpy(copy, msg, len);
	memset(copy + AUTH_AT, 0, tag_len);
	for (unsigned int i = 0; i < 8; i++)
		nonce = nonce << 8 | msg[4 + i];
	if (msg[13] == 3) {
		harness_sign_key(msg[0] >> 4, nonce, secret, secret_len, key);
		secret = key;
		secret_len = sizeof(key);
	}
	harness_sign_mac(msg[13], secret, secret_len, copy, len, mac);
}

void
harness_sign(uint8_t *msg, size_t len, const uint8_t *secret, size_t secret_len)
{
	size_t tag_len = (size_t)(msg[14] << 8 | msg[15]);
	uint8_t mac[32];

	compute(msg, len, tag_len, secret, secret_len, mac);
	memcpy(msg + AUTH_AT, mac, tag_len);
}

bool
harness_sign_ok(const uint8_t *msg, size_t len, const uint8_t *secret, size_t secret_len)
{
	size_t tag_len = (size_t)(msg[14] << 8 | msg[15]);
	uint8_t mac[32];

	if (tag_len > 32 || len < AUTH_AT + tag_len)
		return false;
	compute(msg, len, tag_len, secret, secret_len, mac);
	return CRYPTO_memcmp(msg + AUTH_AT, mac, tag_len) == 0;
}
