/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What the files of this room share: the walk over one address, and the short way for plain
 * IPv4 and IPv6, which is what nearly every record holds.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lisp_addr.h"

/** Octets of an LCAF from its AFI to its Length, both included. */
#define LISP_LCAF_HEADER_LEN 8

/** What stands inside an address once its instance-id LCAFs are taken off. */
struct lisp_leaf {
	uint16_t afi;
	uint8_t lcaf_type;     /**< Valid when afi is LISP_AFI_LCAF. */
	uint8_t width;         /**< Bits of an address that a mask length can go with, else 0. */
	bool has_iid;          /**< There was an instance-id LCAF. */
	uint32_t iid;          /**< Of the innermost one, host order; else 0. */
	const uint8_t *octets; /**< Address behind its AFI; of an LCAF its AFI. */
	uint32_t len;          /**< Octets at octets. */
};

/** One walk over an address and all that is nested in it. */
struct lisp_walk {
	const uint8_t *base; /**< The octets that canon is a copy of. */
	uint8_t *canon; /**< Reserved fields and host bits are cleared here; NULL: check only. */
	unsigned int n_served; /**< Addresses of a kind that an EID may have. */
	bool unserved;         /**< Met something that an EID must not have. */
};

/**
 * Check one address, AFI first, and everything inside it.  On failure the cursor is failed.
 *
 * @param[in,out] w  Zeroed, or with base and canon set.
 */
enum lisp_err lisp_walk_addr(struct lisp_walk *w, struct lisp_cursor *c, struct lisp_leaf *leaf);

/** lisp_eid_read() for whatever lisp_eid_read_fast() does not know. */
enum lisp_err lisp_eid_read_any(struct lisp_cursor *c, uint8_t mask_len, struct lisp_eid *eid);

static inline uint16_t
lisp_load_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
lisp_load_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t
lisp_load_u64(const uint8_t *p)
{
	return (uint64_t)lisp_load_u32(p) << 32 | lisp_load_u32(p + 4);
}

static inline void
lisp_store_u32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static inline void
lisp_store_u64(uint8_t *p, uint64_t v)
{
	lisp_store_u32(p, (uint32_t)(v >> 32));
	lisp_store_u32(p + 4, (uint32_t)v);
}

/** An error that leaves the cursor unusable, so that no caller reads on by mistake. */
static inline enum lisp_err
lisp_fail(struct lisp_cursor *c, enum lisp_err err)
{
	c->failed = true;
	return err;
}

/** mask_len 0..32 */
static inline void
lisp_eid_set_ipv4(struct lisp_eid *eid, const uint8_t *octets, uint8_t mask_len)
{
	uint32_t mask = (uint32_t)(UINT64_C(0xffffffff) << (32 - mask_len));

	eid->kind = LISP_EID_IPV4;
	eid->mask_len = mask_len;
	eid->len = 4;
	memset(eid->octets, 0, 16);
	lisp_store_u32(eid->octets, lisp_load_u32(octets) & mask);
}

/** The first n bits of 64, n 0..64. */
static inline uint64_t
lisp_high_bits(unsigned int n)
{
	return n == 0 ? 0 : UINT64_MAX << (64 - n);
}

/** mask_len 0..128 */
static inline void
lisp_eid_set_ipv6(struct lisp_eid *eid, const uint8_t *octets, uint8_t mask_len)
{
	unsigned int high = mask_len < 64 ? mask_len : 64;

	eid->kind = LISP_EID_IPV6;
	eid->mask_len = mask_len;
	eid->len = 16;
	lisp_store_u64(eid->octets, lisp_load_u64(octets) & lisp_high_bits(high));
	lisp_store_u64(eid->octets + 8,
			lisp_load_u64(octets + 8) & lisp_high_bits(mask_len - high));
}

/** lisp_eid_read() with the plain IP cases in line. */
static inline enum lisp_err
lisp_eid_read_fast(struct lisp_cursor *c, uint8_t mask_len, struct lisp_eid *eid)
{
	const uint8_t *p = c->pos;
	size_t left = c->failed ? 0 : lisp_left(c);

	if (left >= 6 && lisp_load_u16(p) == LISP_AFI_IPV4 && mask_len <= 32) {
		eid->iid = 0;
		lisp_eid_set_ipv4(eid, p + 2, mask_len);
		c->pos = p + 6;
		return LISP_OK;
	}
	if (left >= 18 && lisp_load_u16(p) == LISP_AFI_IPV6 && mask_len <= 128) {
		eid->iid = 0;
		lisp_eid_set_ipv6(eid, p + 2, mask_len);
		c->pos = p + 18;
		return LISP_OK;
	}
	return lisp_eid_read_any(c, mask_len, eid);
}
