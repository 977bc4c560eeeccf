/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The link between key server and map server: one record a datagram of a local SEQPACKET socket.
 *
 *     map server                              key server
 *        HELLO      ------------------------->
 *                   <-------------------------  HELLO
 *        LIVE ...   ------------------------->  one for each live key, then LIVE_END
 *        DENY ...   ------------------------->  revocations taken while the key server was away
 *                   <-------------------------  DENIED: each is on its disk now
 *                   <-------------------------  INSTALL      ACK      ---->
 *                   <-------------------------  REMOVE       ACK      ---->
 *        USED, GONE, SHARED  ---------------->  what became of keys
 *        RELOAD     ------------------------->  read the configuration again
 *
 * Records are structs in host order, both ends being of one build (HELLO carries the version) on
 * one machine.  Whoever sends or receives an INSTALL wipes it.
 */

#pragma once

#include "keyx_deny.h"
#include "keyx_record.h"

#define KEYX_LINK_VERSION 1

enum keyx_link_type {
	KEYX_LINK_HELLO = 1,
	KEYX_LINK_LIVE,
	KEYX_LINK_LIVE_END,
	KEYX_LINK_DENY,   /**< deny */
	KEYX_LINK_DENIED, /**< deny: saved */
	KEYX_LINK_INSTALL,
	KEYX_LINK_REMOVE,
	KEYX_LINK_ACK,
	KEYX_LINK_USED,   /**< key: pending became current */
	KEYX_LINK_GONE,   /**< key */
	KEYX_LINK_SHARED, /**< key: an older key was used after the switch: identity-shared */
	KEYX_LINK_RELOAD,
	KEYX_LINK_TYPE_COUNT,
};

/** A key and whose it is. */
struct keyx_link_key {
	struct keyx_peer peer;
	uint64_t association_id;
	uint64_t serial;  /**< Grant serial. */
	uint32_t gen;     /**< Of the identity; 0: certificate. */
	uint16_t version; /**< Master of the identity; 0: table or certificate. */
	uint8_t ref;      /**< enum keyx_ref */
	uint8_t key_id;
	uint8_t algorithm;
	uint8_t nonce_mode;
	uint16_t flags;
};

struct keyx_link_install {
	struct keyx_link_key key;
	struct keyx_lifetime lifetime;
	uint8_t k[KEYX_KEY_LEN];
	uint8_t s[KEYX_KEY_LEN];
	char identity[KEYX_IDENTITY_MAX + 1]; /**< NUL-terminated; for people. */
};

/** Which keys go. */
enum keyx_link_scope {
	KEYX_LINK_ALL = 0,
	KEYX_LINK_SITE,    /**< peer.site_id */
	KEYX_LINK_PEER,    /**< peer */
	KEYX_LINK_GEN,     /**< peer, generations up to gen */
	KEYX_LINK_MASTER,  /**< version */
	KEYX_LINK_ONE_KEY, /**< association_id */
};

struct keyx_link_remove {
	uint8_t scope; /**< enum keyx_link_scope */
	bool keep_registrations;
	struct keyx_link_key key; /**< The fields the scope speaks of. */
};

enum keyx_link_result {
	KEYX_LINK_OK = 0,
	KEYX_LINK_NO_SITE,  /**< No such site, or it takes no key exchange. */
	KEYX_LINK_REVOKED,  /**< By a revocation that the key server has not confirmed yet. */
	KEYX_LINK_FULL,     /**< max-associations. */
	KEYX_LINK_XTRS,     /**< max-xtrs of the site. */
	KEYX_LINK_LIVE_KEY, /**< That Key ID is live. */
	KEYX_LINK_OLD,      /**< Serial not above that of the association's newest key. */
	KEYX_LINK_FAILED,   /**< No memory. */
};

struct keyx_link_ack {
	uint64_t id;    /**< Of the record it answers. */
	uint8_t result; /**< enum keyx_link_result */
	uint32_t count; /**< REMOVE: keys removed. */
};

struct keyx_link_record {
	uint8_t type; /**< enum keyx_link_type */
	uint64_t id;  /**< Chosen by the sender of INSTALL and REMOVE; else 0. */
	union {
		uint32_t version;         /**< HELLO */
		struct keyx_link_key key; /**< LIVE, USED, GONE, SHARED */
		struct keyx_link_install install;
		struct keyx_link_remove remove;
		struct keyx_link_ack ack;
		struct keyx_deny_entry deny; /**< DENY, DENIED */
	};
};

/** Octets of a record that are sent; 0 for an unknown type. */
size_t keyx_link_len(enum keyx_link_type type);

/**
 * Check what was received into *r: type, length, version, and every range.
 *
 * @return 0; -EBADMSG: the link is to be closed.
 */
int keyx_link_check(const struct keyx_link_record *r, size_t len);
