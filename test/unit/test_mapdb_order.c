/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>

#include <jansson.h>

#include "test_mapdb_util.h"

static void
register_all(struct mapdb *db, const char *const *texts, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		register_one(db, i, texts[i], 1440, 1);
}

static bool
next_is(const struct mapdb *db, struct mapdb_view *v, const char *text)
{
	struct lisp_eid e = eid_of(text);

	return mapdb_next(db, v->eid.kind == LISP_EID_NONE ? NULL : &v->eid, v) &&
			lisp_eid_equal(&v->eid, &e);
}

static void
walk_goes_by_iid_kind_octets_and_mask_length(void)
{
	static const char *const shuffled[] = { "\"b\"", "10.1.128.0/17", "[16777216] 10.0.0.0/8",
		"2001:db8::/32", "10.0.0.0/8", "02:00:5e:10:00:01", "10.1.0.0/16", "[1] 10.0.0.0/8",
		"10.1.0.0/17", "2001:db8::/48", "\"a name of more than sixteen octets, and so on\"",
		"0.0.0.0/0", "10.1.0.0/32", "2001:db8::1/128", "\"a\"", "10.2.0.0/16",
		"\"a name of more than sixteen octets, and more\"" };
	static const char *const sorted[] = { "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16",
		"10.1.0.0/17", "10.1.0.0/32", "10.1.128.0/17", "10.2.0.0/16", "2001:db8::/32",
		"2001:db8::/48", "2001:db8::1/128", "02:00:5e:10:00:01", "\"a\"",
		"\"a name of more than sixteen octets, and more\"",
		"\"a name of more than sixteen octets, and so on\"", "\"b\"", "[1] 10.0.0.0/8",
		"[16777216] 10.0.0.0/8" };
	enum {
		N = sizeof(sorted) / sizeof(sorted[0])
	};
	struct fixture f = fixture_open(N);
	struct mapdb_view v = { .eid = { .kind = LISP_EID_NONE } };

	CU_ASSERT_FALSE(mapdb_next(f.db, NULL, &v));
	register_all(f.db, shuffled, N);
	for (unsigned int i = 0; i < N; i++)
		CU_ASSERT_TRUE(next_is(f.db, &v, sorted[i]));
	CU_ASSERT_FALSE(mapdb_next(f.db, &v.eid, &v));
	for (unsigned int i = 0; i < N; i++) /* each is found again, long ones too */
		CU_ASSERT_EQUAL(who(f.db, shuffled[i]), i);
	fixture_close(&f);
}

static void
cursor_survives_that_its_place_goes(void)
{
	static const char *const texts[] = { "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16" };
	struct fixture f = fixture_open(16);
	struct mapdb_view v;
	struct lisp_eid e = eid_of("10.2.0.0/16");

	register_all(f.db, texts, 3);
	register_one(f.db, 1, "10.2.0.0/16", 0, 1);
	CU_ASSERT_TRUE(mapdb_next(f.db, &e, &v));
	CU_ASSERT_EQUAL(v.registrant, 2);
	register_one(f.db, 9, "10.2.1.0/24", 1440, 1);
	CU_ASSERT_TRUE(mapdb_next(f.db, &e, &v));
	CU_ASSERT_EQUAL(v.registrant, 9);
	fixture_close(&f);
}

static bool
longest_is(const struct mapdb *db, const char *eid, const char *expected)
{
	struct lisp_eid e = eid_of(eid), want;
	struct mapdb_view v;

	if (!mapdb_lookup_longest(db, &e, &v))
		return expected == NULL;
	if (expected == NULL)
		return false;
	want = eid_of(expected);
	return lisp_eid_equal(&v.eid, &want);
}

static void
longest_match_is_of_the_same_instance_and_kind(void)
{
	static const char *const texts[] = { "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16",
		"10.1.2.3/32", "[7] 10.1.2.0/24", "2001:db8::/32", "2001:db8:0:1::/64",
		"2001:db8:0:1::1/128", "02:00:5e:10:00:01", "\"name\"" };
	struct fixture f = fixture_open(16);

	CU_ASSERT_TRUE(longest_is(f.db, "10.1.2.3/32", NULL));
	register_all(f.db, texts, sizeof(texts) / sizeof(texts[0]));
	CU_ASSERT_TRUE(longest_is(f.db, "10.1.2.3/32", "10.1.2.3/32"));
	CU_ASSERT_TRUE(longest_is(f.db, "10.1.2.2/32", "10.1.0.0/16"));
	CU_ASSERT_TRUE(longest_is(f.db, "10.1.2.0/24", "10.1.0.0/16"));
	CU_ASSERT_TRUE(longest_is(f.db, "10.1.0.0/16", "10.1.0.0/16"));
	CU_ASSERT_TRUE(longest_is(f.db, "10.0.0.0/15", "10.0.0.0/8"));
	CU_ASSERT_TRUE(longest_is(f.db, "11.0.0.0/8", "0.0.0.0/0"));
	CU_ASSERT_TRUE(longest_is(f.db, "[7] 10.1.2.3/32", "[7] 10.1.2.0/24"));
	CU_ASSERT_TRUE(longest_is(f.db, "[7] 10.1.3.3/32", NULL));
	CU_ASSERT_TRUE(longest_is(f.db, "[8] 10.1.2.3/32", NULL));
	CU_ASSERT_TRUE(longest_is(f.db, "2001:db8:0:1::2/128", "2001:db8:0:1::/64"));
	CU_ASSERT_TRUE(longest_is(f.db, "2001:db8:0:1::1/128", "2001:db8:0:1::1/128"));
	CU_ASSERT_TRUE(longest_is(f.db, "2001:db9::/64", NULL));
	CU_ASSERT_TRUE(longest_is(f.db, "02:00:5e:10:00:01", "02:00:5e:10:00:01"));
	CU_ASSERT_TRUE(longest_is(f.db, "02:00:5e:10:00:02", NULL));
	CU_ASSERT_TRUE(longest_is(f.db, "\"name\"", "\"name\""));
	CU_ASSERT_TRUE(longest_is(f.db, "\"nam\"", NULL));
	fixture_close(&f);
}

static void
all_mask_lengths_at_once_are_searched(void)
{
	struct fixture f = fixture_open(200);
	struct lisp_eid e = eid_of("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128");
	struct mapdb_view v;

	for (int mask_len = 128; mask_len >= 0; mask_len--) {
		struct message m = { .len = 0 };
		struct lisp_eid p = e;

		p.mask_len = (uint8_t)mask_len;
		lisp_mask_octets(p.octets, 16, (unsigned int)mask_len);
		message_add_eid(&m, &p, 1440, 1, 1);
		apply_ok(f.db, 7, &m);
	}
	for (int mask_len = 128; mask_len >= 0; mask_len--) {
		struct message m = { .len = 0 };

		CU_ASSERT_TRUE(mapdb_lookup_longest(f.db, &e, &v));
		CU_ASSERT_EQUAL(v.eid.mask_len, mask_len);
		message_add_eid(&m, &v.eid, 0, 0, 0);
		apply_ok(f.db, 7, &m);
	}
	CU_ASSERT_FALSE(mapdb_lookup_longest(f.db, &e, &v));
	fixture_close(&f);
}

/* ---- holes ---- */

static bool
hole_is(const struct mapdb *db, const char *eid, const char *within, const char *expected)
{
	struct lisp_eid e = eid_of(eid), in = eid_of(within), want = eid_of(expected), hole;

	mapdb_hole(db, &e, &in, &hole);
	return lisp_eid_equal(&hole, &want);
}

static void
hole_is_the_shortest_prefix_clear_of_all_that_is_registered(void)
{
	struct fixture f = fixture_open(16);

	CU_ASSERT_TRUE(hole_is(f.db, "10.1.2.3/32", "0.0.0.0/0", "0.0.0.0/0"));
	CU_ASSERT_TRUE(hole_is(f.db, "10.1.2.3/32", "10.0.0.0/8", "10.0.0.0/8"));
	register_one(f.db, 7, "[9] 10.1.0.0/16", 1440, 1);
	register_one(f.db, 7, "2001:db8::/32", 1440, 1);
	CU_ASSERT_TRUE(hole_is(f.db, "10.1.2.3/32", "0.0.0.0/0", "0.0.0.0/0"));
	register_one(f.db, 7, "10.1.2.2/32", 1440, 1);
	CU_ASSERT_TRUE(hole_is(f.db, "10.1.2.3/32", "0.0.0.0/0", "10.1.2.3/32"));
	CU_ASSERT_TRUE(hole_is(f.db, "10.1.2.4/32", "0.0.0.0/0", "10.1.2.4/30"));
	CU_ASSERT_TRUE(hole_is(f.db, "[9] 10.0.0.1/32", "[9] 0.0.0.0/0", "[9] 10.0.0.0/16"));
	CU_ASSERT_TRUE(hole_is(f.db, "2001:db9::/48", "2001::/16", "2001:db9::/32"));
	fixture_close(&f);
}

static void
hole_is_never_longer_than_what_was_asked_for(void)
{
	struct fixture f = fixture_open(16);

	register_one(f.db, 7, "10.1.2.0/24", 1440, 1);
	CU_ASSERT_TRUE(hole_is(f.db, "10.1.0.0/16", "10.0.0.0/8", "10.1.0.0/16"));
	CU_ASSERT_TRUE(hole_is(f.db, "10.2.0.0/16", "10.0.0.0/8", "10.2.0.0/15"));
	fixture_close(&f);
}

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static struct lisp_eid
host_of(const char *address)
{
	char text[64];

	snprintf(text, sizeof(text), "%s/%u", address, strchr(address, ':') == NULL ? 32 : 128);
	return eid_of(text);
}

static void
check_hole_vector(const json_t *vector)
{
	struct fixture f = fixture_open(64);
	struct lisp_eid e = host_of(text_of(vector, "eid")), within = e, hole, want;
	const json_t *configured = json_object_get(vector, "configured");
	const char *aggregate = text_of(vector, "aggregate");
	const char *expected = text_of(vector, "negative_prefix");
	struct mapdb_view v;

	for (size_t i = 0; i < json_array_size(configured); i++)
		register_one(f.db, 7, json_string_value(json_array_get(configured, i)), 1440, 1);
	within.mask_len = 0;
	memset(within.octets, 0, 16);
	if (aggregate != NULL)
		within = eid_of(aggregate);
	if (expected == NULL) {
		CU_ASSERT_TRUE(mapdb_lookup_longest(f.db, &e, &v));
	} else {
		CU_ASSERT_FALSE(mapdb_lookup_longest(f.db, &e, &v));
		want = eid_of(expected);
		mapdb_hole(f.db, &e, &within, &hole);
		CU_ASSERT_TRUE(lisp_eid_equal(&hole, &want));
	}
	fixture_close(&f);
}

/* vectors/derivations.json, made from protocol.md 3.7 without our code. */
static void
hole_vectors_hold(void)
{
	static const char *const paths[] = { "../shared/vectors/derivations.json",
		"test/vectors/data/derivations.json" };
	json_t *root = NULL, *holes;

	for (unsigned int i = 0; i < 2 && root == NULL; i++)
		root = json_load_file(paths[i], 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(root);
	holes = json_object_get(root, "holes");
	CU_ASSERT_TRUE(json_array_size(holes) > 0);
	for (size_t i = 0; i < json_array_size(holes); i++)
		check_hole_vector(json_array_get(holes, i));
	json_decref(root);
}

static CU_TestInfo order_tests[] = {
	{ "walk goes by iid, kind, octets and mask length",
			walk_goes_by_iid_kind_octets_and_mask_length },
	{ "cursor survives that its place goes", cursor_survives_that_its_place_goes },
	{ "longest match is of the same instance and kind",
			longest_match_is_of_the_same_instance_and_kind },
	{ "all mask lengths at once are searched", all_mask_lengths_at_once_are_searched },
	{ "hole is the shortest prefix clear of all that is registered",
			hole_is_the_shortest_prefix_clear_of_all_that_is_registered },
	{ "hole is never longer than what was asked for",
			hole_is_never_longer_than_what_was_asked_for },
	{ "hole vectors hold", hole_vectors_hold },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "mapdb_order", NULL, NULL, NULL, NULL, order_tests },
	CU_SUITE_INFO_NULL,
};
