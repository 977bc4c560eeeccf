/* SPDX-License-Identifier: BSD-3-Clause */

/* Counters over time: samples for rates, and a log line about drops that rise. */

#include <string.h>

#define LOG_ROOM "control"
#include "base_log.h"
#include "control_priv.h"
#include "lisp_text.h"

static void
add(struct pipeline_stats *sum, const struct pipeline_stats *st)
{
	const uint64_t *from = (const uint64_t *)st;
	uint64_t *to = (uint64_t *)sum;

	/* All of it is uint64_t counters. */
	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
}

void
control_watch_sum(const struct control *c, struct pipeline_stats *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (unsigned int w = 0; w < c->p.n_workers; w++) {
		struct pipeline_stats st;

		pipeline_stats_get(c->p.workers[w], &st);
		add(sum, &st);
	}
}

static void
keep_newest(struct pipeline_seen *newest, const struct pipeline_seen *s)
{
	if (s->when_ns > newest->when_ns)
		*newest = *s;
}

void
control_watch_seen(const struct control *c, enum pipeline_verdict v, struct pipeline_seen *newest)
{
	*newest = (struct pipeline_seen){ 0 };
	for (unsigned int w = 0; w < c->p.n_workers; w++) {
		struct pipeline_seen s;

		pipeline_seen_verdict(c->p.workers[w], v, &s);
		keep_newest(newest, &s);
	}
}

void
control_watch_site_seen(const struct control *c, uint32_t site, struct pipeline_seen *success,
		struct pipeline_seen *failure)
{
	*success = *failure = (struct pipeline_seen){ 0 };
	for (unsigned int w = 0; w < c->p.n_workers; w++) {
		struct pipeline_seen s;

		pipeline_seen_success(c->p.workers[w], site, &s);
		keep_newest(success, &s);
		pipeline_seen_failure(c->p.workers[w], site, &s);
		keep_newest(failure, &s);
	}
}

uint64_t
control_watch_cycles(const struct pipeline_stats *st)
{
	uint64_t n = 0;

	for (unsigned int s = 0; s < PIPELINE_STAGE_COUNT; s++)
		n += st->cycles[s];
	return n;
}

uint64_t
control_watch_dropped(const struct pipeline_stats *st)
{
	uint64_t n = 0;

	for (unsigned int v = PIPELINE_DROP_FIRST; v < PIPELINE_VERDICT_COUNT; v++)
		n += st->verdict[v];
	return n;
}

static void
log_drops(struct control *c, const struct pipeline_stats *sum, uint64_t now_ns)
{
	for (unsigned int v = PIPELINE_DROP_FIRST; v < PIPELINE_VERDICT_COUNT; v++) {
		uint64_t rose = sum->verdict[v] - c->logged.verdict[v];
		char from[LISP_IP_TEXT_MAX];
		struct pipeline_seen s;

		if (rose == 0)
			continue;
		control_watch_seen(c, v, &s);
		LOG(NOTICE, "drop %s rose by %lu in %lu s, last from %s port %u, Key ID %u",
				pipeline_verdict_word(v), rose,
				(now_ns - c->logged_ns) / BASE_NS_PER_S,
				s.from.family == 0 ? "?"
						   : lisp_ip_to_text(&s.from, from, sizeof(from)),
				s.from_port, s.key_id);
	}
	c->logged = *sum;
	c->logged_ns = now_ns;
}

static void
take_sample(struct control *c, const struct pipeline_stats *sum, uint64_t now_ns)
{
	unsigned int n = c->p.n_workers;

	memmove(c->samples + 1, c->samples, sizeof(c->samples) - sizeof(c->samples[0]));
	memmove(c->cycles + n, c->cycles, CONTROL_RATE_SPAN * n * sizeof(*c->cycles));
	c->samples[0] = (struct control_sample){ .when_ns = now_ns, .sum = *sum };
	for (unsigned int w = 0; w < n; w++) {
		struct pipeline_stats st;

		pipeline_stats_get(c->p.workers[w], &st);
		c->cycles[w] = control_watch_cycles(&st);
	}
}

void
control_watch_tick(struct control *c, uint64_t now_ns)
{
	struct pipeline_stats sum;

	control_watch_sum(c, &sum);
	if (sum.received != c->busy_received || pipeline_stats_in_hand(&sum) > 0) {
		c->busy_received = sum.received;
		c->busy_ns = now_ns;
	}
	if (now_ns - c->samples[0].when_ns >= BASE_NS_PER_S)
		take_sample(c, &sum, now_ns);
	if (now_ns - c->logged_ns >= c->p.log_interval_s * BASE_NS_PER_S)
		log_drops(c, &sum, now_ns);
}
