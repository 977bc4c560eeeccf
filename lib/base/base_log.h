/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The log: one macro, one sink.
 *
 * A source file defines LOG_ROOM before it includes this, and writes
 * LOG(NOTICE, "port %s up, %u queues", name, n): subject first, values last, no newline.  Never a
 * secret, a key or a tag; never once per packet.  Control core and program start only.
 */

#pragma once

#include <stdarg.h>

/** Who must act: ERR the operator, now; WARNING the operator, soon; DEBUG us. */
enum base_log_level {
	BASE_LOG_ERR = 3,
	BASE_LOG_WARNING = 4,
	BASE_LOG_NOTICE = 5,
	BASE_LOG_INFO = 6,
	BASE_LOG_DEBUG = 7,
};

/** Where lines go; by default stderr with time, level and room. Set before threads start. */
typedef void (*base_log_sink)(enum base_log_level level, const char *room, const char *line);
void base_log_set_sink(base_log_sink sink);

/** Lines above this level are dropped; BASE_LOG_NOTICE at first. */
void base_log_set_level(enum base_log_level level);

/** The level in force, as its word. */
const char *base_log_level_word(void);

/** @return 0 and the level called name ("err", "warning", "notice", "info", "debug"); -EINVAL. */
int base_log_level_from_text(const char *name, enum base_log_level *level);

__attribute__((format(printf, 3, 4))) void base_log_write(
		enum base_log_level level, const char *room, const char *fmt, ...);

#define LOG(level, ...) base_log_write(BASE_LOG_##level, LOG_ROOM, __VA_ARGS__)
