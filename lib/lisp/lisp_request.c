/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_request.h"

#include <string.h>

#include "lisp_priv.h"

static enum lisp_err
read_header(struct lisp_cursor *c, struct lisp_request *r)
{
	r->flags = lisp_read_u32(c);
	r->nonce = lisp_read_u64(c);
	if (c->failed)
		return LISP_ERR_TRUNCATED;
	if (r->flags >> 28 != LISP_MAP_REQUEST)
		return LISP_ERR_TYPE;
	r->n_itr_rlocs = (uint8_t)((r->flags >> 8 & 31) + 1);
	r->n_records = (uint8_t)r->flags;
	r->has_trailer = (r->flags & LISP_REQ_I) != 0;
	return lisp_addr_read(c, &r->source_eid);
}

static enum lisp_err
read_itr_rlocs(struct lisp_cursor *c, struct lisp_request *r)
{
	struct lisp_addr addr;

	r->itr_rlocs = c->pos;
	for (unsigned int i = 0; i < r->n_itr_rlocs; i++) {
		enum lisp_err err = lisp_addr_read(c, &addr);

		if (err != LISP_OK)
			return err;
	}
	r->itr_rlocs_len = (uint32_t)(c->pos - r->itr_rlocs);
	return LISP_OK;
}

static enum lisp_err
read_records(struct lisp_cursor *c, struct lisp_request *r)
{
	struct lisp_request_record rec;

	r->records = c->pos;
	for (unsigned int i = 0; i < r->n_records; i++) {
		enum lisp_err err = lisp_request_record_read(c, &rec);

		if (err != LISP_OK)
			return err;
	}
	r->records_len = (uint32_t)(c->pos - r->records);
	return LISP_OK;
}

/* What may follow the records: the Map-Reply record of the M bit, the trailer of the I bit. */
static enum lisp_err
read_rest(struct lisp_cursor *c, struct lisp_request *r)
{
	const uint8_t *xtr_id;
	struct lisp_record rec;

	if ((r->flags & LISP_REQ_M) != 0) {
		enum lisp_err err = lisp_record_read(c, &rec);

		if (err != LISP_OK)
			return err;
	}
	r->site_id = 0;
	memset(r->xtr_id, 0, LISP_XTR_ID_LEN);
	if (r->has_trailer) {
		xtr_id = lisp_read_octets(c, LISP_XTR_ID_LEN);
		if (xtr_id != NULL)
			memcpy(r->xtr_id, xtr_id, LISP_XTR_ID_LEN);
		r->site_id = lisp_read_u64(c);
	}
	if (c->failed)
		return LISP_ERR_TRUNCATED;
	return lisp_left(c) == 0 ? LISP_OK : LISP_ERR_TRAILING;
}

enum lisp_err
lisp_request_parse(const uint8_t *msg, size_t len, struct lisp_request *r)
{
	struct lisp_cursor c = lisp_cursor_over(msg, len);
	enum lisp_err err = read_header(&c, r);

	if (err == LISP_OK)
		err = read_itr_rlocs(&c, r);
	if (err == LISP_OK)
		err = read_records(&c, r);
	if (err == LISP_OK)
		err = read_rest(&c, r);
	return err;
}

enum lisp_err
lisp_request_record_read(struct lisp_cursor *c, struct lisp_request_record *rec)
{
	uint8_t flags = lisp_read_u8(c);

	rec->notify = (flags & 0x80) != 0;
	rec->mask_len = lisp_read_u8(c);
	return lisp_eid_read(c, rec->mask_len, &rec->eid);
}

bool
lisp_request_itr_rloc(const struct lisp_request *r, unsigned int i, struct lisp_ip *ip)
{
	struct lisp_cursor c = lisp_cursor_over(r->itr_rlocs, r->itr_rlocs_len);
	struct lisp_addr addr;
	unsigned int n_usable = 0;

	while (lisp_left(&c) > 0 && lisp_addr_read(&c, &addr) == LISP_OK) {
		if (!lisp_ip_is_unicast(&addr.ip))
			continue;
		if (n_usable++ == i) {
			*ip = addr.ip;
			return true;
		}
	}
	return false;
}

bool
lisp_request_is_unsubscribe(const struct lisp_request *r)
{
	struct lisp_cursor c = lisp_cursor_over(r->records, r->records_len);
	struct lisp_request_record rec;

	if (!r->has_trailer || r->n_records == 0 || r->n_itr_rlocs != 1)
		return false;
	if (lisp_load_u16(r->itr_rlocs) != LISP_AFI_NONE)
		return false;
	for (unsigned int i = 0; i < r->n_records; i++) {
		if (lisp_request_record_read(&c, &rec) != LISP_OK || !rec.notify)
			return false;
	}
	return true;
}
