/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The protocol vectors (README.md beside their JSON) as the product's own structures.
 */

#pragma once

#include <jansson.h>

#include "assoc.h"
#include "lisp_addr.h"

/** Octets read from hex digits. */
struct harness_octets {
	uint8_t *p; /**< NULL for none. */
	size_t len;
};

/** The member name of o, a string of hex digits; none when it is absent. free() its p. */
struct harness_octets harness_json_hex(const json_t *o, const char *name);

/** The member name of o, hex digits of 64 bits; 0 when absent. */
uint64_t harness_json_u64(const json_t *o, const char *name);

/** The member name of o; "" when absent. */
const char *harness_json_text(const json_t *o, const char *name);

/** An EID: the address of a vector, put on the wire and read back. Ends the program if it cannot. */
void harness_json_eid(const json_t *addr, uint32_t iid, uint8_t mask_len, struct lisp_eid *eid);

/** "10.1.0.0/16", or an address as a host prefix. Ends the program if it cannot. */
void harness_json_prefix(const char *text, uint32_t iid, struct lisp_eid *eid);

/** Sites of a vector file. */
struct harness_sites {
	struct assoc_site_params *sites;
	uint32_t n_sites;
};

/** All keys strict, one xTR-ID as good as another. */
void harness_sites_load(struct harness_sites *s, const json_t *sites);
void harness_sites_free(struct harness_sites *s);

/** Secret and its length of a key; NULL when there is none. */
const struct assoc_key_params *harness_sites_key(
		const struct harness_sites *s, const char *site, uint8_t key_id);
