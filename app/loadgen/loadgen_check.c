/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_check.h"

#include "lisp_register.h"
#include "loadgen_neigh.h"

/* A Map-Notify that names a message of ours. */
struct candidate {
	struct loadgen_received in;
	struct loadgen_sent *sent;
	enum loadgen_answer answer;
};

static struct loadgen_stats *
stats(const struct loadgen_check *c)
{
	return c->etrs->p.stats;
}

static void
take_neighbour(struct loadgen_check *c, const uint8_t *frame, uint32_t len,
		struct loadgen_replies *replies)
{
	uint32_t reply_len = loadgen_neigh_input(c->net, frame, len, replies->frames[replies->n]);

	stats(c)->other++;
	if (reply_len > 0)
		replies->lens[replies->n++] = reply_len;
}

/* Is it a Map-Notify under a nonce of ours that is worth a look at its MAC? */
static bool
take_message(struct loadgen_check *c, struct candidate *k, struct auth_job *job)
{
	const struct loadgen_maker *mk = c->etrs->p.maker;
	struct loadgen_stats *st = stats(c);
	struct lisp_register r;
	uint32_t etr;

	if (lisp_register_peek(k->in.msg, k->in.msg_len, &r) != LISP_OK ||
			r.type != LISP_MAP_NOTIFY) {
		st->malformed++;
		return false;
	}
	k->answer = loadgen_window_find(c->etrs->p.window, r.nonce, &k->sent);
	if (k->sent == NULL) {
		if (k->answer == LOADGEN_ANSWER_LATE)
			st->late++;
		else
			st->unexpected++;
		return false;
	}
	if (r.key_id != mk->layout->key_id || r.alg_id != mk->layout->alg_id ||
			r.auth_len != mk->tag_len) {
		st->wrong_header++;
		return false;
	}
	etr = loadgen_unit_etr(mk, k->sent->message.unit);
	*job = (struct auth_job){
		.key = &c->etrs->p.keys[loadgen_layout_site(mk->layout, etr)],
		.msg = k->in.msg,
		.len = k->in.msg_len,
		.tag_len = mk->tag_len,
		.label = AUTH_LABEL_NOTIFY,
	};
	return true;
}

static bool
take_frame(struct loadgen_check *c, uint8_t *frame, uint32_t len, struct candidate *k,
		struct auth_job *job, struct loadgen_replies *replies)
{
	switch (loadgen_frame_parse(c->net, frame, len, &k->in)) {
	case LOADGEN_FRAME_LISP:
		return take_message(c, k, job);
	case LOADGEN_FRAME_NEIGHBOUR:
		take_neighbour(c, frame, len, replies);
		return false;
	case LOADGEN_FRAME_BAD:
		stats(c)->bad_frame++;
		return false;
	case LOADGEN_FRAME_OTHER:
		break;
	}
	stats(c)->other++;
	return false;
}

static void
take_unwanted(struct loadgen_check *c, const struct candidate *k)
{
	struct loadgen_stats *st = stats(c);

	if (k->answer == LOADGEN_ANSWER_TO_FORGED)
		st->forged_answered++;
	else if (c->strict)
		st->strict_answered++;
	else
		st->replay_answered++;
}

static bool
is_addressee(const struct loadgen_check *c, const struct candidate *k)
{
	const struct loadgen_maker *mk = c->etrs->p.maker;
	struct lisp_ip source;

	loadgen_layout_source(mk->layout, loadgen_unit_etr(mk, k->sent->message.unit), &source);
	return lisp_ip_equal(&source, &k->in.dst);
}

/* Its MAC is right: is it what was asked for? */
static void
take_authentic(struct loadgen_check *c, const struct candidate *k, uint64_t now)
{
	struct loadgen_stats *st = stats(c);
	uint64_t latency = now - k->sent->sent_at;

	if (k->answer != LOADGEN_ANSWER_EXPECTED) {
		take_unwanted(c, k);
		return;
	}
	/* The same nonce twice in one burst: the second finds its message answered. */
	if (k->sent->state == LOADGEN_ANSWERED) {
		st->late++;
		return;
	}
	if (!is_addressee(c, k)) {
		st->wrong_destination++;
		return;
	}
	switch (loadgen_message_compare(
			c->etrs->p.maker, &k->sent->message, k->in.msg, k->in.msg_len)) {
	case LOADGEN_SAME:
		loadgen_hist_add(&st->latency, latency);
		loadgen_hist_add(c->interval, latency);
		loadgen_etrs_answered(c->etrs, k->sent);
		break;
	case LOADGEN_OTHER_HEADER:
		st->wrong_header++;
		break;
	case LOADGEN_OTHER_RECORDS:
		st->wrong_records++;
		break;
	case LOADGEN_OTHER_TRAILER:
		st->wrong_trailer++;
		break;
	}
}

void
loadgen_check_burst(struct loadgen_check *c, uint8_t *const frames[], const uint32_t lens[],
		unsigned int n, uint64_t now, struct loadgen_replies *replies)
{
	struct candidate candidates[LOADGEN_BURST];
	struct auth_job jobs[LOADGEN_BURST];
	unsigned int n_jobs = 0;

	replies->n = 0;
	for (unsigned int i = 0; i < n; i++)
		if (take_frame(c, frames[i], lens[i], &candidates[n_jobs], &jobs[n_jobs], replies))
			n_jobs++;
	auth_verify_burst(c->etrs->p.auth, jobs, n_jobs);
	for (unsigned int i = 0; i < n_jobs; i++) {
		if (jobs[i].ok)
			take_authentic(c, &candidates[i], now);
		else
			stats(c)->bad_mac_notify++;
	}
}
