/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include <CUnit/CUnit.h>

#include "harness_lab.h"

static struct harness h;
static struct harness_lab lab;
static uint64_t nonce;

static void
setup(void)
{
	harness_lab_init(&lab);
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
	nonce = 1;
}

static void
teardown(void)
{
	harness_close(&h);
}

/* A frame with the next Map-Register. */
static size_t
build(const struct harness_frame *f, uint8_t frame[HARNESS_FRAME_MAX])
{
	struct harness_register r = harness_register_default(nonce++);
	uint8_t msg[HARNESS_MESSAGE_MAX];

	return harness_frame_build(f, msg, harness_register_build(&r, msg), frame);
}

static enum pipeline_verdict
verdict_of_frame(const uint8_t *frame, size_t len)
{
	harness_send_frame(&h, frame, len);
	harness_turn(&h);
	return harness_verdict(&h);
}

static enum pipeline_verdict
verdict_of(const struct harness_frame *f)
{
	uint8_t frame[HARNESS_FRAME_MAX];

	return verdict_of_frame(frame, build(f, frame));
}

/* Write the checksum of a changed IPv4 header, the frame having no VLAN tag. */
static void
fix_ipv4(uint8_t *frame)
{
	size_t len = 4u * (frame[14] & 0xf);
	uint16_t sum;

	frame[24] = frame[25] = 0;
	sum = (uint16_t)~harness_frame_fold(harness_frame_sum(frame + 14, len, 0));
	frame[24] = (uint8_t)(sum >> 8);
	frame[25] = (uint8_t)sum;
}

static void
expect_answer(const struct harness_frame *in)
{
	uint8_t msg[HARNESS_FRAME_MAX];
	struct harness_frame out;

	CU_ASSERT_TRUE(harness_answer(&h, &out, msg) > 0);
	CU_ASSERT_EQUAL(msg[0] >> 4, LISP_MAP_NOTIFY);
	CU_ASSERT_TRUE(lisp_ip_equal(&out.src, &in->dst));
	CU_ASSERT_TRUE(lisp_ip_equal(&out.dst, &in->src));
	CU_ASSERT_EQUAL(memcmp(out.dst_mac, in->src_mac, 6), 0);
	CU_ASSERT_EQUAL(memcmp(out.src_mac, harness_own_mac, 6), 0);
	CU_ASSERT_EQUAL(out.vlan, in->vlan);
	CU_ASSERT_EQUAL(out.sport, LISP_CONTROL_PORT);
	CU_ASSERT_EQUAL(out.dport, LISP_CONTROL_PORT);
	CU_ASSERT_EQUAL(out.ttl, 64);
	CU_ASSERT_EQUAL(harness_answer(&h, NULL, msg), 0);
}

static void
answer_goes_back_over_ipv4_and_ipv6(void)
{
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct harness_frame f = harness_frame_default(family);

		CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_REGISTERED);
		expect_answer(&f);
	}
}

static void
vlan_tag_is_kept(void)
{
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct harness_frame f = harness_frame_default(family);

		f.vlan = 0xa123;
		CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_REGISTERED);
		expect_answer(&f);
	}
}

static void
ipv4_options_are_stepped_over_and_left_out(void)
{
	for (uint8_t n = 4; n <= 40; n += 4) {
		struct harness_frame f = harness_frame_default(4);

		f.n_options = n;
		f.vlan = n == 40 ? 7 : 0;
		CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_REGISTERED);
		expect_answer(&f);
	}
}

/* To a broadcast MAC, as after a switch that floods: our own MAC answers. */
static void
answer_has_a_unicast_source_mac(void)
{
	struct harness_frame f = harness_frame_default(4);

	memset(f.dst_mac, 0xff, 6);
	CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_REGISTERED);
	expect_answer(&f);
}

static void
udp_may_be_shorter_than_the_ip_payload(void)
{
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct harness_frame f = harness_frame_default(family);

		f.n_padding = 7;
		CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_REGISTERED);
		expect_answer(&f);
	}
}

static void
ethernet_padding_is_ignored(void)
{
	struct harness_frame f = harness_frame_default(4);
	uint8_t frame[HARNESS_FRAME_MAX];
	size_t len = build(&f, frame);

	memset(frame + len, 0xee, 20);
	CU_ASSERT_EQUAL(verdict_of_frame(frame, len + 20), PIPELINE_REGISTERED);
	expect_answer(&f);
}

static void
one_port_4342_is_enough(void)
{
	struct harness_frame f = harness_frame_default(4);

	f.sport = 50000;
	CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_REGISTERED);
	expect_answer(&f);
	f.sport = LISP_CONTROL_PORT;
	f.dport = 50000;
	CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_REGISTERED);
	expect_answer(&f);
	f.sport = 50001;
	CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_NOT_LISP);
	f.dst.octets[3]++;
	CU_ASSERT_EQUAL(verdict_of(&f), PIPELINE_NOT_FOR_US);
}

static void
wrong_or_missing_checksums_are_dropped(void)
{
	uint8_t frame[HARNESS_FRAME_MAX];

	for (uint8_t family = 4; family <= 6; family += 2) {
		struct harness_frame f = harness_frame_default(family);
		size_t udp = family == 4 ? 34 : 54;
		size_t len = build(&f, frame);

		frame[udp + 7] ^= 1;
		CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_CHECKSUM);
		frame[udp + 6] = frame[udp + 7] = 0;
		CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_CHECKSUM);
	}
	{
		struct harness_frame f = harness_frame_default(4);
		size_t len = build(&f, frame);

		frame[24] ^= 1;
		CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_CHECKSUM);
	}
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
}

/* A message whose right checksum is zero carries 0xffff; zero means that there is none. */
static void
missing_checksum_is_none_though_it_would_fit(void)
{
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct harness_frame f = harness_frame_default(family);
		size_t udp = family == 4 ? 34 : 54;
		uint8_t frame[HARNESS_FRAME_MAX];
		size_t len;

		f.sport = 0;
		build(&f, frame);
		/* What is missing to all ones goes into the source port. */
		f.sport = (uint16_t)(frame[udp + 6] << 8 | frame[udp + 7]);
		nonce--;
		len = build(&f, frame);
		CU_ASSERT_EQUAL(frame[udp + 6] << 8 | frame[udp + 7], 0xffff);
		frame[udp + 6] = frame[udp + 7] = 0;
		CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_CHECKSUM);
		frame[udp + 6] = frame[udp + 7] = 0xff;
		CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_REGISTERED);
		expect_answer(&f);
	}
}

static void
fragments_are_dropped(void)
{
	struct harness_frame f4 = harness_frame_default(4), f6 = harness_frame_default(6);
	uint8_t frame[HARNESS_FRAME_MAX];
	size_t len = build(&f4, frame);

	frame[20] = 0x20; /* more fragments */
	fix_ipv4(frame);
	CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_FRAGMENT);
	frame[20] = 0;
	frame[21] = 1; /* offset */
	fix_ipv4(frame);
	CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_FRAGMENT);
	frame[20] = 0x40; /* don't fragment: is none */
	frame[21] = 0;
	fix_ipv4(frame);
	CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_REGISTERED);

	len = build(&f6, frame);
	frame[20] = 44;
	CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_FRAGMENT);
}

static void
other_destinations_are_not_for_us(void)
{
	struct harness_frame f4 = harness_frame_default(4), f6 = harness_frame_default(6);
	uint8_t frame[HARNESS_FRAME_MAX];
	size_t len;

	f4.dst.octets[3] = 77;
	CU_ASSERT_EQUAL(verdict_of(&f4), PIPELINE_NOT_FOR_US);
	f6.dst.octets[15] = 77;
	CU_ASSERT_EQUAL(verdict_of(&f6), PIPELINE_NOT_FOR_US);
	f4 = harness_frame_default(4);
	len = build(&f4, frame);
	frame[12] = 0x88; /* LLDP */
	frame[13] = 0xcc;
	CU_ASSERT_EQUAL(verdict_of_frame(frame, len), PIPELINE_NOT_FOR_US);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
}

static enum pipeline_verdict
verdict_of_type(const struct harness_frame *f, unsigned int type)
{
	uint8_t msg[64] = { (uint8_t)(type << 4) }, frame[HARNESS_FRAME_MAX];

	return verdict_of_frame(frame, harness_frame_build(f, msg, sizeof(msg), frame));
}

/* Also on their way to somebody else: an operator who mirrors a port sees what they were. */
static void
types_that_are_not_taken_are_named(void)
{
	struct harness_frame f = harness_frame_default(4);

	for (unsigned int elsewhere = 0; elsewhere < 2; elsewhere++) {
		f.dst.octets[3] += (uint8_t)elsewhere;
		for (unsigned int type = 0; type < 16; type++) {
			enum pipeline_verdict v = verdict_of_type(&f, type);

			switch (type) {
			case LISP_MAP_REPLY:
			case LISP_MAP_NOTIFY:
			case LISP_MAP_REFERRAL:
				CU_ASSERT_EQUAL(v, PIPELINE_TYPE);
				break;
			case LISP_MAP_REQUEST:
			case LISP_MAP_REGISTER:
			case LISP_MAP_NOTIFY_ACK:
			case LISP_ECM:
				CU_ASSERT_NOT_EQUAL(v, PIPELINE_TYPE);
				CU_ASSERT_NOT_EQUAL(v, PIPELINE_MALFORMED_TYPE);
				CU_ASSERT_EQUAL(v == PIPELINE_NOT_FOR_US, elsewhere == 1);
				break;
			default:
				CU_ASSERT_EQUAL(v, PIPELINE_MALFORMED_TYPE);
			}
		}
	}
}

static void
messages_above_the_maximum_are_too_long(void)
{
	static uint8_t msg[HARNESS_MESSAGE_MAX + 1] = { LISP_MAP_REGISTER << 4 };
	struct harness_frame f = harness_frame_default(4);
	uint8_t frame[HARNESS_FRAME_MAX];
	enum pipeline_verdict v;

	v = verdict_of_frame(frame, harness_frame_build(&f, msg, sizeof(msg), frame));
	CU_ASSERT_EQUAL(v, PIPELINE_TOO_LONG);
	v = verdict_of_frame(frame, harness_frame_build(&f, msg, sizeof(msg) - 1, frame));
	CU_ASSERT_EQUAL(v, pipeline_malformed(LISP_ERR_TRAILING));
	v = verdict_of_frame(frame, harness_frame_build(&f, msg, 0, frame));
	CU_ASSERT_EQUAL(v, pipeline_malformed(LISP_ERR_TRUNCATED));
}

static void
segments_are_put_together(void)
{
	struct harness_frame f = harness_frame_default(4);
	uint8_t frame[HARNESS_FRAME_MAX];

	for (size_t at = 1; at < 100; at += 7) {
		size_t len = build(&f, frame);

		harness_send_split(&h, frame, len, at);
		harness_turn(&h);
		CU_ASSERT_EQUAL(harness_verdict(&h), PIPELINE_REGISTERED);
		expect_answer(&f);
	}
}

static CU_TestInfo frame_tests[] = {
	{ "answer goes back over IPv4 and IPv6", answer_goes_back_over_ipv4_and_ipv6 },
	{ "VLAN tag is kept", vlan_tag_is_kept },
	{ "IPv4 options are stepped over and left out",
			ipv4_options_are_stepped_over_and_left_out },
	{ "answer has a unicast source MAC", answer_has_a_unicast_source_mac },
	{ "UDP may be shorter than the IP payload", udp_may_be_shorter_than_the_ip_payload },
	{ "Ethernet padding is ignored", ethernet_padding_is_ignored },
	{ "one port 4342 is enough", one_port_4342_is_enough },
	{ "wrong or missing checksums are dropped", wrong_or_missing_checksums_are_dropped },
	{ "missing checksum is none though it would fit",
			missing_checksum_is_none_though_it_would_fit },
	{ "fragments are dropped", fragments_are_dropped },
	{ "other destinations are not for us", other_destinations_are_not_for_us },
	{ "types that are not taken are named", types_that_are_not_taken_are_named },
	{ "messages above the maximum are too long", messages_above_the_maximum_are_too_long },
	{ "segments are put together", segments_are_put_together },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_frame", NULL, NULL, setup, teardown, frame_tests },
	CU_SUITE_INFO_NULL,
};
