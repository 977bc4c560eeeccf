/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_register.h"

#include <string.h>

#include "lisp_priv.h"

static uint32_t
known_flags(unsigned int type)
{
	if (type != LISP_MAP_REGISTER)
		return 0;
	return LISP_REG_P | LISP_REG_S | LISP_REG_E | LISP_REG_T | LISP_REG_A | LISP_REG_M;
}

static inline uint32_t
trailer_flag(unsigned int type)
{
	return type == LISP_MAP_REGISTER ? LISP_REG_I : LISP_NTF_I;
}

static void
read_trailer(struct lisp_register *r, const uint8_t *p)
{
	memcpy(r->xtr_id, p, LISP_XTR_ID_LEN);
	r->site_id = lisp_load_u64(p + LISP_XTR_ID_LEN);
}

enum lisp_err
lisp_register_peek(const uint8_t *msg, size_t len, struct lisp_register *r)
{
	uint32_t rest;

	if (len < LISP_AUTH_HEADER_LEN)
		return LISP_ERR_TRUNCATED;
	r->flags = lisp_load_u32(msg);
	r->type = (uint8_t)(r->flags >> 28);
	if (r->type < LISP_MAP_REGISTER || r->type > LISP_MAP_NOTIFY_ACK)
		return LISP_ERR_TYPE;
	r->n_records = msg[3];
	r->nonce = lisp_load_u64(msg + 4);
	r->key_id = msg[12];
	r->alg_id = msg[13];
	r->auth_len = lisp_load_u16(msg + 14);
	r->records_off = LISP_AUTH_HEADER_LEN + (uint32_t)r->auth_len;
	r->records_end = (uint32_t)len;
	if (r->records_off > len)
		return LISP_ERR_AUTH_LEN;
	rest = (uint32_t)len - r->records_off;
	r->has_trailer = (r->flags & trailer_flag(r->type)) != 0;
	if (!r->has_trailer) {
		memset(r->xtr_id, 0, LISP_XTR_ID_LEN);
		r->site_id = 0;
		return LISP_OK;
	}
	if (rest < LISP_TRAILER_LEN)
		return LISP_ERR_TRUNCATED;
	r->records_end -= LISP_TRAILER_LEN;
	read_trailer(r, msg + r->records_end);
	return LISP_OK;
}

enum lisp_err
lisp_register_check(const uint8_t *msg, const struct lisp_register *r)
{
	struct lisp_cursor c = lisp_register_records(msg, r);
	struct lisp_record rec;

	for (unsigned int i = 0; i < r->n_records; i++) {
		enum lisp_err err = lisp_record_read(&c, &rec);

		if (err != LISP_OK)
			return err;
	}
	return lisp_left(&c) == 0 ? LISP_OK : LISP_ERR_TRAILING;
}

void
lisp_register_begin(struct lisp_writer *w, const struct lisp_register *r)
{
	uint32_t word = (uint32_t)r->type << 28 | (r->flags & known_flags(r->type)) | r->n_records;
	uint8_t *auth_data;

	if (r->has_trailer)
		word |= trailer_flag(r->type);
	lisp_write_u32(w, word);
	lisp_write_u64(w, r->nonce);
	lisp_write_u8(w, r->key_id);
	lisp_write_u8(w, r->alg_id);
	lisp_write_u16(w, r->auth_len);
	auth_data = lisp_write_space(w, r->auth_len);
	if (auth_data != NULL)
		memset(auth_data, 0, r->auth_len);
}

void
lisp_register_end(struct lisp_writer *w, const struct lisp_register *r)
{
	if (!r->has_trailer)
		return;
	lisp_write_octets(w, r->xtr_id, LISP_XTR_ID_LEN);
	lisp_write_u64(w, r->site_id);
}
