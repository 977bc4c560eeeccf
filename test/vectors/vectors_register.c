/* SPDX-License-Identifier: BSD-3-Clause */

/* map_register.json: one Map-Register against an appliance that knows nothing yet. */

#include <stdlib.h>
#include <string.h>

#include "harness_sign.h"
#include "vectors.h"

/* One vector under judgement. */
struct trial {
	const json_t *v;
	const struct harness_sites *sites;
	struct harness h;
	struct harness_octets msg;
	enum pipeline_verdict verdict;
	char *why;
};

static bool
is_listed(const json_t *indexes, size_t index)
{
	const json_t *e;
	size_t i;

	json_array_foreach(indexes, i, e)
		if ((size_t)json_integer_value(e) == index)
			return true;
	return false;
}

static void
eid_of(const json_t *record, struct lisp_eid *eid)
{
	uint8_t mask_len = (uint8_t)json_integer_value(json_object_get(record, "mask_len"));

	harness_json_eid(json_object_get(record, "eid"), 0, mask_len, eid);
}

static bool
is_stored_as(struct trial *t, const json_t *record, const struct mapdb_view *view)
{
	json_int_t ttl = json_integer_value(json_object_get(record, "ttl"));
	json_int_t version = json_integer_value(json_object_get(record, "version"));

	if (view->ttl_min != ttl || view->version != version)
		return vectors_wrong(t->why, "stored with TTL %u, Map-Version %u", view->ttl_min,
				view->version);
	if (view->n_locators > json_array_size(json_object_get(record, "locators")))
		return vectors_wrong(t->why, "stored with %u locators", view->n_locators);
	return true;
}

/* Exactly the accepted records that are no deregistration are stored. */
static bool
records_ok(struct trial *t)
{
	const json_t *fields = json_object_get(t->v, "fields");
	const json_t *accepted = json_object_get(fields, "accepted_records");
	struct mapdb_stats db;
	const json_t *record;
	uint32_t n = 0;
	size_t i;

	json_array_foreach(json_object_get(fields, "records"), i, record) {
		bool want = is_listed(accepted, i) &&
				json_integer_value(json_object_get(record, "ttl")) != 0;
		struct mapdb_view view;
		struct lisp_eid eid;

		eid_of(record, &eid);
		if (mapdb_lookup(t->h.mapdb, &eid, &view) != want)
			return vectors_wrong(t->why, "record %zu is %s", i,
					want ? "not stored" : "stored");
		if (want && !is_stored_as(t, record, &view))
			return false;
		n += want;
	}
	mapdb_stats_get(t->h.mapdb, &db);
	if (db.n_eids != n)
		return vectors_wrong(t->why, "%u EID-prefixes stored, not %u", db.n_eids, n);
	return true;
}

/* Only authentic messages use up their nonce, and then it is in the store too. */
static bool
nonce_ok(struct trial *t)
{
	bool taken = t->verdict == PIPELINE_REGISTERED || t->verdict == PIPELINE_EID_POLICY;
	struct assoc_stats st;
	const struct assoc *a;
	uint64_t saved;

	assoc_stats_get(t->h.assoc, &st);
	if (st.n_associations != taken)
		return vectors_wrong(t->why, "%u associations", st.n_associations);
	if (vectors_saved(&t->h, &saved) != taken)
		return vectors_wrong(t->why, "nonce %s saved", taken ? "not" : "was");
	if (!taken)
		return true;
	a = vectors_association(&t->h, harness_json_text(t->v, "site"), t->msg.p, t->msg.len);
	if (a == NULL || a->last_nonce != vectors_nonce(t->msg.p) || saved != a->last_nonce)
		return vectors_wrong(t->why, "another nonce is remembered");
	return true;
}

/* A Map-Notify when wanted, with this nonce and a right MAC; its octets are map_notify.json's. */
static bool
answer_ok(struct trial *t)
{
	const json_t *fields = json_object_get(t->v, "fields");
	bool want = t->verdict == PIPELINE_REGISTERED &&
			strchr(harness_json_text(fields, "flags"), 'M') != NULL;
	uint8_t answer[HARNESS_FRAME_MAX];
	int len = harness_answer(&t->h, NULL, answer);
	const struct assoc_key_params *key;

	if (!want)
		return len == 0 ? true : vectors_wrong(t->why, "answered without need");
	if (len <= 0)
		return vectors_wrong(t->why, len == 0 ? "no answer" : "answer in a bad frame");
	key = harness_sites_key(t->sites, harness_json_text(t->v, "site"), t->msg.p[12]);
	if (len < 16 || answer[0] >> 4 != LISP_MAP_NOTIFY ||
			memcmp(answer + 4, t->msg.p + 4, 12) != 0)
		return vectors_wrong(t->why, "answer is no Map-Notify to it");
	if (answer[3] != json_array_size(json_object_get(fields, "accepted_records")))
		return vectors_wrong(t->why, "Map-Notify holds %u records", answer[3]);
	if (!harness_sign_ok(answer, (size_t)len, key->secret, key->secret_len))
		return vectors_wrong(t->why, "Map-Notify has a wrong MAC");
	return true;
}

static bool
judge(const json_t *v, void *arg, char why[VECTORS_WHY])
{
	const struct harness_sites *sites = arg;
	struct harness_options o = { .sites = sites->sites, .n_sites = sites->n_sites };
	struct trial t = { .v = v, .sites = sites, .why = why };
	bool ok;

	t.msg = harness_json_hex(v, "packet_hex");
	harness_open(&t.h, &o);
	harness_send(&t.h, t.msg.p, t.msg.len);
	harness_turn(&t.h);
	t.verdict = harness_verdict(&t.h);
	ok = vectors_verdict_ok(v, t.verdict, PIPELINE_REGISTERED, why) && records_ok(&t) &&
			nonce_ok(&t) && answer_ok(&t);
	harness_close(&t.h);
	free(t.msg.p);
	return ok;
}

void
vectors_map_register(const json_t *root, struct vectors_tally *t)
{
	struct harness_sites sites;

	harness_sites_load(&sites, json_object_get(root, "sites"));
	vectors_each(json_object_get(root, "vectors"), t, judge, &sites);
	harness_sites_free(&sites);
}
