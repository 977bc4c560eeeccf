/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "auth_engine.h"
#include "auth_priv.h"
#include "base_secret.h"

#define SECRET_1 "password"
#define SECRET_2 "alpha-shared-secret-0001"
#define SECRET_3 " !\"#$%&'()*+,-./0123456789:;<=>?"

/* EID-prefix 10.1.2.0/24 at one locator, and an xTR-ID with a Site-ID. */
#define RECORD                                                             \
	"\x00\x00\x05\xa0\x01\x18\x10\x00\x00\x00\x00\x01\x0a\x01\x02\x00" \
	"\x01\x64\xff\x00\x00\x01\x00\x01\xcb\x00\x71\x01"
#define TRAILER                                                            \
	"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff" \
	"\x00\x00\x00\x00\x00\x00\x00\x0a"

/*
 * Whole signed messages.  Origin: the vectors of that name that come with the project, made from
 * RFC 9301 section 5.6 with Python's hmac module, none of our code.
 */
#define S_REG_005                                                          \
	"\x30\x00\x01\x01\x01\x02\x03\x04\x05\x06\x07\x55\x03\x01\x00\x14" \
	"\xd5\x98\xb8\x70\xc3\x23\xe8\x82\x25\x20\xa1\x27\x64\x28\xf3\x4a" \
	"\x40\x7b\x21\x7a" RECORD
#define S_REG_006                                                          \
	"\x30\x00\x01\x01\x01\x02\x03\x04\x05\x06\x07\x66\x03\x01\x00\x0c" \
	"\x65\x3e\x9a\xc2\x9d\xe5\x08\xe7\x87\x49\x91\xf2" RECORD
#define S_REG_001                                                          \
	"\x30\x00\x01\x01\x01\x02\x03\x04\x05\x06\x07\x11\x01\x02\x00\x10" \
	"\x32\xd1\x26\xec\x36\x9f\x03\x5b\x59\x31\xb2\x63\x6d\xbe\xf2\xe8" RECORD
#define S_REG_002                                                          \
	"\x30\x00\x01\x01\x01\x02\x03\x04\x05\x06\x07\x22\x01\x02\x00\x20" \
	"\xf0\x07\x5e\xbe\xf4\xe2\x34\x4a\x52\x48\x34\xcf\x99\x93\xb8\x7d" \
	"\xd9\x69\xa3\x80\xdf\x6d\xa1\x7a\xe0\x92\xf4\x29\x14\x9f\x3a\x2b" RECORD
#define S_REG_004                                                          \
	"\x30\x00\x01\x01\x01\x02\x03\x04\x05\x06\x07\x44\x02\x03\x00\x20" \
	"\x49\x5f\x57\xca\xe0\xc0\x3f\x16\x70\x4a\xd7\xfc\xd3\x97\x19\x72" \
	"\xe1\x7a\xf6\xf7\xa6\xfd\x2f\x5b\xf7\xe2\x57\xa7\xd6\x62\x84\xc7" RECORD
#define S_REG_041                                                          \
	"\x32\x00\x01\x01\x01\x02\x03\x04\x05\x06\x09\x97\x02\x03\x00\x10" \
	"\x03\x5e\x61\xca\xf6\x17\x74\xca\xbd\xca\xf5\x25\x51\x23\x0f\x42" RECORD TRAILER
#define S_NTF_004                                                          \
	"\x48\x00\x00\x01\x01\x02\x03\x04\x05\x06\x11\x07\x02\x03\x00\x10" \
	"\x78\xf5\xf3\x25\x01\xdb\xf5\x27\x6d\x35\xde\x4c\xe5\x21\x0a\x5a" RECORD TRAILER
#define S_ACK_002                                                          \
	"\x50\x00\x00\x01\x01\x02\x03\x04\x05\x06\x11\x6d\x02\x03\x00\x10" \
	"\x14\x4a\x85\xaa\x1c\xd4\xff\xdf\xb1\x66\x19\xbd\x38\xcc\x4d\x9a" RECORD

struct octets {
	const uint8_t *at;
	size_t len;
};

#define OCTETS(text)                                      \
	{                                                 \
		(const uint8_t *)(text), sizeof(text) - 1 \
	}

static const struct answer {
	uint8_t alg_id;
	uint8_t tag_len;
	uint8_t label;
	struct octets secret;
	struct octets msg;
} answers[] = {
	{ 1, 20, AUTH_LABEL_REGISTER, OCTETS(SECRET_1), OCTETS(S_REG_005) },
	{ 1, 12, AUTH_LABEL_REGISTER, OCTETS(SECRET_1), OCTETS(S_REG_006) },
	{ 2, 16, AUTH_LABEL_REGISTER, OCTETS(SECRET_2), OCTETS(S_REG_001) },
	{ 2, 32, AUTH_LABEL_REGISTER, OCTETS(SECRET_2), OCTETS(S_REG_002) },
	{ 3, 32, AUTH_LABEL_REGISTER, OCTETS(SECRET_3), OCTETS(S_REG_004) },
	{ 3, 16, AUTH_LABEL_REGISTER, OCTETS(SECRET_3), OCTETS(S_REG_041) },
	{ 3, 16, AUTH_LABEL_NOTIFY, OCTETS(SECRET_3), OCTETS(S_NTF_004) },
	{ 3, 16, AUTH_LABEL_ACK, OCTETS(SECRET_3), OCTETS(S_ACK_002) },
};

#define ANSWERS (sizeof(answers) / sizeof(answers[0]))
#define MSG_MAX 128

/* As many jobs as an engine ever gets at once: a lane that errs cannot hide. */
struct burst {
	struct auth_key keys[ANSWERS];
	struct auth_job jobs[AUTH_BURST_MAX];
	uint8_t msgs[AUTH_BURST_MAX][MSG_MAX];
};

static const struct answer *
answer_of(unsigned int i)
{
	return &answers[i % ANSWERS];
}

static void
fill(const struct auth *a, struct burst *b)
{
	for (unsigned int i = 0; i < ANSWERS; i++)
		auth_key_init(a, &b->keys[i], answers[i].alg_id, answers[i].secret.at,
				answers[i].secret.len);
	for (unsigned int i = 0; i < AUTH_BURST_MAX; i++) {
		const struct answer *want = answer_of(i);

		memcpy(b->msgs[i], want->msg.at, want->msg.len);
		b->jobs[i] = (struct auth_job){
			.key = &b->keys[i % ANSWERS],
			.msg = b->msgs[i],
			.len = (uint32_t)want->msg.len,
			.tag_len = want->tag_len,
			.label = want->label,
		};
	}
}

static bool
verifies(struct auth_ctx *ctx, struct burst *b)
{
	auth_verify_burst(ctx, b->jobs, AUTH_BURST_MAX);
	for (unsigned int i = 0; i < AUTH_BURST_MAX; i++)
		if (!b->jobs[i].ok)
			return false;
	return true;
}

static bool
signs(struct auth_ctx *ctx, struct burst *b)
{
	auth_sign_burst(ctx, b->jobs, AUTH_BURST_MAX);
	for (unsigned int i = 0; i < AUTH_BURST_MAX; i++)
		if (!base_secret_equal(b->msgs[i], answer_of(i)->msg.at, answer_of(i)->msg.len))
			return false;
	return true;
}

/* One bit, at another place in each message. */
static bool
refuses_altered(struct auth_ctx *ctx, struct burst *b)
{
	for (unsigned int i = 0; i < AUTH_BURST_MAX; i++)
		b->msgs[i][i % b->jobs[i].len] ^= 0x10;
	auth_verify_burst(ctx, b->jobs, AUTH_BURST_MAX);
	for (unsigned int i = 0; i < AUTH_BURST_MAX; i++)
		if (b->jobs[i].ok)
			return false;
	return true;
}

int
auth_kat(const struct auth *a)
{
	struct auth_ctx *ctx;
	struct burst *b;
	int ret = -ENOMEM;

	b = calloc(1, sizeof(*b));
	if (b == NULL)
		return -ENOMEM;
	errno = 0;
	ctx = auth_ctx_create(a);
	if (ctx == NULL) {
		ret = errno == 0 ? -ENOMEM : -errno;
		goto free_burst;
	}
	fill(a, b);
	ret = verifies(ctx, b) && signs(ctx, b) && refuses_altered(ctx, b) ? 0 : -EBADMSG;
	auth_ctx_destroy(ctx);
free_burst:
	free(b);
	return ret;
}
