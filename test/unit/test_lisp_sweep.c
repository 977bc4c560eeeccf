/* SPDX-License-Identifier: BSD-3-Clause */

/* Every good message cut at every length, and with every single bit turned: each copy stands in a
 * block of exactly its size, so that a read past the end is seen by the address sanitizer. */

#include "lisp_notify.h"
#include "lisp_reply.h"
#include "lisp_request.h"
#include "lisp_text.h"
#include "test_lisp_json.h"

/* Types 3, 1, 8 and 2, for a run without the vectors. */
static const char *const own[] = {
	"32000101 0102030405060997 02 03 0010 035e61caf61774cabdcaf52551230f42"
	"000005a0 01 18 1000 0000 0001 0a010200 01 64 ff 00 0001 0001 cb007101"
	"00112233445566778899aabbccddeeff 000000000000000a",
	"14100001 0102030405061217 0001 0a090909 0001 cb007132 00 20 0001 0a010203"
	"000005a0 01 18 1000 0000 0001 0a090900 01 64 ff 00 0001 0001 cb007101"
	"00112233445566778899aabbccddeeff 000000000000000a",
	"88000000 0100 0002 0018 00 01 0000000000000000 000102030405060708090a0b0c0d0e0f 0004 0002"
	"4500003c 00010000 20117b9b 0a090909 0a010203 ee48 10f6 0028 cb31"
	"10000001 1111222233334444 0001 0a090909 0001 cb007132 00 20 0001 0a010203",
	"20000001 0102030405061217 000005a0 01 18 1000 0000 0001 0a090900"
	"01 64 ff 00 0001 0001 cb007101",
};

/* Use what a well formed EID offers, so that bad octets would be met here. */
static void
use_eid(const struct lisp_eid *eid)
{
	char text[LISP_EID_TEXT_MAX];
	uint8_t buf[LISP_EID_OCTETS_MAX + 12];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };

	lisp_eid_to_text(eid, text, sizeof(text));
	lisp_eid_write(&w, eid);
	CU_ASSERT_FALSE(w.failed);
	CU_ASSERT_TRUE(lisp_eid_covers(eid, eid));
}

/* Of a message with 255 records they are all alike, and there would be 8 million to print. */
static void
use_records(struct lisp_cursor c)
{
	struct lisp_locator loc;
	struct lisp_record r;

	if (lisp_left(&c) > 1500)
		return;
	while (lisp_left(&c) > 0 && lisp_record_read(&c, &r) == LISP_OK) {
		struct lisp_cursor l = lisp_cursor_over(r.locators, r.locators_len);

		use_eid(&r.eid);
		for (unsigned int i = 0; i < r.n_locators; i++)
			CU_ASSERT_EQUAL(lisp_locator_read(&l, &loc), LISP_OK);
		CU_ASSERT_EQUAL(lisp_left(&l), 0);
	}
}

static enum lisp_err
try_register(uint8_t *msg, size_t len)
{
	static const uint64_t odd[4] = { 0xaaaaaaaaaaaaaaaa, 0xaaaaaaaaaaaaaaaa, 0xaaaaaaaaaaaaaaaa,
		0xaaaaaaaaaaaaaaaa };
	struct lisp_cursor c;
	struct lisp_register r;
	struct lisp_eid eid;
	enum lisp_err err = lisp_register_peek(msg, len, &r);

	if (err != LISP_OK)
		return err;
	c = lisp_register_records(msg, &r);
	if (lisp_record_peek_eid(&c, &eid) == LISP_OK)
		use_eid(&eid);
	err = lisp_register_check(msg, &r);
	if (err != LISP_OK)
		return err;
	use_records(c);
	len = lisp_notify_from_register(msg, &r, odd, true);
	CU_ASSERT_EQUAL(lisp_register_peek(msg, len, &r), LISP_OK);
	CU_ASSERT_EQUAL(lisp_register_check(msg, &r), LISP_OK);
	return LISP_OK;
}

static enum lisp_err
try_request(const uint8_t *msg, size_t len)
{
	struct lisp_request_record rec;
	struct lisp_request r;
	struct lisp_cursor c;
	struct lisp_ip ip;
	enum lisp_err err = lisp_request_parse(msg, len, &r);

	if (err != LISP_OK)
		return err;
	c = lisp_cursor_over(r.records, r.records_len);
	for (unsigned int i = 0; i < r.n_records; i++) {
		CU_ASSERT_EQUAL(lisp_request_record_read(&c, &rec), LISP_OK);
		use_eid(&rec.eid);
	}
	CU_ASSERT_EQUAL(lisp_left(&c), 0);
	for (unsigned int i = 0; lisp_request_itr_rloc(&r, i, &ip); i++)
		CU_ASSERT_TRUE(lisp_ip_is_unicast(&ip));
	lisp_request_is_unsubscribe(&r);
	return LISP_OK;
}

static enum lisp_err
try_ecm(const uint8_t *msg, size_t len)
{
	struct lisp_ecm e;
	enum lisp_err err = lisp_ecm_parse(msg, len, LISP_ECM_ZERO_CHECKSUM, &e);

	return err == LISP_OK ? try_request(e.msg, e.msg_len) : err;
}

static enum lisp_err
try_reply(const uint8_t *msg, size_t len)
{
	struct lisp_reply r;
	enum lisp_err err = lisp_reply_parse(msg, len, &r);

	if (err == LISP_OK)
		use_records(lisp_cursor_over(r.records, r.records_len));
	return err;
}

/* Parse a message by all that could parse it; msg may be changed. */
static enum lisp_err
try_message(uint8_t *msg, size_t len)
{
	switch (len == 0 ? 0 : msg[0] >> 4) {
	case LISP_MAP_REQUEST:
		return try_request(msg, len);
	case LISP_MAP_REPLY:
		return try_reply(msg, len);
	case LISP_ECM:
		return try_ecm(msg, len);
	default:
		return try_register(msg, len);
	}
}

static void
cut_everywhere(const struct octets *o)
{
	for (size_t len = 0; len < o->len; len++) {
		struct octets cut = octets_copy(o->p, len);

		CU_ASSERT_NOT_EQUAL(try_message(cut.p, cut.len), LISP_OK);
		free(cut.p);
	}
}

static void
turn_every_bit(const struct octets *o)
{
	for (size_t bit = 0; bit < 8 * o->len; bit++) {
		struct octets copy = octets_copy(o->p, o->len);

		copy.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		try_message(copy.p, copy.len);
		free(copy.p);
	}
}

static void
sweep(const char *hex, void (*over)(const struct octets *))
{
	struct octets o = octets_from_hex(hex);
	struct octets whole = octets_copy(o.p, o.len);

	CU_ASSERT_EQUAL(try_message(whole.p, whole.len), LISP_OK);
	over(&o);
	free(whole.p);
	free(o.p);
}

/* The good messages of a file. */
static void
sweep_file(const char *file, const char *message, void (*over)(const struct octets *))
{
	json_t *vectors = vectors_load(file);
	json_t *v;
	size_t i;

	json_array_foreach(vectors, i, v) {
		const char *hex = text_of(v, message);

		if (hex[0] == '\0' || strcmp(text_of(v, "verdict"), "drop") == 0)
			continue;
		sweep(hex, over);
	}
	json_decref(vectors);
}

static void
sweep_all(void (*over)(const struct octets *))
{
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sweep(own[i], over);
	sweep_file("map_register.json", "packet_hex", over);
	sweep_file("map_notify.json", "notify_hex", over);
	sweep_file("map_notify.json", "ack_hex", over);
	sweep_file("map_request_ecm.json", "packet_hex", over);
}

static void
a_message_cut_at_any_length_is_refused(void)
{
	sweep_all(cut_everywhere);
}

static void
a_message_with_any_bit_turned_is_parsed_within_its_octets(void)
{
	sweep_all(turn_every_bit);
}

static CU_TestInfo tests[] = {
	{ "a message cut at any length is refused", a_message_cut_at_any_length_is_refused },
	{ "a message with any bit turned is parsed within its octets",
			a_message_with_any_bit_turned_is_parsed_within_its_octets },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_sweep", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
