/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_neigh.h"

#include <assert.h>
#include <string.h>

#include <rte_arp.h>
#include <rte_ip.h>

#define SOLICITATION  135
#define ADVERTISEMENT 136
#define OPTION_SOURCE 1 /* link-layer address of the sender */
#define OPTION_TARGET 2

#define FLAGS_SOLICITED_OVERRIDE 0x60

/* Neighbour solicitation or advertisement with its one option. */
struct nd {
	uint8_t type, code;
	rte_be16_t checksum;
	uint8_t flags, reserved[3];
	uint8_t target[16];
	uint8_t option, option_len; /* length in units of 8 octets */
	struct rte_ether_addr mac;
};

struct nd_frame {
	struct rte_ether_hdr eth;
	struct rte_ipv6_hdr ip;
	struct nd nd;
};

struct arp_frame {
	struct rte_ether_hdr eth;
	struct rte_arp_hdr arp;
};

static_assert(sizeof(struct nd_frame) == LOADGEN_NEIGH_MAX, "no padding; the longest frame");
static_assert(sizeof(struct arp_frame) == 42, "no padding");

static uint32_t
write_arp(const struct loadgen_net *net, uint16_t opcode, const uint8_t *from,
		const struct rte_ether_addr *to_mac, const uint8_t *to, uint8_t *frame)
{
	struct arp_frame f = {
		.eth = { .src_addr = net->our_mac, .ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP) },
		.arp = {
			.arp_hardware = rte_cpu_to_be_16(RTE_ARP_HRD_ETHER),
			.arp_protocol = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4),
			.arp_hlen = RTE_ETHER_ADDR_LEN,
			.arp_plen = 4,
			.arp_opcode = rte_cpu_to_be_16(opcode),
			.arp_data = { .arp_sha = net->our_mac },
		},
	};

	if (opcode == RTE_ARP_OP_REQUEST) {
		memset(&f.eth.dst_addr, 0xff, sizeof(f.eth.dst_addr));
	} else {
		f.eth.dst_addr = *to_mac;
		f.arp.arp_data.arp_tha = *to_mac;
	}
	memcpy(&f.arp.arp_data.arp_sip, from, 4);
	memcpy(&f.arp.arp_data.arp_tip, to, 4);
	memcpy(frame, &f, sizeof(f));
	return sizeof(f);
}

static void
finish_nd(struct nd_frame *f)
{
	f->eth.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6);
	f->ip.vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28);
	f->ip.payload_len = rte_cpu_to_be_16(sizeof(f->nd));
	f->ip.proto = IPPROTO_ICMPV6;
	f->ip.hop_limits = 255;
	f->nd.option_len = 1;
	f->nd.checksum = rte_ipv6_udptcp_cksum(&f->ip, &f->nd);
}

static uint32_t
write_solicitation(const struct loadgen_net *net, uint8_t *frame)
{
	static const uint8_t group[13] = { 0xff, 0x02, [11] = 0x01, [12] = 0xff };
	const uint8_t *server = net->server.octets;
	struct nd_frame f = {
		.eth = { .src_addr = net->our_mac,
				.dst_addr = { { 0x33, 0x33, 0xff, server[13], server[14],
						server[15] } } },
		.nd = { .type = SOLICITATION, .option = OPTION_SOURCE, .mac = net->our_mac },
	};

	memcpy(f.ip.src_addr, net->layout->source.octets, 16);
	memcpy(f.ip.dst_addr, group, sizeof(group));
	memcpy(f.ip.dst_addr + 13, server + 13, 3);
	memcpy(f.nd.target, server, 16);
	finish_nd(&f);
	memcpy(frame, &f, sizeof(f));
	return sizeof(f);
}

uint32_t
loadgen_neigh_ask(const struct loadgen_net *net, uint8_t *frame)
{
	if (net->server.family == 6)
		return write_solicitation(net, frame);
	return write_arp(net, RTE_ARP_OP_REQUEST, net->layout->source.octets, NULL,
			net->server.octets, frame);
}

static void
learn(struct loadgen_net *net, const struct rte_ether_addr *mac)
{
	net->server_mac = *mac;
	net->server_mac_known = true;
	loadgen_frame_init(net);
}

static uint32_t
take_arp(struct loadgen_net *net, const struct arp_frame *f, uint8_t *reply)
{
	const struct rte_arp_ipv4 *a = &f->arp.arp_data;
	struct lisp_ip target = { .family = 4 };

	if (f->arp.arp_protocol != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4) || f->arp.arp_plen != 4 ||
			f->arp.arp_hlen != RTE_ETHER_ADDR_LEN)
		return 0;
	if (net->server.family == 4 && memcmp(&a->arp_sip, net->server.octets, 4) == 0)
		learn(net, &a->arp_sha);
	memcpy(target.octets, &a->arp_tip, 4);
	if (f->arp.arp_opcode != rte_cpu_to_be_16(RTE_ARP_OP_REQUEST) ||
			!loadgen_layout_is_source(net->layout, &target))
		return 0;
	return write_arp(net, RTE_ARP_OP_REPLY, target.octets, &a->arp_sha,
			(const uint8_t *)&a->arp_sip, reply);
}

static uint32_t
write_advertisement(const struct loadgen_net *net, const struct nd_frame *asked, uint8_t *reply)
{
	struct nd_frame f = {
		.eth = { .src_addr = net->our_mac, .dst_addr = asked->eth.src_addr },
		.nd = { .type = ADVERTISEMENT,
				.flags = FLAGS_SOLICITED_OVERRIDE,
				.option = OPTION_TARGET,
				.mac = net->our_mac },
	};

	memcpy(f.ip.src_addr, asked->nd.target, 16);
	memcpy(f.ip.dst_addr, asked->ip.src_addr, 16);
	memcpy(f.nd.target, asked->nd.target, 16);
	finish_nd(&f);
	memcpy(reply, &f, sizeof(f));
	return sizeof(f);
}

static uint32_t
take_nd(struct loadgen_net *net, const struct nd_frame *f, uint32_t len, uint8_t *reply)
{
	bool has_mac = len >= sizeof(*f) && f->nd.option_len == 1;
	struct lisp_ip target = { .family = 6 };

	memcpy(target.octets, f->nd.target, 16);
	if (f->nd.type == SOLICITATION && loadgen_layout_is_source(net->layout, &target))
		return write_advertisement(net, f, reply);
	if (f->nd.type == ADVERTISEMENT && has_mac && f->nd.option == OPTION_TARGET &&
			lisp_ip_equal(&target, &net->server))
		learn(net, &f->nd.mac);
	return 0;
}

uint32_t
loadgen_neigh_input(struct loadgen_net *net, const uint8_t *frame, uint32_t len, uint8_t *reply)
{
	const struct rte_ether_hdr *eth = (const struct rte_ether_hdr *)frame;

	if (eth->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP)) {
		if (len < sizeof(struct arp_frame))
			return 0;
		return take_arp(net, (const struct arp_frame *)frame, reply);
	}
	/* loadgen_frame_parse() has seen that all but the option is there. */
	return take_nd(net, (const struct nd_frame *)frame, len, reply);
}
