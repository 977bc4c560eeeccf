/* SPDX-License-Identifier: BSD-3-Clause */

#include "base_index.h"

#include <assert.h>
#include <errno.h>

#include "base_mem.h"

#define FEW_WAYS 3 /* free ones of a bucket */

static_assert(sizeof(struct base_index_bucket) == 64, "one cache line a bucket");

int
base_index_init(struct base_index *x, uint32_t n_max)
{
	uint64_t n_buckets = 1;

	while (n_buckets * BASE_INDEX_WAYS * 2 < (uint64_t)n_max * 3)
		n_buckets *= 2;
	*x = (struct base_index){ .mask = n_buckets - 1 };
	x->buckets = base_mem_map(n_buckets * sizeof(*x->buckets));
	return x->buckets == NULL ? -ENOMEM : 0;
}

void
base_index_fini(struct base_index *x)
{
	base_mem_unmap(x->buckets, (x->mask + 1) * sizeof(*x->buckets));
	*x = (struct base_index){ 0 };
}

size_t
base_index_bytes(const struct base_index *x)
{
	return (x->mask + 1) * sizeof(*x->buckets);
}

static unsigned int
n_free(const struct base_index_bucket *b)
{
	return (unsigned int)__builtin_popcount(base_index_match(b, 0));
}

static int
add_in(struct base_index_bucket *b, uint16_t tag, uint32_t number)
{
	unsigned int m = base_index_match(b, 0);
	unsigned int way;

	if (m == 0)
		return -ENOSPC;
	way = (unsigned int)__builtin_ctz(m);
	atomic_store_explicit(&b->number[way], number, memory_order_release);
	atomic_store_explicit(&b->tag[way], tag, memory_order_release);
	return 0;
}

/* The first bucket while it is not too full, for the readers' sake; then the emptier one.  Always
 * the first one that has room would leave some hundreds of a million entries without a place. */
int
base_index_add(struct base_index *x, uint64_t hash, uint32_t number)
{
	struct base_index_bucket *b = base_index_first(x, hash);
	struct base_index_bucket *second = base_index_second(x, hash);
	int ret;

	if (n_free(b) <= FEW_WAYS && n_free(second) > n_free(b))
		b = second;
	ret = add_in(b, base_index_tag(hash), number);
	if (ret == 0)
		x->n_entries++;
	return ret;
}

static int
del_in(struct base_index_bucket *b, uint16_t tag, uint32_t number)
{
	for (unsigned int m = base_index_match(b, tag); m != 0; m &= m - 1) {
		unsigned int way = (unsigned int)__builtin_ctz(m);

		if (atomic_load_explicit(&b->number[way], memory_order_relaxed) == number) {
			atomic_store_explicit(&b->tag[way], 0, memory_order_release);
			return 0;
		}
	}
	return -ENOENT;
}

int
base_index_del(struct base_index *x, uint64_t hash, uint32_t number)
{
	int ret = del_in(base_index_first(x, hash), base_index_tag(hash), number);

	if (ret < 0)
		ret = del_in(base_index_second(x, hash), base_index_tag(hash), number);
	if (ret == 0)
		x->n_entries--;
	return ret;
}
