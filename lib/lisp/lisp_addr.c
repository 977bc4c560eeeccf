/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_addr.h"

#include <string.h>

#include "lisp_priv.h"

unsigned int
lisp_eid_width(const struct lisp_eid *e)
{
	switch (e->kind) {
	case LISP_EID_IPV4:
		return 32;
	case LISP_EID_IPV6:
		return 128;
	case LISP_EID_MAC:
		return 48;
	default:
		return 0;
	}
}

bool
lisp_eid_covers(const struct lisp_eid *a, const struct lisp_eid *b)
{
	if (!lisp_eid_is_ip(a))
		return lisp_eid_equal(a, b);
	return a->iid == b->iid && a->kind == b->kind && a->mask_len <= b->mask_len &&
			lisp_eid_common_bits(a, b, a->mask_len) == a->mask_len;
}

/* Leading bits that 64-bit words share. */
static unsigned int
shared_bits(const uint8_t *a, const uint8_t *b)
{
	uint64_t differ = lisp_load_u64(a) ^ lisp_load_u64(b);

	return differ == 0 ? 64 : (unsigned int)__builtin_clzll(differ);
}

unsigned int
lisp_eid_common_bits(const struct lisp_eid *a, const struct lisp_eid *b, unsigned int limit)
{
	unsigned int n = shared_bits(a->octets, b->octets);

	if (n == 64 && limit > 64)
		n += shared_bits(a->octets + 8, b->octets + 8);
	return n < limit ? n : limit;
}

void
lisp_mask_octets(uint8_t *octets, unsigned int n, unsigned int mask_len)
{
	unsigned int whole = mask_len / 8;

	if (whole >= n)
		return;
	octets[whole] &= (uint8_t)(0xff00 >> mask_len % 8);
	memset(octets + whole + 1, 0, n - whole - 1);
}

static void
set_octets(struct lisp_eid *eid, uint8_t kind, const struct lisp_leaf *leaf)
{
	eid->kind = kind;
	eid->mask_len = 0;
	eid->len = (uint16_t)leaf->len;
	memset(eid->octets, 0, 16);
	memcpy(eid->octets, leaf->octets, leaf->len);
}

/* The walk that checked the LCAF goes over it once more and cleans the copy. */
static enum lisp_err
set_lcaf(struct lisp_eid *eid, const struct lisp_leaf *leaf)
{
	struct lisp_cursor c = lisp_cursor_over(leaf->octets, leaf->len);
	struct lisp_walk w = { .base = leaf->octets, .canon = eid->octets };
	struct lisp_leaf again;

	set_octets(eid, LISP_EID_LCAF, leaf);
	return lisp_walk_addr(&w, &c, &again);
}

static enum lisp_err
set_eid(struct lisp_eid *eid, const struct lisp_leaf *leaf, uint8_t mask_len)
{
	eid->iid = leaf->iid;
	switch (leaf->afi) {
	case LISP_AFI_IPV4:
		lisp_eid_set_ipv4(eid, leaf->octets, mask_len);
		return LISP_OK;
	case LISP_AFI_IPV6:
		lisp_eid_set_ipv6(eid, leaf->octets, mask_len);
		return LISP_OK;
	case LISP_AFI_MAC48:
		set_octets(eid, LISP_EID_MAC, leaf);
		eid->mask_len = 48;
		return LISP_OK;
	case LISP_AFI_NAME:
		set_octets(eid, LISP_EID_NAME, leaf);
		return LISP_OK;
	case LISP_AFI_LCAF:
		return set_lcaf(eid, leaf);
	default:
		return LISP_ERR_EID; /* AFI 6 means a MAC only inside an AFI list */
	}
}

enum lisp_err
lisp_eid_read_any(struct lisp_cursor *c, uint8_t mask_len, struct lisp_eid *eid)
{
	struct lisp_walk w = { 0 };
	struct lisp_leaf leaf;
	enum lisp_err err = lisp_walk_addr(&w, c, &leaf);

	if (err == LISP_OK && (w.unserved || w.n_served == 0 || leaf.len > LISP_EID_OCTETS_MAX))
		err = LISP_ERR_EID;
	if (err == LISP_OK && leaf.width > 0 && mask_len > leaf.width)
		err = LISP_ERR_MASK;
	if (err == LISP_OK)
		err = set_eid(eid, &leaf, mask_len);
	return err == LISP_OK ? LISP_OK : lisp_fail(c, err);
}

enum lisp_err
lisp_eid_read(struct lisp_cursor *c, uint8_t mask_len, struct lisp_eid *eid)
{
	return lisp_eid_read_fast(c, mask_len, eid);
}

static uint16_t
afi_of(const struct lisp_eid *eid)
{
	switch (eid->kind) {
	case LISP_EID_IPV4:
		return LISP_AFI_IPV4;
	case LISP_EID_IPV6:
		return LISP_AFI_IPV6;
	case LISP_EID_MAC:
		return LISP_AFI_MAC48;
	case LISP_EID_NAME:
		return LISP_AFI_NAME;
	default:
		return LISP_AFI_NONE;
	}
}

void
lisp_eid_write(struct lisp_writer *w, const struct lisp_eid *eid)
{
	bool has_afi = eid->kind == LISP_EID_LCAF;
	uint16_t len = eid->kind == LISP_EID_NONE ? 0 : eid->len;

	if (eid->iid != 0) {
		lisp_write_u16(w, LISP_AFI_LCAF);
		lisp_write_u16(w, 0);
		lisp_write_u8(w, LISP_LCAF_IID);
		lisp_write_u8(w, lisp_eid_is_ip(eid) ? 32 : 0);
		lisp_write_u16(w, (uint16_t)(4 + (has_afi ? 0 : 2) + len));
		lisp_write_u32(w, eid->iid);
	}
	if (!has_afi)
		lisp_write_u16(w, afi_of(eid));
	lisp_write_octets(w, eid->octets, len);
}

static bool
is_unicast_ipv4(const uint8_t *o)
{
	/* 0/8 is "this host", never a destination (RFC 1122 3.2.1.3) */
	return o[0] != 0 && o[0] != 127 && (o[0] & 0xf0) != 0xe0 &&
			lisp_load_u32(o) != UINT32_C(0xffffffff);
}

static bool
is_unicast_ipv6(const uint8_t *o)
{
	bool unspecified_or_loopback = lisp_load_u64(o) == 0 && lisp_load_u64(o + 8) <= 1;
	bool link_local = o[0] == 0xfe && (o[1] & 0xc0) == 0x80;

	return !unspecified_or_loopback && !link_local && o[0] != 0xff;
}

bool
lisp_ip_is_unicast(const struct lisp_ip *ip)
{
	if (ip->family == 4)
		return is_unicast_ipv4(ip->octets);
	return ip->family == 6 && is_unicast_ipv6(ip->octets);
}

/* The types of protocol section 1.4 rule 2: what is not among them must be ignored as a locator. */
static bool
is_recognised(uint8_t lcaf_type)
{
	return lcaf_type <= LISP_LCAF_ASN || lcaf_type == LISP_LCAF_GEO ||
			(lcaf_type >= LISP_LCAF_MCAST && lcaf_type <= LISP_LCAF_RLE);
}

enum lisp_err
lisp_addr_read(struct lisp_cursor *c, struct lisp_addr *addr)
{
	struct lisp_walk w = { 0 };
	struct lisp_leaf leaf;
	const uint8_t *start = c->pos;
	enum lisp_err err = lisp_walk_addr(&w, c, &leaf);

	if (err != LISP_OK)
		return err;
	*addr = (struct lisp_addr){
		.afi = lisp_load_u16(start), .recognised = true, .start = start
	};
	addr->len = (uint32_t)(c->pos - start);
	if (addr->afi == LISP_AFI_LCAF) {
		addr->lcaf_type = start[4];
		addr->recognised = is_recognised(start[4]);
	} else if (addr->afi == LISP_AFI_IPV4 || addr->afi == LISP_AFI_IPV6) {
		addr->ip.family = addr->afi == LISP_AFI_IPV4 ? 4 : 6;
		memcpy(addr->ip.octets, leaf.octets, leaf.len);
	}
	return LISP_OK;
}
