/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#define LOG_ROOM "test"
#include "base_log.h"

static unsigned int lines;
static enum base_log_level last_level;
static char last_room[16];
static char last_line[2048];

static void
keep(enum base_log_level level, const char *room, const char *line)
{
	lines++;
	last_level = level;
	snprintf(last_room, sizeof(last_room), "%s", room);
	snprintf(last_line, sizeof(last_line), "%s", line);
}

static void
set_up(void)
{
	lines = 0;
	last_line[0] = '\0';
	base_log_set_sink(keep);
}

static void
tear_down(void)
{
	base_log_set_sink(NULL);
}

static void
line_reaches_the_sink_with_level_and_room(void)
{
	LOG(WARNING, "port %s up, %u queues", "p0", 4U);
	CU_ASSERT_EQUAL(lines, 1);
	CU_ASSERT_EQUAL(last_level, BASE_LOG_WARNING);
	CU_ASSERT_STRING_EQUAL(last_room, "test");
	CU_ASSERT_STRING_EQUAL(last_line, "port p0 up, 4 queues");
}

static void
lines_above_the_level_are_dropped(void)
{
	static const enum base_log_level levels[] = { BASE_LOG_ERR, BASE_LOG_WARNING,
		BASE_LOG_NOTICE, BASE_LOG_INFO, BASE_LOG_DEBUG };

	for (unsigned int i = 0; i < 5; i++) {
		lines = 0;
		base_log_set_level(levels[i]);
		LOG(ERR, "one");
		LOG(WARNING, "two");
		LOG(NOTICE, "three");
		LOG(INFO, "four");
		LOG(DEBUG, "five");
		CU_ASSERT_EQUAL(lines, i + 1);
		CU_ASSERT_EQUAL(last_level, levels[i]);
	}
}

/* Runs before any test sets a level. */
static void
notice_is_the_level_at_first(void)
{
	LOG(NOTICE, "seen");
	LOG(INFO, "not seen");
	CU_ASSERT_EQUAL(lines, 1);
	CU_ASSERT_STRING_EQUAL(last_line, "seen");
}

static void
long_line_is_cut_and_ended(void)
{
	char text[4000];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	LOG(ERR, "%s", text);
	CU_ASSERT_EQUAL(lines, 1);
	CU_ASSERT_EQUAL(strlen(last_line), 1023);
}

static void
level_names_go_both_ways(void)
{
	static const char *const names[] = { "err", "warning", "notice", "info", "debug" };
	static const char *const others[] = { "", "error", "ERR", "warn", "debug ", "7" };
	enum base_log_level level;

	for (unsigned int i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(base_log_level_from_text(names[i], &level), 0);
		CU_ASSERT_EQUAL(level, BASE_LOG_ERR + i);
	}
	for (unsigned int i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CU_ASSERT_EQUAL(base_log_level_from_text(others[i], &level), -EINVAL);
}

/* "2026-01-31T12:34:56.789Z warning test: port p0 up\n" */
static void
default_sink_writes_time_level_and_room_to_stderr(void)
{
	int saved = dup(STDERR_FILENO);
	FILE *f = tmpfile();
	char line[128] = "";
	char form[16];

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	base_log_set_sink(NULL);
	fflush(stderr);
	CU_ASSERT_FATAL(dup2(fileno(f), STDERR_FILENO) >= 0);
	LOG(WARNING, "port %s up", "p0");
	fflush(stderr);
	CU_ASSERT_FATAL(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	rewind(f);
	CU_ASSERT_PTR_NOT_NULL(fgets(line, sizeof(line), f));
	fclose(f);
	CU_ASSERT_EQUAL(lines, 0);
	CU_ASSERT_FATAL(strlen(line) > 24);
	CU_ASSERT_STRING_EQUAL(line + 24, " warning test: port p0 up\n");
	snprintf(form, sizeof(form), "%c%c%c%c%c%c", line[4], line[7], line[10], line[13], line[19],
			line[23]);
	CU_ASSERT_STRING_EQUAL(form, "--T:.Z");
}

static CU_TestInfo log_tests[] = {
	{ "notice is the level at first", notice_is_the_level_at_first },
	{ "line reaches the sink with level and room", line_reaches_the_sink_with_level_and_room },
	{ "lines above the level are dropped", lines_above_the_level_are_dropped },
	{ "long line is cut and ended", long_line_is_cut_and_ended },
	{ "level names go both ways", level_names_go_both_ways },
	{ "default sink writes time, level and room to stderr",
			default_sink_writes_time_level_and_room_to_stderr },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "base_log", NULL, NULL, set_up, tear_down, log_tests },
	CU_SUITE_INFO_NULL,
};
