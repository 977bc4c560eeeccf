/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Associations: which ETR may register, with which keys, and what.
 *
 * Model.
 *   site         who may register which EID-prefixes (RFC 9301 8.2), with its static keys.
 *   key          a static key of a site: Key ID 0..127, algorithm, secret, nonce policy.
 *   association  one ETR under one key: (key, xTR-ID), or the key alone for messages without the
 *                I bit.  It is the registrant that mapdb.h speaks of, and holds the nonce state.
 * Sites and keys come as a snapshot (struct assoc_sites), built whole by the control core and
 * swapped under RCU.  A site keeps its number over reloads as long as its name stays; a key keeps
 * its number as long as site, Key ID, algorithm and secret stay, and with it its associations and
 * their nonces.  A Key ID with another secret is another key: a new nonce space (CK-027).
 *
 * Threads.  One writer, the control core.  Any number of readers, the workers, registered with the
 * RCU variable; a pointer from a lookup is valid until the reader's next quiescent state, and in
 * the control core until its next assoc_sites_load() or assoc_reclaim().  Workers write only the
 * nonce state of an association and, on the same cache line, when it was last heard; all of it
 * atomic.
 *
 * Memory.  The table owns everything and copies secrets; they are wiped when the last reader is
 * done with them.
 */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_rcu_qsbr.h>

#include "auth.h"
#include "lisp_addr.h"

#define ASSOC_NONE       UINT32_MAX
#define ASSOC_RECENT_MAX 16  /**< Nonces that policy recent remembers: two cache lines. */
#define ASSOC_SITE_KEYS  128 /**< Static Key IDs of a site: 0..127. */
#define ASSOC_SPACE_LEN  16  /**< Octets naming a nonce space in the store. */

/** How nonces of a static key are judged (RFC 9301 5.6; DESIGN: per key). */
enum assoc_policy {
	ASSOC_STRICT = 0, /**< Must grow; saved before the registration counts. */
	ASSOC_RECENT = 1, /**< Must not be among the last ASSOC_RECENT_MAX. */
	ASSOC_OFF = 2, /**< Anything, but a copy of the last message within 1 s; closed networks. */
};

/** An address prefix that messages under a key may come from. */
struct assoc_source {
	struct lisp_ip ip;
	uint8_t mask_len; /**< Bits. */
};

/* ---- what the control core hands in ---- */

struct assoc_prefix_params {
	struct lisp_eid eid;
	bool more_specifics; /**< accept-more-specifics */
};

struct assoc_key_params {
	uint8_t key_id; /**< 0..127 */
	uint8_t alg_id;
	uint8_t policy;        /**< enum assoc_policy */
	bool insecure;         /**< Marked so by the operator; shown everywhere. */
	const uint8_t *secret; /**< Copied; the caller wipes its own. */
	size_t secret_len;
	uint64_t not_before_ms, not_after_ms; /**< UTC since 1970; 0 = no bound. */
	uint32_t max_xtrs;                    /**< Associations under this key at most. */
	const struct assoc_source *sources;   /**< Empty: any. Copied. */
	uint32_t n_sources;
};

struct assoc_site_params {
	const char *name;     /**< Unique; copied. */
	uint64_t site_id;     /**< 0 = none. */
	uint32_t lifetime_ms; /**< Of its registrations. */
	uint32_t max_eids;    /**< EID-prefixes registered at most. */
	bool notify_source;   /**< Map-Notify goes to the source port. */
	const struct assoc_prefix_params *prefixes;
	uint32_t n_prefixes;
	const struct assoc_key_params *keys;
	uint32_t n_keys;
};

struct assoc_params {
	uint32_t max_associations;
	uint32_t max_sites;
	uint32_t max_keys;
	struct rte_rcu_qsbr *rcu;
	const struct auth *auth;     /**< Prepares the keys. */
	uint8_t fingerprint_key[32]; /**< From the store, or random: names nonce spaces. */
};

struct assoc_table; /* opaque */

/** @return NULL with errno set. */
struct assoc_table *assoc_table_create(const struct assoc_params *p);
void assoc_table_destroy(struct assoc_table *t); /**< After all readers have gone. NULL is fine. */

/**
 * Build a snapshot from all sites and swap it in.  Control core.
 *
 * Associations of keys that are gone are removed; gone is called for each before it goes.  Then
 * changed is called once for each site of the old snapshot that is gone, whose settings,
 * EID-prefixes or keys are not as they were, or that lost part of an EID-prefix to a longer one of
 * another site: what its ETRs registered must be authorised anew.  The new snapshot is in force
 * already when either is called; neither may call back into the table but to look things up.
 * A key whose policy changes keeps its associations, and all nonces that were taken stay taken.
 *
 * @param gone     May be NULL. Association number that goes away.
 * @param changed  May be NULL. Number of a site; not called for sites that are new.
 * @param[out] why Sentence on failure: names the site, never a secret.
 * @return 0; -EEXIST a name, Site-ID, EID-prefix or Key ID stands twice, or a secret in two sites
 *         (CK-024); -ENOSPC above max_sites or max_keys, or, when nearly all keys change more than
 *         once within a grace period, no key number is free yet; -EINVAL a key that
 *         auth_key_init() refuses, a Key ID above 127, an unknown policy, a mask length above the
 *         width of its address, or a name above 255 octets; -ENOMEM.  On failure the old snapshot
 *         stays.
 */
int assoc_sites_load(struct assoc_table *t, const struct assoc_site_params *sites, uint32_t n_sites,
		void (*gone)(uint32_t assoc, void *arg), void (*changed)(uint32_t site, void *arg),
		void *arg, char *why, size_t why_size);

/* ---- the snapshot, read by workers ---- */

/** A static key.  Immutable; a key that stays over a reload is a new object with the same number. */
struct assoc_key {
	/* the first line: what is looked at before the MAC */
	uint32_t number; /**< Stable over reloads. */
	uint32_t site;   /**< Number of its site. */
	uint8_t key_id;
	uint8_t alg_id;
	uint8_t policy;
	bool insecure;
	uint32_t n_sources;
	const struct assoc_source *sources;
	uint64_t not_before_ms, not_after_ms; /**< 0 = no bound. */
	uint32_t max_xtrs;

	struct auth_key auth __attribute__((aligned(64)));
	uint8_t space[ASSOC_SPACE_LEN]; /**< Names its nonce space: HMAC of site, Key ID, secret. */
};

/** A site.  Immutable. */
struct assoc_site {
	/* the first line, with the first Key IDs: what every message looks at */
	uint32_t number; /**< Stable over reloads; below max_sites. */
	uint32_t lifetime_ms;
	uint64_t site_id;
	uint32_t max_eids;
	bool notify_source;
	const struct assoc_key *key[ASSOC_SITE_KEYS]; /**< By Key ID; NULL where there is none. */

	const char *name;
	const struct assoc_prefix_params *prefixes;
	uint32_t n_prefixes;
} __attribute__((aligned(64)));

struct assoc_sites; /* opaque */

/** The snapshot in force: load it once per burst, valid until the next quiescent state; never NULL. */
const struct assoc_sites *assoc_sites_get(const struct assoc_table *t);

/** Grows by one with every snapshot: a change that was checked against an older one is checked again. */
uint32_t assoc_sites_serial(const struct assoc_sites *s);

/** Site with this Site-ID (not 0); NULL. */
const struct assoc_site *assoc_site_by_id(const struct assoc_sites *s, uint64_t site_id);

/**
 * Site of each Site-ID, NULL where there is none or the Site-ID is 0; batched and prefetched, the
 * first line of each site included.  Worker.
 */
void assoc_site_by_id_burst(const struct assoc_sites *s, const uint64_t *site_ids,
		const struct assoc_site **out, unsigned int n);

/** Site by its stable number; NULL when no site of the snapshot has it. */
const struct assoc_site *assoc_site_by_number(const struct assoc_sites *s, uint32_t number);

/** Least number of a site of the snapshot above or equal to from; ASSOC_NONE at the end. */
uint32_t assoc_site_next(const struct assoc_sites *s, uint32_t from);

/** Site by name; NULL. */
const struct assoc_site *assoc_site_by_name(const struct assoc_sites *s, const char *name);

/** All sites of the snapshot, in the order they were given: 0..count-1. */
uint32_t assoc_sites_count(const struct assoc_sites *s);
const struct assoc_site *assoc_site_at(const struct assoc_sites *s, uint32_t i);

/**
 * Longest configured EID-prefix, over all sites, that covers eid (or equals it, for kinds without
 * a mask).
 *
 * @param[out] allowed  That prefix lets eid be registered: it is equal, or takes more-specifics.
 * @return its site; NULL when nothing covers it.
 */
const struct assoc_site *assoc_site_by_eid(
		const struct assoc_sites *s, const struct lisp_eid *eid, bool *allowed);

/** May a message under this key come from there? */
bool assoc_key_source_ok(const struct assoc_key *k, const struct lisp_ip *src);

/** Is now inside the life of the key? */
static inline bool
assoc_key_in_time(const struct assoc_key *k, uint64_t wall_ms)
{
	return wall_ms >= k->not_before_ms && (k->not_after_ms == 0 || wall_ms < k->not_after_ms);
}

/* ---- associations ---- */

/** What names an association. */
struct assoc_id {
	uint32_t key;        /**< assoc_key.number */
	uint32_t has_xtr_id; /**< 1 or 0; then xtr_id is zero. */
	uint8_t xtr_id[LISP_XTR_ID_LEN];
};

/**
 * An association.  Fields of the first line never change, but the policy by a reload; the second
 * line is written by workers.
 */
struct assoc {
	struct assoc_id id;
	uint32_t number; /**< Its registrant number; below max_associations. */
	uint32_t site;
	_Atomic(uint8_t) policy; /**< enum assoc_policy */

	_Atomic(uint64_t) last_nonce
			__attribute__((aligned(64))); /**< Greatest accepted, any policy. */
	_Atomic(uint64_t) last_ok_ns;  /**< base_clock_ns() of the last accepted Map-Register. */
	_Atomic(uint64_t) last_tag;    /**< First 8 octets of its tag: for policy off. */
	_Atomic(uint32_t) n_ok;        /**< Accepted, wraps. */
	_Atomic(uint32_t) n_replay;    /**< Refused by nonce, MAC right or not looked at; wraps. */
	_Atomic(uint32_t) recent_next; /**< Policy recent: where the next nonce goes. */
	_Atomic(uint64_t) *
			recent; /**< ASSOC_RECENT_MAX nonces; NULL if the policy never was recent. */
};

/** Association of each id, NULL where there is none; batched and prefetched.  Worker. */
void assoc_lookup_burst(const struct assoc_table *t, const struct assoc_id *const *ids,
		struct assoc **out, unsigned int n);

/** One of them.  Any reader. */
struct assoc *assoc_lookup(const struct assoc_table *t, const struct assoc_id *id);

/** By number; NULL when it is not in use.  Control core. */
struct assoc *assoc_by_number(const struct assoc_table *t, uint32_t number);

/**
 * Create an association with its first nonce, or with a nonce read back from the store.  Workers
 * see it at once, so the nonce is in it before.  Control core.
 *
 * @return 0; -ENOENT no such key; -EEXIST; -EDQUOT the key has its max_xtrs; -ENOSPC table full, or
 *         full until readers are done with associations that were removed.
 */
int assoc_create(struct assoc_table *t, const struct assoc_id *id, uint64_t nonce,
		struct assoc **out);

/** Key of a number; NULL when gone.  Control core. */
const struct assoc_key *assoc_key_by_number(const struct assoc_table *t, uint32_t number);

/** Key with this nonce space; NULL.  Control core: for nonces read back from the store. */
const struct assoc_key *assoc_key_by_space(
		const struct assoc_table *t, const uint8_t space[ASSOC_SPACE_LEN]);

/** Associations under a key. */
uint32_t assoc_key_count(const struct assoc_table *t, uint32_t key);

/** Least association number above or equal to from that is in use; ASSOC_NONE at the end. */
uint32_t assoc_next(const struct assoc_table *t, uint32_t from);

/** Give back what no reader can see any more; call every second or more often.  Control core. */
void assoc_reclaim(struct assoc_table *t);

struct assoc_stats {
	uint32_t n_sites, n_keys, n_associations;
	size_t bytes;
};
void assoc_stats_get(const struct assoc_table *t, struct assoc_stats *st);
