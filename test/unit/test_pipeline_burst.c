/* SPDX-License-Identifier: BSD-3-Clause */

/* A random mix, one by one and in full bursts: the same becomes of it. */

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "harness_lab.h"

#define N_FRAMES 900
#define N_XTRS   3
#define N_EIDS   2 /* of one xTR under one key */

struct mix {
	size_t len[N_FRAMES];
	uint8_t *frame[N_FRAMES];
	bool no_copy[N_FRAMES];
};

/** What stands in the tables at the end. */
struct outcome {
	struct pipeline_stats st;
	unsigned int n_answers;
	uint64_t table;  /**< Digest over all mappings. */
	uint64_t nonces; /**< And over all associations. */
	struct mapdb_stats db;
};

static uint32_t seed;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static struct harness_register
draw_register(uint64_t nonce)
{
	struct harness_register r = harness_register_default(nonce);

	r.key_id = (uint8_t)(1 + draw(3));
	r.xtr = (uint8_t)draw(N_XTRS);
	r.no_trailer = draw(10) == 0;
	/* EID-prefixes of its own: who is newest among several is nobody's promise within a burst. */
	r.eid = ((r.no_trailer ? N_XTRS : r.xtr) * 4u + r.key_id) * 16u + draw(N_EIDS);
	r.n_records = (uint8_t)(1 + draw(2));
	r.ttl_min = draw(6) == 0 ? 0 : 1440;
	r.rloc = 0xcb007101 + draw(2);
	r.outside = draw(8) == 0;
	r.forged = draw(10) == 0;
	if (draw(5) == 0)
		r.flags &= ~LISP_REG_M;
	/* Old ones, but not together with a wrong MAC: which is seen first then depends. */
	if (draw(10) == 0 && !r.forged)
		r.nonce -= draw(20);
	return r;
}

static void
keep(struct mix *m, unsigned int i, const uint8_t *frame, size_t len)
{
	m->frame[i] = malloc(len);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m->frame[i]);
	memcpy(m->frame[i], frame, len);
	m->len[i] = len;
}

static void
draw_frame(struct mix *m, unsigned int i)
{
	struct harness_register r = draw_register(1000 + i);
	struct harness_frame f = harness_frame_default(draw(2) == 0 ? 4 : 6);
	uint8_t msg[HARNESS_MESSAGE_MAX], frame[HARNESS_FRAME_MAX];
	size_t len = harness_register_build(&r, msg);
	unsigned int old;

	/* An old nonce is seen before a wrong MAC.  Policy off: a copy of what was the last message
	 * when the burst began is one, though another stands between. */
	m->no_copy[i] = r.forged || r.key_id == HARNESS_KEY_OFF;
	switch (draw(12)) {
	case 0: /* cut */
		len = draw((uint32_t)len);
		break;
	case 1: /* anything */
		for (size_t k = 0; k < len; k++)
			msg[k] = (uint8_t)draw(256);
		break;
	case 2: /* somebody else's */
		f.dst.octets[3] ^= 1;
		break;
	case 3: /* seen before */
		old = i < 20 ? i : i - 1 - draw(20);
		if (old == i || m->no_copy[old])
			break;
		keep(m, i, m->frame[old], m->len[old]);
		m->no_copy[i] = false;
		return;
	default:
		break;
	}
	keep(m, i, frame, harness_frame_build(&f, msg, len, frame));
}

static uint64_t
mix_in(uint64_t sum, const void *p, size_t len)
{
	const uint8_t *at = p;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static void
look(struct harness *h, struct outcome *out)
{
	struct lisp_eid *after = NULL, last;
	struct mapdb_view v;

	CU_ASSERT_TRUE(harness_rise(h, &out->st));
	mapdb_stats_get(h->mapdb, &out->db);
	while (mapdb_next(h->mapdb, after, &v)) {
		out->table = mix_in(out->table, v.eid.octets, 4);
		out->table = mix_in(out->table, &v.ttl_min, sizeof(v.ttl_min));
		out->table = mix_in(out->table, v.locators, v.locators_len);
		last = v.eid;
		after = &last;
	}
	for (uint32_t n = assoc_next(h->assoc, 0); n != ASSOC_NONE;
			n = assoc_next(h->assoc, n + 1)) {
		const struct assoc *a = assoc_by_number(h->assoc, n);
		uint64_t nonce = a->last_nonce;

		out->nonces += mix_in(mix_in(1, &a->id, sizeof(a->id)), &nonce, sizeof(nonce));
	}
}

static void
run(const struct mix *m, unsigned int burst, struct outcome *out)
{
	struct harness_lab lab;
	struct harness h;

	*out = (struct outcome){ 0 };
	harness_lab_init(&lab);
	harness_lab_open(&h, &lab, (struct harness_options){ .ring_size = 1024 });
	for (unsigned int i = 0; i < N_FRAMES; i++) {
		harness_send_frame(&h, m->frame[i], m->len[i]);
		if ((i + 1) % burst != 0 && i + 1 < N_FRAMES)
			continue;
		harness_turn(&h);
		out->n_answers += harness_lab_flush(&h);
	}
	look(&h, out);
	harness_close(&h);
}

static void
expect_same(const struct outcome *a, const struct outcome *b)
{
	for (unsigned int v = 0; v < PIPELINE_VERDICT_COUNT; v++)
		CU_ASSERT_EQUAL(a->st.verdict[v], b->st.verdict[v]);
	CU_ASSERT_EQUAL(a->st.records, b->st.records);
	CU_ASSERT_EQUAL(a->st.notified, b->st.notified);
	CU_ASSERT_EQUAL(a->n_answers, b->n_answers);
	CU_ASSERT_EQUAL(a->db.n_eids, b->db.n_eids);
	CU_ASSERT_EQUAL(a->db.n_mappings, b->db.n_mappings);
	CU_ASSERT_EQUAL(a->table, b->table);
	CU_ASSERT_EQUAL(a->nonces, b->nonces);
}

static void
burst_ends_as_its_messages_would_one_by_one(void)
{
	static const unsigned int bursts[] = { 2, 7, PIPELINE_BURST_MAX, N_FRAMES };
	static struct mix m;

	for (uint32_t round = 1; round <= 6; round++) {
		struct outcome alone, together;

		seed = round;
		for (unsigned int i = 0; i < N_FRAMES; i++)
			draw_frame(&m, i);
		run(&m, 1, &alone);
		/* The mix is one: all of it happens. */
		CU_ASSERT_TRUE(alone.st.verdict[PIPELINE_REGISTERED] > 100);
		CU_ASSERT_TRUE(alone.st.verdict[PIPELINE_REPLAY] > 20);
		CU_ASSERT_TRUE(alone.st.verdict[PIPELINE_AUTH_FAIL] > 20);
		CU_ASSERT_TRUE(alone.st.verdict[PIPELINE_EID_POLICY] > 5);
		CU_ASSERT_TRUE(alone.st.refreshed > 5);
		for (size_t k = 0; k < sizeof(bursts) / sizeof(bursts[0]); k++) {
			run(&m, bursts[k], &together);
			expect_same(&alone, &together);
		}
		for (unsigned int i = 0; i < N_FRAMES; i++)
			free(m.frame[i]);
	}
}

static CU_TestInfo burst_tests[] = {
	{ "burst ends as its messages would one by one",
			burst_ends_as_its_messages_would_one_by_one },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_burst", NULL, NULL, NULL, NULL, burst_tests },
	CU_SUITE_INFO_NULL,
};
