/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include <CUnit/CUnit.h>

#include "harness.h"

#define ICMP6 58
#define NS    135
#define NA    136

static struct harness h;

static void
setup(void)
{
	harness_open(&h, &(struct harness_options){ 0 });
}

static void
teardown(void)
{
	harness_close(&h);
}

static enum pipeline_verdict
verdict_of(const uint8_t *frame, size_t len)
{
	harness_send_frame(&h, frame, len);
	harness_turn(&h);
	return harness_verdict(&h);
}

static void
expect_silence(void)
{
	uint8_t frame[HARNESS_FRAME_MAX];

	CU_ASSERT_EQUAL(harness_take_frame(&h, frame), 0);
}

static void
write_ether(uint8_t *frame, const uint8_t dst[6], uint16_t type)
{
	memcpy(frame, dst, 6);
	memcpy(frame + 6, harness_peer_mac, 6);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
}

static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* Who has target?  42 octets. */
static void
write_arp(uint8_t *frame, const uint8_t target[4])
{
	static const uint8_t head[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	struct lisp_ip peer = harness_peer_ip(4);

	memset(frame, 0, 60);
	write_ether(frame, broadcast, 0x0806);
	memcpy(frame + 14, head, 8);
	memcpy(frame + 22, harness_peer_mac, 6);
	memcpy(frame + 28, peer.octets, 4);
	memcpy(frame + 38, target, 4);
}

static void
arp_request_for_us_is_answered(void)
{
	struct lisp_ip own = harness_own_ip(4), peer = harness_peer_ip(4);
	uint8_t frame[60], out[HARNESS_FRAME_MAX];

	write_arp(frame, own.octets);
	CU_ASSERT_EQUAL(verdict_of(frame, sizeof(frame)), PIPELINE_ARP);
	CU_ASSERT_EQUAL(harness_take_frame(&h, out), sizeof(frame));
	CU_ASSERT_EQUAL(memcmp(out, harness_peer_mac, 6), 0);
	CU_ASSERT_EQUAL(memcmp(out + 6, harness_own_mac, 6), 0);
	CU_ASSERT_EQUAL(out[21], 2); /* reply */
	CU_ASSERT_EQUAL(memcmp(out + 22, harness_own_mac, 6), 0);
	CU_ASSERT_EQUAL(memcmp(out + 28, own.octets, 4), 0);
	CU_ASSERT_EQUAL(memcmp(out + 32, harness_peer_mac, 6), 0);
	CU_ASSERT_EQUAL(memcmp(out + 38, peer.octets, 4), 0);
}

static void
other_arp_is_not_for_us(void)
{
	struct lisp_ip own = harness_own_ip(4), peer = harness_peer_ip(4);
	/* Offsets of what a request must have: hardware, protocol, lengths, operation. */
	static const uint8_t must[] = { 15, 16, 18, 19, 21 };
	uint8_t frame[60];

	write_arp(frame, peer.octets);
	CU_ASSERT_EQUAL(verdict_of(frame, sizeof(frame)), PIPELINE_NOT_FOR_US);
	for (size_t i = 0; i < sizeof(must); i++) {
		write_arp(frame, own.octets);
		frame[must[i]] += 1;
		CU_ASSERT_EQUAL(verdict_of(frame, sizeof(frame)), PIPELINE_NOT_FOR_US);
	}
	write_arp(frame, own.octets);
	for (size_t len = 14; len < 42; len++)
		CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_MALFORMED_FRAME);
	expect_silence();
}

/* An ICMP message over IPv4 or ICMPv6 over IPv6, checksums right. */
static size_t
write_icmp(uint8_t *frame, const struct lisp_ip *dst, const uint8_t *icmp, size_t len)
{
	struct lisp_ip src = harness_peer_ip(dst->family);
	struct harness_frame f = { .src = src, .dst = *dst };
	size_t l4 = dst->family == 4 ? 34 : 54;
	uint32_t sum = dst->family == 4 ? 0 : harness_frame_pseudo(&src, dst, ICMP6, (uint32_t)len);
	uint16_t folded;

	memcpy(f.src_mac, harness_peer_mac, 6);
	memcpy(f.dst_mac, harness_own_mac, 6);
	/* The lengths of a datagram with as much payload; its protocol then is another. */
	harness_frame_build(&f, icmp, len - 8, frame);
	memcpy(frame + l4, icmp, len);
	frame[l4 + 2] = frame[l4 + 3] = 0;
	folded = (uint16_t)~harness_frame_fold(harness_frame_sum(frame + l4, len, sum));
	frame[l4 + 2] = (uint8_t)(folded >> 8);
	frame[l4 + 3] = (uint8_t)folded;
	if (dst->family == 6) {
		frame[20] = ICMP6;
		frame[21] = 255;
	} else {
		uint16_t head;

		frame[23] = 1;
		frame[24] = frame[25] = 0;
		head = (uint16_t)~harness_frame_fold(harness_frame_sum(frame + 14, 20, 0));
		frame[24] = (uint8_t)(head >> 8);
		frame[25] = (uint8_t)head;
	}
	return l4 + len;
}

static size_t
write_echo(uint8_t *frame, const struct lisp_ip *dst, size_t len)
{
	uint8_t icmp[256] = { dst->family == 4 ? 8 : 128, [4] = 0x12, 0x34, 0, 7 };

	for (size_t i = 8; i < len; i++)
		icmp[i] = (uint8_t)i;
	return write_icmp(frame, dst, icmp, len);
}

static void
echo_requests_are_answered(void)
{
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct lisp_ip own = harness_own_ip(family), peer = harness_peer_ip(family);
		size_t l4 = family == 4 ? 34 : 54, addr = family == 4 ? 26 : 22;
		size_t addr_len = family == 4 ? 4 : 16;

		for (size_t n = 8; n < 80; n++) {
			uint8_t frame[HARNESS_FRAME_MAX], out[HARNESS_FRAME_MAX];
			size_t len = write_echo(frame, &own, n);
			uint32_t sum = family == 4
					? 0
					: harness_frame_pseudo(&own, &peer, ICMP6, (uint32_t)n);

			CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_ECHO);
			CU_ASSERT_EQUAL_FATAL(harness_take_frame(&h, out), len);
			CU_ASSERT_EQUAL(out[l4], family == 4 ? 0 : 129);
			CU_ASSERT_EQUAL(memcmp(out + l4 + 4, frame + l4 + 4, n - 4), 0);
			CU_ASSERT_EQUAL(memcmp(out + addr, own.octets, addr_len), 0);
			CU_ASSERT_EQUAL(memcmp(out + addr + addr_len, peer.octets, addr_len), 0);
			CU_ASSERT_EQUAL(harness_frame_fold(harness_frame_sum(out + l4, n, sum)),
					0xffff);
			if (family == 4)
				CU_ASSERT_EQUAL(harness_frame_fold(
								harness_frame_sum(out + 14, 20, 0)),
						0xffff);
			CU_ASSERT_EQUAL(memcmp(out, harness_peer_mac, 6), 0);
		}
	}
}

static void
bad_or_foreign_echo_is_dropped(void)
{
	uint8_t frame[HARNESS_FRAME_MAX];

	for (uint8_t family = 4; family <= 6; family += 2) {
		struct lisp_ip own = harness_own_ip(family), other = harness_peer_ip(family);
		size_t len = write_echo(frame, &own, 60), l4 = family == 4 ? 34 : 54;
		uint8_t reply[8] = { family == 4 ? 0 : 129 };

		frame[len - 1] ^= 1;
		CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_CHECKSUM);
		other.octets[1] ^= 1;
		len = write_echo(frame, &other, 60);
		CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_NOT_FOR_US);
		len = write_icmp(frame, &own, reply, sizeof(reply));
		CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_NOT_LISP);
		CU_ASSERT_EQUAL(verdict_of(frame, l4 + 3), PIPELINE_MALFORMED_FRAME);
	}
	expect_silence();
}

/* IP that is neither UDP nor what a host must answer: ours is told from what only passes by. */
static void
other_protocols_are_told_by_their_address(void)
{
	uint8_t frame[HARNESS_FRAME_MAX];

	for (uint8_t family = 4; family <= 6; family += 2) {
		struct lisp_ip own = harness_own_ip(family), other = harness_peer_ip(family);
		struct lisp_ip *dst[] = { &own, &other };

		other.octets[1] ^= 1;
		for (unsigned int i = 0; i < 2; i++) {
			size_t len = write_echo(frame, dst[i], 40);

			if (family == 6) {
				frame[20] = 6; /* TCP */
			} else {
				frame[23] = 6;
				frame[25] = (uint8_t)(frame[25] - 5);
			}
			CU_ASSERT_EQUAL(verdict_of(frame, len),
					i == 0 ? PIPELINE_NOT_LISP : PIPELINE_NOT_FOR_US);
		}
	}
	expect_silence();
}

/* Who has target?  With the source link-layer option or without. */
static size_t
write_solicitation(uint8_t *frame, const struct lisp_ip *target, bool option)
{
	uint8_t ns[32] = { NS, [24] = 1, 1 };
	struct lisp_ip group = { .family = 6,
		.octets = { 0xff, 2, [11] = 1, 0xff, target->octets[13], target->octets[14],
				target->octets[15] } };

	memcpy(ns + 8, target->octets, 16);
	memcpy(ns + 26, harness_peer_mac, 6);
	return write_icmp(frame, &group, ns, option ? 32 : 24);
}

static void
expect_advertisement(const struct lisp_ip *to, uint8_t flags)
{
	struct lisp_ip own = harness_own_ip(6);
	uint8_t out[HARNESS_FRAME_MAX];

	CU_ASSERT_EQUAL_FATAL(harness_take_frame(&h, out), 14 + 40 + 32);
	CU_ASSERT_EQUAL(out[21], 255);
	CU_ASSERT_EQUAL(out[54], NA);
	CU_ASSERT_EQUAL(out[58], flags);
	CU_ASSERT_EQUAL(memcmp(out + 22, own.octets, 16), 0);
	CU_ASSERT_EQUAL(memcmp(out + 38, to->octets, 16), 0);
	CU_ASSERT_EQUAL(memcmp(out + 62, own.octets, 16), 0);
	CU_ASSERT_EQUAL(out[78], 2); /* target link-layer address */
	CU_ASSERT_EQUAL(out[79], 1);
	CU_ASSERT_EQUAL(memcmp(out + 80, harness_own_mac, 6), 0);
	CU_ASSERT_EQUAL(harness_frame_fold(harness_frame_sum(
					out + 54, 32, harness_frame_pseudo(&own, to, ICMP6, 32))),
			0xffff);
}

static void
neighbour_solicitation_is_answered(void)
{
	struct lisp_ip own = harness_own_ip(6), peer = harness_peer_ip(6);
	uint8_t frame[HARNESS_FRAME_MAX];
	size_t len = write_solicitation(frame, &own, true);

	CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_NEIGHBOUR);
	expect_advertisement(&peer, 0x60);
	len = write_solicitation(frame, &own, false);
	memset(frame + len, 0, 8); /* room that the answer needs: a device pads too */
	CU_ASSERT_EQUAL(verdict_of(frame, len + 8), PIPELINE_NEIGHBOUR);
	expect_advertisement(&peer, 0x60);
}

/* From the unspecified address: somebody asks whether ours is free, and all nodes are told. */
static void
duplicate_address_detection_is_answered_to_all_nodes(void)
{
	static const struct lisp_ip all_nodes = { .family = 6, .octets = { 0xff, 2, [15] = 1 } };
	struct lisp_ip own = harness_own_ip(6), peer = harness_peer_ip(6), none = { .family = 6 };
	uint8_t frame[HARNESS_FRAME_MAX];
	size_t len = write_solicitation(frame, &own, true);
	uint32_t sum = (uint32_t)(uint16_t) ~(frame[56] << 8 | frame[57]);

	/* The checksum moves by what the source address was. */
	sum += 0xffffu - harness_frame_fold(harness_frame_sum(peer.octets, 16, 0));
	sum = (uint16_t)~harness_frame_fold(sum);
	frame[56] = (uint8_t)(sum >> 8);
	frame[57] = (uint8_t)sum;
	memcpy(frame + 22, none.octets, 16);
	CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_NEIGHBOUR);
	expect_advertisement(&all_nodes, 0x20);
}

static void
bad_or_foreign_solicitation_is_dropped(void)
{
	struct lisp_ip own = harness_own_ip(6), peer = harness_peer_ip(6);
	uint8_t frame[HARNESS_FRAME_MAX];
	size_t len = write_solicitation(frame, &peer, true);

	CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_NOT_FOR_US);
	len = write_solicitation(frame, &own, true);
	frame[21] = 254; /* came over a router */
	CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_MALFORMED_FRAME);
	len = write_solicitation(frame, &own, true);
	frame[60] ^= 1;
	CU_ASSERT_EQUAL(verdict_of(frame, len), PIPELINE_CHECKSUM);
	len = write_solicitation(frame, &own, false);
	frame[19] -= 1; /* target cut: payload length says so, checksum put right */
	frame[57] = frame[57] == 0xff ? 0 : (uint8_t)(frame[57] + 1);
	CU_ASSERT_TRUE(verdict_of(frame, len) >= PIPELINE_DROP_FIRST);
	expect_silence();
}

static CU_TestInfo punt_tests[] = {
	{ "ARP request for us is answered", arp_request_for_us_is_answered },
	{ "other ARP is not for us", other_arp_is_not_for_us },
	{ "echo requests are answered", echo_requests_are_answered },
	{ "bad or foreign echo is dropped", bad_or_foreign_echo_is_dropped },
	{ "other protocols are told by their address", other_protocols_are_told_by_their_address },
	{ "neighbour solicitation is answered", neighbour_solicitation_is_answered },
	{ "duplicate address detection is answered to all nodes",
			duplicate_address_detection_is_answered_to_all_nodes },
	{ "bad or foreign solicitation is dropped", bad_or_foreign_solicitation_is_dropped },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_punt", NULL, NULL, setup, teardown, punt_tests },
	CU_SUITE_INFO_NULL,
};
