/* SPDX-License-Identifier: BSD-3-Clause */

#include "harness_json.h"

#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "lisp_text.h"

struct harness_octets
harness_json_hex(const json_t *o, const char *name)
{
	const char *hex = harness_json_text(o, name);
	struct harness_octets out = { .len = strlen(hex) / 2 };

	if (out.len == 0)
		return out;
	out.p = malloc(out.len);
	if (out.p == NULL)
		harness_fail(name, "no memory");
	for (size_t i = 0; i < out.len; i++) {
		const char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		out.p[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return out;
}

uint64_t
harness_json_u64(const json_t *o, const char *name)
{
	return strtoull(harness_json_text(o, name), NULL, 16);
}

const char *
harness_json_text(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text == NULL ? "" : text;
}

static uint32_t
number(const json_t *o, const char *name)
{
	return (uint32_t)json_integer_value(json_object_get(o, name));
}

static void write_addr(struct lisp_writer *w, const json_t *a);

static void
write_ip(struct lisp_writer *w, const char *text)
{
	struct lisp_ip ip;

	if (lisp_ip_from_text(text, &ip) < 0)
		harness_fail("address", text);
	lisp_write_octets(w, ip.octets, ip.family == 4 ? 4 : 16);
}

static void
write_mac(struct lisp_writer *w, const char *text)
{
	char *end;

	for (unsigned int i = 0; i < 6; i++, text = end + 1)
		lisp_write_u8(w, (uint8_t)strtoul(text, &end, 16));
}

/* Multicast info and source/dest: mask lengths, then the two addresses. */
static void
write_pair(struct lisp_writer *w, const json_t *a, const char *mask, const char *second)
{
	lisp_write_u16(w, 0);
	lisp_write_u8(w, (uint8_t)number(a, "src_mask_len"));
	lisp_write_u8(w, (uint8_t)number(a, mask));
	write_addr(w, json_object_get(a, "src"));
	write_addr(w, json_object_get(a, second));
}

static void
write_lcaf_body(struct lisp_writer *w, const json_t *a, uint32_t type)
{
	const json_t *entry;
	size_t i;

	switch (type) {
	case LISP_LCAF_AFI_LIST:
		json_array_foreach(json_object_get(a, "list"), i, entry)
			write_addr(w, entry);
		return;
	case LISP_LCAF_IID:
		lisp_write_u32(w, number(a, "iid"));
		write_addr(w, json_object_get(a, "inner"));
		return;
	case LISP_LCAF_MCAST:
		lisp_write_u32(w, number(a, "iid"));
		write_pair(w, a, "grp_mask_len", "grp");
		return;
	case LISP_LCAF_SRC_DST:
		write_pair(w, a, "dst_mask_len", "dst");
		return;
	default:
		harness_fail("EID", "an LCAF type this runner does not know");
	}
}

static void
write_lcaf(struct lisp_writer *w, const json_t *a)
{
	uint32_t type = number(a, "type");
	uint8_t *len;

	lisp_write_u16(w, 0);
	lisp_write_u8(w, (uint8_t)type);
	lisp_write_u8(w, (uint8_t)number(a, "iid_mask_len"));
	len = lisp_write_space(w, 2);
	write_lcaf_body(w, a, type);
	if (w->failed)
		return;
	len[0] = (uint8_t)((w->pos - len - 2) >> 8);
	len[1] = (uint8_t)(w->pos - len - 2);
}

static void
write_addr(struct lisp_writer *w, const json_t *a)
{
	uint32_t afi = number(a, "afi");
	const char *name;

	lisp_write_u16(w, (uint16_t)afi);
	switch (afi) {
	case LISP_AFI_NONE:
		return;
	case LISP_AFI_IPV4:
	case LISP_AFI_IPV6:
		write_ip(w, harness_json_text(a, "ip"));
		return;
	case LISP_AFI_802:
	case LISP_AFI_MAC48:
		write_mac(w, harness_json_text(a, "mac"));
		return;
	case LISP_AFI_NAME:
		name = harness_json_text(a, "name");
		lisp_write_octets(w, name, strlen(name) + 1);
		return;
	case LISP_AFI_LCAF:
		write_lcaf(w, a);
		return;
	default:
		harness_fail("EID", "an AFI this runner does not know");
	}
}

/* Around an EID of another Instance ID than 0: the instance-id LCAF. */
static void
write_iid(struct lisp_writer *w, uint32_t iid, const json_t *addr)
{
	json_t *lcaf = json_pack("{s:i, s:i, s:I, s:O}", "afi", LISP_AFI_LCAF, "type",
			LISP_LCAF_IID, "iid", (json_int_t)iid, "inner", (json_t *)(uintptr_t)addr);

	write_addr(w, lcaf);
	json_decref(lcaf);
}

void
harness_json_eid(const json_t *addr, uint32_t iid, uint8_t mask_len, struct lisp_eid *eid)
{
	uint8_t buf[1024];
	struct lisp_writer w = { .pos = buf, .end = buf + sizeof(buf) };
	struct lisp_cursor c;
	enum lisp_err err;

	if (iid != 0)
		write_iid(&w, iid, addr);
	else
		write_addr(&w, addr);
	c = lisp_cursor_over(buf, (size_t)(w.pos - buf));
	err = lisp_eid_read(&c, mask_len, eid);
	if (w.failed || err != LISP_OK || lisp_left(&c) != 0)
		harness_fail("EID", lisp_err_text(err));
}

void
harness_json_prefix(const char *text, uint32_t iid, struct lisp_eid *eid)
{
	char host[80];

	if (text == NULL)
		harness_fail("EID-prefix", "no text");
	snprintf(host, sizeof(host), "%s/%d", text, strchr(text, ':') != NULL ? 128 : 32);
	if (lisp_eid_from_text(strchr(text, '/') != NULL ? text : host, eid) < 0)
		harness_fail("EID-prefix", text);
	eid->iid = iid;
}
