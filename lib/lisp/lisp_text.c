/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_text.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

#include "lisp_priv.h"

/* Text that grows until its buffer is full; always NUL-terminated when size is not 0. */
struct text {
	char *buf;
	size_t size;
	size_t len;
};

/* Addresses nest in each other; what an EID holds is at most 248 octets, and a level costs 8. */
static void put_addr(struct text *t, struct lisp_cursor *c, const uint8_t *mask_len);

__attribute__((format(printf, 2, 3))) static void
put(struct text *t, const char *fmt, ...)
{
	size_t room = t->size - t->len;
	va_list ap;
	int n;

	if (room == 0)
		return;
	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->len, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void
put_ip(struct text *t, int family, const uint8_t *octets)
{
	char ip[INET6_ADDRSTRLEN];

	put(t, "%s", inet_ntop(family, octets, ip, sizeof(ip)));
}

static void
put_mac(struct text *t, const uint8_t *o)
{
	put(t, "%02x:%02x:%02x:%02x:%02x:%02x", o[0], o[1], o[2], o[3], o[4], o[5]);
}

/* len counts the NUL, which is not shown. */
static void
put_name(struct text *t, const uint8_t *name, size_t len)
{
	put(t, "\"");
	for (size_t i = 0; i + 1 < len; i++) {
		if (name[i] < 0x20 || name[i] > 0x7e || name[i] == '"' || name[i] == '\\')
			put(t, "\\x%02x", name[i]);
		else
			put(t, "%c", name[i]);
	}
	put(t, "\"");
}

static void
put_list(struct text *t, struct lisp_cursor *c)
{
	put(t, "{");
	for (const char *between = ""; lisp_left(c) > 0 && !c->failed; between = ", ") {
		put(t, "%s", between);
		put_addr(t, c, NULL);
	}
	put(t, "}");
}

static void
put_multicast(struct text *t, struct lisp_cursor *c)
{
	uint32_t iid = lisp_read_u32(c);
	const uint8_t *p = lisp_read_octets(c, 4);

	if (p == NULL)
		return;
	if (iid != 0)
		put(t, "[%u] ", iid);
	put(t, "(");
	put_addr(t, c, p + 2);
	put(t, ", ");
	put_addr(t, c, p + 3);
	put(t, ")");
}

static void
put_source_dest(struct text *t, struct lisp_cursor *c)
{
	const uint8_t *p = lisp_read_octets(c, 4);

	if (p == NULL)
		return;
	put_addr(t, c, p + 2);
	put(t, " -> ");
	put_addr(t, c, p + 3);
}

/* c is behind the AFI. */
static void
put_lcaf(struct text *t, struct lisp_cursor *c, const uint8_t *mask_len)
{
	const uint8_t *header = lisp_read_octets(c, LISP_LCAF_HEADER_LEN - 2);
	const uint8_t *body =
			header == NULL ? NULL : lisp_read_octets(c, lisp_load_u16(header + 4));
	struct lisp_cursor window;

	if (body == NULL)
		return;
	window = lisp_cursor_over(body, lisp_load_u16(header + 4));
	switch (header[2]) {
	case LISP_LCAF_AFI_LIST:
		put_list(t, &window);
		break;
	case LISP_LCAF_IID:
		put(t, "[%u] ", lisp_read_u32(&window));
		put_addr(t, &window, mask_len);
		break;
	case LISP_LCAF_ASN:
		put(t, "AS%u ", lisp_read_u32(&window));
		put_addr(t, &window, NULL);
		break;
	case LISP_LCAF_MCAST:
		put_multicast(t, &window);
		break;
	case LISP_LCAF_SRC_DST:
		put_source_dest(t, &window);
		break;
	default:
		put(t, "LCAF %u", header[2]);
	}
}

static void
put_plain(struct text *t, struct lisp_cursor *c, uint16_t afi, const uint8_t *mask_len)
{
	const uint8_t *p = lisp_read_octets(c,
			afi == LISP_AFI_IPV4                   ? 4
					: afi == LISP_AFI_IPV6 ? 16
							       : 6);

	if (p == NULL)
		return;
	if (afi == LISP_AFI_IPV4)
		put_ip(t, AF_INET, p);
	else if (afi == LISP_AFI_IPV6)
		put_ip(t, AF_INET6, p);
	else
		put_mac(t, p);
	if (mask_len != NULL)
		put(t, "/%u", *mask_len);
}

static void
put_addr(struct text *t, struct lisp_cursor *c, const uint8_t *mask_len)
{
	uint16_t afi = lisp_read_u16(c);
	const uint8_t *name = c->pos;

	switch (afi) {
	case LISP_AFI_IPV4:
	case LISP_AFI_IPV6:
	case LISP_AFI_802:
	case LISP_AFI_MAC48:
		put_plain(t, c, afi, mask_len);
		break;
	case LISP_AFI_NAME:
		while (lisp_read_u8(c) != 0)
			;
		put_name(t, name, (size_t)(c->pos - name));
		break;
	case LISP_AFI_LCAF:
		put_lcaf(t, c, mask_len);
		break;
	default:
		put(t, "none");
	}
}

char *
lisp_eid_to_text(const struct lisp_eid *eid, char *buf, size_t size)
{
	struct text t = { .buf = buf, .size = size };
	struct lisp_cursor c = lisp_cursor_over(eid->octets, eid->len);

	put(&t, "%s", "");
	if (eid->iid != 0)
		put(&t, "[%u] ", eid->iid);
	switch (eid->kind) {
	case LISP_EID_IPV4:
	case LISP_EID_IPV6:
		put_ip(&t, eid->kind == LISP_EID_IPV4 ? AF_INET : AF_INET6, eid->octets);
		put(&t, "/%u", eid->mask_len);
		break;
	case LISP_EID_MAC:
		put_mac(&t, eid->octets);
		break;
	case LISP_EID_NAME:
		put_name(&t, eid->octets, eid->len);
		break;
	case LISP_EID_LCAF:
		put_addr(&t, &c, NULL);
		break;
	default:
		put(&t, "none");
	}
	return buf;
}

char *
lisp_ip_to_text(const struct lisp_ip *ip, char *buf, size_t size)
{
	struct text t = { .buf = buf, .size = size };

	if (ip->family == 4)
		put_ip(&t, AF_INET, ip->octets);
	else if (ip->family == 6)
		put_ip(&t, AF_INET6, ip->octets);
	else
		put(&t, "none");
	return buf;
}

char *
lisp_xtr_id_to_text(const uint8_t xtr_id[LISP_XTR_ID_LEN], char *buf, size_t size)
{
	struct text t = { .buf = buf, .size = size };

	for (unsigned int i = 0; i < LISP_XTR_ID_LEN; i++)
		put(&t, "%02x", xtr_id[i]);
	return buf;
}

const char *
lisp_type_to_text(unsigned int type)
{
	static const char *const names[16] = {
		[0] = "reserved",
		[LISP_MAP_REQUEST] = "Map-Request",
		[LISP_MAP_REPLY] = "Map-Reply",
		[LISP_MAP_REGISTER] = "Map-Register",
		[LISP_MAP_NOTIFY] = "Map-Notify",
		[LISP_MAP_NOTIFY_ACK] = "Map-Notify-Ack",
		[LISP_MAP_REFERRAL] = "Map-Referral",
		[LISP_INFO] = "Info",
		[LISP_ECM] = "ECM",
		[LISP_SHARED] = "shared extension",
	};

	return type < 16 && names[type] != NULL ? names[type] : "unassigned";
}

const char *
lisp_lcaf_to_text(unsigned int type)
{
	static const char *const names[] = {
		[LISP_LCAF_NULL] = "null body",
		[LISP_LCAF_AFI_LIST] = "AFI list",
		[LISP_LCAF_IID] = "instance ID",
		[LISP_LCAF_ASN] = "AS number",
		[LISP_LCAF_APP_DATA] = "application data",
		[LISP_LCAF_GEO] = "geo coordinates",
		[LISP_LCAF_OPAQUE_KEY] = "opaque key",
		[LISP_LCAF_NAT] = "NAT traversal",
		[LISP_LCAF_NONCE] = "nonce locator",
		[LISP_LCAF_MCAST] = "multicast info",
		[LISP_LCAF_ELP] = "explicit locator path",
		[LISP_LCAF_SECURITY] = "security key",
		[LISP_LCAF_SRC_DST] = "source/dest key",
		[LISP_LCAF_RLE] = "replication list entry",
		[LISP_LCAF_JSON] = "JSON data model",
		[LISP_LCAF_KEY_VALUE] = "key/value address pair",
		[LISP_LCAF_ENCAP] = "encapsulation format",
	};

	if (type == LISP_LCAF_VENDOR)
		return "vendor specific";
	return type < sizeof(names) / sizeof(names[0]) ? names[type] : "LCAF";
}
