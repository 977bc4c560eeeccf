/* SPDX-License-Identifier: BSD-3-Clause */

/* Headers below LISP: read down to UDP port 4342, and written back for an answer. */

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "pipeline_priv.h"
#include "pipeline_sum.h"

#define IPV4_FRAGMENT (RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK)
#define ANSWER_TTL    64
#define ANSWER_DSCP   0xc0 /* CS6, network control */

/* Offset of the IP header and its EtherType, one VLAN tag stepped over; 0 when cut. */
static uint16_t
find_l3(const struct rte_mbuf *m, rte_be16_t *type)
{
	const struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	uint16_t off = sizeof(*eth);

	if (m->data_len < off)
		return 0;
	*type = eth->ether_type;
	if (*type == RTE_BE16(RTE_ETHER_TYPE_VLAN)) {
		const struct rte_vlan_hdr *vlan = (const struct rte_vlan_hdr *)(eth + 1);

		off += sizeof(*vlan);
		if (m->data_len < off)
			return 0;
		*type = vlan->eth_proto;
	}
	return off;
}

/* Each reads one IP header: its length or 0, and what IP says of the rest. */
struct l3 {
	uint16_t header_len;
	uint32_t payload_len;
	uint8_t proto;
	bool fragment;
	struct lisp_ip dst;
};

static enum pipeline_verdict
read_ipv4(const uint8_t *at, uint32_t left, struct pipeline_frame *f, struct l3 *l3)
{
	const struct rte_ipv4_hdr *ip = (const struct rte_ipv4_hdr *)at;
	uint16_t total;

	if (left < sizeof(*ip) || ip->version_ihl >> 4 != 4)
		return PIPELINE_MALFORMED_FRAME;
	l3->header_len = (ip->version_ihl & 0xf) * 4;
	total = rte_be_to_cpu_16(ip->total_length);
	if (l3->header_len < sizeof(*ip) || total < l3->header_len || total > left)
		return PIPELINE_MALFORMED_FRAME;
	if (pipeline_sum_fold(pipeline_sum(at, l3->header_len, 0)) != 0xffff)
		return PIPELINE_CHECKSUM;
	l3->payload_len = total - l3->header_len;
	l3->proto = ip->next_proto_id;
	l3->fragment = (ip->fragment_offset & RTE_BE16(IPV4_FRAGMENT)) != 0;
	f->src = (struct lisp_ip){ .family = 4 };
	memcpy(f->src.octets, &ip->src_addr, 4);
	l3->dst = (struct lisp_ip){ .family = 4 };
	memcpy(l3->dst.octets, &ip->dst_addr, 4);
	return PIPELINE_REGISTERED;
}

static enum pipeline_verdict
read_ipv6(const uint8_t *at, uint32_t left, struct pipeline_frame *f, struct l3 *l3)
{
	const struct rte_ipv6_hdr *ip = (const struct rte_ipv6_hdr *)at;

	if (left < sizeof(*ip) || at[0] >> 4 != 6)
		return PIPELINE_MALFORMED_FRAME;
	l3->header_len = sizeof(*ip);
	l3->payload_len = rte_be_to_cpu_16(ip->payload_len);
	if (l3->payload_len > left - sizeof(*ip))
		return PIPELINE_MALFORMED_FRAME;
	l3->proto = ip->proto;
	l3->fragment = ip->proto == IPPROTO_FRAGMENT;
	f->src.family = 6;
	memcpy(f->src.octets, ip->src_addr, 16);
	l3->dst.family = 6;
	memcpy(l3->dst.octets, ip->dst_addr, 16);
	return PIPELINE_REGISTERED;
}

/* UDP checksum, always present in control messages (RFC 9301 section 5): zero is a failure. */
static bool
udp_checksum_ok(const struct rte_mbuf *m, const struct pipeline_frame *f, const uint8_t *l3,
		const struct rte_udp_hdr *udp, uint32_t udp_len)
{
	uint64_t sum;

	if (udp->dgram_cksum == 0)
		return false;
	if (f->queue->rx_checksum) {
		uint64_t flag = m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK;

		if (flag == RTE_MBUF_F_RX_L4_CKSUM_GOOD)
			return true;
		if (flag == RTE_MBUF_F_RX_L4_CKSUM_BAD)
			return false;
	}
	sum = pipeline_sum_pseudo(l3, f->family, IPPROTO_UDP, udp_len);
	return pipeline_sum_fold(pipeline_sum(udp, udp_len, sum)) == 0xffff;
}

static enum pipeline_verdict
read_udp(struct rte_mbuf *m, struct pipeline_frame *f, const struct l3 *l3, uint32_t max_message,
		uint8_t **msg, uint32_t *len)
{
	uint8_t *ip = rte_pktmbuf_mtod_offset(m, uint8_t *, f->l3_off);
	const struct rte_udp_hdr *udp = (const struct rte_udp_hdr *)(ip + l3->header_len);
	uint32_t udp_len;

	if (l3->payload_len < sizeof(*udp))
		return PIPELINE_MALFORMED_FRAME;
	if (udp->src_port != RTE_BE16(LISP_CONTROL_PORT) &&
			udp->dst_port != RTE_BE16(LISP_CONTROL_PORT))
		return pipeline_is_ours(f->queue, &l3->dst) ? PIPELINE_NOT_LISP
							    : PIPELINE_NOT_FOR_US;
	udp_len = rte_be_to_cpu_16(udp->dgram_len);
	if (udp_len < sizeof(*udp) || udp_len > l3->payload_len)
		return PIPELINE_MALFORMED_FRAME;
	if (!udp_checksum_ok(m, f, ip, udp, udp_len))
		return PIPELINE_CHECKSUM;
	f->src_port = rte_be_to_cpu_16(udp->src_port);
	f->lisp_off = (uint16_t)(f->l3_off + l3->header_len + sizeof(*udp));
	*msg = rte_pktmbuf_mtod_offset(m, uint8_t *, f->lisp_off);
	*len = udp_len - (uint32_t)sizeof(*udp);
	return *len > max_message ? PIPELINE_TOO_LONG : PIPELINE_REGISTERED;
}

/* A type that no Map-Server takes is told before the address is looked at: an operator who
 * replays a capture, or mirrors a port, sees what the frames were. */
static enum pipeline_verdict
check_type(const uint8_t *msg, uint32_t len)
{
	if (len == 0)
		return pipeline_malformed(LISP_ERR_TRUNCATED);
	switch (msg[0] >> 4) {
	case LISP_MAP_REGISTER:
	case LISP_MAP_NOTIFY_ACK:
	case LISP_MAP_REQUEST:
	case LISP_ECM:
		return PIPELINE_REGISTERED;
	case LISP_MAP_REPLY:
	case LISP_MAP_NOTIFY:
	case LISP_MAP_REFERRAL:
		return PIPELINE_TYPE;
	default:
		return PIPELINE_MALFORMED_TYPE;
	}
}

enum pipeline_verdict
pipeline_frame_parse(struct rte_mbuf *m, const struct pipeline_queue *q, uint32_t max_message,
		struct pipeline_frame *f, uint8_t **msg, uint32_t *len)
{
	enum pipeline_verdict v;
	rte_be16_t type;
	const uint8_t *at;
	struct l3 l3;
	uint32_t left;

	if (unlikely(m->nb_segs > 1) && rte_pktmbuf_linearize(m) < 0)
		return PIPELINE_TOO_LONG;
	f->queue = q;
	f->l3_off = find_l3(m, &type);
	if (f->l3_off == 0)
		return PIPELINE_MALFORMED_FRAME;
	at = rte_pktmbuf_mtod_offset(m, const uint8_t *, f->l3_off);
	left = m->data_len - f->l3_off;
	if (type == RTE_BE16(RTE_ETHER_TYPE_IPV4)) {
		f->family = 4;
		v = read_ipv4(at, left, f, &l3);
	} else if (type == RTE_BE16(RTE_ETHER_TYPE_IPV6)) {
		f->family = 6;
		v = read_ipv6(at, left, f, &l3);
	} else {
		f->family = 0;
		return type == RTE_BE16(RTE_ETHER_TYPE_ARP) ? PIPELINE_NOT_LISP
							    : PIPELINE_NOT_FOR_US;
	}
	if (v != PIPELINE_REGISTERED)
		return v;
	if (l3.fragment)
		return PIPELINE_FRAGMENT;
	if (l3.proto != IPPROTO_UDP)
		return PIPELINE_NOT_LISP;
	v = read_udp(m, f, &l3, max_message, msg, len);
	if (v != PIPELINE_REGISTERED)
		return v;
	v = check_type(*msg, *len);
	if (v != PIPELINE_REGISTERED)
		return v;
	return pipeline_is_ours(q, &l3.dst) ? PIPELINE_REGISTERED : PIPELINE_NOT_FOR_US;
}

static void
swap_ether(struct rte_ether_hdr *eth, const struct rte_ether_addr *own)
{
	struct rte_ether_addr to = eth->src_addr;

	eth->src_addr = rte_is_unicast_ether_addr(&eth->dst_addr) ? eth->dst_addr : *own;
	eth->dst_addr = to;
}

/* Each writes an IP header at out, which may lie over in, addresses turned round, and returns the
 * sum of its addresses for the pseudo header.  Sums are made of values and not of the octets just
 * written: a load right behind narrower stores waits for them. */
static uint64_t
write_ipv4(struct rte_ipv4_hdr *out, const struct rte_ipv4_hdr *in, uint32_t udp_len)
{
	const rte_be32_t src = in->dst_addr, dst = in->src_addr;
	const rte_be16_t total = rte_cpu_to_be_16((uint16_t)(sizeof(*out) + udp_len));
	const uint16_t first = RTE_BE16(0x45 << 8 | ANSWER_DSCP);
	const uint16_t ttl_proto = RTE_BE16(ANSWER_TTL << 8 | IPPROTO_UDP);
	const uint64_t addresses = (uint64_t)src + dst;

	out->version_ihl = 0x45;
	out->type_of_service = ANSWER_DSCP;
	out->total_length = total;
	out->packet_id = 0;
	out->fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG);
	out->time_to_live = ANSWER_TTL;
	out->next_proto_id = IPPROTO_UDP;
	out->hdr_checksum = (uint16_t)~pipeline_sum_fold(
			addresses + first + total + RTE_BE16(RTE_IPV4_HDR_DF_FLAG) + ttl_proto);
	out->src_addr = src;
	out->dst_addr = dst;
	return addresses;
}

static uint64_t
write_ipv6(struct rte_ipv6_hdr *out, const struct rte_ipv6_hdr *in, uint32_t udp_len)
{
	uint8_t addresses[32];

	memcpy(addresses, in->dst_addr, 16);
	memcpy(addresses + 16, in->src_addr, 16);
	out->vtc_flow = rte_cpu_to_be_32(6u << 28 | (uint32_t)ANSWER_DSCP << 20);
	out->payload_len = rte_cpu_to_be_16((uint16_t)udp_len);
	out->proto = IPPROTO_UDP;
	out->hop_limits = ANSWER_TTL;
	memcpy(out->src_addr, addresses, 16);
	memcpy(out->dst_addr, addresses + 16, 16);
	return pipeline_sum(addresses, sizeof(addresses), 0);
}

static void
write_udp(struct rte_mbuf *m, const struct pipeline_frame *f, struct rte_udp_hdr *udp,
		uint64_t addresses, uint32_t udp_len, uint16_t dst_port)
{
	const rte_be16_t len = rte_cpu_to_be_16((uint16_t)udp_len);
	const rte_be16_t to = rte_cpu_to_be_16(dst_port);
	uint64_t sum = addresses + RTE_BE16(IPPROTO_UDP) + len; /* pseudo header */
	uint16_t folded;

	udp->src_port = RTE_BE16(LISP_CONTROL_PORT);
	udp->dst_port = to;
	udp->dgram_len = len;
	m->ol_flags &= ~(RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6);
	if (f->queue->tx_checksum) {
		udp->dgram_cksum = pipeline_sum_fold(sum);
		m->ol_flags |= RTE_MBUF_F_TX_UDP_CKSUM |
				(f->family == 4 ? RTE_MBUF_F_TX_IPV4 : RTE_MBUF_F_TX_IPV6);
		m->l2_len = f->l3_off;
		m->l3_len = f->family == 4 ? sizeof(struct rte_ipv4_hdr)
					   : sizeof(struct rte_ipv6_hdr);
		return;
	}
	sum += RTE_BE16(LISP_CONTROL_PORT) + (uint64_t)to + len;
	sum = pipeline_sum(udp + 1, udp_len - sizeof(*udp), sum);
	folded = (uint16_t)~pipeline_sum_fold(sum);
	udp->dgram_cksum = folded == 0 ? 0xffff : folded;
}

void
pipeline_frame_answer(
		struct rte_mbuf *m, const struct pipeline_frame *f, uint32_t len, uint16_t dst_port)
{
	uint8_t *start = rte_pktmbuf_mtod(m, uint8_t *);
	uint32_t ip_len =
			f->family == 4 ? sizeof(struct rte_ipv4_hdr) : sizeof(struct rte_ipv6_hdr);
	uint32_t udp_len = len + (uint32_t)sizeof(struct rte_udp_hdr);
	uint8_t *l3 = start + f->lisp_off - sizeof(struct rte_udp_hdr) - ip_len;
	uint32_t shift = (uint32_t)(l3 - start) - f->l3_off; /* IPv4 options are left out */
	const void *in = start + f->l3_off;
	uint64_t addresses;

	if (f->family == 4)
		addresses = write_ipv4((struct rte_ipv4_hdr *)l3, in, udp_len);
	else
		addresses = write_ipv6((struct rte_ipv6_hdr *)l3, in, udp_len);
	if (unlikely(shift > 0)) {
		memmove(start + shift, start, f->l3_off);
		start = (uint8_t *)rte_pktmbuf_adj(m, (uint16_t)shift);
	}
	swap_ether((struct rte_ether_hdr *)start, &f->queue->mac);
	write_udp(m, f, (struct rte_udp_hdr *)(l3 + ip_len), addresses, udp_len, dst_port);
	m->data_len = (uint16_t)(f->l3_off + ip_len + udp_len);
	m->pkt_len = m->data_len;
}
