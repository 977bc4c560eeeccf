/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_request.h"
#include "lisp_text.h"
#include "test_lisp_util.h"

#define ITR_V4  "0001 cb007132"
#define ITR_V6  "0002 20010db8ffff00000000000000000050"
#define RECORD  "00 20 0001 0a010203"
#define REPLY   "000005a0 01 18 1000 0000 0001 0a090900 01 64 ff 00 0001 0001 cb007101"
#define TRAILER "00112233445566778899aabbccddeeff 000000000000000a"

/* Parse hex; the block stays until the next call, because the result points into it. */
static enum lisp_err
parse(const char *hex, struct lisp_request *r)
{
	static struct octets o;

	free(o.p);
	o.p = NULL;
	if (hex == NULL)
		return LISP_OK;
	o = octets_from_hex(hex);
	return lisp_request_parse(o.p, o.len, r);
}

static int
forget_last_block(void)
{
	return (int)parse(NULL, NULL);
}

static void
every_field_of_a_request_is_read(void)
{
	struct lisp_request_record rec;
	struct lisp_request r;
	struct lisp_cursor c;
	char text[LISP_EID_TEXT_MAX];

	CU_ASSERT_EQUAL_FATAL(parse("14100102 0102030405061217 0001 0a090909" ITR_V4 ITR_V6 RECORD
				    "80 40 0002 20010db8000a00000000000000000001" REPLY TRAILER,
					      &r),
			LISP_OK);
	CU_ASSERT_EQUAL(r.flags & LISP_REQ_M, LISP_REQ_M);
	CU_ASSERT_EQUAL(r.nonce, UINT64_C(0x0102030405061217));
	CU_ASSERT_EQUAL(r.n_itr_rlocs, 2);
	CU_ASSERT_EQUAL(r.n_records, 2);
	CU_ASSERT_TRUE(r.has_trailer);
	CU_ASSERT_EQUAL(r.xtr_id[15], 0xff);
	CU_ASSERT_EQUAL(r.site_id, 10);
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&r.source_eid.ip, text, sizeof(text)), "10.9.9.9");
	CU_ASSERT_EQUAL(r.itr_rlocs_len, 6 + 18);
	c = lisp_cursor_over(r.records, r.records_len);
	CU_ASSERT_EQUAL(lisp_request_record_read(&c, &rec), LISP_OK);
	CU_ASSERT_FALSE(rec.notify);
	CU_ASSERT_STRING_EQUAL(lisp_eid_to_text(&rec.eid, text, sizeof(text)), "10.1.2.3/32");
	CU_ASSERT_EQUAL(lisp_request_record_read(&c, &rec), LISP_OK);
	CU_ASSERT_TRUE(rec.notify);
	CU_ASSERT_EQUAL(rec.mask_len, 64);
	CU_ASSERT_STRING_EQUAL(lisp_eid_to_text(&rec.eid, text, sizeof(text)), "2001:db8:a::/64");
	CU_ASSERT_EQUAL(lisp_left(&c), 0);
	CU_ASSERT_EQUAL(lisp_request_record_read(&c, &rec), LISP_ERR_TRUNCATED);
}

static void
a_source_eid_may_be_missing_or_unrecognised(void)
{
	struct lisp_request r;

	CU_ASSERT_EQUAL(parse("10000001 0102030405061217 0000" ITR_V4 RECORD, &r), LISP_OK);
	CU_ASSERT_EQUAL(r.source_eid.afi, LISP_AFI_NONE);
	CU_ASSERT_EQUAL(parse("10000001 0102030405061217 4003 0000 0e00 0004 00027b7d" ITR_V4
							RECORD,
					&r),
			LISP_OK);
	CU_ASSERT_FALSE(r.source_eid.recognised);
	CU_ASSERT_EQUAL(parse("10000001 0102030405061217 270f 0a090909" ITR_V4 RECORD, &r),
			LISP_ERR_AFI);
}

static void
counts_and_bits_must_match_what_is_there(void)
{
	struct lisp_request r;

	CU_ASSERT_EQUAL(parse("10000001 0102030405061217 0000" ITR_V4 RECORD "00", &r),
			LISP_ERR_TRAILING);
	CU_ASSERT_EQUAL(parse("10000002 0102030405061217 0000" ITR_V4 RECORD, &r),
			LISP_ERR_TRUNCATED);
	CU_ASSERT_NOT_EQUAL(parse("10000101 0102030405061217 0000" ITR_V4 RECORD, &r), LISP_OK);
	CU_ASSERT_NOT_EQUAL(parse("10001f01 0102030405061217 0000" ITR_V4 RECORD, &r), LISP_OK);
	CU_ASSERT_EQUAL(parse("14000001 0102030405061217 0000" ITR_V4 RECORD, &r),
			LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(parse("10100001 0102030405061217 0000" ITR_V4 RECORD, &r),
			LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(parse("10000001 0102030405061217 0000" ITR_V4 RECORD TRAILER, &r),
			LISP_ERR_TRAILING);
	CU_ASSERT_EQUAL(parse("10000000 0102030405061217 0000" ITR_V4, &r), LISP_OK);
	CU_ASSERT_EQUAL(r.n_records, 0);
	CU_ASSERT_EQUAL(parse("20000001 0102030405061217 0000" ITR_V4 RECORD, &r), LISP_ERR_TYPE);
}

static void
a_request_for_no_eid_is_refused(void)
{
	struct lisp_request r;

	CU_ASSERT_EQUAL(parse("10000001 0102030405061217 0000" ITR_V4 "00 20 0000", &r),
			LISP_ERR_EID);
	CU_ASSERT_EQUAL(parse("10000001 0102030405061217 0000" ITR_V4 "00 21 0001 0a010203", &r),
			LISP_ERR_MASK);
}

static void
a_request_cut_anywhere_is_refused(void)
{
	struct octets o = octets_from_hex(
			"14100001 0102030405061217 0001 0a090909" ITR_V4 RECORD REPLY TRAILER);
	struct lisp_request r;

	CU_ASSERT_EQUAL(lisp_request_parse(o.p, o.len, &r), LISP_OK);
	for (size_t len = 0; len < o.len; len++) {
		struct octets cut = octets_copy(o.p, len);

		CU_ASSERT_EQUAL(lisp_request_parse(cut.p, cut.len, &r), LISP_ERR_TRUNCATED);
		free(cut.p);
	}
	free(o.p);
}

static void
only_usable_itr_rlocs_are_counted(void)
{
	struct lisp_request r;
	struct lisp_ip ip;
	char text[LISP_IP_TEXT_MAX];

	/* none, unspecified, LCAF 200, multicast, name: then the two that can be used */
	CU_ASSERT_EQUAL_FATAL(parse("10000601 0102030405061217 0000"
				    "0000 0001 00000000 4003 0000 c800 0004 deadbeef 0001 ef010101"
				    "0011 7000" ITR_V4 ITR_V6 RECORD,
					      &r),
			LISP_OK);
	CU_ASSERT_TRUE(lisp_request_itr_rloc(&r, 0, &ip));
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&ip, text, sizeof(text)), "203.0.113.50");
	CU_ASSERT_TRUE(lisp_request_itr_rloc(&r, 1, &ip));
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&ip, text, sizeof(text)), "2001:db8:ffff::50");
	CU_ASSERT_FALSE(lisp_request_itr_rloc(&r, 2, &ip));
}

static void
an_unsubscribe_needs_every_mark_of_one(void)
{
	static const struct {
		const char *hex;
		bool unsubscribe;
	} rows[] = {
		{ "10100001 0102030405061217 0000 0000 80 20 0001 0a010203" TRAILER, true },
		{ "10100002 0102030405061217 0000 0000 80 20 0001 0a010203"
		  "80 20 0001 0a010204" TRAILER,
				true },
		{ "10100002 0102030405061217 0000 0000 80 20 0001 0a010203" RECORD TRAILER, false },
		{ "10100001 0102030405061217 0000 0000 00 20 0001 0a010203" TRAILER, false },
		{ "10000001 0102030405061217 0000 0000 80 20 0001 0a010203", false },
		{ "10100001 0102030405061217 0000" ITR_V4 "80 20 0001 0a010203" TRAILER, false },
		{ "10100101 0102030405061217 0000 0000 0000 80 20 0001 0a010203" TRAILER, false },
		{ "10100000 0102030405061217 0000 0000" TRAILER, false },
	};
	struct lisp_request r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(parse(rows[i].hex, &r), LISP_OK);
		CU_ASSERT_EQUAL(lisp_request_is_unsubscribe(&r), rows[i].unsubscribe);
	}
}

static CU_TestInfo tests[] = {
	{ "every field of a request is read", every_field_of_a_request_is_read },
	{ "a Source-EID may be missing or unrecognised",
			a_source_eid_may_be_missing_or_unrecognised },
	{ "counts and bits must match what is there", counts_and_bits_must_match_what_is_there },
	{ "a request for no EID is refused", a_request_for_no_eid_is_refused },
	{ "a request cut anywhere is refused", a_request_cut_anywhere_is_refused },
	{ "only usable ITR-RLOCs are counted", only_usable_itr_rlocs_are_counted },
	{ "an unsubscribe needs every mark of one", an_unsubscribe_needs_every_mark_of_one },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_request", NULL, forget_last_block, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
