/* SPDX-License-Identifier: BSD-3-Clause */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

void
harness_folder_make(char path[64])
{
	const char *tmp = getenv("TMPDIR");

	snprintf(path, 64, "%.32s/sluice-test-XXXXXX",
			tmp != NULL && strlen(tmp) <= 32 ? tmp : "/tmp");
	if (mkdtemp(path) == NULL)
		harness_fail(path, strerror(errno));
}

static void
copy_file(int from_dir, int to_dir, const char *name)
{
	int in = openat(from_dir, name, O_RDONLY | O_CLOEXEC);
	int out = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char buf[65536];
	ssize_t n;

	if (in < 0 || out < 0)
		harness_fail(name, strerror(errno));
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n)
			harness_fail(name, strerror(errno));
	if (n < 0)
		harness_fail(name, strerror(errno));
	close(in);
	close(out);
}

/* Call act for each file of a folder. */
static void
each_file(DIR *d, void (*act)(int dir, int other, const char *name), int other)
{
	struct dirent *e;

	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			act(dirfd(d), other, e->d_name);
}

static void
remove_file(int dir, int other, const char *name)
{
	(void)other;
	if (unlinkat(dir, name, 0) < 0)
		harness_fail(name, strerror(errno));
}

void
harness_folder_copy(const char *from, char to[64])
{
	DIR *d = opendir(from);
	int to_dir;

	harness_folder_make(to);
	to_dir = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d == NULL || to_dir < 0)
		harness_fail(from, strerror(errno));
	each_file(d, copy_file, to_dir);
	close(to_dir);
	closedir(d);
}

void
harness_folder_remove(const char *path)
{
	DIR *d = opendir(path);

	if (d == NULL)
		harness_fail(path, strerror(errno));
	each_file(d, remove_file, -1);
	closedir(d);
	if (rmdir(path) < 0)
		harness_fail(path, strerror(errno));
}
