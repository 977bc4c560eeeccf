/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The control core: one thread that sleeps in epoll and writes every table.
 *
 * Model.  Workers hand changes over by ring (pipeline.h); the control core applies them and hands
 * them back.  A strict nonce is saved first: such messages wait in a queue, are committed to the
 * store together, and only then applied.  Beside that: expiry, the control socket, reload, what
 * waits for a Map-Notify-Ack, and a log line now and then about what was dropped.  One file a duty.
 *
 * Threads.  All calls by the main lcore.
 */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "assoc.h"
#include "auth.h"
#include "mapdb.h"
#include "pipeline.h"
#include "port.h"
#include "store.h"

/** What workers and the control core share to wake each other; made before the workers. */
struct control_signals {
	int doorbell;                /**< eventfd. */
	_Atomic(uint32_t) sleeps;    /**< The control core wants the doorbell. */
	_Atomic(uint32_t) n_pending; /**< Map-Notifies that wait for an ack. */
};

/** @return 0 or -errno. */
int control_signals_init(struct control_signals *s);
void control_signals_fini(struct control_signals *s);

struct control_params {
	struct control_signals *signals;
	struct pipeline_worker *const *workers; /**< Outlive the control core. */
	const int *worker_cpus;                 /**< For people. */
	unsigned int n_workers;
	const struct port *ports;
	const struct pipeline_queue *port_queues; /**< First queue of each port: its addresses. */
	unsigned int n_ports;
	struct assoc_table *assoc;
	struct mapdb *mapdb;
	struct store *store; /**< NULL: messages under strict keys end as "store". */
	const struct auth *auth;
	const char *auth_why;     /**< Why this engine. */
	const char *config_file;  /**< For people. */
	const char *socket;       /**< Path of the control socket; NULL: none. */
	const char *socket_group; /**< Group that may ask; NULL: none. */
	uint32_t ring_size;       /**< As in pipeline_params. */
	uint32_t commit_interval_ms;
	uint32_t max_lifetime_ms; /**< Cap of a Record TTL with the T bit. */
	uint32_t log_interval_s;  /**< Between two lines about the same drop. */
	uint32_t duration_s;      /**< End after this time; 0: never. */
	uint32_t exit_idle_s;     /**< End when nothing came for this long; 0: never. */

	/**
	 * Read the configuration again and load the sites: control_sites_load().  May be NULL.
	 *
	 * @param[out] why  What happened, for people: errors, or what needs a restart.
	 * @return 0 or -errno.
	 */
	int (*reload)(void *arg, char *why, size_t why_size);
	void *reload_arg;
};

struct control; /* opaque */

/**
 * @param[out] why Sentence on failure.
 * @return 0; -EADDRINUSE somebody serves the control socket; -EBADMSG the store; other -errno.
 */
int control_create(const struct control_params *p, struct control **c, char *why, size_t why_size);
void control_destroy(struct control *c); /**< After the workers stopped. NULL is fine. */

/**
 * Load sites into assoc: at start, and from reload().  Registrations and associations of keys that
 * are gone go too; those of changed sites lose their digest; nonces of new keys come from the store.
 *
 * @return as assoc_sites_load(), or an error of the store.
 */
int control_sites_load(struct control *c, const struct assoc_site_params *sites, uint32_t n_sites,
		char *why, size_t why_size);

/** Run until SIGINT, SIGTERM, the duration, or idleness. SIGHUP reloads. @return 0 or -errno. */
int control_run(struct control *c);

/**
 * One turn: take what is handed over, apply, commit, return.
 *
 * @return messages handed back in this turn.
 */
unsigned int control_step(struct control *c);

/** After the workers' loops have ended: finish everything they had handed over. */
void control_finish(struct control *c);

/** Totals and verdict counters as one JSON object (DESIGN of --stats). The caller decrefs. */
json_t *control_stats_json(const struct control *c);

/**
 * A Map-Notify has been sent that must be acknowledged (RFC 9301 5.7).
 *
 * @param peer    Who will acknowledge it: source address of the ack.
 * @param nonce   Of the Map-Notify.
 * @param site    Number of the site whose key signed it.
 * @param key_id  Key ID that signed it.
 * @return 0; -ENOSPC too many wait; -EEXIST that one waits already.
 */
int control_pending_add(struct control *c, const struct lisp_ip *peer, uint64_t nonce,
		uint32_t site, uint8_t key_id);
