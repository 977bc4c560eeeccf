/* SPDX-License-Identifier: BSD-3-Clause */

/* Every engine against answers that none of our code made: RFC 2202, RFC 4231, and the vectors of
 * the project (Python's hmac module). */

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "test_auth_engines.h"

#define MSG_MAX 16384

struct octets {
	uint8_t at[MSG_MAX];
	size_t len;
};

/* len 0: the text as it is; else its first octet, so many times. */
static struct octets
from_text(const char *text, size_t len)
{
	struct octets o = { .len = len == 0 ? strlen(text) : len };

	if (len == 0)
		memcpy(o.at, text, o.len);
	else
		memset(o.at, text[0], o.len);
	return o;
}

static struct octets
from_hex(const char *hex)
{
	struct octets o = { .len = strlen(hex) / 2 };

	CU_ASSERT_FATAL(o.len <= sizeof(o.at));
	for (size_t i = 0; i < o.len; i++) {
		unsigned int v = 0;

		CU_ASSERT_EQUAL_FATAL(sscanf(hex + 2 * i, "%2x", &v), 1);
		o.at[i] = (uint8_t)v;
	}
	return o;
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static struct octets
hex_of(const json_t *object, const char *name)
{
	return from_hex(text_of(object, name));
}

/* The whole MAC of a message as it stands, past the room, straight from the engine. */
static void
expect_mac(const struct octets *secret, uint8_t alg_id, uint8_t label, struct octets *msg,
		const struct octets *want)
{
	uint8_t tags[1][AUTH_TAG_MAX];
	struct auth_key key;
	struct auth_job j = {
		.key = &key,
		.msg = msg->at,
		.len = (uint32_t)msg->len,
		.tag_len = (uint16_t)want->len,
		.label = label,
	};
	void *ctx = engine_now()->ctx_create();

	CU_ASSERT_PTR_NOT_NULL_FATAL(ctx);
	CU_ASSERT_EQUAL(auth_key_init(auth_now, &key, alg_id, secret->at, secret->len), 0);
	engine_now()->compute(ctx, &j, tags, 1);
	engine_now()->ctx_destroy(ctx);
	CU_ASSERT_EQUAL(memcmp(tags[0], want->at, want->len), 0);
}

static const struct rfc_case {
	const char *key;
	size_t key_len;
	const char *data;
	size_t data_len;
	const char *sha1;   /* RFC 2202 section 3 */
	const char *sha256; /* RFC 4231 section 4 */
} rfc_cases[] = {
	{ "\x0b", 20, "Hi There", 0, "b617318655057264e28bc0b6fb378c8ef146be00",
			"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
	{ "Jefe", 0, "what do ya want for nothing?", 0, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
			"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ "\xaa", 20, "\xdd", 50, "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
			"773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
	{ "\xaa", 80, "Test Using Larger Than Block-Size Key - Hash Key First", 0,
			"aa4ae5e15272d00e95705637ce8a3b55ed402112", "" },
};

static void
rfc_2202_and_4231_hold(void)
{
	for (unsigned int i = 0; i < sizeof(rfc_cases) / sizeof(rfc_cases[0]); i++) {
		const struct rfc_case *c = &rfc_cases[i];
		struct octets key = from_text(c->key, c->key_len);
		struct octets data = from_text(c->data, c->data_len);
		struct octets want1 = from_hex(c->sha1);
		struct octets want256 = from_hex(c->sha256);

		expect_mac(&key, 1, AUTH_LABEL_REGISTER, &data, &want1);
		expect_mac(&key, 2, AUTH_LABEL_REGISTER, &data, &want256);
	}
}

/* Vectors come beside the source tree; a copy of the tree alone still has the RFCs' above. */
static json_t *
load(const char *name)
{
	static const char *const folders[] = { "test/vectors/data", "../shared/vectors" };
	char path[128];
	json_t *root;

	for (unsigned int i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		root = json_load_file(path, 0, NULL);
		if (root != NULL)
			return root;
	}
	printf("[%s is not here: skipped] ", name);
	return NULL;
}

static struct octets
find_secret(const json_t *root, const char *site_name, json_int_t key_id)
{
	json_t *site, *key;
	size_t i, k;

	json_array_foreach(json_object_get(root, "sites"), i, site) {
		if (strcmp(text_of(site, "name"), site_name) != 0)
			continue;
		json_array_foreach(json_object_get(site, "keys"), k, key)
			if (json_integer_value(json_object_get(key, "key_id")) == key_id)
				return hex_of(key, "psk_hex");
	}
	return (struct octets){ .len = 0 };
}

/* Verify a packet as the pipeline would; Algorithm ID and length are those in the packet. */
static bool
verify_packet(const struct octets *secret, struct octets *packet, uint8_t label)
{
	struct auth_job j = { .msg = packet->at, .len = (uint32_t)packet->len, .label = label };
	struct auth_key key;

	if (packet->len < AUTH_DATA_OFFSET ||
			auth_key_init(auth_now, &key, packet->at[13], secret->at, secret->len) < 0)
		return false;
	j.key = &key;
	j.tag_len = (uint16_t)(packet->at[14] << 8 | packet->at[15]);
	auth_verify_burst(ctx_now, &j, 1);
	return j.ok;
}

static bool
tag_len_is_legal(const struct octets *packet)
{
	const struct auth_alg *alg = auth_alg_get(packet->at[13]);
	uint16_t len = (uint16_t)(packet->at[14] << 8 | packet->at[15]);

	return alg != NULL && auth_alg_tag_len_ok(alg, len);
}

/* Zeroes the tag and expects the whole MAC that the vector gives. */
static void
expect_vector_mac(const json_t *auth, struct octets *packet, uint8_t label)
{
	struct octets secret = hex_of(auth, "psk_hex");
	struct octets want = hex_of(auth, "mac_full_hex");
	size_t tag_len = (size_t)json_integer_value(json_object_get(auth, "mac_len"));

	memset(packet->at + AUTH_DATA_OFFSET, 0, tag_len);
	expect_mac(&secret, packet->at[13], label, packet, &want);
}

static void
map_register_vectors_hold(void)
{
	json_t *root = load("map_register.json");
	unsigned int verified = 0, right = 0, wrong = 0;
	json_t *v;
	size_t i;

	json_array_foreach(json_object_get(root, "vectors"), i, v) {
		json_int_t key_id = json_integer_value(json_object_get(v, "key_id"));
		struct octets secret = find_secret(root, text_of(v, "site"), key_id);
		struct octets packet = hex_of(v, "packet_hex");
		bool want = json_is_true(json_object_get(v, "mac_valid")) &&
				tag_len_is_legal(&packet);

		if (secret.len > 0) {
			verified++;
			right += want;
			wrong += verify_packet(&secret, &packet, AUTH_LABEL_REGISTER) != want;
		}
		if (json_object_get(v, "auth") != NULL)
			expect_vector_mac(json_object_get(v, "auth"), &packet, AUTH_LABEL_REGISTER);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_TRUE(root == NULL || (right > 80 && verified > right + 20));
	json_decref(root);
}

static void
map_notify_vectors_hold(void)
{
	json_t *root = load("map_notify.json");
	unsigned int notifies = 0, acks = 0;
	json_t *v;
	size_t i;

	json_array_foreach(json_object_get(root, "vectors"), i, v) {
		struct octets notify = hex_of(v, "notify_hex");
		struct octets ack = hex_of(v, "ack_hex");

		if (json_object_get(v, "notify_auth") != NULL && notify.len > 0) {
			struct octets secret = hex_of(json_object_get(v, "notify_auth"), "psk_hex");

			CU_ASSERT_TRUE(verify_packet(&secret, &notify, AUTH_LABEL_NOTIFY));
			expect_vector_mac(json_object_get(v, "notify_auth"), &notify,
					AUTH_LABEL_NOTIFY);
			notifies++;
		}
		if (json_object_get(v, "auth") != NULL && ack.len > 0) {
			expect_vector_mac(json_object_get(v, "auth"), &ack, AUTH_LABEL_ACK);
			acks++;
		}
	}
	CU_ASSERT_TRUE(root == NULL || (notifies >= 5 && acks >= 3));
	json_decref(root);
}

static void
acks_under_another_label_are_refused(void)
{
	json_t *root = load("map_notify.json");
	json_t *v;
	size_t i;

	json_array_foreach(json_object_get(root, "vectors"), i, v) {
		struct octets ack = hex_of(v, "ack_hex");
		struct octets secret;
		bool refused = strcmp(text_of(v, "id"), "S-ACK-005") == 0 ||
				strcmp(text_of(v, "id"), "S-ACK-006") == 0;

		if (!refused)
			continue;
		secret = find_secret(root, text_of(v, "site"), ack.at[12]);
		CU_ASSERT_TRUE(secret.len > 0);
		CU_ASSERT_FALSE(verify_packet(&secret, &ack, AUTH_LABEL_ACK));
	}
	json_decref(root);
}

/* The vector gives the derived key; a plain HMAC under it is what the engine has to come to. */
static void
hkdf_vectors_hold(void)
{
	static const uint8_t labels[] = {
		[3] = AUTH_LABEL_REGISTER, [4] = AUTH_LABEL_NOTIFY, [5] = AUTH_LABEL_ACK
	};
	json_t *root = load("derivations.json");
	unsigned int held = 0;
	json_t *v;
	size_t i;

	json_array_foreach(json_object_get(root, "hkdf"), i, v) {
		json_int_t type = json_integer_value(json_object_get(v, "message_type"));
		struct octets secret = hex_of(v, "psk_hex");
		struct octets nonce = hex_of(v, "nonce_hex");
		struct octets okm = hex_of(v, "okm_hex");
		struct octets msg = { .len = 92 };
		struct octets want = { .len = 32 };

		CU_ASSERT_FATAL(type >= 3 && type <= 5);
		if (secret.len == 0 || secret.len > AUTH_SECRET_MAX)
			continue; /* auth_key_init() refuses it */
		msg.at[0] = (uint8_t)(type << 4);
		memcpy(msg.at + 4, nonce.at, 8);
		HMAC(EVP_sha256(), okm.at, (int)okm.len, msg.at, msg.len, want.at, NULL);
		expect_mac(&secret, 3, labels[type], &msg, &want);
		held++;
	}
	CU_ASSERT_TRUE(root == NULL || held >= 6);
	json_decref(root);
}

static CU_TestInfo vector_tests[] = {
	{ "RFC 2202 and RFC 4231 hold", rfc_2202_and_4231_hold },
	{ "Map-Register vectors hold", map_register_vectors_hold },
	{ "Map-Notify vectors hold", map_notify_vectors_hold },
	{ "acks under another label are refused", acks_under_another_label_are_refused },
	{ "HKDF vectors hold", hkdf_vectors_hold },
	CU_TEST_INFO_NULL,
};

__attribute__((constructor)) static void
make_suites(void)
{
	make_engine_suites(vector_tests);
}
