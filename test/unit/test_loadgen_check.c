/* SPDX-License-Identifier: BSD-3-Clause */

/* Map-Registers made by the ETRs, answered by the product's own functions, checked and spoilt. */

#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include <rte_ip.h>
#include <rte_udp.h>

#include "drivers.h"
#include "lisp_notify.h"
#include "lisp_text.h"
#include "loadgen_check.h"

#define N_UNITS 100
#define ROOM    (LOADGEN_FRAME_MAX + LOADGEN_RECORD_MAX)

static struct auth *auth;
static struct auth_ctx *ctx;
static struct auth_key keys[16];
static struct loadgen_layout layout;
static struct loadgen_maker maker;
static struct loadgen_net net;
static struct loadgen_window window;
static struct loadgen_stats stats;
static struct loadgen_hist second;
static struct loadgen_etrs etrs;
static struct loadgen_check check;
static uint8_t room[LOADGEN_BURST][ROOM];
static uint8_t reply_room[LOADGEN_BURST][128];
static struct loadgen_replies replies = { .frames = reply_room };

static int
open_engine(void)
{
	char why[256];

	if (auth_open(drivers_auth, "auto", &auth, why, sizeof(why)) < 0)
		return -1;
	ctx = auth_ctx_create(auth);
	return ctx == NULL;
}

static int
close_engine(void)
{
	auth_ctx_destroy(ctx);
	auth_close(auth);
	return 0;
}

static void
make_layout(const char *source)
{
	char why[256];

	layout = (struct loadgen_layout){ .seed = 1,
		.n_etrs = 10,
		.n_prefixes = N_UNITS,
		.n_sites = 2,
		.ipv6_percent = 30,
		.mask4 = 32,
		.mask6 = 64,
		.etrs_per_source = 1,
		.key_id = 5,
		.alg_id = LISP_ALG_HMAC_SHA256_128_HKDF };
	lisp_eid_from_text("16.0.0.0/5", &layout.space4);
	lisp_eid_from_text("2001:db8::/32", &layout.space6);
	lisp_ip_from_text(source, &layout.source);
	CU_ASSERT_EQUAL(loadgen_layout_derive(&layout, why, sizeof(why)), 0);
}

/* Ten ETRs that speak IPv4 or IPv6, nothing sent yet. */
static void
begin(const char *server, const char *source, const struct loadgen_etr_params *shares)
{
	const struct loadgen_message_params mp = { .layout = &layout,
		.n_records = 1,
		.ttl_min = 10,
		.tag_len = 16,
		.trailer = true,
		.want_notify = true };
	struct loadgen_etr_params ep = *shares;

	make_layout(source);
	for (uint8_t i = 0; i < layout.n_sites; i++)
		auth_key_init(auth, &keys[i], (uint8_t)layout.alg_id,
				(const uint8_t[]){ 1, 2, 3, i }, 4);
	CU_ASSERT_EQUAL(loadgen_maker_init(&maker, &mp), 0);
	net = (struct loadgen_net){ .layout = &layout, .source_port = 4342 };
	lisp_ip_from_text(server, &net.server);
	loadgen_frame_init(&net);
	CU_ASSERT_EQUAL(loadgen_window_init(&window, 1000, 1 << 20), 0);
	stats = (struct loadgen_stats){ 0 };
	ep.maker = &maker;
	ep.net = &net;
	ep.keys = keys;
	ep.auth = ctx;
	ep.window = &window;
	ep.stats = &stats;
	ep.await = true;
	CU_ASSERT_EQUAL(loadgen_etrs_init(&etrs, &ep), 0);
	check = (struct loadgen_check){
		.etrs = &etrs, .net = &net, .interval = &second, .strict = true
	};
}

static void
end(void)
{
	loadgen_etrs_fini(&etrs);
	loadgen_window_fini(&window);
}

static unsigned int
burst(uint32_t lens[])
{
	uint8_t *frames[LOADGEN_BURST];

	for (unsigned int i = 0; i < LOADGEN_BURST; i++)
		frames[i] = room[i];
	return loadgen_etrs_burst(&etrs, frames, lens, LOADGEN_BURST, 10, false);
}

/* Headers of an answer, and the checksums, over a message of msg_len octets. */
static uint32_t
turn_round(uint8_t *frame, uint32_t msg_len)
{
	uint8_t *l3 = frame + sizeof(struct rte_ether_hdr), other[16];
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(frame + net.headers_len - sizeof(*udp));

	udp->dgram_len = rte_cpu_to_be_16((uint16_t)(sizeof(*udp) + msg_len));
	udp->dgram_cksum = 0;
	if (net.server.family == 4) {
		struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)l3;

		memcpy(other, &ip->src_addr, 4);
		ip->src_addr = ip->dst_addr;
		memcpy(&ip->dst_addr, other, 4);
		ip->total_length =
				rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + sizeof(*udp) + msg_len));
		ip->hdr_checksum = 0;
		ip->hdr_checksum = rte_ipv4_cksum(ip);
		udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	} else {
		struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)l3;

		memcpy(other, ip->src_addr, 16);
		memcpy(ip->src_addr, ip->dst_addr, 16);
		memcpy(ip->dst_addr, other, 16);
		ip->payload_len = udp->dgram_len;
		udp->dgram_cksum = rte_ipv6_udptcp_cksum(ip, udp);
	}
	return net.headers_len + msg_len;
}

/* Verify a Map-Register as a server does, and turn its frame into the signed answer. */
static uint32_t
serve(uint8_t *frame, uint32_t len, bool *authentic)
{
	static const uint64_t all[4] = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	uint8_t *msg = frame + net.headers_len;
	struct lisp_register r;
	struct auth_job job;

	CU_ASSERT_EQUAL(lisp_register_peek(msg, len - net.headers_len, &r), LISP_OK);
	job = (struct auth_job){ .key = &keys[r.site_id - loadgen_layout_site_id(0)],
		.msg = msg,
		.len = len - net.headers_len,
		.tag_len = r.auth_len,
		.label = AUTH_LABEL_REGISTER };
	auth_verify_burst(ctx, &job, 1);
	*authentic = job.ok;
	job.len = lisp_notify_from_register(msg, &r, all, true);
	job.label = AUTH_LABEL_NOTIFY;
	auth_sign_burst(ctx, &job, 1);
	return turn_round(frame, job.len);
}

static void
receive(uint8_t *frame, uint32_t len)
{
	loadgen_check_burst(&check, &frame, &len, 1, 20, &replies);
}

/* The first answer of a fresh run, in room[0]. */
static uint32_t
first_answer(void)
{
	static const struct loadgen_etr_params none;
	uint32_t lens[LOADGEN_BURST];
	bool authentic;

	begin("10.99.0.1", "10.99.1.0", &none);
	CU_ASSERT_EQUAL(burst(lens), LOADGEN_BURST);
	lens[0] = serve(room[0], lens[0], &authentic);
	CU_ASSERT_TRUE(authentic);
	return lens[0];
}

static void
run_both_rounds(const char *server, const char *source)
{
	static const struct loadgen_etr_params churn = { .churn_ppm = 500000 };
	uint32_t lens[LOADGEN_BURST];
	unsigned int rounds = 0, n;

	begin(server, source, &churn);
	while (++rounds <= 6 && (n = burst(lens)) > 0)
		for (unsigned int i = 0; i < n; i++) {
			bool authentic;

			lens[i] = serve(room[i], lens[i], &authentic);
			CU_ASSERT_TRUE(authentic);
			receive(room[i], lens[i]);
		}
	CU_ASSERT_TRUE(loadgen_etrs_registered(&etrs));
	CU_ASSERT_EQUAL(stats.registered, N_UNITS);
	CU_ASSERT_EQUAL(stats.acknowledged, stats.sent);
	CU_ASSERT_TRUE(stats.sent > 2 * N_UNITS);
	CU_ASSERT_TRUE(stats.changes > 0);
	CU_ASSERT_EQUAL(loadgen_stats_faults(&stats), 0);
	CU_ASSERT_EQUAL(stats.latency.n, stats.acknowledged);
	end();
}

static void
right_answers_are_acknowledged(void)
{
	run_both_rounds("10.99.0.1", "10.99.1.0");
	run_both_rounds("2001:db8:99::1", "2001:db8:99:1::");
}

static void
refreshes_begin_when_all_is_registered(void)
{
	static const struct loadgen_etr_params none;
	uint32_t lens[LOADGEN_BURST];

	begin("10.99.0.1", "10.99.1.0", &none);
	CU_ASSERT_EQUAL(burst(lens), 64);
	CU_ASSERT_EQUAL(burst(lens), 36);
	CU_ASSERT_EQUAL(burst(lens), 0);
	CU_ASSERT_FALSE(loadgen_etrs_registered(&etrs));
	end();
}

static void
every_wrong_bit_of_a_frame_is_a_fault_or_no_answer(void)
{
	uint32_t len = first_answer();
	uint8_t frame[ROOM], copy[ROOM];

	memcpy(frame, room[0], len);
	for (uint32_t bit = 8 * sizeof(struct rte_ether_hdr); bit < 8 * len; bit++) {
		memcpy(copy, frame, len);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		receive(copy, len);
	}
	CU_ASSERT_EQUAL(stats.acknowledged, 0);
	CU_ASSERT_EQUAL(loadgen_stats_faults(&stats) + stats.other,
			8 * (len - sizeof(struct rte_ether_hdr)));
	receive(frame, len);
	CU_ASSERT_EQUAL(stats.acknowledged, 1);
	end();
}

static void
every_wrong_bit_of_a_message_is_a_fault(void)
{
	uint32_t len = first_answer(), msg_len = len - net.headers_len;
	uint8_t frame[ROOM], copy[ROOM];

	memcpy(frame, room[0], len);
	for (uint32_t bit = 0; bit < 8 * msg_len; bit++) {
		memcpy(copy, frame, len);
		copy[net.headers_len + bit / 8] ^= (uint8_t)(1u << bit % 8);
		/* Twice round: the checksums are right, the addresses as they were. */
		turn_round(copy, msg_len);
		turn_round(copy, msg_len);
		receive(copy, len);
	}
	/* Some nonces with a wrong bit are those of other messages: then the MAC is wrong. */
	CU_ASSERT_EQUAL(stats.acknowledged, 0);
	CU_ASSERT_EQUAL(loadgen_stats_faults(&stats) + stats.late, 8 * msg_len);
	CU_ASSERT_TRUE(stats.bad_mac_notify > 0);
	receive(frame, len);
	CU_ASSERT_EQUAL(stats.acknowledged, 1);
	end();
}

static void
every_cut_frame_is_noticed(void)
{
	uint32_t len = first_answer();

	for (uint32_t cut = 0; cut < len; cut++) {
		uint8_t *exact = malloc(cut + 1);

		memcpy(exact, room[0], cut);
		receive(exact, cut);
		free(exact);
	}
	CU_ASSERT_EQUAL(stats.acknowledged, 0);
	CU_ASSERT_EQUAL(loadgen_stats_faults(&stats) + stats.other, len);
	end();
}

static void
an_answer_to_another_etr_is_a_fault(void)
{
	uint32_t len = first_answer(), msg_len = len - net.headers_len;
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(room[0] + sizeof(struct rte_ether_hdr));

	ip->dst_addr = rte_cpu_to_be_32(rte_be_to_cpu_32(ip->dst_addr) + 1);
	turn_round(room[0], msg_len);
	turn_round(room[0], msg_len);
	receive(room[0], len);
	CU_ASSERT_EQUAL(stats.wrong_destination, 1);
	CU_ASSERT_EQUAL(stats.acknowledged, 0);
	end();
}

static void
an_answer_that_comes_twice_counts_once(void)
{
	uint32_t len = first_answer(), lens[2] = { len, len };
	uint8_t copies[3][ROOM], *frames[2] = { copies[0], copies[1] };

	for (unsigned int i = 0; i < 3; i++)
		memcpy(copies[i], room[0], len);
	loadgen_check_burst(&check, frames, lens, 2, 20, &replies);
	receive(copies[2], len);
	CU_ASSERT_EQUAL(stats.acknowledged, 1);
	CU_ASSERT_EQUAL(stats.late, 2);
	CU_ASSERT_EQUAL(loadgen_stats_faults(&stats), 0);
	end();
}

static void
forgeries_and_replays_fail_at_a_server_and_must_not_be_answered(void)
{
	static const struct loadgen_etr_params shares = { .bad_mac_ppm = 250000,
		.replay_ppm = 250000 };
	uint32_t lens[LOADGEN_BURST];
	unsigned int n_forged = 0;

	begin("10.99.0.1", "10.99.1.0", &shares);
	for (unsigned int round = 0; round < 3; round++) {
		unsigned int n = burst(lens);

		for (unsigned int i = 0; i < n; i++) {
			bool authentic;

			lens[i] = serve(room[i], lens[i], &authentic);
			n_forged += !authentic;
			receive(room[i], lens[i]);
		}
	}
	CU_ASSERT_TRUE(stats.forged > 10 && stats.replayed > 5);
	CU_ASSERT_EQUAL(n_forged, stats.forged);
	/* This server answers everything: each of these is noticed. */
	CU_ASSERT_EQUAL(stats.forged_answered, stats.forged);
	CU_ASSERT_TRUE(stats.strict_answered > 0);
	CU_ASSERT_EQUAL(stats.acknowledged + stats.forged + stats.replayed, stats.sent);
	end();
}

static CU_TestInfo check_tests[] = {
	{ "right answers are acknowledged", right_answers_are_acknowledged },
	{ "refreshes begin when all is registered", refreshes_begin_when_all_is_registered },
	{ "every wrong bit of a frame is a fault or no answer",
			every_wrong_bit_of_a_frame_is_a_fault_or_no_answer },
	{ "every wrong bit of a message is a fault", every_wrong_bit_of_a_message_is_a_fault },
	{ "every cut frame is noticed", every_cut_frame_is_noticed },
	{ "an answer to another ETR is a fault", an_answer_to_another_etr_is_a_fault },
	{ "an answer that comes twice counts once", an_answer_that_comes_twice_counts_once },
	{ "forgeries and replays fail at a server and must not be answered",
			forgeries_and_replays_fail_at_a_server_and_must_not_be_answered },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "loadgen_check", open_engine, close_engine, NULL, NULL, check_tests },
	CU_SUITE_INFO_NULL,
};
