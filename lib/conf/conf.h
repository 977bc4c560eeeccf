/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Configuration: one JSON file (and the site files it names) to one typed struct.
 *
 * Model.  conf_load() reads, applies overrides, checks everything against one table
 * (conf_schema.c) and the rules across settings (conf_rules.c), and gives either a whole struct
 * conf or every mistake at once.  A struct conf is filled once and then const.  A reload loads a
 * second one and asks conf_restart_notes() what cannot change at run time.
 *
 * Everything a struct conf points to belongs to it and lives until conf_free().  Texts that are
 * optional are NULL when absent.  Paths are absolute: relative ones are taken from the directory of
 * the file they stand in.  Secret files are named here and never read.
 *
 * Threads.  No state; a struct conf may be read by all.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An IPv4 or IPv6 address, with a mask where it is a prefix. */
struct conf_ip {
	uint8_t family;     /**< 4 or 6. */
	uint8_t mask_len;   /**< Bits; 32 or 128 for a plain address. Host bits are clear. */
	uint8_t octets[16]; /**< Network order; IPv4 in the first four, rest zero. */
	const char *text;   /**< As written. */
};

struct conf_mac {
	bool set;
	uint8_t octets[6];
};

struct conf_control {
	const char *socket; /**< Path of the control socket, at most 107 octets. */
	const char *group;  /**< Unix group that may ask; NULL: none. */
	int32_t cpu;        /**< CPU of the control core; -1: first CPU the process may use. */
};

struct conf_workers {
	uint32_t count;
	const uint32_t *cpus; /**< One for each worker, or n_cpus 0: the CPUs after the control CPU. */
	unsigned int n_cpus;
	uint32_t idle_sleep_us; /**< Sleep of a worker that finds nothing; 0: it never sleeps. */
};

struct conf_port {
	const char *name;
	const char *devargs;
	const struct conf_ip *addresses; /**< At least one. */
	unsigned int n_addresses;
	struct conf_mac mac; /**< Not set: the device's own. */
	uint32_t queues;
	uint32_t rx_descriptors; /**< Of each queue. */
	uint32_t tx_descriptors;
	uint32_t max_frame;      /**< Octets, Ethernet header included. */
	const uint32_t *workers; /**< Worker of each queue, or n_workers 0: spread evenly. */
	unsigned int n_workers;
	bool exception; /**< Always false in this release. */
};

struct conf_limits {
	uint32_t max_eid_prefixes;
	uint32_t max_associations;
	uint32_t max_message;  /**< Octets of a LISP message. */
	uint32_t changes_ring; /**< Messages; a power of two. */
	uint32_t static_rate; /**< Map-Registers a second and worker under static keys; 0: no limit. */
	uint32_t xtrs_per_key;
	uint32_t eid_prefixes_per_site;
	uint32_t log_interval_s;
};

struct conf_store {
	const char *driver;
	const char *path; /**< Directory. */
	uint32_t map_size_mb;
	uint32_t commit_interval_ms;
};

struct conf_registration {
	uint32_t lifetime_s;     /**< Of a registration whose ETR did not set the T bit. */
	uint32_t max_lifetime_s; /**< Upper bound of what a T bit may ask for. */
};

/** Where a Map-Notify goes. */
enum conf_notify_port {
	CONF_NOTIFY_4342 = 0,
	CONF_NOTIFY_SOURCE, /**< The port the Map-Register came from. */
	CONF_NOTIFY_INHERIT, /**< Never seen outside the room: becomes the value of /map-notify/port. */
};

struct conf_map_notify {
	uint32_t port; /**< enum conf_notify_port */
	bool trailer;  /**< Echo xTR-ID and Site-ID when the Map-Register had them. */
};

struct conf_map_request {
	bool accept_zero_inner_checksum;
	bool accept_bare;
};

/** Present in a file: refused by a rule, this release has no key server. */
struct conf_key_exchange {
	const char *const *listen;
	unsigned int n_listen;
	const char *realm;
	const char *master_file;
};

enum conf_auth {
	CONF_AUTH_STATIC = 0,
	CONF_AUTH_PREFER_KE, /**< Refused in this release, as is KE_ONLY. */
	CONF_AUTH_KE_ONLY,
};

enum conf_nonce_policy {
	CONF_NONCE_STRICT = 0, /**< Must grow; saved before the registration counts. */
	CONF_NONCE_RECENT,     /**< Not among the last ones. */
	CONF_NONCE_OFF, /**< Only with insecure and source prefixes; never with algorithm 3. */
};

enum conf_eid_kind {
	CONF_EID_IP = 0, /**< text "10.1.0.0/16"; ip is set. */
	CONF_EID_MAC,    /**< text "02:00:5e:10:00:01". */
	CONF_EID_NAME,   /**< text is the name itself, without quotes. */
	CONF_EID_OCTETS, /**< octets: AFI and address as they stand in a record. */
};

/** What a site may register. */
struct conf_eid_prefix {
	uint32_t iid;
	uint8_t kind;               /**< enum conf_eid_kind */
	bool accept_more_specifics; /**< Only with CONF_EID_IP. */
	const char *text;           /**< Of the kind; NULL for CONF_EID_OCTETS. */
	struct conf_ip ip;          /**< Only with CONF_EID_IP. */
	const uint8_t *octets;      /**< Only with CONF_EID_OCTETS. */
	uint16_t n_octets;
	uint8_t forms; /**< Ways it was written in: 1; for the check. */
};

/** A static key of a site. */
struct conf_key {
	uint32_t key_id;    /**< 0..127, once in a site. */
	uint32_t algorithm; /**< Algorithm ID, 1..3. */
	const char *secret_file;
	int64_t not_before_s;  /**< Seconds since 1970 UTC, start of that day; 0: none. */
	int64_t not_after_s;   /**< As above: when that day begins the key has ended; 0: never. */
	uint32_t nonce_policy; /**< enum conf_nonce_policy */
	bool insecure;
	bool allow_sha1;
	const struct conf_ip *source_prefixes; /**< Accepted source addresses; none: all. */
	unsigned int n_source_prefixes;
	uint32_t xtrs; /**< Most xTRs seen under this key; /limits/xtrs-per-key when left out. */
};

struct conf_site {
	const char *name;
	uint64_t site_id;                 /**< 0: none. */
	uint32_t auth;                    /**< enum conf_auth */
	uint32_t registration_lifetime_s; /**< /registration/lifetime-s when left out. */
	uint32_t notify_port; /**< enum conf_notify_port; /map-notify/port when left out. */
	const struct conf_eid_prefix *eid_prefixes; /**< At least one. */
	unsigned int n_eid_prefixes;
	const struct conf_key *keys;
	unsigned int n_keys;
	const char *where; /**< "FILE: /sites/3", for messages. */
};

/** The effective configuration. */
struct conf {
	const char *file; /**< The main file, as given. */
	const char *const *eal;
	unsigned int n_eal;
	struct conf_control control;
	struct conf_workers workers;
	const struct conf_port *ports;
	unsigned int n_ports;
	struct conf_limits limits;
	const char *auth_engine;
	struct conf_store store;
	struct conf_registration registration;
	struct conf_map_notify map_notify;
	struct conf_map_request map_request;
	uint32_t log_level; /**< enum base_log_level */
	struct conf_key_exchange key_exchange;
	const struct conf_site *sites; /**< Those of the main file, then those of the site files. */
	unsigned int n_sites;
	const char *const *site_files; /**< Patterns, as written. */
	unsigned int n_site_files;
	struct conf_arena *arena; /**< Everything above; for conf_free(). */
};

/** Most lines kept of each kind; what is above is counted, and told by a last line. */
#define CONF_ERRORS_MAX 1000

/** What was found; each line is one sentence without newline. Zeroed by the caller at first. */
struct conf_errors {
	char **errors; /**< "FILE: /json/pointer: VALUE: what was expected" */
	unsigned int n_errors;
	char **warnings; /**< The same form; they do not keep the server from starting. */
	unsigned int n_warnings;
};

/** Free the lines; the struct is empty afterwards. */
void conf_errors_free(struct conf_errors *errs);

/**
 * Read and check a file and the site files it names.
 *
 * @param path   Main file.
 * @param sets   Overrides "JSON-POINTER=VALUE", applied to the main file in order before anything
 *               is checked; VALUE is taken as JSON when it is JSON, else as a string.  A member that
 *               is not there is made; index "-" or one past the last appends to an array.
 * @param[out] out   The configuration, only on 0; conf_free() frees it.
 * @param[out] errs  Every mistake and every warning, also on 0 (warnings); conf_errors_free().
 * @return 0; -EINVAL when errs has errors; -ENOMEM.
 */
int conf_load(const char *path, const char *const *sets, unsigned int n_sets, struct conf **out,
		struct conf_errors *errs);

/**
 * The same for text in memory.
 *
 * @param text[len]  The main file's octets; no NUL needed.
 * @param name       Its name for messages.
 * @param base_dir   Directory for relative paths.
 */
int conf_load_text(const char *text, size_t len, const char *name, const char *base_dir,
		const char *const *sets, unsigned int n_sets, struct conf **out,
		struct conf_errors *errs);

void conf_free(struct conf *c); /**< NULL is fine. */

/**
 * The effective configuration as JSON text, defaults and absolute paths filled in, sites of site
 * files included.  Holds no secret.  @return Text to free(), or NULL: no memory.
 */
char *conf_dump(const struct conf *c);

/** The JSON Schema (draft 2020-12) of the file, from the table. @return Text to free(), or NULL. */
char *conf_schema(void);

/**
 * Say which settings differ between a running configuration and a fresh one and take effect only
 * after a restart: one warning line each in notes.
 *
 * @return Number of them, or -ENOMEM.
 */
int conf_restart_notes(
		const struct conf *running, const struct conf *fresh, struct conf_errors *notes);
