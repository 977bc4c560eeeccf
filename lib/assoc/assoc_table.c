/* SPDX-License-Identifier: BSD-3-Clause */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "assoc_priv.h"
#include "base_mem.h"
#include "base_secret.h"

#define BURST       64
#define RECENT_LEN  (ASSOC_RECENT_MAX * sizeof(uint64_t))
#define WORDS(n)    (((size_t)(n) + 63) / 64)
#define KEY_NUMBERS 2 /* times max_keys: all keys may change while readers still use the old */

static_assert(sizeof(struct assoc_id) == 24, "hashed whole");
static_assert(sizeof(struct assoc) == 128, "two cache lines");
static_assert(offsetof(struct assoc, last_nonce) == 64, "what workers write stands apart");

/* ---- lookups ---- */

static int
id_equal(const void *table, uint32_t number, const void *key)
{
	const struct assoc *a = base_slab_at(table, number);

	return memcmp(&a->id, key, sizeof(a->id)) == 0;
}

static struct assoc *
find(const struct assoc_table *t, uint64_t hash, const struct assoc_id *id)
{
	uint32_t number = base_index_find(&t->index, hash, id_equal, &t->slab, id);

	return number == BASE_INDEX_NONE ? NULL : base_slab_at(&t->slab, number);
}

struct assoc *
assoc_lookup(const struct assoc_table *t, const struct assoc_id *id)
{
	return find(t, base_hash24(id, &t->seed), id);
}

static void
prefetch(const struct assoc_table *t, uint64_t hash)
{
	uint32_t number = base_index_guess(&t->index, hash);
	struct assoc *a;

	if (number == BASE_INDEX_NONE)
		return;
	a = base_slab_at(&t->slab, number);
	__builtin_prefetch(a);
	__builtin_prefetch(&a->last_nonce, 1);
}

static void
lookup_some(const struct assoc_table *t, const struct assoc_id *const *ids, struct assoc **out,
		unsigned int n)
{
	uint64_t hash[BURST];

	for (unsigned int i = 0; i < n; i++) {
		hash[i] = base_hash24(ids[i], &t->seed);
		base_index_prefetch(&t->index, hash[i]);
	}
	for (unsigned int i = 0; i < n; i++)
		prefetch(t, hash[i]);
	for (unsigned int i = 0; i < n; i++)
		out[i] = find(t, hash[i], ids[i]);
}

void
assoc_lookup_burst(const struct assoc_table *t, const struct assoc_id *const *ids,
		struct assoc **out, unsigned int n)
{
	for (; n > BURST; ids += BURST, out += BURST, n -= BURST)
		lookup_some(t, ids, out, BURST);
	lookup_some(t, ids, out, n);
}

static bool
is_used(const struct assoc_table *t, uint32_t number)
{
	return (t->in_use[number / 64] >> number % 64 & 1) != 0;
}

struct assoc *
assoc_by_number(const struct assoc_table *t, uint32_t number)
{
	if (number >= t->max_associations || !is_used(t, number))
		return NULL;
	return base_slab_at(&t->slab, number);
}

uint32_t
assoc_next(const struct assoc_table *t, uint32_t from)
{
	while (from < t->slab.n_touched) {
		uint64_t bits = t->in_use[from / 64] >> from % 64;

		if (bits != 0)
			return from + (uint32_t)__builtin_ctzll(bits);
		from = (from / 64 + 1) * 64;
	}
	return ASSOC_NONE;
}

/* ---- changes ---- */

static void
make_recent(struct assoc_table *t, struct assoc *a, uint64_t nonce)
{
	uint32_t i = base_slab_alloc(&t->recent);

	assert(i != BASE_SLAB_NONE); /* there are as many as associations */
	a->recent = base_slab_at(&t->recent, i);
	for (i = 0; i < ASSOC_RECENT_MAX; i++)
		atomic_store_explicit(&a->recent[i], nonce, memory_order_relaxed);
}

static void
free_recent(struct assoc_table *t, struct assoc *a)
{
	const _Atomic(uint64_t) *first = (const _Atomic(uint64_t) *)t->recent.base;

	if (a->recent != NULL)
		base_slab_free(&t->recent, (uint32_t)((a->recent - first) / ASSOC_RECENT_MAX));
}

int
assoc_create(struct assoc_table *t, const struct assoc_id *id, uint64_t nonce, struct assoc **out)
{
	const struct assoc_key *key = assoc_key_by_number(t, id->key);
	uint64_t hash = base_hash24(id, &t->seed);
	struct assoc *a;
	uint32_t number;

	if (key == NULL)
		return -ENOENT;
	if (find(t, hash, id) != NULL)
		return -EEXIST;
	if (t->slots[id->key].n_associations >= key->max_xtrs)
		return -EDQUOT;
	if (base_slab_room(&t->slab) == 0)
		assoc_reclaim(t);
	number = base_slab_alloc(&t->slab);
	if (number == BASE_SLAB_NONE)
		return -ENOSPC;
	a = base_slab_at(&t->slab, number);
	a->id = *id;
	a->number = number;
	a->site = key->site;
	atomic_store_explicit(&a->last_nonce, nonce, memory_order_relaxed);
	if (key->policy == ASSOC_RECENT)
		make_recent(t, a, nonce);
	atomic_store_explicit(&a->policy, key->policy, memory_order_relaxed);
	if (base_index_add(&t->index, hash, number) < 0) {
		free_recent(t, a);
		base_slab_free(&t->slab, number);
		return -ENOSPC;
	}
	t->in_use[number / 64] |= UINT64_C(1) << number % 64;
	t->slots[id->key].n_associations++;
	*out = a;
	return 0;
}

void
assoc_remove(struct assoc_table *t, uint32_t number)
{
	struct assoc *a = base_slab_at(&t->slab, number);
	uint32_t tail = (uint32_t)(((uint64_t)t->leaving_head + t->n_leaving++) %
			t->max_associations);
	int ret = base_index_del(&t->index, base_hash24(&a->id, &t->seed), number);

	assert(ret == 0);
	(void)ret;
	t->in_use[number / 64] &= ~(UINT64_C(1) << number % 64);
	t->slots[a->id.key].n_associations--;
	t->leaving[tail] = (struct assoc_leaving){ rte_rcu_qsbr_start(t->rcu), number };
}

/*
 * In place, because the number of an association is the name of a registrant: another object would
 * cost it its registrations.  Workers may be anywhere in assoc_replay_commit().  While the policy is
 * ASSOC_CLOSED they take nothing; one that had read the old policy looks again after it took a
 * nonce, so either it refuses, or it took the nonce before the store below and the load after the
 * store sees it (both sides are sequentially consistent).
 */
void
assoc_set_policy(struct assoc_table *t, struct assoc *a, uint8_t policy)
{
	uint64_t last;

	atomic_store(&a->policy, ASSOC_CLOSED);
	last = atomic_load(&a->last_nonce);
	if (policy == ASSOC_RECENT && a->recent == NULL)
		make_recent(t, a, last);
	else if (policy == ASSOC_RECENT)
		atomic_store(&a->recent[atomic_fetch_add(&a->recent_next, 1) % ASSOC_RECENT_MAX],
				last);
	atomic_store(&a->policy, policy);
}

/* ---- giving back ---- */

static void
drop_sites(struct assoc_table *t, struct assoc_sites *s)
{
	for (uint32_t i = 0; i < s->n_keys; i++)
		t->slots[s->key[i].number].n_snapshots--;
	assoc_sites_free(s);
}

static void
reclaim_sites(struct assoc_table *t)
{
	while (t->old_head != NULL && rte_rcu_qsbr_check(t->rcu, t->old_head->token, false) == 1) {
		struct assoc_sites *s = t->old_head;

		t->old_head = s->next;
		drop_sites(t, s);
	}
}

void
assoc_reclaim(struct assoc_table *t)
{
	reclaim_sites(t);
	while (t->n_leaving > 0) {
		const struct assoc_leaving *l = &t->leaving[t->leaving_head];

		if (rte_rcu_qsbr_check(t->rcu, l->token, false) != 1)
			break;
		free_recent(t, base_slab_at(&t->slab, l->number));
		base_slab_free(&t->slab, l->number);
		t->leaving_head = (t->leaving_head + 1) % t->max_associations;
		t->n_leaving--;
	}
}

/* ---- the table ---- */

static int
init_memory(struct assoc_table *t)
{
	uint32_t n = t->max_associations;

	if (base_slab_init(&t->slab, sizeof(struct assoc), n) < 0 ||
			base_slab_init(&t->recent, RECENT_LEN, n) < 0 ||
			base_index_init(&t->index, n) < 0)
		return -ENOMEM;
	t->in_use = calloc(WORDS(n) + 1, sizeof(uint64_t));
	t->leaving = calloc(n + 1u, sizeof(*t->leaving));
	t->n_slots = t->max_keys * KEY_NUMBERS;
	t->slots = calloc(t->n_slots + 1u, sizeof(*t->slots));
	return t->in_use == NULL || t->leaving == NULL || t->slots == NULL ? -ENOMEM : 0;
}

static int
init_sites(struct assoc_table *t)
{
	struct assoc_sites *s = assoc_sites_create(&(struct assoc_sizes){ 0 }, t->max_sites);

	if (s == NULL)
		return -ENOMEM;
	atomic_init(&t->sites, s);
	if (base_index_init(&s->by_id, 1) < 0 || base_index_init(&s->by_prefix, 1) < 0 ||
			base_index_init(&s->by_key, 1) < 0)
		return -ENOMEM;
	return 0;
}

struct assoc_table *
assoc_table_create(const struct assoc_params *p)
{
	struct assoc_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->max_associations = p->max_associations;
	t->max_sites = p->max_sites;
	t->max_keys = p->max_keys;
	t->rcu = p->rcu;
	t->auth = p->auth;
	base_secret_random(&t->seed, sizeof(t->seed));
	t->auth_ctx = auth_ctx_create(p->auth);
	if (t->auth_ctx == NULL || init_memory(t) < 0 || init_sites(t) < 0 ||
			auth_key_init(p->auth, &t->fingerprint, 2, p->fingerprint_key,
					sizeof(p->fingerprint_key)) < 0) {
		assoc_table_destroy(t);
		errno = ENOMEM;
		return NULL;
	}
	return t;
}

void
assoc_table_destroy(struct assoc_table *t)
{
	if (t == NULL)
		return;
	while (t->old_head != NULL) {
		struct assoc_sites *s = t->old_head;

		t->old_head = s->next;
		drop_sites(t, s);
	}
	assoc_sites_free(atomic_load(&t->sites));
	base_slab_fini(&t->slab);
	base_slab_fini(&t->recent);
	base_index_fini(&t->index);
	free(t->in_use);
	free(t->leaving);
	free(t->slots);
	auth_ctx_destroy(t->auth_ctx);
	auth_key_fini(&t->fingerprint);
	free(t);
}

void
assoc_stats_get(const struct assoc_table *t, struct assoc_stats *st)
{
	const struct assoc_sites *s = assoc_sites_get(t);

	st->n_sites = s->n_sites;
	st->n_keys = s->n_keys;
	st->n_associations = t->slab.n_used - t->n_leaving;
	st->bytes = base_slab_bytes(&t->slab) + base_slab_bytes(&t->recent) +
			base_index_bytes(&t->index) + assoc_sites_bytes(s);
	for (s = t->old_head; s != NULL; s = s->next)
		st->bytes += assoc_sites_bytes(s);
}
