/* SPDX-License-Identifier: BSD-3-Clause */

/* A port without a kernel behind it: the worker answers ARP, neighbour discovery and echo for the
 * addresses of the port, so that an ordinary host can reach it.  Everything else ends here. */

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <rte_arp.h>
#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>

#include "pipeline_priv.h"
#include "pipeline_sum.h"

#define ND_HOP_LIMIT 255
#define ECHO_TTL     64

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
write_icmp6_sum(struct rte_ipv6_hdr *ip, uint16_t *sum, uint32_t len)
{
	uint64_t s = pipeline_sum_pseudo((const uint8_t *)ip, 6, IPPROTO_ICMPV6, len);

	*sum = 0;
	*sum = (uint16_t)~pipeline_sum_fold(pipeline_sum(ip + 1, len, s));
}

static enum pipeline_verdict
answer_echo6(struct rte_mbuf *m, const struct pipeline_frame *f, struct rte_ipv6_hdr *ip, uint32_t len)
{
	struct icmp6_hdr *icmp = (struct icmp6_hdr *)(ip + 1);
	struct lisp_ip dst = { .family = 6 };
	uint8_t from[16];

	memcpy(dst.octets, ip->dst_addr, 16);
	if (!pipeline_is_ours(f->queue, &dst))
		return PIPELINE_NOT_FOR_US;
	memcpy(from, ip->src_addr, 16);
	memcpy(ip->src_addr, ip->dst_addr, 16);
	memcpy(ip->dst_addr, from, 16);
	ip->hop_limits = ECHO_TTL;
	icmp->icmp6_type = ICMP6_ECHO_REPLY;
	write_icmp6_sum(ip, &icmp->icmp6_cksum, len);
	turn_around(m, &f->queue->mac);
	return PIPELINE_ECHO;
}

/* A Neighbour Advertisement of the target, with our MAC as its only option (RFC 4861 7.2.4). */
static enum pipeline_verdict
answer_solicitation(struct rte_mbuf *m, const struct pipeline_frame *f, struct rte_ipv6_hdr *ip,
		uint32_t len)
{
	struct nd_neighbor_solicit *ns = (struct nd_neighbor_solicit *)(ip + 1);
	struct nd_neighbor_advert *na = (struct nd_neighbor_advert *)(ip + 1);
	static const struct lisp_ip unspecified = { .family = 6 };
	const uint16_t na_len = sizeof(*na) + 8;
	struct rte_ether_hdr *eth;
	struct lisp_ip target = { .family = 6 };
	uint8_t *option;
	uint32_t grow;

	if (len < sizeof(*ns) || ip->hop_limits != ND_HOP_LIMIT || ns->nd_ns_code != 0)
		return PIPELINE_MALFORMED_FRAME;
	memcpy(target.octets, &ns->nd_ns_target, 16);
	if (!pipeline_is_ours(f->queue, &target))
		return PIPELINE_NOT_FOR_US;

	/* The solicitation may be shorter than the advertisement. */
	m->data_len = m->pkt_len = (uint16_t)(f->l3_off + sizeof(*ip) + RTE_MIN(len, na_len));
	grow = f->l3_off + (uint32_t)sizeof(*ip) + na_len - m->data_len;
	if (grow > 0 && rte_pktmbuf_append(m, (uint16_t)grow) == NULL)
		return PIPELINE_TOO_LONG;
	turn_around(m, &f->queue->mac);
	na->nd_na_type = ND_NEIGHBOR_ADVERT;
	na->nd_na_flags_reserved = ND_NA_FLAG_OVERRIDE;
	if (lisp_ip_equal(&f->src, &unspecified)) {
		/* Somebody tries to take our address: tell all. */
		eth = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
		eth->dst_addr = (struct rte_ether_addr){ { 0x33, 0x33, 0, 0, 0, 1 } };
		memcpy(ip->dst_addr, all_nodes, 16);
	} else {
		na->nd_na_flags_reserved |= ND_NA_FLAG_SOLICITED;
		memcpy(ip->dst_addr, f->src.octets, 16);
	}
	memcpy(ip->src_addr, target.octets, 16);
	ip->payload_len = rte_cpu_to_be_16(na_len);
	option = (uint8_t *)(na + 1);
	option[0] = ND_OPT_TARGET_LINKADDR;
	option[1] = 1; /* in units of 8 octets */
	memcpy(option + 2, &f->queue->mac, 6);
	write_icmp6_sum(ip, &na->nd_na_cksum, na_len);
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
	const struct icmp6_hdr *icmp = (const struct icmp6_hdr *)(ip + 1);
	uint32_t len = rte_be_to_cpu_16(ip->payload_len);
	uint64_t sum;

	if (ip->proto != IPPROTO_ICMPV6 || len < sizeof(*icmp))
		return stray_ipv6(ip, f);
	sum = pipeline_sum_pseudo((const uint8_t *)ip, 6, IPPROTO_ICMPV6, len);
	if (pipeline_sum_fold(pipeline_sum(icmp, len, sum)) != 0xffff)
		return PIPELINE_CHECKSUM;
	if (icmp->icmp6_type == ND_NEIGHBOR_SOLICIT)
		return answer_solicitation(m, f, ip, len);
	if (icmp->icmp6_type == ICMP6_ECHO_REQUEST && icmp->icmp6_code == 0)
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
