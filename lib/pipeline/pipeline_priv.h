/* SPDX-License-Identifier: BSD-3-Clause */

/* What the stages share: the worker, the burst, and the small acts every stage needs. */

#pragma once

#include <stdatomic.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_ring.h>

#include "base_clock.h"
#include "base_hash.h"
#include "pipeline.h"

#define PIPELINE_TX_MAX  (2 * PIPELINE_BURST_MAX)
#define PIPELINE_IN_HAND 1024 /* a power of two */

/** What classify found out about the headers of a frame. */
struct pipeline_frame {
	const struct pipeline_queue *queue; /**< Where it came in, and its answer goes out. */
	uint16_t l3_off;                    /**< Of the IP header; VLAN tag before it. */
	uint16_t lisp_off;                  /**< Of the LISP message. */
	uint8_t family;                     /**< 4 or 6. */
	uint16_t src_port;                  /**< Host order. */
	struct lisp_ip src;
};

/**
 * Work on one burst; never zeroed as a whole.  idx[0..n_live) are alive: positions in the arrays
 * below.  Other kinds than Map-Registers are set aside by classify in lists of their own.
 */
struct pipeline_burst {
	uint16_t n_live;
	uint16_t n_request, n_ack, n_local;
	uint16_t idx[PIPELINE_BURST_MAX];
	uint16_t request[PIPELINE_BURST_MAX]; /* Map-Request, ECM */
	uint16_t ack[PIPELINE_BURST_MAX];     /* Map-Notify-Ack */
	uint16_t local[PIPELINE_BURST_MAX];   /* ARP, and IP to us that is not LISP */

	const struct assoc_sites *sites; /* snapshot for the whole burst */
	uint64_t now_ns;
	uint64_t wall_ms;

	struct rte_mbuf *pkt[PIPELINE_BURST_MAX];
	uint8_t *msg[PIPELINE_BURST_MAX];
	uint32_t len[PIPELINE_BURST_MAX];
	struct pipeline_frame frame[PIPELINE_BURST_MAX];
	struct lisp_register reg[PIPELINE_BURST_MAX];
	const struct assoc_site *site[PIPELINE_BURST_MAX];
	const struct assoc_key *key[PIPELINE_BURST_MAX];
	struct assoc *assoc[PIPELINE_BURST_MAX];
	struct assoc_id id[PIPELINE_BURST_MAX];
	struct assoc_replay replay[PIPELINE_BURST_MAX];
	struct lisp_eid eid[PIPELINE_BURST_MAX];          /* of the first record */
	struct mapdb_refresh refresh[PIPELINE_BURST_MAX]; /* sought by lookup, matched by replay */
	uint64_t accepted[PIPELINE_BURST_MAX][4];         /* records the Map-Notify keeps */
	struct auth_job job[PIPELINE_BURST_MAX];
	bool takes_nonce[PIPELINE_BURST_MAX]; /* the nonce is taken here, not by the control core */
	bool authentic[PIPELINE_BURST_MAX];   /* the MAC was right */
};

/** What lies in the private area of an mbuf while it is with the control core. */
struct pipeline_handed {
	struct pipeline_change change; /* first: pipeline_change_of() */
	struct pipeline_frame frame;   /* the worker's own, for the answer */
};

/** Last events; a writer, one reader: an odd version means it is being written. */
struct pipeline_seen_slot {
	_Atomic(uint32_t) version;
	struct pipeline_seen seen;
};

/** Answers on their way to one queue. */
struct pipeline_tx {
	uint16_t n;
	struct rte_mbuf *pkt[PIPELINE_TX_MAX];
};

struct pipeline_worker {
	/* read-only after start */
	struct pipeline_params p;
	struct pipeline_queue *queues;
	struct auth_ctx *auth;
	struct rte_ring *changes;   /* to the control core; the worker produces */
	struct rte_ring *done;      /* and back; the worker consumes */
	struct base_hash_seed seed; /* of in_hand */
	uint64_t tsc_hz;

	/* control writes, worker reads */
	_Atomic(bool) stop;

	/* worker only */
	struct pipeline_tx *tx;             /* one for each queue */
	uint32_t outstanding;               /* with the control core */
	uint32_t in_hand[PIPELINE_IN_HAND]; /* of these, by hash of the association */
	uint32_t room;                      /* that may still be handed over in this turn */
	bool rang;                          /* something was handed over in this turn */
	uint64_t rate_tokens;               /* static keys: Map-Registers, in 1/tsc_hz */
	uint64_t rate_tsc;                  /* when they were counted last */
	uint32_t n_idle;
	uint64_t stage_tsc;
	struct pipeline_burst burst;

	/* worker writes, control reads */
	struct pipeline_stats stats __rte_cache_aligned;
	struct pipeline_seen_slot seen[PIPELINE_VERDICT_COUNT];
	struct pipeline_seen_slot *site_failure; /* by site number */
	struct pipeline_seen_slot *site_success;
	size_t site_slots_len;
};

/* ---- stages, in the order of the loop ---- */

void pipeline_classify(struct pipeline_worker *w, struct pipeline_burst *b,
		const struct pipeline_queue *q, uint16_t n);
void pipeline_lookup(struct pipeline_worker *w, struct pipeline_burst *b);
void pipeline_verify(struct pipeline_worker *w, struct pipeline_burst *b);
void pipeline_replay(struct pipeline_worker *w, struct pipeline_burst *b);
void pipeline_register(struct pipeline_worker *w, struct pipeline_burst *b);
void pipeline_notify(struct pipeline_worker *w, struct pipeline_burst *b);
void pipeline_request(struct pipeline_worker *w, struct pipeline_burst *b);
void pipeline_ack(struct pipeline_worker *w, struct pipeline_burst *b);
void pipeline_punt(struct pipeline_worker *w, struct pipeline_burst *b);

/** Take back what the control core has decided, and answer it. @return how many. */
unsigned int pipeline_done(struct pipeline_worker *w, struct pipeline_burst *b);

/* ---- pieces of stages ---- */

/** Key ID 0..127: the rate limit, and every record of message i. @return a drop, or
 * PIPELINE_REGISTERED to go on; so do the others of the kind. */
enum pipeline_verdict pipeline_static_walk(
		struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i);

/** Site and key of all that live, NULL where there is none; what comes next is on its way. */
void pipeline_static_sites(struct pipeline_burst *b);

/** May that key sign message i, and which association is it? */
enum pipeline_verdict pipeline_static_key(struct pipeline_burst *b, unsigned int i);

/** Refill the rate limit of static keys; once per burst. */
void pipeline_static_refill(struct pipeline_worker *w);

/** Read the headers down to UDP port 4342. @return PIPELINE_REGISTERED for LISP that is ours;
 * PIPELINE_NOT_LISP for what the punt stage may answer; or a drop. */
enum pipeline_verdict pipeline_frame_parse(struct rte_mbuf *m, const struct pipeline_queue *q,
		uint32_t max_message, struct pipeline_frame *f, uint8_t **msg, uint32_t *len);

/**
 * Put headers before an answer of len octets at lisp_off, back to where the message came from:
 * MAC and IP address swapped, source port 4342.
 */
void pipeline_frame_answer(struct rte_mbuf *m, const struct pipeline_frame *f, uint32_t len,
		uint16_t dst_port);

/** Is this one of the addresses of the queue's port? */
static inline bool
pipeline_is_ours(const struct pipeline_queue *q, const struct lisp_ip *ip)
{
	for (unsigned int i = 0; i < q->n_addresses; i++)
		if (lisp_ip_equal(&q->addresses[i], ip))
			return true;
	return false;
}

/** Write a slot so that a reader can tell a torn one. */
static inline void
pipeline_seen_write(struct pipeline_seen_slot *slot, const struct pipeline_seen *s)
{
	uint32_t v = atomic_load_explicit(&slot->version, memory_order_relaxed);
	uint64_t count = slot->seen.count + 1;

	atomic_store_explicit(&slot->version, v + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	slot->seen = *s;
	slot->seen.count = count;
	atomic_store_explicit(&slot->version, v + 2, memory_order_release);
}

/** Message i ends here: count it, remember it, free it. */
void pipeline_drop(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i,
		enum pipeline_verdict v);

/** A Map-Register of message i was accepted; its mbuf lives on. */
void pipeline_accept(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i);

/** Send a finished answer: queued, sent at the end of the turn. */
void pipeline_send(struct pipeline_worker *w, const struct pipeline_queue *q, struct rte_mbuf *m);

/** Hand message i over; room was checked by the caller. */
void pipeline_hand_over(struct pipeline_worker *w, struct pipeline_burst *b, unsigned int i,
		enum pipeline_change_kind kind, bool nonce_taken, unsigned int n_accepted);

static_assert(sizeof(struct assoc_id) == 24, "what base_hash24() takes");

/** How many messages of this association are with the control core, of a few others among them. */
static inline uint32_t *
pipeline_in_hand(struct pipeline_worker *w, const struct assoc_id *id)
{
	return &w->in_hand[base_hash24(id, &w->seed) % PIPELINE_IN_HAND];
}

/** Cycles since the last call belong to this stage. */
static inline void
pipeline_stage_end(struct pipeline_worker *w, enum pipeline_stage s)
{
	uint64_t now = rte_rdtsc();

	w->stats.cycles[s] += now - w->stage_tsc;
	w->stage_tsc = now;
}
