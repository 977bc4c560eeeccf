/* SPDX-License-Identifier: BSD-3-Clause */

/* Values as docs/control-api.md writes them. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control_api.h"
#include "lisp_text.h"

#define MS_PER_DAY   (24u * 3600 * 1000)
#define EID_TEXT_MAX (4 * LISP_EID_OCTETS_MAX + 64) /* each octet of a name as \xNN */

json_t *
control_api_seconds(uint64_t ns)
{
	return json_real((double)(ns / BASE_NS_PER_MS) / 1e3);
}

/* A worker may have written a time that is a little ahead of ours. */
static uint64_t
age_ns(uint64_t when_ns)
{
	uint64_t now = base_clock_ns();

	return now > when_ns ? now - when_ns : 0;
}

json_t *
control_api_ago(uint64_t when_ns)
{
	return when_ns == 0 ? json_null() : control_api_seconds(age_ns(when_ns));
}

static char *
wall_to_text(uint64_t wall_ms, bool date_only, char buf[32])
{
	time_t t = (time_t)(wall_ms / 1000);
	size_t len = 0;
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		len = date_only ? strftime(buf, 32, "%Y-%m-%d", &tm)
				: strftime(buf, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf[len] = '\0';
	return buf;
}

json_t *
control_api_when(uint64_t when_ns)
{
	uint64_t wall_ms = base_clock_wall_ms() - age_ns(when_ns) / BASE_NS_PER_MS;
	char buf[32];

	return when_ns == 0 ? json_null() : json_string(wall_to_text(wall_ms, false, buf));
}

char *
control_api_date_to_text(uint64_t wall_ms, char buf[32])
{
	return wall_to_text(wall_ms, wall_ms % MS_PER_DAY == 0, buf);
}

json_t *
control_api_date(uint64_t wall_ms)
{
	char buf[32];

	return wall_ms == 0 ? json_null() : json_string(control_api_date_to_text(wall_ms, buf));
}

json_t *
control_api_hex64(uint64_t value)
{
	return json_sprintf("%016" PRIx64, value);
}

json_t *
control_api_xtr_id(const struct assoc_id *id)
{
	char buf[2 * LISP_XTR_ID_LEN + 1];

	return id->has_xtr_id == 0 ? json_null()
				   : json_string(lisp_xtr_id_to_text(id->xtr_id, buf, sizeof(buf)));
}

json_t *
control_api_ip(const struct lisp_ip *ip)
{
	char buf[LISP_IP_TEXT_MAX];

	return ip->family == 0 ? json_null() : json_string(lisp_ip_to_text(ip, buf, sizeof(buf)));
}

json_t *
control_api_eid(const struct lisp_eid *eid)
{
	struct lisp_eid bare = *eid;
	char buf[EID_TEXT_MAX];

	bare.iid = 0;
	return json_string(lisp_eid_to_text(&bare, buf, sizeof(buf)));
}

json_t *
control_api_text(const char *text)
{
	json_t *json = json_string(text);
	char *copy = json == NULL ? strdup(text) : NULL;

	if (copy == NULL)
		return json;
	for (char *p = copy; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

char *
control_api_source_to_text(const struct assoc_source *s, char buf[LISP_IP_TEXT_MAX + 4])
{
	char ip[LISP_IP_TEXT_MAX];

	snprintf(buf, LISP_IP_TEXT_MAX + 4, "%s/%u", lisp_ip_to_text(&s->ip, ip, sizeof(ip)),
			s->mask_len);
	return buf;
}

const char *
control_api_policy_word(uint8_t policy)
{
	static const char *const words[] = {
		[ASSOC_STRICT] = "strict",
		[ASSOC_RECENT] = "recent",
		[ASSOC_OFF] = "off",
	};

	return policy < RTE_DIM(words) ? words[policy] : "changing";
}

bool
control_api_list_add(json_t *list, json_t *element, size_t *octets)
{
	size_t len = json_dumpb(element, NULL, 0, JSON_COMPACT);

	if (element == NULL || json_array_size(list) >= CONTROL_API_LIST_MAX ||
			*octets + len > CONTROL_API_LIST_TEXT) {
		json_decref(element);
		return false;
	}
	*octets += len;
	return json_array_append_new(list, element) == 0;
}
