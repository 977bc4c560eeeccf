/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The worker core: from a burst of received frames to answers, and the rings to the control core.
 *
 * Model.  A worker owns queues of ports.  It takes a burst, and each stage works on what the stage
 * before left alive:
 *
 *     rx - classify - lookup - verify - replay - register - notify - tx
 *              |                                 |     ^
 *              +- request, ack, punt             v     |
 *                                               control core
 *
 * Refreshes never leave the worker.  A Map-Register that changes something, or whose nonce must be
 * saved, goes to the control core by ring, mbuf and all, with a struct pipeline_change beside it in
 * the mbuf; it comes back with a verdict by a second ring and is answered by the same worker.
 *
 * Threads.  A struct pipeline_worker is run by one lcore.  The control core makes them, drains
 * their rings, and reads their counters (which may be a few packets apart).
 *
 * Ownership.  A received mbuf belongs to the worker until it is sent or freed; while it is with the
 * control core nobody else touches it; the control core never frees one, it hands it back.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_rcu_qsbr.h>

#include "assoc.h"
#include "assoc_replay.h"
#include "auth.h"
#include "lisp_register.h"
#include "mapdb.h"
#include "pipeline_drop.h"

#define PIPELINE_BURST_MAX     64
#define PIPELINE_ADDRESSES_MAX 16

/* ---- what is handed over ---- */

/** What the control core is asked to do with a message. */
enum pipeline_change_kind {
	PIPELINE_CHANGE_REGISTER, /**< Apply a Map-Register. */
	PIPELINE_CHANGE_ACK,      /**< Verify a Map-Notify-Ack and settle what it acknowledges. */
};

/** A handed-over message, in the private area of its mbuf. */
struct pipeline_change {
	/* worker writes */
	uint8_t kind;          /**< enum pipeline_change_kind */
	bool nonce_taken;      /**< The worker committed the nonce; else the association is new. */
	uint16_t n_accepted;   /**< Records authorised. */
	uint32_t sites_serial; /**< Snapshot that the authorisation used. */
	uint32_t site;         /**< Site number. */
	struct assoc_id id;
	struct assoc_replay replay;
	struct lisp_register reg; /**< Header and trailer. */
	uint64_t digest;
	uint64_t accepted[4]; /**< Bit per record. */
	struct lisp_ip peer;  /**< Source of the message. */
	uint16_t peer_port;
	uint32_t lisp_off, lisp_len; /**< Of the message, from the start of the mbuf's data. */

	/* control core writes */
	uint8_t verdict;    /**< enum pipeline_verdict */
	uint16_t n_records; /**< Records stored. */
};

static inline struct pipeline_change *
pipeline_change_of(struct rte_mbuf *m)
{
	return (struct pipeline_change *)rte_mbuf_to_priv(m);
}

/** The LISP message of a handed-over mbuf. */
static inline uint8_t *
pipeline_change_msg(struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod_offset(m, uint8_t *, pipeline_change_of(m)->lisp_off);
}

/* ---- making workers ---- */

/** One queue of a port, and who the port is. */
struct pipeline_queue {
	uint16_t port_id, queue_id;
	struct rte_ether_addr mac;
	bool rx_checksum; /**< The device checked UDP checksums. */
	bool tx_checksum; /**< The device computes them. */
	uint8_t n_addresses;
	struct lisp_ip addresses[PIPELINE_ADDRESSES_MAX];
};

struct pipeline_params {
	unsigned int id;                     /**< Worker number: 0.. */
	int socket_id;                       /**< NUMA node of its memory. */
	const struct pipeline_queue *queues; /**< Copied. */
	unsigned int n_queues;
	struct assoc_table *assoc;
	struct mapdb *mapdb;
	const struct auth *auth;
	struct rte_rcu_qsbr *rcu; /**< The worker registers as thread number id. */
	int doorbell;             /**< eventfd that wakes the control core. */
	_Atomic(uint32_t)
			*control_sleeps; /**< Non-zero while the control core wants the doorbell. */
	_Atomic(uint32_t) *n_pending;    /**< Map-Notifies that wait for an ack. */
	uint32_t ring_size;       /**< Messages handed over at a time; two bursts at least. */
	uint32_t max_sites;       /**< As in assoc_params. */
	uint32_t max_message;     /**< Octets of a LISP message. */
	uint32_t static_rate;     /**< Map-Registers a second under static keys; 0 = no limit. */
	uint32_t idle_sleep_us;   /**< Sleep when nothing came for a while; 0 = never. */
	bool notify_trailer;      /**< Echo the trailer in Map-Notify (2.7). */
	bool zero_inner_checksum; /**< Take a zero UDP checksum inside an ECM. */
	bool bare_request;        /**< Take a Map-Request outside an ECM. */
};

struct pipeline_worker; /* opaque */

/** @return NULL with errno set. */
struct pipeline_worker *pipeline_worker_create(const struct pipeline_params *p);
void pipeline_worker_destroy(struct pipeline_worker *w); /**< After it stopped. NULL is fine. */

/** Mempool whose mbufs can be handed over and hold frames of max_frame octets. */
struct rte_mempool *pipeline_pool_create(
		const char *name, unsigned int n, uint16_t max_frame, int socket_id);

/* ---- running ---- */

/** The loop, until pipeline_worker_stop(); for rte_eal_remote_launch(). Returns 0. */
int pipeline_worker_run(void *worker);

/** Ask the loop to end. Control core. */
void pipeline_worker_stop(struct pipeline_worker *w);

/**
 * After the loop has ended and the control core has handed everything back: answer what came back,
 * count what did not as "stopped".  Control core.
 */
void pipeline_worker_finish(struct pipeline_worker *w);

/**
 * One turn of the loop, for a worker that is not running: tests and benchmarks.  The calling
 * thread must be the only one; it is registered with RCU while in here.
 *
 * @return packets received and changes come back in this turn.
 */
unsigned int pipeline_worker_poll(struct pipeline_worker *w);

/* ---- the control core's ends of the rings ---- */

/** Messages handed over by a worker, oldest first. @return how many. */
unsigned int pipeline_changes_take(struct pipeline_worker *w, struct rte_mbuf **m, unsigned int n);

/** Hand messages back with their verdicts. There is always room for what was taken. */
void pipeline_changes_return(struct pipeline_worker *w, struct rte_mbuf **m, unsigned int n);

/** Is anything handed over and not yet taken? */
bool pipeline_changes_waiting(const struct pipeline_worker *w);

/**
 * Walk the records of a Map-Register and say which its site may register: used by a worker, and
 * again by the control core when the sites changed in between.
 *
 * @param msg           Well-formed message.
 * @param[out] accepted Bit per record.
 * @param[out] why      When none is accepted: PIPELINE_EID_POLICY or PIPELINE_BAD_LOCATOR.
 * @return number of records accepted.
 */
unsigned int pipeline_authorise(const struct assoc_sites *sites, const struct assoc_site *site,
		const uint8_t *msg, const struct lisp_register *reg, uint64_t accepted[4],
		enum pipeline_verdict *why);

/* ---- counters ---- */

/** Stages whose cycles are counted. */
#define PIPELINE_STAGES(X)      \
	X(RX, "rx")             \
	X(CLASSIFY, "classify") \
	X(LOOKUP, "lookup")     \
	X(VERIFY, "verify")     \
	X(REPLAY, "replay")     \
	X(REGISTER, "register") \
	X(NOTIFY, "notify")     \
	X(SIGN, "sign")         \
	X(TX, "tx")             \
	X(OTHER, "other")

enum pipeline_stage {
#define X(sym, word) PIPELINE_STAGE_##sym,
	PIPELINE_STAGES(X)
#undef X
	PIPELINE_STAGE_COUNT,
};

const char *pipeline_stage_word(enum pipeline_stage s);

/** Counters of one worker since its start; only ever grow. */
struct pipeline_stats {
	uint64_t received; /**< Packets taken from the ports. */
	uint64_t verdict[PIPELINE_VERDICT_COUNT];
	uint64_t records;                      /**< Records stored or refreshed. */
	uint64_t refreshed;                    /**< Map-Registers that were refreshes. */
	uint64_t handed_over;                  /**< Sent to the control core. */
	uint64_t notified;                     /**< Map-Notifies sent. */
	uint64_t tx_dropped;                   /**< Answers the port did not take. */
	uint64_t merge_ignored;                /**< a bit set, taken as replace (CK-048). */
	uint64_t bursts;                       /**< Turns that received something. */
	uint64_t cycles[PIPELINE_STAGE_COUNT]; /**< TSC cycles of turns that received something. */
};

/** Copy the counters.  Control core, any time. */
void pipeline_stats_get(const struct pipeline_worker *w, struct pipeline_stats *st);

/** Packets received and not yet in a verdict: those with the control core. */
uint64_t pipeline_stats_in_hand(const struct pipeline_stats *st);

/** The last time something happened, and from whom; when_ns 0: never. */
struct pipeline_seen {
	uint64_t when_ns; /**< base_clock_ns() */
	uint64_t count;
	uint64_t nonce;
	struct lisp_ip from;
	uint16_t from_port;
	uint8_t verdict; /**< enum pipeline_verdict */
	uint8_t key_id;
	bool authenticated; /**< The MAC was right; if not, all of this is hearsay. */
};

/** Last packet that ended in a verdict, on one worker. Control core, any time. */
void pipeline_seen_verdict(const struct pipeline_worker *w, enum pipeline_verdict v,
		struct pipeline_seen *seen);

/** Last failure, or last success, of a site, on one worker. Control core, any time. */
void pipeline_seen_failure(const struct pipeline_worker *w, uint32_t site, struct pipeline_seen *s);
void pipeline_seen_success(const struct pipeline_worker *w, uint32_t site, struct pipeline_seen *s);
