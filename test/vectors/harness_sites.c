/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "harness_json.h"

#define LIFETIME_MS 180000
#define MANY        4096

static void *
array(size_t n, size_t size)
{
	void *p = calloc(n == 0 ? 1 : n, size);

	if (p == NULL)
		harness_fail("sites", "no memory");
	return p;
}

static uint64_t
number(const json_t *o, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(o, name));
}

static void
load_prefixes(struct assoc_site_params *site, const json_t *prefixes)
{
	struct assoc_prefix_params *out = array(json_array_size(prefixes), sizeof(*out));
	const json_t *p;
	size_t i;

	json_array_foreach(prefixes, i, p) {
		const json_t *exact = json_object_get(p, "exact");
		uint32_t iid = (uint32_t)number(p, "iid");

		/* Of the exact ones only a MAC has a mask length: its width. */
		if (exact != NULL)
			harness_json_eid(exact, iid,
					number(exact, "afi") == LISP_AFI_MAC48 ? 48 : 0,
					&out[i].eid);
		else
			harness_json_prefix(harness_json_text(p, "prefix"), iid, &out[i].eid);
		out[i].more_specifics = json_is_true(json_object_get(p, "accept_more_specifics"));
	}
	site->prefixes = out;
	site->n_prefixes = (uint32_t)json_array_size(prefixes);
}

static void
load_keys(struct assoc_site_params *site, const json_t *keys)
{
	struct assoc_key_params *out = array(json_array_size(keys), sizeof(*out));
	const json_t *k;
	size_t i;

	json_array_foreach(keys, i, k) {
		struct harness_octets secret = harness_json_hex(k, "psk_hex");

		out[i] = (struct assoc_key_params){
			.key_id = (uint8_t)number(k, "key_id"),
			.alg_id = (uint8_t)number(k, "alg_id"),
			.policy = ASSOC_STRICT,
			.secret = secret.p,
			.secret_len = secret.len,
			.max_xtrs = MANY,
		};
	}
	site->keys = out;
	site->n_keys = (uint32_t)json_array_size(keys);
}

void
harness_sites_load(struct harness_sites *s, const json_t *sites)
{
	const json_t *site;
	size_t i;

	s->n_sites = (uint32_t)json_array_size(sites);
	s->sites = array(s->n_sites, sizeof(*s->sites));
	json_array_foreach(sites, i, site) {
		s->sites[i] = (struct assoc_site_params){
			.name = strdup(harness_json_text(site, "name")),
			.site_id = harness_json_u64(site, "site_id"),
			.lifetime_ms = LIFETIME_MS,
			.max_eids = MANY,
		};
		load_prefixes(&s->sites[i], json_object_get(site, "eid_prefixes"));
		load_keys(&s->sites[i], json_object_get(site, "keys"));
	}
}

static void
drop(const void *p)
{
	free((void *)(uintptr_t)p);
}

void
harness_sites_free(struct harness_sites *s)
{
	for (uint32_t i = 0; i < s->n_sites; i++) {
		const struct assoc_site_params *site = &s->sites[i];

		for (uint32_t k = 0; k < site->n_keys; k++)
			drop(site->keys[k].secret);
		drop(site->keys);
		drop(site->prefixes);
		drop(site->name);
	}
	drop(s->sites);
	*s = (struct harness_sites){ 0 };
}

const struct assoc_key_params *
harness_sites_key(const struct harness_sites *s, const char *site, uint8_t key_id)
{
	for (uint32_t i = 0; i < s->n_sites; i++)
		for (uint32_t k = 0; k < s->sites[i].n_keys; k++)
			if (strcmp(s->sites[i].name, site) == 0 &&
					s->sites[i].keys[k].key_id == key_id)
				return &s->sites[i].keys[k];
	return NULL;
}
