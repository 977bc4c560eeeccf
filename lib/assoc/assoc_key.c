/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "assoc_priv.h"
#include "base_secret.h"

#define TAG_LEN  ASSOC_SPACE_LEN
#define BODY_AT  (AUTH_DATA_OFFSET + TAG_LEN)
#define BODY_MAX (ASSOC_NAME_MAX + 1 + 2 + AUTH_SECRET_MAX)

/** What a fingerprint is of: octet 0 of what is hashed, so that the two can never agree. */
enum subject {
	SUBJECT_SPACE = 1,  /* nonce space: site, Key ID, algorithm, secret */
	SUBJECT_SECRET = 2, /* secret alone */
};

/** Fingerprint of a secret, to find those that stand in two sites. */
struct mark {
	uint8_t print[TAG_LEN];
	uint32_t site; /* place in the snapshot */
	uint8_t key_id;
};

bool
assoc_key_source_ok(const struct assoc_key *k, const struct lisp_ip *src)
{
	for (uint32_t i = 0; i < k->n_sources; i++) {
		const struct assoc_source *from = &k->sources[i];
		unsigned int whole = from->mask_len / 8;
		unsigned int rest = 0xff00 >> from->mask_len % 8 & 0xff;

		if (from->ip.family == src->family &&
				memcmp(from->ip.octets, src->octets, whole) == 0 &&
				(rest == 0 ||
						((from->ip.octets[whole] ^ src->octets[whole]) &
								rest) == 0))
			return true;
	}
	return k->n_sources == 0;
}

/*
 * HMAC-SHA-256 under the key of the table, by the auth room: what is hashed stands where a message
 * has its records, after a header that is zero but for the subject.  Nonces in the store hang on
 * this layout.
 */
static void
fingerprint(const struct assoc_table *t, enum subject subject, const char *name,
		const struct assoc_key_params *k, uint8_t print[TAG_LEN])
{
	uint8_t msg[BODY_AT + BODY_MAX] = { [0] = (uint8_t)subject };
	struct auth_job job = { .key = &t->fingerprint, .msg = msg, .tag_len = TAG_LEN };
	size_t at = BODY_AT;

	if (subject == SUBJECT_SPACE) {
		size_t len = strlen(name) + 1;

		memcpy(msg + at, name, len);
		at += len;
		msg[at++] = k->key_id;
		msg[at++] = k->alg_id;
	}
	memcpy(msg + at, k->secret, k->secret_len);
	job.len = (uint32_t)(at + k->secret_len);
	auth_sign_burst(t->auth_ctx, &job, 1);
	memcpy(print, msg + AUTH_DATA_OFFSET, TAG_LEN);
	base_secret_wipe(msg, sizeof(msg));
}

static int
check(const struct assoc_build *b, const char *name, const struct assoc_key_params *p)
{
	if (p->key_id >= ASSOC_SITE_KEYS)
		return assoc_build_fail(
				b, -EINVAL, "site \"%s\": Key ID %u is above 127", name, p->key_id);
	if (p->policy > ASSOC_OFF)
		return assoc_build_fail(b, -EINVAL,
				"site \"%s\": key %u has an unknown nonce policy", name, p->key_id);
	for (uint32_t i = 0; i < p->n_sources; i++) {
		uint8_t family = p->sources[i].ip.family;

		if ((family != 4 && family != 6) ||
				p->sources[i].mask_len > (family == 4 ? 32 : 128))
			return assoc_build_fail(b, -EINVAL,
					"site \"%s\": key %u has a source prefix that is not one",
					name, p->key_id);
	}
	return 0;
}

static int
make_key(const struct assoc_build *b, struct assoc_site *site, const struct assoc_key_params *p,
		struct assoc_key *k)
{
	int ret = check(b, site->name, p);

	if (ret < 0)
		return ret;
	if (site->key[p->key_id] != NULL)
		return assoc_build_fail(b, -EEXIST, "site \"%s\": Key ID %u stands twice",
				site->name, p->key_id);
	if (auth_key_init(b->t->auth, &k->auth, p->alg_id, p->secret, p->secret_len) < 0)
		return assoc_build_fail(b, -EINVAL,
				"site \"%s\": key %u: algorithm %u is not implemented, or its secret is "
				"empty or above %u octets",
				site->name, p->key_id, p->alg_id, AUTH_SECRET_MAX);
	k->site = site->number;
	k->key_id = p->key_id;
	k->alg_id = p->alg_id;
	k->policy = p->policy;
	k->insecure = p->insecure;
	k->not_before_ms = p->not_before_ms;
	k->not_after_ms = p->not_after_ms;
	k->max_xtrs = p->max_xtrs;
	k->n_sources = p->n_sources;
	fingerprint(b->t, SUBJECT_SPACE, site->name, p, k->space);
	site->key[p->key_id] = k;
	return 0;
}

static int
make_keys(const struct assoc_build *b, struct mark *marks)
{
	struct assoc_sites *s = b->s;
	struct assoc_source *source = s->source;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n_sites; i++) {
		for (uint32_t j = 0; j < b->in[i].n_keys; j++, n++) {
			const struct assoc_key_params *p = &b->in[i].keys[j];
			int ret = make_key(b, &s->site[i], p, &s->key[n]);

			if (ret < 0)
				return ret;
			if (p->n_sources > 0)
				memcpy(source, p->sources, p->n_sources * sizeof(*source));
			s->key[n].sources = source;
			source += p->n_sources;
			marks[n] = (struct mark){ .site = i, .key_id = p->key_id };
			fingerprint(b->t, SUBJECT_SECRET, NULL, p, marks[n].print);
		}
	}
	return 0;
}

static int
mark_order(const void *a, const void *b)
{
	return memcmp(((const struct mark *)a)->print, ((const struct mark *)b)->print, TAG_LEN);
}

/* CK-024.  Sorted, so that a hundred thousand keys are no matter; equal ones become neighbours. */
static int
refuse_shared(const struct assoc_build *b, struct mark *marks)
{
	const struct assoc_sites *s = b->s;

	qsort(marks, s->n_keys, sizeof(*marks), mark_order);
	for (uint32_t i = 1; i < s->n_keys; i++) {
		const struct mark *m = &marks[i - 1];

		if (mark_order(m, m + 1) == 0 && m->site != m[1].site)
			return assoc_build_fail(b, -EEXIST,
					"key %u of site \"%s\" and key %u of site \"%s\" have the same secret",
					m->key_id, s->site[m->site].name, m[1].key_id,
					s->site[m[1].site].name);
	}
	return 0;
}

/* ---- nonce spaces and numbers ---- */

static uint64_t
space_hash(const uint8_t space[ASSOC_SPACE_LEN])
{
	uint64_t h;

	memcpy(&h, space, sizeof(h)); /* it is a keyed hash already */
	return h;
}

static int
space_equal(const void *table, uint32_t i, const void *key)
{
	return memcmp(((const struct assoc_key *)table)[i].space, key, ASSOC_SPACE_LEN) == 0;
}

static const struct assoc_key *
find_space(const struct assoc_sites *s, const uint8_t space[ASSOC_SPACE_LEN])
{
	uint32_t i = base_index_find(&s->by_key, space_hash(space), space_equal, s->key, space);

	return i == BASE_INDEX_NONE ? NULL : &s->key[i];
}

static int
add_space(struct assoc_build *b, uint32_t i)
{
	return base_index_add(&b->s->by_key, space_hash(b->s->key[i].space), i);
}

/* The cursor only goes on, so that a number is given once in a load, whatever comes of it. */
static uint32_t
free_number(struct assoc_table *t, uint32_t *tries)
{
	while ((*tries)++ < t->n_slots) {
		uint32_t number = t->key_cursor++ % t->n_slots;

		if (t->slots[number].n_snapshots == 0)
			return number;
	}
	return ASSOC_NONE;
}

static int
give_numbers(const struct assoc_build *b)
{
	struct assoc_sites *s = b->s;
	uint32_t tries = 0;

	for (uint32_t i = 0; i < s->n_keys; i++) {
		const struct assoc_key *was = find_space(b->old, s->key[i].space);

		s->key[i].number = was != NULL ? was->number : free_number(b->t, &tries);
		if (s->key[i].number == ASSOC_NONE)
			return assoc_build_fail(b, -ENOSPC,
					"workers have not let go of former keys yet; try again");
	}
	return 0;
}

int
assoc_keys_build(struct assoc_build *b)
{
	struct mark *marks = calloc(b->s->n_keys + 1, sizeof(*marks));
	int ret;

	if (marks == NULL)
		return assoc_build_fail(b, -ENOMEM, "out of memory");
	ret = make_keys(b, marks);
	if (ret == 0)
		ret = refuse_shared(b, marks);
	free(marks);
	if (ret == 0)
		ret = give_numbers(b);
	if (ret == 0)
		ret = assoc_index_fill(&b->s->by_key, b->s->n_keys, add_space, b);
	return ret;
}

const struct assoc_key *
assoc_key_by_number(const struct assoc_table *t, uint32_t number)
{
	return number < t->n_slots ? t->slots[number].key : NULL;
}

const struct assoc_key *
assoc_key_by_space(const struct assoc_table *t, const uint8_t space[ASSOC_SPACE_LEN])
{
	return find_space(assoc_sites_get(t), space);
}

uint32_t
assoc_key_count(const struct assoc_table *t, uint32_t key)
{
	return key < t->n_slots ? t->slots[key].n_associations : 0;
}
