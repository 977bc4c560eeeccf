/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What must survive a restart: the last nonce of every strict association (RFC 9301 section 5.6).
 *
 * Model.  A store holds small records, key and value octets, sorted by kind.  Changes are put into
 * a batch and become durable together by store_commit(), which returns only when they are on
 * stable storage.  Record format and its version are this room's (store.c); drivers
 * (store_driver.h) see octets.
 *
 * Threads.  One, and the same for open, put and commit: the control core.
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#define STORE_SPACE_LEN  16 /**< Octets naming a nonce space: one site, Key ID and secret. */
#define STORE_XTR_ID_LEN 16

struct store;        /* opaque */
struct store_driver; /* store_driver.h */

/** The last nonce of one association. */
struct store_nonce {
	uint8_t space[STORE_SPACE_LEN];   /**< assoc: fingerprint of site, Key ID and secret. */
	uint8_t xtr_id[STORE_XTR_ID_LEN]; /**< Zero without xTR-ID. */
	uint8_t has_xtr_id; /**< 1 or 0: I bit set and clear do not share a nonce space. */
	uint64_t nonce;
};

struct store_params {
	const struct store_driver *const *drivers; /**< What was built, ended by NULL. */
	const char *driver;                        /**< Name: "lmdb". */
	const char *path;                          /**< Folder; made with mode 0700 when absent. */
	uint64_t map_size; /**< Octets the store may grow to; 0 = driver's default. */
};

/**
 * Open, creating what is absent.
 *
 * @param[out] why  Sentence for people on failure.
 * @return 0; -ENOENT no such driver was built, or the parent of path is absent; -EPERM: others may
 *         use the folder, or it belongs to another user; -EACCES, -EROFS, -ENOSPC, -ENOTDIR and
 *         others from the system; -EBADMSG: what is there is not ours, damaged, or of a newer
 *         version; -EBUSY: another process, or this one, has it open.
 */
int store_open(const struct store_params *p, struct store **s, char *why, size_t why_size);
void store_close(struct store *s); /**< Drops an uncommitted batch. NULL is fine. */

/** Name of its driver: "lmdb". */
const char *store_driver_name(const struct store *s);

/**
 * 32 random octets made when the store was created: the key under which secrets are
 * fingerprinted, so that a nonce space can be told without the secret being in the store.
 */
const uint8_t *store_fingerprint_key(const struct store *s);

/**
 * Call cb for every nonce committed; the open batch is not seen, and cb may put into it.
 *
 * @return 0; what cb returned when it was not 0, and no more are told then; -EBADMSG a record is
 *         damaged or of a newer version; -errno of the system.
 */
int store_nonce_each(struct store *s, int (*cb)(const struct store_nonce *n, void *arg), void *arg);

/**
 * Put into the batch; the last put of the same association wins.
 *
 * @return 0; -ENOSPC the store is full; -errno of the system.  After an error the whole batch is
 *         dropped: what was put before must not count, and the next put starts a new batch.
 */
int store_nonce_put(struct store *s, const struct store_nonce *n);

/** Remove into the batch; absent is fine. Errors as store_nonce_put(). */
int store_nonce_del(struct store *s, const struct store_nonce *n);

/**
 * Make the batch durable; an empty one is fine.
 *
 * @return 0; -ENOSPC full, -errno of the system: nothing of the batch is in the store.
 */
int store_commit(struct store *s);
