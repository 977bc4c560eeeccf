/* SPDX-License-Identifier: BSD-3-Clause */

#include "base_slab.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base_mem.h"

int
base_slab_init(struct base_slab *s, size_t size, uint32_t n_max)
{
	assert(size >= sizeof(uint32_t) && n_max < BASE_SLAB_NONE);
	*s = (struct base_slab){ .stride = size, .n_max = n_max, .free_head = BASE_SLAB_NONE };
	if (n_max == 0)
		return 0;
	s->base = base_mem_map(size * n_max);
	return s->base == NULL ? -ENOMEM : 0;
}

void
base_slab_fini(struct base_slab *s)
{
	base_mem_unmap(s->base, s->stride * s->n_max);
	*s = (struct base_slab){ .free_head = BASE_SLAB_NONE };
}

uint32_t
base_slab_alloc(struct base_slab *s)
{
	uint32_t i = s->free_head;

	if (i != BASE_SLAB_NONE) {
		memcpy(&s->free_head, base_slab_at(s, i), sizeof(i));
		memset(base_slab_at(s, i), 0, sizeof(i));
	} else if (s->n_touched < s->n_max) {
		i = s->n_touched++;
	} else {
		return BASE_SLAB_NONE;
	}
	s->n_used++;
	return i;
}

void
base_slab_free(struct base_slab *s, uint32_t i)
{
	uint8_t *at = base_slab_at(s, i);

	assert(i < s->n_touched && s->n_used > 0);
	memset(at, 0, s->stride);
	memcpy(at, &s->free_head, sizeof(i));
	s->free_head = i;
	s->n_used--;
}
