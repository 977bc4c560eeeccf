/* SPDX-License-Identifier: BSD-3-Clause */

/* What must be unique among sites.  Sites may be 100,000 and stand in as many files: each kind of
 * claim is sorted once, never compared pair by pair. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf_priv.h"

/* A site says: this name, Site-ID, EID-prefix or Key ID is mine. */
struct claim {
	const struct conf_site *site;
	unsigned int index; /* of the EID-prefix or key in the site */
};

static const struct conf_eid_prefix *
claimed_eid(const struct claim *c)
{
	return &c->site->eid_prefixes[c->index];
}

static const struct conf_key *
claimed_key(const struct claim *c)
{
	return &c->site->keys[c->index];
}

/* Report the later of two claims; "FILE: /" is where the only site of a file stands. */
static void
report_claim(struct conf_ctx *ctx, const struct claim *first, const struct claim *later,
		const char *member, const char *shown)
{
	const char *where = later->site->where != NULL ? later->site->where : "";
	size_t len = strlen(where);

	if (len > 0 && where[len - 1] == '/')
		len--;
	conf_error(ctx, "%.*s/%s: \"%s\": stands already at %s", (int)len, where, member, shown,
			first->site->where != NULL ? first->site->where : "");
}

static int
by_order(const struct claim *a, const struct claim *b)
{
	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static int
compare_names(const struct claim *a, const struct claim *b)
{
	return strcmp(a->site->name, b->site->name);
}

static int
compare_site_ids(const struct claim *a, const struct claim *b)
{
	if (a->site->site_id == b->site->site_id)
		return 0;
	return a->site->site_id < b->site->site_id ? -1 : 1;
}

static int
compare_ips(const struct conf_ip *a, const struct conf_ip *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->mask_len != b->mask_len)
		return a->mask_len < b->mask_len ? -1 : 1;
	return memcmp(a->octets, b->octets, sizeof(a->octets));
}

static int
compare_eids(const struct claim *ca, const struct claim *cb)
{
	const struct conf_eid_prefix *a = claimed_eid(ca), *b = claimed_eid(cb);

	if (a->iid != b->iid)
		return a->iid < b->iid ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	switch (a->kind) {
	case CONF_EID_IP:
		return compare_ips(&a->ip, &b->ip);
	case CONF_EID_MAC:
		return strcasecmp(a->text, b->text);
	case CONF_EID_NAME:
		return strcmp(a->text, b->text);
	default:
		if (a->n_octets != b->n_octets)
			return a->n_octets < b->n_octets ? -1 : 1;
		return memcmp(a->octets, b->octets, a->n_octets);
	}
}

static void
report_name(struct conf_ctx *ctx, const struct claim *first, const struct claim *later)
{
	report_claim(ctx, first, later, "name", later->site->name);
}

static void
report_site_id(struct conf_ctx *ctx, const struct claim *first, const struct claim *later)
{
	char text[24];

	snprintf(text, sizeof(text), "%016llx", (unsigned long long)later->site->site_id);
	report_claim(ctx, first, later, "site-id", text);
}

static void
report_eid(struct conf_ctx *ctx, const struct claim *first, const struct claim *later)
{
	const struct conf_eid_prefix *e = claimed_eid(later);
	char member[40];

	snprintf(member, sizeof(member), "eid-prefixes/%u", later->index);
	report_claim(ctx, first, later, member, e->text != NULL ? e->text : "eid-octets");
}

static int
compare_key_ids(const struct claim *a, const struct claim *b)
{
	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	if (claimed_key(a)->key_id == claimed_key(b)->key_id)
		return 0;
	return claimed_key(a)->key_id < claimed_key(b)->key_id ? -1 : 1;
}

static void
report_key_id(struct conf_ctx *ctx, const struct claim *first, const struct claim *later)
{
	char member[40], shown[16];

	snprintf(member, sizeof(member), "keys/%u/key-id", later->index);
	snprintf(shown, sizeof(shown), "%u", claimed_key(later)->key_id);
	report_claim(ctx, first, later, member, shown);
}

/* What a site claims; values that were reported as wrong are no claims. */

static size_t
claim_name(const struct conf_site *s, struct claim *claims)
{
	claims[0] = (struct claim){ s, 0 };
	return s->name != NULL;
}

static size_t
claim_site_id(const struct conf_site *s, struct claim *claims)
{
	claims[0] = (struct claim){ s, 0 };
	return s->site_id != 0;
}

static bool
is_usable(const struct conf_eid_prefix *e)
{
	return e->forms == 1 && (e->text != NULL || e->octets != NULL);
}

static size_t
claim_eids(const struct conf_site *s, struct claim *claims)
{
	size_t n = 0;

	for (unsigned int i = 0; i < s->n_eid_prefixes; i++)
		if (is_usable(&s->eid_prefixes[i]))
			claims[n++] = (struct claim){ s, i };
	return n;
}

static size_t
claim_key_ids(const struct conf_site *s, struct claim *claims)
{
	size_t n = 0;

	for (unsigned int i = 0; i < s->n_keys; i++)
		if (s->keys[i].key_id <= 127)
			claims[n++] = (struct claim){ s, i };
	return n;
}

struct unique {
	size_t (*claim)(const struct conf_site *, struct claim *claims);
	int (*compare)(const struct claim *, const struct claim *);
	void (*report)(struct conf_ctx *, const struct claim *first, const struct claim *later);
};

static const struct unique uniques[] = {
	{ claim_name, compare_names, report_name },
	{ claim_site_id, compare_site_ids, report_site_id },
	{ claim_eids, compare_eids, report_eid },
	{ claim_key_ids, compare_key_ids, report_key_id },
};

static int
compare_claims(const void *va, const void *vb, void *arg)
{
	const struct unique *u = arg;
	int d = u->compare(va, vb);

	return d != 0 ? d : by_order(va, vb);
}

static void
check_unique(struct conf_ctx *ctx, const struct conf *c, const struct unique *u,
		struct claim *claims)
{
	const struct claim *first = claims;
	size_t n = 0;

	for (unsigned int i = 0; i < c->n_sites; i++)
		n += u->claim(&c->sites[i], claims + n);
	qsort_r(claims, n, sizeof(*claims), compare_claims, (void *)(uintptr_t)u);
	for (size_t i = 1; i < n; i++) {
		if (u->compare(first, &claims[i]) == 0)
			u->report(ctx, first, &claims[i]);
		else
			first = &claims[i];
	}
}

void
conf_check_sites(struct conf_ctx *ctx, const struct conf *c)
{
	struct claim *claims;
	size_t room = 1;

	for (unsigned int i = 0; i < c->n_sites; i++)
		room += 1 + (size_t)c->sites[i].n_eid_prefixes + c->sites[i].n_keys;
	claims = calloc(room, sizeof(*claims));
	if (claims == NULL) {
		ctx->no_memory = true;
		return;
	}
	for (size_t i = 0; i < sizeof(uniques) / sizeof(uniques[0]); i++)
		check_unique(ctx, c, &uniques[i], claims);
	free(claims);
}
