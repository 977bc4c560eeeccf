/* SPDX-License-Identifier: BSD-3-Clause */

/* registrations: what is registered, by EID-prefix and, on each, by registrant. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "control_api.h"
#include "lisp_register.h"
#include "lisp_text.h"

/* Between two calls the place is known by keys alone. */
struct cursor {
	struct lisp_eid eid; /* being told; or told last, when registrant is none */
	uint32_t registrant; /* least one on it that may come next; _NONE: no more */
	bool one;            /* this EID-prefix only */
	bool begun;          /* eid is set */
};

/* ---- the argument eid ---- */

static int
read_address(const char *text, struct lisp_eid *eid)
{
	char prefix[128];
	struct lisp_ip ip;
	const char *bare = *text == '[' ? strstr(text, "] ") : NULL;

	bare = bare == NULL ? text : bare + 2;
	if (lisp_ip_from_text(bare, &ip) < 0)
		return -EINVAL;
	snprintf(prefix, sizeof(prefix), "%s/%u", text, ip.family == 4 ? 32 : 128);
	return lisp_eid_from_text(prefix, eid);
}

static int
refuse_eid(struct ctl_call *call, int err)
{
	snprintf(call->why, sizeof(call->why), "%s",
			err == -ERANGE ? "the EID has bits behind its mask, or too long a mask"
				       : "that is no EID: 10.1.0.0/16, 10.1.2.3, [100] 2001:db8::/32, "
					 "02:00:5e:10:00:01, \"name\"");
	return -EINVAL;
}

static int
find_eid(struct ctl_call *call, const struct control *c, const char *text, struct cursor *at)
{
	struct mapdb_view v;
	struct lisp_eid eid;
	int ret = lisp_eid_from_text(text, &eid);

	if (ret == -EINVAL)
		ret = read_address(text, &eid);
	if (ret < 0)
		return refuse_eid(call, ret);
	at->one = at->begun = true;
	if (!mapdb_lookup_longest(c->p.mapdb, &eid, &v))
		return 0; /* nothing: no rows */
	at->eid = v.eid;
	at->registrant = 0;
	return 0;
}

int
control_api_registrations_open(struct ctl_call *call, void *arg)
{
	const struct assoc_site *site;
	const char *eid;
	struct cursor *at;
	int ret = control_api_site_arg(call, arg, "site", &site);

	if (ret == 0)
		ret = control_api_text_arg(call, "eid", &eid);
	if (ret < 0)
		return ret;
	at = calloc(1, sizeof(*at));
	if (at == NULL)
		return -ENOMEM;
	at->registrant = MAPDB_REGISTRANT_NONE;
	if (eid != NULL)
		ret = find_eid(call, arg, eid, at);
	if (ret < 0)
		free(at);
	else
		call->state = at;
	return ret;
}

void
control_api_registrations_close(struct ctl_call *call, void *arg __rte_unused)
{
	free(call->state);
}

/* ---- a row ---- */

/* An RLOC that is no IP address: what it is. */
static json_t *
other_rloc_json(const struct lisp_addr *a)
{
	struct lisp_cursor c = lisp_cursor_over(a->start, a->len);
	struct lisp_eid eid;

	if (a->afi == LISP_AFI_LCAF)
		return json_string(lisp_lcaf_to_text(a->lcaf_type));
	if (lisp_eid_read(&c, 48, &eid) == LISP_OK)
		return control_api_eid(&eid);
	return json_sprintf("AFI %u", a->afi);
}

static json_t *
locator_json(const struct lisp_locator *l)
{
	const struct lisp_ip *ip = &l->rloc.ip;

	/* clang-format off */
	return json_pack("{s:o, s:i, s:i, s:i, s:i, s:b, s:b}",
			"rloc", ip->family != 0 ? control_api_ip(ip) : other_rloc_json(&l->rloc),
			"priority", l->priority,
			"weight", l->weight,
			"m_priority", l->m_priority,
			"m_weight", l->m_weight,
			"local", (l->flags & LISP_LOC_L) != 0,
			"reachable", (l->flags & LISP_LOC_R) != 0);
	/* clang-format on */
}

static json_t *
locators_json(const struct mapdb_view *v)
{
	struct lisp_cursor c = lisp_cursor_over(v->locators, v->locators_len);
	json_t *list = json_array();
	struct lisp_locator l;

	for (unsigned int i = 0; i < v->n_locators && lisp_locator_read(&c, &l) == LISP_OK; i++)
		json_array_append_new(list, locator_json(&l));
	return list;
}

static json_t *
flags_json(uint32_t flags)
{
	json_t *list = json_array();

	if (flags & LISP_REG_P)
		json_array_append_new(list, json_string("proxy"));
	if (flags & LISP_REG_S)
		json_array_append_new(list, json_string("security"));
	return list;
}

static json_t *
row_json(const struct control *c, const struct mapdb_view *v, bool newest)
{
	const struct assoc *a = assoc_by_number(c->p.assoc, v->registrant);
	const struct assoc_key *key = a == NULL ? NULL : assoc_key_by_number(c->p.assoc, a->id.key);
	const struct assoc_site *site = assoc_site_by_number(assoc_sites_get(c->p.assoc), v->site);
	uint64_t now = base_clock_ns(), left = v->expires_ns > now ? v->expires_ns - now : 0;

	/* clang-format off */
	return json_pack("{s:o, s:I, s:s?, s:o, s:o, s:I, s:o, s:i, s:o, s:o, s:b}",
			"eid", control_api_eid(&v->eid),
			"iid", (json_int_t)v->eid.iid,
			"site", site == NULL ? NULL : site->name,
			"key_id", key == NULL ? json_null() : json_integer(key->key_id),
			"xtr_id", a == NULL ? json_null() : control_api_xtr_id(&a->id),
			"ttl_min", (json_int_t)v->ttl_min,
			"expires_in_s", control_api_seconds(left),
			"version", v->version,
			"flags", flags_json(v->flags),
			"locators", locators_json(v),
			"newest", newest);
	/* clang-format on */
}

/* ---- the walk ---- */

/* The next mapping there is. @return false when it is at the end, or this EID-prefix is. */
static bool
step(const struct mapdb *db, struct cursor *at, struct mapdb_view *v, bool *newest)
{
	if (at->registrant == MAPDB_REGISTRANT_NONE)
		return false;
	if (!mapdb_lookup_from(db, &at->eid, at->registrant, v, newest)) {
		at->registrant = MAPDB_REGISTRANT_NONE;
		return false;
	}
	at->registrant = v->registrant + 1;
	return true;
}

/* To the EID-prefix behind. @return false when there is none. */
static bool
step_eid(const struct mapdb *db, struct cursor *at)
{
	struct mapdb_view v;

	if (at->one || !mapdb_next(db, at->begun ? &at->eid : NULL, &v))
		return false;
	at->eid = v.eid;
	at->registrant = 0;
	at->begun = true;
	return true;
}

int
control_api_registrations_next(struct ctl_call *call, void *arg, json_t **item)
{
	const struct control *c = arg;
	struct cursor *at = call->state;
	const struct assoc_site *site;
	int ret = control_api_site_arg(call, c, "site", &site);

	for (unsigned int n = 0; ret == 0 && n < CONTROL_API_LOOKS; n++) {
		struct mapdb_view v;
		bool newest;

		if (!step(c->p.mapdb, at, &v, &newest)) {
			if (!step_eid(c->p.mapdb, at))
				return 0;
			continue;
		}
		if (site != NULL && v.site != site->number)
			continue;
		*item = row_json(c, &v, newest);
		return *item == NULL ? -ENOMEM : 1;
	}
	return ret < 0 ? ret : -EAGAIN;
}
