/* SPDX-License-Identifier: BSD-3-Clause */

/* associations and keys: who may speak for a site, and who has. */

#include <errno.h>

#include "control_api.h"
#include "lisp_text.h"

/* ---- associations: by number, which an association keeps for life ---- */

int
control_api_associations_open(struct ctl_call *call, void *arg)
{
	const struct assoc_site *site;

	return control_api_site_arg(call, arg, "site", &site);
}

json_t *
control_api_association(const struct control *c, const struct assoc *a)
{
	const struct assoc_key *key = assoc_key_by_number(c->p.assoc, a->id.key);
	const struct assoc_site *site;

	if (key == NULL)
		return NULL;
	site = assoc_site_by_number(assoc_sites_get(c->p.assoc), key->site);
	/* clang-format off */
	return json_pack("{s:s, s:i, s:i, s:s, s:s, s:b, s:o, s:o, s:o, s:I, s:I}",
			"site", site == NULL ? "" : site->name,
			"key_id", key->key_id,
			"algorithm", key->alg_id,
			"algorithm_name", auth_alg_get(key->alg_id)->name,
			"policy", control_api_policy_word(a->policy),
			"insecure", key->insecure,
			"xtr_id", control_api_xtr_id(&a->id),
			"last_nonce", control_api_hex64(a->last_nonce),
			"last_ok_ago_s", control_api_ago(a->last_ok_ns),
			"accepted", (json_int_t)a->n_ok,
			"replays", (json_int_t)a->n_replay);
	/* clang-format on */
}

int
control_api_associations_next(struct ctl_call *call, void *arg, json_t **item)
{
	const struct control *c = arg;
	uint32_t at = (uint32_t)(uintptr_t)call->state;
	const struct assoc_site *site;
	int ret = control_api_site_arg(call, c, "site", &site);

	for (unsigned int n = 0; ret == 0 && n < CONTROL_API_LOOKS; n++) {
		const struct assoc *a;

		at = assoc_next(c->p.assoc, at);
		if (at == ASSOC_NONE)
			return 0;
		a = assoc_by_number(c->p.assoc, at++);
		call->state = (void *)(uintptr_t)at;
		if (site != NULL && a->site != site->number)
			continue;
		*item = control_api_association(c, a);
		return *item == NULL ? -ENOMEM : 1;
	}
	return ret < 0 ? ret : -EAGAIN;
}

/* ---- keys: by number of the site, which a site keeps over reloads, and Key ID ---- */

int
control_api_keys_open(struct ctl_call *call, void *arg)
{
	const struct assoc_site *site;

	return control_api_site_arg(call, arg, "site", &site);
}

static const char *
state_word(const struct assoc_key *k)
{
	uint64_t now = base_clock_wall_ms();

	if (assoc_key_in_time(k, now))
		return "valid";
	return now < k->not_before_ms ? "not-yet" : "ended";
}

static json_t *
sources_json(const struct assoc_key *k)
{
	json_t *list = json_array();
	char text[LISP_IP_TEXT_MAX + 4];
	size_t octets = 0;

	for (uint32_t i = 0; i < k->n_sources; i++)
		if (!control_api_list_add(list,
				    json_string(control_api_source_to_text(&k->sources[i], text)),
				    &octets))
			break;
	return list;
}

json_t *
control_api_key(const struct control *c, const struct assoc_site *site, const struct assoc_key *k)
{
	/* clang-format off */
	return json_pack("{s:s, s:i, s:i, s:s, s:s, s:b, s:I, s:I, s:o, s:o, s:s, s:o, s:I}",
			"site", site->name,
			"key_id", k->key_id,
			"algorithm", k->alg_id,
			"algorithm_name", auth_alg_get(k->alg_id)->name,
			"policy", control_api_policy_word(k->policy),
			"insecure", k->insecure,
			"associations", (json_int_t)assoc_key_count(c->p.assoc, k->number),
			"max_xtrs", (json_int_t)k->max_xtrs,
			"not_before", control_api_date(k->not_before_ms),
			"not_after", control_api_date(k->not_after_ms),
			"state", state_word(k),
			"source_prefixes", sources_json(k),
			"n_source_prefixes", (json_int_t)k->n_sources);
	/* clang-format on */
}

/* The next key at or behind *at, a place among all Key IDs of all sites. */
static const struct assoc_key *
next_key(const struct assoc_sites *sites, uintptr_t *at, const struct assoc_site **site)
{
	uint32_t number = assoc_site_next(sites, (uint32_t)(*at / ASSOC_SITE_KEYS));

	for (; number != ASSOC_NONE; number = assoc_site_next(sites, number + 1)) {
		uintptr_t first = (uintptr_t)number * ASSOC_SITE_KEYS;

		*site = assoc_site_by_number(sites, number);
		for (*at = RTE_MAX(*at, first); *at < first + ASSOC_SITE_KEYS; (*at)++)
			if ((*site)->key[*at - first] != NULL)
				return (*site)->key[(*at)++ - first];
	}
	return NULL;
}

int
control_api_keys_next(struct ctl_call *call, void *arg, json_t **item)
{
	const struct control *c = arg;
	const struct assoc_site *wanted, *site = NULL;
	uintptr_t at = (uintptr_t)call->state;
	const struct assoc_key *k;
	int ret = control_api_site_arg(call, c, "site", &wanted);

	if (ret < 0)
		return ret;
	if (wanted != NULL)
		at = RTE_MAX(at, (uintptr_t)wanted->number * ASSOC_SITE_KEYS);
	k = next_key(assoc_sites_get(c->p.assoc), &at, &site);
	if (k == NULL || (wanted != NULL && site != wanted))
		return 0;
	call->state = (void *)at;
	*item = control_api_key(c, site, k);
	return *item == NULL ? -ENOMEM : 1;
}
