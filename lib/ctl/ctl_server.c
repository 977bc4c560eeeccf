/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base_clock.h"
#include "ctl_priv.h"

#define EVENTS_PER_STEP 2 /* each costs one message at most */
#define IDLE_S_DEFAULT  60

struct ctl_server {
	int epoll_fd;
	int listen_fd;
	dev_t dev; /* of the socket file, to know it again */
	ino_t ino;
	char *path;
	uint64_t idle_ns;
	const struct ctl_command *commands;
	void *arg;
	struct ctl_client clients[CTL_CLIENTS_MAX];
	char request[CTL_REQUEST_MAX];
};

static bool
watch(struct ctl_server *s, int op, int fd, uint32_t events, void *who)
{
	struct epoll_event e = { .events = events, .data.ptr = who };

	return epoll_ctl(s->epoll_fd, op, fd, &e) == 0;
}

static void
close_client(struct ctl_server *s, struct ctl_client *c)
{
	ctl_client_finish(c, s->arg);
	close(c->fd);
	c->fd = -1;
}

/* A client is listened to, or written to, never both: it cannot pile up requests. */
static void
turn_client(struct ctl_server *s, struct ctl_client *c)
{
	if (!watch(s, EPOLL_CTL_MOD, c->fd, ctl_client_is_answering(c) ? EPOLLOUT : EPOLLIN, c))
		close_client(s, c);
}

static bool
is_trusted(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return false;
	return peer.uid == 0 || peer.uid == geteuid();
}

static struct ctl_client *
free_place(struct ctl_server *s)
{
	for (unsigned int i = 0; i < CTL_CLIENTS_MAX; i++)
		if (s->clients[i].fd < 0)
			return &s->clients[i];
	return NULL;
}

static void
turn_away(int fd)
{
	static const char full[] = "{\"error\":\"too many clients\",\"code\":\"busy\"}";

	/* Best effort: a client that does not get it sees the end of the connection. */
	if (send(fd, full, sizeof(full) - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		(void)errno;
	close(fd);
}

static void
take_client(struct ctl_server *s)
{
	int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ctl_client *c;

	if (fd < 0)
		return;
	c = free_place(s);
	if (c == NULL || !watch(s, EPOLL_CTL_ADD, fd, EPOLLIN, c)) {
		turn_away(fd);
		return;
	}
	memset(c, 0, sizeof(*c));
	c->fd = fd;
	c->may_change = is_trusted(fd);
	c->active_ns = base_clock_ns();
}

static void
read_request(struct ctl_server *s, struct ctl_client *c)
{
	/* With MSG_TRUNC the length is that of the message, even when it did not fit. */
	ssize_t n = recv(c->fd, s->request, sizeof(s->request), MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_client(s, c);
		return;
	}
	c->active_ns = base_clock_ns();
	if ((size_t)n > sizeof(s->request))
		ctl_client_refuse(c, "request", "the request is too long");
	else
		ctl_client_request(c, s->commands, s->arg, s->request, (size_t)n);
	turn_client(s, c);
}

static void
send_answer(struct ctl_server *s, struct ctl_client *c)
{
	if (c->message == NULL)
		ctl_client_produce(c, s->arg);
	if (c->message == NULL) {
		close_client(s, c);
		return;
	}
	if (send(c->fd, c->message, c->message_len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			close_client(s, c);
		return;
	}
	c->active_ns = base_clock_ns();
	free(c->message);
	c->message = NULL;
	if (c->last) {
		ctl_client_finish(c, s->arg);
		turn_client(s, c);
	}
}

static void
serve_client(struct ctl_server *s, struct ctl_client *c, uint32_t events)
{
	if ((events & EPOLLOUT) != 0)
		send_answer(s, c);
	else if ((events & EPOLLIN) != 0)
		read_request(s, c);
	else
		close_client(s, c);
}

void
ctl_server_step(struct ctl_server *s)
{
	struct epoll_event events[EVENTS_PER_STEP];
	int n = epoll_wait(s->epoll_fd, events, EVENTS_PER_STEP, 0);

	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == NULL)
			take_client(s);
		else
			serve_client(s, events[i].data.ptr, events[i].events);
	}
}

void
ctl_server_tick(struct ctl_server *s)
{
	uint64_t now = base_clock_ns();

	for (unsigned int i = 0; i < CTL_CLIENTS_MAX; i++) {
		struct ctl_client *c = &s->clients[i];

		if (c->fd >= 0 && now - c->active_ns > s->idle_ns)
			close_client(s, c);
	}
}

int
ctl_server_fd(const struct ctl_server *s)
{
	return s->epoll_fd;
}

static struct ctl_server *
create(const struct ctl_server_params *params)
{
	struct ctl_server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->path = strdup(params->path);
	if (s->path == NULL) {
		free(s);
		return NULL;
	}
	s->epoll_fd = s->listen_fd = -1;
	s->commands = params->commands;
	s->arg = params->arg;
	s->idle_ns = (params->idle_s > 0 ? params->idle_s : IDLE_S_DEFAULT) * BASE_NS_PER_S;
	for (unsigned int i = 0; i < CTL_CLIENTS_MAX; i++)
		s->clients[i].fd = -1;
	return s;
}

int
ctl_server_open(const struct ctl_server_params *params, struct ctl_server **out,
		char why[CTL_WHY_MAX])
{
	struct ctl_server *s = create(params);
	struct stat st;
	int rc;

	why[0] = '\0';
	if (s == NULL)
		return -ENOMEM;
	rc = ctl_listen(params, why);
	if (rc < 0)
		goto close;
	s->listen_fd = rc;
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (stat(params->path, &st) != 0 || s->epoll_fd < 0 ||
			!watch(s, EPOLL_CTL_ADD, s->listen_fd, EPOLLIN, NULL)) {
		rc = -errno;
		snprintf(why, CTL_WHY_MAX, "control socket %s: %s", params->path, strerror(-rc));
		goto close;
	}
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	*out = s;
	return 0;

close:
	ctl_server_close(s);
	return rc;
}

/* Another server may have taken the path since; its file stays. */
static void
remove_file(const struct ctl_server *s)
{
	struct stat st;

	if (stat(s->path, &st) == 0 && st.st_dev == s->dev && st.st_ino == s->ino)
		unlink(s->path);
}

void
ctl_server_close(struct ctl_server *s)
{
	if (s == NULL)
		return;
	for (unsigned int i = 0; i < CTL_CLIENTS_MAX; i++)
		if (s->clients[i].fd >= 0)
			close_client(s, &s->clients[i]);
	remove_file(s);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	if (s->epoll_fd >= 0)
		close(s->epoll_fd);
	free(s->path);
	free(s);
}
