/* SPDX-License-Identifier: BSD-3-Clause */

#include <arpa/inet.h>
#include <errno.h>

#include "lisp_priv.h"
#include "lisp_text.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Two hex digits, or -1. */
static int
hex_octet(const char *text)
{
	int high = hex_digit(text[0]);
	int low = high < 0 ? -1 : hex_digit(text[1]);

	return low < 0 ? -1 : high << 4 | low;
}

/* n octets as hex digits and nothing behind them. */
static int
read_hex(const char *text, uint8_t *octets, size_t n)
{
	for (size_t i = 0; i < n; i++, text += 2) {
		int v = hex_octet(text);

		if (v < 0)
			return -EINVAL;
		octets[i] = (uint8_t)v;
	}
	return *text == '\0' ? 0 : -EINVAL;
}

/* A decimal number; returns where it ends, NULL when there is none or it is above max. */
static const char *
read_decimal(const char *text, uint32_t max, uint32_t *value)
{
	uint64_t v = 0;

	if (*text < '0' || *text > '9')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++) {
		v = v * 10 + (uint64_t)(*text - '0');
		if (v > max)
			return NULL;
	}
	*value = (uint32_t)v;
	return text;
}

static int
ip_from_octets(const char *text, size_t len, struct lisp_ip *ip)
{
	char addr[INET6_ADDRSTRLEN];

	if (len >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, len);
	addr[len] = '\0';
	*ip = (struct lisp_ip){ .family = 4 };
	if (inet_pton(AF_INET, addr, ip->octets) == 1)
		return 0;
	*ip = (struct lisp_ip){ .family = 6 };
	return inet_pton(AF_INET6, addr, ip->octets) == 1 ? 0 : -EINVAL;
}

static int
read_ip_prefix(const char *text, const char *slash, struct lisp_eid *eid)
{
	struct lisp_ip ip;
	uint32_t mask_len;
	const char *end = read_decimal(slash + 1, UINT32_MAX, &mask_len);

	if (end == NULL || *end != '\0' || ip_from_octets(text, (size_t)(slash - text), &ip) < 0)
		return -EINVAL;
	if (mask_len > (ip.family == 4 ? 32 : 128))
		return -ERANGE;
	if (ip.family == 4)
		lisp_eid_set_ipv4(eid, ip.octets, (uint8_t)mask_len);
	else
		lisp_eid_set_ipv6(eid, ip.octets, (uint8_t)mask_len);
	return memcmp(eid->octets, ip.octets, 16) == 0 ? 0 : -ERANGE;
}

static int
read_mac(const char *text, struct lisp_eid *eid)
{
	eid->kind = LISP_EID_MAC;
	eid->mask_len = 48;
	eid->len = 6;
	for (unsigned int i = 0; i < 6; i++, text += 3) {
		int v = hex_octet(text);

		if (v < 0 || text[2] != (i < 5 ? ':' : '\0'))
			return -EINVAL;
		eid->octets[i] = (uint8_t)v;
	}
	return 0;
}

/* One octet of a name, plain or \xNN; returns the characters it took, 0 when it is neither. */
static unsigned int
read_name_octet(const char *text, uint8_t *octet)
{
	int v;

	*octet = (uint8_t)*text;
	if (*text != '\\')
		return *text == '\0' ? 0 : 1;
	v = text[1] == 'x' ? hex_octet(text + 2) : -1;
	*octet = (uint8_t)v;
	return v <= 0 ? 0 : 4;
}

/* text is behind the opening quote. */
static int
read_name(const char *text, struct lisp_eid *eid)
{
	unsigned int n;

	eid->kind = LISP_EID_NAME;
	eid->mask_len = 0;
	eid->len = 0;
	for (; *text != '"'; text += n) {
		n = read_name_octet(text, &eid->octets[eid->len]);
		if (n == 0 || ++eid->len == LISP_EID_OCTETS_MAX)
			return -EINVAL;
	}
	eid->octets[eid->len++] = 0;
	return text[1] == '\0' ? 0 : -EINVAL;
}

int
lisp_eid_from_text(const char *text, struct lisp_eid *eid)
{
	const char *slash;

	eid->iid = 0;
	memset(eid->octets, 0, 16);
	if (*text == '[') {
		text = read_decimal(text + 1, UINT32_MAX, &eid->iid);
		if (text == NULL || text[0] != ']' || text[1] != ' ')
			return -EINVAL;
		text += 2;
	}
	if (*text == '"')
		return read_name(text + 1, eid);
	slash = strchr(text, '/');
	return slash == NULL ? read_mac(text, eid) : read_ip_prefix(text, slash, eid);
}

int
lisp_ip_from_text(const char *text, struct lisp_ip *ip)
{
	return ip_from_octets(text, strlen(text), ip);
}

int
lisp_xtr_id_from_text(const char *text, uint8_t xtr_id[LISP_XTR_ID_LEN])
{
	uint8_t octets[LISP_XTR_ID_LEN];

	if (read_hex(text, octets, sizeof(octets)) < 0)
		return -EINVAL;
	memcpy(xtr_id, octets, sizeof(octets));
	return 0;
}

int
lisp_site_id_from_text(const char *text, uint64_t *site_id)
{
	uint8_t octets[LISP_SITE_ID_LEN];

	if (read_hex(text, octets, sizeof(octets)) < 0)
		return -EINVAL;
	*site_id = lisp_load_u64(octets);
	return 0;
}
