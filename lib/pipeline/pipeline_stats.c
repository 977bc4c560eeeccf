/* SPDX-License-Identifier: BSD-3-Clause */

/* Counters of a worker, their names, and what was seen last. */

#include "pipeline_priv.h"

static const struct {
	const char *word, *text;
} verdicts[] = {
#define X(sym, word, text) [PIPELINE_##sym] = { word, text },
	PIPELINE_ACCEPTS(X) PIPELINE_DROPS(X)
#undef X
#define X(sym, word, text) [PIPELINE_MALFORMED + LISP_ERR_##sym - 1] = { "malformed:" word, text },
			LISP_ERRORS(X)
#undef X
};

static_assert(RTE_DIM(verdicts) == PIPELINE_VERDICT_COUNT, "a name for every verdict");

const char *
pipeline_verdict_word(enum pipeline_verdict v)
{
	return (unsigned int)v < RTE_DIM(verdicts) ? verdicts[v].word : "unknown";
}

const char *
pipeline_verdict_text(enum pipeline_verdict v)
{
	return (unsigned int)v < RTE_DIM(verdicts) ? verdicts[v].text : "no such verdict";
}

static const char *const stages[] = {
#define X(sym, word) [PIPELINE_STAGE_##sym] = word,
	PIPELINE_STAGES(X)
#undef X
};

const char *
pipeline_stage_word(enum pipeline_stage s)
{
	return (unsigned int)s < RTE_DIM(stages) ? stages[s] : "unknown";
}

static void
remember(struct pipeline_worker *w, const struct pipeline_burst *b, unsigned int i,
		enum pipeline_verdict v)
{
	struct pipeline_seen s = {
		.when_ns = b->now_ns,
		.nonce = b->reg[i].nonce,
		.from = b->frame[i].src,
		.from_port = b->frame[i].src_port,
		.verdict = (uint8_t)v,
		.key_id = b->reg[i].key_id,
		.authenticated = b->authentic[i],
	};

	pipeline_seen_write(&w->seen[v], &s);
	if (b->site[i] != NULL && b->site[i]->number < w->p.max_sites)
		pipeline_seen_write(&w->site_failure[b->site[i]->number], &s);
}

void
pipeline_drop(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i,
		enum pipeline_verdict v)
{
	w->stats.verdict[v]++;
	remember(w, b, i, v);
	rte_pktmbuf_free(b->pkt[i]);
}

void
pipeline_accept(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i)
{
	struct pipeline_seen s;

	w->stats.verdict[PIPELINE_REGISTERED]++;
	if (b->site[i] == NULL || b->site[i]->number >= w->p.max_sites)
		return;
	s = (struct pipeline_seen){
		.when_ns = b->now_ns,
		.nonce = b->reg[i].nonce,
		.from = b->frame[i].src,
		.from_port = b->frame[i].src_port,
		.verdict = PIPELINE_REGISTERED,
		.key_id = b->reg[i].key_id,
		.authenticated = true,
	};
	pipeline_seen_write(&w->site_success[b->site[i]->number], &s);
}

void
pipeline_stats_get(const struct pipeline_worker *w, struct pipeline_stats *st)
{
	*st = w->stats;
}

uint64_t
pipeline_stats_in_hand(const struct pipeline_stats *st)
{
	uint64_t ended = 0;

	for (unsigned int v = 0; v < PIPELINE_VERDICT_COUNT; v++)
		ended += st->verdict[v];
	return st->received - ended;
}

static void
seen_read(const struct pipeline_seen_slot *slot, struct pipeline_seen *s)
{
	uint32_t before, after;

	do {
		before = atomic_load_explicit(&slot->version, memory_order_acquire);
		*s = slot->seen;
		atomic_thread_fence(memory_order_acquire);
		after = atomic_load_explicit(&slot->version, memory_order_relaxed);
	} while (before != after || (before & 1) != 0);
}

void
pipeline_seen_verdict(const struct pipeline_worker *w, enum pipeline_verdict v,
		struct pipeline_seen *seen)
{
	seen_read(&w->seen[v], seen);
}

void
pipeline_seen_failure(const struct pipeline_worker *w, uint32_t site, struct pipeline_seen *s)
{
	*s = (struct pipeline_seen){ 0 };
	if (site < w->p.max_sites)
		seen_read(&w->site_failure[site], s);
}

void
pipeline_seen_success(const struct pipeline_worker *w, uint32_t site, struct pipeline_seen *s)
{
	*s = (struct pipeline_seen){ 0 };
	if (site < w->p.max_sites)
		seen_read(&w->site_success[site], s);
}
