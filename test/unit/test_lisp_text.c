/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_text.h"
#include "test_lisp_util.h"

static void
assert_text(const char *hex, const char *expected)
{
	struct octets o = octets_from_hex(hex);
	struct lisp_cursor c = lisp_cursor_over(o.p, o.len);
	char text[LISP_EID_TEXT_MAX];
	struct lisp_eid eid;

	CU_ASSERT_EQUAL_FATAL(lisp_eid_read(&c, 24, &eid), LISP_OK);
	CU_ASSERT_STRING_EQUAL(lisp_eid_to_text(&eid, text, sizeof(text)), expected);
	free(o.p);
}

static void
every_kind_of_eid_has_its_text(void)
{
	assert_text("0001 0a010200", "10.1.2.0/24");
	assert_text("4003 0000 0200 0016 00000064 0002 20010db8000000000000000000000000",
			"[100] 2001:d00::/24");
	assert_text("4005 02005e100001", "02:00:5e:10:00:01");
	assert_text("0011 67772e6578616d706c6500", "\"gw.example\"");
	assert_text("0011 2261225cff0a00", "\"\\x22a\\x22\\x5c\\xff\\x0a\"");
	assert_text("4003 0000 0900 0014 00000000 0000 20 20 0001 0a010101 0001 ef010101",
			"(10.1.1.1/32, 239.1.1.1/32)");
	assert_text("4003 0000 0900 0014 00000064 0000 00 20 0001 00000000 0001 ef020202",
			"[100] (0.0.0.0/0, 239.2.2.2/32)");
	assert_text("4003 0000 0c00 0010 0000 10 10 0001 0a010000 0001 0a020000",
			"10.1.0.0/16 -> 10.2.0.0/16");
	assert_text("4003 0000 0200 001e 00000007 4003 0000 0100 0012 0001 ac100900 0006 02005e100002"
		    "0011 6100",
			"[7] {172.16.9.0, 02:00:5e:10:00:02, \"a\"}");
	assert_text("4003 0000 0300 000a 0000fde8 0001 0a010200", "AS65000 10.1.2.0");
	assert_text("4003 0000 0100 0014 4003 0000 0200 000a 00000007 0001 ac100900 0000",
			"{[7] 172.16.9.0, none}");
}

static void
text_that_does_not_fit_is_cut(void)
{
	struct lisp_eid eid;
	char text[32];

	CU_ASSERT_EQUAL(lisp_eid_from_text("[100] 2001:db8::/32", &eid), 0);
	for (size_t size = 1; size <= sizeof(text); size++) {
		memset(text, '#', sizeof(text));
		lisp_eid_to_text(&eid, text, size);
		CU_ASSERT_EQUAL(strlen(text), size - 1 < 19 ? size - 1 : 19);
		CU_ASSERT_EQUAL(strncmp(text, "[100] 2001:db8::/32", strlen(text)), 0);
	}
	memset(text, '#', sizeof(text));
	lisp_eid_to_text(&eid, text, 0);
	CU_ASSERT_EQUAL(text[0], '#');
}

static void
text_of_a_broken_eid_reads_nothing_outside(void)
{
	struct lisp_eid eid = {
		.kind = LISP_EID_LCAF, .len = 9, .octets = { 0x40, 3, 0, 0, 1, 0, 0, 200, 0x40 }
	};
	char text[LISP_EID_TEXT_MAX];

	for (unsigned int type = 0; type < 256; type++) {
		eid.octets[4] = (uint8_t)type;
		for (eid.len = 0; eid.len < 16; eid.len++)
			CU_ASSERT_TRUE(strlen(lisp_eid_to_text(&eid, text, sizeof(text))) < 100);
	}
}

static void
identifiers_have_their_text(void)
{
	static const uint8_t xtr_id[LISP_XTR_ID_LEN] = { 0, 0x11, 0xff };
	char text[33];
	struct lisp_ip none = { 0 };

	CU_ASSERT_STRING_EQUAL(lisp_xtr_id_to_text(xtr_id, text, sizeof(text)),
			"0011ff00000000000000000000000000");
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&none, text, sizeof(text)), "none");
	CU_ASSERT_STRING_EQUAL(lisp_type_to_text(LISP_MAP_REGISTER), "Map-Register");
	CU_ASSERT_STRING_EQUAL(lisp_type_to_text(LISP_ECM), "ECM");
	CU_ASSERT_STRING_EQUAL(lisp_type_to_text(12), "unassigned");
	CU_ASSERT_STRING_EQUAL(lisp_type_to_text(16), "unassigned");
	CU_ASSERT_STRING_EQUAL(lisp_lcaf_to_text(LISP_LCAF_ELP), "explicit locator path");
	CU_ASSERT_STRING_EQUAL(lisp_lcaf_to_text(LISP_LCAF_VENDOR), "vendor specific");
	CU_ASSERT_STRING_EQUAL(lisp_lcaf_to_text(17), "LCAF");
}

static CU_TestInfo tests[] = {
	{ "every kind of EID has its text", every_kind_of_eid_has_its_text },
	{ "text that does not fit is cut", text_that_does_not_fit_is_cut },
	{ "text of a broken EID reads nothing outside",
			text_of_a_broken_eid_reads_nothing_outside },
	{ "identifiers have their text", identifiers_have_their_text },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_text", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
