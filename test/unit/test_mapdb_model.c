/* SPDX-License-Identifier: BSD-3-Clause */

/* The table against a model of it that is an array and looks at everything each time.  Random
 * statements, refreshes and time over few EID-prefixes, so that all meet all; the questions are
 * asked of both. */

#include "test_mapdb_util.h"

#define N_OPERATIONS  40000
#define N_REGISTRANTS 6
#define N_EIDS        96
#define MAX_SAID      (N_REGISTRANTS * N_EIDS)
#define START_OFF     1 /* ns: so that nothing expires on a full second */

/* What one registrant says of one EID-prefix. */
struct said {
	bool there;
	uint64_t since; /* number of the operation: newest is highest */
	uint64_t expires_ns;
	uint64_t statement; /* registration it belongs to */
	uint32_t ttl_min;
	uint8_t rloc;
};

/* A registration, by the number of its operation (T bit: one for each TTL, none refreshed then). */
struct stated {
	uint64_t number;
	struct message m;
	uint64_t lifetime_ns;
	bool trusted; /* may be refreshed */
};

static struct lisp_eid eids[N_EIDS]; /* sorted */
static struct said model[N_REGISTRANTS][N_EIDS];
static struct stated last[N_REGISTRANTS]; /* latest statement that could be refreshed */
static uint64_t n_operation;

static uint32_t
pick(uint32_t n)
{
	static uint64_t s = 0x2545f4914f6cdd1d;

	s ^= s << 13;
	s ^= s >> 7;
	s ^= s << 17;
	return (uint32_t)((s >> 33) % n);
}

/* By Instance ID, kind, octets, mask_len: written out, not taken from the table. */
static int
by_order(const void *x, const void *y)
{
	const struct lisp_eid *a = x, *b = y;
	size_t len = a->len > b->len ? a->len : b->len;
	uint8_t ao[LISP_EID_OCTETS_MAX] = { 0 }, bo[LISP_EID_OCTETS_MAX] = { 0 };
	int c;

	if (a->iid != b->iid)
		return a->iid < b->iid ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	memcpy(ao, a->octets, a->len);
	memcpy(bo, b->octets, b->len);
	c = memcmp(ao, bo, len);
	return c != 0 ? c : a->mask_len - b->mask_len;
}

static struct lisp_eid
random_eid(void)
{
	static const char *const names[] = { "\"r1\"", "\"router.one.example.net.\"",
		"\"router.two.example.net.\"", "\"router.one.example.net.of.another.kind\"" };
	static const char *const bases[] = { "10.0.0.0/32", "2001:db8::/128", "[77] 10.0.0.0/32" };
	struct lisp_eid e;
	unsigned int width;

	if (pick(12) == 0)
		return eid_of(names[pick(4)]);
	e = eid_of(bases[pick(3)]);
	width = lisp_eid_width(&e);
	for (unsigned int i = 0; i < 3; i++) /* few bits of the first and last octets vary */
		e.octets[pick(2) == 0 ? 1 : width / 8 - 1] |= (uint8_t)(1 << pick(8));
	e.mask_len = (uint8_t)(pick(3) == 0 ? width : 8 + pick(width - 8));
	lisp_mask_octets(e.octets, width / 8, e.mask_len);
	return e;
}

static void
make_eids(void)
{
	unsigned int n = 0;

	while (n < N_EIDS) {
		bool known = false;

		eids[n] = random_eid();
		for (unsigned int i = 0; i < n; i++)
			known |= lisp_eid_equal(&eids[i], &eids[n]);
		n += !known;
	}
	qsort(eids, N_EIDS, sizeof(eids[0]), by_order);
}

/* ---- the model ---- */

static bool
lives(const struct said *s)
{
	return s->there && s->expires_ns > test_now_ns;
}

/* The newest registrant of an EID-prefix older than `before`, dead ones too if so wanted. */
static uint32_t
newest(unsigned int e, uint64_t before)
{
	uint32_t best = NOBODY;

	for (uint32_t r = 0; r < N_REGISTRANTS; r++)
		if (lives(&model[r][e]) && model[r][e].since < before &&
				(best == NOBODY || model[r][e].since > model[best][e].since))
			best = r;
	return best;
}

/* Whoever stood newest on an EID-prefix that changes hands is not refreshed any more. */
static void
distrust_others(uint32_t registrant, unsigned int e)
{
	for (uint32_t r = 0; r < N_REGISTRANTS; r++)
		if (r != registrant && model[r][e].there && model[r][e].statement == last[r].number)
			last[r].trusted = false;
}

static void
model_record(uint32_t registrant, unsigned int e, uint32_t ttl_min, uint8_t rloc, bool t_bit)
{
	struct said *s = &model[registrant][e];
	uint64_t life_ms = LIFETIME_MS;

	if (s->there && s->statement == last[registrant].number)
		last[registrant].trusted = false;
	s->there = ttl_min != 0;
	if (!s->there)
		return;
	if (t_bit)
		life_ms = ttl_min < CAP_MS / 60000 ? ttl_min * UINT64_C(60000) : CAP_MS;
	distrust_others(registrant, e);
	*s = (struct said){ .there = true,
		.since = n_operation,
		.expires_ns = test_now_ns + life_ms * BASE_NS_PER_MS,
		.statement = n_operation,
		.ttl_min = ttl_min,
		.rloc = rloc };
}

/* ---- operations on both ---- */

static void
state_something(struct mapdb *db)
{
	static const uint32_t ttls[] = { 1440, 1440, 1440, 5, 2, LISP_TTL_RECEIVER_DECIDES, 0 };
	uint32_t registrant = pick(N_REGISTRANTS), ttl = 0, n = 1 + pick(4);
	struct message m = { .flags = pick(4) == 0 ? LISP_REG_T : 0 };
	unsigned int at[4], n_accepted = 0, n_withdrawn = 0;
	uint32_t ttl_of[4];
	uint8_t rloc = (uint8_t)pick(200);
	bool all_equal = true, repeats = false;
	struct mapdb_result res;

	for (unsigned int i = 0; i < n; i++) {
		at[i] = pick(N_EIDS);
		if (i == 0 || pick(3) == 0)
			ttl = ttls[pick(7)];
		ttl_of[i] = ttl;
		all_equal &= ttl == ttl_of[0];
		message_add_eid(&m, &eids[at[i]], ttl, 1 + pick(3), rloc);
		if (pick(10) == 0)
			m.refused[0] |= UINT64_C(1) << i;
	}
	for (unsigned int i = 0; i < n; i++) {
		bool last_one = true;

		if ((m.refused[0] >> i & 1) != 0)
			continue;
		n_accepted++;
		for (unsigned int k = i + 1; k < n; k++)
			last_one &= at[k] != at[i] || (m.refused[0] >> k & 1) != 0;
		repeats |= !last_one;
		if (!last_one)
			continue;
		n_withdrawn += ttl_of[i] == 0;
		model_record(registrant, at[i], ttl_of[i], rloc, m.flags != 0);
	}
	res = apply_ok(db, registrant, &m);
	if (!repeats)
		CU_ASSERT_EQUAL(res.n_withdrawn, n_withdrawn);
	if (n_accepted < n || repeats || n_withdrawn > 0 || (m.flags != 0 && !all_equal))
		return;
	last[registrant] = (struct stated){ .number = n_operation, .m = m, .trusted = true };
	last[registrant].lifetime_ns = model[registrant][at[0]].expires_ns - test_now_ns;
}

static void
refresh_something(struct mapdb *db)
{
	uint32_t registrant = pick(N_REGISTRANTS);
	struct stated *l = &last[registrant];
	bool expected = false;

	if (l->m.n == 0)
		return;
	for (unsigned int e = 0; e < N_EIDS; e++)
		if (lives(&model[registrant][e]) && model[registrant][e].statement == l->number)
			expected = l->trusted;
	CU_ASSERT_EQUAL(refresh(db, registrant, &l->m), expected);
	if (!expected)
		return;
	for (unsigned int e = 0; e < N_EIDS; e++)
		if (model[registrant][e].there && model[registrant][e].statement == l->number)
			model[registrant][e].expires_ns = test_now_ns + l->lifetime_ns;
}

static void
let_time_pass(struct mapdb *db)
{
	test_now_ns += pick(5) == 0 ? pick(100) * SECOND : pick(3000) * BASE_NS_PER_MS;
	if (pick(2) == 0)
		mapdb_expire(db, test_now_ns, pick(2) == 0 ? 3 : 1000);
}

static void
withdraw_somebody(struct mapdb *db)
{
	uint32_t registrant = pick(N_REGISTRANTS);

	mapdb_withdraw(db, registrant);
	for (unsigned int e = 0; e < N_EIDS; e++)
		model[registrant][e].there = false;
	last[registrant].trusted = false;
}

/* ---- questions to both ---- */

static void
check_exact(const struct mapdb *db, unsigned int e)
{
	uint32_t r = newest(e, UINT64_MAX);
	struct mapdb_view v;

	CU_ASSERT_EQUAL(mapdb_lookup(db, &eids[e], &v), r != NOBODY);
	if (r == NOBODY)
		return;
	for (bool more = true; more; more = mapdb_older(db, &v)) {
		CU_ASSERT_EQUAL_FATAL(v.registrant, r);
		CU_ASSERT_TRUE(lisp_eid_equal(&v.eid, &eids[e]));
		CU_ASSERT_EQUAL(v.ttl_min, model[r][e].ttl_min);
		CU_ASSERT_EQUAL(v.expires_ns, model[r][e].expires_ns);
		CU_ASSERT_EQUAL(v.locators[11], model[r][e].rloc);
		r = newest(e, model[r][e].since);
		CU_ASSERT_EQUAL(v.more, r != NOBODY);
	}
	CU_ASSERT_EQUAL(r, NOBODY);
}

static void
check_longest(const struct mapdb *db, const struct lisp_eid *eid)
{
	int best = -1;
	struct mapdb_view v;

	for (int e = 0; e < N_EIDS; e++)
		if (newest((unsigned int)e, UINT64_MAX) != NOBODY &&
				lisp_eid_covers(&eids[e], eid) &&
				(best < 0 || eids[e].mask_len > eids[best].mask_len))
			best = e;
	CU_ASSERT_EQUAL(mapdb_lookup_longest(db, eid, &v), best >= 0);
	if (best >= 0)
		CU_ASSERT_TRUE(lisp_eid_equal(&v.eid, &eids[best]));
}

static void
check_walk(const struct mapdb *db)
{
	struct mapdb_view v;
	bool more = mapdb_next(db, NULL, &v);

	for (unsigned int e = 0; e < N_EIDS; e++) {
		if (newest(e, UINT64_MAX) == NOBODY)
			continue;
		CU_ASSERT_TRUE_FATAL(more);
		CU_ASSERT_TRUE_FATAL(lisp_eid_equal(&v.eid, &eids[e]));
		more = mapdb_next(db, &v.eid, &v);
	}
	CU_ASSERT_FALSE(more);
}

/* By the words of protocol.md 3.7: try all prefixes around eid, shortest first. */
static void
check_hole(const struct mapdb *db, const struct lisp_eid *eid)
{
	struct lisp_eid within = *eid, hole, want = *eid;
	bool overlaps = true;

	within.mask_len = (uint8_t)pick(lisp_eid_width(eid));
	lisp_mask_octets(within.octets, eid->len, within.mask_len);
	for (unsigned int m = within.mask_len; overlaps && m <= lisp_eid_width(eid); m++) {
		want = *eid;
		want.mask_len = (uint8_t)m;
		lisp_mask_octets(want.octets, eid->len, m);
		overlaps = false;
		for (unsigned int e = 0; e < N_EIDS; e++)
			overlaps |= newest(e, UINT64_MAX) != NOBODY &&
					(lisp_eid_covers(&want, &eids[e]) ||
							lisp_eid_covers(&eids[e], &want));
	}
	if (overlaps)
		return; /* covered: not a question for a hole */
	mapdb_hole(db, eid, &within, &hole);
	CU_ASSERT_TRUE(lisp_eid_equal(&hole, &want));
}

static void
ask(struct mapdb *db)
{
	struct lisp_eid e = random_eid();

	for (unsigned int i = 0; i < 4; i++)
		check_exact(db, pick(N_EIDS));
	check_longest(db, &e);
	check_longest(db, &eids[pick(N_EIDS)]);
	if (pick(16) != 0)
		return;
	check_walk(db);
	if (!lisp_eid_is_ip(&e))
		return;
	/* What is dead and not swept is no hole yet; on a full second there is none: START_OFF. */
	test_now_ns = (test_now_ns / SECOND + 1) * SECOND;
	mapdb_expire(db, test_now_ns, 100000);
	e.mask_len = (uint8_t)lisp_eid_width(&e);
	check_hole(db, &e);
	test_now_ns += START_OFF;
}

static void
table_answers_like_an_array(void)
{
	struct fixture f = fixture_open(MAX_SAID);
	struct mapdb_stats st;

	make_eids();
	test_now_ns += START_OFF;
	for (n_operation = 1; n_operation <= N_OPERATIONS; n_operation++) {
		uint32_t what = pick(100);

		if (what < 45)
			state_something(f.db);
		else if (what < 80)
			refresh_something(f.db);
		else if (what < 99)
			let_time_pass(f.db);
		else
			withdraw_somebody(f.db);
		ask(f.db);
	}
	pass_seconds(f.db, CAP_MS / 1000 + 2);
	st = stats_of(f.db);
	CU_ASSERT_EQUAL(st.n_eids + st.n_mappings + st.n_registrations, 0);
	CU_ASSERT_TRUE(st.n_expired > 1000 && st.n_changed > 1000 && st.n_withdrawn > 1000);
	check_walk(f.db);
	fixture_close(&f);
}

static CU_TestInfo model_tests[] = {
	{ "table answers like an array", table_answers_like_an_array },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "mapdb_model", NULL, NULL, NULL, NULL, model_tests },
	CU_SUITE_INFO_NULL,
};
