/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl.h"

/* One call, seen by the client. */
struct conversation {
	int fd;
	int timeout_ms;
	int (*each)(const json_t *item, void *arg);
	void *arg;
	char *why;
};

static int
fail(const struct conversation *v, int error, const char *sentence)
{
	snprintf(v->why, CTL_WHY_MAX, "%s", sentence);
	return error;
}

static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, error;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static int
send_request(const struct conversation *v, const char *cmd, const json_t *args)
{
	json_t *copy = args != NULL ? json_deep_copy(args) : json_object();
	json_t *request = json_pack("{s:s, s:o}", "cmd", cmd, "args", copy);
	char *text = request != NULL ? json_dumps(request, JSON_COMPACT) : NULL;
	int rc = 0;

	if (text == NULL)
		rc = fail(v, -EINVAL, "the request is not UTF-8 text");
	else if (send(v->fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		rc = fail(v, -errno, strerror(errno));
	free(text);
	json_decref(request);
	return rc;
}

/* @return Octets of the next message, above 0; -errno. */
static ssize_t
receive(const struct conversation *v, char *buf, size_t size)
{
	struct pollfd p = { .fd = v->fd, .events = POLLIN };
	ssize_t n;
	int rc;

	do
		rc = poll(&p, 1, v->timeout_ms);
	while (rc < 0 && errno == EINTR);
	if (rc < 0)
		return fail(v, -errno, strerror(errno));
	if (rc == 0)
		return fail(v, -ETIMEDOUT, "no answer in time");
	n = recv(v->fd, buf, size, MSG_TRUNC);
	if (n < 0)
		return fail(v, -errno, strerror(errno));
	if (n == 0)
		return fail(v, -ECONNRESET, "the server closed the connection");
	if ((size_t)n > size)
		return fail(v, -EPROTO, "the answer is too long");
	return n;
}

static int
give_items(const struct conversation *v, const json_t *items)
{
	for (size_t i = 0; i < json_array_size(items); i++) {
		int rc = v->each(json_array_get(items, i), v->arg);

		if (rc != 0)
			return rc;
	}
	return 0;
}

/* @return 0; -errno or what each() returned: the call has failed. */
static int
take_message(const struct conversation *v, const json_t *message, bool *end)
{
	const json_t *error = json_object_get(message, "error");
	const json_t *items = json_object_get(message, "items");

	*end = json_is_true(json_object_get(message, "end"));
	if (json_is_string(error))
		return fail(v, -EREMOTEIO, json_string_value(error));
	if (!*end && !json_is_array(items))
		return fail(v, -EPROTO, "the answer is none of this protocol");
	return give_items(v, items);
}

static int
converse(const struct conversation *v, const char *cmd, const json_t *args, char *buf)
{
	int rc = send_request(v, cmd, args);
	bool end = false;

	while (rc == 0 && !end) {
		ssize_t n = receive(v, buf, CTL_MESSAGE_MAX);
		json_t *message;

		if (n < 0)
			return (int)n;
		message = json_loadb(buf, (size_t)n, 0, NULL);
		rc = take_message(v, message, &end);
		json_decref(message);
	}
	return rc;
}

int
ctl_call(const char *path, const char *cmd, const json_t *args, int timeout_ms,
		int (*each)(const json_t *item, void *arg), void *arg, char why[CTL_WHY_MAX])
{
	struct conversation v = { .timeout_ms = timeout_ms, .each = each, .arg = arg, .why = why };
	char *buf;
	int rc;

	why[0] = '\0';
	v.fd = connect_to(path);
	if (v.fd < 0)
		return fail(&v, v.fd, strerror(-v.fd));
	buf = malloc(CTL_MESSAGE_MAX);
	rc = buf != NULL ? converse(&v, cmd, args, buf) : fail(&v, -ENOMEM, strerror(ENOMEM));
	free(buf);
	close(v.fd);
	return rc;
}
