/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "lisp_notify.h"
#include "lisp_text.h"
#include "loadgen_message.h"

#define MESSAGE_ROOM (LOADGEN_MESSAGE_MAX + LOADGEN_RECORD_MAX)

static struct loadgen_layout layout;
static struct loadgen_maker maker;

static int
make_maker(uint32_t n_etrs, uint32_t n_prefixes, uint32_t n_records, bool trailer)
{
	struct loadgen_message_params p = {
		.layout = &layout,
		.n_records = n_records,
		.ttl_min = 1440,
		.tag_len = 16,
		.trailer = trailer,
		.want_notify = true,
	};
	char why[256];

	layout = (struct loadgen_layout){
		.seed = 1,
		.n_etrs = n_etrs,
		.n_prefixes = n_prefixes,
		.ipv6_percent = 40,
		.mask4 = 32,
		.mask6 = 64,
		.etrs_per_source = 1,
		.key_id = 5,
		.alg_id = LISP_ALG_HMAC_SHA256_128,
	};
	lisp_eid_from_text("16.0.0.0/5", &layout.space4);
	lisp_eid_from_text("2001:db8::/32", &layout.space6);
	lisp_ip_from_text("10.99.1.0", &layout.source);
	CU_ASSERT_EQUAL(loadgen_layout_derive(&layout, why, sizeof(why)), 0);
	return loadgen_maker_init(&maker, &p);
}

static int
compare_eids(const void *a, const void *b)
{
	return memcmp(a, b, LISP_EID_HOT_LEN);
}

/* Build every unit once, parse it with the product's parser, and collect the EID-prefixes. */
static void
check_round(uint32_t n_etrs, uint32_t n_prefixes, uint32_t n_records)
{
	struct lisp_eid *all = calloc(n_prefixes, sizeof(*all));
	uint8_t msg[MESSAGE_ROOM];
	bool well_formed = true, twice = false;
	uint32_t n_all = 0;

	CU_ASSERT_EQUAL(make_maker(n_etrs, n_prefixes, n_records, true), 0);
	for (uint32_t unit = 0; unit < maker.n_units; unit++) {
		struct loadgen_message m = { .nonce = unit, .unit = unit };
		uint32_t len = loadgen_message_build(&maker, &m, msg);
		struct lisp_register r;
		struct lisp_cursor c;
		struct lisp_record rec;

		well_formed &= len <= maker.max_len &&
				lisp_register_peek(msg, len, &r) == LISP_OK &&
				lisp_register_check(msg, &r) == LISP_OK && r.n_records >= 1 &&
				r.n_records == loadgen_unit_records(&maker, unit) &&
				r.nonce == unit && r.key_id == 5 && r.has_trailer;
		c = lisp_register_records(msg, &r);
		for (unsigned int i = 0; i < r.n_records && n_all < n_prefixes; i++) {
			well_formed &= lisp_record_read(&c, &rec) == LISP_OK;
			all[n_all++] = rec.eid;
		}
	}
	CU_ASSERT_TRUE(well_formed);
	CU_ASSERT_EQUAL(n_all, n_prefixes);
	qsort(all, n_all, sizeof(*all), compare_eids);
	for (uint32_t i = 1; i < n_all; i++)
		twice |= lisp_eid_equal(&all[i - 1], &all[i]);
	CU_ASSERT_FALSE(twice);
	free(all);
}

static void
one_round_registers_every_prefix_once(void)
{
	check_round(1000, 10000, 1);
	check_round(1000, 10000, 10);
	check_round(10, 105, 10);
	check_round(10, 105, 7);
	check_round(7, 3, 1);
	check_round(3, 60, 25);
}

static void
a_refresh_differs_in_its_nonce_only(void)
{
	struct loadgen_message m = { .nonce = 1, .unit = 17 };
	uint8_t a[MESSAGE_ROOM], b[MESSAGE_ROOM];
	uint32_t len;

	CU_ASSERT_EQUAL(make_maker(10, 100, 2, true), 0);
	len = loadgen_message_build(&maker, &m, a);
	m.nonce = UINT64_C(0x123456789abcdef0);
	CU_ASSERT_EQUAL(loadgen_message_build(&maker, &m, b), len);
	CU_ASSERT_EQUAL(memcmp(a, b, 4), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(a + 4, b + 4, 8), 0);
	CU_ASSERT_EQUAL(memcmp(a + 12, b + 12, len - 12), 0);
}

static struct lisp_record
first_record(uint8_t what, uint8_t *msg)
{
	struct loadgen_message m = { .nonce = 1, .unit = 3, .what = what };
	uint32_t len = loadgen_message_build(&maker, &m, msg);
	struct lisp_register r;
	struct lisp_record rec;
	struct lisp_cursor c;

	CU_ASSERT_EQUAL(lisp_register_peek(msg, len, &r), LISP_OK);
	c = lisp_register_records(msg, &r);
	CU_ASSERT_EQUAL(lisp_record_read(&c, &rec), LISP_OK);
	return rec;
}

static struct lisp_ip
rloc_of(const struct lisp_record *rec)
{
	struct lisp_cursor c = lisp_cursor_over(rec->locators, rec->locators_len);
	struct lisp_locator loc;

	CU_ASSERT_EQUAL(lisp_locator_read(&c, &loc), LISP_OK);
	return loc.rloc.ip;
}

static void
changes_say_what_they_are(void)
{
	uint8_t plain[MESSAGE_ROOM], changed[MESSAGE_ROOM];
	struct lisp_record a, b;
	struct lisp_ip rloc_a, rloc_b;

	CU_ASSERT_EQUAL(make_maker(10, 100, 1, true), 0);
	a = first_record(0, plain);
	rloc_a = rloc_of(&a);
	CU_ASSERT_EQUAL(a.ttl_min, 1440);

	b = first_record(LOADGEN_MOVED, changed);
	rloc_b = rloc_of(&b);
	CU_ASSERT_TRUE(lisp_eid_equal(&a.eid, &b.eid));
	CU_ASSERT_FALSE(lisp_ip_equal(&rloc_a, &rloc_b));
	CU_ASSERT_TRUE(lisp_ip_is_unicast(&rloc_b));

	b = first_record(LOADGEN_FRESH, changed);
	CU_ASSERT_FALSE(lisp_eid_equal(&a.eid, &b.eid));
	CU_ASSERT_EQUAL(a.eid.kind, b.eid.kind);

	b = first_record(LOADGEN_FRESH | LOADGEN_WITHDRAW, changed);
	CU_ASSERT_EQUAL(b.ttl_min, 0);
}

static void
messages_that_do_not_fit_are_refused(void)
{
	CU_ASSERT_EQUAL(make_maker(10, 1000, 100, true), -EMSGSIZE);
	CU_ASSERT_TRUE(maker.max_len > LOADGEN_MESSAGE_MAX);
	/* 100 records are allowed as long as no ETR has that many EID-prefixes. */
	CU_ASSERT_EQUAL(make_maker(100, 1000, 100, true), 0);
}

/* The right answer to unit 3, made by the server's own function. */
static uint32_t
answer(struct loadgen_message *m, uint8_t *msg)
{
	static const uint64_t all[4] = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	struct lisp_register r;
	uint32_t len;

	*m = (struct loadgen_message){ .nonce = 77, .unit = 3 };
	len = loadgen_message_build(&maker, m, msg);
	CU_ASSERT_EQUAL(lisp_register_peek(msg, len, &r), LISP_OK);
	return lisp_notify_from_register(msg, &r, all, true);
}

static void
the_right_answer_is_the_same(void)
{
	uint8_t msg[MESSAGE_ROOM];
	struct loadgen_message m;
	uint32_t len;

	for (unsigned int trailer = 0; trailer < 2; trailer++) {
		CU_ASSERT_EQUAL(make_maker(10, 100, 3, trailer != 0), 0);
		len = answer(&m, msg);
		CU_ASSERT_EQUAL(loadgen_message_compare(&maker, &m, msg, len), LOADGEN_SAME);
		memset(msg + LISP_AUTH_HEADER_LEN, 0xaa, maker.tag_len);
		CU_ASSERT_EQUAL(loadgen_message_compare(&maker, &m, msg, len), LOADGEN_SAME);
	}
}

static void
every_wrong_bit_of_an_answer_is_noticed(void)
{
	uint8_t msg[MESSAGE_ROOM];
	struct loadgen_message m;
	uint32_t len;

	CU_ASSERT_EQUAL(make_maker(10, 100, 3, true), 0);
	len = answer(&m, msg);
	for (uint32_t bit = 0; bit < 8 * len; bit++) {
		uint32_t at = bit / 8;
		enum loadgen_difference want = LOADGEN_OTHER_RECORDS, got;

		if (at >= LISP_AUTH_HEADER_LEN && at < maker.header_len)
			continue;
		if (at < LISP_AUTH_HEADER_LEN)
			want = LOADGEN_OTHER_HEADER;
		if (at >= len - LISP_TRAILER_LEN || (at == 0 && bit == 3))
			want = LOADGEN_OTHER_TRAILER;
		msg[at] ^= (uint8_t)(1u << bit % 8);
		got = loadgen_message_compare(&maker, &m, msg, len);
		msg[at] ^= (uint8_t)(1u << bit % 8);
		CU_ASSERT_EQUAL(got, want);
	}
}

static void
every_wrong_length_of_an_answer_is_noticed(void)
{
	uint8_t msg[MESSAGE_ROOM] = { 0 };
	struct loadgen_message m;
	uint32_t len;

	CU_ASSERT_EQUAL(make_maker(10, 100, 3, true), 0);
	len = answer(&m, msg);
	for (uint32_t cut = 0; cut < len; cut++) {
		uint8_t *exact = malloc(cut + 1);

		memcpy(exact, msg, cut);
		CU_ASSERT_NOT_EQUAL(loadgen_message_compare(&maker, &m, exact, cut), LOADGEN_SAME);
		free(exact);
	}
	CU_ASSERT_EQUAL(loadgen_message_compare(&maker, &m, msg, len + 1), LOADGEN_OTHER_TRAILER);
}

static CU_TestInfo message_tests[] = {
	{ "one round registers every prefix once", one_round_registers_every_prefix_once },
	{ "a refresh differs in its nonce only", a_refresh_differs_in_its_nonce_only },
	{ "changes say what they are", changes_say_what_they_are },
	{ "messages that do not fit are refused", messages_that_do_not_fit_are_refused },
	{ "the right answer is the same", the_right_answer_is_the_same },
	{ "every wrong bit of an answer is noticed", every_wrong_bit_of_an_answer_is_noticed },
	{ "every wrong length of an answer is noticed",
			every_wrong_length_of_an_answer_is_noticed },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "loadgen_message", NULL, NULL, NULL, NULL, message_tests },
	CU_SUITE_INFO_NULL,
};
