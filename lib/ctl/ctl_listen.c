/* SPDX-License-Identifier: BSD-3-Clause */

/* The socket file: made, taken over from a dead server, never from a living one. */

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl_priv.h"

#define BACKLOG 16

static int
make_address(const char *path, struct sockaddr_un *address)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	strcpy(address->sun_path, path);
	return 0;
}

/* @return 0 when a socket file stands there that nobody listens on; -errno otherwise. */
static int
check_stale(const struct sockaddr_un *address)
{
	struct stat st;
	int fd, rc;

	if (lstat(address->sun_path, &st) != 0)
		return -errno;
	if (!S_ISSOCK(st.st_mode))
		return -ENOTSOCK;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* A full backlog is EAGAIN, another kind of socket EPROTOTYPE: somebody is there. */
	rc = connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
					errno == ECONNREFUSED
			? 0
			: -EADDRINUSE;
	close(fd);
	return rc;
}

static int
bind_socket(int fd, const struct sockaddr_un *address)
{
	int rc;

	if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return -errno;
	rc = check_stale(address);
	if (rc != 0)
		return rc;
	if (unlink(address->sun_path) != 0 ||
			bind(fd, (const struct sockaddr *)address, sizeof(*address)) != 0)
		return -errno;
	return 0;
}

static int
give_to_group(const char *path, const char *name)
{
	const struct group *group = getgrnam(name);

	if (group == NULL)
		return -ENOENT;
	if (chown(path, (uid_t)-1, group->gr_gid) != 0 || chmod(path, 0660) != 0)
		return -errno;
	return 0;
}

static int
listen_at(int fd, const struct ctl_server_params *params, char why[CTL_WHY_MAX])
{
	struct sockaddr_un address;
	int rc = make_address(params->path, &address);

	/* The mode of the descriptor becomes the mode of the file: it is never open to others. */
	if (rc == 0)
		rc = fchmod(fd, 0600) == 0 ? bind_socket(fd, &address) : -errno;
	if (rc != 0) {
		snprintf(why, CTL_WHY_MAX, "control socket %s: %s", params->path,
				rc == -EADDRINUSE ? "another server listens there" : strerror(-rc));
		return rc;
	}
	if (params->group != NULL)
		rc = give_to_group(params->path, params->group);
	if (rc == 0 && listen(fd, BACKLOG) != 0)
		rc = -errno;
	if (rc != 0) {
		snprintf(why, CTL_WHY_MAX, "control socket %s, group %s: %s", params->path,
				params->group != NULL ? params->group : "-",
				rc == -ENOENT ? "no such group" : strerror(-rc));
		unlink(params->path);
	}
	return rc;
}

int
ctl_listen(const struct ctl_server_params *params, char why[CTL_WHY_MAX])
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int rc;

	if (fd < 0) {
		rc = -errno;
		snprintf(why, CTL_WHY_MAX, "control socket: %s", strerror(-rc));
		return rc;
	}
	rc = listen_at(fd, params, why);
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}
