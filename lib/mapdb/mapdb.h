/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The registrations: what ETRs have registered and still holds.
 *
 * Model.  Three things, each an object of a slab.
 *   EID-prefix    the key of a mapping; exists while at least one mapping stands on it.
 *   mapping       what one registrant says of one EID-prefix: Record TTL, Map-Version, locators,
 *                 P and S.  Immutable once published; replaced as a whole.
 *   registration  what one Map-Register stated: registrant, digest of its flags and records, one
 *                 lifetime and expiry, and its mappings.
 * A registrant is an association (assoc.h), named by a number.  Several registrants stand side by
 * side on an EID-prefix, newest first; the mapping given out is that of the first live one, and
 * when that one expires or deregisters the next takes over (CK-045).  A record replaces what its
 * registrant said of that EID-prefix before; EID-prefixes that a message does not name stand, in
 * the older registration.
 *
 * Refresh.  The common case: a Map-Register equal to the one before, nonce and MAC apart.  Its
 * digest equals that of the registration its registrant holds at the first EID-prefix; then the
 * one expiry is moved and nothing else happens.  A registration has a digest only while each of
 * its records was accepted and still stands.
 *
 * Threads.  One writer, the control core.  Any number of readers, the workers, each registered
 * with the RCU variable; a pointer from a lookup is valid until the reader's next quiescent state.
 * The expiry of a registration is the one thing workers write, by compare-and-swap: one that the
 * control core has ended (expiry 0) stays ended, and an acknowledged refresh is never lost.
 *
 * Memory.  All of it is reserved at creation and touched as it is used; nothing is allocated
 * later.  Objects that readers may still see are given back after a grace period.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_rcu_qsbr.h>

#include "lisp_record.h"

struct mapdb; /* opaque */

#define MAPDB_REGISTRANT_NONE UINT32_MAX

struct mapdb_params {
	uint32_t max_eids;        /**< EID-prefixes held at most; mappings: a quarter more. */
	struct rte_rcu_qsbr *rcu; /**< Of the workers; outlives the table. */
};

/** @return NULL with errno set. */
struct mapdb *mapdb_create(const struct mapdb_params *p);
void mapdb_destroy(struct mapdb *db); /**< After all readers have gone. NULL is fine. */

/**
 * Digest of what a Map-Register states, for refreshes: of the flags that matter (P, S, I, E, T,
 * a), and of all its records, octet for octet.  Never 0.  Keyed with a seed of this start.  Any thread.
 */
uint64_t mapdb_digest(const struct mapdb *db, uint32_t flags, const uint8_t *records, size_t len);

/* ---- workers ---- */

/**
 * One Map-Register that may be a refresh.
 *
 * A refresh reads three cache lines one after the other, all of them far away in a big table:
 * hash bucket (or the second one), EID-prefix, registration.  Each seek step asks for the next one and returns at
 * once, so the caller does other work between them, for this message and others of its burst.
 * Nothing is changed before mapdb_refresh(), so the steps may run before the MAC is checked.
 */
struct mapdb_refresh {
	const struct lisp_eid
			*eid; /**< EID-prefix of its first record; set before the first step. */
	uint64_t digest;      /**< Set before mapdb_match(). */
	uint32_t registrant;  /**< Set before mapdb_match(); MAPDB_REGISTRANT_NONE never matches. */
	uint32_t registration; /**< Out of mapdb_match(): the registration it would refresh. */
	uint32_t entry;        /**< Between the steps. */
	uint64_t hash;         /**< Between the steps. */
};

#define MAPDB_REGISTRATION_NONE UINT32_MAX

void mapdb_seek_bucket(const struct mapdb *db, struct mapdb_refresh *r); /**< First step. Worker. */
void mapdb_seek_entry(const struct mapdb *db, struct mapdb_refresh *r);  /**< Second. Worker. */
/** In between, for those few that stand in their second bucket. Worker. */
void mapdb_seek_second(const struct mapdb *db, struct mapdb_refresh *r);
void mapdb_seek_registration(
		const struct mapdb *db, struct mapdb_refresh *r); /**< Third. Worker. */

/**
 * Fourth and last step: is it a refresh?  That is, the registrant holds a live registration with
 * this digest at that EID-prefix; r->registration becomes MAPDB_REGISTRATION_NONE otherwise.
 * Worker.
 */
void mapdb_match(const struct mapdb *db, struct mapdb_refresh *r, uint64_t now_ns);

/**
 * Refresh what mapdb_match() found in the same quiescent period: its expiry becomes now_ns +
 * lifetime of the registration.  Worker.
 *
 * @return false when it has ended, or lost its digest, in between: the message is a change then.
 */
bool mapdb_refresh(struct mapdb *db, const struct mapdb_refresh *r, uint64_t now_ns);

/* ---- control core ---- */

/** What one authenticated, authorised Map-Register states. */
struct mapdb_statement {
	uint32_t registrant;
	uint32_t flags;         /**< Word 0 of the message: P, S, T are kept. */
	uint64_t digest;        /**< mapdb_digest(); used only if all records were accepted. */
	const uint8_t *records; /**< Well formed (lisp_register_check()). */
	uint32_t records_len;
	uint8_t n_records;
	uint64_t accepted[4];     /**< Bit i of word i/64: record i is authorised. */
	uint32_t lifetime_ms;     /**< Life of the registration, T bit not set. */
	uint32_t max_lifetime_ms; /**< Cap of a Record TTL with the T bit. */
	uint32_t site;            /**< Number of the site, for mapdb_site_count(). */
};

/** What became of it. */
struct mapdb_result {
	uint16_t n_added; /**< EID-prefixes that were not there, from anybody. */
	uint16_t n_changed; /**< Mappings that replaced one of the same registrant, or joined others'. */
	uint16_t n_withdrawn; /**< Deregistered (Record TTL 0), whether it was there or not. */
};

/**
 * Apply a statement: add and replace mappings, withdraw those with Record TTL 0.  A repeated
 * EID-prefix in one message: the last one wins (CK-056).  With the T bit each mapping lives for its
 * own Record TTL (registrations are made per TTL then).
 *
 * @return 0; -ENOSPC when not all of it fits, or the registrant's number is 2^24 or more; -EINVAL
 *         when the records are not well formed after all.  On failure nothing has changed.
 */
int mapdb_apply(struct mapdb *db, const struct mapdb_statement *s, uint64_t now_ns,
		struct mapdb_result *res);

/**
 * End registrations that are due, at most budget of them, and give back memory whose grace period
 * is over.  Looks at no more than 64 times budget (those refreshed are put off).  Call every second
 * or more often; what is left over is taken up by the next call.
 *
 * @return registrations ended.
 */
unsigned int mapdb_expire(struct mapdb *db, uint64_t now_ns, unsigned int budget);

/** Withdraw everything a registrant has said. @return mappings withdrawn. */
unsigned int mapdb_withdraw(struct mapdb *db, uint32_t registrant);

/**
 * Clear the digests of everything registered for a site, so that the next message of each ETR
 * takes the long way through authorisation: after a reload that changed the site.
 */
void mapdb_distrust_site(struct mapdb *db, uint32_t site);

/** EID-prefixes with a mapping of this site's registrants, counted once per mapping. */
uint32_t mapdb_site_count(const struct mapdb *db, uint32_t site);

/* ---- both ---- */

/** A mapping as it is given out; points into the table. */
struct mapdb_view {
	struct lisp_eid eid;
	uint32_t registrant;
	uint32_t site;
	uint32_t ttl_min;
	uint32_t flags; /**< P and S of its registrant's message (LISP_REG_P, LISP_REG_S). */
	uint16_t version;
	uint8_t n_locators;      /**< Without those a locator must ignore (CK-006). */
	const uint8_t *locators; /**< Locator records as on the wire, p bit cleared (CK-046). */
	uint32_t locators_len;
	uint64_t expires_ns; /**< Of its registration. */
	bool more;           /**< Other registrants stand behind this one. */
};

/** Newest live mapping of exactly this EID-prefix. @return false when there is none. */
bool mapdb_lookup(const struct mapdb *db, const struct lisp_eid *eid, struct mapdb_view *v);

/** Newest live mapping of the longest registered EID-prefix that covers eid. */
bool mapdb_lookup_longest(const struct mapdb *db, const struct lisp_eid *eid, struct mapdb_view *v);

/**
 * Walk everything in order of (Instance ID, kind, octets, mask_len): the least EID-prefix greater
 * than *after (NULL: the first).  Finds its place again by key, so a cursor survives any change
 * between two calls.
 *
 * @return false at the end.
 */
bool mapdb_next(const struct mapdb *db, const struct lisp_eid *after, struct mapdb_view *v);

/** The mapping behind *v on the same EID-prefix, of an older registrant; false at the end. */
bool mapdb_older(const struct mapdb *db, struct mapdb_view *v);

/**
 * Walk the live mappings of exactly this EID-prefix by registrant: that of the least registrant
 * number which is at least from.  Known by keys alone, so a cursor survives any change between two
 * calls, which the order of mapdb_older() does not.
 *
 * @param[out] newest  It is the mapping that is given out.
 * @return false at the end.
 */
bool mapdb_lookup_from(const struct mapdb *db, const struct lisp_eid *eid, uint32_t from,
		struct mapdb_view *v, bool *newest);

/**
 * The shortest prefix that contains eid and overlaps no registered EID-prefix, never shorter than
 * within: a hole for a Negative Map-Reply.  eid must be IP, covered by nothing registered.
 */
void mapdb_hole(const struct mapdb *db, const struct lisp_eid *eid, const struct lisp_eid *within,
		struct lisp_eid *hole);

struct mapdb_stats {
	uint32_t n_eids, n_mappings, n_registrations;
	size_t bytes_eids, bytes_mappings, bytes_registrations, bytes_locators, bytes_hash,
			bytes_order;
	uint64_t n_added, n_changed, n_withdrawn, n_expired, n_full;
};
void mapdb_stats_get(const struct mapdb *db, struct mapdb_stats *st);
