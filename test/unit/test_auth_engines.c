/* SPDX-License-Identifier: BSD-3-Clause */

/* Every engine against libcrypto's own HMAC and HKDF, which none of ours uses. */

#include "test_auth_engines.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#define MSG_MAX 1500
#define MSGS    256 /* one for each length of a secret */

struct message {
	struct auth_key key;
	uint8_t secret[AUTH_SECRET_MAX];
	uint8_t octets[MSG_MAX];
	uint8_t want[AUTH_TAG_MAX];
};

static struct message messages[MSGS];
static struct auth_job jobs[MSGS];

/* Fixed seed: what fails once fails again. */
static uint32_t
draw(uint32_t from, uint32_t to)
{
	static uint64_t state = 9301;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return from + (uint32_t)(state >> 16) % (to - from + 1);
}

static void
draw_octets(uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)draw(0, 255);
}

static void
reference_hkdf(const struct auth_job *j, uint8_t key[32])
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	uint8_t ikm[8 + AUTH_SECRET_MAX];
	OSSL_PARAM params[4];

	memcpy(ikm, j->msg + 4, 8);
	memcpy(ikm + 8, j->key->secret, j->key->secret_len);
	params[0] = OSSL_PARAM_construct_utf8_string(
			OSSL_KDF_PARAM_DIGEST, (char *)(uintptr_t) "SHA256", 0);
	params[1] = OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_KEY, ikm, 8 + (size_t)j->key->secret_len);
	params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
			(void *)(uintptr_t)auth_salts[j->label].text, auth_salts[j->label].len);
	params[3] = OSSL_PARAM_construct_end();
	CU_ASSERT_EQUAL_FATAL(EVP_KDF_derive(ctx, key, 32, params), 1);
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

static void
reference_mac(const struct auth_job *j, uint8_t mac[AUTH_TAG_MAX])
{
	uint8_t msg[MSG_MAX];
	uint8_t full[EVP_MAX_MD_SIZE];
	uint8_t derived[32];
	const uint8_t *key = j->key->secret;
	int key_len = j->key->secret_len;

	memcpy(msg, j->msg, j->len);
	memset(msg + AUTH_DATA_OFFSET, 0, j->tag_len);
	if (j->key->alg_id == 3) {
		reference_hkdf(j, derived);
		key = derived;
		key_len = sizeof(derived);
	}
	HMAC(j->key->alg_id == 1 ? EVP_sha1() : EVP_sha256(), key, key_len, msg, j->len, full,
			NULL);
	memcpy(mac, full, j->tag_len);
}

/* Message i with random octets, and the tag it should get. */
static void
make_message(unsigned int i, uint8_t alg_id, size_t secret_len, uint32_t len)
{
	struct message *m = &messages[i];
	uint16_t tag_len = auth_alg_get(alg_id)->tag_len[draw(0, 1)];

	if (len < AUTH_DATA_OFFSET + (uint32_t)tag_len)
		len = AUTH_DATA_OFFSET + (uint32_t)tag_len;
	draw_octets(m->secret, secret_len);
	draw_octets(m->octets, len);
	CU_ASSERT_EQUAL_FATAL(auth_key_init(auth_now, &m->key, alg_id, m->secret, secret_len), 0);
	jobs[i] = (struct auth_job){
		.key = &m->key,
		.msg = m->octets,
		.len = len,
		.tag_len = tag_len,
		.label = (uint8_t)draw(0, AUTH_LABEL_COUNT - 1),
	};
	reference_mac(&jobs[i], m->want);
}

static void
make_random_message(unsigned int i)
{
	make_message(i, (uint8_t)draw(1, 3), draw(1, AUTH_SECRET_MAX), draw(16, MSG_MAX));
}

static bool
tag_is_right(unsigned int i)
{
	return memcmp(jobs[i].msg + AUTH_DATA_OFFSET, messages[i].want, jobs[i].tag_len) == 0;
}

/* Signs jobs 0..n, checks the tags, verifies them, and expects each to hold. */
static void
expect_right(unsigned int n)
{
	unsigned int wrong_tags = 0, refused = 0;

	auth_sign_burst(ctx_now, jobs, n);
	for (unsigned int i = 0; i < n; i++)
		wrong_tags += !tag_is_right(i);
	auth_verify_burst(ctx_now, jobs, n);
	for (unsigned int i = 0; i < n; i++)
		refused += !jobs[i].ok;
	CU_ASSERT_EQUAL(wrong_tags, 0);
	CU_ASSERT_EQUAL(refused, 0);
}

static void
every_message_length_is_right(void)
{
	for (uint8_t alg_id = 1; alg_id <= 3; alg_id++) {
		for (uint32_t len = 28; len <= 28 + MSGS - 1; len++)
			make_message(len - 28, alg_id, 32, len);
		expect_right(MSGS);
		for (uint32_t i = 0; i < MSGS; i++)
			make_message(i, alg_id, 32, MSG_MAX - i);
		expect_right(MSGS);
	}
}

static void
every_secret_length_is_right(void)
{
	for (uint8_t alg_id = 1; alg_id <= 3; alg_id++) {
		for (uint32_t len = 1; len <= AUTH_SECRET_MAX; len++)
			make_message(len - 1, alg_id, len, 92);
		expect_right(AUTH_SECRET_MAX);
	}
}

static void
every_burst_size_of_mixed_messages_is_right(void)
{
	for (unsigned int n = 1; n <= MSGS; n++) {
		for (unsigned int i = 0; i < n; i++)
			make_message(i, (uint8_t)draw(1, 3), draw(1, AUTH_SECRET_MAX),
					draw(28, 200));
		expect_right(n);
	}
}

static void
random_messages_are_right(void)
{
	for (unsigned int round = 0; round < 10; round++) {
		for (unsigned int i = 0; i < MSGS; i++)
			make_random_message(i);
		expect_right(MSGS);
	}
}

/* Puts the right tag into message 0, spoils one bit of the message, and verifies. */
static bool
holds_spoiled(uint32_t octet, uint8_t bits)
{
	memcpy(jobs[0].msg + AUTH_DATA_OFFSET, messages[0].want, jobs[0].tag_len);
	jobs[0].msg[octet] ^= bits;
	auth_verify_burst(ctx_now, jobs, 1);
	if (octet < AUTH_DATA_OFFSET || octet >= AUTH_DATA_OFFSET + (uint32_t)jobs[0].tag_len)
		jobs[0].msg[octet] ^= bits;
	return jobs[0].ok;
}

static void
one_wrong_bit_anywhere_is_refused(void)
{
	for (unsigned int round = 0; round < 24; round++) {
		unsigned int held = 0;

		make_message(0, (uint8_t)(1 + round % 3), 24, 92);
		CU_ASSERT_TRUE(holds_spoiled(0, 0));
		for (uint32_t octet = 0; octet < jobs[0].len; octet++)
			for (unsigned int bit = 0; bit < 8; bit++)
				held += holds_spoiled(octet, (uint8_t)(1 << bit));
		CU_ASSERT_EQUAL(held, 0);
	}
}

/* A comparison that stops at an octet of zero would take any end. */
static void
tag_that_begins_with_zero_is_compared_to_its_end(void)
{
	for (uint8_t alg_id = 1; alg_id <= 3; alg_id++) {
		do {
			make_message(0, alg_id, 24, 64);
		} while (messages[0].want[0] != 0);
		CU_ASSERT_TRUE(holds_spoiled(0, 0));
		for (uint32_t i = 0; i < jobs[0].tag_len; i++)
			CU_ASSERT_FALSE(holds_spoiled(AUTH_DATA_OFFSET + i, 0x01));
	}
}

static void
refused_one_does_not_touch_its_neighbours(void)
{
	for (unsigned int bad = 0; bad < 70; bad++) {
		unsigned int wrong = 0;

		for (unsigned int i = 0; i < 70; i++) {
			make_message(i, (uint8_t)draw(1, 3), 24, 92);
			memcpy(jobs[i].msg + AUTH_DATA_OFFSET, messages[i].want, jobs[i].tag_len);
		}
		jobs[bad].msg[jobs[bad].len - 1] ^= 1;
		auth_verify_burst(ctx_now, jobs, 70);
		for (unsigned int i = 0; i < 70; i++)
			wrong += jobs[i].ok != (i != bad);
		CU_ASSERT_EQUAL(wrong, 0);
	}
}

static void
label_counts_for_algorithm_3_only(void)
{
	for (uint8_t alg_id = 1; alg_id <= 3; alg_id++) {
		make_message(0, alg_id, 24, 92);
		jobs[0].label = (uint8_t)((jobs[0].label + 1) % AUTH_LABEL_COUNT);
		CU_ASSERT_EQUAL(holds_spoiled(0, 0), alg_id != 3);
	}
}

static void
algorithms_2_and_3_do_not_stand_in_for_each_other(void)
{
	struct auth_key other;

	for (uint8_t alg_id = 2; alg_id <= 3; alg_id++) {
		make_message(0, alg_id, 24, 92);
		CU_ASSERT_EQUAL(auth_key_init(auth_now, &other, (uint8_t)(5 - alg_id),
						messages[0].secret, 24),
				0);
		jobs[0].key = &other;
		CU_ASSERT_FALSE(holds_spoiled(0, 0));
	}
}

/* auth.h: any engine may use what another prepared. */
static void
pads_are_the_same_for_every_engine(void)
{
	uint8_t secret[AUTH_SECRET_MAX];
	struct auth_pads ours, theirs;

	for (unsigned int i = 0; drivers_auth[i] != NULL; i++)
		for (size_t len = 1; len <= sizeof(secret); len++)
			for (uint8_t alg_id = 1; alg_id <= 2; alg_id++) {
				memset(&ours, 0, sizeof(ours));
				memset(&theirs, 0, sizeof(theirs));
				draw_octets(secret, len);
				engine_now()->pads(alg_id, secret, len, &ours);
				drivers_auth[i]->pads(alg_id, secret, len, &theirs);
				CU_ASSERT_EQUAL(memcmp(&ours, &theirs, sizeof(ours)), 0);
			}
}

static CU_TestInfo engine_tests[] = {
	{ "every message length is right", every_message_length_is_right },
	{ "every secret length is right", every_secret_length_is_right },
	{ "every burst size of mixed messages is right",
			every_burst_size_of_mixed_messages_is_right },
	{ "random messages are right", random_messages_are_right },
	{ "one wrong bit anywhere is refused", one_wrong_bit_anywhere_is_refused },
	{ "tag that begins with zero is compared to its end",
			tag_that_begins_with_zero_is_compared_to_its_end },
	{ "refused one does not touch its neighbours", refused_one_does_not_touch_its_neighbours },
	{ "label counts for algorithm 3 only", label_counts_for_algorithm_3_only },
	{ "algorithms 2 and 3 do not stand in for each other",
			algorithms_2_and_3_do_not_stand_in_for_each_other },
	{ "pads are the same for every engine", pads_are_the_same_for_every_engine },
	CU_TEST_INFO_NULL,
};

__attribute__((constructor)) static void
make_suites(void)
{
	make_engine_suites(engine_tests);
}
