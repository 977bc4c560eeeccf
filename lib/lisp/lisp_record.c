/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_record.h"

#include "lisp_priv.h"

#define FIXED_LEN         10 /* Record TTL to Map-Version */
#define LOCATOR_FIXED_LEN 6  /* Priority to flags */

#define LOCATOR_IPV4_LEN (LOCATOR_FIXED_LEN + 2 + 4)
#define LOCATOR_IPV6_LEN (LOCATOR_FIXED_LEN + 2 + 16)

static enum lisp_err
skip_other_locator(struct lisp_cursor *c)
{
	struct lisp_walk w = { 0 };
	struct lisp_leaf leaf;

	if (lisp_read_octets(c, LOCATOR_FIXED_LEN) == NULL)
		return LISP_ERR_TRUNCATED;
	return lisp_walk_addr(&w, c, &leaf);
}

/* Check a locator record and step over it. */
static inline enum lisp_err
skip_locator(struct lisp_cursor *c)
{
	size_t left = lisp_left(c);
	uint16_t afi = LISP_AFI_NONE;

	if (left >= LOCATOR_IPV4_LEN)
		afi = lisp_load_u16(c->pos + LOCATOR_FIXED_LEN);
	if (afi == LISP_AFI_IPV4) {
		c->pos += LOCATOR_IPV4_LEN;
		return LISP_OK;
	}
	if (afi == LISP_AFI_IPV6 && left >= LOCATOR_IPV6_LEN) {
		c->pos += LOCATOR_IPV6_LEN;
		return LISP_OK;
	}
	return skip_other_locator(c);
}

enum lisp_err
lisp_record_read(struct lisp_cursor *c, struct lisp_record *r)
{
	const uint8_t *p = lisp_read_octets(c, FIXED_LEN);
	enum lisp_err err;

	if (p == NULL)
		return LISP_ERR_TRUNCATED;
	r->ttl_min = lisp_load_u32(p);
	r->n_locators = p[4];
	r->mask_len = p[5];
	r->act = p[6] >> 5;
	r->authoritative = (p[6] & 0x10) != 0;
	r->version = lisp_load_u16(p + 8) & 0x0fff;
	r->start = p;
	err = lisp_eid_read_fast(c, p[5], &r->eid);
	if (err != LISP_OK)
		return err;
	r->locators = c->pos;
	for (unsigned int i = 0; i < r->n_locators; i++) {
		err = skip_locator(c);
		if (err != LISP_OK)
			return err;
	}
	r->locators_len = (uint32_t)(c->pos - r->locators);
	r->len = (uint32_t)(c->pos - p);
	return LISP_OK;
}

enum lisp_err
lisp_record_peek_eid(const struct lisp_cursor *c, struct lisp_eid *eid)
{
	struct lisp_cursor at = *c;
	const uint8_t *p = lisp_read_octets(&at, FIXED_LEN);

	if (p == NULL)
		return LISP_ERR_TRUNCATED;
	return lisp_eid_read_fast(&at, p[5], eid);
}

enum lisp_err
lisp_locator_read(struct lisp_cursor *c, struct lisp_locator *loc)
{
	const uint8_t *p = lisp_read_octets(c, LOCATOR_FIXED_LEN);

	if (p == NULL)
		return LISP_ERR_TRUNCATED;
	loc->priority = p[0];
	loc->weight = p[1];
	loc->m_priority = p[2];
	loc->m_weight = p[3];
	loc->flags = lisp_load_u16(p + 4);
	return lisp_addr_read(c, &loc->rloc);
}

void
lisp_record_write(struct lisp_writer *w, const struct lisp_record *r)
{
	uint16_t act = (uint16_t)((r->act & 7) << 13 | (r->authoritative ? 0x1000 : 0));

	lisp_write_u32(w, r->ttl_min);
	lisp_write_u8(w, r->n_locators);
	lisp_write_u8(w, r->eid.mask_len);
	lisp_write_u16(w, act);
	lisp_write_u16(w, r->version & 0x0fff);
	lisp_eid_write(w, &r->eid);
}

void
lisp_locator_write(struct lisp_writer *w, const struct lisp_locator *loc)
{
	const struct lisp_ip *ip = &loc->rloc.ip;

	lisp_write_u8(w, loc->priority);
	lisp_write_u8(w, loc->weight);
	lisp_write_u8(w, loc->m_priority);
	lisp_write_u8(w, loc->m_weight);
	lisp_write_u16(w, loc->flags);
	lisp_write_u16(w, ip->family == 4 ? LISP_AFI_IPV4 : LISP_AFI_IPV6);
	lisp_write_octets(w, ip->octets, ip->family == 4 ? 4 : 16);
}
