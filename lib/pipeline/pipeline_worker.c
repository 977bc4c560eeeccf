/* SPDX-License-Identifier: BSD-3-Clause */

/* The loop: the diagram of pipeline.h as calls. */

#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_pause.h>

#include "pipeline_priv.h"

#define TX_TRIES   8    /* a full peer ring usually drains within a few tries */
#define IDLE_TURNS 2000 /* empty turns before a worker that may sleep does */

static void
flush(struct pipeline_worker *w, const struct pipeline_queue *q, struct pipeline_tx *tx)
{
	uint16_t sent = 0;

	for (unsigned int try = 0; try < TX_TRIES && sent < tx->n; try++)
		sent += rte_eth_tx_burst(q->port_id, q->queue_id, tx->pkt + sent, tx->n - sent);
	w->stats.tx_dropped += tx->n - sent;
	if (unlikely(sent < tx->n))
		rte_pktmbuf_free_bulk(tx->pkt + sent, tx->n - sent);
	tx->n = 0;
}

void
pipeline_send(struct pipeline_worker *w, const struct pipeline_queue *q, struct rte_mbuf *m)
{
	struct pipeline_tx *tx = &w->tx[q - w->queues];

	tx->pkt[tx->n++] = m;
	if (unlikely(tx->n == PIPELINE_TX_MAX))
		flush(w, q, tx);
}

static unsigned int
receive(struct pipeline_worker *w, struct pipeline_burst *b, const struct pipeline_queue *q)
{
	uint16_t n = rte_eth_rx_burst(q->port_id, q->queue_id, b->pkt, PIPELINE_BURST_MAX);

	if (n == 0)
		return 0;
	w->stats.received += n;
	pipeline_stage_end(w, PIPELINE_STAGE_RX);
	pipeline_classify(w, b, q, n);
	pipeline_stage_end(w, PIPELINE_STAGE_CLASSIFY);
	if (likely(b->n_live > 0)) {
		pipeline_lookup(w, b);
		pipeline_stage_end(w, PIPELINE_STAGE_LOOKUP);
		pipeline_verify(w, b);
		pipeline_stage_end(w, PIPELINE_STAGE_VERIFY);
		pipeline_replay(w, b);
		pipeline_stage_end(w, PIPELINE_STAGE_REPLAY);
		pipeline_register(w, b);
		pipeline_stage_end(w, PIPELINE_STAGE_REGISTER);
		pipeline_notify(w, b);
	}
	if (unlikely(b->n_request + b->n_ack + b->n_local > 0)) {
		pipeline_request(w, b);
		pipeline_ack(w, b);
		pipeline_punt(w, b);
		pipeline_stage_end(w, PIPELINE_STAGE_OTHER);
	}
	return n;
}

/* The control core sleeps in epoll when nothing is handed over: one system call wakes it. */
static void
ring_doorbell(struct pipeline_worker *w)
{
	static const uint64_t one = 1;

	w->rang = false;
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(w->p.control_sleeps, memory_order_relaxed) != 0 &&
			write(w->p.doorbell, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is awake already */
}

static void
flush_all(struct pipeline_worker *w)
{
	for (unsigned int k = 0; k < w->p.n_queues; k++)
		if (w->tx[k].n > 0)
			flush(w, &w->queues[k], &w->tx[k]);
}

static unsigned int
turn(struct pipeline_worker *w)
{
	struct pipeline_burst *b = &w->burst;
	unsigned int n = 0;

	w->stage_tsc = rte_rdtsc();
	for (unsigned int k = 0; k < w->p.n_queues; k++) {
		w->room = w->p.ring_size - w->outstanding;
		n += receive(w, b, &w->queues[k]);
	}
	n += pipeline_done(w, b);
	if (n == 0)
		return 0;
	flush_all(w);
	if (w->rang)
		ring_doorbell(w);
	w->stats.bursts++;
	pipeline_stage_end(w, PIPELINE_STAGE_TX);
	return n;
}

unsigned int
pipeline_worker_poll(struct pipeline_worker *w)
{
	unsigned int n;

	rte_rcu_qsbr_thread_online(w->p.rcu, w->p.id);
	n = turn(w);
	rte_rcu_qsbr_thread_offline(w->p.rcu, w->p.id);
	return n;
}

static void
rest(struct pipeline_worker *w)
{
	if (w->p.idle_sleep_us == 0 || ++w->n_idle < IDLE_TURNS) {
		rte_pause();
		return;
	}
	rte_rcu_qsbr_thread_offline(w->p.rcu, w->p.id);
	usleep(w->p.idle_sleep_us);
	rte_rcu_qsbr_thread_online(w->p.rcu, w->p.id);
}

int
pipeline_worker_run(void *worker)
{
	struct pipeline_worker *w = worker;

	rte_rcu_qsbr_thread_online(w->p.rcu, w->p.id);
	while (!atomic_load_explicit(&w->stop, memory_order_relaxed)) {
		if (turn(w) == 0)
			rest(w);
		else
			w->n_idle = 0;
		rte_rcu_qsbr_quiescent(w->p.rcu, w->p.id);
	}
	rte_rcu_qsbr_thread_offline(w->p.rcu, w->p.id);
	return 0;
}

void
pipeline_worker_stop(struct pipeline_worker *w)
{
	atomic_store_explicit(&w->stop, true, memory_order_relaxed);
}

void
pipeline_worker_finish(struct pipeline_worker *w)
{
	struct rte_mbuf *m;

	rte_rcu_qsbr_thread_online(w->p.rcu, w->p.id);
	w->stage_tsc = rte_rdtsc();
	while (pipeline_done(w, &w->burst) > 0)
		flush_all(w);
	while (rte_ring_sc_dequeue(w->changes, (void **)&m) == 0) {
		w->stats.verdict[PIPELINE_STOPPED]++;
		rte_pktmbuf_free(m);
	}
	rte_rcu_qsbr_thread_offline(w->p.rcu, w->p.id);
}
