/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>

#include "lisp_text.h"
#include "test_lisp_util.h"

static void
what_is_printed_is_read_back(void)
{
	static const char *const texts[] = { "0.0.0.0/0", "10.1.2.3/32", "[4294967295] 10.0.0.0/8",
		"::/0", "[1] 2001:db8::1/128", "::ffff:10.0.0.0/104", "02:00:5e:10:00:01",
		"[200] ff:ff:ff:ff:ff:ff", "\"\"", "[7] \"gw.example\"",
		"\"a b/c:[x] \\x22\\x5c\\x01\"" };
	char text[LISP_EID_TEXT_MAX];
	struct lisp_eid eid;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CU_ASSERT_EQUAL(lisp_eid_from_text(texts[i], &eid), 0);
		CU_ASSERT_STRING_EQUAL(lisp_eid_to_text(&eid, text, sizeof(text)), texts[i]);
	}
}

static void
a_mask_out_of_range_and_host_bits_are_told_apart_from_nonsense(void)
{
	static const char *const ranges[] = { "10.0.0.0/33", "10.0.0.1/24", "::/129", "::1/127",
		"10.0.0.0/4294967295" };
	static const char *const nonsense[] = { "", "10.0.0.0", "10.0.0.0/", "10.0.0.0/8x",
		"10.0.0/8", "/8", "10.0.0.0/-1", "10.0.0.0/ 8", "10.0.0.0/99999999999",
		" 10.0.0.0/8", "[1]10.0.0.0/8", "[] 10.0.0.0/8", "[4294967296] 10.0.0.0/8", "[1",
		"[1] ", "02:00:5e:10:00", "02:00:5e:10:0g:01", "02:00:5e:10:00:01:02",
		"02-00-5e-10-00-01", "2:0:5e:10:0:1", "\"", "\"a", "\"a\"b", "\"\\x\"", "\"\\x0\"",
		"\"\\x00\"", "\"\\n\"", "a\"", "2001:db8::/32/1",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/128" };
	struct lisp_eid eid;

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		CU_ASSERT_EQUAL(lisp_eid_from_text(ranges[i], &eid), -ERANGE);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		CU_ASSERT_EQUAL(lisp_eid_from_text(nonsense[i], &eid), -EINVAL);
}

static void
a_name_of_any_length_is_read_back_or_refused(void)
{
	char text[300];
	char again[4 * LISP_EID_OCTETS_MAX];
	struct lisp_eid eid;

	for (size_t n = 0; n < sizeof(text) - 3; n++) {
		text[0] = '"';
		memset(text + 1, 'n', n);
		memcpy(text + 1 + n, "\"", 2);
		if (n >= LISP_EID_OCTETS_MAX) {
			CU_ASSERT_EQUAL(lisp_eid_from_text(text, &eid), -EINVAL);
			continue;
		}
		CU_ASSERT_EQUAL(lisp_eid_from_text(text, &eid), 0);
		CU_ASSERT_EQUAL(eid.len, n + 1);
		CU_ASSERT_STRING_EQUAL(lisp_eid_to_text(&eid, again, sizeof(again)), text);
	}
}

static void
addresses_and_identifiers_are_read(void)
{
	uint8_t xtr_id[LISP_XTR_ID_LEN] = { 9 };
	uint64_t site_id = 9;
	struct lisp_ip ip;

	CU_ASSERT_EQUAL(lisp_ip_from_text("192.0.2.1", &ip), 0);
	CU_ASSERT_EQUAL(ip.family, 4);
	CU_ASSERT_EQUAL(lisp_ip_from_text("2001:db8::1", &ip), 0);
	CU_ASSERT_EQUAL(ip.family, 6);
	CU_ASSERT_EQUAL(lisp_ip_from_text("192.0.2", &ip), -EINVAL);
	CU_ASSERT_EQUAL(lisp_ip_from_text("", &ip), -EINVAL);
	CU_ASSERT_EQUAL(lisp_ip_from_text("192.0.2.1/32", &ip), -EINVAL);
	CU_ASSERT_EQUAL(lisp_xtr_id_from_text("0011FF00000000000000000000000000", xtr_id), 0);
	CU_ASSERT_EQUAL(xtr_id[2], 0xff);
	CU_ASSERT_EQUAL(lisp_xtr_id_from_text("0011ff0000000000000000000000000", xtr_id), -EINVAL);
	CU_ASSERT_EQUAL(lisp_xtr_id_from_text("0011ff000000000000000000000000001", xtr_id),
			-EINVAL);
	CU_ASSERT_EQUAL(lisp_site_id_from_text("00000000aBcDeF0a", &site_id), 0);
	CU_ASSERT_EQUAL(site_id, 0xabcdef0a);
	CU_ASSERT_EQUAL(lisp_site_id_from_text("00000000abcdefg0", &site_id), -EINVAL);
	CU_ASSERT_EQUAL(lisp_site_id_from_text("", &site_id), -EINVAL);
	CU_ASSERT_EQUAL(site_id, 0xabcdef0a);
}

static CU_TestInfo tests[] = {
	{ "what is printed is read back", what_is_printed_is_read_back },
	{ "a mask out of range and host bits are told apart from nonsense",
			a_mask_out_of_range_and_host_bits_are_told_apart_from_nonsense },
	{ "a name of any length is read back or refused",
			a_name_of_any_length_is_read_back_or_refused },
	{ "addresses and identifiers are read", addresses_and_identifiers_are_read },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_text_parse", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
