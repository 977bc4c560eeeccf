/* SPDX-License-Identifier: BSD-3-Clause */

/* The walk over an address and the LCAFs nested in it (RFC 8060).  One walk has two uses: to
 * check an address, and to clear in a copy what makes two encodings of the same EID differ. */

#include <string.h>

#include "lisp_priv.h"

/* The walk calls itself; LISP_LCAF_DEPTH_MAX bounds it. */
static enum lisp_err walk_nested(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth,
		struct lisp_leaf *leaf);

static uint8_t *
canon_at(const struct lisp_walk *w, const uint8_t *p)
{
	return w->canon + (p - w->base);
}

/* Clear n octets of the copy, those that stand at p in the message. */
static void
clear(const struct lisp_walk *w, const uint8_t *p, size_t n)
{
	if (w->canon != NULL && p != NULL)
		memset(canon_at(w, p), 0, n);
}

/* Running out of octets inside an LCAF is the fault of its Length. */
static enum lisp_err
short_read(unsigned int depth)
{
	return depth == 0 ? LISP_ERR_TRUNCATED : LISP_ERR_LCAF;
}

/* Any number of addresses, each behind n octets. */
static enum lisp_err
walk_list(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth, size_t n)
{
	struct lisp_leaf leaf;
	enum lisp_err err = LISP_OK;

	while (err == LISP_OK && lisp_left(c) > 0) {
		if (lisp_read_octets(c, n) == NULL)
			return LISP_ERR_LCAF;
		err = walk_nested(w, c, depth, &leaf);
	}
	return err;
}

/* One address behind n octets. */
static enum lisp_err
walk_one(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth, size_t n)
{
	struct lisp_leaf leaf;

	if (lisp_read_octets(c, n) == NULL)
		return LISP_ERR_LCAF;
	return walk_nested(w, c, depth, &leaf);
}

/* The leaf of an instance-id LCAF is that of the address in it. */
static enum lisp_err
walk_iid(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth, uint8_t iid_mask_len,
		struct lisp_leaf *leaf)
{
	uint32_t iid = lisp_read_u32(c);
	enum lisp_err err;

	if (iid_mask_len > 32)
		return LISP_ERR_MASK;
	err = walk_nested(w, c, depth, leaf);
	if (err != LISP_OK)
		return err;
	if (leaf->afi == LISP_AFI_NONE)
		w->unserved = true; /* a range of Instance IDs */
	if (!leaf->has_iid) {
		leaf->has_iid = true;
		leaf->iid = iid;
	}
	return LISP_OK;
}

static enum lisp_err
apply_mask(const struct lisp_walk *w, const struct lisp_leaf *leaf, const uint8_t *mask_len)
{
	if (leaf->width == 0) {
		clear(w, mask_len, 1);
		return LISP_OK;
	}
	if (*mask_len > leaf->width)
		return LISP_ERR_MASK;
	if (w->canon != NULL)
		lisp_mask_octets(canon_at(w, leaf->octets), leaf->len, *mask_len);
	return LISP_OK;
}

/* Multicast info and source/dest: n octets that end with two reserved ones and two mask lengths,
 * then two addresses. */
static enum lisp_err
walk_pair(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth, size_t n)
{
	const uint8_t *p = lisp_read_octets(c, n);
	struct lisp_leaf leaf;
	enum lisp_err err;

	if (p == NULL)
		return LISP_ERR_LCAF;
	clear(w, p + n - 4, 2);
	for (const uint8_t *mask_len = p + n - 2; mask_len < p + n; mask_len++) {
		err = walk_nested(w, c, depth, &leaf);
		if (err == LISP_OK)
			err = apply_mask(w, &leaf, mask_len);
		if (err != LISP_OK)
			return err;
	}
	return LISP_OK;
}

static enum lisp_err
walk_security(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth)
{
	unsigned int n_keys = lisp_read_u8(c);

	lisp_read_octets(c, 3);
	for (unsigned int i = 0; i < n_keys && !c->failed; i++)
		lisp_read_octets(c, lisp_read_u16(c));
	return walk_one(w, c, depth, 0);
}

static bool
is_eid_type(uint8_t type)
{
	return type == LISP_LCAF_AFI_LIST || type == LISP_LCAF_IID || type == LISP_LCAF_ASN ||
			type == LISP_LCAF_MCAST || type == LISP_LCAF_SRC_DST;
}

/* The contents of an LCAF; c is over its Length octets. */
static enum lisp_err
walk_body(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth, const uint8_t *header,
		struct lisp_leaf *leaf)
{
	switch (header[4]) {
	case LISP_LCAF_NULL:
		return LISP_OK;
	case LISP_LCAF_AFI_LIST:
		return walk_list(w, c, depth, 0);
	case LISP_LCAF_IID:
		return walk_iid(w, c, depth, header[5], leaf);
	case LISP_LCAF_ASN:
		return walk_one(w, c, depth, 4);
	case LISP_LCAF_GEO:
		return walk_one(w, c, depth, 12);
	case LISP_LCAF_MCAST:
		return walk_pair(w, c, depth, 8);
	case LISP_LCAF_ELP:
		return walk_list(w, c, depth, 2);
	case LISP_LCAF_SECURITY:
		return walk_security(w, c, depth);
	case LISP_LCAF_SRC_DST:
		return walk_pair(w, c, depth, 4);
	case LISP_LCAF_RLE:
		return walk_list(w, c, depth, 4);
	case LISP_LCAF_VENDOR:
		return LISP_ERR_VENDOR; /* RFC 9306 section 4; we know no OUI */
	default:
		c->pos = c->end;
		return LISP_OK;
	}
}

static enum lisp_err
walk_lcaf(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth, struct lisp_leaf *leaf)
{
	const uint8_t *header = c->pos - 2;
	const uint8_t *fields = lisp_read_octets(c, 4);
	uint16_t len = lisp_read_u16(c);
	const uint8_t *body = lisp_read_octets(c, len);
	struct lisp_cursor window;
	enum lisp_err err;

	if (fields == NULL || body == NULL)
		return short_read(depth);
	if (depth >= LISP_LCAF_DEPTH_MAX)
		return LISP_ERR_DEPTH;
	leaf->lcaf_type = header[4];
	leaf->octets = header;
	leaf->len = LISP_LCAF_HEADER_LEN + (uint32_t)len;
	if (!is_eid_type(header[4]))
		w->unserved = true;
	clear(w, header + 2, 2);
	clear(w, header + 5, 1);
	window = lisp_cursor_over(body, len);
	err = walk_body(w, &window, depth + 1, header, leaf);
	if (err == LISP_OK && (window.failed || lisp_left(&window) > 0))
		err = LISP_ERR_LCAF;
	return err;
}

/* A distinguished name ends with its first NUL, which counts (RFC 9735). */
static enum lisp_err
walk_name(struct lisp_walk *w, struct lisp_cursor *c, struct lisp_leaf *leaf)
{
	size_t left = lisp_left(c);
	const uint8_t *nul = left == 0 ? NULL : memchr(c->pos, 0, left);

	if (nul == NULL)
		return LISP_ERR_NAME;
	leaf->len = (uint32_t)(nul - c->pos) + 1;
	leaf->octets = lisp_read_octets(c, leaf->len);
	w->n_served++;
	return LISP_OK;
}

static enum lisp_err
walk_plain(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth, unsigned int len,
		struct lisp_leaf *leaf)
{
	leaf->octets = lisp_read_octets(c, len);
	leaf->len = len;
	leaf->width = (uint8_t)(8 * len);
	w->n_served++;
	return leaf->octets == NULL ? short_read(depth) : LISP_OK;
}

static enum lisp_err
walk_nested(struct lisp_walk *w, struct lisp_cursor *c, unsigned int depth, struct lisp_leaf *leaf)
{
	uint16_t afi = lisp_read_u16(c);

	if (c->failed)
		return short_read(depth);
	*leaf = (struct lisp_leaf){ .afi = afi };
	switch (afi) {
	case LISP_AFI_NONE:
		return LISP_OK;
	case LISP_AFI_IPV4:
		return walk_plain(w, c, depth, 4, leaf);
	case LISP_AFI_IPV6:
		return walk_plain(w, c, depth, 16, leaf);
	case LISP_AFI_802:
	case LISP_AFI_MAC48:
		return walk_plain(w, c, depth, 6, leaf);
	case LISP_AFI_MAC64:
		w->unserved = true;
		return walk_plain(w, c, depth, 8, leaf);
	case LISP_AFI_NAME:
		return walk_name(w, c, leaf);
	case LISP_AFI_LCAF:
		return walk_lcaf(w, c, depth, leaf);
	default:
		return LISP_ERR_AFI;
	}
}

enum lisp_err
lisp_walk_addr(struct lisp_walk *w, struct lisp_cursor *c, struct lisp_leaf *leaf)
{
	enum lisp_err err = walk_nested(w, c, 0, leaf);

	return err == LISP_OK ? LISP_OK : lisp_fail(c, err);
}
