/* SPDX-License-Identifier: BSD-3-Clause */

/* Types of settings that a network program has: dates, addresses, EIDs. */

#include <stdio.h>
#include <string.h>

#include "conf_priv.h"

#define EID_NAME_MAX   240u
#define EID_OCTETS_MAX 248u

static const char *
set_date(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *text = json_string_value(v);

	(void)ctx, (void)row;
	if (text == NULL || !conf_text_to_date(text, at))
		return "expected a date of the form \"2028-01-31\"";
	return NULL;
}

static json_t *
get_date(const struct conf_row *row, const void *at)
{
	int64_t s = *(const int64_t *)at;
	char text[32];

	(void)row;
	if (s == 0)
		return NULL;
	conf_date_to_text(s, text, sizeof(text));
	return json_string(text);
}

static void
schema_date(const struct conf_row *row, json_t *s)
{
	(void)row;
	json_object_set_new(s, "type", json_string("string"));
	json_object_set_new(s, "format", json_string("date"));
}

static const char *
set_mac(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *text = json_string_value(v);
	struct conf_mac mac = { .set = true };

	(void)ctx, (void)row;
	if (text == NULL || !conf_text_to_mac(text, mac.octets) || (mac.octets[0] & 1) != 0)
		return "expected a unicast MAC address such as \"02:00:5e:10:00:01\"";
	*(struct conf_mac *)at = mac;
	return NULL;
}

static json_t *
get_mac(const struct conf_row *row, const void *at)
{
	const struct conf_mac *mac = at;
	const uint8_t *o = mac->octets;

	(void)row;
	return mac->set ? json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", o[0], o[1], o[2], o[3],
					  o[4], o[5])
			: NULL;
}

static void
schema_pattern(json_t *s, const char *pattern)
{
	json_object_set_new(s, "type", json_string("string"));
	json_object_set_new(s, "pattern", json_string(pattern));
}

static void
schema_mac(const struct conf_row *row, json_t *s)
{
	(void)row;
	schema_pattern(s, "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$");
}

static const char *
set_site_id(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *text = json_string_value(v);

	(void)ctx, (void)row;
	if (text == NULL || !conf_text_to_u64(text, at))
		return "expected 16 hexadecimal digits in quotes";
	return NULL;
}

static json_t *
get_site_id(const struct conf_row *row, const void *at)
{
	(void)row;
	return json_sprintf("%016llx", (unsigned long long)*(const uint64_t *)at);
}

static void
schema_site_id(const struct conf_row *row, json_t *s)
{
	(void)row;
	schema_pattern(s, "^[0-9A-Fa-f]{16}$");
	json_object_set_new(s, "default", json_string("0000000000000000"));
}

static const char *
set_address(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *text = json_string_value(v);
	struct conf_ip ip;

	(void)row;
	if (text == NULL || !conf_text_to_ip(text, &ip))
		return "expected an IPv4 or IPv6 address";
	ip.text = conf_keep(ctx, text);
	*(struct conf_ip *)at = ip;
	return NULL;
}

static const char *
set_prefix(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *text = json_string_value(v);
	struct conf_ip ip;
	const char *wrong = conf_text_to_prefix(text != NULL ? text : "", &ip);

	(void)row;
	if (wrong != NULL)
		return wrong;
	ip.text = conf_keep(ctx, text);
	*(struct conf_ip *)at = ip;
	return NULL;
}

static json_t *
get_ip(const struct conf_row *row, const void *at)
{
	const struct conf_ip *ip = at;

	(void)row;
	return ip->text != NULL ? json_string(ip->text) : NULL;
}

static void
schema_address(const struct conf_row *row, json_t *s)
{
	(void)row;
	json_object_set_new(s, "type", json_string("string"));
	json_object_set_new(
			s, "anyOf", json_pack("[{s:s},{s:s}]", "format", "ipv4", "format", "ipv6"));
}

static void
schema_prefix(const struct conf_row *row, json_t *s)
{
	(void)row;
	schema_pattern(s, "^[0-9A-Fa-f:.]+/[0-9]{1,3}$");
}

/* The three ways to write an EID-prefix work on the whole struct: each sets its kind. */

static const char *
set_eid_prefix(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	struct conf_eid_prefix *e = at;
	const char *wrong = set_prefix(ctx, row, v, &e->ip);

	e->forms++;
	e->kind = CONF_EID_IP;
	e->text = e->ip.text;
	return wrong;
}

static json_t *
get_eid_prefix(const struct conf_row *row, const void *at)
{
	const struct conf_eid_prefix *e = at;

	return e->kind == CONF_EID_IP ? get_ip(row, &e->ip) : NULL;
}

static const char *
set_eid_exact(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	struct conf_eid_prefix *e = at;
	const char *text = json_string_value(v);
	uint8_t octets[6];

	(void)row;
	e->forms++;
	if (text != NULL && conf_text_to_mac(text, octets)) {
		e->kind = CONF_EID_MAC;
		e->text = conf_keep(ctx, text);
		return NULL;
	}
	if (text == NULL || strncmp(text, "name:", 5) != 0 || text[5] == '\0' ||
			strlen(text + 5) > EID_NAME_MAX)
		return "expected a MAC address such as \"02:00:5e:10:00:01\", or \"name:\" and a name";
	e->kind = CONF_EID_NAME;
	e->text = conf_keep(ctx, text + 5);
	return NULL;
}

static json_t *
get_eid_exact(const struct conf_row *row, const void *at)
{
	const struct conf_eid_prefix *e = at;

	(void)row;
	if (e->kind == CONF_EID_MAC)
		return json_string(e->text);
	return e->kind == CONF_EID_NAME ? json_sprintf("name:%s", e->text) : NULL;
}

static void
schema_eid_exact(const struct conf_row *row, json_t *s)
{
	(void)row;
	schema_pattern(s, "^([0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}|name:.+)$");
}

static const char *
set_eid_octets(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	static const char lcaf_afi[] = "4003";
	struct conf_eid_prefix *e = at;
	const char *text = json_string_value(v);
	size_t n = text != NULL ? strlen(text) / 2 : 0;
	uint8_t octets[EID_OCTETS_MAX];
	uint8_t *kept;

	(void)row;
	e->forms++;
	if (n <= 2 || n > sizeof(octets) || !conf_text_to_octets(text, octets, n) ||
			strncmp(text, lcaf_afi, 4) != 0)
		return "expected pairs of hexadecimal digits of an LCAF, its AFI 4003 first";
	kept = conf_alloc(ctx, n);
	if (kept != NULL)
		memcpy(kept, octets, n);
	e->kind = CONF_EID_OCTETS;
	e->octets = kept;
	e->n_octets = (uint16_t)n;
	return NULL;
}

static json_t *
get_eid_octets(const struct conf_row *row, const void *at)
{
	const struct conf_eid_prefix *e = at;
	char text[2 * EID_OCTETS_MAX + 1];

	(void)row;
	if (e->kind != CONF_EID_OCTETS)
		return NULL;
	for (unsigned int i = 0; i < e->n_octets; i++)
		snprintf(text + 2 * (size_t)i, 3, "%02x", e->octets[i]);
	return json_string(text);
}

static void
schema_eid_octets(const struct conf_row *row, json_t *s)
{
	(void)row;
	schema_pattern(s, "^4003([0-9A-Fa-f]{2})+$");
}

const struct conf_type_ops *
conf_net_type_ops(enum conf_type type)
{
	static const struct conf_type_ops types[] = {
		[CONF_DATE - CONF_DATE] = { sizeof(int64_t), set_date, get_date, schema_date },
		[CONF_MAC - CONF_DATE] = { sizeof(struct conf_mac), set_mac, get_mac, schema_mac },
		[CONF_SITE_ID - CONF_DATE] = { sizeof(uint64_t), set_site_id, get_site_id,
				schema_site_id },
		[CONF_ADDRESS - CONF_DATE] = { sizeof(struct conf_ip), set_address, get_ip,
				schema_address },
		[CONF_PREFIX - CONF_DATE] = { sizeof(struct conf_ip), set_prefix, get_ip,
				schema_prefix },
		[CONF_AS_PREFIX - CONF_DATE] = { sizeof(struct conf_eid_prefix), set_eid_prefix,
				get_eid_prefix, schema_prefix },
		[CONF_AS_EXACT - CONF_DATE] = { sizeof(struct conf_eid_prefix), set_eid_exact,
				get_eid_exact, schema_eid_exact },
		[CONF_AS_OCTETS - CONF_DATE] = { sizeof(struct conf_eid_prefix), set_eid_octets,
				get_eid_octets, schema_eid_octets },
	};

	return &types[type - CONF_DATE];
}
