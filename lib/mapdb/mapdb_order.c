/* SPDX-License-Identifier: BSD-3-Clause */

/* Order of the EID-prefixes: a trie over the bits of (Instance ID, kind, octets, mask_len) that has
 * inner nodes only where keys part, so exactly one of 12 octets for each EID-prefix but one.
 *
 * Adding hangs one new node into one link, deleting takes one out: a single store each, so readers
 * need no lock and nothing is copied.  A leaf's key is looked at once, at the end of a descent. */

#include <errno.h>

#include "mapdb_priv.h"

#define WORDS      3
#define WORD_BITS  (WORDS * 64)
#define TAIL_MAX   (LISP_EID_OCTETS_MAX - 16u)
#define BIT_OCTETS 40 /* first bit of the address, after Instance ID and kind */
#define BIT_LEN    (WORD_BITS + TAIL_MAX * 8)
#define EQUAL      UINT32_MAX

/* A key as one string of bits: words hold Instance ID, kind, 16 octets, mask_len; then come the
 * octets beyond the sixteenth, as if padded with zeros to the most there can be, then len. */
struct key {
	uint64_t w[WORDS];
	const struct lisp_eid *eid;
};

static uint64_t
load_be64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

static void
key_of(struct key *k, const struct lisp_eid *eid)
{
	uint64_t high = load_be64(eid->octets);
	uint64_t low = load_be64(eid->octets + 8);

	k->w[0] = (uint64_t)eid->iid << 32 | (uint64_t)eid->kind << 24 | high >> 40;
	k->w[1] = high << 24 | low >> 40;
	k->w[2] = low << 24 | (uint64_t)eid->mask_len << 16;
	k->eid = eid;
}

/* The key of an entry; it stands in *eid. */
static void
key_at(const struct mapdb *db, uint32_t e, struct key *k, struct lisp_eid *eid)
{
	mapdb_eid_get(db, e, eid);
	key_of(k, eid);
}

static uint8_t
tail_octet(const struct key *k, unsigned int i)
{
	return i + 16 < k->eid->len ? k->eid->octets[i + 16] : 0;
}

static unsigned int
bit_beyond_words(const struct key *k, unsigned int bit)
{
	unsigned int at = bit - WORD_BITS;

	if (bit >= BIT_LEN)
		return (unsigned int)k->eid->len >> (15 - (bit - BIT_LEN)) & 1;
	return (unsigned int)tail_octet(k, at / 8) >> (7 - at % 8) & 1;
}

static inline unsigned int
key_bit(const struct key *k, unsigned int bit)
{
	if (__builtin_expect(bit >= WORD_BITS, 0))
		return bit_beyond_words(k, bit);
	return (unsigned int)(k->w[bit / 64] >> (63 - bit % 64)) & 1;
}

static unsigned int
first_difference_beyond_words(const struct key *a, const struct key *b)
{
	unsigned int longest = a->eid->len > b->eid->len ? a->eid->len : b->eid->len;
	unsigned int diff;

	for (unsigned int i = 0; i + 16 < longest; i++) {
		diff = tail_octet(a, i) ^ tail_octet(b, i);
		if (diff != 0)
			return WORD_BITS + i * 8 + (unsigned int)__builtin_clz(diff) - 24;
	}
	diff = a->eid->len ^ b->eid->len;
	return diff == 0 ? EQUAL : BIT_LEN + (unsigned int)__builtin_clz(diff) - 16;
}

/* First bit in which two keys differ, or EQUAL. */
static unsigned int
first_difference(const struct key *a, const struct key *b)
{
	for (unsigned int i = 0; i < WORDS; i++)
		if (a->w[i] != b->w[i])
			return i * 64 + (unsigned int)__builtin_clzll(a->w[i] ^ b->w[i]);
	return first_difference_beyond_words(a, b);
}

static bool
is_leaf(uint32_t link)
{
	return (link & MAPDB_LIST) != 0;
}

static uint32_t
follow(const _Atomic(uint32_t) *link)
{
	return atomic_load_explicit(link, memory_order_acquire);
}

/* An EID-prefix that shares as many leading bits with the key as any does; not of an empty trie. */
static uint32_t
nearest(const struct mapdb *db, const struct key *k)
{
	uint32_t at = follow(&db->root);

	while (!is_leaf(at)) {
		const struct mapdb_node *node = &db->node[at];

		at = follow(&node->child[key_bit(k, node->bit)]);
	}
	return at == MAPDB_NONE ? MAPDB_NONE : at & ~MAPDB_LIST;
}

/* The link below which all keys share the first `bit` bits with the key. */
static _Atomic(uint32_t) *
link_at(struct mapdb *db, const struct key *k, unsigned int bit)
{
	_Atomic(uint32_t) *link = &db->root;
	uint32_t at = follow(link);

	while (!is_leaf(at) && db->node[at].bit < bit) {
		link = &db->node[at].child[key_bit(k, db->node[at].bit)];
		at = follow(link);
	}
	return link;
}

int
mapdb_order_add(struct mapdb *db, uint32_t e)
{
	_Atomic(uint32_t) *link;
	struct mapdb_node *node;
	unsigned int bit, side;
	uint32_t near, number;
	struct lisp_eid eid, near_eid;
	struct key k, other;

	key_at(db, e, &k, &eid);
	near = nearest(db, &k);
	if (near == MAPDB_NONE) {
		atomic_store_explicit(&db->root, MAPDB_LIST | e, memory_order_release);
		return 0;
	}
	number = base_slab_alloc(&db->nodes);
	if (number == BASE_SLAB_NONE)
		return -ENOSPC;
	key_at(db, near, &other, &near_eid);
	bit = first_difference(&k, &other);
	assert(bit != EQUAL);
	side = key_bit(&k, bit);
	link = link_at(db, &k, bit);
	node = &db->node[number];
	node->bit = (uint16_t)bit;
	atomic_init(&node->child[side], MAPDB_LIST | e);
	atomic_init(&node->child[!side], follow(link));
	atomic_store_explicit(link, number, memory_order_release);
	return 0;
}

void
mapdb_order_del(struct mapdb *db, uint32_t e)
{
	_Atomic(uint32_t) *above = NULL, *link = &db->root;
	uint32_t at = follow(link), parent = MAPDB_NONE;
	unsigned int side = 0;
	struct lisp_eid eid;
	struct key k;

	key_at(db, e, &k, &eid);
	while (!is_leaf(at)) {
		parent = at;
		above = link;
		side = key_bit(&k, db->node[at].bit);
		link = &db->node[at].child[side];
		at = follow(link);
	}
	assert(at == (MAPDB_LIST | e));
	if (above == NULL) {
		atomic_store_explicit(&db->root, MAPDB_NONE, memory_order_release);
		return;
	}
	atomic_store_explicit(above, follow(&db->node[parent].child[!side]), memory_order_release);
	mapdb_defer(db, MAPDB_NODE, parent);
}

static uint32_t
least_below(const struct mapdb *db, uint32_t at)
{
	while (!is_leaf(at))
		at = follow(&db->node[at].child[0]);
	return at == MAPDB_NONE ? MAPDB_NONE : at & ~MAPDB_LIST;
}

/* The subtree of the keys right above k, when the nearest differs from k first at `bit`. */
static uint32_t
subtree_above(const struct mapdb *db, const struct key *k, unsigned int bit)
{
	uint32_t at = follow(&db->root), right = MAPDB_NONE;

	while (!is_leaf(at) && db->node[at].bit < bit) {
		const struct mapdb_node *node = &db->node[at];
		unsigned int side = key_bit(k, node->bit);

		if (side == 0)
			right = follow(&node->child[1]);
		at = follow(&node->child[side]);
	}
	return bit != EQUAL && key_bit(k, bit) == 0 ? at : right;
}

uint32_t
mapdb_order_next(const struct mapdb *db, const struct lisp_eid *after)
{
	struct lisp_eid near_eid;
	struct key k, other;
	unsigned int bit;
	uint32_t e;

	if (after == NULL)
		return least_below(db, follow(&db->root));
	key_of(&k, after);
	for (;;) {
		e = nearest(db, &k);
		if (e == MAPDB_NONE)
			return MAPDB_NONE;
		key_at(db, e, &other, &near_eid);
		e = least_below(db, subtree_above(db, &k, first_difference(&k, &other)));
		if (e == MAPDB_NONE)
			return MAPDB_NONE;
		/* A worker may have been overtaken by a change between its two descents. */
		key_at(db, e, &other, &near_eid);
		bit = first_difference(&k, &other);
		if (bit != EQUAL && key_bit(&k, bit) == 0)
			return e;
	}
}

int
mapdb_order_common_bits(const struct mapdb *db, const struct lisp_eid *eid)
{
	struct lisp_eid near_eid;
	struct key k, other;
	unsigned int bit;
	uint32_t e;

	key_of(&k, eid);
	e = nearest(db, &k);
	if (e == MAPDB_NONE)
		return -1;
	key_at(db, e, &other, &near_eid);
	bit = first_difference(&k, &other);
	if (bit == EQUAL)
		return eid->mask_len;
	return bit < BIT_OCTETS ? -1 : (int)(bit - BIT_OCTETS);
}
