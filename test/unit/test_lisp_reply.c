/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_reply.h"
#include "test_lisp_util.h"

#define RECORD "000005a0 01 18 1000 0000 0001 0a090900 01 64 ff 00 0001 0001 cb007101"

static enum lisp_err
parse(const char *hex, size_t cut, struct lisp_reply *r)
{
	struct octets whole = octets_from_hex(hex);
	struct octets o = octets_copy(whole.p, whole.len - cut);
	enum lisp_err err = lisp_reply_parse(o.p, o.len, r);

	free(o.p);
	free(whole.p);
	return err;
}

static void
header_and_records_are_found(void)
{
	struct lisp_reply r;

	CU_ASSERT_EQUAL(parse("2c000002 0102030405061217" RECORD RECORD, 0, &r), LISP_OK);
	CU_ASSERT_EQUAL(r.flags & 0x0f000000, LISP_REP_P | LISP_REP_E);
	CU_ASSERT_EQUAL(r.n_records, 2);
	CU_ASSERT_EQUAL(r.nonce, UINT64_C(0x0102030405061217));
	CU_ASSERT_EQUAL(r.records_len, 56);
	CU_ASSERT_EQUAL(r.rest_len, 0);
}

static void
a_reply_cut_anywhere_is_refused(void)
{
	struct lisp_reply r;

	for (size_t cut = 1; cut <= 40; cut++)
		CU_ASSERT_EQUAL(parse("20000001 0102030405061217" RECORD, cut, &r),
				LISP_ERR_TRUNCATED);
}

static void
octets_may_follow_only_with_the_s_bit(void)
{
	struct lisp_reply r;

	CU_ASSERT_EQUAL(parse("20000001 0102030405061217" RECORD "00", 0, &r), LISP_ERR_TRAILING);
	CU_ASSERT_EQUAL(parse("22000001 0102030405061217" RECORD
			      "01000000 0004 0002 0014 0002 00112233445566778899aabbccddeeff",
					0, &r),
			LISP_OK);
	CU_ASSERT_EQUAL(r.rest_len, 28);
	CU_ASSERT_EQUAL(parse("22000001 0102030405061217" RECORD, 0, &r), LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(parse("10000001 0102030405061217" RECORD, 0, &r), LISP_ERR_TYPE);
}

static void
a_negative_reply_is_built(void)
{
	struct octets expected = octets_from_hex("20000001 0102030405061217"
						 "0000000f 00 08 3000 0000 0001 0b000000");
	struct lisp_reply r = {
		.flags = 0x71ffff00, .n_records = 1, .nonce = UINT64_C(0x0102030405061217)
	};
	struct lisp_record rec = { .ttl_min = 15,
		.act = LISP_ACT_NATIVELY_FORWARD,
		.authoritative = true,
		.eid = { .kind = LISP_EID_IPV4, .mask_len = 8, .len = 4, .octets = { 11 } } };
	uint8_t buf[28];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };

	lisp_reply_begin(&w, &r);
	lisp_record_write(&w, &rec);
	CU_ASSERT_FALSE(w.failed);
	CU_ASSERT_PTR_EQUAL(w.pos, w.end);
	CU_ASSERT_EQUAL(memcmp(buf, expected.p, expected.len), 0);
	free(expected.p);
}

static CU_TestInfo tests[] = {
	{ "header and records are found", header_and_records_are_found },
	{ "a reply cut anywhere is refused", a_reply_cut_anywhere_is_refused },
	{ "octets may follow only with the S bit", octets_may_follow_only_with_the_s_bit },
	{ "a negative reply is built", a_negative_reply_is_built },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_reply", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
