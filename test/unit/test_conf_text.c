/* SPDX-License-Identifier: BSD-3-Clause */

#include "conf_priv.h"
#include "test_conf.h"

static void
prefixes_have_a_mask_length_and_clear_host_bits(void)
{
	static const char *const good[] = { "0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32", "::/0",
		"2001:db8::/32", "::1/128", "10.0.0.128/25", "8000::/1" };
	static const char *const bad[] = { "", "/", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33",
		"::/129", "10.0.0.1/8", "::1/127", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/-1",
		"10.0.0.0/8 ", " 10.0.0.0/8", "10.0.0/8", "10.0.0.0/8/8", "10.0.0.0/0x8",
		"010.0.0.0/8", "::/0000", "10.0.0.128/24", "fe80::1%eth0/128",
		"10.0.0.0/4294967304", "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111/8" };
	struct conf_ip ip;

	for (unsigned int i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CU_ASSERT_PTR_NULL(conf_text_to_prefix(good[i], &ip));
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_PTR_NOT_NULL(conf_text_to_prefix(bad[i], &ip));
	CU_ASSERT_PTR_NULL(conf_text_to_prefix("10.32.0.0/11", &ip));
	CU_ASSERT_EQUAL(ip.family, 4);
	CU_ASSERT_EQUAL(ip.mask_len, 11);
	CU_ASSERT_EQUAL(memcmp(ip.octets, "\x0a\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16), 0);
}

static void
macs_are_six_pairs_of_digits(void)
{
	static const char *const bad[] = { "", "02:00:5e:10:00", "02:00:5e:10:00:01:02",
		"02-00-5e-10-00-01", "2:0:5e:10:0:1:00:", "0g:00:5e:10:00:01",
		"02:00:5e:10:00:1:", "02:00:5e:10:00:0 " };
	uint8_t octets[6];

	CU_ASSERT(conf_text_to_mac("02:00:5e:10:Ff:01", octets));
	CU_ASSERT_EQUAL(memcmp(octets, "\x02\x00\x5e\x10\xff\x01", 6), 0);
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(conf_text_to_mac(bad[i], octets));
}

static void
dates_are_days_that_exist(void)
{
	static const char *const bad[] = { "", "2028-1-1", "2027-02-29", "2028-02-30", "2028-13-01",
		"2028-00-01", "2028-01-00", "2028-01-32", "1969-12-31", "28-01-01", "2028/01/01",
		"2028-01-01T", "2028-0101-", "-028-01-01", "2028--1-01" };
	char text[16];
	int64_t s;

	CU_ASSERT(conf_text_to_date("2028-02-29", &s));
	CU_ASSERT_EQUAL(s, 1835395200); /* date -u -d 2028-02-29 +%s */
	conf_date_to_text(s, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "2028-02-29");
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(conf_text_to_date(bad[i], &s));
}

static void
octets_are_pairs_of_digits(void)
{
	uint8_t octets[4];
	uint64_t v;

	CU_ASSERT(conf_text_to_octets("00aBfF", octets, 3));
	CU_ASSERT_EQUAL(memcmp(octets, "\x00\xab\xff", 3), 0);
	CU_ASSERT_FALSE(conf_text_to_octets("00aB", octets, 3));
	CU_ASSERT_FALSE(conf_text_to_octets("00aBf", octets, 3));
	CU_ASSERT_FALSE(conf_text_to_octets("00aBfF0", octets, 3));
	CU_ASSERT_FALSE(conf_text_to_octets("00aB f", octets, 3));
	CU_ASSERT(conf_text_to_u64("0123456789abcDEF", &v));
	CU_ASSERT_EQUAL(v, 0x0123456789abcdef);
	CU_ASSERT_FALSE(conf_text_to_u64("0123456789abcde", &v));
	CU_ASSERT_FALSE(conf_text_to_u64("0x23456789abcdef", &v));
}

static CU_TestInfo text_tests[] = {
	{ "prefixes have a mask length and clear host bits",
			prefixes_have_a_mask_length_and_clear_host_bits },
	{ "MACs are six pairs of digits", macs_are_six_pairs_of_digits },
	{ "dates are days that exist", dates_are_days_that_exist },
	{ "octets are pairs of digits", octets_are_pairs_of_digits },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_text", NULL, NULL, NULL, NULL, text_tests },
	CU_SUITE_INFO_NULL,
};
