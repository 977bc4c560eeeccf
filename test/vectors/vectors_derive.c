/* SPDX-License-Identifier: BSD-3-Clause */

/* derivations.json: HKDF through a signed message, holes through the table of registrations. */

#include <stdlib.h>
#include <string.h>

#include "drivers.h"
#include "harness_sign.h"
#include "vectors.h"

/* lib/auth shows no derived key, so a message is signed: HMAC under the vector's key must come to
 * the same. */
static bool
judge_hkdf(const json_t *v, const struct auth *auth, struct auth_key *key, char why[VECTORS_WHY])
{
	json_int_t type = json_integer_value(json_object_get(v, "message_type"));
	struct harness_octets okm = harness_json_hex(v, "okm_hex");
	struct harness_octets nonce = harness_json_hex(v, "nonce_hex");
	uint8_t msg[64] = { (uint8_t)(type << 4), [13] = 3, [15] = 32, [48] = 0x5a };
	struct auth_job job = {
		.key = key,
		.msg = msg,
		.len = sizeof(msg),
		.tag_len = 32,
		.label = (uint8_t)(type == 3                ? AUTH_LABEL_REGISTER
						: type == 4 ? AUTH_LABEL_NOTIFY
							    : AUTH_LABEL_ACK),
	};
	struct auth_ctx *ctx = auth_ctx_create(auth);
	uint8_t mac[32];
	bool ok = true;

	if (ctx == NULL || nonce.len != 8)
		harness_fail("HKDF", "cannot be tried");
	memcpy(msg + 4, nonce.p, 8);
	harness_sign_mac(3, okm.p, okm.len, msg, sizeof(msg), mac);
	auth_sign_burst(ctx, &job, 1);
	for (unsigned int i = 0; i < sizeof(mac); i++)
		ok = ok && msg[AUTH_DATA_OFFSET + i] == mac[i];
	auth_ctx_destroy(ctx);
	free(okm.p);
	free(nonce.p);
	return ok ? true : vectors_wrong(why, "another key was derived");
}

/* The product takes no empty secret; that the derivation itself knows one is checked all the same. */
static bool
prepare(const struct auth *auth, const struct harness_octets *secret, struct auth_key *key)
{
	int ret = auth_key_init(auth, key, LISP_ALG_HMAC_SHA256_128_HKDF, secret->p, secret->len);

	if (secret->len > 0)
		return ret == 0;
	*key = (struct auth_key){ .alg_id = LISP_ALG_HMAC_SHA256_128_HKDF };
	return ret < 0;
}

static void
run_hkdf(const json_t *list, struct vectors_tally *t)
{
	struct auth *auth;
	char why[VECTORS_WHY];
	const json_t *v;
	size_t i;

	if (auth_open(drivers_auth, "auto", &auth, why, sizeof(why)) < 0)
		harness_fail("auth", why);
	json_array_foreach(list, i, v) {
		struct harness_octets secret = harness_json_hex(v, "psk_hex");
		const char *id = harness_json_text(v, "id");
		struct auth_key key;

		if (!prepare(auth, &secret, &key))
			vectors_fail(t, id, "its secret is refused, or an empty one is not");
		else if (judge_hkdf(v, auth, &key, why))
			vectors_pass(t);
		else
			vectors_fail(t, id, why);
		auth_key_fini(&key);
		free(secret.p);
	}
	auth_close(auth);
}

/* Register the prefixes of a hole vector, straight into the table. */
static void
fill(struct harness *h, const json_t *configured)
{
	const json_t *text;
	size_t i;

	json_array_foreach(configured, i, text) {
		struct lisp_record r = { .ttl_min = 1440, .authoritative = true };
		struct mapdb_statement s = {
			.flags = LISP_REG_P, .n_records = 1, .accepted = { 1 }, .lifetime_ms = 60000
		};
		struct mapdb_result res;
		uint8_t buf[64];
		struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };

		harness_json_prefix(json_string_value(text), 0, &r.eid);
		lisp_record_write(&w, &r);
		s.records = buf;
		s.records_len = (uint32_t)(w.pos - buf);
		if (w.failed || mapdb_apply(h->mapdb, &s, harness_now_ns, &res) < 0)
			harness_fail("EID-prefix", json_string_value(text));
	}
}

static bool
judge_hole(const json_t *v, void *arg, char why[VECTORS_WHY])
{
	const char *aggregate = harness_json_text(v, "aggregate");
	const char *negative = harness_json_text(v, "negative_prefix");
	struct harness *h = arg;
	struct lisp_eid eid, within, hole, want;
	struct mapdb_view view;

	harness_json_prefix(harness_json_text(v, "eid"), 0, &eid);
	if (negative[0] == '\0') {
		if (mapdb_lookup_longest(h->mapdb, &eid, &view))
			return true;
		return vectors_wrong(why, "it is registered, and was not found");
	}
	if (aggregate[0] != '\0') {
		harness_json_prefix(aggregate, 0, &within);
	} else {
		within = eid;
		within.mask_len = 0;
		memset(within.octets, 0, 16);
	}
	if (mapdb_lookup_longest(h->mapdb, &eid, &view))
		return vectors_wrong(why, "nothing covers it, and something was found");
	mapdb_hole(h->mapdb, &eid, &within, &hole);
	harness_json_prefix(negative, 0, &want);
	return lisp_eid_equal(&hole, &want) ? true : vectors_wrong(why, "another hole");
}

static void
run_holes(const json_t *list, struct vectors_tally *t)
{
	struct harness_options o = { 0 };
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		char why[VECTORS_WHY];
		struct harness h;

		harness_open(&h, &o);
		fill(&h, json_object_get(v, "configured"));
		if (judge_hole(v, &h, why))
			vectors_pass(t);
		else
			vectors_fail(t, harness_json_text(v, "id"), why);
		harness_close(&h);
	}
}

/* What is not ours yet: counted one by one. */
static void
skip_list(const json_t *root, const char *name, struct vectors_tally *t)
{
	const json_t *v;
	size_t i;

	json_array_foreach(json_object_get(root, name), i, v) {
		const char *id = harness_json_text(v, "id");
		char made[64];

		snprintf(made, sizeof(made), "%s[%zu]", name, i);
		vectors_skip(t, id[0] != '\0' ? id : made, "not in this release");
	}
}

void
vectors_derivations(const json_t *root, struct vectors_tally *t)
{
	run_hkdf(json_object_get(root, "hkdf"), t);
	run_holes(json_object_get(root, "holes"), t);
	skip_list(root, "lisp_sec", t);
	skip_list(root, "map_version", t);
}
