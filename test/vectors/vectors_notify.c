/* SPDX-License-Identifier: BSD-3-Clause */

/* map_notify.json: the Map-Notify to a Map-Register, octet for octet, with the trailer and without;
 * and Map-Notify-Acks to a Map-Notify that waits for one. */

#include <stdlib.h>
#include <string.h>

#include "vectors.h"

static bool
same(const json_t *v, const char *name, const uint8_t *answer, int len, char why[VECTORS_WHY])
{
	struct harness_octets want = harness_json_hex(v, name);
	bool ok = true;

	if (len <= 0)
		ok = vectors_wrong(why, "%s: no answer", name);
	else if ((size_t)len != want.len)
		ok = vectors_wrong(why, "%s: %d octets, not %zu", name, len, want.len);
	for (size_t i = 0; ok && i < want.len; i++)
		if (answer[i] != want.p[i])
			ok = vectors_wrong(why, "%s: octet %zu differs", name, i);
	free(want.p);
	return ok;
}

static bool
judge_notify(const json_t *v, struct harness_options *o, char why[VECTORS_WHY])
{
	struct harness_octets msg = harness_json_hex(v, "register_hex");
	bool ok = true;

	for (unsigned int trailer = 0; ok && trailer < 2; trailer++) {
		uint8_t answer[HARNESS_FRAME_MAX];
		struct harness h;
		int len;

		o->no_trailer = trailer == 0;
		harness_open(&h, o);
		harness_send(&h, msg.p, msg.len);
		harness_turn(&h);
		len = harness_answer(&h, NULL, answer);
		ok = same(v, trailer != 0 ? "notify_hex" : "notify_no_trailer_hex", answer, len,
				why);
		if (ok && harness_answer(&h, NULL, answer) != 0)
			ok = vectors_wrong(why, "two answers");
		harness_close(&h);
	}
	free(msg.p);
	return ok;
}

/* The Map-Notify of the vector, as if it had been sent. */
static void
let_wait(struct harness *h, const json_t *v)
{
	const struct assoc_site *site =
			assoc_site_by_name(assoc_sites_get(h->assoc), harness_json_text(v, "site"));
	struct harness_octets notify = harness_json_hex(v, "pending_notify_hex");
	struct lisp_ip peer = harness_peer_ip(4);

	if (site == NULL || notify.len < 16 ||
			control_pending_add(h->control, &peer, vectors_nonce(notify.p),
					site->number, notify.p[12]) != 0)
		harness_fail("Map-Notify", "cannot wait for its ack");
	free(notify.p);
}

static bool
judge_ack(const json_t *v, const struct harness_options *o, char why[VECTORS_WHY])
{
	struct harness_octets ack = harness_json_hex(v, "ack_hex");
	bool accept = strcmp(harness_json_text(v, "verdict"), "accept") == 0;
	uint8_t answer[HARNESS_FRAME_MAX];
	struct harness h;
	bool ok;

	harness_open(&h, o);
	let_wait(&h, v);
	harness_send(&h, ack.p, ack.len);
	harness_turn(&h);
	ok = vectors_verdict_ok(v, harness_verdict(&h), PIPELINE_ACKNOWLEDGED, why);
	if (ok && h.signals.n_pending != !accept)
		ok = vectors_wrong(why, "%u Map-Notifies wait", h.signals.n_pending);
	if (ok && harness_answer(&h, NULL, answer) != 0)
		ok = vectors_wrong(why, "an ack was answered");
	harness_close(&h);
	free(ack.p);
	return ok;
}

void
vectors_map_notify(const json_t *root, struct vectors_tally *t)
{
	struct harness_sites sites;
	const json_t *v;
	size_t i;

	harness_sites_load(&sites, json_object_get(root, "sites"));
	json_array_foreach(json_object_get(root, "vectors"), i, v) {
		struct harness_options o = { .sites = sites.sites, .n_sites = sites.n_sites };
		const char *kind = harness_json_text(v, "kind"), *id = harness_json_text(v, "id");
		char why[VECTORS_WHY] = "";
		bool ok;

		if (strcmp(kind, "register-to-notify") == 0)
			ok = judge_notify(v, &o, why);
		else if (strcmp(kind, "notify-ack") == 0)
			ok = judge_ack(v, &o, why);
		else {
			vectors_skip(t, id, "kind not known");
			continue;
		}
		if (ok)
			vectors_pass(t);
		else
			vectors_fail(t, id, why);
	}
	harness_sites_free(&sites);
}
