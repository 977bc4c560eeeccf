/* SPDX-License-Identifier: BSD-3-Clause */

/* The loop of the control core: work while there is some, else sleep in epoll. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define LOG_ROOM "control"
#include "base_log.h"
#include "control_priv.h"

/* While there is work, sockets and signals get a fifth of the time, and are looked at every
 * millisecond at most. */
#define SERVE_SHARE  4
#define SERVE_GAP_NS BASE_NS_PER_MS

int
control_signals_init(struct control_signals *s)
{
	s->doorbell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	s->sleeps = 0;
	s->n_pending = 0;
	return s->doorbell < 0 ? -errno : 0;
}

void
control_signals_fini(struct control_signals *s)
{
	if (s->doorbell >= 0)
		close(s->doorbell);
	s->doorbell = -1;
}

static int
watch_fd(struct control *c, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

static int
open_signals(struct control *c)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	c->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return c->signals < 0 ? -errno : watch_fd(c, c->signals);
}

static int
open_socket(struct control *c, char *why, size_t why_size)
{
	struct ctl_server_params p = {
		.path = c->p.socket,
		.group = c->p.socket_group,
		.commands = control_api_commands,
		.arg = c,
	};
	char reason[CTL_WHY_MAX] = "";
	int ret;

	if (c->p.socket == NULL)
		return 0;
	ret = ctl_server_open(&p, &c->ctl, reason);
	if (ret < 0)
		snprintf(why, why_size, "control socket %s: %s", c->p.socket, reason);
	return ret < 0 ? ret : watch_fd(c, ctl_server_fd(c->ctl));
}

static int
open_all(struct control *c, char *why, size_t why_size)
{
	int ret;

	c->max_waiting = c->p.n_workers * c->p.ring_size;
	c->waiting = calloc(c->max_waiting, sizeof(*c->waiting));
	c->pending = calloc(CONTROL_PENDING_MAX, sizeof(*c->pending));
	c->auth = auth_ctx_create(c->p.auth);
	c->cycles = calloc((CONTROL_RATE_SPAN + 1) * c->p.n_workers, sizeof(*c->cycles));
	if (c->waiting == NULL || c->pending == NULL || c->auth == NULL || c->cycles == NULL)
		return -ENOMEM;
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll < 0)
		return -errno;
	ret = watch_fd(c, c->p.signals->doorbell);
	if (ret == 0)
		ret = open_signals(c);
	if (ret < 0)
		return ret;
	return open_socket(c, why, why_size);
}

int
control_create(const struct control_params *p, struct control **out, char *why, size_t why_size)
{
	struct control *c = calloc(1, sizeof(*c));
	int ret;

	if (c == NULL)
		return -ENOMEM;
	c->p = *p;
	c->epoll = c->signals = -1;
	c->started_ns = c->tick_ns = c->busy_ns = c->logged_ns = base_clock_ns();
	why[0] = '\0';
	ret = open_all(c, why, why_size);
	if (ret < 0) {
		if (why[0] == '\0')
			snprintf(why, why_size, "control core: %s", strerror(-ret));
		control_destroy(c);
		return ret;
	}
	control_telemetry_init(c);
	*out = c;
	return 0;
}

void
control_destroy(struct control *c)
{
	if (c == NULL)
		return;
	control_telemetry_fini();
	ctl_server_close(c->ctl);
	if (c->signals >= 0)
		close(c->signals);
	if (c->epoll >= 0)
		close(c->epoll);
	auth_ctx_destroy(c->auth);
	free(c->waiting);
	free(c->pending);
	free(c->cycles);
	free(c);
}

static void
association_gone(uint32_t number, void *arg)
{
	struct control *c = arg;

	mapdb_withdraw(c->p.mapdb, number);
}

static void
site_changed(uint32_t site, void *arg)
{
	struct control *c = arg;

	mapdb_distrust_site(c->p.mapdb, site);
}

int
control_sites_load(struct control *c, const struct assoc_site_params *sites, uint32_t n_sites,
		char *why, size_t why_size)
{
	int ret = assoc_sites_load(c->p.assoc, sites, n_sites, association_gone, site_changed, c,
			why, why_size);

	if (ret < 0)
		return ret;
	ret = control_nonce_load(c);
	if (ret == 0 && c->loaded)
		ret = control_nonce_save_all(c);
	c->loaded = true;
	if (ret < 0)
		snprintf(why, why_size, "nonces cannot be read or saved: %s", strerror(-ret));
	return ret;
}

int
control_reload(struct control *c, char *why, size_t why_size)
{
	int ret;

	if (c->p.reload == NULL) {
		snprintf(why, why_size, "there is nothing to reload");
		return -ENOTSUP;
	}
	ret = c->p.reload(c->p.reload_arg, why, why_size);
	if (ret < 0)
		LOG(ERR, "reload refused, the old configuration stays: %s", why);
	else
		LOG(NOTICE, "reloaded%s%s", why[0] == '\0' ? "" : "; ", why);
	return ret;
}

static void
serve_signals(struct control *c)
{
	struct signalfd_siginfo si;
	char why[512] = "";

	while (read(c->signals, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo == SIGHUP)
			control_reload(c, why, sizeof(why));
		else
			c->stop = true;
	}
}

static void
serve_fds(struct control *c, int timeout_ms)
{
	struct epoll_event e[8];
	int n = epoll_wait(c->epoll, e, 8, timeout_ms);

	for (int i = 0; i < n; i++) {
		uint64_t rung;

		if (e[i].data.fd == c->signals)
			serve_signals(c);
		else if (e[i].data.fd == c->p.signals->doorbell)
			(void)!read(e[i].data.fd, &rung, sizeof(rung));
		else
			ctl_server_step(c->ctl);
	}
}

static void
serve_between(struct control *c)
{
	uint64_t begin = base_clock_ns(), end;

	if (begin < c->serve_ns)
		return;
	serve_fds(c, 0);
	end = base_clock_ns();
	c->serve_ns = end + SERVE_SHARE * (end - begin) + SERVE_GAP_NS;
}

static bool
work_waits(const struct control *c)
{
	for (unsigned int w = 0; w < c->p.n_workers; w++)
		if (pipeline_changes_waiting(c->p.workers[w]))
			return true;
	return c->n_waiting > 0;
}

/* Tell the workers to ring, look once more, then sleep: a change handed over in between is either
 * seen by that look or rings. */
static void
sleep_a_tick(struct control *c)
{
	atomic_store_explicit(&c->p.signals->sleeps, 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	serve_fds(c, work_waits(c) ? 0 : CONTROL_TICK_MS);
	atomic_store_explicit(&c->p.signals->sleeps, 0, memory_order_relaxed);
}

static void
tick(struct control *c)
{
	uint64_t now = base_clock_ns();

	if (now - c->tick_ns < CONTROL_TICK_MS * BASE_NS_PER_MS)
		return;
	c->tick_ns = now;
	control_expiry_tick(c, now);
	control_watch_tick(c, now);
	if (c->ctl != NULL)
		ctl_server_tick(c->ctl);
	if (c->p.duration_s != 0 && now - c->started_ns >= c->p.duration_s * BASE_NS_PER_S)
		c->stop = true;
	if (c->p.exit_idle_s != 0 && now - c->busy_ns >= c->p.exit_idle_s * BASE_NS_PER_S)
		c->stop = true;
}

unsigned int
control_step(struct control *c)
{
	unsigned int n = control_change_step(c);

	return n + control_nonce_step(c);
}

int
control_run(struct control *c)
{
	c->started_ns = c->busy_ns = base_clock_ns();
	while (!c->stop) {
		if (control_step(c) == 0 && !work_waits(c))
			sleep_a_tick(c);
		else
			serve_between(c);
		tick(c);
	}
	return 0;
}

void
control_finish(struct control *c)
{
	while (work_waits(c))
		control_step(c);
}
