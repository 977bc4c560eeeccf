/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assoc_priv.h"

int
assoc_build_fail(const struct assoc_build *b, int ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(b->why, b->why_size, fmt, ap);
	va_end(ap);
	return ret;
}

/* ---- from parameters to a snapshot ---- */

static int
measure(const struct assoc_build *b, uint32_t n_sites, struct assoc_sizes *n)
{
	const struct assoc_table *t = b->t;

	*n = (struct assoc_sizes){ .n_sites = n_sites };
	for (uint32_t i = 0; i < n_sites; i++) {
		const struct assoc_site_params *in = &b->in[i];
		size_t len = strlen(in->name);

		if (len > ASSOC_NAME_MAX)
			return assoc_build_fail(b, -EINVAL,
					"site \"%.20s...\": its name is above %u octets", in->name,
					ASSOC_NAME_MAX);
		n->names_len += len + 1;
		n->n_prefixes += in->n_prefixes;
		n->n_keys += in->n_keys;
		for (uint32_t k = 0; k < in->n_keys; k++)
			n->n_sources += in->keys[k].n_sources;
	}
	if (n_sites > t->max_sites)
		return assoc_build_fail(b, -ENOSPC, "%u sites, where at most %u fit", n_sites,
				t->max_sites);
	if (n->n_keys > t->max_keys)
		return assoc_build_fail(b, -ENOSPC, "%zu keys, where at most %u fit", n->n_keys,
				t->max_keys);
	return 0;
}

static void
copy_sites(const struct assoc_build *b)
{
	struct assoc_sites *s = b->s;
	struct assoc_prefix_params *prefix = s->prefix_params;
	char *name = s->names;

	for (uint32_t i = 0; i < s->n_sites; i++) {
		const struct assoc_site_params *in = &b->in[i];
		struct assoc_site *site = &s->site[i];

		site->site_id = in->site_id;
		site->lifetime_ms = in->lifetime_ms;
		site->max_eids = in->max_eids;
		site->notify_source = in->notify_source;
		site->name = strcpy(name, in->name);
		name += strlen(name) + 1;
		site->prefixes = prefix;
		site->n_prefixes = in->n_prefixes;
		if (in->n_prefixes > 0)
			memcpy(prefix, in->prefixes, in->n_prefixes * sizeof(*prefix));
		prefix += in->n_prefixes;
	}
}

/* A snapshot with a serial one above the old one; nothing is published. */
static int
build(struct assoc_table *t, const struct assoc_site_params *sites, uint32_t n_sites,
		struct assoc_sites **out, char *why, size_t why_size)
{
	struct assoc_build b = { .t = t, .in = sites, .why = why, .why_size = why_size };
	struct assoc_sizes n;
	int ret;

	ret = measure(&b, n_sites, &n);
	if (ret < 0)
		return ret;
	b.old = assoc_sites_get(t);
	b.s = assoc_sites_create(&n, t->max_sites);
	if (b.s == NULL)
		return assoc_build_fail(&b, -ENOMEM, "out of memory");
	b.s->serial = b.old->serial + 1;
	b.s->n_sites = n_sites;
	b.s->n_prefixes = (uint32_t)n.n_prefixes;
	b.s->n_keys = (uint32_t)n.n_keys;
	copy_sites(&b);
	ret = assoc_sites_number(&b);
	if (ret == 0)
		ret = assoc_prefixes_index(&b);
	if (ret == 0)
		ret = assoc_keys_build(&b);
	if (ret < 0)
		assoc_sites_free(b.s);
	else
		*out = b.s;
	return ret;
}

/* ---- what is not as it was ---- */

static bool
key_differs(const struct assoc_key *a, const struct assoc_key *b)
{
	if (a == NULL || b == NULL)
		return a != b;
	if (a->n_sources != b->n_sources)
		return true;
	for (uint32_t i = 0; i < a->n_sources; i++)
		if (!lisp_ip_equal(&a->sources[i].ip, &b->sources[i].ip) ||
				a->sources[i].mask_len != b->sources[i].mask_len)
			return true;
	return a->number != b->number || a->policy != b->policy || a->insecure != b->insecure ||
			a->not_before_ms != b->not_before_ms ||
			a->not_after_ms != b->not_after_ms || a->max_xtrs != b->max_xtrs;
}

/* EID-prefixes are compared as sets: each is found in the old snapshot, and there are as many. */
static bool
prefixes_differ(const struct assoc_sites *old, const struct assoc_site *a,
		const struct assoc_site *b)
{
	if (a->n_prefixes != b->n_prefixes)
		return true;
	for (uint32_t i = 0; i < b->n_prefixes; i++) {
		const struct assoc_prefix *p = assoc_prefix_exact(old, &b->prefixes[i].eid);

		if (p == NULL || &old->site[p->site] != a ||
				p->more_specifics != b->prefixes[i].more_specifics)
			return true;
	}
	return false;
}

static bool
site_differs(const struct assoc_sites *old, const struct assoc_site *a, const struct assoc_site *b)
{
	if (a->site_id != b->site_id || a->lifetime_ms != b->lifetime_ms ||
			a->max_eids != b->max_eids || a->notify_source != b->notify_source)
		return true;
	for (unsigned int i = 0; i < ASSOC_SITE_KEYS; i++)
		if (key_differs(a->key[i], b->key[i]))
			return true;
	return prefixes_differ(old, a, b);
}

/*
 * The longest configured match over all sites decides whose an EID is (CK-041): a new EID-prefix
 * takes from the site that its octets belonged to until now, though nothing of that site changed.
 */
static void
mark_shadowed(const struct assoc_sites *old, const struct assoc_sites *s, bool *marks)
{
	for (uint32_t i = 0; i < s->n_prefixes; i++) {
		const struct lisp_eid *eid = &s->prefix_params[i].eid;
		const struct assoc_site *was;
		bool allowed;

		was = assoc_site_by_eid(old, eid, &allowed);
		if (was != NULL && was->number != s->site[s->prefix[i].site].number)
			marks[was->number] = true;
	}
}

static void
mark_changed(const struct assoc_sites *old, const struct assoc_sites *s, bool *marks)
{
	for (uint32_t i = 0; i < old->n_sites; i++) {
		const struct assoc_site *was = &old->site[i];
		const struct assoc_site *is = assoc_site_by_number(s, was->number);

		if (is == NULL || strcmp(is->name, was->name) != 0 || site_differs(old, was, is))
			marks[was->number] = true;
	}
	mark_shadowed(old, s, marks);
}

/* ---- the swap ---- */

static void
publish(struct assoc_table *t, struct assoc_sites *s)
{
	struct assoc_sites *old = atomic_load_explicit(&t->sites, memory_order_relaxed);

	for (uint32_t i = 0; i < old->n_keys; i++)
		t->slots[old->key[i].number].key = NULL;
	for (uint32_t i = 0; i < s->n_keys; i++) {
		t->slots[s->key[i].number].key = &s->key[i];
		t->slots[s->key[i].number].n_snapshots++;
	}
	atomic_store_explicit(&t->sites, s, memory_order_release);
}

/* Is there an association whose key is gone or judges otherwise?  Most reloads spare the sweep. */
static bool
must_sweep(const struct assoc_table *t, const struct assoc_sites *old)
{
	for (uint32_t i = 0; i < old->n_keys; i++) {
		const struct assoc_key *was = &old->key[i];
		const struct assoc_key_slot *slot = &t->slots[was->number];

		if (slot->n_associations > 0 &&
				(slot->key == NULL || slot->key->policy != was->policy))
			return true;
	}
	return false;
}

/* Associations of keys that are gone go; those of the others follow the policy of their key. */
static void
sweep(struct assoc_table *t, void (*gone)(uint32_t assoc, void *arg), void *arg)
{
	for (uint32_t n = assoc_next(t, 0); n != ASSOC_NONE; n = assoc_next(t, n + 1)) {
		struct assoc *a = assoc_by_number(t, n);
		const struct assoc_key *key = assoc_key_by_number(t, a->id.key);

		if (key != NULL) {
			if (key->policy != atomic_load(&a->policy))
				assoc_set_policy(t, a, key->policy);
			continue;
		}
		if (gone != NULL)
			gone(n, arg);
		assoc_remove(t, n);
	}
}

static void
retire(struct assoc_table *t, struct assoc_sites *old)
{
	old->token = rte_rcu_qsbr_start(t->rcu);
	old->next = NULL;
	if (t->old_head == NULL)
		t->old_head = old;
	else
		t->old_tail->next = old;
	t->old_tail = old;
	assoc_reclaim(t);
}

int
assoc_sites_load(struct assoc_table *t, const struct assoc_site_params *sites, uint32_t n_sites,
		void (*gone)(uint32_t assoc, void *arg), void (*changed)(uint32_t site, void *arg),
		void *arg, char *why, size_t why_size)
{
	struct assoc_sites *s = NULL, *old;
	bool *marks;
	int ret;

	assoc_reclaim(t);
	marks = calloc(t->max_sites + 1u, sizeof(*marks));
	if (marks == NULL) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	ret = build(t, sites, n_sites, &s, why, why_size);
	if (ret < 0)
		goto free_marks;
	old = atomic_load_explicit(&t->sites, memory_order_relaxed);
	mark_changed(old, s, marks);
	publish(t, s);
	if (must_sweep(t, old))
		sweep(t, gone, arg);
	for (uint32_t i = 0; changed != NULL && i < t->max_sites; i++)
		if (marks[i])
			changed(i, arg);
	retire(t, old);
free_marks:
	free(marks);
	return ret;
}
