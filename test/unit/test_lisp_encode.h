/* SPDX-License-Identifier: BSD-3-Clause */

/* Addresses of the protocol vectors, in JSON, to octets on the wire. */

#pragma once

#include "lisp_text.h"
#include "test_lisp_json.h"

static void encode_addr(struct lisp_writer *w, const json_t *a);

static void
encode_hex(struct lisp_writer *w, const char *hex)
{
	struct octets o = octets_from_hex(hex);

	lisp_write_octets(w, o.p, o.len);
	free(o.p);
}

static void
encode_mac(struct lisp_writer *w, const char *text)
{
	for (; *text != '\0'; text += text[2] == ':' ? 3 : 2)
		lisp_write_u8(w, (uint8_t)strtoul(text, NULL, 16));
}

static void
encode_ip(struct lisp_writer *w, const char *text)
{
	struct lisp_ip ip;

	CU_ASSERT_EQUAL(lisp_ip_from_text(text, &ip), 0);
	lisp_write_octets(w, ip.octets, ip.family == 4 ? 4 : 16);
}

/* Lists: each entry is an address behind octets of its own. */
static void
encode_entries(struct lisp_writer *w, const json_t *a, unsigned int type)
{
	const char *list = type == LISP_LCAF_ELP ? "hops"
			: type == LISP_LCAF_RLE  ? "entries"
						 : "list";
	json_t *entries = json_object_get(a, list);
	json_t *e;
	size_t i;

	json_array_foreach(entries, i, e) {
		if (type == LISP_LCAF_ELP) {
			lisp_write_u16(w, (uint16_t)number_of(e, "flags"));
			encode_addr(w, json_object_get(e, "hop"));
		} else if (type == LISP_LCAF_RLE) {
			lisp_write_u32(w, (uint32_t)number_of(e, "level"));
			encode_addr(w, json_object_get(e, "rtr"));
		} else {
			encode_addr(w, e);
		}
	}
}

static void
encode_security(struct lisp_writer *w, const json_t *a)
{
	json_t *keys = json_object_get(a, "keys");
	json_t *key;
	size_t i;

	lisp_write_u16(w, (uint16_t)(json_array_size(keys) << 8));
	lisp_write_u8(w, (uint8_t)number_of(a, "algorithm"));
	lisp_write_u8(w, (uint8_t)number_of(a, "revoke"));
	json_array_foreach(keys, i, key) {
		lisp_write_u16(w, (uint16_t)(json_string_length(key) / 2));
		encode_hex(w, json_string_value(key));
	}
}

/* Multicast info and source/dest, the mask lengths on. */
static void
encode_pair(struct lisp_writer *w, const json_t *a, const char *second, const char *second_mask)
{
	lisp_write_u16(w, 0);
	lisp_write_u8(w, (uint8_t)number_of(a, "src_mask_len"));
	lisp_write_u8(w, (uint8_t)number_of(a, second_mask));
	encode_addr(w, json_object_get(a, "src"));
	encode_addr(w, json_object_get(a, second));
}

static void
encode_body(struct lisp_writer *w, const json_t *a, unsigned int type)
{
	switch (type) {
	case LISP_LCAF_IID:
		lisp_write_u32(w, (uint32_t)number_of(a, "iid"));
		break;
	case LISP_LCAF_ASN:
		lisp_write_u32(w, (uint32_t)number_of(a, "asn"));
		break;
	case LISP_LCAF_GEO:
		encode_hex(w, text_of(a, "geo"));
		break;
	case LISP_LCAF_SECURITY:
		encode_security(w, a);
		break;
	case LISP_LCAF_MCAST:
		lisp_write_u32(w, (uint32_t)number_of(a, "iid"));
		encode_pair(w, a, "grp", "grp_mask_len");
		break;
	case LISP_LCAF_SRC_DST:
		encode_pair(w, a, "dst", "dst_mask_len");
		break;
	default:
		encode_entries(w, a, type);
		encode_hex(w, text_of(a, "body"));
	}
	if (json_object_get(a, "inner") != NULL)
		encode_addr(w, json_object_get(a, "inner"));
}

static void
encode_lcaf(struct lisp_writer *w, const json_t *a)
{
	uint8_t type = (uint8_t)number_of(a, "type");
	uint8_t *len;
	size_t n;

	lisp_write_u16(w, 0);
	lisp_write_u8(w, type);
	lisp_write_u8(w, (uint8_t)number_of(a, "iid_mask_len"));
	len = lisp_write_space(w, 2);
	encode_body(w, a, type);
	n = (size_t)(w->pos - len) - 2;
	len[0] = (uint8_t)(n >> 8);
	len[1] = (uint8_t)n;
}

static void
encode_addr(struct lisp_writer *w, const json_t *a)
{
	uint16_t afi = (uint16_t)number_of(a, "afi");

	lisp_write_u16(w, afi);
	if (afi == LISP_AFI_IPV4 || afi == LISP_AFI_IPV6)
		encode_ip(w, text_of(a, "ip"));
	else if (afi == LISP_AFI_LCAF)
		encode_lcaf(w, a);
	else if (afi == LISP_AFI_NAME)
		lisp_write_octets(w, text_of(a, "name"), strlen(text_of(a, "name")) + 1);
	else if (afi != LISP_AFI_NONE)
		encode_mac(w, text_of(a, "mac"));
}
