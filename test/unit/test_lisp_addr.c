/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_addr.h"
#include "lisp_text.h"
#include "test_lisp_util.h"

/* Read an EID from hex; every octet must be used up when it is well formed. */
static enum lisp_err
read_eid(const char *hex, uint8_t mask_len, struct lisp_eid *eid)
{
	struct octets o = octets_from_hex(hex);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	enum lisp_err err = lisp_eid_read(&c, mask_len, eid);

	CU_ASSERT_TRUE(err != LISP_OK || lisp_left(&c) == 0);
	CU_ASSERT_EQUAL(err != LISP_OK, c.failed);
	free(o.p);
	return err;
}

static enum lisp_err
read_addr(const char *hex, struct lisp_addr *addr)
{
	struct octets o = octets_from_hex(hex);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	enum lisp_err err = lisp_addr_read(&c, addr);

	CU_ASSERT_TRUE(err != LISP_OK || addr->len == o.len);
	free(o.p);
	return err;
}

static struct lisp_eid
eid_of(const char *text)
{
	struct lisp_eid eid;

	CU_ASSERT_EQUAL_FATAL(lisp_eid_from_text(text, &eid), 0);
	return eid;
}

static void
assert_eid_is(const char *hex, uint8_t mask_len, const char *text)
{
	struct lisp_eid eid, expected = eid_of(text);
	/* what was there before must not show through */
	memset(&eid, 0xa5, sizeof(eid));
	CU_ASSERT_EQUAL_FATAL(read_eid(hex, mask_len, &eid), LISP_OK);
	CU_ASSERT_TRUE(lisp_eid_equal(&eid, &expected));
}

static void
host_bits_are_cleared(void)
{
	assert_eid_is("0001 0a01094d", 24, "10.1.9.0/24");
	assert_eid_is("0001 ffffffff", 0, "0.0.0.0/0");
	assert_eid_is("0001 ffffffff", 1, "128.0.0.0/1");
	assert_eid_is("0001 0a01094d", 32, "10.1.9.77/32");
	assert_eid_is("0002 20010db885a3000000008a2e03707334", 80, "2001:db8:85a3::/80");
	assert_eid_is("0002 ffffffffffffffffffffffffffffffff", 0, "::/0");
	assert_eid_is("0002 ffffffffffffffffffffffffffffffff", 63, "ffff:ffff:ffff:fffe::/63");
	assert_eid_is("0002 ffffffffffffffffffffffffffffffff", 64, "ffff:ffff:ffff:ffff::/64");
	assert_eid_is("0002 ffffffffffffffffffffffffffffffff", 65, "ffff:ffff:ffff:ffff:8000::/65");
	assert_eid_is("0002 20010db8000a00000000000000000001", 128, "2001:db8:a::1/128");
}

static void
a_mask_above_the_width_is_refused(void)
{
	struct lisp_eid eid;

	CU_ASSERT_EQUAL(read_eid("0001 0a010200", 33, &eid), LISP_ERR_MASK);
	CU_ASSERT_EQUAL(read_eid("0001 0a010200", 255, &eid), LISP_ERR_MASK);
	CU_ASSERT_EQUAL(read_eid("0002 20010db8000a00000000000000000001", 129, &eid),
			LISP_ERR_MASK);
	CU_ASSERT_EQUAL(read_eid("4005 02005e100001", 49, &eid), LISP_ERR_MASK);
	/* the mask counts the inner address only, not the Instance ID */
	CU_ASSERT_EQUAL(read_eid("4003 0000 0200 000a 00000064 0001 ac100100", 56, &eid),
			LISP_ERR_MASK);
}

static void
macs_and_names_are_exact(void)
{
	assert_eid_is("4005 02005e100001", 48, "02:00:5e:10:00:01");
	assert_eid_is("4005 02005e100001", 0, "02:00:5e:10:00:01");
	assert_eid_is("0011 67772e6578616d706c6500", 88, "\"gw.example\"");
	assert_eid_is("0011 67772e6578616d706c6500", 255, "\"gw.example\"");
	assert_eid_is("0011 00", 0, "\"\"");
}

static void
an_instance_id_becomes_part_of_the_key(void)
{
	assert_eid_is("4003 0000 0200 000a 00000064 0001 ac100100", 24, "[100] 172.16.1.0/24");
	assert_eid_is("4003 ffff 0220 000a 00000064 0001 ac1001ff", 24, "[100] 172.16.1.0/24");
	assert_eid_is("4003 0000 0200 000a ffffffff 0001 0a090000", 16, "[4294967295] 10.9.0.0/16");
	assert_eid_is("4003 0000 0200 000c 000000c8 4005 02005e100001", 48,
			"[200] 02:00:5e:10:00:01");
	/* Instance ID 0 is the same EID as a bare one */
	assert_eid_is("4003 0000 0200 000a 00000000 0001 ac100100", 24, "172.16.1.0/24");
}

static void
the_innermost_instance_id_wins(void)
{
	assert_eid_is("4003 0000 0200 0016 00000064 4003 0000 0200 000a 00000007 0001 ac100900", 24,
			"[7] 172.16.9.0/24");
	assert_eid_is("4003 0000 0200 0016 00000064 4003 0000 0200 000a 00000000 0001 ac100900", 24,
			"172.16.9.0/24");
}

static void
assert_same_key(const char *a, const char *b)
{
	struct lisp_eid x, y;

	memset(&x, 0x11, sizeof(x));
	memset(&y, 0x22, sizeof(y));
	CU_ASSERT_EQUAL(read_eid(a, 0, &x), LISP_OK);
	CU_ASSERT_EQUAL(read_eid(b, 255, &y), LISP_OK);
	CU_ASSERT_EQUAL(x.kind, LISP_EID_LCAF);
	CU_ASSERT_TRUE(lisp_eid_equal(&x, &y));
}

static void
reserved_fields_and_host_bits_of_an_lcaf_do_not_make_another_key(void)
{
	/* multicast info: Rsvd1, Flags, Rsvd2, the R, L and J bits, host bits of the source */
	assert_same_key("4003 0000 0900 0014 00000064 0000 18 20 0001 0a010100 0001 ef010101",
			"4003 ffff 09ff 0014 00000064 8007 18 20 0001 0a0101ff 0001 ef010101");
	/* source/dest */
	assert_same_key("4003 0000 0c00 0010 0000 10 10 0001 0a010000 0001 0a020000",
			"4003 1200 0c34 0010 ffff 10 10 0001 0a011234 0001 0a02ffff");
	/* AFI list: an instance-id LCAF inside keeps its place, its mask-len says nothing */
	assert_same_key("4003 0000 0100 0012 4003 0000 0200 000a 00000007 0001 0a010203",
			"4003 ff00 0101 0012 4003 00ff 0220 000a 00000007 0001 0a010203");
	/* a mask length next to an address without one */
	assert_same_key("4003 0000 0c00 000c 0000 00 10 0000 0001 0a020000",
			"4003 0000 0c00 000c 0000 07 10 0000 0001 0a020000");
}

static void
canonical_octets_hold_the_whole_lcaf(void)
{
	static const uint8_t expected[] = { 0x40, 0x03, 0, 0, 9, 0, 0, 20, 0, 0, 0, 100, 0, 0, 24,
		32, 0, 1, 10, 1, 1, 0, 0, 1, 239, 1, 1, 1 };
	struct lisp_eid eid;

	CU_ASSERT_EQUAL(read_eid("4003 ff00 09ff 0014 00000064 ffff 18 20 0001 0a0101ff 0001 ef010101",
					24, &eid),
			LISP_OK);
	CU_ASSERT_EQUAL(eid.iid, 0); /* the one inside is multicast's own */
	CU_ASSERT_EQUAL(eid.mask_len, 0);
	CU_ASSERT_EQUAL_FATAL(eid.len, sizeof(expected));
	CU_ASSERT_EQUAL(memcmp(eid.octets, expected, sizeof(expected)), 0);
}

static void
different_eids_are_different_keys(void)
{
	struct lisp_eid a, b;

	read_eid("4003 0000 0900 0014 00000064 0000 18 20 0001 0a010100 0001 ef010101", 0, &a);
	read_eid("4003 0000 0900 0014 00000064 0000 18 20 0001 0a010100 0001 ef010102", 0, &b);
	CU_ASSERT_FALSE(lisp_eid_equal(&a, &b));
	a = eid_of("10.1.0.0/16");
	b = eid_of("10.1.0.0/17");
	CU_ASSERT_FALSE(lisp_eid_equal(&a, &b));
	b = eid_of("[1] 10.1.0.0/16");
	CU_ASSERT_FALSE(lisp_eid_equal(&a, &b));
}

static void
eids_that_are_not_served_are_refused(void)
{
	struct lisp_eid eid;

	CU_ASSERT_EQUAL(read_eid("0000", 0, &eid), LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("4003 0000 0220 0006 00000064 0000", 0, &eid), LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("0006 02005e100001", 48, &eid), LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("4006 02005e1000010203", 64, &eid), LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("4003 0000 c800 0004 deadbeef", 0, &eid), LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("4003 0000 0000 0000", 0, &eid), LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("4003 0000 0d00 000a 00000080 0001 cb007109", 0, &eid),
			LISP_ERR_EID);
	/* AFI lists: none, AFI 0 only, one with a replication list in it */
	CU_ASSERT_EQUAL(read_eid("4003 0000 0100 0000", 0, &eid), LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("4003 0000 0100 0006 0000 0000 0000", 0, &eid), LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("4003 0000 0100 0012 4003 0000 0d00 000a 00000080 0001 cb007109",
					0, &eid),
			LISP_ERR_EID);
	CU_ASSERT_EQUAL(read_eid("270f 0a010200", 24, &eid), LISP_ERR_AFI);
	CU_ASSERT_EQUAL(read_eid("0011 67772e6578", 0, &eid), LISP_ERR_NAME);
}

static void
an_as_number_around_an_address_is_served(void)
{
	struct lisp_eid eid;

	CU_ASSERT_EQUAL(read_eid("4003 0000 0300 000a 0000fde8 0001 0a010200", 0, &eid), LISP_OK);
	CU_ASSERT_EQUAL(eid.kind, LISP_EID_LCAF);
	CU_ASSERT_EQUAL(eid.len, 18);
}

/* A name of n letters and its NUL. */
static enum lisp_err
read_name_of(size_t n, struct lisp_eid *eid)
{
	uint8_t msg[512] = { 0, LISP_AFI_NAME };
	struct lisp_cursor c = lisp_cursor_over(msg, n + 3);

	memset(msg + 2, 'a', n);
	return lisp_eid_read(&c, 0, eid);
}

static void
an_eid_longer_than_its_room_is_refused(void)
{
	struct lisp_eid eid;

	CU_ASSERT_EQUAL(read_name_of(LISP_EID_OCTETS_MAX - 1, &eid), LISP_OK);
	CU_ASSERT_EQUAL(eid.len, LISP_EID_OCTETS_MAX);
	CU_ASSERT_EQUAL(read_name_of(LISP_EID_OCTETS_MAX, &eid), LISP_ERR_EID);
}

static void
assert_rewrites_to(const char *hex, uint8_t mask_len, const char *expected_hex)
{
	uint8_t buf[LISP_EID_OCTETS_MAX + 12];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
	struct octets expected = octets_from_hex(expected_hex);
	struct lisp_eid eid;

	CU_ASSERT_EQUAL(read_eid(hex, mask_len, &eid), LISP_OK);
	lisp_eid_write(&w, &eid);
	CU_ASSERT_FALSE(w.failed);
	CU_ASSERT_EQUAL_FATAL((size_t)(w.pos - buf), expected.len);
	CU_ASSERT_EQUAL(memcmp(buf, expected.p, expected.len), 0);
	free(expected.p);
}

static void
an_eid_is_written_in_the_form_peers_know(void)
{
	assert_rewrites_to("0001 0a01094d", 24, "0001 0a010900");
	assert_rewrites_to("4003 0000 0200 000a 00000000 0001 ac100100", 24, "0001 ac100100");
	assert_rewrites_to("4003 0000 0200 000a 00000064 0001 ac100100", 24,
			"4003 0000 0220 000a 00000064 0001 ac100100");
	assert_rewrites_to("4003 0000 0200 000c 000000c8 4005 02005e100001", 48,
			"4003 0000 0200 000c 000000c8 4005 02005e100001");
	assert_rewrites_to("0011 677700", 0, "0011 677700");
	assert_rewrites_to("4003 0000 0200 0014 00000007 4003 ffff 0100 0008 0006 02005e100002", 0,
			"4003 0000 0200 0014 00000007 4003 0000 0100 0008 0006 02005e100002");
}

static void
a_prefix_covers_itself_and_what_is_inside(void)
{
	struct lisp_eid a = eid_of("10.1.0.0/16");
	struct lisp_eid inside = eid_of("10.1.255.0/24");
	struct lisp_eid other_iid = eid_of("[1] 10.1.255.0/24");
	struct lisp_eid outside = eid_of("10.2.0.0/24");
	struct lisp_eid all = eid_of("0.0.0.0/0");
	struct lisp_eid all6 = eid_of("::/0");
	struct lisp_eid name = eid_of("\"a\"");
	struct lisp_eid name2 = eid_of("\"b\"");

	CU_ASSERT_TRUE(lisp_eid_covers(&a, &a));
	CU_ASSERT_TRUE(lisp_eid_covers(&a, &inside));
	CU_ASSERT_FALSE(lisp_eid_covers(&inside, &a));
	CU_ASSERT_FALSE(lisp_eid_covers(&a, &outside));
	CU_ASSERT_FALSE(lisp_eid_covers(&a, &other_iid));
	CU_ASSERT_TRUE(lisp_eid_covers(&all, &a));
	CU_ASSERT_FALSE(lisp_eid_covers(&all6, &a));
	CU_ASSERT_TRUE(lisp_eid_covers(&name, &name));
	CU_ASSERT_FALSE(lisp_eid_covers(&name, &name2));
}

static void
shared_bits_are_counted_up_to_the_limit(void)
{
	struct lisp_eid a = eid_of("2001:db8::/128");
	struct lisp_eid b = eid_of("2001:db8::1/128");
	struct lisp_eid x = eid_of("10.1.0.0/16");
	struct lisp_eid y = eid_of("10.0.0.0/16");

	CU_ASSERT_EQUAL(lisp_eid_common_bits(&a, &b, 128), 127);
	CU_ASSERT_EQUAL(lisp_eid_common_bits(&a, &a, 128), 128);
	CU_ASSERT_EQUAL(lisp_eid_common_bits(&a, &b, 20), 20);
	CU_ASSERT_EQUAL(lisp_eid_common_bits(&x, &y, 32), 15);
	CU_ASSERT_EQUAL(lisp_eid_common_bits(&x, &x, 32), 32);
	CU_ASSERT_EQUAL(lisp_eid_width(&a), 128);
	CU_ASSERT_EQUAL(lisp_eid_width(&x), 32);
}

static void
only_addresses_that_one_host_answers_are_unicast(void)
{
	static const struct {
		const char *text;
		bool unicast;
	} rows[] = {
		{ "203.0.113.1", true },
		{ "0.0.0.0", false },
		{ "127.0.0.1", false },
		{ "255.255.255.255", false },
		{ "224.0.0.1", false },
		{ "239.1.1.1", false },
		{ "2001:db8::1", true },
		{ "::", false },
		{ "::1", false },
		{ "::2", true },
		{ "ff02::1", false },
		{ "fe80::1", false },
		{ "febf::1", false },
		{ "fec0::1", true },
	};
	struct lisp_ip none = { 0 };
	struct lisp_ip ip;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_EQUAL(lisp_ip_from_text(rows[i].text, &ip), 0);
		CU_ASSERT_EQUAL(lisp_ip_is_unicast(&ip), rows[i].unicast);
	}
	CU_ASSERT_FALSE(lisp_ip_is_unicast(&none));
}

static void
a_plain_address_gives_an_ip(void)
{
	struct lisp_addr addr;
	struct lisp_ip expected;

	CU_ASSERT_EQUAL(read_addr("0001 cb007101", &addr), LISP_OK);
	lisp_ip_from_text("203.0.113.1", &expected);
	CU_ASSERT_TRUE(lisp_ip_equal(&addr.ip, &expected));
	CU_ASSERT_EQUAL(read_addr("0002 20010db8ffff00000000000000000050", &addr), LISP_OK);
	lisp_ip_from_text("2001:db8:ffff::50", &expected);
	CU_ASSERT_TRUE(lisp_ip_equal(&addr.ip, &expected));
	CU_ASSERT_EQUAL(read_addr("0000", &addr), LISP_OK);
	CU_ASSERT_EQUAL(addr.afi, LISP_AFI_NONE);
	CU_ASSERT_EQUAL(addr.ip.family, 0);
	CU_ASSERT_EQUAL(read_addr("0011 70653100", &addr), LISP_OK);
	CU_ASSERT_TRUE(addr.recognised);
	CU_ASSERT_EQUAL(read_addr("0001 cb0071", &addr), LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(read_addr("00", &addr), LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(read_addr("0003 cb007101", &addr), LISP_ERR_AFI);
}

static CU_TestInfo tests[] = {
	{ "host bits are cleared", host_bits_are_cleared },
	{ "a mask above the width is refused", a_mask_above_the_width_is_refused },
	{ "MACs and names are exact", macs_and_names_are_exact },
	{ "an Instance ID becomes part of the key", an_instance_id_becomes_part_of_the_key },
	{ "the innermost Instance ID wins", the_innermost_instance_id_wins },
	{ "reserved fields and host bits of an LCAF do not make another key",
			reserved_fields_and_host_bits_of_an_lcaf_do_not_make_another_key },
	{ "canonical octets hold the whole LCAF", canonical_octets_hold_the_whole_lcaf },
	{ "different EIDs are different keys", different_eids_are_different_keys },
	{ "EIDs that are not served are refused", eids_that_are_not_served_are_refused },
	{ "an AS number around an address is served", an_as_number_around_an_address_is_served },
	{ "an EID longer than its room is refused", an_eid_longer_than_its_room_is_refused },
	{ "an EID is written in the form peers know", an_eid_is_written_in_the_form_peers_know },
	{ "a prefix covers itself and what is inside", a_prefix_covers_itself_and_what_is_inside },
	{ "shared bits are counted up to the limit", shared_bits_are_counted_up_to_the_limit },
	{ "only addresses that one host answers are unicast",
			only_addresses_that_one_host_answers_are_unicast },
	{ "a plain address gives an IP", a_plain_address_gives_an_ip },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_addr", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
