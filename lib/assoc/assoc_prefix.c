/* SPDX-License-Identifier: BSD-3-Clause */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "assoc_priv.h"
#include "lisp_text.h"

#define MASK_SHIFT 40 /* mask_len in the first word of the hot octets */

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are loaded as they stand");
static_assert(offsetof(struct lisp_eid, mask_len) == MASK_SHIFT / 8, "place of mask_len");
static_assert(offsetof(struct lisp_eid, octets) == 8 && LISP_EID_HOT_LEN == 24, "three words");

/*
 * Place of the mask lengths of an Instance ID and kind: theirs, or the free one where they would
 * stand.  Open addressing, because nothing is ever deleted and there are twice the places needed.
 */
static inline struct assoc_masks *
masks_at(const struct assoc_sites *s, uint32_t iid, uint32_t kind)
{
	uint64_t at = base_hash_fold(((uint64_t)iid << 8 | kind) ^ s->seed.k[2], s->seed.k[3] | 1);
	struct assoc_masks *m;

	do {
		m = &s->masks[at++ & s->masks_wrap];
	} while (m->kind != 0 && (m->iid != iid || m->kind != kind));
	return m;
}

/* Greatest mask length present that is at most limit; -1 when there is none. */
static int
next_mask(const struct assoc_masks *m, int limit)
{
	for (int word = limit >> 6; limit >= 0; limit = (word-- << 6) - 1) {
		uint64_t bits = m->bits[word] & (UINT64_MAX >> (63 - (limit & 63)));

		if (bits != 0)
			return (word << 6) + 63 - __builtin_clzll(bits);
	}
	return -1;
}

/* Long EIDs are hashed whole: names of a site may well agree in their first 16 octets. */
static uint64_t
eid_hash(const struct assoc_sites *s, const struct lisp_eid *eid)
{
	uint64_t h = base_hash24(eid, &s->seed);

	return eid->len <= 16 ? h : h ^ base_hash(eid->octets + 16, eid->len - 16u, &s->seed);
}

static int
hot_equal(const void *table, uint32_t i, const void *key)
{
	const uint64_t *a = ((const struct assoc_sites *)table)->prefix[i].hot;
	const uint64_t *b = key;

	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2])) == 0;
}

static int
eid_equal(const void *table, uint32_t i, const void *key)
{
	const struct assoc_sites *s = table;
	const struct assoc_prefix *p = &s->prefix[i];
	const struct lisp_eid *eid = key;

	if (memcmp(p->hot, eid, LISP_EID_HOT_LEN) != 0)
		return 0;
	return eid->len <= 16 || lisp_eid_equal(&s->prefix_params[p->at].eid, eid);
}

const struct assoc_prefix *
assoc_prefix_exact(const struct assoc_sites *s, const struct lisp_eid *eid)
{
	uint32_t i = base_index_find(&s->by_prefix, eid_hash(s, eid), eid_equal, s, eid);

	return i == BASE_INDEX_NONE ? NULL : &s->prefix[i];
}

/* Octets of an address as one number, so that a mask is one shift. */
static uint64_t
masked(uint64_t word, int mask_len)
{
	uint64_t mask = mask_len <= 0 ? 0 : mask_len >= 64 ? UINT64_MAX : ~(UINT64_MAX >> mask_len);

	return word & __builtin_bswap64(mask);
}

/* One exact look for each mask length present, longest first. */
static const struct assoc_prefix *
longest(const struct assoc_sites *s, const struct lisp_eid *eid)
{
	const struct assoc_masks *m = masks_at(s, eid->iid, eid->kind);
	uint64_t word[3];

	memcpy(word, eid, sizeof(word));
	word[0] &= ~(UINT64_C(0xff) << MASK_SHIFT);
	for (int len = next_mask(m, eid->mask_len); len >= 0; len = next_mask(m, len - 1)) {
		uint64_t key[3] = { word[0] | (uint64_t)len << MASK_SHIFT, masked(word[1], len),
			masked(word[2], len - 64) };
		uint32_t i = base_index_find(
				&s->by_prefix, base_hash24(key, &s->seed), hot_equal, s, key);

		if (i != BASE_INDEX_NONE)
			return &s->prefix[i];
	}
	return NULL;
}

const struct assoc_site *
assoc_site_by_eid(const struct assoc_sites *s, const struct lisp_eid *eid, bool *allowed)
{
	const struct assoc_prefix *p =
			lisp_eid_is_ip(eid) ? longest(s, eid) : assoc_prefix_exact(s, eid);

	if (p == NULL) {
		*allowed = false;
		return NULL;
	}
	*allowed = p->more_specifics || (uint8_t)(p->hot[0] >> MASK_SHIFT) == eid->mask_len;
	return &s->site[p->site];
}

/* ---- building ---- */

static void
add_masks(struct assoc_sites *s, const struct lisp_eid *eid)
{
	struct assoc_masks *m;

	if (!lisp_eid_is_ip(eid))
		return;
	m = masks_at(s, eid->iid, eid->kind);
	m->iid = eid->iid;
	m->kind = eid->kind;
	m->bits[eid->mask_len / 64] |= UINT64_C(1) << eid->mask_len % 64;
}

static int
add_prefix(struct assoc_build *b, uint32_t i)
{
	struct assoc_sites *s = b->s;
	const struct lisp_eid *eid = &s->prefix_params[i].eid;
	const char *name = s->site[s->prefix[i].site].name;
	const struct assoc_prefix *other = assoc_prefix_exact(s, eid);
	char text[LISP_EID_TEXT_MAX];

	if (other != NULL)
		return assoc_build_fail(b, -EEXIST,
				"site \"%s\": EID-prefix %s stands already in site \"%s\"", name,
				lisp_eid_to_text(eid, text, sizeof(text)),
				s->site[other->site].name);
	return base_index_add(&s->by_prefix, eid_hash(s, eid), i);
}

static int
describe_prefixes(struct assoc_build *b)
{
	struct assoc_sites *s = b->s;

	for (uint32_t site = 0, i = 0; site < s->n_sites; site++) {
		for (uint32_t k = 0; k < s->site[site].n_prefixes; k++, i++) {
			const struct assoc_prefix_params *p = &s->prefix_params[i];

			if (p->eid.kind == LISP_EID_NONE || p->eid.len > LISP_EID_OCTETS_MAX ||
					p->eid.mask_len > lisp_eid_width(&p->eid))
				return assoc_build_fail(b, -EINVAL,
						"site \"%s\": EID-prefix %u is not one",
						s->site[site].name, k);
			memcpy(s->prefix[i].hot, &p->eid, LISP_EID_HOT_LEN);
			s->prefix[i].at = i;
			s->prefix[i].site = site;
			s->prefix[i].more_specifics = p->more_specifics;
			add_masks(s, &p->eid);
		}
	}
	return 0;
}

int
assoc_prefixes_index(struct assoc_build *b)
{
	int ret = describe_prefixes(b);

	if (ret == 0)
		ret = assoc_index_fill(&b->s->by_prefix, b->s->n_prefixes, add_prefix, b);
	return ret;
}
