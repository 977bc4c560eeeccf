/* SPDX-License-Identifier: BSD-3-Clause */

/* site: one site, and why an ETR of it does not show up. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "control_api.h"

/* Its associations are found by a walk over all there are, in portions; then the item is made. */
struct search {
	uint32_t at; /* next association to look at */
	size_t octets;
	json_t *found;
	bool told;
};

int
control_api_site_open(struct ctl_call *call, void *arg)
{
	const struct assoc_site *site;
	int ret = control_api_site_arg(call, arg, "name", &site);
	struct search *s;

	if (ret < 0)
		return ret;
	if (site == NULL) {
		snprintf(call->why, sizeof(call->why), "the argument \"name\" is missing");
		return -EINVAL;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->found = json_array();
	call->state = s;
	return 0;
}

void
control_api_site_close(struct ctl_call *call, void *arg __rte_unused)
{
	struct search *s = call->state;

	json_decref(s->found);
	free(s);
}

static uint32_t
count_associations(const struct control *c, const struct assoc_site *site)
{
	uint32_t n = 0;

	for (unsigned int k = 0; k < ASSOC_SITE_KEYS; k++)
		if (site->key[k] != NULL)
			n += assoc_key_count(c->p.assoc, site->key[k]->number);
	return n;
}

/* @return the search is over. */
static bool
search_some(const struct control *c, const struct assoc_site *site, struct search *s)
{
	uint32_t wanted = RTE_MIN(count_associations(c, site), (uint32_t)CONTROL_API_LIST_MAX);

	for (unsigned int n = 0; n < CONTROL_API_LOOKS; n++) {
		const struct assoc *a;

		if (json_array_size(s->found) >= wanted)
			return true;
		s->at = assoc_next(c->p.assoc, s->at);
		if (s->at == ASSOC_NONE)
			return true;
		a = assoc_by_number(c->p.assoc, s->at++);
		if (a->site == site->number &&
				!control_api_list_add(s->found, control_api_association(c, a),
						&s->octets))
			return true;
	}
	return false;
}

static json_t *
prefixes_json(const struct assoc_site *site)
{
	json_t *list = json_array();
	size_t octets = 0;

	for (uint32_t i = 0; i < site->n_prefixes; i++) {
		const struct assoc_prefix_params *p = &site->prefixes[i];

		if (!control_api_list_add(list,
				    json_pack("{s:o, s:I, s:b}", "eid", control_api_eid(&p->eid),
						    "iid", (json_int_t)p->eid.iid,
						    "accept_more_specifics", p->more_specifics),
				    &octets))
			break;
	}
	return list;
}

static json_t *
keys_json(const struct control *c, const struct assoc_site *site, unsigned int *n)
{
	json_t *list = json_array();
	size_t octets = 0;
	bool full = false;

	*n = 0;
	for (unsigned int k = 0; k < ASSOC_SITE_KEYS; k++) {
		if (site->key[k] == NULL)
			continue;
		++*n;
		if (!full)
			full = !control_api_list_add(
					list, control_api_key(c, site, site->key[k]), &octets);
	}
	return list;
}

/* What both kinds of event tell. */
static json_t *
event_json(const struct pipeline_seen *s)
{
	/* clang-format off */
	return json_pack("{s:o, s:o, s:o, s:i, s:i, s:o}",
			"when", control_api_when(s->when_ns),
			"ago_s", control_api_ago(s->when_ns),
			"from", control_api_ip(&s->from),
			"from_port", s->from_port,
			"key_id", s->key_id,
			"nonce", control_api_hex64(s->nonce));
	/* clang-format on */
}

static json_t *
success_json(const struct pipeline_seen *s)
{
	return s->when_ns == 0 ? json_null() : event_json(s);
}

static json_t *
failure_json(const struct pipeline_seen *s)
{
	json_t *event, *what;

	if (s->when_ns == 0)
		return json_null();
	event = event_json(s);
	what = json_pack("{s:s, s:s, s:b}", "reason", pipeline_verdict_word(s->verdict), "text",
			pipeline_verdict_text(s->verdict), "authenticated", s->authenticated);
	json_object_update(event, what);
	json_decref(what);
	return event;
}

/* The sites of this table have static keys: others are for the key exchange. */
static json_t *
site_json(const struct control *c, const struct assoc_site *site, json_t *associations)
{
	struct pipeline_seen success, failure;
	unsigned int n_keys;
	json_t *keys = keys_json(c, site, &n_keys);

	control_watch_site_seen(c, site->number, &success, &failure);
	/* clang-format off */
	return json_pack("{s:s, s:o, s:s, s:I, s:s, s:o, s:I, s:o, s:I, s:I, s:O, "
			"s:I, s:o, s:o, s:o}",
			"name", site->name,
			"site_id", control_api_hex64(site->site_id),
			"auth", "static",
			"registration_lifetime_s", (json_int_t)(site->lifetime_ms / 1000),
			"notify_port", site->notify_source ? "source" : "4342",
			"eid_prefixes", prefixes_json(site),
			"n_eid_prefixes", (json_int_t)site->n_prefixes,
			"keys", keys,
			"n_keys", (json_int_t)n_keys,
			"registrations", (json_int_t)mapdb_site_count(c->p.mapdb, site->number),
			"associations", associations,
			"n_associations", (json_int_t)count_associations(c, site),
			"last_success", success_json(&success),
			"last_failure", failure_json(&failure),
			"hints", control_api_hints(c, site, &success, &failure));
	/* clang-format on */
}

int
control_api_site_next(struct ctl_call *call, void *arg, json_t **item)
{
	const struct control *c = arg;
	struct search *s = call->state;
	const struct assoc_site *site;
	int ret;

	if (s->told)
		return 0;
	ret = control_api_site_arg(call, c, "name", &site);
	if (ret < 0)
		return ret;
	if (!search_some(c, site, s))
		return -EAGAIN;
	s->told = true;
	*item = site_json(c, site, s->found);
	return *item == NULL ? -ENOMEM : 1;
}
