/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_record.h"
#include "lisp_text.h"
#include "test_lisp_util.h"

/* 10.1.2.0/24 by one IPv4 and one IPv6 locator; ACT 5, A bit, Map-Version 0x7ff. */
static const char two_locators[] = "000005a0 02 18 b000 f7ff 0001 0a010203"
				   "01 64 ff 00 0001 0001 cb007101"
				   "02 32 fe 01 0006 0002 20010db8ffff00000000000000000001";

static enum lisp_err
read_record(const char *hex, size_t cut, struct lisp_record *r)
{
	struct octets whole = octets_from_hex(hex);
	struct octets o = octets_copy(whole.p, whole.len - cut);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	enum lisp_err err = lisp_record_read(&c, r);

	CU_ASSERT_TRUE(err != LISP_OK || lisp_left(&c) == 0);
	free(o.p);
	free(whole.p);
	return err;
}

static void
every_field_of_a_record_is_read(void)
{
	struct octets o = octets_from_hex(two_locators);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	struct lisp_eid expected;
	struct lisp_record r;

	lisp_eid_from_text("10.1.2.0/24", &expected);
	CU_ASSERT_EQUAL(lisp_record_read(&c, &r), LISP_OK);
	CU_ASSERT_EQUAL(r.ttl_min, 1440);
	CU_ASSERT_EQUAL(r.n_locators, 2);
	CU_ASSERT_EQUAL(r.mask_len, 24);
	CU_ASSERT_EQUAL(r.act, 5);
	CU_ASSERT_TRUE(r.authoritative);
	CU_ASSERT_EQUAL(r.version, 0x7ff);
	CU_ASSERT_PTR_EQUAL(r.start, o.p);
	CU_ASSERT_EQUAL(r.len, o.len);
	CU_ASSERT_PTR_EQUAL(r.locators, o.p + 16);
	CU_ASSERT_EQUAL(r.locators_len, 36);
	CU_ASSERT_TRUE(lisp_eid_equal(&r.eid, &expected));
	CU_ASSERT_EQUAL(lisp_left(&c), 0);
	free(o.p);
}

static void
locators_are_read_one_by_one(void)
{
	struct octets o = octets_from_hex(two_locators);
	struct lisp_cursor c = lisp_cursor_over(o.p + 16, o.len - 16);
	struct lisp_locator loc;
	char text[LISP_IP_TEXT_MAX];

	CU_ASSERT_EQUAL(lisp_locator_read(&c, &loc), LISP_OK);
	CU_ASSERT_EQUAL(loc.priority, 1);
	CU_ASSERT_EQUAL(loc.weight, 100);
	CU_ASSERT_EQUAL(loc.m_priority, 255);
	CU_ASSERT_EQUAL(loc.m_weight, 0);
	CU_ASSERT_EQUAL(loc.flags, LISP_LOC_R);
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&loc.rloc.ip, text, sizeof(text)), "203.0.113.1");
	CU_ASSERT_EQUAL(lisp_locator_read(&c, &loc), LISP_OK);
	CU_ASSERT_EQUAL(loc.flags, LISP_LOC_L | LISP_LOC_P);
	CU_ASSERT_STRING_EQUAL(
			lisp_ip_to_text(&loc.rloc.ip, text, sizeof(text)), "2001:db8:ffff::1");
	CU_ASSERT_EQUAL(lisp_locator_read(&c, &loc), LISP_ERR_TRUNCATED);
	free(o.p);
}

static void
a_record_cut_anywhere_is_truncated(void)
{
	struct octets o = octets_from_hex(two_locators);
	struct lisp_record r;

	for (size_t cut = 1; cut <= o.len; cut++)
		CU_ASSERT_EQUAL(read_record(two_locators, cut, &r), LISP_ERR_TRUNCATED);
	free(o.p);
}

static void
a_locator_count_off_by_one_is_not_hidden(void)
{
	struct octets o = octets_from_hex(two_locators);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	struct lisp_record r;

	o.p[4] = 1;
	CU_ASSERT_EQUAL(lisp_record_read(&c, &r), LISP_OK);
	CU_ASSERT_EQUAL(lisp_left(&c), 24);
	c = lisp_cursor_over(o.p, o.len);
	o.p[4] = 3;
	CU_ASSERT_EQUAL(lisp_record_read(&c, &r), LISP_ERR_TRUNCATED);
	CU_ASSERT_TRUE(c.failed);
	free(o.p);
}

static void
locators_of_any_kind_are_stepped_over(void)
{
	struct lisp_record r;

	/* a name, a replication list, an unrecognised LCAF */
	CU_ASSERT_EQUAL(read_record("000005a0 03 18 1000 0000 0001 0a010200"
				    "01 64 ff 00 0001 0011 70653100"
				    "ff 64 01 00 0001 4003 0000 0d00 000a 00000080 0001 cb007109"
				    "01 64 ff 00 0001 4003 0000 c800 0004 deadbeef",
					0, &r),
			LISP_OK);
	CU_ASSERT_EQUAL(r.n_locators, 3);
	CU_ASSERT_EQUAL(read_record("000005a0 01 18 1000 0000 0001 0a010200"
				    "01 64 ff 00 0001 270f cb007101",
					0, &r),
			LISP_ERR_AFI);
	CU_ASSERT_EQUAL(read_record("000005a0 01 18 1000 0000 0001 0a010200"
				    "01 64 ff 00 0001 4003 0000 ff00 0004 00abcdef",
					0, &r),
			LISP_ERR_VENDOR);
}

static void
a_peek_stops_behind_the_eid(void)
{
	struct octets o = octets_from_hex("000005a0 ff 18 1000 0000 0001 0a010203");
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	struct lisp_eid eid, expected;

	lisp_eid_from_text("10.1.2.0/24", &expected);
	CU_ASSERT_EQUAL(lisp_record_peek_eid(&c, &eid), LISP_OK);
	CU_ASSERT_TRUE(lisp_eid_equal(&eid, &expected));
	CU_ASSERT_PTR_EQUAL(c.pos, o.p);
	for (size_t len = 0; len < o.len; len++) {
		struct octets cut = octets_copy(o.p, len);

		c = lisp_cursor_over(cut.p, cut.len);
		CU_ASSERT_EQUAL(lisp_record_peek_eid(&c, &eid), LISP_ERR_TRUNCATED);
		free(cut.p);
	}
	free(o.p);
}

static void
a_failed_cursor_gives_no_record(void)
{
	struct octets o = octets_from_hex(two_locators);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	struct lisp_locator loc;
	struct lisp_record r;
	struct lisp_eid eid;

	c.failed = true;
	CU_ASSERT_EQUAL(lisp_record_read(&c, &r), LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(lisp_record_peek_eid(&c, &eid), LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(lisp_locator_read(&c, &loc), LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(lisp_eid_read(&c, 24, &eid), LISP_ERR_TRUNCATED);
	free(o.p);
}

static void
a_record_written_is_the_record_read(void)
{
	struct octets o = octets_from_hex(two_locators);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	uint8_t buf[128];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
	struct lisp_locator loc;
	struct lisp_record r;

	CU_ASSERT_EQUAL(lisp_record_read(&c, &r), LISP_OK);
	lisp_record_write(&w, &r);
	c = lisp_cursor_over(r.locators, r.locators_len);
	while (lisp_left(&c) > 0 && lisp_locator_read(&c, &loc) == LISP_OK)
		lisp_locator_write(&w, &loc);
	CU_ASSERT_FALSE(w.failed);
	CU_ASSERT_EQUAL_FATAL((size_t)(w.pos - buf), o.len);
	/* reserved bits and host bits are not copied */
	o.p[8] = 0x07;
	o.p[15] = 0;
	CU_ASSERT_EQUAL(memcmp(buf, o.p, o.len), 0);
	free(o.p);
}

static CU_TestInfo tests[] = {
	{ "every field of a record is read", every_field_of_a_record_is_read },
	{ "locators are read one by one", locators_are_read_one_by_one },
	{ "a record cut anywhere is truncated", a_record_cut_anywhere_is_truncated },
	{ "a Locator Count off by one is not hidden", a_locator_count_off_by_one_is_not_hidden },
	{ "locators of any kind are stepped over", locators_of_any_kind_are_stepped_over },
	{ "a peek stops behind the EID", a_peek_stops_behind_the_eid },
	{ "a failed cursor gives no record", a_failed_cursor_gives_no_record },
	{ "a record written is the record read", a_record_written_is_the_record_read },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_record", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
