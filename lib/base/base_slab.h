/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Slab: objects of one size, named by a 32-bit number, at addresses that never move.
 *
 * Threads.  One writer allocates and frees; any number of readers use base_slab_at() with numbers
 * the writer has published to them.  When an object may be reused is the caller's affair (RCU).
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BASE_SLAB_NONE UINT32_MAX

/** Open for base_slab_at() only. */
struct base_slab {
	uint8_t *base;      /* of object 0 */
	size_t stride;      /* octets from one object to the next */
	uint32_t n_max;     /* objects there is address space for */
	uint32_t n_touched; /* objects ever handed out: 0..n_touched */
	uint32_t n_used;    /* now */
	uint32_t free_head; /* chain of freed numbers through their first four octets */
};

/**
 * Reserve address space for n_max objects of size octets; memory comes as they are used.
 *
 * @param size  Octets of an object, at least 4; objects are aligned to the largest power of two
 *              that divides size, up to 64.
 * @return 0 or -ENOMEM.
 */
int base_slab_init(struct base_slab *s, size_t size, uint32_t n_max);
void base_slab_fini(struct base_slab *s); /**< All zero is fine. */

/** A zeroed object, or BASE_SLAB_NONE when n_max are in use. */
uint32_t base_slab_alloc(struct base_slab *s);

/** Give back; the object is zeroed first, so that no secret stays. */
void base_slab_free(struct base_slab *s, uint32_t i);

static inline void *
base_slab_at(const struct base_slab *s, uint32_t i)
{
	return s->base + (size_t)i * s->stride;
}

/** Objects that can still be allocated. */
static inline uint32_t
base_slab_room(const struct base_slab *s)
{
	return s->n_max - s->n_used;
}

/** Octets of memory touched so far. */
static inline size_t
base_slab_bytes(const struct base_slab *s)
{
	return (size_t)s->n_touched * s->stride;
}
