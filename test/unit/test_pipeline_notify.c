/* SPDX-License-Identifier: BSD-3-Clause */

#include <string.h>

#include <CUnit/CUnit.h>

#include "harness_lab.h"
#include "harness_sign.h"

static struct harness h;
static struct harness_lab lab;

static void
setup(void)
{
	harness_lab_init(&lab);
}

static void
teardown(void)
{
	harness_close(&h);
}

/* Register from a source port; the headers of the answer go to *out. */
static int
answer_to(const struct harness_register *r, uint16_t sport, struct harness_frame *out,
		uint8_t notify[HARNESS_FRAME_MAX])
{
	struct harness_frame f = harness_frame_default(4);
	uint8_t msg[HARNESS_MESSAGE_MAX], frame[HARNESS_FRAME_MAX];

	f.sport = sport;
	harness_send_frame(&h, frame,
			harness_frame_build(&f, msg, harness_register_build(r, msg), frame));
	harness_turn(&h);
	return harness_answer(&h, out, notify);
}

static void
expect_port(uint16_t want)
{
	uint8_t notify[HARNESS_FRAME_MAX];
	struct harness_frame out;

	/* By the control core, then as a refresh. */
	for (uint64_t nonce = 1; nonce < 3; nonce++) {
		struct harness_register r = harness_register_default(nonce);

		r.key_id = HARNESS_KEY_RECENT;
		CU_ASSERT_TRUE(answer_to(&r, 40000, &out, notify) > 0);
		CU_ASSERT_EQUAL(out.sport, LISP_CONTROL_PORT);
		CU_ASSERT_EQUAL(out.dport, want);
	}
}

static void
map_notify_goes_to_port_4342(void)
{
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
	expect_port(LISP_CONTROL_PORT);
}

static void
map_notify_goes_to_the_source_port_when_told_so(void)
{
	lab.site.notify_source = true;
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
	expect_port(40000);
}

/* Octets of the answer to r: those of r, but for word 0, MAC and, perhaps, the trailer. */
static void
expect_echo(const struct harness_register *r, bool trailer)
{
	uint8_t msg[HARNESS_MESSAGE_MAX], notify[HARNESS_FRAME_MAX];
	size_t len = harness_register_build(r, msg);
	size_t want = trailer ? len : len - LISP_TRAILER_LEN;
	struct harness_frame out;

	CU_ASSERT_EQUAL_FATAL(answer_to(r, LISP_CONTROL_PORT, &out, notify), (int)want);
	CU_ASSERT_EQUAL(notify[0], trailer ? 0x48 : 0x40);
	CU_ASSERT_EQUAL(notify[1], 0);
	CU_ASSERT_EQUAL(notify[2], 0);
	CU_ASSERT_EQUAL(notify[3], msg[3]);
	CU_ASSERT_EQUAL(memcmp(notify + 4, msg + 4, 12), 0);
	CU_ASSERT_EQUAL(memcmp(notify + 32, msg + 32, want - 32), 0);
	CU_ASSERT_TRUE(harness_sign_ok(notify, want, lab.keys[r->key_id - 1].secret,
			lab.keys[r->key_id - 1].secret_len));
}

static void
map_notify_echoes_records_and_trailer(void)
{
	struct harness_register r = harness_register_default(1);

	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
	r.n_records = 7;
	for (r.key_id = HARNESS_KEY_STRICT; r.key_id <= HARNESS_KEY_OFF; r.key_id++) {
		for (unsigned int i = 0; i < 3; i++) {
			expect_echo(&r, true);
			r.nonce++;
		}
	}
}

static void
trailer_is_left_out_when_told_so(void)
{
	struct harness_register r = harness_register_default(1);

	harness_lab_open(&h, &lab, (struct harness_options){ .no_trailer = true });
	r.key_id = HARNESS_KEY_OFF;
	for (unsigned int i = 0; i < 3; i++) {
		expect_echo(&r, false);
		r.nonce++;
	}
}

/* More than a transmit buffer holds in one turn. */
static void
every_message_of_a_full_burst_is_answered(void)
{
	struct pipeline_stats rise;

	harness_lab_open(&h, &lab, (struct harness_options){ .ring_size = 1024 });
	for (unsigned int i = 0; i < 500; i++) {
		struct harness_register r = harness_register_default(1 + i);

		r.key_id = HARNESS_KEY_RECENT;
		r.xtr = (uint8_t)(i % 3);
		r.eid = i;
		harness_register_send(&h, &r);
	}
	harness_turn(&h);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.notified, 500);
	CU_ASSERT_EQUAL(rise.tx_dropped, 0);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 500);
}

static CU_TestInfo notify_tests[] = {
	{ "Map-Notify goes to port 4342", map_notify_goes_to_port_4342 },
	{ "Map-Notify goes to the source port when told so",
			map_notify_goes_to_the_source_port_when_told_so },
	{ "Map-Notify echoes records and trailer", map_notify_echoes_records_and_trailer },
	{ "trailer is left out when told so", trailer_is_left_out_when_told_so },
	{ "every message of a full burst is answered", every_message_of_a_full_burst_is_answered },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_notify", NULL, NULL, setup, teardown, notify_tests },
	CU_SUITE_INFO_NULL,
};
