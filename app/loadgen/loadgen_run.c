/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_run.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_mbuf.h>

#include "loadgen_neigh.h"

#define CLOCK_HZ      1000 /* how often the clock is looked at for anything but latency */
#define EXPIRE_EVERY  50   /* looks at the clock */
#define LINK_EVERY    500
#define DRAIN_S       3    /* for the last answers */
#define LINGER        5    /* 1/5 s for the last messages when no answer is awaited */
#define RATE_BACKLOG  100  /* at most 1/100 s of a rate is caught up on */
#define IDLE_YIELD    64   /* polls in vain before the CPU is offered to others ... */
#define IDLE_SLEEP    1024 /* ... and before it is given up for a moment */
#define IDLE_SLEEP_US 20
#define ASK_MS        200

/* State of the loop. */
struct loop {
	struct loadgen_run *run;
	struct loadgen_check check;
	struct loadgen_replies replies;
	struct rte_mbuf *tx[LOADGEN_BURST]; /* made and not yet taken by the port */
	unsigned int tx_at, n_tx;
	double credit; /* messages that --rate allows now */
	uint64_t credit_at, clock_at, second_at, progress_at;
	uint64_t last_acknowledged;
	unsigned int n_clock, n_idle;
	bool draining;
};

static uint8_t reply_frames[LOADGEN_BURST][128];

static unsigned int
receive(struct loop *l, uint64_t *now)
{
	struct rte_mbuf *rx[LOADGEN_BURST];
	uint8_t *frames[LOADGEN_BURST];
	uint32_t lens[LOADGEN_BURST];
	unsigned int n = loadgen_port_rx(l->run->port, rx, LOADGEN_BURST);

	*now = rte_rdtsc();
	if (n == 0)
		return 0;
	for (unsigned int i = 0; i < n; i++) {
		frames[i] = rte_pktmbuf_mtod(rx[i], uint8_t *);
		lens[i] = rte_pktmbuf_data_len(rx[i]);
	}
	loadgen_check_burst(&l->check, frames, lens, n, *now, &l->replies);
	for (unsigned int i = 0; i < l->replies.n; i++)
		loadgen_port_send(l->run->port, l->replies.frames[i], l->replies.lens[i]);
	rte_pktmbuf_free_bulk(rx, n);
	return n;
}

/* How many messages --rate allows now, one burst at most. */
static unsigned int
allowance(struct loop *l, uint64_t now)
{
	const struct loadgen_run *run = l->run;
	double rate = (double)run->args->rate, most = rate / RATE_BACKLOG;

	if (run->args->rate == 0)
		return LOADGEN_BURST;
	l->credit += (double)(now - l->credit_at) * rate / (double)run->report->times.hz;
	l->credit_at = now;
	if (most < LOADGEN_BURST)
		most = LOADGEN_BURST;
	if (l->credit > most)
		l->credit = most;
	return l->credit < LOADGEN_BURST ? (unsigned int)l->credit : LOADGEN_BURST;
}

/* Make the next burst; it waits in tx until the port takes it. */
static void
make(struct loop *l, uint64_t now)
{
	const struct loadgen_run *run = l->run;
	unsigned int n = allowance(l, now), made, wish = loadgen_etrs_wish(run->etrs, l->draining);
	uint8_t *frames[LOADGEN_BURST];
	uint32_t lens[LOADGEN_BURST];

	if (n > wish)
		n = wish;
	if (n == 0 || rte_pktmbuf_alloc_bulk(run->port->pool, l->tx, n) != 0)
		return;
	for (unsigned int i = 0; i < n; i++)
		frames[i] = rte_pktmbuf_mtod(l->tx[i], uint8_t *);
	made = loadgen_etrs_burst(run->etrs, frames, lens, n, now, l->draining);
	for (unsigned int i = 0; i < made; i++)
		rte_pktmbuf_append(l->tx[i], (uint16_t)lens[i]);
	if (made < n)
		rte_pktmbuf_free_bulk(l->tx + made, n - made);
	if (run->args->rate != 0)
		l->credit -= made;
	l->tx_at = 0;
	l->n_tx = made;
}

static unsigned int
transmit(struct loop *l)
{
	unsigned int n = loadgen_port_tx(
			l->run->port, l->tx + l->tx_at, (uint16_t)(l->n_tx - l->tx_at));

	l->tx_at += n;
	if (l->tx_at == l->n_tx)
		l->tx_at = l->n_tx = 0;
	return n;
}

/* Nothing came and nothing went: the server's control core may share this CPU. */
static void
idle(struct loop *l)
{
	if (++l->n_idle < IDLE_YIELD)
		rte_pause();
	else if (l->n_idle < IDLE_SLEEP)
		sched_yield();
	else
		usleep(IDLE_SLEEP_US);
}

/* Why the load ends now; "" when that was asked for, NULL when it goes on. */
static const char *
end_of_load(struct loop *l, uint64_t now)
{
	const struct loadgen_run *run = l->run;
	const struct loadgen_times *t = &run->report->times;
	const struct loadgen_args *a = run->args;

	if (*run->stop)
		return "stopped by a signal";
	if (a->duration_s > 0 && now - t->started >= a->duration_s * t->hz)
		return "";
	if (loadgen_etrs_exhausted(run->etrs))
		return "";
	if (a->duration_s == 0 && a->count == 0 && t->registered != 0)
		return "";
	if (a->duration_s == 0 && !a->no_notify && now - l->progress_at >= (a->wait_s + 1) * t->hz)
		return "no Map-Notify came any more";
	return NULL;
}

static void
watch_progress(struct loop *l, uint64_t now)
{
	struct loadgen_report *r = l->run->report;
	uint64_t acknowledged = l->run->etrs->p.stats->acknowledged;

	if (acknowledged != l->last_acknowledged) {
		l->last_acknowledged = acknowledged;
		l->progress_at = now;
	}
	if (r->times.registered == 0 && loadgen_etrs_registered(l->run->etrs))
		loadgen_report_registered(r, now);
}

/* The peer has gone: try to find it again.  A new server may have another MAC address. */
static void
look_after_link(struct loop *l, uint64_t now)
{
	const struct loadgen_run *run = l->run;
	uint8_t frame[LOADGEN_NEIGH_MAX];

	if (!loadgen_port_tend(run->port) || run->args->server_mac.set ||
			run->etrs->p.window->n_waiting == 0)
		return;
	if (now - l->progress_at > run->report->times.hz)
		loadgen_port_send(run->port, frame, loadgen_neigh_ask(run->net, frame));
}

/* A thousand times a second. @return false when all is over. */
static bool
look_at_clock(struct loop *l, uint64_t now)
{
	const struct loadgen_run *run = l->run;
	struct loadgen_window *w = run->etrs->p.window;
	struct loadgen_report *r = run->report;

	watch_progress(l, now);
	if (++l->n_clock % EXPIRE_EVERY == 0)
		loadgen_window_expire(w, now, r->times.hz);
	if (l->n_clock % LINK_EVERY == 0)
		look_after_link(l, now);
	if (now - l->second_at >= r->times.hz) {
		l->second_at = now;
		loadgen_report_second(r, now);
	}
	if (!l->draining) {
		const char *end = end_of_load(l, now);

		if (end == NULL)
			return true;
		r->end = *end != '\0' ? end : NULL;
		r->times.stopped = now;
		l->draining = true;
	}
	if (now - r->times.stopped >= DRAIN_S * r->times.hz)
		return false;
	if (w->n_waiting > 0 || l->n_tx > 0)
		return true;
	/* What lies in the rings of a memif is gone when it closes. */
	return run->args->no_notify && now - r->times.stopped < r->times.hz / LINGER;
}

static void
loop(struct loop *l)
{
	uint64_t now = rte_rdtsc();
	bool goes_on = true;

	l->credit_at = l->clock_at = l->second_at = l->progress_at = now;
	loadgen_report_start(l->run->report, now);
	while (goes_on) {
		unsigned int busy = receive(l, &now);

		if (l->n_tx == 0)
			make(l, now);
		if (l->n_tx > 0)
			busy += transmit(l);
		if (busy > 0)
			l->n_idle = 0;
		else
			idle(l);
		if (l->run->report->times.registered == 0)
			watch_progress(l, now);
		if (now - l->clock_at >= l->run->report->times.hz / CLOCK_HZ) {
			l->clock_at = now;
			goes_on = look_at_clock(l, now);
		}
	}
	rte_pktmbuf_free_bulk(l->tx + l->tx_at, l->n_tx - l->tx_at);
}

/* Poll until done() or --wait is over. @return 0, -ETIMEDOUT, -EINTR. */
static int
wait_for(struct loop *l, bool (*done)(struct loop *l))
{
	const struct loadgen_run *run = l->run;
	uint64_t hz = run->report->times.hz, start = rte_rdtsc(), now;

	while (!done(l)) {
		receive(l, &now);
		if (*run->stop)
			return -EINTR;
		if (now - start >= run->args->wait_s * hz)
			return -ETIMEDOUT;
		usleep(1000);
	}
	return 0;
}

static bool
link_is_up(struct loop *l)
{
	return port_link_up(&l->run->port->port);
}

static bool
server_is_found(struct loop *l)
{
	uint8_t frame[LOADGEN_NEIGH_MAX];

	if (l->run->net->server_mac_known)
		return true;
	if (l->n_clock++ % ASK_MS == 0)
		loadgen_port_send(l->run->port, frame, loadgen_neigh_ask(l->run->net, frame));
	return false;
}

int
loadgen_run(struct loadgen_run *run, char *why, size_t why_size)
{
	struct loop l = {
		.run = run,
		.check = {
			.etrs = run->etrs,
			.net = run->net,
			.interval = &run->report->second,
			.strict = run->args->layout.policy == LOADGEN_STRICT,
		},
		.replies = { .frames = reply_frames },
	};
	struct loadgen_stats *st = run->etrs->p.stats;
	int ret;

	run->report->times.hz = rte_get_tsc_hz();
	ret = wait_for(&l, link_is_up);
	if (ret == -ETIMEDOUT)
		snprintf(why, why_size, "%s: the link did not come up within %u s",
				run->port->port.device, run->args->wait_s);
	if (ret == 0) {
		ret = wait_for(&l, server_is_found);
		if (ret == -ETIMEDOUT)
			snprintf(why, why_size, "the server's address did not answer within %u s",
					run->args->wait_s);
	}
	if (ret == -EINTR)
		snprintf(why, why_size, "stopped before the first Map-Register");
	if (ret < 0)
		return ret;
	/* What strayed in while waiting says nothing about the run. */
	*st = (struct loadgen_stats){ 0 };
	l.n_clock = 0;
	loop(&l);
	st->lost = run->etrs->p.window->n_waiting;
	run->report->complete = loadgen_etrs_registered(run->etrs);
	return 0;
}
