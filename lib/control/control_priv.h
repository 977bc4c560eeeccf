/* SPDX-License-Identifier: BSD-3-Clause */

/* What the duties of the control core share. */

#pragma once

#include "base_clock.h"
#include "control.h"
#include "ctl.h"

#define CONTROL_TICK_MS   100
#define CONTROL_TAKE_MAX  64 /* messages taken from one worker in one go */
#define CONTROL_RATE_SPAN 10 /* seconds that status speaks about */

/** A message whose nonce waits for the store. */
struct control_waiting {
	struct rte_mbuf *mbuf;
	unsigned int worker;
};

/** A Map-Notify that waits for its ack. */
struct control_pending {
	struct lisp_ip peer;
	uint64_t nonce;
	uint32_t site;
	uint8_t key_id;
};

#define CONTROL_PENDING_MAX 4096

/** Totals of all workers at a point of time. */
struct control_sample {
	uint64_t when_ns;
	struct pipeline_stats sum;
};

struct control {
	struct control_params p;
	struct auth_ctx *auth; /* for Map-Notify-Acks */
	int epoll;
	int signals; /* signalfd */
	struct ctl_server *ctl;
	bool stop;
	bool loaded; /* sites have been loaded once: the next load is a reload */

	uint64_t started_ns;
	uint64_t tick_ns;  /* of the last tick */
	uint64_t serve_ns; /* sockets and signals wait until then while there is work */
	uint64_t busy_ns;  /* when a port received something last */
	uint64_t busy_received;
	uint64_t commit_failed_ns;

	/* strict nonces: [0..n_waiting) wait for a commit */
	struct control_waiting *waiting;
	unsigned int n_waiting, max_waiting;
	uint64_t waiting_since_ns;
	uint64_t n_commits, n_saved;

	struct control_pending *pending;
	unsigned int n_pending;

	struct control_sample samples[CONTROL_RATE_SPAN + 1]; /* one a second, newest first */
	uint64_t *cycles; /* beside samples: worker 0's of the newest, worker 1's, ... */
	struct pipeline_stats logged; /* totals when drops were logged last */
	uint64_t logged_ns;
};

/* control_change.c */

/** Take from every worker, decide, hand back. @return messages handed back at once. */
unsigned int control_change_step(struct control *c);

/** Apply an authentic Map-Register whose nonce counts; sets the verdict. */
void control_change_apply(struct control *c, struct rte_mbuf *m);

/* control_nonce.c */

/** Put the nonce of a strict message into the batch; it waits for control_nonce_commit(). */
void control_nonce_wait(struct control *c, unsigned int worker, struct rte_mbuf *m);

/** Commit if something waits and it is time. @return messages handed back. */
unsigned int control_nonce_step(struct control *c);

/** Read saved nonces into associations of the keys there are. @return 0 or -errno. */
int control_nonce_load(struct control *c);

/** Save the nonce of every association under a strict key. @return 0 or -errno. */
int control_nonce_save_all(struct control *c);

/* control_expiry.c */
void control_expiry_tick(struct control *c, uint64_t now_ns);

/* control_pending.c */

/** Judge a Map-Notify-Ack; settles what it acknowledges. */
enum pipeline_verdict control_pending_ack(struct control *c, struct rte_mbuf *m);

/* control_watch.c */

/** Sum of all workers' counters. */
void control_watch_sum(const struct control *c, struct pipeline_stats *sum);
void control_watch_tick(struct control *c, uint64_t now_ns);

/** Last packet that ended in a verdict, on any worker. */
void control_watch_seen(const struct control *c, enum pipeline_verdict v, struct pipeline_seen *s);

/** Last success and last failure of a site, on any worker. */
void control_watch_site_seen(const struct control *c, uint32_t site, struct pipeline_seen *success,
		struct pipeline_seen *failure);

/** TSC cycles that a worker has been busy with packets since its start. */
uint64_t control_watch_cycles(const struct pipeline_stats *st);

/** Drops of all reasons. */
uint64_t control_watch_dropped(const struct pipeline_stats *st);

/* control_stats.c */

/** Answers sent, by kind. */
json_t *control_stats_answers(const struct pipeline_stats *sum);

/* control_api.c */

/** Commands of the control socket, ended by a row without name. */
extern const struct ctl_command control_api_commands[];

/* control_telemetry.c */
void control_telemetry_init(struct control *c);
void control_telemetry_fini(void);

/** Reload by SIGHUP or command; logs and tells what happened. */
int control_reload(struct control *c, char *why, size_t why_size);
