/* SPDX-License-Identifier: BSD-3-Clause */

/* replay_sequences.json: each list three ways: one by one, in one burst, and with a kill -9 and a
 * new start between every two steps. */

#include <stdlib.h>
#include <string.h>

#include "base_hash.h"
#include "vectors.h"

/* Digest of all nonces: the same before and after, or something moved. */
static uint64_t
nonce_state(struct harness *h)
{
	static const struct base_hash_seed seed = { { 3, 5, 7, 11 } };
	uint64_t sum = 0;

	for (uint32_t n = assoc_next(h->assoc, 0); n != ASSOC_NONE;
			n = assoc_next(h->assoc, n + 1)) {
		const struct assoc *a = assoc_by_number(h->assoc, n);
		uint64_t id = base_hash(&a->id, sizeof(a->id), &seed);

		sum += base_hash_fold(id, a->last_nonce ^ seed.k[0]) ^ id;
	}
	return sum;
}

static bool
is_reason(const json_t *step, enum pipeline_verdict got)
{
	if (strcmp(harness_json_text(step, "verdict"), "accept") == 0)
		return got == PIPELINE_REGISTERED;
	return vectors_reason_ok(harness_json_text(step, "reason"), got);
}

/* An authentic message whose nonce was good uses it up, whatever became of its records. */
static bool
takes_nonce(const json_t *step)
{
	return strcmp(harness_json_text(step, "verdict"), "accept") == 0 ||
			strcmp(harness_json_text(step, "reason"), "eid-policy") == 0;
}

static bool
nonce_ok(struct harness *h, const json_t *step, const char *site, uint64_t before)
{
	struct harness_octets msg = harness_json_hex(step, "packet_hex");
	const struct assoc *a = vectors_association(h, site, msg.p, msg.len);
	bool ok;

	if (takes_nonce(step))
		ok = a != NULL && a->last_nonce == harness_json_u64(step, "nonce");
	else
		ok = nonce_state(h) == before;
	free(msg.p);
	return ok;
}

static void
send_step(struct harness *h, const json_t *step)
{
	struct harness_octets msg = harness_json_hex(step, "packet_hex");

	harness_send(h, msg.p, msg.len);
	free(msg.p);
}

static bool
step_by_step(const json_t *v, struct harness *h, bool restart, char why[VECTORS_WHY])
{
	const char *site = harness_json_text(v, "site");
	const json_t *step;
	size_t i;

	json_array_foreach(json_object_get(v, "steps"), i, step) {
		enum pipeline_verdict got;
		uint64_t before;

		if (restart && i > 0)
			harness_restart(h);
		before = nonce_state(h);
		send_step(h, step);
		harness_turn(h);
		got = harness_verdict(h);
		if (got == PIPELINE_VERDICT_COUNT || !is_reason(step, got))
			return vectors_wrong(why, "step %zu%s: %s", i,
					restart ? " after a restart" : "",
					pipeline_verdict_word(got));
		if (!nonce_ok(h, step, site, before))
			return vectors_wrong(why, "step %zu%s: nonce state", i,
					restart ? " after a restart" : "");
	}
	return true;
}

/* All in one burst: as many of each verdict as the steps ask for. */
static bool
at_once(const json_t *v, struct harness *h, char why[VECTORS_WHY])
{
	const json_t *steps = json_object_get(v, "steps");
	struct pipeline_stats rise;
	const json_t *step;
	size_t i;

	json_array_foreach(steps, i, step)
		send_step(h, step);
	harness_turn(h);
	if (!harness_rise(h, &rise) || rise.received != json_array_size(steps))
		return vectors_wrong(why, "in one burst: verdicts do not add up");
	json_array_foreach(steps, i, step) {
		unsigned int got = 0;

		while (got < PIPELINE_VERDICT_COUNT &&
				!(rise.verdict[got] > 0 &&
						is_reason(step, (enum pipeline_verdict)got)))
			got++;
		if (got == PIPELINE_VERDICT_COUNT)
			return vectors_wrong(
					why, "in one burst: no verdict is left for step %zu", i);
		rise.verdict[got]--;
	}
	return true;
}

static bool
judge(const json_t *v, void *arg, char why[VECTORS_WHY])
{
	const struct harness_sites *sites = arg;
	struct harness_options o = { .sites = sites->sites, .n_sites = sites->n_sites };
	uint64_t state = 0;
	struct harness h;
	bool ok = true;

	for (unsigned int restart = 0; ok && restart < 2; restart++) {
		harness_open(&h, &o);
		ok = step_by_step(v, &h, restart != 0, why);
		state = nonce_state(&h);
		harness_close(&h);
	}
	if (!ok)
		return false;
	harness_open(&h, &o);
	ok = at_once(v, &h, why);
	if (ok && nonce_state(&h) != state)
		ok = vectors_wrong(why, "in one burst: other nonces are remembered");
	harness_close(&h);
	return ok;
}

void
vectors_replay_sequences(const json_t *root, struct vectors_tally *t)
{
	struct harness_sites sites;

	harness_sites_load(&sites, json_object_get(root, "sites"));
	vectors_each(json_object_get(root, "sequences"), t, judge, &sites);
	harness_sites_free(&sites);
}
