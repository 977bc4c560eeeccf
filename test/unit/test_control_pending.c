/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "control_priv.h"
#include "harness_lab.h"
#include "harness_sign.h"

static struct harness h;
static struct harness_lab lab;
static struct lisp_ip peer;

static void
setup(void)
{
	harness_lab_init(&lab);
	harness_lab_open(&h, &lab, (struct harness_options){ .ring_size = 2 * PIPELINE_BURST_MAX });
	peer = harness_peer_ip(4);
}

static void
teardown(void)
{
	harness_close(&h);
}

static size_t
build_ack(uint64_t nonce, uint8_t key_id, uint8_t msg[64])
{
	struct lisp_writer w = { .pos = msg, .end = msg + 64 };
	struct lisp_register head = {
		.type = LISP_MAP_NOTIFY_ACK,
		.key_id = key_id,
		.alg_id = LISP_ALG_HMAC_SHA256_128,
		.auth_len = 16,
		.nonce = nonce,
	};
	size_t len;

	lisp_register_begin(&w, &head);
	lisp_register_end(&w, &head);
	len = (size_t)(w.pos - msg);
	harness_sign(msg, len, lab.keys[key_id - 1].secret, lab.keys[key_id - 1].secret_len);
	return len;
}

static enum pipeline_verdict
verdict_of(uint64_t nonce, uint8_t key_id)
{
	uint8_t msg[64];

	harness_send(&h, msg, build_ack(nonce, key_id, msg));
	harness_turn(&h);
	return harness_verdict(&h);
}

static void
let_wait(uint64_t nonce)
{
	CU_ASSERT_EQUAL(control_pending_add(h.control, &peer, nonce, 0, HARNESS_KEY_STRICT), 0);
}

static void
ack_settles_once(void)
{
	let_wait(5);
	let_wait(6);
	let_wait(7);
	CU_ASSERT_EQUAL(verdict_of(6, HARNESS_KEY_STRICT), PIPELINE_ACKNOWLEDGED);
	CU_ASSERT_EQUAL(h.signals.n_pending, 2);
	CU_ASSERT_EQUAL(verdict_of(6, HARNESS_KEY_STRICT), PIPELINE_NO_PENDING);
	CU_ASSERT_EQUAL(verdict_of(7, HARNESS_KEY_STRICT), PIPELINE_ACKNOWLEDGED);
	CU_ASSERT_EQUAL(verdict_of(5, HARNESS_KEY_STRICT), PIPELINE_ACKNOWLEDGED);
	CU_ASSERT_EQUAL(h.signals.n_pending, 0);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
}

/* Nothing waits: the control core is not even asked. */
static void
stray_ack_stays_with_the_worker(void)
{
	struct pipeline_stats rise;
	uint8_t msg[64];

	harness_send(&h, msg, build_ack(5, HARNESS_KEY_STRICT, msg));
	harness_turn(&h);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_NO_PENDING], 1);
	CU_ASSERT_EQUAL(rise.handed_over, 0);
}

/* (CK-063) */
static void
ack_of_somebody_else_settles_nothing(void)
{
	let_wait(5);
	CU_ASSERT_EQUAL(verdict_of(6, HARNESS_KEY_STRICT), PIPELINE_NO_PENDING);
	peer.octets[3]++;
	let_wait(6);
	CU_ASSERT_EQUAL(verdict_of(6, HARNESS_KEY_STRICT), PIPELINE_NO_PENDING);
	CU_ASSERT_EQUAL(h.signals.n_pending, 2);
}

/* (CK-064) The key is that of the Map-Notify; the ack does not choose. */
static void
ack_under_another_key_is_refused(void)
{
	let_wait(5);
	CU_ASSERT_EQUAL(verdict_of(5, HARNESS_KEY_RECENT), PIPELINE_UNKNOWN_KEY);
	CU_ASSERT_EQUAL(h.signals.n_pending, 1);
	CU_ASSERT_EQUAL(verdict_of(5, HARNESS_KEY_STRICT), PIPELINE_ACKNOWLEDGED);
}

static void
ack_under_a_key_that_is_gone_is_refused(void)
{
	struct harness_lab other;

	harness_lab_init(&other);
	other.site.keys = &other.keys[1];
	other.site.n_keys = 2;
	let_wait(5);
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), 0);
	CU_ASSERT_EQUAL(verdict_of(5, HARNESS_KEY_STRICT), PIPELINE_UNKNOWN_KEY);
	other.site.name = "elsewhere";
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), 0);
	CU_ASSERT_EQUAL(verdict_of(5, HARNESS_KEY_STRICT), PIPELINE_UNKNOWN_KEY);
}

static void
same_map_notify_waits_once_and_there_is_an_end(void)
{
	let_wait(0);
	CU_ASSERT_EQUAL(control_pending_add(h.control, &peer, 0, 0, HARNESS_KEY_STRICT), -EEXIST);
	for (uint64_t n = 1; n < CONTROL_PENDING_MAX; n++)
		let_wait(n);
	CU_ASSERT_EQUAL(control_pending_add(h.control, &peer, CONTROL_PENDING_MAX, 0,
					HARNESS_KEY_STRICT),
			-ENOSPC);
	CU_ASSERT_EQUAL(verdict_of(CONTROL_PENDING_MAX - 1, HARNESS_KEY_STRICT),
			PIPELINE_ACKNOWLEDGED);
	CU_ASSERT_EQUAL(control_pending_add(h.control, &peer, CONTROL_PENDING_MAX, 0,
					HARNESS_KEY_STRICT),
			0);
}

/* A flood of acks leaves half of the ring to changes. */
static void
acks_never_fill_the_ring(void)
{
	struct pipeline_stats rise;
	uint8_t msg[64];
	size_t len = build_ack(5, HARNESS_KEY_STRICT, msg);

	let_wait(5);
	for (unsigned int i = 0; i < 3 * PIPELINE_BURST_MAX; i++)
		harness_send(&h, msg, len);
	harness_receive(&h);
	harness_rise(&h, &rise);
	CU_ASSERT_TRUE(rise.verdict[PIPELINE_BUSY] >= 2 * PIPELINE_BURST_MAX - 1);
	CU_ASSERT_EQUAL(rise.handed_over + rise.verdict[PIPELINE_BUSY], 3 * PIPELINE_BURST_MAX);
	harness_turn(&h);
	harness_rise(&h, &rise);
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_ACKNOWLEDGED], 1);
}

static CU_TestInfo pending_tests[] = {
	{ "ack settles once", ack_settles_once },
	{ "stray ack stays with the worker", stray_ack_stays_with_the_worker },
	{ "ack of somebody else settles nothing", ack_of_somebody_else_settles_nothing },
	{ "ack under another key is refused", ack_under_another_key_is_refused },
	{ "ack under a key that is gone is refused", ack_under_a_key_that_is_gone_is_refused },
	{ "same Map-Notify waits once and there is an end",
			same_map_notify_waits_once_and_there_is_an_end },
	{ "acks never fill the ring", acks_never_fill_the_ring },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_pending", NULL, NULL, setup, teardown, pending_tests },
	CU_SUITE_INFO_NULL,
};
