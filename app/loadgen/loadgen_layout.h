/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Who the emulated ETRs are and which EID-prefixes they have: everything is computed from an ETR's
 * number, nothing is stored, so that a million EID-prefixes cost no memory and a second run, or
 * the site files written for the server, agree octet for octet.
 *
 * ETR e belongs to site e % n_sites.  Each site has one aggregate of every address family, 2^site_bits
 * EID-prefixes long; in its lower half ETR after ETR has its block, the upper half holds the
 * "fresh" EID-prefixes that --churn-new registers and withdraws.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lisp_addr.h"

#define LOADGEN_ETRS_PER_SITE     64   /**< When the number of sites is not given. */
#define LOADGEN_ETRS_PER_SITE_MAX 1024 /**< What a server takes under one key. */

/** Nonce policy written into the site files. */
enum loadgen_policy {
	LOADGEN_STRICT = 0,
	LOADGEN_RECENT,
	LOADGEN_OFF,
};

struct loadgen_layout {
	/* given */
	uint64_t seed; /**< Of xTR-IDs and of the choice of address family. */
	uint32_t n_etrs;
	uint32_t n_prefixes;    /**< EID-prefixes of all ETRs together. */
	uint32_t n_sites;       /**< 0: one for every LOADGEN_ETRS_PER_SITE ETRs; then derived. */
	uint32_t ipv6_percent;  /**< Share of EID-prefixes that are IPv6. */
	uint32_t mask4, mask6;  /**< Bits of an EID-prefix. */
	struct lisp_eid space4; /**< All IPv4 EIDs come from here. */
	struct lisp_eid space6;
	struct lisp_ip source;    /**< RLOC of ETR 0; the others follow. */
	uint32_t etrs_per_source; /**< ETRs that share one RLOC. */
	uint32_t key_id;          /**< 0..127 */
	uint32_t alg_id;          /**< 1..3 */
	uint32_t policy;          /**< enum loadgen_policy */

	/* derived */
	uint32_t etrs_per_site; /**< At most. */
	uint32_t per_etr;       /**< EID-prefixes of each ETR ... */
	uint32_t n_larger;      /**< ... and one more for the first so many. */
	uint32_t stride;        /**< EID-prefix numbers reserved for an ETR. */
	uint32_t site_bits;     /**< log2 of the numbers reserved for a site. */
};

/**
 * Fill in what is derived.
 *
 * @param[out] why  Sentence for people on failure.
 * @return 0; -EINVAL when the numbers do not fit together.
 */
int loadgen_layout_derive(struct loadgen_layout *l, char *why, size_t why_size);

static inline uint32_t
loadgen_layout_site(const struct loadgen_layout *l, uint32_t etr)
{
	return etr % l->n_sites;
}

static inline uint64_t
loadgen_layout_site_id(uint32_t site)
{
	return UINT64_C(0x1000) + site;
}

/** EID-prefixes of an ETR. */
static inline uint32_t
loadgen_layout_prefixes(const struct loadgen_layout *l, uint32_t etr)
{
	return l->per_etr + (etr < l->n_larger ? 1 : 0);
}

/** Number, inside its site, of EID-prefix 0 of an ETR; its others follow. */
static inline uint32_t
loadgen_layout_first(const struct loadgen_layout *l, uint32_t etr)
{
	return etr / l->n_sites * l->stride;
}

/** Number of the fresh EID-prefix that goes with EID-prefix n of a site. */
static inline uint32_t
loadgen_layout_fresh(const struct loadgen_layout *l, uint32_t n)
{
	return n | UINT32_C(1) << (l->site_bits - 1);
}

/** Address family, 4 or 6, of EID-prefix n of a site; a fresh one has that of its sibling. */
unsigned int loadgen_layout_family(const struct loadgen_layout *l, uint32_t site, uint32_t n);

/** Address octets, 4 or 16, of EID-prefix n of a site. */
void loadgen_layout_eid(const struct loadgen_layout *l, uint32_t site, uint32_t n,
		unsigned int family, uint8_t *octets);

/** The aggregate of a site. */
void loadgen_layout_aggregate(const struct loadgen_layout *l, uint32_t site, unsigned int family,
		struct lisp_eid *eid);

/** Most EID-prefixes a site can come to, fresh ones included. */
uint32_t loadgen_layout_site_max(const struct loadgen_layout *l);

/** Different RLOCs there are. */
uint32_t loadgen_layout_sources(const struct loadgen_layout *l);

/** RLOC of an ETR: where its Map-Registers come from. */
void loadgen_layout_source(const struct loadgen_layout *l, uint32_t etr, struct lisp_ip *ip);

/** RLOC of its other link, which it moves to and back from with --churn. */
void loadgen_layout_other_rloc(const struct loadgen_layout *l, uint32_t etr, struct lisp_ip *ip);

/** Is this the RLOC of an ETR of ours? */
bool loadgen_layout_is_source(const struct loadgen_layout *l, const struct lisp_ip *ip);

/** Smallest prefix over all RLOCs: its address and its mask length. */
unsigned int loadgen_layout_source_cover(const struct loadgen_layout *l, struct lisp_ip *ip);

/** xTR-ID of an ETR; no two are equal. */
void loadgen_layout_xtr_id(
		const struct loadgen_layout *l, uint32_t etr, uint8_t xtr_id[LISP_XTR_ID_LEN]);
