/* SPDX-License-Identifier: BSD-3-Clause */

/* Every valid packet of the vectors, cut at every length and with every single bit flipped, through
 * the whole appliance: each ends in a named drop and leaves no trace. */

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "harness.h"
#include "harness_json.h"
#include "harness_lab.h"

#define BURST 64

/** Mutants on their way. */
struct nursery {
	struct harness h;
	unsigned int n_waiting;
	uint64_t n_drops;
};

static json_t *
load(const char *name)
{
	char path[128];
	json_t *root;

	snprintf(path, sizeof(path), "test/vectors/data/%s", name);
	root = json_load_file(path, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(root);
	return root;
}

/* Let the burst run: as many drops as packets. */
static void
settle(struct nursery *y)
{
	uint8_t frame[HARNESS_FRAME_MAX];
	struct pipeline_stats rise;
	uint64_t drops = 0;

	harness_turn(&y->h);
	CU_ASSERT_TRUE(harness_rise(&y->h, &rise));
	for (unsigned int v = PIPELINE_DROP_FIRST; v < PIPELINE_VERDICT_COUNT; v++)
		drops += rise.verdict[v];
	CU_ASSERT_EQUAL(drops, y->n_waiting);
	CU_ASSERT_EQUAL(rise.received, y->n_waiting);
	CU_ASSERT_EQUAL(harness_take_frame(&y->h, frame), 0);
	y->n_drops += drops;
	y->n_waiting = 0;
}

static void
add_frame(struct nursery *y, const uint8_t *frame, size_t len)
{
	harness_send_frame(&y->h, frame, len);
	if (++y->n_waiting == BURST)
		settle(y);
}

static void
add_message(struct nursery *y, const uint8_t *msg, size_t len)
{
	struct harness_frame f = harness_frame_default(4);
	uint8_t frame[HARNESS_FRAME_MAX];

	add_frame(y, frame, harness_frame_build(&f, msg, len, frame));
}

/* Cut short, then each bit flipped, to be handed to add(). */
static void
mutate(struct nursery *y, uint8_t *p, size_t len, size_t n_flip,
		void (*add)(struct nursery *y, const uint8_t *p, size_t len))
{
	for (size_t n = 0; n < len; n++)
		add(y, p, n);
	for (size_t bit = 0; bit < 8 * n_flip; bit++) {
		p[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		add(y, p, len);
		p[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	}
}

/* Nothing stored, no nonce taken, no mbuf lost. */
static void
expect_no_trace(struct nursery *y)
{
	struct assoc_stats as;
	struct mapdb_stats db;

	settle(y);
	mapdb_stats_get(y->h.mapdb, &db);
	CU_ASSERT_EQUAL(db.n_eids, 0);
	CU_ASSERT_EQUAL(db.n_mappings, 0);
	CU_ASSERT_EQUAL(db.n_registrations, 0);
	assoc_stats_get(y->h.assoc, &as);
	CU_ASSERT_EQUAL(as.n_associations, 0);
	CU_ASSERT_EQUAL(harness_lab_saved(&y->h), 0);
}

/* All accepted vectors of a file; member holds the packet. */
static void
mutate_file(const char *name, const char *member)
{
	json_t *root = load(name);
	struct harness_sites sites;
	struct harness_options o;
	struct nursery y = { 0 };
	unsigned int all_free;
	const json_t *v;
	size_t i;

	harness_sites_load(&sites, json_object_get(root, "sites"));
	o = (struct harness_options){ .sites = sites.sites, .n_sites = sites.n_sites };
	harness_open(&y.h, &o);
	all_free = harness_device_free();
	json_array_foreach(json_object_get(root, "vectors"), i, v) {
		struct harness_octets msg = harness_json_hex(v, member);

		if (strcmp(harness_json_text(v, "verdict"), "accept") == 0 && msg.len > 0)
			mutate(&y, msg.p, msg.len, msg.len, add_message);
		free(msg.p);
	}
	expect_no_trace(&y);
	CU_ASSERT_TRUE(y.n_drops > 1000);
	CU_ASSERT_EQUAL(harness_device_free(), all_free);
	harness_close(&y.h);
	harness_sites_free(&sites);
	json_decref(root);
}

static void
mutated_map_registers_end_as_drops(void)
{
	mutate_file("map_register.json", "packet_hex");
}

static void
mutated_map_requests_and_ecms_end_as_drops(void)
{
	mutate_file("map_request_ecm.json", "packet_hex");
}

static void
mutated_acks_end_as_drops_when_nothing_waits(void)
{
	mutate_file("map_notify.json", "ack_hex");
}

/* With the Map-Notify waiting the acks go to the control core and meet its MAC check. */
static void
mutated_acks_settle_nothing(void)
{
	json_t *root = load("map_notify.json");
	struct lisp_ip peer = harness_peer_ip(4);
	struct harness_sites sites;
	struct harness_options o;
	struct nursery y = { 0 };
	const json_t *v;
	uint32_t n = 0;
	size_t i;

	harness_sites_load(&sites, json_object_get(root, "sites"));
	o = (struct harness_options){ .sites = sites.sites, .n_sites = sites.n_sites };
	harness_open(&y.h, &o);
	json_array_foreach(json_object_get(root, "vectors"), i, v) {
		struct harness_octets ack = harness_json_hex(v, "ack_hex");

		if (strcmp(harness_json_text(v, "verdict"), "accept") == 0 && ack.len > 0) {
			struct lisp_cursor c = lisp_cursor_over(ack.p + 4, 8);

			CU_ASSERT_EQUAL(control_pending_add(y.h.control, &peer, lisp_read_u64(&c),
							0, ack.p[12]),
					0);
			n++;
			mutate(&y, ack.p, ack.len, ack.len, add_message);
		}
		free(ack.p);
	}
	expect_no_trace(&y);
	CU_ASSERT_TRUE(n >= 3);
	CU_ASSERT_EQUAL(y.h.signals.n_pending, n);
	harness_close(&y.h);
	harness_sites_free(&sites);
	json_decref(root);
}

/* Bits of a frame that say nothing about the message and that no checksum covers. */
static bool
is_harmless(const uint8_t *frame, size_t octet, unsigned int bit)
{
	size_t l3 = frame[12] == 0x81 ? 18 : 14;

	if (octet < 12)
		return true; /* MAC addresses */
	if (l3 == 18 && (octet == 14 || octet == 15))
		return true; /* VLAN tag */
	if (frame[l3] >> 4 != 6)
		return false;
	if (octet == l3)
		return bit >= 4;                  /* traffic class */
	return octet - l3 < 4 || octet - l3 == 7; /* flow label, hop limit */
}

static size_t
valid_frame(const struct harness_frame *f, uint64_t nonce, uint8_t *frame)
{
	struct harness_register r = harness_register_default(nonce);
	uint8_t msg[HARNESS_MESSAGE_MAX];

	return harness_frame_build(f, msg, harness_register_build(&r, msg), frame);
}

static void
mutate_frame(struct nursery *y, const struct harness_frame *f)
{
	uint8_t frame[HARNESS_FRAME_MAX];
	size_t len = valid_frame(f, 1, frame);
	/* Behind the UDP header stand 16 + 16 + 24 + 24 octets of LISP at least. */
	size_t headers = len - 80;
	uint64_t nonce = 1;

	mutate(y, frame, len, 0, add_frame);
	for (size_t bit = 0; bit < 8 * headers; bit++) {
		if (is_harmless(frame, bit / 8, bit % 8))
			continue;
		frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		add_frame(y, frame, len);
		frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	}
	expect_no_trace(y);

	/* The test itself: the frame as it is, and with the other bits flipped, is taken. */
	for (size_t bit = 0; bit < 8 * headers; bit++) {
		if (!is_harmless(frame, bit / 8, bit % 8))
			continue;
		valid_frame(f, nonce++, frame);
		frame[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		harness_send_frame(&y->h, frame, len);
		harness_turn(&y->h);
		CU_ASSERT_EQUAL(harness_verdict(&y->h), PIPELINE_REGISTERED);
		CU_ASSERT_EQUAL(harness_take_frame(&y->h, frame), len);
	}
}

static void
frames_with_a_wrong_header_bit_or_cut_end_as_drops(void)
{
	struct harness_lab lab;

	harness_lab_init(&lab);
	for (unsigned int form = 0; form < 3; form++) {
		struct harness_frame f = harness_frame_default(form == 1 ? 6 : 4);
		struct nursery y = { 0 };

		f.vlan = form == 2 ? 42 : 0;
		harness_lab_open(&y.h, &lab, (struct harness_options){ 0 });
		mutate_frame(&y, &f);
		harness_close(&y.h);
	}
}

static CU_TestInfo mutation_tests[] = {
	{ "mutated Map-Registers end as drops", mutated_map_registers_end_as_drops },
	{ "mutated Map-Requests and ECMs end as drops",
			mutated_map_requests_and_ecms_end_as_drops },
	{ "mutated acks end as drops when nothing waits",
			mutated_acks_end_as_drops_when_nothing_waits },
	{ "mutated acks settle nothing", mutated_acks_settle_nothing },
	{ "frames with a wrong header bit, or cut, end as drops",
			frames_with_a_wrong_header_bit_or_cut_end_as_drops },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "pipeline_mutations", NULL, NULL, NULL, NULL, mutation_tests },
	CU_SUITE_INFO_NULL,
};
