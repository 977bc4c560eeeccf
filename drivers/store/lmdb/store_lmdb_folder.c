/* SPDX-License-Identifier: BSD-3-Clause */

#include "store_lmdb_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_FILE "owner.lock"

/* A new folder is on disk only when its parent has been synced too. */
static int
make_folder(const char *path, char *why, size_t why_size)
{
	int fd, parent, ret = 0;

	if (mkdir(path, 0700) < 0) {
		if (errno == EEXIST)
			return 0;
		ret = -errno;
		snprintf(why, why_size, "cannot be made: %s", strerror(-ret));
		return ret;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	parent = fd < 0 ? -1 : openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0 || fsync(parent) < 0) {
		ret = -errno;
		snprintf(why, why_size, "cannot be synced: %s", strerror(-ret));
	}
	if (parent >= 0)
		close(parent);
	if (fd >= 0)
		close(fd);
	return ret;
}

static int
check_folder(int fd, char *why, size_t why_size)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		snprintf(why, why_size, "cannot be examined: %s", strerror(errno));
		return -errno;
	}
	if ((st.st_mode & 077) != 0) {
		snprintf(why, why_size, "mode is %04o: others may use it; set it to 0700",
				(unsigned int)(st.st_mode & 07777));
		return -EPERM;
	}
	if (st.st_uid != geteuid()) {
		snprintf(why, why_size, "belongs to another user");
		return -EPERM;
	}
	return 0;
}

/* LMDB itself would let two processes take turns, each with nonces the other does not know. */
static int
lock_folder(int folder, int *lock_fd, char *why, size_t why_size)
{
	int fd, ret;

	fd = openat(folder, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		ret = -errno;
		snprintf(why, why_size, "%s cannot be opened: %s", LOCK_FILE, strerror(-ret));
		return ret;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		ret = errno == EWOULDBLOCK ? -EBUSY : -errno;
		if (ret == -EBUSY)
			snprintf(why, why_size, "another process uses it");
		else
			snprintf(why, why_size, "cannot be locked: %s", strerror(-ret));
		close(fd);
		return ret;
	}
	*lock_fd = fd;
	return 0;
}

int
store_lmdb_folder_open(struct store_lmdb_folder *f, const char *path, char *why, size_t why_size)
{
	int ret;

	ret = make_folder(path, why, why_size);
	if (ret < 0)
		return ret;
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd < 0) {
		ret = -errno;
		snprintf(why, why_size, "cannot be opened: %s", strerror(-ret));
		return ret;
	}
	ret = check_folder(f->fd, why, why_size);
	if (ret == 0)
		ret = lock_folder(f->fd, &f->lock_fd, why, why_size);
	if (ret < 0)
		close(f->fd);
	return ret;
}

void
store_lmdb_folder_close(struct store_lmdb_folder *f)
{
	close(f->lock_fd);
	close(f->fd);
}
