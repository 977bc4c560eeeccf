/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_notify.h"
#include "test_lisp_util.h"

#define RECORD_LEN 16
#define AUTH_LEN   20

/* A register of n records without locators, 10.0.i.0/24, and a trailer. */
static struct octets
register_of(unsigned int n, struct lisp_register *r)
{
	struct octets o = { .len = 16 + AUTH_LEN + n * RECORD_LEN + LISP_TRAILER_LEN };
	struct lisp_register head = { .type = LISP_MAP_REGISTER,
		.n_records = (uint8_t)n,
		.has_trailer = true,
		.flags = LISP_REG_P | LISP_REG_M,
		.key_id = 7,
		.alg_id = 1,
		.auth_len = AUTH_LEN,
		.nonce = 42,
		.site_id = 11,
		.xtr_id = { 1, 2, 3 } };
	struct lisp_record rec = { .ttl_min = 3,
		.authoritative = true,
		.eid = { .kind = LISP_EID_IPV4, .mask_len = 24, .len = 4, .octets = { 10 } } };
	struct lisp_writer w;

	o.p = malloc(o.len);
	w = (struct lisp_writer){ .pos = o.p, .end = o.p + o.len };
	lisp_register_begin(&w, &head);
	for (unsigned int i = 0; i < n; i++) {
		rec.eid.octets[2] = (uint8_t)i;
		lisp_record_write(&w, &rec);
	}
	lisp_register_end(&w, &head);
	CU_ASSERT_FALSE(w.failed);
	CU_ASSERT_PTR_EQUAL(w.pos, w.end);
	memset(o.p + 16, 0xee, AUTH_LEN);
	CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, r), LISP_OK);
	return o;
}

static bool
is_kept(const uint64_t accepted[4], unsigned int i)
{
	return (accepted[i / 64] >> i % 64 & 1) != 0;
}

/* The records of the Map-Notify are those accepted, in order. */
static void
check_records(const uint8_t *msg, const struct lisp_register *ntf, const uint64_t accepted[4],
		unsigned int n)
{
	struct lisp_cursor c = lisp_register_records(msg, ntf);
	unsigned int n_kept = 0;
	struct lisp_record rec;

	for (unsigned int i = 0; i < n; i++) {
		if (!is_kept(accepted, i))
			continue;
		n_kept++;
		CU_ASSERT_EQUAL(lisp_record_read(&c, &rec), LISP_OK);
		CU_ASSERT_EQUAL(rec.eid.octets[2], i);
	}
	CU_ASSERT_EQUAL(lisp_left(&c), 0);
	CU_ASSERT_EQUAL(ntf->n_records, n_kept);
}

static void
check_notify(unsigned int n, const uint64_t accepted[4], bool trailer)
{
	static const uint8_t zero[AUTH_LEN];
	struct lisp_register reg, ntf;
	struct octets o = register_of(n, &reg);
	uint32_t len = lisp_notify_from_register(o.p, &reg, accepted, trailer);

	CU_ASSERT_TRUE(len <= o.len);
	CU_ASSERT_EQUAL(lisp_register_peek(o.p, len, &ntf), LISP_OK);
	CU_ASSERT_EQUAL(ntf.type, LISP_MAP_NOTIFY);
	CU_ASSERT_EQUAL(ntf.flags & 0x07ffff00, 0);
	CU_ASSERT_EQUAL(ntf.has_trailer, trailer);
	CU_ASSERT_EQUAL(ntf.nonce, 42);
	CU_ASSERT_EQUAL(ntf.key_id, 7);
	CU_ASSERT_EQUAL(ntf.alg_id, 1);
	CU_ASSERT_EQUAL(ntf.auth_len, AUTH_LEN);
	CU_ASSERT_EQUAL(memcmp(o.p + 16, zero, AUTH_LEN), 0);
	CU_ASSERT_EQUAL(ntf.site_id, trailer ? 11 : 0);
	CU_ASSERT_EQUAL(ntf.xtr_id[2], trailer ? 3 : 0);
	check_records(o.p, &ntf, accepted, n);
	free(o.p);
}

static void
all_records_accepted_stay(void)
{
	static const unsigned int counts[] = { 1, 2, 63, 64, 65, 128, 192, 255 };
	static const uint64_t all[4] = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		check_notify(counts[i], all, true);
		check_notify(counts[i], all, false);
	}
}

static void
refused_records_are_taken_out(void)
{
	static const uint64_t sets[][4] = {
		{ 0, 0, 0, 0 },
		{ 1, 0, 0, 0 },
		{ 5, 0, 0, 0 },
		{ UINT64_MAX - 1, UINT64_MAX, UINT64_MAX, UINT64_MAX },
		{ UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX >> 2 },
		{ 0x5555555555555555, 0xaaaaaaaaaaaaaaaa, 1, UINT64_C(1) << 62 },
		{ UINT64_MAX, 0, UINT64_MAX, 0 },
	};
	static const unsigned int counts[] = { 1, 3, 64, 100, 255 };

	for (size_t s = 0; s < sizeof(sets) / sizeof(sets[0]); s++) {
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
			check_notify(counts[i], sets[s], true);
			check_notify(counts[i], sets[s], false);
		}
	}
}

static void
a_register_without_trailer_gives_a_notify_without(void)
{
	static const uint64_t accepted[4] = { 1 };
	struct octets o = octets_from_hex("30000101 0102030405060711 01 02 0004 a1a2a3a4"
					  "000005a0 00 18 1000 0000 0001 0a010200");
	struct lisp_register r;

	CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_OK);
	CU_ASSERT_EQUAL(lisp_notify_from_register(o.p, &r, accepted, true), o.len);
	CU_ASSERT_EQUAL(o.p[0], 0x40);
	CU_ASSERT_EQUAL(o.p[2], 0);
	CU_ASSERT_EQUAL(o.p[16], 0);
	free(o.p);
}

static CU_TestInfo tests[] = {
	{ "all records accepted stay", all_records_accepted_stay },
	{ "refused records are taken out", refused_records_are_taken_out },
	{ "a register without trailer gives a notify without",
			a_register_without_trailer_gives_a_notify_without },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_notify", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
