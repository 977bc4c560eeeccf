/* SPDX-License-Identifier: BSD-3-Clause */

/* A port without a kernel behind it: the worker answers ARP, neighbour discovery and echo for the
 * addresses of the port, so that an ordinary host can reach it.  Everything else ends here. */

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stddef.h>

#include <rte_arp.h>
#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>

#include "pipeline_priv.h"
#include "pipeline_sum.h"

#define ND_HOP_LIMIT 255
#define ECHO_TTL     64

#define NA_SOLICITED 0x40
#define NA_OVERRIDE  0x20

/* Packed: behind an Ethernet header nothing stands at a multiple of four. */
struct icmp6 {
	uint8_t type, code;
	rte_be16_t checksum;
	uint8_t body[4]; /* flags first in an advertisement */
} __rte_packed;

/* Neighbour Solicitation or Advertisement, with one link-layer address option. */
struct neighbour {
	struct icmp6 icmp;
	uint8_t target[16];
	uint8_t option_type;
	uint8_t option_len; /* in units of 8 octets */
	struct rte_ether_addr option_mac;
} __rte_packed __rte_aligned(2);

#define SOLICITATION_LEN offsetof(struct neighbour, option_type) /* the option may be left out */

static const uint8_t all_nodes[16] = { 0xff, 0x02, [15] = 1 };

static void
turn_around(struct rte_mbuf *m, const struct rte_ether_addr *own)
{
	struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);

	eth->dst_addr = eth->src_addr;
	eth->src_addr = *own;
	m->ol_flags = 0;
}

static enum pipeline_verdict
answer_arp(struct rte_mbuf *m, const struct pipeline_frame *f)
{
	struct rte_arp_hdr *arp = rte_pktmbuf_mtod_offset(m, struct rte_arp_hdr *, f->l3_off);
	struct lisp_ip target = { .family = 4 };
	struct rte_arp_ipv4 in;

	if (m->data_len < f->l3_off + sizeof(*arp))
		return PIPELINE_MALFORMED_FRAME;
	in = arp->arp_data;
	memcpy(target.octets, &in.arp_tip, 4);
	if (arp->arp_hardware != RTE_BE16(RTE_ARP_HRD_ETHER) ||
			arp->arp_protocol != RTE_BE16(RTE_ETHER_TYPE_IPV4) || arp->arp_hlen != 6 ||
			arp->arp_plen != 4 || arp->arp_opcode != RTE_BE16(RTE_ARP_OP_REQUEST) ||
			!pipeline_is_ours(f->queue, &target))
		return PIPELINE_NOT_FOR_US;
	arp->arp_opcode = RTE_BE16(RTE_ARP_OP_REPLY);
	arp->arp_data.arp_tha = in.arp_sha;
	arp->arp_data.arp_tip = in.arp_sip;
	arp->arp_data.arp_sha = f->queue->mac;
	arp->arp_data.arp_sip = in.arp_tip;
	turn_around(m, &f->queue->mac);
	return PIPELINE_ARP;
}

static enum pipeline_verdict
answer_icmp4(struct rte_mbuf *m, const struct pipeline_frame *f)
{
	struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, f->l3_off);
	uint16_t ihl = (ip->version_ihl & 0xf) * 4;
	uint32_t len = rte_be_to_cpu_16(ip->total_length) - ihl;
	struct rte_icmp_hdr *icmp = (struct rte_icmp_hdr *)((uint8_t *)ip + ihl);
	struct lisp_ip dst = { .family = 4 };
	rte_be32_t from = ip->src_addr;

	memcpy(dst.octets, &ip->dst_addr, 4);
	if (!pipeline_is_ours(f->queue, &dst))
		return PIPELINE_NOT_FOR_US;
	if (ip->next_proto_id != IPPROTO_ICMP || len < sizeof(*icmp) ||
			icmp->icmp_type != RTE_IP_ICMP_ECHO_REQUEST || icmp->icmp_code != 0)
		return PIPELINE_NOT_LISP;
	if (pipeline_sum_fold(pipeline_sum(icmp, len, 0)) != 0xffff)
		return PIPELINE_CHECKSUM;
	icmp->icmp_type = RTE_IP_ICMP_ECHO_REPLY;
	icmp->icmp_cksum = 0;
	icmp->icmp_cksum = (uint16_t)~pipeline_sum_fold(pipeline_sum(icmp, len, 0));
	ip->src_addr = ip->dst_addr;
	ip->dst_addr = from;
	ip->time_to_live = ECHO_TTL;
	ip->hdr_checksum = 0;
	ip->hdr_checksum = (uint16_t)~pipeline_sum_fold(pipeline_sum(ip, ihl, 0));
	turn_around(m, &f->queue->mac);
	return PIPELINE_ECHO;
}

static void
write_icmp6_sum(struct rte_ipv6_hdr *ip, uint32_t len)
{
	uint64_t sum = pipeline_sum_pseudo((const uint8_t *)ip, 6, IPPROTO_ICMPV6, len);
	struct icmp6 *icmp = (struct icmp6 *)(ip + 1);

	icmp->checksum = 0;
	icmp->checksum = (uint16_t)~pipeline_sum_fold(pipeline_sum(icmp, len, sum));
}

static enum pipeline_verdict
answer_echo6(struct rte_mbuf *m, const struct pipeline_frame *f, struct rte_ipv6_hdr *ip,
		uint32_t len)
{
	struct icmp6 *icmp = (struct icmp6 *)(ip + 1);
	struct lisp_ip dst = { .family = 6 };
	uint8_t from[16];

	memcpy(dst.octets, ip->dst_addr, 16);
	if (!pipeline_is_ours(f->queue, &dst))
		return PIPELINE_NOT_FOR_US;
	memcpy(from, ip->src_addr, 16);
	memcpy(ip->src_addr, ip->dst_addr, 16);
	memcpy(ip->dst_addr, from, 16);
	ip->hop_limits = ECHO_TTL;
	icmp->type = ICMP6_ECHO_REPLY;
	write_icmp6_sum(ip, len);
	turn_around(m, &f->queue->mac);
	return PIPELINE_ECHO;
}

/* A Neighbour Advertisement of the target, with our MAC as its only option (RFC 4861 7.2.4). */
static enum pipeline_verdict
answer_solicitation(struct rte_mbuf *m, const struct pipeline_frame *f, struct rte_ipv6_hdr *ip,
		uint32_t len)
{
	struct neighbour *n = (struct neighbour *)(ip + 1);
	static const struct lisp_ip unspecified = { .family = 6 };
	struct lisp_ip target = { .family = 6 };
	struct rte_ether_hdr *eth;
	uint32_t grow;

	if (len < SOLICITATION_LEN || ip->hop_limits != ND_HOP_LIMIT || n->icmp.code != 0)
		return PIPELINE_MALFORMED_FRAME;
	memcpy(target.octets, n->target, 16);
	if (!pipeline_is_ours(f->queue, &target))
		return PIPELINE_NOT_FOR_US;

	/* The solicitation may be shorter than the advertisement. */
	m->data_len = m->pkt_len = (uint16_t)(f->l3_off + sizeof(*ip) + RTE_MIN(len, sizeof(*n)));
	grow = f->l3_off + (uint32_t)(sizeof(*ip) + sizeof(*n)) - m->data_len;
	if (grow > 0 && rte_pktmbuf_append(m, (uint16_t)grow) == NULL)
		return PIPELINE_TOO_LONG;
	turn_around(m, &f->queue->mac);
	n->icmp = (struct icmp6){ .type = ND_NEIGHBOR_ADVERT, .body = { NA_OVERRIDE } };
	if (lisp_ip_equal(&f->src, &unspecified)) {
		/* Somebody tries to take our address: tell all. */
		eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
		eth->dst_addr = (struct rte_ether_addr){ { 0x33, 0x33, 0, 0, 0, 1 } };
		memcpy(ip->dst_addr, all_nodes, 16);
	} else {
		n->icmp.body[0] |= NA_SOLICITED;
		memcpy(ip->dst_addr, f->src.octets, 16);
	}
	memcpy(ip->src_addr, target.octets, 16);
	ip->payload_len = RTE_BE16(sizeof(*n));
	n->option_type = ND_OPT_TARGET_LINKADDR;
	n->option_len = 1;
	n->option_mac = f->queue->mac;
	write_icmp6_sum(ip, sizeof(*n));
	return PIPELINE_NEIGHBOUR;
}

/* IPv6 that nobody here answers: to us, or only passing by. */
static enum pipeline_verdict
stray_ipv6(const struct rte_ipv6_hdr *ip, const struct pipeline_frame *f)
{
	struct lisp_ip dst = { .family = 6 };

	memcpy(dst.octets, ip->dst_addr, 16);
	return pipeline_is_ours(f->queue, &dst) ? PIPELINE_NOT_LISP : PIPELINE_NOT_FOR_US;
}

static enum pipeline_verdict
answer_icmp6(struct rte_mbuf *m, const struct pipeline_frame *f)
{
	struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv6_hdr *, f->l3_off);
	const struct icmp6 *icmp = (const struct icmp6 *)(ip + 1);
	uint32_t len = rte_be_to_cpu_16(ip->payload_len);
	uint64_t sum;

	if (ip->proto != IPPROTO_ICMPV6 || len < sizeof(*icmp))
		return stray_ipv6(ip, f);
	sum = pipeline_sum_pseudo((const uint8_t *)ip, 6, IPPROTO_ICMPV6, len);
	if (pipeline_sum_fold(pipeline_sum(icmp, len, sum)) != 0xffff)
		return PIPELINE_CHECKSUM;
	if (icmp->type == ND_NEIGHBOR_SOLICIT)
		return answer_solicitation(m, f, ip, len);
	if (icmp->type == ICMP6_ECHO_REQUEST && icmp->code == 0)
		return answer_echo6(m, f, ip, len);
	return stray_ipv6(ip, f);
}

void
pipeline_punt(struct pipeline_worker *w, struct pipeline_burst *b)
{
	for (unsigned int k = 0; k < b->n_local; k++) {
		uint16_t i = b->local[k];
		const struct pipeline_frame *f = &b->frame[i];
		enum pipeline_verdict v;

		if (f->family == 0)
			v = answer_arp(b->pkt[i], f);
		else if (f->family == 4)
			v = answer_icmp4(b->pkt[i], f);
		else
			v = answer_icmp6(b->pkt[i], f);
		if (v >= PIPELINE_DROP_FIRST) {
			pipeline_drop(w, b, i, v);
			continue;
		}
		w->stats.verdict[v]++;
		pipeline_send(w, f->queue, b->pkt[i]);
	}
}
