/* SPDX-License-Identifier: BSD-3-Clause */

/* What the judges of the vector files share; one judge a file, run_vectors.c has their list. */

#pragma once

#include <stdio.h>

#include "harness.h"
#include "harness_json.h"

#define VECTORS_WHY 256

/** What became of the vectors of one file. */
struct vectors_tally {
	unsigned int passed, failed, skipped;
	FILE *notes; /**< Lines about failed and skipped vectors. */
};

void vectors_pass(struct vectors_tally *t);
void vectors_fail(struct vectors_tally *t, const char *id, const char *why);
void vectors_skip(struct vectors_tally *t, const char *id, const char *why);

/** Write a reason. @return false, for the judge to return. */
__attribute__((format(printf, 2, 3))) bool vectors_wrong(
		char why[VECTORS_WHY], const char *form, ...);

/**
 * Does the verdict follow the vector?
 *
 * @param accept  The verdict that the vector calls "accept".
 */
bool vectors_verdict_ok(const json_t *v, enum pipeline_verdict got, enum pipeline_verdict accept,
		char why[VECTORS_WHY]);

/** Is got the reason, or a more exact one ("malformed" covers "malformed:mask")? */
bool vectors_reason_ok(const char *reason, enum pipeline_verdict got);

/** Judge every vector of a list that judge() knows. */
void vectors_each(const json_t *list, struct vectors_tally *t,
		bool (*judge)(const json_t *v, void *arg, char why[VECTORS_WHY]), void *arg);

/** The association that msg belongs to by site, Key ID and xTR-ID; NULL when there is none. */
const struct assoc *vectors_association(
		struct harness *h, const char *site, const uint8_t *msg, size_t len);

/** Nonces in the store; the last one seen goes to *nonce. */
unsigned int vectors_saved(struct harness *h, uint64_t *nonce);

/** Nonce of a message of type 3, 4 or 5. */
uint64_t vectors_nonce(const uint8_t *msg);

void vectors_map_register(const json_t *root, struct vectors_tally *t);
void vectors_replay_sequences(const json_t *root, struct vectors_tally *t);
void vectors_map_notify(const json_t *root, struct vectors_tally *t);
void vectors_map_request_ecm(const json_t *root, struct vectors_tally *t);
void vectors_derivations(const json_t *root, struct vectors_tally *t);
