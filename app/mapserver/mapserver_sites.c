/* SPDX-License-Identifier: BSD-3-Clause */

#include "mapserver_sites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base_secret.h"
#include "lisp_text.h"

/* Lines about what is refused, gathered until why is full. */
struct lines {
	char *at;
	size_t left;
	unsigned int n;
};

static void
add_line(struct lines *l, const char *where, const char *what, const char *sentence)
{
	int n = snprintf(l->at, l->left, "%s%s: %s: %s", l->n == 0 ? "" : "\n", where, what,
			sentence);

	l->n++;
	if (n > 0 && (size_t)n < l->left) {
		l->at += n;
		l->left -= (size_t)n;
	}
}

static struct lisp_ip
ip_of(const struct conf_ip *c)
{
	struct lisp_ip ip = { .family = c->family };

	memcpy(ip.octets, c->octets, sizeof(ip.octets));
	return ip;
}

static enum lisp_err
read_eid(const struct conf_eid_prefix *c, struct lisp_eid *eid)
{
	uint8_t octets[LISP_EID_OCTETS_MAX + 2];
	struct lisp_writer w = { .pos = octets, .end = octets + sizeof(octets) };
	struct lisp_cursor cur;
	uint8_t mask_len = c->ip.mask_len;
	enum lisp_err err;

	if (c->kind == CONF_EID_IP) {
		lisp_write_u16(&w, c->ip.family == 4 ? LISP_AFI_IPV4 : LISP_AFI_IPV6);
		lisp_write_octets(&w, c->ip.octets, c->ip.family == 4 ? 4 : 16);
	} else if (c->kind == CONF_EID_NAME) {
		lisp_write_u16(&w, LISP_AFI_NAME);
		lisp_write_octets(&w, c->text, strlen(c->text) + 1);
	} else if (c->kind == CONF_EID_MAC) {
		if (lisp_eid_from_text(c->text, eid) < 0)
			return LISP_ERR_EID;
		eid->iid = c->iid;
		return LISP_OK;
	} else {
		lisp_write_octets(&w, c->octets, c->n_octets);
	}
	if (w.failed)
		return LISP_ERR_EID;
	cur = lisp_cursor_over(octets, (size_t)(w.pos - octets));
	err = lisp_eid_read(&cur, mask_len, eid);
	if (err == LISP_OK && lisp_left(&cur) > 0)
		err = LISP_ERR_TRAILING;
	/* An instance-id LCAF in eid-octets speaks for itself; else iid does. */
	if (err == LISP_OK && c->iid != 0)
		eid->iid = c->iid;
	return err;
}

static void
load_prefixes(const struct conf_site *cs, struct assoc_site_params *s,
		struct assoc_prefix_params *at, struct lines *l)
{
	s->prefixes = at;
	s->n_prefixes = cs->n_eid_prefixes;
	for (unsigned int i = 0; i < cs->n_eid_prefixes; i++) {
		const struct conf_eid_prefix *c = &cs->eid_prefixes[i];
		enum lisp_err err = read_eid(c, &at[i].eid);

		at[i].more_specifics = c->accept_more_specifics;
		if (err != LISP_OK)
			add_line(l, cs->where, c->text == NULL ? "eid-octets" : c->text,
					lisp_err_text(err));
	}
}

static void
load_key(const struct conf_site *cs, const struct conf_key *c, struct assoc_key_params *k,
		uint8_t *secret, struct assoc_source *sources, struct lines *l)
{
	char why[256];

	*k = (struct assoc_key_params){
		.key_id = (uint8_t)c->key_id,
		.alg_id = (uint8_t)c->algorithm,
		.policy = c->nonce_policy == CONF_NONCE_STRICT         ? ASSOC_STRICT
				: c->nonce_policy == CONF_NONCE_RECENT ? ASSOC_RECENT
								       : ASSOC_OFF,
		.insecure = c->insecure,
		.secret = secret,
		.not_before_ms = (uint64_t)c->not_before_s * 1000,
		.not_after_ms = (uint64_t)c->not_after_s * 1000,
		.max_xtrs = c->xtrs,
		.sources = sources,
		.n_sources = c->n_source_prefixes,
	};
	for (unsigned int i = 0; i < c->n_source_prefixes; i++)
		sources[i] = (struct assoc_source){
			.ip = ip_of(&c->source_prefixes[i]),
			.mask_len = c->source_prefixes[i].mask_len,
		};
	if (base_secret_load(c->secret_file, secret, AUTH_SECRET_MAX, &k->secret_len, why,
			    sizeof(why)) < 0)
		add_line(l, cs->where, c->secret_file, why);
}

static int
allocate(const struct conf *conf, struct mapserver_sites *ms)
{
	size_t n_prefixes = 0, n_keys = 0, n_sources = 0;

	for (unsigned int i = 0; i < conf->n_sites; i++) {
		n_prefixes += conf->sites[i].n_eid_prefixes;
		n_keys += conf->sites[i].n_keys;
		for (unsigned int k = 0; k < conf->sites[i].n_keys; k++)
			n_sources += conf->sites[i].keys[k].n_source_prefixes;
	}
	ms->n_sites = conf->n_sites;
	ms->secrets_len = n_keys * AUTH_SECRET_MAX;
	ms->sites = calloc(conf->n_sites + 1, sizeof(*ms->sites));
	ms->prefixes = calloc(n_prefixes + 1, sizeof(*ms->prefixes));
	ms->keys = calloc(n_keys + 1, sizeof(*ms->keys));
	ms->sources = calloc(n_sources + 1, sizeof(*ms->sources));
	ms->secrets = calloc(ms->secrets_len + 1, 1);
	if (ms->sites == NULL || ms->prefixes == NULL || ms->keys == NULL || ms->sources == NULL ||
			ms->secrets == NULL)
		return -ENOMEM;
	return 0;
}

int
mapserver_sites_load(
		const struct conf *conf, struct mapserver_sites *ms, char *why, size_t why_size)
{
	struct lines l = { .at = why, .left = why_size };
	size_t prefix = 0, key = 0, source = 0;

	*ms = (struct mapserver_sites){ 0 };
	why[0] = '\0';
	if (allocate(conf, ms) < 0) {
		snprintf(why, why_size, "out of memory");
		mapserver_sites_free(ms);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < conf->n_sites; i++) {
		const struct conf_site *cs = &conf->sites[i];
		struct assoc_site_params *s = &ms->sites[i];

		*s = (struct assoc_site_params){
			.name = cs->name,
			.site_id = cs->site_id,
			.lifetime_ms = cs->registration_lifetime_s * 1000,
			.max_eids = conf->limits.eid_prefixes_per_site,
			.notify_source = cs->notify_port == CONF_NOTIFY_SOURCE,
			.keys = &ms->keys[key],
			.n_keys = cs->n_keys,
		};
		load_prefixes(cs, s, &ms->prefixes[prefix], &l);
		prefix += cs->n_eid_prefixes;
		for (unsigned int k = 0; k < cs->n_keys; k++, key++) {
			load_key(cs, &cs->keys[k], &ms->keys[key],
					ms->secrets + key * AUTH_SECRET_MAX, &ms->sources[source],
					&l);
			source += cs->keys[k].n_source_prefixes;
		}
	}
	if (l.n == 0)
		return 0;
	mapserver_sites_free(ms);
	return -EINVAL;
}

void
mapserver_sites_free(struct mapserver_sites *ms)
{
	if (ms->secrets != NULL)
		base_secret_wipe(ms->secrets, ms->secrets_len);
	free(ms->secrets);
	free(ms->sources);
	free(ms->keys);
	free(ms->prefixes);
	free(ms->sites);
	*ms = (struct mapserver_sites){ 0 };
}

bool
mapserver_sites_strict(const struct conf *conf)
{
	for (unsigned int i = 0; i < conf->n_sites; i++)
		for (unsigned int k = 0; k < conf->sites[i].n_keys; k++)
			if (conf->sites[i].keys[k].nonce_policy == CONF_NONCE_STRICT)
				return true;
	return false;
}
