/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_register.h"
#include "test_lisp_util.h"

/* Algorithm 3, one record, trailer; as another of the types when asked. */
static struct octets
register_of(unsigned int type)
{
	struct octets o = octets_from_hex("32000101 0102030405060997 02 03 0010"
					  "035e61caf61774cabdcaf52551230f42"
					  "000005a0 01 18 1000 0000 0001 0a010200"
					  "01 64 ff 00 0001 0001 cb007101"
					  "00112233445566778899aabbccddeeff 000000000000000a");

	if (type != LISP_MAP_REGISTER)
		o.p[0] = (uint8_t)(type << 4 | 8);
	return o;
}

static void
header_and_trailer_are_read(void)
{
	for (unsigned int type = LISP_MAP_REGISTER; type <= LISP_MAP_NOTIFY_ACK; type++) {
		struct octets o = register_of(type);
		struct lisp_register r;

		CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_OK);
		CU_ASSERT_EQUAL(r.type, type);
		CU_ASSERT_EQUAL(r.n_records, 1);
		CU_ASSERT_TRUE(r.has_trailer);
		CU_ASSERT_EQUAL(r.key_id, 2);
		CU_ASSERT_EQUAL(r.alg_id, 3);
		CU_ASSERT_EQUAL(r.auth_len, 16);
		CU_ASSERT_EQUAL(r.nonce, UINT64_C(0x0102030405060997));
		CU_ASSERT_EQUAL(r.site_id, 10);
		CU_ASSERT_EQUAL(r.xtr_id[1], 0x11);
		CU_ASSERT_EQUAL(r.xtr_id[15], 0xff);
		CU_ASSERT_EQUAL(r.records_off, 32);
		CU_ASSERT_EQUAL(r.records_end, 60);
		CU_ASSERT_EQUAL(lisp_register_check(o.p, &r), LISP_OK);
		free(o.p);
	}
}

static void
without_the_i_bit_there_is_no_trailer(void)
{
	struct octets o = register_of(LISP_MAP_REGISTER);
	struct lisp_register r;

	o.p[0] = 0x38; /* bit 4 is P here, I in a Map-Notify */
	memset(&r, 0xa5, sizeof(r));
	CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_OK);
	CU_ASSERT_FALSE(r.has_trailer);
	CU_ASSERT_EQUAL(r.site_id, 0);
	CU_ASSERT_EQUAL(r.xtr_id[15], 0);
	CU_ASSERT_EQUAL(r.records_end, 84);
	CU_ASSERT_EQUAL(lisp_register_check(o.p, &r), LISP_ERR_TRAILING);
	CU_ASSERT_EQUAL(lisp_register_peek(o.p, 60, &r), LISP_OK);
	CU_ASSERT_EQUAL(lisp_register_check(o.p, &r), LISP_OK);
	free(o.p);
}

static void
other_types_are_refused(void)
{
	struct octets o = register_of(LISP_MAP_REGISTER);
	struct lisp_register r;

	for (unsigned int type = 0; type < 16; type++) {
		bool ours = type >= LISP_MAP_REGISTER && type <= LISP_MAP_NOTIFY_ACK;

		o.p[0] = (uint8_t)(type << 4);
		CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), ours ? LISP_OK : LISP_ERR_TYPE);
	}
	free(o.p);
}

static void
authentication_data_stays_inside_the_message(void)
{
	struct octets o = register_of(LISP_MAP_REGISTER);
	struct lisp_register r;

	o.p[14] = o.p[15] = 0xff;
	CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_ERR_AUTH_LEN);
	o.p[14] = 0;
	o.p[15] = 69; /* one more than there are */
	CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_ERR_AUTH_LEN);
	o.p[15] = 68; /* to the end of the message: no room for the trailer */
	CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_ERR_TRUNCATED);
	o.p[15] = 44; /* to the trailer: no room for the record */
	CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_OK);
	CU_ASSERT_EQUAL(lisp_register_check(o.p, &r), LISP_ERR_TRUNCATED);
	free(o.p);
}

static void
the_record_count_must_be_right(void)
{
	static const struct {
		uint8_t count;
		enum lisp_err err;
	} rows[] = { { 0, LISP_ERR_TRAILING }, { 1, LISP_OK }, { 2, LISP_ERR_TRUNCATED },
		{ 255, LISP_ERR_TRUNCATED } };
	struct octets o = register_of(LISP_MAP_REGISTER);
	struct lisp_register r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		o.p[3] = rows[i].count;
		CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_OK);
		CU_ASSERT_EQUAL(lisp_register_check(o.p, &r), rows[i].err);
	}
	free(o.p);
}

static void
a_register_cut_anywhere_is_refused(void)
{
	struct octets o = register_of(LISP_MAP_REGISTER);

	for (size_t len = 0; len < o.len; len++) {
		struct octets cut = octets_copy(o.p, len);
		struct lisp_register r;
		enum lisp_err err = lisp_register_peek(cut.p, cut.len, &r);

		if (err == LISP_OK)
			err = lisp_register_check(cut.p, &r);
		CU_ASSERT_NOT_EQUAL(err, LISP_OK);
		free(cut.p);
	}
	free(o.p);
}

static void
a_message_built_is_the_message_read(void)
{
	for (unsigned int type = LISP_MAP_REGISTER; type <= LISP_MAP_NOTIFY_ACK; type++) {
		struct octets o = register_of(type);
		uint8_t buf[84];
		struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
		struct lisp_register r;

		memset(buf, 0xa5, sizeof(buf));
		CU_ASSERT_EQUAL(lisp_register_peek(o.p, o.len, &r), LISP_OK);
		r.flags |= 0x00ffe200; /* reserved bits */
		lisp_register_begin(&w, &r);
		lisp_write_octets(&w, o.p + r.records_off, r.records_end - r.records_off);
		lisp_register_end(&w, &r);
		CU_ASSERT_FALSE(w.failed);
		CU_ASSERT_PTR_EQUAL(w.pos, w.end);
		memset(o.p + 16, 0, 16);
		if (type != LISP_MAP_REGISTER)
			o.p[2] = 0; /* bit 23 means nothing there */
		CU_ASSERT_EQUAL(memcmp(buf, o.p, o.len), 0);
		free(o.p);
	}
}

static void
a_message_without_trailer_is_built_without_the_i_bit(void)
{
	uint8_t buf[64];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
	struct lisp_register r = { .type = LISP_MAP_REGISTER, .flags = 0xffffffff, .auth_len = 20 };

	lisp_register_begin(&w, &r);
	lisp_register_end(&w, &r);
	CU_ASSERT_EQUAL(w.pos - buf, 36);
	CU_ASSERT_EQUAL(buf[0], 0x3c);
	CU_ASSERT_EQUAL(buf[1], 0);
	CU_ASSERT_EQUAL(buf[2], 0x1d);
	CU_ASSERT_EQUAL(buf[3], 0);
}

static CU_TestInfo tests[] = {
	{ "header and trailer are read", header_and_trailer_are_read },
	{ "without the I bit there is no trailer", without_the_i_bit_there_is_no_trailer },
	{ "other types are refused", other_types_are_refused },
	{ "Authentication Data stays inside the message",
			authentication_data_stays_inside_the_message },
	{ "the Record Count must be right", the_record_count_must_be_right },
	{ "a register cut anywhere is refused", a_register_cut_anywhere_is_refused },
	{ "a message built is the message read", a_message_built_is_the_message_read },
	{ "a message without trailer is built without the I bit",
			a_message_without_trailer_is_built_without_the_i_bit },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_register", NULL, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
