/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * A site for tests, and Map-Registers for it: what a test changes stands in a struct, the rest has
 * a default.
 */

#pragma once

#include "harness.h"

/* Key IDs of the lab: one for each nonce policy, all algorithm 2. */
#define HARNESS_KEY_STRICT 1
#define HARNESS_KEY_RECENT 2
#define HARNESS_KEY_OFF    3

#define HARNESS_SITE_ID UINT64_C(0xa0a0)

/** Site "lab": 10.1.0.0/16 and 2001:db8:1::/48 with more-specifics; 60 s of life. */
struct harness_lab {
	struct assoc_prefix_params prefixes[2];
	struct assoc_key_params keys[3]; /**< At their Key ID less one. */
	struct assoc_site_params site;
};

void harness_lab_init(struct harness_lab *lab);

/** Appliance with this one site; options but the sites may be set before. */
void harness_lab_open(struct harness *h, const struct harness_lab *lab, struct harness_options o);

/** A Map-Register. Host prefixes 10.1.0.0/32 + eid, eid + 1, ...; xTR number xtr. */
struct harness_register {
	uint64_t nonce;
	uint32_t flags; /**< LISP_REG_*, but for I. */
	uint8_t key_id;
	bool no_trailer;
	uint8_t xtr; /**< All octets of the xTR-ID. */
	uint32_t eid;
	uint8_t n_records; /**< 0: 1 */
	bool outside;      /**< The last record is 192.0.2.0/24, which is not of the site. */
	bool forged;       /**< Wrong Authentication Data. */
	uint32_t ttl_min;
	bool no_locators;
	uint32_t rloc; /**< IPv4, host order; 0: 203.0.113.1. */
};

/** M bit, strict key, one record of a day. */
struct harness_register harness_register_default(uint64_t nonce);

/** Write and sign it. @return octets. */
size_t harness_register_build(const struct harness_register *r, uint8_t buf[HARNESS_MESSAGE_MAX]);

/** Write it and put it into the receive ring, from the default peer. */
void harness_register_send(struct harness *h, const struct harness_register *r);

/** Send it, let it work, and say what became of it; answers stay in the ring. */
enum pipeline_verdict harness_register_do(struct harness *h, const struct harness_register *r);

/** Is 10.1.0.0/32 + eid registered? */
bool harness_lab_has(struct harness *h, uint32_t eid);

/** Last nonce of the association that r belongs to; -1 when there is none. */
int64_t harness_lab_nonce(struct harness *h, const struct harness_register *r);

/** Nonces in the store. */
unsigned int harness_lab_saved(struct harness *h);

/** Throw away what was sent. @return frames. */
unsigned int harness_lab_flush(struct harness *h);
