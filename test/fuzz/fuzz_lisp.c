/* SPDX-License-Identifier: BSD-3-Clause */

/* Everything that parses a LISP message, by its type.  Beyond not crashing: what was parsed must
 * hold together when it is used, and an EID with a text must be what its text says. */

#include <stdlib.h>
#include <string.h>

#include "lisp_notify.h"
#include "lisp_reply.h"
#include "lisp_request.h"
#include "lisp_text.h"

/* A broken promise of the room: stop here, so that the input is kept. */
static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
use_eid_text(const struct lisp_eid *eid)
{
	char text[5 * LISP_EID_OCTETS_MAX];
	struct lisp_eid again;

	lisp_eid_to_text(eid, text, sizeof(text));
	if (eid->kind == LISP_EID_LCAF)
		return;
	must(lisp_eid_from_text(text, &again) == 0);
	must(lisp_eid_equal(eid, &again));
}

/* What is written must be read back as the same EID: the canonical form is a fixed point. */
static void
use_eid(const struct lisp_eid *eid)
{
	uint8_t buf[LISP_EID_OCTETS_MAX + 12];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
	struct lisp_cursor c;
	struct lisp_eid again;

	use_eid_text(eid);
	lisp_eid_write(&w, eid);
	must(!w.failed);
	c = lisp_cursor_over(buf, (size_t)(w.pos - buf));
	must(lisp_eid_read(&c, eid->mask_len, &again) == LISP_OK);
	must(lisp_left(&c) == 0 && lisp_eid_equal(eid, &again));
	must(lisp_eid_covers(eid, eid));
}

static void
use_records(struct lisp_cursor c, unsigned int n_records)
{
	for (unsigned int i = 0; i < n_records; i++) {
		struct lisp_locator loc;
		struct lisp_record r;
		struct lisp_cursor l;

		must(lisp_record_read(&c, &r) == LISP_OK);
		use_eid(&r.eid);
		l = lisp_cursor_over(r.locators, r.locators_len);
		for (unsigned int j = 0; j < r.n_locators; j++)
			must(lisp_locator_read(&l, &loc) == LISP_OK);
		must(lisp_left(&l) == 0);
	}
}

static void
check_notify(uint8_t *msg, const struct lisp_register *r, const uint64_t accepted[4])
{
	uint32_t len = lisp_notify_from_register(msg, r, accepted, (r->nonce & 1) != 0);
	struct lisp_register n;

	must(len <= r->records_end + LISP_TRAILER_LEN);
	must(lisp_register_peek(msg, len, &n) == LISP_OK);
	must(n.nonce == r->nonce && n.n_records <= r->n_records);
	must(lisp_register_check(msg, &n) == LISP_OK);
}

static void
try_register(const uint8_t *msg, size_t len)
{
	struct lisp_register r;
	struct lisp_cursor c;
	struct lisp_eid eid;
	uint64_t accepted[4];
	uint8_t *copy;

	if (lisp_register_peek(msg, len, &r) != LISP_OK)
		return;
	c = lisp_register_records(msg, &r);
	if (lisp_record_peek_eid(&c, &eid) == LISP_OK)
		use_eid(&eid);
	if (lisp_register_check(msg, &r) != LISP_OK)
		return;
	use_records(c, r.n_records);
	copy = malloc(len);
	must(copy != NULL);
	memcpy(copy, msg, len);
	/* which records are accepted comes from the input as well */
	for (unsigned int i = 0; i < 4; i++)
		accepted[i] = r.nonce * (2 * i + 1) | (r.site_id << i);
	check_notify(copy, &r, accepted);
	free(copy);
}

static void
try_request(const uint8_t *msg, size_t len)
{
	struct lisp_request_record rec;
	struct lisp_request r;
	struct lisp_cursor c;
	struct lisp_ip ip;
	unsigned int n_usable = 0;

	if (lisp_request_parse(msg, len, &r) != LISP_OK)
		return;
	c = lisp_cursor_over(r.records, r.records_len);
	for (unsigned int i = 0; i < r.n_records; i++) {
		must(lisp_request_record_read(&c, &rec) == LISP_OK);
		use_eid(&rec.eid);
	}
	must(lisp_left(&c) == 0);
	while (lisp_request_itr_rloc(&r, n_usable, &ip))
		n_usable++;
	must(n_usable <= r.n_itr_rlocs);
	must(!lisp_request_is_unsubscribe(&r) || n_usable == 0);
}

static void
try_ecm(const uint8_t *msg, size_t len)
{
	struct lisp_ecm e;

	if (lisp_ecm_parse(msg, len, LISP_ECM_ZERO_CHECKSUM, &e) != LISP_OK)
		return;
	must(e.msg + e.msg_len == msg + len);
	try_request(e.msg, e.msg_len);
}

static void
try_reply(const uint8_t *msg, size_t len)
{
	struct lisp_reply r;

	if (lisp_reply_parse(msg, len, &r) == LISP_OK)
		use_records(lisp_cursor_over(r.records, r.records_len), r.n_records);
}

/* Bare EIDs and texts, behind an octet whose type no message has. */
static void
try_bare(const uint8_t *p, size_t len)
{
	struct lisp_cursor c = lisp_cursor_over(p + 1, len - 1);
	struct lisp_addr addr;
	struct lisp_eid eid;
	char text[512];

	if (lisp_eid_read(&c, p[0] & 0x0f, &eid) == LISP_OK)
		use_eid(&eid);
	c = lisp_cursor_over(p + 1, len - 1);
	lisp_addr_read(&c, &addr);
	len = len < sizeof(text) ? len : sizeof(text);
	memcpy(text, p + 1, len - 1);
	text[len - 1] = '\0';
	if (lisp_eid_from_text(text, &eid) == 0)
		use_eid_text(&eid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	switch (size == 0 ? 0 : data[0] >> 4) {
	case 0:
		break;
	case LISP_MAP_REQUEST:
		try_request(data, size);
		break;
	case LISP_MAP_REPLY:
		try_reply(data, size);
		break;
	case LISP_MAP_REGISTER:
	case LISP_MAP_NOTIFY:
	case LISP_MAP_NOTIFY_ACK:
		try_register(data, size);
		break;
	case LISP_ECM:
		try_ecm(data, size);
		break;
	default:
		try_bare(data, size);
	}
	return 0;
}
