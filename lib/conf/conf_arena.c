/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdalign.h>
#include <stdlib.h>

#include "conf_priv.h"

#define CHUNK_OCTETS (64u * 1024u)

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

struct conf_arena {
	struct chunk *chunks; /* the first is the one in use */
};

struct conf_arena *
conf_arena_create(void)
{
	return calloc(1, sizeof(struct conf_arena));
}

void
conf_arena_destroy(struct conf_arena *a)
{
	struct chunk *c;

	if (a == NULL)
		return;
	while ((c = a->chunks) != NULL) {
		a->chunks = c->next;
		free(c);
	}
	free(a);
}

/* A block larger than a chunk gets a chunk of its own, behind the one in use. */
static struct chunk *
add_chunk(struct conf_arena *a, size_t size)
{
	size_t room = size > CHUNK_OCTETS ? size : CHUNK_OCTETS;
	struct chunk *c = calloc(1, sizeof(*c) + room);

	if (c == NULL)
		return NULL;
	c->size = room;
	if (size > CHUNK_OCTETS && a->chunks != NULL) {
		c->next = a->chunks->next;
		a->chunks->next = c;
	} else {
		c->next = a->chunks;
		a->chunks = c;
	}
	return c;
}

void *
conf_arena_alloc(struct conf_arena *a, size_t size)
{
	struct chunk *c = a->chunks;
	void *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (c == NULL || c->size - c->used < size)
		c = add_chunk(a, size);
	if (c == NULL)
		return NULL;
	p = c->data + c->used;
	c->used += size;
	return p;
}
