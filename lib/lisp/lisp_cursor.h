/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Bounds-checked reader and writer over one message in network byte order.
 *
 * Failure is sticky: after the first access past the end every later read returns 0 and every
 * later write does nothing, so a whole header is read or written and tested once.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Reader. */
struct lisp_cursor {
	const uint8_t *pos; /**< Next octet to read. */
	const uint8_t *end; /**< One past the last octet. */
	bool failed;        /**< Sticky: set by the first read past end. */
};

/** Writer. */
struct lisp_writer {
	uint8_t *pos; /**< Next octet to write. */
	uint8_t *end; /**< One past the last octet that may be written. */
	bool failed;  /**< Sticky: set by the first write past end. */
};

static inline struct lisp_cursor
lisp_cursor_over(const uint8_t *msg, size_t len)
{
	return (struct lisp_cursor){ .pos = msg, .end = msg + len };
}

/** Octets not yet read. */
static inline size_t
lisp_left(const struct lisp_cursor *c)
{
	return (size_t)(c->end - c->pos);
}

/** Step over n octets and return where they start; NULL on failure. */
static inline const uint8_t *
lisp_read_octets(struct lisp_cursor *c, size_t n)
{
	const uint8_t *at = c->pos;

	if (c->failed || lisp_left(c) < n) {
		c->failed = true;
		return NULL;
	}
	c->pos += n;
	return at;
}

static inline uint8_t
lisp_read_u8(struct lisp_cursor *c)
{
	const uint8_t *p = lisp_read_octets(c, 1);

	return p == NULL ? 0 : p[0];
}

static inline uint16_t
lisp_read_u16(struct lisp_cursor *c)
{
	const uint8_t *p = lisp_read_octets(c, 2);

	return p == NULL ? 0 : (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
lisp_read_u32(struct lisp_cursor *c)
{
	const uint8_t *p = lisp_read_octets(c, 4);

	return p == NULL ? 0
			 : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t
lisp_read_u64(struct lisp_cursor *c)
{
	uint64_t high = lisp_read_u32(c);

	return high << 32 | lisp_read_u32(c);
}

/** Reserve n octets and return where they start; NULL on failure. */
static inline uint8_t *
lisp_write_space(struct lisp_writer *w, size_t n)
{
	uint8_t *at = w->pos;

	if (w->failed || (size_t)(w->end - w->pos) < n) {
		w->failed = true;
		return NULL;
	}
	w->pos += n;
	return at;
}

static inline void
lisp_write_octets(struct lisp_writer *w, const void *octets, size_t n)
{
	uint8_t *p = lisp_write_space(w, n);

	if (p != NULL && n > 0)
		memcpy(p, octets, n);
}

static inline void
lisp_write_u8(struct lisp_writer *w, uint8_t v)
{
	lisp_write_octets(w, &v, 1);
}

static inline void
lisp_write_u16(struct lisp_writer *w, uint16_t v)
{
	uint8_t *p = lisp_write_space(w, 2);

	if (p != NULL) {
		p[0] = (uint8_t)(v >> 8);
		p[1] = (uint8_t)v;
	}
}

static inline void
lisp_write_u32(struct lisp_writer *w, uint32_t v)
{
	lisp_write_u16(w, (uint16_t)(v >> 16));
	lisp_write_u16(w, (uint16_t)v);
}

static inline void
lisp_write_u64(struct lisp_writer *w, uint64_t v)
{
	lisp_write_u32(w, (uint32_t)(v >> 32));
	lisp_write_u32(w, (uint32_t)v);
}
