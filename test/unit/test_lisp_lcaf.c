/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_addr.h"
#include "test_lisp_util.h"

static enum lisp_err
read_octets(const uint8_t *p, size_t len, struct lisp_addr *addr)
{
	struct octets o = octets_copy(p, len);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	enum lisp_err err = lisp_addr_read(&c, addr);

	CU_ASSERT_TRUE(err != LISP_OK || lisp_left(&c) == 0);
	CU_ASSERT_EQUAL(err != LISP_OK, c.failed);
	free(o.p);
	return err;
}

static enum lisp_err
read_addr(const char *hex)
{
	struct octets o = octets_from_hex(hex);
	struct lisp_addr addr;
	enum lisp_err err = read_octets(o.p, o.len, &addr);

	free(o.p);
	return err;
}

/* One good example of each type that is parsed. */
static const struct {
	uint8_t type;
	const char *hex;
} good[] = {
	{ LISP_LCAF_NULL, "4003 0000 0000 0000" },
	{ LISP_LCAF_AFI_LIST, "4003 0000 0100 000e 0001 cb007107 0006 02005e100002" },
	{ LISP_LCAF_IID, "4003 0000 0220 000a 00000064 0001 ac100100" },
	{ LISP_LCAF_ASN, "4003 0000 0300 000a 0000fde8 0001 ac100100" },
	{ LISP_LCAF_GEO, "4003 0000 0500 000e 8029180c002b1e3600000064 0000" },
	{ LISP_LCAF_MCAST, "4003 0000 0900 0014 00000064 0000 18 20 0001 0a010100 0001 ef010101" },
	{ LISP_LCAF_ELP, "4003 0000 0a00 0010 0003 0001 cb007105 0005 0001 cb007106" },
	{ LISP_LCAF_SECURITY, "4003 0000 0b00 000e 01000200 0002 aaaa 0001 cb007106" },
	{ LISP_LCAF_SRC_DST, "4003 0000 0c00 0010 0000 10 10 0001 0a010000 0001 0a020000" },
	{ LISP_LCAF_RLE, "4003 0000 0d00 000a 00000080 0001 cb007109" },
};

#define N_GOOD (sizeof(good) / sizeof(good[0]))

static void
every_type_is_parsed(void)
{
	for (size_t i = 0; i < N_GOOD; i++) {
		struct octets o = octets_from_hex(good[i].hex);
		struct lisp_addr addr;

		CU_ASSERT_EQUAL(read_octets(o.p, o.len, &addr), LISP_OK);
		CU_ASSERT_EQUAL(addr.afi, LISP_AFI_LCAF);
		CU_ASSERT_EQUAL(addr.lcaf_type, good[i].type);
		CU_ASSERT_TRUE(addr.recognised);
		CU_ASSERT_EQUAL(addr.len, o.len);
		free(o.p);
	}
}

static void
every_truncation_is_refused(void)
{
	for (size_t i = 0; i < N_GOOD; i++) {
		struct octets o = octets_from_hex(good[i].hex);
		struct lisp_addr addr;

		for (size_t len = 0; len < o.len; len++)
			CU_ASSERT_EQUAL(read_octets(o.p, len, &addr), LISP_ERR_TRUNCATED);
		free(o.p);
	}
}

/* Shorten or lengthen Length and the octets with it: the contents no longer fill the window. */
static void
contents_and_length_must_agree(void)
{
	uint8_t msg[64];
	struct lisp_addr addr;

	for (size_t i = 0; i < N_GOOD; i++) {
		struct octets o = octets_from_hex(good[i].hex);

		memcpy(msg, o.p, o.len);
		msg[o.len] = 0;
		msg[7]++;
		CU_ASSERT_EQUAL(read_octets(msg, o.len + 1, &addr), LISP_ERR_LCAF);
		msg[7] -= 2;
		if (good[i].type != LISP_LCAF_NULL)
			CU_ASSERT_EQUAL(read_octets(msg, o.len - 1, &addr), LISP_ERR_LCAF);
		free(o.p);
	}
}

static void
types_that_are_not_parsed_are_skipped_and_not_recognised(void)
{
	static const uint8_t types[] = { 4, 6, 7, 8, 14, 15, 16, 17, 200, 254 };
	uint8_t msg[] = { 0x40, 3, 0, 0, 0, 0, 0, 4, 0xde, 0xad, 0xbe, 0xef };
	struct lisp_addr addr;

	for (size_t i = 0; i < sizeof(types); i++) {
		msg[4] = types[i];
		CU_ASSERT_EQUAL(read_octets(msg, sizeof(msg), &addr), LISP_OK);
		CU_ASSERT_FALSE(addr.recognised);
		CU_ASSERT_EQUAL(addr.lcaf_type, types[i]);
	}
}

static void
a_vendor_lcaf_drops_the_message_wherever_it_stands(void)
{
	CU_ASSERT_EQUAL(read_addr("4003 0000 ff00 0004 00abcdef"), LISP_ERR_VENDOR);
	CU_ASSERT_EQUAL(read_addr("4003 0000 0100 000c 4003 0000 ff00 0004 00abcdef"),
			LISP_ERR_VENDOR);
}

static void
an_unknown_afi_inside_drops_the_message(void)
{
	CU_ASSERT_EQUAL(read_addr("4003 0000 0100 0006 270f 0a010200"), LISP_ERR_AFI);
	CU_ASSERT_EQUAL(read_addr("4003 0000 0d00 000a 00000080 270f cb007109"), LISP_ERR_AFI);
}

static void
an_inner_address_does_not_leave_its_window(void)
{
	/* inner Length 0x0b in a window of 18 octets, though the message goes on */
	CU_ASSERT_EQUAL(read_addr("4003 0000 0200 0016 00000064 4003 0000 0200 000b 00000007 0001 "
				  "0a010200 00000000"),
			LISP_ERR_LCAF);
	/* the last hop of an ELP is cut */
	CU_ASSERT_EQUAL(read_addr("4003 0000 0a00 000e 0003 0001 cb007105 0005 0001 cb00 7106"),
			LISP_ERR_LCAF);
	/* a name inside whose NUL stands outside */
	CU_ASSERT_EQUAL(read_addr("4003 0000 0100 0004 0011 7065 00"), LISP_ERR_NAME);
	/* key length 65535 */
	CU_ASSERT_EQUAL(read_addr("4003 0000 0b00 000e 01000200 ffff aaaa 0001 cb007106"),
			LISP_ERR_LCAF);
	/* more keys than there are */
	CU_ASSERT_EQUAL(read_addr("4003 0000 0b00 000e ff000200 0002 aaaa 0001 cb007106"),
			LISP_ERR_LCAF);
}

static void
masks_inside_are_checked(void)
{
	CU_ASSERT_EQUAL(read_addr("4003 0000 0221 000a 00000064 0001 ac100100"), LISP_ERR_MASK);
	CU_ASSERT_EQUAL(read_addr("4003 0000 0900 0014 00000064 0000 21 20 0001 0a010100 0001 ef010101"),
			LISP_ERR_MASK);
	CU_ASSERT_EQUAL(read_addr("4003 0000 0900 0014 00000064 0000 20 21 0001 0a010100 0001 ef010101"),
			LISP_ERR_MASK);
	CU_ASSERT_EQUAL(read_addr("4003 0000 0c00 0010 0000 10 ff 0001 0a010000 0001 0a020000"),
			LISP_ERR_MASK);
	/* the width is that of the address inside an instance-id LCAF */
	CU_ASSERT_EQUAL(read_addr("4003 0000 0c00 001c 0000 21 10 4003 0000 0200 000a 00000007 0001 "
				  "0a010000 0001 0a020000"),
			LISP_ERR_MASK);
}

/* AFI lists in each other, depth of them, around an IPv4 address. */
static enum lisp_err
read_nested(unsigned int depth)
{
	uint8_t msg[8 * 200 + 6];
	struct lisp_writer w = { .pos = msg, .end = msg + sizeof(msg) };
	struct lisp_addr addr;

	for (unsigned int i = depth; i > 0; i--) {
		lisp_write_u16(&w, LISP_AFI_LCAF);
		lisp_write_u16(&w, 0);
		lisp_write_u16(&w, LISP_LCAF_AFI_LIST << 8);
		lisp_write_u16(&w, (uint16_t)(8 * (i - 1) + 6));
	}
	lisp_write_u16(&w, LISP_AFI_IPV4);
	lisp_write_u32(&w, 0xcb007101);
	CU_ASSERT_FALSE(w.failed);
	return read_octets(msg, (size_t)(w.pos - msg), &addr);
}

static void
nesting_is_bounded(void)
{
	for (unsigned int depth = 0; depth <= LISP_LCAF_DEPTH_MAX; depth++)
		CU_ASSERT_EQUAL(read_nested(depth), LISP_OK);
	CU_ASSERT_EQUAL(read_nested(LISP_LCAF_DEPTH_MAX + 1), LISP_ERR_DEPTH);
	CU_ASSERT_EQUAL(read_nested(16), LISP_ERR_DEPTH);
	CU_ASSERT_EQUAL(read_nested(200), LISP_ERR_DEPTH);
}

static CU_TestInfo tests[] = {
	{ "every type is parsed", every_type_is_parsed },
	{ "every truncation is refused", every_truncation_is_refused },
	{ "contents and length must agree", contents_and_length_must_agree },
	{ "types that are not parsed are skipped and not recognised",
			types_that_are_not_parsed_are_skipped_and_not_recognised },
	{ "a vendor LCAF drops the message wherever it stands",
			a_vendor_lcaf_drops_the_message_wherever_it_stands },
	{ "an unknown AFI inside drops the message", an_unknown_afi_inside_drops_the_message },
	{ "an inner address does not leave its window",
			an_inner_address_does_not_leave_its_window },
	{ "masks inside are checked", masks_inside_are_checked },
	{ "nesting is bounded", nesting_is_bounded },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_lcaf", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
