/* SPDX-License-Identifier: BSD-3-Clause */

#include "base_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_LEN 1024

void
base_secret_wipe(void *p, size_t len)
{
	explicit_bzero(p, len);
}

bool
base_secret_equal(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;
	volatile uint64_t diff = 0; /* so that no compiler leaves the loop early */

	for (; len > 0;) {
		size_t n = len < 8 ? len : 8;
		uint64_t v = 0, w = 0;

		memcpy(&v, x, n);
		memcpy(&w, y, n);
		diff |= v ^ w;
		x += n;
		y += n;
		len -= n;
	}
	return diff == 0;
}

void
base_secret_random(void *p, size_t len)
{
	uint8_t *at = p;

	while (len > 0) {
		ssize_t n = getrandom(at, len, 0);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			abort(); /* a kernel without getrandom(): nothing safe can be done */
		}
		at += n;
		len -= (size_t)n;
	}
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int
decode_hex(const char *text, size_t n, uint8_t *buf, size_t size, size_t *len)
{
	if (n == 0 || n % 2 != 0)
		return -EINVAL;
	if (n / 2 > size)
		return -EOVERFLOW;
	for (size_t i = 0; i < n; i += 2) {
		int high = hex_digit(text[i]);
		int low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		buf[i / 2] = (uint8_t)(high << 4 | low);
	}
	*len = n / 2;
	return 0;
}

static int
decode_text(const char *text, size_t n, uint8_t *buf, size_t size, size_t *len)
{
	if (n == 0)
		return -EINVAL;
	if (n > size)
		return -EOVERFLOW;
	for (size_t i = 0; i < n; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return -EINVAL;
	memcpy(buf, text, n);
	*len = n;
	return 0;
}

static int
decode_line(const char *line, size_t n, uint8_t *buf, size_t size, size_t *len)
{
	if (n > 0 && line[n - 1] == '\n')
		n--;
	if (memchr(line, '\n', n) != NULL)
		return -EINVAL;
	if (n >= 5 && memcmp(line, "text:", 5) == 0)
		return decode_text(line + 5, n - 5, buf, size, len);
	if (n >= 4 && memcmp(line, "hex:", 4) == 0)
		return decode_hex(line + 4, n - 4, buf, size, len);
	return -EINVAL;
}

static int
check_owner(int fd, char *why, size_t why_size)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		snprintf(why, why_size, "cannot be examined: %s", strerror(errno));
		return -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		snprintf(why, why_size, "is not a regular file");
		return -EINVAL;
	}
	if ((st.st_mode & 077) != 0) {
		snprintf(why, why_size, "mode is %04o: others may use it; set it to 0600",
				(unsigned int)(st.st_mode & 07777));
		return -EPERM;
	}
	if (st.st_uid != geteuid() && st.st_uid != 0) {
		snprintf(why, why_size, "belongs to another user");
		return -EPERM;
	}
	return 0;
}

int
base_secret_load(const char *path, uint8_t *buf, size_t size, size_t *len, char *why,
		size_t why_size)
{
	char line[FILE_MAX_LEN];
	ssize_t n = 0;
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		ret = -errno;
		snprintf(why, why_size, "cannot be opened: %s", strerror(errno));
		goto wipe;
	}
	ret = check_owner(fd, why, why_size);
	if (ret < 0)
		goto close_fd;
	n = read(fd, line, sizeof(line));
	if (n < 0) {
		ret = -errno;
		snprintf(why, why_size, "cannot be read: %s", strerror(errno));
		goto close_fd;
	}
	ret = (size_t)n == sizeof(line) ? -EOVERFLOW : decode_line(line, (size_t)n, buf, size, len);
	if (ret == -EOVERFLOW)
		snprintf(why, why_size, "holds more than %zu octets", size);
	else if (ret < 0)
		snprintf(why, why_size, "must hold one line, text:SECRET or hex:DIGITS");
close_fd:
	close(fd);
wipe:
	base_secret_wipe(line, sizeof(line));
	if (ret < 0)
		base_secret_wipe(buf, size);
	return ret;
}
