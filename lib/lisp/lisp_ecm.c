/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include "lisp_priv.h"
#include "lisp_request.h"

#define PROTO_UDP       17
#define IPV4_LEN_MIN    20
#define IPV6_LEN        40
#define UDP_LEN         8
#define FRAGMENT_BITS   0x3fff /* MF and the offset; DF is no matter */
#define AD_FIXED_LEN    32     /* LISP-SEC AD up to the one-time key, it included */
#define AD_TYPE         1
#define EID_AD_LEN_MIN  4 /* length and KDF ID */
#define EID_AD_LEN_HMAC 8 /* and Record Count, E bit, EID HMAC ID */

/* Ones' complement sum (RFC 1071), not folded; n is below 2^16. */
static uint32_t
sum_octets(uint32_t sum, const uint8_t *p, size_t n)
{
	for (; n >= 2; n -= 2, p += 2)
		sum += lisp_load_u16(p);
	return n == 0 ? sum : sum + (uint32_t)p[0] * 256;
}

static uint16_t
fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* LISP-SEC authentication data of an ECM (RFC 9303 section 6.1). */
static enum lisp_err
read_security(struct lisp_cursor *c, struct lisp_ecm *e)
{
	const uint8_t *p = lisp_read_octets(c, AD_FIXED_LEN);
	uint16_t eid_ad_len = lisp_read_u16(c);
	uint16_t otk_len;

	if (p == NULL || c->failed)
		return LISP_ERR_TRUNCATED;
	otk_len = lisp_load_u16(p + 4);
	if (p[0] != AD_TYPE || (otk_len != 24 && otk_len != 28))
		return LISP_ERR_SECURITY;
	if (eid_ad_len < EID_AD_LEN_MIN ||
			(eid_ad_len > EID_AD_LEN_MIN && eid_ad_len < EID_AD_LEN_HMAC))
		return LISP_ERR_SECURITY;
	if (lisp_read_octets(c, eid_ad_len - 2u) == NULL)
		return LISP_ERR_SECURITY;
	e->security = p;
	e->security_len = (uint32_t)(c->pos - p);
	return LISP_OK;
}

static void
set_ip(struct lisp_ip *ip, uint8_t family, const uint8_t *octets)
{
	*ip = (struct lisp_ip){ .family = family };
	memcpy(ip->octets, octets, family == 4 ? 4 : 16);
}

/* The fixed part is there.  Returns header octets, or 0. */
static uint32_t
read_ipv4(struct lisp_ecm *e)
{
	const uint8_t *p = e->packet;
	uint32_t header_len = (p[0] & 0x0fu) * 4;

	if (header_len < IPV4_LEN_MIN || header_len > e->packet_len ||
			fold(sum_octets(0, p, header_len)) != 0xffff)
		return 0;
	if (lisp_load_u16(p + 2) != e->packet_len || p[9] != PROTO_UDP ||
			(lisp_load_u16(p + 6) & FRAGMENT_BITS) != 0)
		return 0;
	set_ip(&e->inner_src, 4, p + 12);
	set_ip(&e->inner_dst, 4, p + 16);
	return header_len;
}

static uint32_t
read_ipv6(struct lisp_ecm *e)
{
	const uint8_t *p = e->packet;

	if (lisp_load_u16(p + 4) != e->packet_len - IPV6_LEN || p[6] != PROTO_UDP)
		return 0;
	set_ip(&e->inner_src, 6, p + 8);
	set_ip(&e->inner_dst, 6, p + 24);
	return IPV6_LEN;
}

/* Returns octets of the inner IP header, or 0 when it is not one that we take. */
static uint32_t
read_ip(struct lisp_ecm *e)
{
	uint8_t version = e->packet_len == 0 ? 0 : e->packet[0] >> 4;

	if (version == 4 && e->packet_len >= IPV4_LEN_MIN)
		return read_ipv4(e);
	if (version == 6 && e->packet_len >= IPV6_LEN)
		return read_ipv6(e);
	return 0;
}

static bool
is_checksum_right(const struct lisp_ecm *e, const uint8_t *udp, uint32_t udp_len)
{
	size_t n = e->inner_src.family == 4 ? 4 : 16;
	uint32_t sum = PROTO_UDP + udp_len;

	sum = sum_octets(sum, e->inner_src.octets, n);
	sum = sum_octets(sum, e->inner_dst.octets, n);
	return fold(sum_octets(sum, udp, udp_len)) == 0xffff;
}

static enum lisp_err
read_udp(struct lisp_ecm *e, uint32_t ip_len, enum lisp_ecm_mode mode)
{
	const uint8_t *udp = e->packet + ip_len;
	uint32_t udp_len = e->packet_len - ip_len;
	bool no_checksum;

	if (udp_len < UDP_LEN || lisp_load_u16(udp + 4) != udp_len)
		return LISP_ERR_INNER;
	no_checksum = lisp_load_u16(udp + 6) == 0;
	if (no_checksum ? mode != LISP_ECM_ZERO_CHECKSUM : !is_checksum_right(e, udp, udp_len))
		return LISP_ERR_CHECKSUM;
	e->inner_sport = lisp_load_u16(udp);
	e->inner_dport = lisp_load_u16(udp + 2);
	if (e->inner_dport != LISP_CONTROL_PORT || e->inner_sport == LISP_DATA_PORT)
		return LISP_ERR_INNER;
	e->msg = udp + UDP_LEN;
	e->msg_len = udp_len - UDP_LEN;
	if (e->msg_len == 0 || e->msg[0] >> 4 == LISP_ECM)
		return LISP_ERR_INNER;
	return LISP_OK;
}

enum lisp_err
lisp_ecm_parse(const uint8_t *msg, size_t len, enum lisp_ecm_mode mode, struct lisp_ecm *e)
{
	struct lisp_cursor c = lisp_cursor_over(msg, len);
	uint32_t ip_len;

	e->flags = lisp_read_u32(&c);
	if (c.failed)
		return LISP_ERR_TRUNCATED;
	if (e->flags >> 28 != LISP_ECM)
		return LISP_ERR_TYPE;
	e->has_security = (e->flags & LISP_ECM_S) != 0;
	e->security = NULL;
	e->security_len = 0;
	if (e->has_security) {
		enum lisp_err err = read_security(&c, e);

		if (err != LISP_OK)
			return err;
	}
	e->packet = c.pos;
	e->packet_len = (uint32_t)lisp_left(&c);
	if (e->packet_len == 0)
		return LISP_ERR_TRUNCATED;
	ip_len = read_ip(e);
	return ip_len == 0 ? LISP_ERR_INNER : read_udp(e, ip_len, mode);
}
