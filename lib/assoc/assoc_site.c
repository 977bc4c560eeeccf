/* SPDX-License-Identifier: BSD-3-Clause */

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "assoc_priv.h"
#include "base_mem.h"
#include "base_secret.h"

static_assert(sizeof(struct assoc_prefix) == 32, "half a cache line");

/* Place of n objects of size octets in the mapping; *end moves behind them. */
static size_t
carve(size_t *end, size_t n, size_t size)
{
	size_t at = *end;

	*end += (n * size + 63) & ~(size_t)63;
	return at;
}

/* A power of two, at least twice as many as there can be Instance IDs and kinds. */
static size_t
masks_places(size_t n_prefixes)
{
	size_t n = 2;

	while (n < 2 * n_prefixes)
		n *= 2;
	return n;
}

struct assoc_sites *
assoc_sites_create(const struct assoc_sizes *n, uint32_t max_sites)
{
	size_t n_masks = masks_places(n->n_prefixes);
	size_t end = 0;
	size_t self = carve(&end, 1, sizeof(struct assoc_sites));
	size_t site = carve(&end, n->n_sites, sizeof(struct assoc_site));
	size_t key = carve(&end, n->n_keys, sizeof(struct assoc_key));
	size_t prefix = carve(&end, n->n_prefixes, sizeof(struct assoc_prefix));
	size_t params = carve(&end, n->n_prefixes, sizeof(struct assoc_prefix_params));
	size_t masks = carve(&end, n_masks, sizeof(struct assoc_masks));
	size_t source = carve(&end, n->n_sources, sizeof(struct assoc_source));
	size_t by_number = carve(&end, max_sites, sizeof(uint32_t));
	size_t by_name = carve(&end, n->n_sites, sizeof(uint32_t));
	size_t names = carve(&end, n->names_len, 1);
	uint8_t *base = base_mem_map(end);
	struct assoc_sites *s;

	if (base == NULL)
		return NULL;
	s = (struct assoc_sites *)(base + self);
	s->mapped = end;
	s->site = (struct assoc_site *)(base + site);
	s->key = (struct assoc_key *)(base + key);
	s->prefix = (struct assoc_prefix *)(base + prefix);
	s->prefix_params = (struct assoc_prefix_params *)(base + params);
	s->masks = (struct assoc_masks *)(base + masks);
	s->masks_wrap = n_masks - 1;
	s->source = (struct assoc_source *)(base + source);
	s->by_number = (uint32_t *)(base + by_number);
	s->by_name = (uint32_t *)(base + by_name);
	s->names = (char *)(base + names);
	s->n_numbers = max_sites;
	memset(s->by_number, 0xff, max_sites * sizeof(uint32_t)); /* ASSOC_NONE */
	base_secret_random(&s->seed, sizeof(s->seed));
	return s;
}

void
assoc_sites_free(struct assoc_sites *s)
{
	if (s == NULL)
		return;
	base_index_fini(&s->by_id);
	base_index_fini(&s->by_prefix);
	base_index_fini(&s->by_key);
	for (uint32_t i = 0; i < s->n_keys; i++)
		auth_key_fini(&s->key[i].auth);
	base_mem_unmap(s, s->mapped);
}

size_t
assoc_sites_bytes(const struct assoc_sites *s)
{
	return s->mapped + base_index_bytes(&s->by_id) + base_index_bytes(&s->by_prefix) +
			base_index_bytes(&s->by_key);
}

int
assoc_index_fill(struct base_index *x, uint32_t n, int (*add)(struct assoc_build *b, uint32_t i),
		struct assoc_build *b)
{
	for (unsigned int grow = 0; grow < 4; grow++) {
		int ret = base_index_init(x, (n << grow) + 1);

		for (uint32_t i = 0; i < n && ret == 0; i++)
			ret = add(b, i);
		if (ret != -ENOSPC)
			return ret;
		base_index_fini(x);
	}
	return -ENOMEM;
}

/* ---- lookups ---- */

const struct assoc_sites *
assoc_sites_get(const struct assoc_table *t)
{
	return atomic_load_explicit(&t->sites, memory_order_acquire);
}

uint32_t
assoc_sites_serial(const struct assoc_sites *s)
{
	return s->serial;
}

uint32_t
assoc_sites_count(const struct assoc_sites *s)
{
	return s->n_sites;
}

const struct assoc_site *
assoc_site_at(const struct assoc_sites *s, uint32_t i)
{
	return i < s->n_sites ? &s->site[i] : NULL;
}

static uint64_t
id_hash(const struct assoc_sites *s, uint64_t site_id)
{
	return base_hash_fold(site_id ^ s->seed.k[0], s->seed.k[1] | 1);
}

static int
id_equal(const void *table, uint32_t i, const void *key)
{
	return ((const struct assoc_site *)table)[i].site_id == *(const uint64_t *)key;
}

const struct assoc_site *
assoc_site_by_id(const struct assoc_sites *s, uint64_t site_id)
{
	uint32_t i = base_index_find(&s->by_id, id_hash(s, site_id), id_equal, s->site, &site_id);

	return i == BASE_INDEX_NONE ? NULL : &s->site[i];
}

#define BURST 64

static void
by_id_some(const struct assoc_sites *s, const uint64_t *site_ids, const struct assoc_site **out,
		unsigned int n)
{
	uint64_t hash[BURST];

	for (unsigned int i = 0; i < n; i++) {
		hash[i] = id_hash(s, site_ids[i]);
		base_index_prefetch(&s->by_id, hash[i]);
	}
	for (unsigned int i = 0; i < n; i++) {
		uint32_t guess = base_index_guess(&s->by_id, hash[i]);

		if (guess != BASE_INDEX_NONE)
			__builtin_prefetch(&s->site[guess]);
	}
	for (unsigned int i = 0; i < n; i++) {
		uint32_t at = base_index_find(&s->by_id, hash[i], id_equal, s->site, &site_ids[i]);

		out[i] = at == BASE_INDEX_NONE ? NULL : &s->site[at];
	}
}

void
assoc_site_by_id_burst(const struct assoc_sites *s, const uint64_t *site_ids,
		const struct assoc_site **out, unsigned int n)
{
	for (; n > BURST; site_ids += BURST, out += BURST, n -= BURST)
		by_id_some(s, site_ids, out, BURST);
	by_id_some(s, site_ids, out, n);
}

const struct assoc_site *
assoc_site_by_number(const struct assoc_sites *s, uint32_t number)
{
	if (number >= s->n_numbers || s->by_number[number] == ASSOC_NONE)
		return NULL;
	return &s->site[s->by_number[number]];
}

uint32_t
assoc_site_next(const struct assoc_sites *s, uint32_t from)
{
	for (; from < s->n_numbers; from++)
		if (s->by_number[from] != ASSOC_NONE)
			return from;
	return ASSOC_NONE;
}

const struct assoc_site *
assoc_site_by_name(const struct assoc_sites *s, const char *name)
{
	uint32_t low = 0, high = s->n_sites;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct assoc_site *site = &s->site[s->by_name[mid]];
		int order = strcmp(name, site->name);

		if (order == 0)
			return site;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

/* ---- numbers ---- */

static int
name_order(const void *a, const void *b, void *sites)
{
	const struct assoc_site *site = sites;

	return strcmp(site[*(const uint32_t *)a].name, site[*(const uint32_t *)b].name);
}

static int
sort_names(struct assoc_build *b)
{
	struct assoc_sites *s = b->s;

	for (uint32_t i = 0; i < s->n_sites; i++)
		s->by_name[i] = i;
	qsort_r(s->by_name, s->n_sites, sizeof(uint32_t), name_order, s->site);
	for (uint32_t i = 1; i < s->n_sites; i++) {
		const char *name = s->site[s->by_name[i]].name;

		if (strcmp(s->site[s->by_name[i - 1]].name, name) == 0)
			return assoc_build_fail(b, -EEXIST, "site \"%s\" stands twice", name);
	}
	return 0;
}

static int
add_id(struct assoc_build *b, uint32_t i)
{
	struct assoc_sites *s = b->s;
	uint64_t site_id = s->site[i].site_id;
	const struct assoc_site *other;

	if (site_id == 0)
		return 0;
	other = assoc_site_by_id(s, site_id);
	if (other != NULL)
		return assoc_build_fail(b, -EEXIST,
				"site \"%s\": Site-ID %016" PRIx64 " is that of site \"%s\", too",
				s->site[i].name, site_id, other->name);
	return base_index_add(&s->by_id, id_hash(s, site_id), i);
}

/* There are at least as many numbers as sites, so the search ends. */
static uint32_t
free_number(struct assoc_build *b)
{
	struct assoc_table *t = b->t;
	uint32_t number;

	do {
		number = t->site_cursor++ % t->max_sites;
	} while (b->s->by_number[number] != ASSOC_NONE);
	return number;
}

/* Names that stay keep their number; only then may new ones look for one that is free. */
static void
give_numbers(struct assoc_build *b)
{
	struct assoc_sites *s = b->s;

	for (uint32_t i = 0; i < s->n_sites; i++) {
		const struct assoc_site *was = assoc_site_by_name(b->old, s->site[i].name);

		s->site[i].number = was == NULL ? ASSOC_NONE : was->number;
		if (was != NULL)
			s->by_number[was->number] = i;
	}
	for (uint32_t i = 0; i < s->n_sites; i++) {
		if (s->site[i].number != ASSOC_NONE)
			continue;
		s->site[i].number = free_number(b);
		s->by_number[s->site[i].number] = i;
	}
}

int
assoc_sites_number(struct assoc_build *b)
{
	int ret = sort_names(b);

	if (ret < 0)
		return ret;
	give_numbers(b);
	return assoc_index_fill(&b->s->by_id, b->s->n_sites, add_id, b);
}
