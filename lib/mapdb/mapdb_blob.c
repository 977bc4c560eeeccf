/* SPDX-License-Identifier: BSD-3-Clause */

/* Blobs: strings of octets in slabs of doubling size.  The number of a blob holds its class in the
 * high four bits, so that nothing else has to remember it. */

#include <errno.h>

#include "mapdb_priv.h"

#define CLASS_SHIFT   28
#define NUMBER_MASK   ((UINT32_C(1) << CLASS_SHIFT) - 1)
#define LEAST_LEN     UINT32_C(16)
#define ADDRESS_SPACE (UINT64_C(1) << 34) /* of one class, octets */

int
mapdb_blob_init(struct mapdb *db, uint32_t n_max)
{
	for (unsigned int c = 0; c < MAPDB_BLOB_CLASSES; c++) {
		uint64_t n = ADDRESS_SPACE / (LEAST_LEN << c);

		if (n > NUMBER_MASK)
			n = NUMBER_MASK;
		if (n > n_max)
			n = n_max;
		if (base_slab_init(&db->blobs[c], LEAST_LEN << c, (uint32_t)n) < 0)
			return -ENOMEM;
	}
	return 0;
}

void
mapdb_blob_fini(struct mapdb *db)
{
	for (unsigned int c = 0; c < MAPDB_BLOB_CLASSES; c++)
		base_slab_fini(&db->blobs[c]);
}

uint32_t
mapdb_blob_alloc(struct mapdb *db, size_t len)
{
	unsigned int c = 0;
	uint32_t n;

	while (c < MAPDB_BLOB_CLASSES && (LEAST_LEN << c) < len)
		c++;
	if (c == MAPDB_BLOB_CLASSES)
		return MAPDB_NONE;
	n = base_slab_alloc(&db->blobs[c]);
	return n == BASE_SLAB_NONE ? MAPDB_NONE : c << CLASS_SHIFT | n;
}

void
mapdb_blob_free(struct mapdb *db, uint32_t blob)
{
	if (blob != MAPDB_NONE)
		base_slab_free(&db->blobs[blob >> CLASS_SHIFT], blob & NUMBER_MASK);
}

void *
mapdb_blob_at(const struct mapdb *db, uint32_t blob)
{
	return base_slab_at(&db->blobs[blob >> CLASS_SHIFT], blob & NUMBER_MASK);
}

size_t
mapdb_blob_bytes(const struct mapdb *db)
{
	size_t sum = 0;

	for (unsigned int c = 0; c < MAPDB_BLOB_CLASSES; c++)
		sum += base_slab_bytes(&db->blobs[c]);
	return sum;
}
