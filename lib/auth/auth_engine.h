/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What an authentication engine offers; one const object per driver, listed by the build in a
 * table (drivers.c).  Drivers include this and auth.h, programs only auth.h.
 */

#pragma once

#include "auth.h"

/**
 * An engine.  compute is the one operation: full MAC of each message, whose Authentication Data
 * has been zeroed by the room; verify and sign, and the constant-time compare, are the room's, so
 * that no driver can get them wrong.
 */
struct auth_engine {
	const char *name; /**< As written in the config: "openssl". */

	/** Is it usable on this machine?  0, or -errno and a reason. */
	int (*probe)(const char **reason);

	/** After probe, at each auth_open() that tries it; 0 or -errno.  May be NULL. */
	int (*init)(void);

	/** Per-thread context; NULL with errno set. */
	void *(*ctx_create)(void);
	void (*ctx_destroy)(void *ctx);

	/** Pad states of a secret of any length for SHA-1 (alg 1) or SHA-256. */
	void (*pads)(uint8_t alg_id, const uint8_t *secret, size_t len, struct auth_pads *pads);

	/**
	 * MAC of each message: jobs[i].tag_len leftmost octets to tags[i].
	 *
	 * @param jobs  n of them, 1..AUTH_BURST_MAX, all legal, algorithms and lengths mixed;
	 *              msg is only read, its Authentication Data is zero.
	 * @param tags  Octets past tag_len may be written too; the room wipes all of them.
	 */
	void (*compute)(void *ctx, const struct auth_job *jobs, uint8_t (*tags)[AUTH_TAG_MAX],
			unsigned int n);
};

/** Salts of algorithm 3, by enum auth_label: ASCII, no NUL counted in len. */
struct auth_salt {
	const char *text;
	uint8_t len;
};
extern const struct auth_salt auth_salts[AUTH_LABEL_COUNT];

/** Jobs an engine is handed at most in one compute call; auth.c cuts longer bursts. */
#define AUTH_BURST_MAX 64
