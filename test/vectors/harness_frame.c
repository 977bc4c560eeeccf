/* SPDX-License-Identifier: BSD-3-Clause */

#include "harness_frame.h"

#include <string.h>

#include "lisp.h"

#define ETHERTYPE_IPV4  0x0800
#define ETHERTYPE_VLAN  0x8100
#define ETHERTYPE_IPV6  0x86dd
#define PROTO_UDP       17
#define IPV4_OPTION_NOP 1

const uint8_t harness_peer_mac[6] = { 2, 0, 0, 0, 0, 2 };
const uint8_t harness_own_mac[6] = { 2, 0, 0, 0, 0, 1 };

struct lisp_ip
harness_own_ip(uint8_t family)
{
	static const struct lisp_ip v4 = { .family = 4, .octets = { 10, 99, 0, 1 } };
	static const struct lisp_ip v6 = { .family = 6,
		.octets = { 0x20, 0x01, 0x0d, 0xb8, 0, 0x99, [15] = 1 } };

	return family == 4 ? v4 : v6;
}

struct lisp_ip
harness_peer_ip(uint8_t family)
{
	struct lisp_ip ip = harness_own_ip(family);

	ip.octets[family == 4 ? 3 : 15] = 2;
	return ip;
}

struct harness_frame
harness_frame_default(uint8_t family)
{
	struct harness_frame f = {
		.src = harness_peer_ip(family),
		.dst = harness_own_ip(family),
		.sport = LISP_CONTROL_PORT,
		.dport = LISP_CONTROL_PORT,
	};

	memcpy(f.src_mac, harness_peer_mac, 6);
	memcpy(f.dst_mac, harness_own_mac, 6);
	return f;
}

uint32_t
harness_frame_sum(const uint8_t *p, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	return sum;
}

uint16_t
harness_frame_fold(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint32_t
harness_frame_pseudo(
		const struct lisp_ip *src, const struct lisp_ip *dst, uint8_t proto, uint32_t len)
{
	size_t n = src->family == 4 ? 4 : 16;
	uint32_t sum = harness_frame_sum(src->octets, n, proto + (len >> 16) + (len & 0xffff));

	return harness_frame_sum(dst->octets, n, sum);
}

static void
put_u16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static uint16_t
get_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* Each writes its header and returns where the next one goes. */

static uint8_t *
write_ether(uint8_t *p, const struct harness_frame *f)
{
	memcpy(p, f->dst_mac, 6);
	memcpy(p + 6, f->src_mac, 6);
	p += 12;
	if (f->vlan != 0) {
		put_u16(p, ETHERTYPE_VLAN);
		put_u16(p + 2, f->vlan);
		p += 4;
	}
	put_u16(p, f->src.family == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
	return p + 2;
}

static uint8_t *
write_ipv4(uint8_t *p, const struct harness_frame *f, size_t payload_len)
{
	size_t header_len = 20u + f->n_options;

	memset(p, 0, 20);
	memset(p + 20, IPV4_OPTION_NOP, f->n_options);
	p[0] = (uint8_t)(0x40 | header_len / 4);
	put_u16(p + 2, (uint16_t)(header_len + payload_len));
	p[8] = 60;
	p[9] = PROTO_UDP;
	memcpy(p + 12, f->src.octets, 4);
	memcpy(p + 16, f->dst.octets, 4);
	put_u16(p + 10, (uint16_t)~harness_frame_fold(harness_frame_sum(p, header_len, 0)));
	return p + header_len;
}

static uint8_t *
write_ipv6(uint8_t *p, const struct harness_frame *f, size_t payload_len)
{
	memset(p, 0, 8);
	p[0] = 0x60;
	put_u16(p + 4, (uint16_t)payload_len);
	p[6] = PROTO_UDP;
	p[7] = 60;
	memcpy(p + 8, f->src.octets, 16);
	memcpy(p + 24, f->dst.octets, 16);
	return p + 40;
}

size_t
harness_frame_build(const struct harness_frame *f, const uint8_t *msg, size_t len, uint8_t *buf)
{
	uint8_t *p = write_ether(buf, f);
	size_t udp_len = 8 + len;
	uint16_t sum;

	if (f->src.family == 4)
		p = write_ipv4(p, f, udp_len + f->n_padding);
	else
		p = write_ipv6(p, f, udp_len + f->n_padding);
	put_u16(p, f->sport);
	put_u16(p + 2, f->dport);
	put_u16(p + 4, (uint16_t)udp_len);
	put_u16(p + 6, 0);
	if (len > 0)
		memcpy(p + 8, msg, len);
	memset(p + udp_len, 0xaa, f->n_padding);
	sum = (uint16_t)~harness_frame_fold(harness_frame_sum(p, udp_len,
			harness_frame_pseudo(&f->src, &f->dst, PROTO_UDP, (uint32_t)udp_len)));
	put_u16(p + 6, sum == 0 ? 0xffff : sum);
	return (size_t)(p - buf) + udp_len + f->n_padding;
}

/* Each reads its header and returns where the next one starts; NULL when something is wrong. */

static const uint8_t *
read_ether(const uint8_t *p, const uint8_t *end, struct harness_frame *f)
{
	uint16_t type;

	if (end - p < 18)
		return NULL;
	memcpy(f->dst_mac, p, 6);
	memcpy(f->src_mac, p + 6, 6);
	type = get_u16(p + 12);
	p += 14;
	if (type == ETHERTYPE_VLAN) {
		f->vlan = get_u16(p);
		type = get_u16(p + 2);
		p += 4;
	}
	f->src.family = type == ETHERTYPE_IPV4 ? 4 : type == ETHERTYPE_IPV6 ? 6 : 0;
	f->dst.family = f->src.family;
	return f->src.family == 0 ? NULL : p;
}

static const uint8_t *
read_ipv4(const uint8_t *p, const uint8_t *end, struct harness_frame *f)
{
	/* An answer carries no options, and its datagram ends with the frame. */
	if (end - p < 20 || p[0] != 0x45 || get_u16(p + 2) != end - p || p[9] != PROTO_UDP)
		return NULL;
	if (harness_frame_fold(harness_frame_sum(p, 20, 0)) != 0xffff)
		return NULL;
	f->ttl = p[8];
	memcpy(f->src.octets, p + 12, 4);
	memcpy(f->dst.octets, p + 16, 4);
	return p + 20;
}

static const uint8_t *
read_ipv6(const uint8_t *p, const uint8_t *end, struct harness_frame *f)
{
	if (end - p < 40 || p[0] >> 4 != 6 || get_u16(p + 4) != end - p - 40 || p[6] != PROTO_UDP)
		return NULL;
	f->ttl = p[7];
	memcpy(f->src.octets, p + 8, 16);
	memcpy(f->dst.octets, p + 24, 16);
	return p + 40;
}

int
harness_frame_parse(const uint8_t *frame, size_t len, struct harness_frame *f, const uint8_t **msg)
{
	const uint8_t *end = frame + len;
	const uint8_t *p;
	uint32_t udp_len;

	*f = (struct harness_frame){ 0 };
	p = read_ether(frame, end, f);
	if (p != NULL)
		p = f->src.family == 4 ? read_ipv4(p, end, f) : read_ipv6(p, end, f);
	if (p == NULL || end - p < 8 || get_u16(p + 4) != end - p || get_u16(p + 6) == 0)
		return -1;
	udp_len = (uint32_t)(end - p);
	if (harness_frame_fold(harness_frame_sum(p, udp_len,
			    harness_frame_pseudo(&f->src, &f->dst, PROTO_UDP, udp_len))) != 0xffff)
		return -1;
	f->sport = get_u16(p);
	f->dport = get_u16(p + 2);
	*msg = p + 8;
	return (int)udp_len - 8;
}
