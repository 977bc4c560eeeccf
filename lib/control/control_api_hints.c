/* SPDX-License-Identifier: BSD-3-Clause */

/* Hints of site, in plain words: what the last failure calls for, and what is odd besides. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "control_api.h"
#include "lisp_text.h"

#define LIST_MAX 6 /* elements of a list within a sentence */

struct hints {
	const struct control *c;
	const struct assoc_site *site;
	const struct pipeline_seen *success, *failure;
	const struct assoc_key *key; /* that the failure names; NULL */
	json_t *list;
};

__attribute__((format(printf, 2, 3))) static void
say(struct hints *h, const char *fmt, ...)
{
	char sentence[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	json_array_append_new(h->list, control_api_text(sentence));
}

/* ---- lists within a sentence: "a, b and 3 more" ---- */

struct words {
	char text[768];
	size_t len;
	unsigned int n;
};

static void
add_word(struct words *w, const char *word)
{
	int n = 0;

	if (w->n++ < LIST_MAX)
		n = snprintf(w->text + w->len, sizeof(w->text) - w->len, "%s%s",
				w->n > 1 ? ", " : "", word);
	if (n > 0 && w->len + (size_t)n < sizeof(w->text))
		w->len += (size_t)n;
}

static const char *
end_words(struct words *w, const char *none)
{
	if (w->n > LIST_MAX)
		snprintf(w->text + w->len, sizeof(w->text) - w->len, " and %u more",
				w->n - LIST_MAX);
	return w->n == 0 ? none : w->text;
}

/* ---- one reason each ---- */

static void
unknown_key(struct hints *h)
{
	struct words keys = { .n = 0 };

	for (unsigned int k = 0; k < ASSOC_SITE_KEYS; k++) {
		char id[8];

		snprintf(id, sizeof(id), "%u", k);
		if (h->site->key[k] != NULL)
			add_word(&keys, id);
	}
	say(h, "the ETR signs with Key ID %u; configured for this site: Key ID %s",
			h->failure->key_id, end_words(&keys, "none"));
}

static void
key_source(struct hints *h)
{
	char text[LISP_IP_TEXT_MAX + 4], from[LISP_IP_TEXT_MAX];
	struct words sources = { .n = 0 };

	for (uint32_t i = 0; h->key != NULL && i < h->key->n_sources; i++)
		add_word(&sources, control_api_source_to_text(&h->key->sources[i], text));
	say(h, "it came from %s; source-prefixes lets Key ID %u be used from %s",
			lisp_ip_to_text(&h->failure->from, from, sizeof(from)), h->failure->key_id,
			end_words(&sources, "anywhere, by now"));
}

static void
alg_mismatch(struct hints *h)
{
	if (h->key != NULL)
		say(h, "Key ID %u is of algorithm %u (%s) here; the ETR says another Algorithm ID",
				h->key->key_id, h->key->alg_id, auth_alg_get(h->key->alg_id)->name);
}

static void
auth_len(struct hints *h)
{
	const struct auth_alg *alg = h->key == NULL ? NULL : auth_alg_get(h->key->alg_id);

	if (alg != NULL)
		say(h, "Authentication Data of algorithm %u (%s) has %u or %u octets", alg->id,
				alg->name, alg->tag_len[0], alg->tag_len[1]);
}

static void
auth_fail(struct hints *h)
{
	say(h,
			"the ETR's secret differs from the secret file of Key ID %u, or the message was "
			"changed on its way",
			h->failure->key_id);
}

static void
replay(struct hints *h)
{
	static const char *const sentences[] = {
		[ASSOC_STRICT] =
				"its nonces do not grow, and nonce-policy strict wants each above the "
				"one before; an ETR that draws them at random needs recent",
		[ASSOC_RECENT] =
				"a nonce came again soon, which nonce-policy recent refuses: a copy of "
				"a message, or an ETR that does not change its nonce",
		[ASSOC_OFF] = "the same message came twice within a second: a copy",
	};

	if (h->key != NULL && h->key->policy < RTE_DIM(sentences))
		say(h, "%s", sentences[h->key->policy]);
}

static void
eid_policy(struct hints *h)
{
	struct words prefixes = { .n = 0 };

	for (uint32_t i = 0; i < h->site->n_prefixes; i++) {
		const struct assoc_prefix_params *p = &h->site->prefixes[i];
		char eid[LISP_EID_TEXT_MAX], text[LISP_EID_TEXT_MAX + 32];

		snprintf(text, sizeof(text), "%s%s", lisp_eid_to_text(&p->eid, eid, sizeof(eid)),
				p->more_specifics ? " and more-specifics" : "");
		add_word(&prefixes, text);
	}
	say(h,
			"it registers none of what is configured for the site: %s; Instance ID and mask "
			"length count, too",
			end_words(&prefixes, "nothing"));
}

static void
limit_xtrs(struct hints *h)
{
	struct assoc_stats st;

	assoc_stats_get(h->c->p.assoc, &st);
	if (h->key != NULL)
		say(h,
				"Key ID %u has %u associations of at most %u (xtrs); the server has %u in all, "
				"see /limits/max-associations",
				h->key->key_id, assoc_key_count(h->c->p.assoc, h->key->number),
				h->key->max_xtrs, st.n_associations);
}

static void
limit_eids(struct hints *h)
{
	struct mapdb_stats st;

	mapdb_stats_get(h->c->p.mapdb, &st);
	say(h,
			"the site has %u EID-prefixes of at most %u (/limits/eid-prefixes-per-site); the server "
			"has %u in all, see /limits/max-eid-prefixes",
			mapdb_site_count(h->c->p.mapdb, h->site->number), h->site->max_eids,
			st.n_eids);
}

static void
store(struct hints *h)
{
	say(h,
			h->c->p.store == NULL
					? "nonce-policy strict needs a store, and there is none"
					: "see the log: the disk may be full");
}

static void
bad_locator(struct hints *h)
{
	say(h,
			"a locator must be a unicast address that others can reach: not 0.0.0.0, loopback, "
			"multicast or link-local");
}

static void
busy(struct hints *h)
{
	say(h, "more changes came at once than could be taken; an ETR sends again");
}

static const struct {
	enum pipeline_verdict verdict;
	void (*say)(struct hints *h);
} reasons[] = {
	{ PIPELINE_UNKNOWN_KEY, unknown_key },
	{ PIPELINE_KEY_SOURCE, key_source },
	{ PIPELINE_ALG_MISMATCH, alg_mismatch },
	{ PIPELINE_AUTH_LEN, auth_len },
	{ PIPELINE_AUTH_FAIL, auth_fail },
	{ PIPELINE_REPLAY, replay },
	{ PIPELINE_EID_POLICY, eid_policy },
	{ PIPELINE_BAD_LOCATOR, bad_locator },
	{ PIPELINE_LIMIT_XTRS, limit_xtrs },
	{ PIPELINE_LIMIT_EIDS, limit_eids },
	{ PIPELINE_STORE, store },
	{ PIPELINE_BUSY, busy },
};

/* ---- nothing was ever heard ---- */

/* Is it a drop before anything tells which site it is for? */
static bool
is_of_no_site(enum pipeline_verdict v)
{
	switch (v) {
	case PIPELINE_UNKNOWN_SITE:
	case PIPELINE_UNKNOWN_KEY:
	case PIPELINE_RATE:
	case PIPELINE_NO_RECORDS:
	case PIPELINE_NOT_FOR_US:
	case PIPELINE_CHECKSUM:
	case PIPELINE_FRAGMENT:
	case PIPELINE_TOO_LONG:
	case PIPELINE_TYPE:
	case PIPELINE_MALFORMED_TYPE:
	case PIPELINE_MALFORMED_FRAME:
		return true;
	default:
		return v >= PIPELINE_MALFORMED;
	}
}

static void
say_drop(struct hints *h, enum pipeline_verdict v, uint64_t count)
{
	char from[LISP_IP_TEXT_MAX];
	struct pipeline_seen last;

	control_watch_seen(h->c, v, &last);
	say(h, "dropped before its site was known: %s (%lu, last from %s): %s",
			pipeline_verdict_word(v), count,
			lisp_ip_to_text(&last.from, from, sizeof(from)), pipeline_verdict_text(v));
}

static void
nothing_heard(struct hints *h)
{
	struct pipeline_stats sum;

	control_watch_sum(h->c, &sum);
	say(h, "nothing has arrived for this site; see also: sluicectl drops");
	if (sum.received == 0)
		say(h, "the server has received nothing at all");
	for (unsigned int i = 0; i < h->c->p.n_ports; i++)
		if (!port_link_up(&h->c->p.ports[i]))
			say(h, "port %s has no link", h->c->p.ports[i].name);
	for (unsigned int v = PIPELINE_DROP_FIRST; v < PIPELINE_VERDICT_COUNT; v++)
		if (sum.verdict[v] != 0 && is_of_no_site(v))
			say_drop(h, v, sum.verdict[v]);
}

/* ---- something was ---- */

static void
failure_and_success(struct hints *h)
{
	if (h->failure->when_ns > h->success->when_ns)
		say(h,
				h->success->when_ns == 0
						? "no Map-Register has been accepted, the last failed"
						: "the last failure came after the last success");
	else
		say(h, "the last failure is older than the last success: over, or another ETR's");
	if (!h->failure->authenticated)
		say(h, "the failed message was not authenticated: anybody may have sent it");
	for (unsigned int i = 0; i < RTE_DIM(reasons); i++)
		if (reasons[i].verdict == h->failure->verdict)
			reasons[i].say(h);
}

static void
nothing_registered(struct hints *h)
{
	uint64_t now = base_clock_ns();

	if (h->success->when_ns == 0 || mapdb_site_count(h->c->p.mapdb, h->site->number) > 0)
		return;
	if (now > h->success->when_ns + h->site->lifetime_ms * BASE_NS_PER_MS)
		say(h,
				"all registrations have ended: no Map-Register was accepted for longer than "
				"their lifetime of %u s",
				h->site->lifetime_ms / 1000);
	else
		say(h,
				"nothing is registered: the ETRs have withdrawn it (Record TTL 0), or the "
				"configuration of the site has changed");
}

static void
keys_out_of_time(struct hints *h)
{
	uint64_t now = base_clock_wall_ms();
	char date[32];

	for (unsigned int i = 0; i < ASSOC_SITE_KEYS; i++) {
		const struct assoc_key *k = h->site->key[i];

		if (k == NULL || assoc_key_in_time(k, now))
			continue;
		if (now < k->not_before_ms)
			say(h, "Key ID %u is not valid before %s", i,
					control_api_date_to_text(k->not_before_ms, date));
		else
			say(h, "Key ID %u has ended: not-after is %s", i,
					control_api_date_to_text(k->not_after_ms, date));
	}
}

json_t *
control_api_hints(const struct control *c, const struct assoc_site *site,
		const struct pipeline_seen *success, const struct pipeline_seen *failure)
{
	struct hints h = {
		.c = c,
		.site = site,
		.success = success,
		.failure = failure,
		.key = failure->key_id < ASSOC_SITE_KEYS ? site->key[failure->key_id] : NULL,
		.list = json_array(),
	};

	if (success->when_ns == 0 && failure->when_ns == 0)
		nothing_heard(&h);
	if (failure->when_ns != 0)
		failure_and_success(&h);
	nothing_registered(&h);
	keys_out_of_time(&h);
	return h.list;
}
