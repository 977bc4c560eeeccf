/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_frame.h"

#include <string.h>

#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "lisp.h"

#define HOP_LIMIT 64

static void
make_ipv4(const struct loadgen_net *net, struct rte_ipv4_hdr *ip)
{
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG);
	ip->time_to_live = HOP_LIMIT;
	ip->next_proto_id = IPPROTO_UDP;
	memcpy(&ip->dst_addr, net->server.octets, 4);
}

static void
make_ipv6(const struct loadgen_net *net, struct rte_ipv6_hdr *ip)
{
	ip->vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28);
	ip->proto = IPPROTO_UDP;
	ip->hop_limits = HOP_LIMIT;
	memcpy(ip->dst_addr, net->server.octets, 16);
}

void
loadgen_frame_init(struct loadgen_net *net)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)net->headers;
	bool v4 = net->server.family == 4;
	struct rte_udp_hdr *udp;

	memset(net->headers, 0, sizeof(net->headers));
	eth->dst_addr = net->server_mac;
	eth->src_addr = net->our_mac;
	eth->ether_type = rte_cpu_to_be_16(v4 ? RTE_ETHER_TYPE_IPV4 : RTE_ETHER_TYPE_IPV6);
	if (v4)
		make_ipv4(net, (struct rte_ipv4_hdr *)(eth + 1));
	else
		make_ipv6(net, (struct rte_ipv6_hdr *)(eth + 1));
	net->headers_len = (uint16_t)(sizeof(*eth) + sizeof(*udp) +
			(v4 ? sizeof(struct rte_ipv4_hdr) : sizeof(struct rte_ipv6_hdr)));
	udp = (struct rte_udp_hdr *)(net->headers + net->headers_len - sizeof(*udp));
	udp->src_port = rte_cpu_to_be_16(net->source_port);
	udp->dst_port = rte_cpu_to_be_16(LISP_CONTROL_PORT);
}

uint32_t
loadgen_frame_finish(const struct loadgen_net *net, uint32_t etr, uint32_t msg_len, uint8_t *frame)
{
	uint8_t *l3 = frame + sizeof(struct rte_ether_hdr);
	struct rte_udp_hdr *udp;
	struct lisp_ip source;

	memcpy(frame, net->headers, net->headers_len);
	loadgen_layout_source(net->layout, etr, &source);
	udp = (struct rte_udp_hdr *)(frame + net->headers_len - sizeof(*udp));
	udp->dgram_len = rte_cpu_to_be_16((uint16_t)(sizeof(*udp) + msg_len));
	if (net->server.family == 4) {
		struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)l3;

		memcpy(&ip->src_addr, source.octets, 4);
		ip->total_length =
				rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + sizeof(*udp) + msg_len));
		ip->hdr_checksum = rte_ipv4_cksum(ip);
		udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	} else {
		struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)l3;

		memcpy(ip->src_addr, source.octets, 16);
		ip->payload_len = udp->dgram_len;
		udp->dgram_cksum = rte_ipv6_udptcp_cksum(ip, udp);
	}
	return net->headers_len + msg_len;
}

/* Is the UDP checksum there and right?  l3 is the IP header of this family. */
static bool
is_checksum_right(const void *l3, unsigned int family, struct rte_udp_hdr *udp)
{
	rte_be16_t received = udp->dgram_cksum;

	udp->dgram_cksum = 0;
	udp->dgram_cksum = family == 4 ? rte_ipv4_udptcp_cksum(l3, udp)
				       : rte_ipv6_udptcp_cksum(l3, udp);
	return received != 0 && udp->dgram_cksum == received;
}

/* Ports and length of a UDP datagram whose length and checksum are right. */
static enum loadgen_frame_kind
read_udp(const struct loadgen_net *net, struct rte_udp_hdr *udp, struct loadgen_received *r)
{
	uint16_t port = rte_be_to_cpu_16(udp->dst_port);

	if (rte_be_to_cpu_16(udp->src_port) != LISP_CONTROL_PORT ||
			(port != LISP_CONTROL_PORT && port != net->source_port))
		return LOADGEN_FRAME_OTHER;
	r->msg = (uint8_t *)(udp + 1);
	r->msg_len = rte_be_to_cpu_16(udp->dgram_len) - (uint32_t)sizeof(*udp);
	return LOADGEN_FRAME_LISP;
}

static enum loadgen_frame_kind
read_ipv4(const struct loadgen_net *net, uint8_t *l3, uint32_t len, struct loadgen_received *r)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)l3;
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	uint32_t total;

	if (len < sizeof(*ip) || ip->next_proto_id != IPPROTO_UDP ||
			memcmp(&ip->src_addr, net->server.octets, 4) != 0)
		return LOADGEN_FRAME_OTHER;
	total = rte_be_to_cpu_16(ip->total_length);
	if (ip->version_ihl != RTE_IPV4_VHL_DEF || rte_raw_cksum(ip, sizeof(*ip)) != 0xffff ||
			(ip->fragment_offset & rte_cpu_to_be_16(0x3fff)) != 0 || total > len ||
			total < sizeof(*ip) + sizeof(*udp) ||
			rte_be_to_cpu_16(udp->dgram_len) != total - sizeof(*ip) ||
			!is_checksum_right(ip, 4, udp))
		return LOADGEN_FRAME_BAD;
	r->dst = (struct lisp_ip){ .family = 4 };
	memcpy(r->dst.octets, &ip->dst_addr, 4);
	return read_udp(net, udp, r);
}

static bool
is_neighbour_discovery(const struct rte_ipv6_hdr *ip, uint32_t len)
{
	uint8_t type;

	if (ip->proto != IPPROTO_ICMPV6 || len < sizeof(*ip) + 24)
		return false;
	type = *(const uint8_t *)(ip + 1);
	return type == 135 || type == 136; /* solicitation, advertisement */
}

static enum loadgen_frame_kind
read_ipv6(const struct loadgen_net *net, uint8_t *l3, uint32_t len, struct loadgen_received *r)
{
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)l3;
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	uint32_t payload;

	if (len < sizeof(*ip))
		return LOADGEN_FRAME_OTHER;
	if (is_neighbour_discovery(ip, len))
		return LOADGEN_FRAME_NEIGHBOUR;
	if (ip->proto != IPPROTO_UDP || memcmp(ip->src_addr, net->server.octets, 16) != 0)
		return LOADGEN_FRAME_OTHER;
	payload = rte_be_to_cpu_16(ip->payload_len);
	if (payload < sizeof(*udp) || payload > len - sizeof(*ip) ||
			rte_be_to_cpu_16(udp->dgram_len) != payload ||
			!is_checksum_right(ip, 6, udp))
		return LOADGEN_FRAME_BAD;
	r->dst = (struct lisp_ip){ .family = 6 };
	memcpy(r->dst.octets, ip->dst_addr, 16);
	return read_udp(net, udp, r);
}

enum loadgen_frame_kind
loadgen_frame_parse(const struct loadgen_net *net, uint8_t *frame, uint32_t len,
		struct loadgen_received *r)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)frame;

	if (len < sizeof(*eth))
		return LOADGEN_FRAME_OTHER;
	len -= sizeof(*eth);
	switch (rte_be_to_cpu_16(eth->ether_type)) {
	case RTE_ETHER_TYPE_ARP:
		return LOADGEN_FRAME_NEIGHBOUR;
	case RTE_ETHER_TYPE_IPV4:
		if (net->server.family == 4)
			return read_ipv4(net, (uint8_t *)(eth + 1), len, r);
		return LOADGEN_FRAME_OTHER;
	case RTE_ETHER_TYPE_IPV6:
		if (net->server.family == 6)
			return read_ipv6(net, (uint8_t *)(eth + 1), len, r);
		return LOADGEN_FRAME_OTHER;
	default:
		return LOADGEN_FRAME_OTHER;
	}
}
