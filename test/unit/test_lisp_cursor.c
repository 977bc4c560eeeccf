/* SPDX-License-Identifier: BSD-3-Clause */

#include <CUnit/CUnit.h>

#include "lisp_cursor.h"

static void
integers_are_read_in_network_order(void)
{
	static const uint8_t msg[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct lisp_cursor c = lisp_cursor_over(msg, sizeof(msg));

	CU_ASSERT_EQUAL(lisp_read_u8(&c), 1);
	CU_ASSERT_EQUAL(lisp_read_u16(&c), 0x0203);
	CU_ASSERT_EQUAL(lisp_read_u32(&c), 0x04050607);
	CU_ASSERT_EQUAL(lisp_read_u64(&c), UINT64_C(0x08090a0b0c0d0e0f));
	CU_ASSERT_EQUAL(lisp_left(&c), 0);
	CU_ASSERT_FALSE(c.failed);
}

static void
a_read_past_the_end_is_sticky(void)
{
	static const uint8_t msg[] = { 0x12, 0x34, 0x56 };
	struct lisp_cursor c = lisp_cursor_over(msg, sizeof(msg));

	CU_ASSERT_EQUAL(lisp_read_u16(&c), 0x1234);
	CU_ASSERT_FALSE(c.failed);
	CU_ASSERT_EQUAL(lisp_read_u16(&c), 0);
	CU_ASSERT_TRUE(c.failed);
	CU_ASSERT_EQUAL(lisp_read_u8(&c), 0);
	CU_ASSERT_PTR_NULL(lisp_read_octets(&c, 0));
	CU_ASSERT_PTR_EQUAL(c.pos, msg + 2);
}

static void
a_huge_length_does_not_wrap(void)
{
	static const uint8_t msg[4];
	struct lisp_cursor c = lisp_cursor_over(msg, sizeof(msg));

	CU_ASSERT_PTR_NULL(lisp_read_octets(&c, SIZE_MAX));
	CU_ASSERT_TRUE(c.failed);
}

static void
what_is_written_is_read_back(void)
{
	uint8_t buf[15];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
	struct lisp_cursor c = lisp_cursor_over(buf, sizeof(buf));

	lisp_write_u64(&w, UINT64_C(0x1122334455667788));
	lisp_write_u32(&w, 0x99aabbcc);
	lisp_write_u16(&w, 0xddee);
	lisp_write_u8(&w, 0xff);
	CU_ASSERT_FALSE(w.failed);
	CU_ASSERT_PTR_EQUAL(w.pos, w.end);
	CU_ASSERT_EQUAL(lisp_read_u64(&c), UINT64_C(0x1122334455667788));
	CU_ASSERT_EQUAL(lisp_read_u32(&c), 0x99aabbcc);
	CU_ASSERT_EQUAL(lisp_read_u16(&c), 0xddee);
	CU_ASSERT_EQUAL(lisp_read_u8(&c), 0xff);
}

static void
a_write_past_the_end_is_sticky_and_writes_nothing(void)
{
	uint8_t buf[4] = { 0 };
	struct lisp_writer w = { .pos = buf, .end = buf + 3 };

	lisp_write_u16(&w, 0x0102);
	lisp_write_u16(&w, 0x0304);
	CU_ASSERT_TRUE(w.failed);
	lisp_write_u8(&w, 5);
	CU_ASSERT_PTR_EQUAL(w.pos, buf + 2);
	CU_ASSERT_EQUAL(buf[2], 0);
	CU_ASSERT_EQUAL(buf[3], 0);
}

static CU_TestInfo tests[] = {
	{ "integers are read in network order", integers_are_read_in_network_order },
	{ "a read past the end is sticky", a_read_past_the_end_is_sticky },
	{ "a huge length does not wrap", a_huge_length_does_not_wrap },
	{ "what is written is read back", what_is_written_is_read_back },
	{ "a write past the end is sticky and writes nothing",
			a_write_past_the_end_is_sticky_and_writes_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_cursor", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
