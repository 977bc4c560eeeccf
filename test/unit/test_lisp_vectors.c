/* SPDX-License-Identifier: BSD-3-Clause */

/* The protocol vectors against the parsers: every decoded field, and who must not be parsed.  The
 * vectors come from an encoder that shares no code with ours. */

#include "lisp_notify.h"
#include "lisp_request.h"
#include "lisp_text.h"
#include "test_lisp_encode.h"

/* Run a check and say which vector failed. */
#define CHECK(id, condition)                                    \
	do {                                                    \
		bool check_ok = (condition);                    \
		if (!check_ok)                                  \
			printf("\n    %s: %s", id, #condition); \
		CU_ASSERT_TRUE(check_ok);                       \
	} while (0)

/* An address read is octet for octet the one that the vector tells. */
static void
compare_addr(const char *id, const json_t *a, const struct lisp_addr *addr)
{
	uint8_t buf[512];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };

	encode_addr(&w, a);
	CHECK(id, !w.failed);
	CHECK(id, addr->afi == number_of(a, "afi"));
	CHECK(id, addr->len == (size_t)(w.pos - buf) && memcmp(addr->start, buf, addr->len) == 0);
	if (addr->afi == LISP_AFI_LCAF) {
		CHECK(id, addr->lcaf_type == number_of(a, "type"));
		CHECK(id, addr->recognised == (addr->lcaf_type != 200));
	}
}

static bool
is_iid(const json_t *a)
{
	return number_of(a, "afi") == LISP_AFI_LCAF && number_of(a, "type") == LISP_LCAF_IID;
}

static void
compare_eid(const char *id, const json_t *a, uint64_t mask_len, const struct lisp_eid *eid)
{
	uint8_t buf[512];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
	const uint8_t *expected = buf + 2; /* without the AFI */
	uint64_t iid = 0;

	for (; is_iid(a); a = json_object_get(a, "inner"))
		iid = number_of(a, "iid");
	encode_addr(&w, a);
	if (number_of(a, "afi") <= LISP_AFI_IPV6) {
		lisp_mask_octets(buf + 2, (unsigned int)(w.pos - buf) - 2, (unsigned int)mask_len);
		CHECK(id, eid->kind == number_of(a, "afi") && eid->mask_len == mask_len);
	} else if (number_of(a, "afi") == LISP_AFI_LCAF) {
		CHECK(id, eid->kind == LISP_EID_LCAF);
		expected = buf;
	}
	CHECK(id, eid->iid == iid);
	CHECK(id, eid->len == w.pos - expected && memcmp(eid->octets, expected, eid->len) == 0);
}

static void
compare_locators(const char *id, const json_t *locators, const struct lisp_record *r)
{
	struct lisp_cursor c = lisp_cursor_over(r->locators, r->locators_len);
	struct lisp_locator loc;
	json_t *l;
	size_t i;

	CHECK(id, r->n_locators == json_array_size(locators));
	json_array_foreach(locators, i, l) {
		CHECK(id, lisp_locator_read(&c, &loc) == LISP_OK);
		CHECK(id, loc.priority == number_of(l, "priority"));
		CHECK(id, loc.weight == number_of(l, "weight"));
		CHECK(id, loc.m_priority == number_of(l, "m_priority"));
		CHECK(id, loc.m_weight == number_of(l, "m_weight"));
		CHECK(id, loc.flags == number_of(l, "flags"));
		compare_addr(id, json_object_get(l, "rloc"), &loc.rloc);
	}
	CHECK(id, lisp_left(&c) == 0);
}

static void
compare_record(const char *id, const json_t *f, const struct lisp_record *r)
{
	CHECK(id, r->ttl_min == number_of(f, "ttl"));
	CHECK(id, r->mask_len == number_of(f, "mask_len"));
	CHECK(id, r->act == number_of(f, "act"));
	CHECK(id, r->authoritative == number_of(f, "a"));
	CHECK(id, r->version == number_of(f, "version"));
	compare_eid(id, json_object_get(f, "eid"), r->mask_len, &r->eid);
	compare_locators(id, json_object_get(f, "locators"), r);
}

/* letters[i] is the name of bit i of word 0 as the RFC counts them, ' ' has none. */
static void
compare_flags(const char *id, const char *letters, uint32_t word, const char *expected)
{
	for (unsigned int bit = 0; letters[bit] != '\0'; bit++) {
		bool is_set = (word >> (31 - bit) & 1) != 0;

		if (letters[bit] != ' ')
			CHECK(id, is_set == (strchr(expected, letters[bit]) != NULL));
	}
}

static void
compare_trailer(const char *id, const json_t *f, const uint8_t *xtr_id, uint64_t site_id)
{
	char text[33];

	if (json_object_get(f, "xtr_id") == NULL)
		return;
	lisp_xtr_id_to_text(xtr_id, text, sizeof(text));
	CHECK(id, strcmp(text, text_of(f, "xtr_id")) == 0);
	CHECK(id, site_id == strtoull(text_of(f, "site_id"), NULL, 16));
}

static enum lisp_err
read_register(const struct octets *o, struct lisp_register *r)
{
	enum lisp_err err = lisp_register_peek(o->p, o->len, r);

	return err == LISP_OK ? lisp_register_check(o->p, r) : err;
}

static void
compare_register(const char *id, const json_t *f, const struct octets *o)
{
	json_t *records = json_object_get(f, "records");
	struct lisp_register r;
	struct lisp_record rec;
	struct lisp_cursor c;
	json_t *e;
	size_t i;

	CHECK(id, read_register(o, &r) == LISP_OK);
	CHECK(id, r.type == number_of(f, "type"));
	CHECK(id, r.n_records == number_of(f, "record_count"));
	CHECK(id, r.nonce == strtoull(text_of(f, "nonce"), NULL, 16));
	CHECK(id, r.key_id == number_of(f, "key_id"));
	CHECK(id, r.alg_id == number_of(f, "alg_id"));
	CHECK(id, r.auth_len == number_of(f, "auth_len"));
	CHECK(id, r.has_trailer == (json_object_get(f, "xtr_id") != NULL));
	compare_flags(id, r.type == LISP_MAP_REGISTER ? "    PSI            ETaRM" : "    I",
			r.flags, text_of(f, "flags"));
	compare_trailer(id, f, r.xtr_id, r.site_id);
	c = lisp_register_records(o->p, &r);
	json_array_foreach(records, i, e) {
		CHECK(id, lisp_record_read(&c, &rec) == LISP_OK);
		compare_record(id, e, &rec);
	}
	CHECK(id, lisp_left(&c) == 0);
}

static void
compare_request_record(const char *id, const json_t *f, struct lisp_cursor *c)
{
	struct lisp_request_record rec;

	CHECK(id, lisp_request_record_read(c, &rec) == LISP_OK);
	CHECK(id, rec.notify == number_of(f, "N"));
	CHECK(id, rec.mask_len == number_of(f, "mask_len"));
	compare_eid(id, json_object_get(f, "eid"), rec.mask_len, &rec.eid);
}

static void
compare_request(const char *id, const json_t *f, const uint8_t *msg, size_t len)
{
	struct lisp_request r;
	struct lisp_record reply;
	struct lisp_addr addr;
	struct lisp_cursor c;
	json_t *e;
	size_t i;

	CHECK(id, lisp_request_parse(msg, len, &r) == LISP_OK);
	CHECK(id, r.n_itr_rlocs == number_of(f, "irc") + 1);
	CHECK(id, r.n_records == number_of(f, "record_count"));
	CHECK(id, r.nonce == strtoull(text_of(f, "nonce"), NULL, 16));
	compare_flags(id, "    AMPSpsRI     LD", r.flags, text_of(f, "flags"));
	compare_addr(id, json_object_get(f, "source_eid"), &r.source_eid);
	compare_trailer(id, f, r.xtr_id, r.site_id);
	c = lisp_cursor_over(r.itr_rlocs, r.itr_rlocs_len);
	json_array_foreach(json_object_get(f, "itr_rlocs"), i, e) {
		CHECK(id, lisp_addr_read(&c, &addr) == LISP_OK);
		compare_addr(id, e, &addr);
	}
	CHECK(id, lisp_left(&c) == 0);
	c = lisp_cursor_over(r.records, r.records_len);
	json_array_foreach(json_object_get(f, "records"), i, e)
		compare_request_record(id, e, &c);
	CHECK(id, lisp_left(&c) == 0);
	if (json_object_get(f, "map_reply_record") != NULL) {
		c = lisp_cursor_over(c.pos, (size_t)(msg + len - c.pos));
		CHECK(id, lisp_record_read(&c, &reply) == LISP_OK);
		compare_record(id, json_object_get(f, "map_reply_record"), &reply);
	}
}

static void
compare_security(const char *id, const json_t *f, const struct lisp_ecm *e)
{
	struct lisp_cursor c = lisp_cursor_over(e->security, e->security_len);
	struct octets preamble = octets_from_hex(text_of(f, "otk_preamble"));
	struct octets otk = octets_from_hex(text_of(f, "otk"));

	CHECK(id, lisp_read_u16(&c) >> 8 == number_of(f, "ad_type"));
	CHECK(id, lisp_read_u16(&c) == number_of(f, "requested_hmac_id"));
	CHECK(id, lisp_read_u16(&c) == number_of(f, "otk_len"));
	CHECK(id, lisp_read_u8(&c) == number_of(f, "key_id"));
	CHECK(id, lisp_read_u8(&c) == number_of(f, "otk_wrap_id"));
	CHECK(id, memcmp(lisp_read_octets(&c, 8), preamble.p, 8) == 0);
	CHECK(id, memcmp(lisp_read_octets(&c, 16), otk.p, 16) == 0);
	CHECK(id, lisp_read_u16(&c) == number_of(f, "eid_ad_len"));
	CHECK(id, lisp_read_u16(&c) == number_of(f, "kdf_id"));
	CHECK(id, !c.failed && e->security_len == 32 + number_of(f, "eid_ad_len"));
	free(preamble.p);
	free(otk.p);
}

static void
compare_ecm(const char *id, const json_t *f, const struct octets *o)
{
	json_t *inner = json_object_get(f, "inner");
	char text[LISP_IP_TEXT_MAX];
	struct lisp_ecm e;

	CHECK(id, lisp_ecm_parse(o->p, o->len, LISP_ECM_STRICT, &e) == LISP_OK);
	compare_flags(id, "    SDEM", e.flags, text_of(f, "flags"));
	lisp_ip_to_text(&e.inner_src, text, sizeof(text));
	CHECK(id, strcmp(text, text_of(inner, "src")) == 0);
	lisp_ip_to_text(&e.inner_dst, text, sizeof(text));
	CHECK(id, strcmp(text, text_of(inner, "dst")) == 0);
	CHECK(id, e.inner_sport == number_of(inner, "sport"));
	CHECK(id, e.inner_dport == number_of(inner, "dport"));
	CHECK(id, e.has_security == (json_object_get(f, "ad") != NULL));
	if (e.has_security)
		compare_security(id, json_object_get(f, "ad"), &e);
	compare_request(id, json_object_get(f, "map_request"), e.msg, e.msg_len);
}

/* -1: it must not parse, 1: it must, 0: either. */
static int
must_parse(const json_t *v)
{
	json_t *reasons = json_object_get(v, "reasons");
	size_t n_malformed = 0;
	json_t *r;
	size_t i;

	json_array_foreach(reasons, i, r)
		n_malformed += strncmp(json_string_value(r), "malformed", 9) == 0;
	if (n_malformed == 0)
		return 1;
	return n_malformed == json_array_size(reasons) ? -1 : 0;
}

static enum lisp_err
read_message(const char *kind, const struct octets *o)
{
	struct lisp_register reg;
	struct lisp_request req;
	struct lisp_ecm ecm;

	if (strcmp(kind, "map-request") == 0)
		return lisp_request_parse(o->p, o->len, &req);
	if (strcmp(kind, "ecm") != 0)
		return read_register(o, &reg);
	if (lisp_ecm_parse(o->p, o->len, LISP_ECM_STRICT, &ecm) != LISP_OK)
		return LISP_ERR_INNER;
	return ecm.msg[0] >> 4 == LISP_MAP_REQUEST ? lisp_request_parse(ecm.msg, ecm.msg_len, &req)
						   : LISP_OK;
}

static void
check_verdict(const json_t *v, const char *hex)
{
	struct octets o = octets_from_hex(hex);
	bool ok = read_message(text_of(v, "kind"), &o) == LISP_OK;

	CHECK(text_of(v, "id"), must_parse(v) == 0 || ok == (must_parse(v) > 0));
	free(o.p);
}

static void
compare_message(const json_t *v, const char *hex)
{
	struct octets o = octets_from_hex(hex);
	const json_t *f = json_object_get(v, "fields");

	if (strcmp(text_of(v, "kind"), "map-request") == 0)
		compare_request(text_of(v, "id"), f, o.p, o.len);
	else if (strcmp(text_of(v, "kind"), "ecm") == 0)
		compare_ecm(text_of(v, "id"), f, &o);
	else
		compare_register(text_of(v, "id"), f, &o);
	free(o.p);
}

/* Every vector of a file whose message has this name. */
static void
check_file(const char *file, const char *message)
{
	json_t *vectors = vectors_load(file);
	json_t *v;
	size_t i;

	json_array_foreach(vectors, i, v) {
		if (json_object_get(v, message) == NULL)
			continue;
		check_verdict(v, text_of(v, message));
		if (json_object_get(v, "fields") != NULL)
			compare_message(v, text_of(v, message));
	}
	json_decref(vectors);
}

static void
map_registers_decode_as_the_vectors_say(void)
{
	check_file("map_register.json", "packet_hex");
}

static void
map_requests_and_ecms_decode_as_the_vectors_say(void)
{
	check_file("map_request_ecm.json", "packet_hex");
}

static void
map_notifies_and_acks_decode_as_the_vectors_say(void)
{
	check_file("map_notify.json", "notify_hex");
	check_file("map_notify.json", "ack_hex");
}

/* Which records of a register came back in its Map-Notify, in order. */
static void
find_accepted(const struct octets *reg, const struct octets *ntf, uint64_t accepted[4])
{
	struct lisp_register r, n;
	struct lisp_cursor from, to;
	struct lisp_record a, b;

	CU_ASSERT_EQUAL(read_register(reg, &r), LISP_OK);
	CU_ASSERT_EQUAL(read_register(ntf, &n), LISP_OK);
	from = lisp_register_records(reg->p, &r);
	to = lisp_register_records(ntf->p, &n);
	memset(accepted, 0, 4 * sizeof(accepted[0]));
	if (lisp_record_read(&to, &b) != LISP_OK)
		return;
	for (unsigned int i = 0; lisp_record_read(&from, &a) == LISP_OK; i++) {
		if (a.len != b.len || memcmp(a.start, b.start, a.len) != 0)
			continue;
		accepted[i / 64] |= UINT64_C(1) << i % 64;
		if (lisp_record_read(&to, &b) != LISP_OK)
			return;
	}
}

/* The Map-Notify made from the register is that of the vector, save its Authentication Data. */
static void
check_notify(const json_t *v, const char *name, bool trailer)
{
	struct octets reg = octets_from_hex(text_of(v, "register_hex"));
	struct octets ntf = octets_from_hex(text_of(v, name));
	uint64_t accepted[4];
	struct lisp_register r;
	uint32_t len;

	find_accepted(&reg, &ntf, accepted);
	CU_ASSERT_EQUAL(read_register(&reg, &r), LISP_OK);
	memset(ntf.p + LISP_AUTH_HEADER_LEN, 0, r.auth_len);
	len = lisp_notify_from_register(reg.p, &r, accepted, trailer);
	CHECK(text_of(v, "id"), len == ntf.len && memcmp(reg.p, ntf.p, len) == 0);
	free(reg.p);
	free(ntf.p);
}

static void
a_register_becomes_the_notify_of_the_vector(void)
{
	json_t *vectors = vectors_load("map_notify.json");
	json_t *v;
	size_t i;

	json_array_foreach(vectors, i, v) {
		if (json_object_get(v, "register_hex") == NULL)
			continue;
		check_notify(v, "notify_hex", true);
		check_notify(v, "notify_no_trailer_hex", false);
	}
	json_decref(vectors);
}

/* Without the vectors there is nothing to test: 77 is "skipped". */
static int
skip_without_vectors(void)
{
	json_t *vectors = vectors_load("map_register.json");

	if (vectors == NULL)
		exit(77);
	json_decref(vectors);
	return 0;
}

static CU_TestInfo tests[] = {
	{ "Map-Registers decode as the vectors say", map_registers_decode_as_the_vectors_say },
	{ "Map-Requests and ECMs decode as the vectors say",
			map_requests_and_ecms_decode_as_the_vectors_say },
	{ "Map-Notifies and acks decode as the vectors say",
			map_notifies_and_acks_decode_as_the_vectors_say },
	{ "a register becomes the notify of the vector",
			a_register_becomes_the_notify_of_the_vector },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "lisp_vectors", skip_without_vectors, NULL, NULL, NULL, tests },
	CU_SUITE_INFO_NULL,
};
