/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_message.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define EID_OFFSET 12   /* of the address in a record, behind its AFI */
#define NOTIFY_I   0x08 /* in octet 0 */

#define RECORDS_MAX_LEN (LISP_RECORDS_MAX * LOADGEN_RECORD_MAX)
#define LARGEST_LEN     (LISP_AUTH_HEADER_LEN + 32 + RECORDS_MAX_LEN + LISP_TRAILER_LEN)

static_assert(LARGEST_LEN < 65536, "lengths fit in 16 bits");

static void
store64(uint8_t *p, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(p, &v, sizeof(v));
}

static unsigned int
address_len(unsigned int family)
{
	return family == 4 ? 4 : 16;
}

static void
make_header(struct loadgen_maker *mk, const struct loadgen_message_params *p)
{
	struct lisp_writer w = { .pos = mk->header, .end = mk->header + sizeof(mk->header) };
	struct lisp_register r = {
		.type = LISP_MAP_REGISTER,
		.n_records = (uint8_t)p->n_records,
		.has_trailer = p->trailer,
		.key_id = (uint8_t)p->layout->key_id,
		.alg_id = (uint8_t)p->layout->alg_id,
		.auth_len = p->tag_len,
		.flags = p->want_notify ? LISP_REG_M : 0,
	};

	lisp_register_begin(&w, &r);
	mk->header_len = (uint32_t)(w.pos - mk->header);
}

static void
make_record(struct loadgen_maker *mk, const struct loadgen_message_params *p, unsigned int family)
{
	const struct loadgen_layout *l = p->layout;
	uint8_t *octets = mk->record[family == 6].octets;
	struct lisp_writer w = { .pos = octets, .end = octets + LOADGEN_RECORD_MAX };
	struct lisp_record rec = {
		.ttl_min = p->ttl_min,
		.n_locators = 1,
		.authoritative = true,
	};
	struct lisp_locator loc = {
		.priority = 1,
		.weight = 100,
		.m_priority = 255,
		.flags = LISP_LOC_L | LISP_LOC_R,
	};

	loadgen_layout_aggregate(l, 0, family, &rec.eid);
	rec.eid.mask_len = (uint8_t)(family == 4 ? l->mask4 : l->mask6);
	loc.rloc.ip = l->source;
	loc.rloc.afi = l->source.family == 4 ? LISP_AFI_IPV4 : LISP_AFI_IPV6;
	lisp_record_write(&w, &rec);
	lisp_locator_write(&w, &loc);
	assert(!w.failed);
	mk->record[family == 6].len = (uint32_t)(w.pos - octets);
}

/* Units go round the ETRs; the last round may be one of the larger ETRs only. */
static uint32_t
count_units(const struct loadgen_layout *l, uint32_t n_records)
{
	if (l->per_etr % n_records == 0)
		return l->per_etr / n_records * l->n_etrs + l->n_larger;
	return (l->per_etr / n_records + 1) * l->n_etrs;
}

int
loadgen_maker_init(struct loadgen_maker *mk, const struct loadgen_message_params *p)
{
	const struct loadgen_layout *l = p->layout;
	uint32_t n = p->n_records < l->stride ? p->n_records : l->stride;

	*mk = (struct loadgen_maker){
		.layout = l,
		.n_records = p->n_records,
		.n_units = count_units(l, p->n_records),
		.tag_len = p->tag_len,
		.trailer = p->trailer,
	};
	make_header(mk, p);
	make_record(mk, p, 4);
	make_record(mk, p, 6);
	mk->max_len = mk->header_len + n * mk->record[l->ipv6_percent > 0].len +
			(p->trailer ? LISP_TRAILER_LEN : 0);
	return mk->max_len <= LOADGEN_MESSAGE_MAX ? 0 : -EMSGSIZE;
}

uint32_t
loadgen_unit_records(const struct loadgen_maker *mk, uint32_t unit)
{
	const struct loadgen_layout *l = mk->layout;
	uint32_t left = loadgen_layout_prefixes(l, unit % l->n_etrs) -
			unit / l->n_etrs * mk->n_records;

	return left < mk->n_records ? left : mk->n_records;
}

static uint8_t *
put_record(const struct loadgen_maker *mk, uint32_t site, uint32_t n, const struct lisp_ip *rloc,
		unsigned int what, uint8_t *at)
{
	unsigned int family = loadgen_layout_family(mk->layout, site, n);
	unsigned int rloc_len = address_len(rloc->family);
	uint32_t len = mk->record[family == 6].len;

	memcpy(at, mk->record[family == 6].octets, LOADGEN_RECORD_MAX);
	if (what & LOADGEN_FRESH)
		n = loadgen_layout_fresh(mk->layout, n);
	loadgen_layout_eid(mk->layout, site, n, family, at + EID_OFFSET);
	if (what & LOADGEN_WITHDRAW)
		memset(at, 0, 4);
	memcpy(at + len - rloc_len, rloc->octets, rloc_len);
	return at + len;
}

static uint8_t *
put_trailer(const struct loadgen_maker *mk, uint32_t etr, uint8_t *at)
{
	loadgen_layout_xtr_id(mk->layout, etr, at);
	store64(at + LISP_XTR_ID_LEN, loadgen_layout_site_id(loadgen_layout_site(mk->layout, etr)));
	return at + LISP_TRAILER_LEN;
}

uint32_t
loadgen_message_build(const struct loadgen_maker *mk, const struct loadgen_message *m, uint8_t *msg)
{
	const struct loadgen_layout *l = mk->layout;
	uint32_t etr = m->unit % l->n_etrs, site = loadgen_layout_site(l, etr);
	uint32_t first = loadgen_layout_first(l, etr) + m->unit / l->n_etrs * mk->n_records;
	uint32_t n_records = loadgen_unit_records(mk, m->unit);
	uint8_t *at = msg + mk->header_len;
	struct lisp_ip rloc;

	if (m->what & LOADGEN_MOVED)
		loadgen_layout_other_rloc(l, etr, &rloc);
	else
		loadgen_layout_source(l, etr, &rloc);
	memcpy(msg, mk->header, sizeof(mk->header));
	msg[3] = (uint8_t)n_records;
	store64(msg + 4, m->nonce);
	for (uint32_t i = 0; i < n_records; i++)
		at = put_record(mk, site, first + i, &rloc, m->what, at);
	if (mk->trailer)
		at = put_trailer(mk, etr, at);
	return (uint32_t)(at - msg);
}

enum loadgen_difference
loadgen_message_compare(const struct loadgen_maker *mk, const struct loadgen_message *m,
		const uint8_t *notify, uint32_t len)
{
	uint8_t sent[LOADGEN_MESSAGE_MAX + LOADGEN_RECORD_MAX];
	uint32_t sent_len = loadgen_message_build(mk, m, sent);
	uint32_t trailer_len = mk->trailer ? LISP_TRAILER_LEN : 0;
	uint32_t records_end = sent_len - trailer_len;

	/* Word 0 of the answer: type 4, nothing reserved set, the I bit at its own place. */
	sent[0] = LISP_MAP_NOTIFY << 4;
	sent[1] = sent[2] = 0;
	if (len < mk->header_len || (notify[0] & ~NOTIFY_I) != sent[0] ||
			memcmp(notify + 1, sent + 1, LISP_AUTH_HEADER_LEN - 1) != 0)
		return LOADGEN_OTHER_HEADER;
	if (len < records_end ||
			memcmp(notify + mk->header_len, sent + mk->header_len,
					records_end - mk->header_len) != 0)
		return LOADGEN_OTHER_RECORDS;
	if (len != sent_len || ((notify[0] & NOTIFY_I) != 0) != mk->trailer ||
			memcmp(notify + records_end, sent + records_end, trailer_len) != 0)
		return LOADGEN_OTHER_TRAILER;
	return LOADGEN_SAME;
}
