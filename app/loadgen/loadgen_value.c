/* SPDX-License-Identifier: BSD-3-Clause */

/* Values of options: from text, to text, compared. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lisp_text.h"
#include "loadgen_options.h"

static int
set_number(const struct loadgen_option *o, const char *text, uint64_t *out, char *why,
		size_t why_size)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(text, &end, 10);
	if (errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' && v >= o->min &&
			v <= o->max) {
		*out = v;
		return 0;
	}
	snprintf(why, why_size, "--%s: \"%s\" is no number from %llu to %llu", o->name, text,
			(unsigned long long)o->min, (unsigned long long)o->max);
	return -EINVAL;
}

static int
set_share(const struct loadgen_option *o, const char *text, uint32_t *out, char *why,
		size_t why_size)
{
	char *end;
	double v = strtod(text, &end);

	if (end != text && *end == '\0' && v >= 0 && v <= (double)o->max) {
		*out = (uint32_t)lround(v * LOADGEN_PPM / 100);
		return 0;
	}
	snprintf(why, why_size, "--%s: \"%s\" is no percentage from 0 to %llu", o->name, text,
			(unsigned long long)o->max);
	return -EINVAL;
}

static int
set_word(const struct loadgen_option *o, const char *text, uint32_t *out, char *why,
		size_t why_size)
{
	for (uint32_t i = 0; o->words[i] != NULL; i++)
		if (strcmp(text, o->words[i]) == 0) {
			*out = i;
			return 0;
		}
	snprintf(why, why_size, "--%s: \"%s\" is none of %s", o->name, text, o->arg);
	return -EINVAL;
}

static int
set_address(const struct loadgen_option *o, const char *text, void *at, char *why, size_t why_size)
{
	uint8_t kind = o->kind == LOADGEN_EID4 ? LISP_EID_IPV4 : LISP_EID_IPV6;
	struct lisp_eid *eid = at;
	bool ok;

	if (o->kind == LOADGEN_IP)
		ok = lisp_ip_from_text(text, at) == 0;
	else
		ok = lisp_eid_from_text(text, eid) == 0 && eid->kind == kind && eid->iid == 0;
	if (ok)
		return 0;
	snprintf(why, why_size, "--%s: \"%s\" is no %s", o->name, text,
			o->kind == LOADGEN_IP                   ? "IP address"
					: kind == LISP_EID_IPV4 ? "IPv4 prefix"
								: "IPv6 prefix");
	return -EINVAL;
}

static int
set_mac(const struct loadgen_option *o, const char *text, struct loadgen_mac *out, char *why,
		size_t why_size)
{
	out->set = strcmp(text, "auto") != 0;
	if (!out->set || rte_ether_unformat_addr(text, &out->mac) == 0)
		return 0;
	snprintf(why, why_size, "--%s: \"%s\" is neither a MAC address nor auto", o->name, text);
	return -EINVAL;
}

int
loadgen_option_set(const struct loadgen_option *o, struct loadgen_args *args, const char *text,
		char *why, size_t why_size)
{
	void *at = (char *)args + o->offset;
	uint64_t number = 0;
	int ret = 0;

	switch (o->kind) {
	case LOADGEN_U32:
		ret = set_number(o, text, &number, why, why_size);
		*(uint32_t *)at = (uint32_t)number;
		return ret;
	case LOADGEN_U64:
		return set_number(o, text, at, why, why_size);
	case LOADGEN_SHARE:
		return set_share(o, text, at, why, why_size);
	case LOADGEN_WORD:
		return set_word(o, text, at, why, why_size);
	case LOADGEN_TEXT:
		*(const char **)at = text;
		return 0;
	case LOADGEN_FLAG:
		*(bool *)at = true;
		return 0;
	case LOADGEN_IP:
	case LOADGEN_EID4:
	case LOADGEN_EID6:
		return set_address(o, text, at, why, why_size);
	case LOADGEN_MAC:
		return set_mac(o, text, at, why, why_size);
	case LOADGEN_GROUP:
		break;
	}
	return -EINVAL;
}

bool
loadgen_option_same(const struct loadgen_option *o, const struct loadgen_args *a,
		const struct loadgen_args *b)
{
	const void *pa = (const char *)a + o->offset, *pb = (const char *)b + o->offset;

	switch (o->kind) {
	case LOADGEN_U32:
	case LOADGEN_SHARE:
	case LOADGEN_WORD:
		return memcmp(pa, pb, sizeof(uint32_t)) == 0;
	case LOADGEN_U64:
		return memcmp(pa, pb, sizeof(uint64_t)) == 0;
	case LOADGEN_IP:
		return lisp_ip_equal(pa, pb);
	case LOADGEN_EID4:
	case LOADGEN_EID6:
		return lisp_eid_equal(pa, pb);
	default:
		return false;
	}
}

void
loadgen_option_to_text(const struct loadgen_option *o, const struct loadgen_args *args, char *buf,
		size_t size)
{
	const void *at = (const char *)args + o->offset;

	switch (o->kind) {
	case LOADGEN_U32:
		snprintf(buf, size, "%u", *(const uint32_t *)at);
		break;
	case LOADGEN_U64:
		snprintf(buf, size, "%llu", (unsigned long long)*(const uint64_t *)at);
		break;
	case LOADGEN_WORD:
		snprintf(buf, size, "%s", o->words[*(const uint32_t *)at]);
		break;
	case LOADGEN_IP:
		lisp_ip_to_text(at, buf, size);
		break;
	case LOADGEN_EID4:
	case LOADGEN_EID6:
		lisp_eid_to_text(at, buf, size);
		break;
	default:
		buf[0] = '\0';
	}
}
