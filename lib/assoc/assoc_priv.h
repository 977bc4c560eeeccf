/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Shared by the files of this room only.
 */

#pragma once

#include "assoc.h"
#include "base_hash.h"
#include "base_index.h"
#include "base_slab.h"

#define ASSOC_NAME_MAX 255 /**< Octets of a site's name. */

/** assoc.policy while a reload changes it: nothing passes, for some nanoseconds. */
#define ASSOC_CLOSED 3

/**
 * An EID-prefix as the longest match sees it: half a cache line.  Its 24 hot octets, of which the
 * index is made, and where the rest stands.
 */
struct assoc_prefix {
	uint64_t hot[3];    /**< First LISP_EID_HOT_LEN octets of the EID-prefix. */
	uint32_t at;        /**< Into assoc_sites.prefix_params: the octets after the 16th. */
	uint32_t site : 31; /**< Into assoc_sites.site. */
	uint32_t more_specifics : 1;
};

/** Mask lengths present in one Instance ID, for one kind of address: half a cache line. */
struct assoc_masks {
	uint32_t iid;
	uint32_t kind;    /**< 0: a free place of the hash table */
	uint64_t bits[3]; /**< Bit m % 64 of word m / 64: there is a prefix of mask length m. */
};

/**
 * A snapshot: one mapping that begins with this struct and holds all the arrays, and the hash
 * indices over them.
 */
struct assoc_sites {
	/* read by workers */
	struct base_hash_seed seed;
	struct assoc_site *site; /**< As given. */
	struct assoc_prefix *prefix;
	struct assoc_prefix_params *prefix_params; /**< Same order as prefix. */
	struct assoc_masks *masks;                 /**< Hash table by Instance ID and kind. */
	uint64_t masks_wrap;                       /**< Its places - 1. */
	struct base_index by_id;                   /**< Of site, by Site-ID. */
	struct base_index by_prefix;               /**< Of prefix. */
	uint32_t serial;
	uint32_t n_sites;
	uint32_t n_prefixes;

	/* read by the control core */
	struct assoc_key *key; /**< All of them, site after site. */
	struct assoc_source *source;
	char *names;
	uint32_t *by_number; /**< Site number to place in site, ASSOC_NONE; max_sites of them. */
	uint32_t *by_name;   /**< Places in site, sorted by name. */
	struct base_index by_key; /**< Of key, by nonce space. */
	uint32_t n_keys;
	uint32_t n_numbers; /**< Room in by_number. */
	size_t mapped;      /**< Octets of the mapping. */

	/* once it has been replaced */
	uint64_t token; /**< Of RCU. */
	struct assoc_sites *next;
};

/** How much a snapshot has to hold. */
struct assoc_sizes {
	size_t n_sites, n_keys, n_prefixes, n_sources, names_len;
};

/**
 * A key number.  It outlives snapshots: struct assoc_key objects are made anew with each of them,
 * because policy, dates and sources may change while the key, and so its nonces, stays.
 */
struct assoc_key_slot {
	const struct assoc_key *key; /**< In the snapshot in force; NULL when it has no such key. */
	uint32_t n_associations;
	uint32_t n_snapshots; /**< That name it; the number is free at 0, when no reader can know it. */
};

/** An association taken out of the table that readers may still see. */
struct assoc_leaving {
	uint64_t token;
	uint32_t number;
};

struct assoc_table {
	/* read by workers */
	_Atomic(struct assoc_sites *) sites;
	struct base_hash_seed seed;
	struct base_slab slab;   /**< struct assoc */
	struct base_index index; /**< Of slab, by struct assoc_id. */

	/* control core */
	struct base_slab recent; /**< Arrays of ASSOC_RECENT_MAX nonces. */
	uint64_t *in_use;        /**< Bit n % 64 of word n / 64: association n is in the index. */
	struct assoc_leaving *leaving; /**< Ring of max_associations. */
	uint32_t leaving_head, n_leaving;
	struct assoc_sites *old_head, *old_tail; /**< Snapshots replaced, oldest first. */
	struct assoc_key_slot *slots;
	uint32_t n_slots;
	uint32_t key_cursor;  /**< Where the search for a free key number goes on. */
	uint32_t site_cursor; /**< And for a site number: so a number is reused as late as can be. */
	uint32_t max_associations, max_sites, max_keys;
	struct rte_rcu_qsbr *rcu;
	const struct auth *auth;
	struct auth_ctx *auth_ctx;
	struct auth_key fingerprint; /**< Algorithm 2, under assoc_params.fingerprint_key. */
};

/** A snapshot in the making. */
struct assoc_build {
	struct assoc_table *t;
	const struct assoc_sites *old;
	struct assoc_sites *s;
	const struct assoc_site_params *in;
	char *why;
	size_t why_size;
};

/** Write the sentence and return ret. */
__attribute__((format(printf, 3, 4))) int assoc_build_fail(
		const struct assoc_build *b, int ret, const char *fmt, ...);

/**
 * Make an index over 0..n-1 through add(), which adds one number; with a bigger one when a bucket
 * pair overflows.
 *
 * @return 0, what add() refused with, or -ENOMEM.
 */
int assoc_index_fill(struct base_index *x, uint32_t n,
		int (*add)(struct assoc_build *b, uint32_t i), struct assoc_build *b);

/* assoc_site.c */
struct assoc_sites *assoc_sites_create(const struct assoc_sizes *n, uint32_t max_sites);
void assoc_sites_free(struct assoc_sites *s); /**< Wipes the keys.  NULL is fine. */
size_t assoc_sites_bytes(const struct assoc_sites *s);
/** Sort by name, refuse doubles, and give numbers; index by Site-ID. */
int assoc_sites_number(struct assoc_build *b);

/* assoc_prefix.c */
/** Index s->prefix_params; refuse an EID-prefix that stands twice. */
int assoc_prefixes_index(struct assoc_build *b);
/** Exactly this EID-prefix; NULL. */
const struct assoc_prefix *assoc_prefix_exact(
		const struct assoc_sites *s, const struct lisp_eid *eid);

/* assoc_key.c */
/** Prepare s->key; refuse a secret that stands in two sites; number and index them. */
int assoc_keys_build(struct assoc_build *b);

/* assoc_table.c */
/** Take an association out of the index; it is given back when readers are done with it. */
void assoc_remove(struct assoc_table *t, uint32_t number);
/** Judge its nonces by another policy from now on; what has passed stays refused. */
void assoc_set_policy(struct assoc_table *t, struct assoc *a, uint8_t policy);
