/* SPDX-License-Identifier: BSD-3-Clause */

#include "auth.h"
#include "auth_engine.h"

/* Algorithm 0 (None) has no row on purpose: it is never accepted. */
static const struct auth_alg algs[] = {
	{ .id = 1, .name = "HMAC-SHA-1-96-None", .tag_len = { 12, 20 } },
	{ .id = 2, .name = "HMAC-SHA-256-128-None", .tag_len = { 16, 32 } },
	{ .id = 3, .name = "HMAC-SHA256-128+HKDF-SHA256", .tag_len = { 16, 32 }, .kdf = true },
};

#define SALT(s)                                   \
	{                                         \
		.text = (s), .len = sizeof(s) - 1 \
	}

const struct auth_salt auth_salts[AUTH_LABEL_COUNT] = {
	[AUTH_LABEL_REGISTER] = SALT("Map-Register Authentication"),
	[AUTH_LABEL_NOTIFY] = SALT("Map-Notify Authentication"),
	[AUTH_LABEL_ACK] = SALT("Map-Notify-Ack Authentication"),
};

const struct auth_alg *
auth_alg_get(uint8_t alg_id)
{
	if (alg_id < 1 || alg_id > sizeof(algs) / sizeof(algs[0]))
		return NULL;
	return &algs[alg_id - 1];
}

bool
auth_alg_tag_len_ok(const struct auth_alg *alg, uint16_t len)
{
	return len == alg->tag_len[0] || len == alg->tag_len[1];
}
