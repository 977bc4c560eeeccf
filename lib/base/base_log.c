/* SPDX-License-Identifier: BSD-3-Clause */

#include "base_log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LINE_MAX_LEN 1024

static const char *const level_names[] = {
	[BASE_LOG_ERR] = "err",
	[BASE_LOG_WARNING] = "warning",
	[BASE_LOG_NOTICE] = "notice",
	[BASE_LOG_INFO] = "info",
	[BASE_LOG_DEBUG] = "debug",
};

static void
write_stderr(enum base_log_level level, const char *room, const char *line)
{
	struct timespec ts;
	struct tm tm;
	char when[32];

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	fprintf(stderr, "%s.%03ldZ %-7s %s: %s\n", when, ts.tv_nsec / 1000000, level_names[level],
			room, line);
}

static base_log_sink sink_now = write_stderr;
static enum base_log_level level_now = BASE_LOG_NOTICE;

void
base_log_set_sink(base_log_sink sink)
{
	sink_now = sink == NULL ? write_stderr : sink;
}

void
base_log_set_level(enum base_log_level level)
{
	level_now = level;
}

const char *
base_log_level_word(void)
{
	return level_names[level_now];
}

int
base_log_level_from_text(const char *name, enum base_log_level *level)
{
	for (unsigned int i = BASE_LOG_ERR; i <= BASE_LOG_DEBUG; i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*level = (enum base_log_level)i;
			return 0;
		}
	}
	return -EINVAL;
}

void
base_log_write(enum base_log_level level, const char *room, const char *fmt, ...)
{
	char line[LINE_MAX_LEN];
	va_list ap;

	if (level > level_now)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	sink_now(level, room, line);
}
