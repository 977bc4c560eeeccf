/* SPDX-License-Identifier: BSD-3-Clause */

#include "assoc_replay.h"

#include "assoc_priv.h"
#include "base_clock.h"

#define COPY_WINDOW_NS BASE_NS_PER_S /* policy off: a copy within this is one */

static uint64_t
get(const _Atomic(uint64_t) *v)
{
	return atomic_load_explicit(v, memory_order_acquire);
}

/* Is the nonce among those remembered, the one at place own not counted? */
static bool
is_recent(const struct assoc *a, uint64_t nonce, unsigned int own)
{
	for (unsigned int i = 0; i < ASSOC_RECENT_MAX; i++)
		if (i != own && atomic_load(&a->recent[i]) == nonce)
			return true;
	return false;
}

/* Another worker's clock reading may be a little ahead of ours: the difference is signed. */
static bool
is_copy(const struct assoc *a, const struct assoc_replay *m, uint64_t last_tag)
{
	return m->tag == last_tag &&
			(int64_t)(m->now_ns - get(&a->last_ok_ns)) < (int64_t)COPY_WINDOW_NS;
}

bool
assoc_replay_peek(const struct assoc *a, const struct assoc_replay *m)
{
	switch (atomic_load_explicit(&a->policy, memory_order_acquire)) {
	case ASSOC_STRICT:
		return m->nonce <= get(&a->last_nonce);
	case ASSOC_RECENT:
		return is_recent(a, m->nonce, ASSOC_RECENT_MAX);
	case ASSOC_OFF:
		return is_copy(a, m, get(&a->last_tag));
	default:
		return true; /* policy is being changed */
	}
}

/* Atomic maximum; true when the nonce was above it. */
static bool
raise(struct assoc *a, uint64_t nonce)
{
	uint64_t last = get(&a->last_nonce);

	while (nonce > last)
		if (atomic_compare_exchange_weak(&a->last_nonce, &last, nonce))
			return true;
	return false;
}

/*
 * Look, take a place, look again: of two workers with one nonce at least one sees the other's,
 * because the store and the loads after it are sequentially consistent.
 */
static bool
take_recent(struct assoc *a, uint64_t nonce)
{
	unsigned int own;

	if (is_recent(a, nonce, ASSOC_RECENT_MAX))
		return false;
	own = atomic_fetch_add(&a->recent_next, 1) % ASSOC_RECENT_MAX;
	atomic_store(&a->recent[own], nonce);
	if (is_recent(a, nonce, own))
		return false;
	raise(a, nonce); /* for the day the policy becomes strict */
	return true;
}

static bool
take_any(struct assoc *a, const struct assoc_replay *m)
{
	if (is_copy(a, m, atomic_exchange(&a->last_tag, m->tag)))
		return false;
	raise(a, m->nonce);
	return true;
}

static bool
take(struct assoc *a, const struct assoc_replay *m, uint8_t policy)
{
	switch (policy) {
	case ASSOC_STRICT:
		return raise(a, m->nonce);
	case ASSOC_RECENT:
		return take_recent(a, m->nonce);
	case ASSOC_OFF:
		return take_any(a, m);
	default:
		return false;
	}
}

/* When two workers meet, tag and time may be those of either; the nonce is not judged by them. */
static void
count(struct assoc *a, const struct assoc_replay *m)
{
	atomic_store_explicit(&a->last_tag, m->tag, memory_order_relaxed);
	atomic_store_explicit(&a->last_ok_ns, m->now_ns, memory_order_release);
	/* Not a locked add: two workers that meet here may count one, which costs nobody anything. */
	atomic_store_explicit(&a->n_ok, atomic_load_explicit(&a->n_ok, memory_order_relaxed) + 1,
			memory_order_relaxed);
}

/*
 * The second look at the policy is one half of assoc_set_policy(): either we see that it is being
 * changed and refuse, or it sees the nonce that we took.
 */
bool
assoc_replay_commit(struct assoc *a, const struct assoc_replay *m)
{
	uint8_t policy = atomic_load(&a->policy);

	if (!take(a, m, policy) || atomic_load(&a->policy) != policy) {
		atomic_fetch_add_explicit(&a->n_replay, 1, memory_order_relaxed);
		return false;
	}
	count(a, m);
	return true;
}

void
assoc_replay_first(struct assoc *a, const struct assoc_replay *m)
{
	count(a, m);
}
