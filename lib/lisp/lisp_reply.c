/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_reply.h"

/* MR AD type word, EID-AD Length and KDF ID, PKT-AD Length and PKT HMAC ID (RFC 9303 6.2). */
#define SECURITY_LEN_MIN 12

static enum lisp_err
read_records(struct lisp_cursor *c, struct lisp_reply *r)
{
	struct lisp_record rec;

	r->records = c->pos;
	for (unsigned int i = 0; i < r->n_records; i++) {
		enum lisp_err err = lisp_record_read(c, &rec);

		if (err != LISP_OK)
			return err;
	}
	r->records_len = (uint32_t)(c->pos - r->records);
	r->rest_len = (uint32_t)lisp_left(c);
	return LISP_OK;
}

enum lisp_err
lisp_reply_parse(const uint8_t *msg, size_t len, struct lisp_reply *r)
{
	struct lisp_cursor c = lisp_cursor_over(msg, len);
	enum lisp_err err;

	r->flags = lisp_read_u32(&c);
	r->nonce = lisp_read_u64(&c);
	if (c.failed)
		return LISP_ERR_TRUNCATED;
	if (r->flags >> 28 != LISP_MAP_REPLY)
		return LISP_ERR_TYPE;
	r->n_records = (uint8_t)r->flags;
	err = read_records(&c, r);
	if (err != LISP_OK)
		return err;
	if ((r->flags & LISP_REP_S) != 0)
		return r->rest_len < SECURITY_LEN_MIN ? LISP_ERR_TRUNCATED : LISP_OK;
	return r->rest_len == 0 ? LISP_OK : LISP_ERR_TRAILING;
}

void
lisp_reply_begin(struct lisp_writer *w, const struct lisp_reply *r)
{
	uint32_t flags = r->flags & (LISP_REP_P | LISP_REP_E | LISP_REP_S);

	lisp_write_u32(w, (uint32_t)LISP_MAP_REPLY << 28 | flags | r->n_records);
	lisp_write_u64(w, r->nonce);
}
