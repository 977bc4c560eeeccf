/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_request.h"
#include "lisp_text.h"
#include "test_lisp_util.h"

#define ECM      "80000000"
#define ECM_S    "88000000"
#define REQUEST  "10000001 1111222233334444 0001 0a090909 0001 cb007132 00 20 0001 0a010203"
#define IPV4     "4500003c 00010000 20117b9b 0a090909 0a010203"
#define UDP      "ee48 10f6 0028 cb31"
#define AD_FIXED "0100 0002 0018 00 01 0000000000000000 000102030405060708090a0b0c0d0e0f"

#define AT_TOTAL_LEN 6 /* offsets into ECM IPV4 UDP REQUEST */
#define AT_FRAGMENT  10
#define AT_PROTO     13
#define AT_IP_SUM    14
#define AT_SPORT     24
#define AT_DPORT     26
#define AT_UDP_LEN   28
#define AT_UDP_SUM   30
#define AT_MSG       32

static void
put_u16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned int
ones_sum(unsigned int sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum += i % 2 == 0 ? (unsigned int)p[i] << 8 : p[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Make both checksums right again after a test has changed a field. */
static void
mend(struct octets *o)
{
	uint8_t *ip = o->p + 4;
	size_t ip_len = (ip[0] & 15u) * 4;
	uint8_t *udp = ip + ip_len;
	size_t udp_len = o->len - 4 - ip_len;

	put_u16(ip + 10, 0);
	put_u16(ip + 10, ~ones_sum(0, ip, ip_len) & 0xffff);
	put_u16(udp + 6, 0);
	put_u16(udp + 6,
			~ones_sum(ones_sum(17 + (unsigned int)udp_len, ip + 12, 8), udp, udp_len) &
					0xffff);
}

/* Set 16 bits of the good ECM, make the checksums right again, and parse. */
static enum lisp_err
parse_changed(size_t at, unsigned int v)
{
	struct octets o = octets_from_hex(ECM IPV4 UDP REQUEST);
	struct lisp_ecm e;
	enum lisp_err err;

	put_u16(o.p + at, v);
	mend(&o);
	err = lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e);
	free(o.p);
	return err;
}

static enum lisp_err
parse(const char *hex, enum lisp_ecm_mode mode)
{
	struct octets o = octets_from_hex(hex);
	struct lisp_ecm e;
	enum lisp_err err = lisp_ecm_parse(o.p, o.len, mode, &e);

	free(o.p);
	return err;
}

static void
the_message_inside_is_found(void)
{
	struct octets o = octets_from_hex("87000000" IPV4 UDP REQUEST);
	char text[LISP_IP_TEXT_MAX];
	struct lisp_request r;
	struct lisp_ecm e;

	CU_ASSERT_EQUAL_FATAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_OK);
	CU_ASSERT_EQUAL(e.flags & 0x0f000000, LISP_ECM_D | LISP_ECM_E | LISP_ECM_M);
	CU_ASSERT_FALSE(e.has_security);
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&e.inner_src, text, sizeof(text)), "10.9.9.9");
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&e.inner_dst, text, sizeof(text)), "10.1.2.3");
	CU_ASSERT_EQUAL(e.inner_sport, 61000);
	CU_ASSERT_EQUAL(e.inner_dport, 4342);
	CU_ASSERT_PTR_EQUAL(e.packet, o.p + 4);
	CU_ASSERT_EQUAL(e.packet_len, 60);
	CU_ASSERT_EQUAL(e.msg_len, 32);
	CU_ASSERT_EQUAL(lisp_request_parse(e.msg, e.msg_len, &r), LISP_OK);
	free(o.p);
}

static void
an_ecm_cut_or_prolonged_is_refused(void)
{
	struct octets o = octets_from_hex(ECM IPV4 UDP REQUEST "00");
	struct lisp_ecm e;

	for (size_t len = 0; len <= o.len; len++) {
		struct octets cut = octets_copy(o.p, len);
		enum lisp_err err = lisp_ecm_parse(cut.p, cut.len, LISP_ECM_STRICT, &e);

		CU_ASSERT_EQUAL(err,
				len == o.len - 1           ? LISP_OK
						: len <= 4 ? LISP_ERR_TRUNCATED
							   : LISP_ERR_INNER);
		free(cut.p);
	}
	free(o.p);
}

static void
bad_inner_headers_are_refused(void)
{
	CU_ASSERT_EQUAL(parse_changed(AT_SPORT, 61001), LISP_OK);
	CU_ASSERT_EQUAL(parse_changed(AT_FRAGMENT, 0x4000), LISP_OK); /* DF */
	CU_ASSERT_EQUAL(parse_changed(AT_FRAGMENT, 0x2000), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_FRAGMENT, 0x0001), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_TOTAL_LEN, 65535), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_TOTAL_LEN, 20), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_PROTO - 1, 0x2006), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_UDP_LEN, 7), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_UDP_LEN, 39), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_UDP_LEN, 65535), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_DPORT, LISP_DATA_PORT), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_DPORT, 53), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_SPORT, LISP_DATA_PORT), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_MSG, 0x8000), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(AT_MSG, 0x2000),
			LISP_OK); /* the type is the caller's matter */
	CU_ASSERT_EQUAL(parse_changed(4, 0x4400), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse_changed(4, 0x5500), LISP_ERR_INNER);
	CU_ASSERT_EQUAL(parse("20000000" IPV4 UDP REQUEST, LISP_ECM_STRICT), LISP_ERR_TYPE);
}

static void
an_ihl_past_the_packet_is_refused(void)
{
	CU_ASSERT_EQUAL(parse(ECM "4f00001c 00010000 20110000 0a090909 0a010203" UDP,
					LISP_ECM_STRICT),
			LISP_ERR_INNER);
}

static void
checksums_are_verified(void)
{
	struct octets o = octets_from_hex(ECM IPV4 UDP REQUEST);
	struct lisp_ecm e;

	o.p[AT_UDP_SUM] ^= 1;
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_ERR_CHECKSUM);
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_ZERO_CHECKSUM, &e), LISP_ERR_CHECKSUM);
	put_u16(o.p + AT_UDP_SUM, 0);
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_ERR_CHECKSUM);
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_ZERO_CHECKSUM, &e), LISP_OK);
	o.p[AT_IP_SUM] ^= 1;
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_ZERO_CHECKSUM, &e), LISP_ERR_INNER);
	free(o.p);
}

/* An IPv6 packet of an odd number of octets: UDP 4342 to 4342, one octet 0x10. */
static void
ipv6_inside_is_taken(void)
{
	static const char good[] = ECM "60000000 0009 11 40"
				       "20010db8000900000000000000000009"
				       "20010db8000a00000000000000000001 10f6 10f6 0009 72dd 10";
	struct octets o = octets_from_hex(good);
	struct lisp_ecm e;

	put_u16(o.p + 50, 0);
	put_u16(o.p + 50, ~ones_sum(ones_sum(17 + 9, o.p + 12, 32), o.p + 44, 9) & 0xffff);
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_OK);
	CU_ASSERT_EQUAL(e.inner_src.family, 6);
	CU_ASSERT_EQUAL(e.inner_dst.octets[15], 1);
	CU_ASSERT_EQUAL(e.msg_len, 1);
	o.p[10] = 44; /* a fragment header */
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_ERR_INNER);
	o.p[10] = 17;
	o.p[9] = 8;
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_ERR_INNER);
	free(o.p);
}

static void
security_data_is_stepped_over(void)
{
	struct octets o = octets_from_hex(ECM_S AD_FIXED "0004 0002" IPV4 UDP REQUEST);
	struct lisp_ecm e;

	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_OK);
	CU_ASSERT_TRUE(e.has_security);
	CU_ASSERT_PTR_EQUAL(e.security, o.p + 4);
	CU_ASSERT_EQUAL(e.security_len, 36);
	CU_ASSERT_PTR_EQUAL(e.packet, o.p + 40);
	put_u16(o.p + 8, 28); /* the other reading of OTK Length */
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_OK);
	free(o.p);
	o = octets_from_hex(ECM_S AD_FIXED "0008 0002 00000002" IPV4 UDP REQUEST);
	CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_OK);
	CU_ASSERT_EQUAL(e.security_len, 40);
	free(o.p);
}

static void
bad_security_data_is_refused(void)
{
	static const struct {
		size_t at;
		unsigned int value;
	} rows[] = {
		{ 4, 0x0200 },                                             /* AD type 2 */
		{ 8, 0 }, { 8, 23 }, { 8, 25 }, { 8, 65535 },              /* OTK Length */
		{ 36, 0 }, { 36, 3 }, { 36, 5 }, { 36, 7 }, { 36, 65535 }, /* EID-AD Length */
	};
	struct lisp_ecm e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct octets o = octets_from_hex(ECM_S AD_FIXED "0004 0002" IPV4 UDP REQUEST);

		put_u16(o.p + rows[i].at, rows[i].value);
		CU_ASSERT_EQUAL(lisp_ecm_parse(o.p, o.len, LISP_ECM_STRICT, &e), LISP_ERR_SECURITY);
		free(o.p);
	}
	CU_ASSERT_EQUAL(parse(ECM_S "0100 0002 0018", LISP_ECM_STRICT), LISP_ERR_TRUNCATED);
	CU_ASSERT_EQUAL(parse(ECM_S AD_FIXED, LISP_ECM_STRICT), LISP_ERR_TRUNCATED);
}

static CU_TestInfo tests[] = {
	{ "the message inside is found", the_message_inside_is_found },
	{ "an ECM cut or prolonged is refused", an_ecm_cut_or_prolonged_is_refused },
	{ "bad inner headers are refused", bad_inner_headers_are_refused },
	{ "an IHL past the packet is refused", an_ihl_past_the_packet_is_refused },
	{ "checksums are verified", checksums_are_verified },
	{ "IPv6 inside is taken", ipv6_inside_is_taken },
	{ "security data is stepped over", security_data_is_stepped_over },
	{ "bad security data is refused", bad_security_data_is_refused },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_ecm", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
