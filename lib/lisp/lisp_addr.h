/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Addresses: AFI-encoded addresses, LCAF (RFC 8060), and EID-prefixes with their Instance ID.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lisp.h"
#include "lisp_cursor.h"

/** What kind of EID an EID-prefix holds. */
enum lisp_eid_kind {
	LISP_EID_NONE = 0, /**< No EID: AFI 0, legal as Source-EID only. */
	LISP_EID_IPV4 = 1,
	LISP_EID_IPV6 = 2,
	LISP_EID_MAC = 3,  /**< 48-bit MAC, AFI 16389; exact, mask_len 48. */
	LISP_EID_NAME = 4, /**< Distinguished name with its NUL; exact, mask_len 0. */
	LISP_EID_LCAF = 5, /**< AFI list, AS number, multicast info, source/dest: canonical; exact. */
};

/**
 * EID-prefix in canonical form: the key of a mapping.
 *
 * Two EID-prefixes are the same mapping when lisp_eid_equal() says so.  Host bits are clear; an
 * instance-id LCAF around the EID has become iid (the innermost wins when they nest); for
 * LISP_EID_LCAF octets hold the whole LCAF from its AFI on, reserved fields zeroed, host bits of
 * inner addresses clear.  Octets from len up to 16 are zero; beyond max(len, 16) they are
 * undefined, so the struct must never be compared or hashed as a whole.
 */
struct lisp_eid {
	uint32_t iid;     /**< Instance ID, host order. */
	uint8_t kind;     /**< enum lisp_eid_kind */
	uint8_t mask_len; /**< Bits; IPv4 0..32, IPv6 0..128, MAC 48, else 0. */
	uint16_t len;     /**< Octets used below: 4, 16, 6, or the canonical length. */
	uint8_t octets[LISP_EID_OCTETS_MAX];
};

/** Octets of the part of an EID that is always defined, header and first 16 octets. */
#define LISP_EID_HOT_LEN 24

static inline bool
lisp_eid_equal(const struct lisp_eid *a, const struct lisp_eid *b)
{
	if (memcmp(a, b, LISP_EID_HOT_LEN) != 0)
		return false;
	return a->len <= 16 || memcmp(a->octets + 16, b->octets + 16, a->len - 16u) == 0;
}

static inline bool
lisp_eid_is_ip(const struct lisp_eid *e)
{
	return e->kind == LISP_EID_IPV4 || e->kind == LISP_EID_IPV6;
}

/** Width of the address in bits: 32, 128, 48; 0 for kinds without a mask. */
unsigned int lisp_eid_width(const struct lisp_eid *e);

/**
 * Does a cover b: same Instance ID and kind, and b equal to a or inside it?  Kinds without a mask
 * cover only themselves.
 */
bool lisp_eid_covers(const struct lisp_eid *a, const struct lisp_eid *b);

/** Number of leading bits two addresses of IP kind share, at most limit. */
unsigned int lisp_eid_common_bits(
		const struct lisp_eid *a, const struct lisp_eid *b, unsigned int limit);

/** Clear the bits after mask_len (at most 8*n) of an address of n octets. */
void lisp_mask_octets(uint8_t *octets, unsigned int n, unsigned int mask_len);

/**
 * Read one EID as it stands in a record, the AFI first, and make it canonical.
 *
 * @param c         Cursor at the AFI; afterwards behind the EID.
 * @param mask_len  EID mask-len of the record; for kinds other than IP and MAC ignored.
 * @param[out] eid  Filled on LISP_OK; undefined otherwise.
 * @return LISP_OK; or why the message must be dropped.  AFI 0, and an instance-id LCAF around
 *         AFI 0, are LISP_ERR_EID (protocol: EID ranges are not served), and so is an LCAF without
 *         any address, one of a type that is not served, or one with such a type inside; a mask
 *         above the width is LISP_ERR_MASK.  On failure the cursor is failed.
 */
enum lisp_err lisp_eid_read(struct lisp_cursor *c, uint8_t mask_len, struct lisp_eid *eid);

/**
 * Write an EID, AFI first: bare for Instance ID 0, inside an instance-id LCAF otherwise
 * (IID mask-len 32 when its EID is an IP prefix, else 0).
 */
void lisp_eid_write(struct lisp_writer *w, const struct lisp_eid *eid);

/** An IPv4 or IPv6 address that a packet can be sent to or came from. */
struct lisp_ip {
	uint8_t family;     /**< 4, 6, or 0 for none. */
	uint8_t octets[16]; /**< Network order; IPv4 in the first four, rest zero. */
};

static inline bool
lisp_ip_equal(const struct lisp_ip *a, const struct lisp_ip *b)
{
	return a->family == b->family && memcmp(a->octets, b->octets, 16) == 0;
}

/**
 * May this address stand as a unicast RLOC (CK-047): not unspecified, loopback, broadcast,
 * multicast, and, for IPv6, not link-local?
 */
bool lisp_ip_is_unicast(const struct lisp_ip *ip);

/** An AFI-encoded address as it stands in the message; points into it. */
struct lisp_addr {
	uint16_t afi;
	uint8_t lcaf_type; /**< Valid when afi is LISP_AFI_LCAF. */
	bool recognised; /**< False: an LCAF type that a locator must ignore (RFC 9306 section 3). */
	const uint8_t *start; /**< At the AFI. */
	uint32_t len;         /**< Octets from start, AFI included. */
	struct lisp_ip ip;    /**< The address when afi is IPv4 or IPv6, else family 0. */
};

/**
 * Read one address, AFI first, of a locator, ITR-RLOC or Source-EID, and check everything inside
 * it: windows of nested LCAFs, mask lengths, depth, AFIs.
 *
 * @return LISP_OK also for an LCAF type that is merely unrecognised (then addr->recognised is
 *         false); an error when the message must be dropped (RFC 9301 5.1, RFC 9306 4).
 */
enum lisp_err lisp_addr_read(struct lisp_cursor *c, struct lisp_addr *addr);
