/* SPDX-License-Identifier: BSD-3-Clause */

/* A table with a real engine and RCU, and sites put together line by line; shared by the tests of
 * assoc. */

#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "assoc.h"
#include "assoc_replay.h"
#include "base_secret.h"
#include "drivers.h"
#include "lisp_text.h"

#define SITES_MAX    8
#define PREFIXES_MAX 16
#define KEYS_MAX     8
#define EVENTS_MAX   256

/** Parameters of some sites. */
struct sites {
	struct assoc_site_params site[SITES_MAX];
	struct assoc_prefix_params prefix[SITES_MAX][PREFIXES_MAX];
	struct assoc_key_params key[SITES_MAX][KEYS_MAX];
	uint32_t n;
};

/** What the callbacks of a load told. */
struct events {
	uint32_t gone[EVENTS_MAX], changed[EVENTS_MAX];
	uint32_t n_gone, n_changed;
};

static struct rte_rcu_qsbr *rcu;
static struct auth *auth;
static struct assoc_table *table;
static struct sites conf;
static struct events events;
static char why[256];

static void
table_open(uint32_t max_associations, uint32_t max_sites, uint32_t max_keys)
{
	struct assoc_params p = {
		.max_associations = max_associations,
		.max_sites = max_sites,
		.max_keys = max_keys,
		.fingerprint_key = "a fingerprint key of the tests",
	};

	rcu = aligned_alloc(64, (rte_rcu_qsbr_get_memsize(4) + 63) & ~(size_t)63);
	CU_ASSERT_PTR_NOT_NULL_FATAL(rcu);
	CU_ASSERT_EQUAL_FATAL(rte_rcu_qsbr_init(rcu, 4), 0);
	CU_ASSERT_EQUAL_FATAL(auth_open(drivers_auth, "openssl", &auth, why, sizeof(why)), 0);
	p.rcu = rcu;
	p.auth = auth;
	table = assoc_table_create(&p);
	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	memset(&conf, 0, sizeof(conf));
	memset(&events, 0, sizeof(events));
}

static void
table_close(void)
{
	assoc_table_destroy(table);
	auth_close(auth);
	free(rcu);
}

/** Add a site and return its place in conf. */
static uint32_t
add_site(const char *name, uint64_t site_id)
{
	struct assoc_site_params *s = &conf.site[conf.n];

	*s = (struct assoc_site_params){
		.name = name,
		.site_id = site_id,
		.lifetime_ms = 180000,
		.max_eids = 1000,
		.prefixes = conf.prefix[conf.n],
		.keys = conf.key[conf.n],
	};
	return conf.n++;
}

static __rte_unused struct assoc_prefix_params *
add_eid(uint32_t site, const struct lisp_eid *eid, bool more_specifics)
{
	struct assoc_prefix_params *p = &conf.prefix[site][conf.site[site].n_prefixes++];

	p->eid = *eid;
	p->more_specifics = more_specifics;
	return p;
}

static __rte_unused struct assoc_prefix_params *
add_prefix(uint32_t site, const char *text, bool more_specifics)
{
	struct lisp_eid eid;

	CU_ASSERT_EQUAL_FATAL(lisp_eid_from_text(text, &eid), 0);
	return add_eid(site, &eid, more_specifics);
}

static __rte_unused struct assoc_key_params *
add_key(uint32_t site, uint8_t key_id, uint8_t alg_id, const char *secret)
{
	struct assoc_key_params *k = &conf.key[site][conf.site[site].n_keys++];

	*k = (struct assoc_key_params){
		.key_id = key_id,
		.alg_id = alg_id,
		.secret = (const uint8_t *)secret,
		.secret_len = strlen(secret),
		.max_xtrs = 1024,
	};
	return k;
}

static void
note_gone(uint32_t assoc, void *arg)
{
	struct events *e = arg;

	CU_ASSERT_PTR_NOT_NULL(assoc_by_number(table, assoc)); /* it is told before it goes */
	e->gone[e->n_gone++] = assoc;
}

static void
note_changed(uint32_t site, void *arg)
{
	struct events *e = arg;

	e->changed[e->n_changed++] = site;
}

static int
load(void)
{
	memset(&events, 0, sizeof(events));
	memset(why, 0, sizeof(why));
	return assoc_sites_load(table, conf.site, conf.n, note_gone, note_changed, &events, why,
			sizeof(why));
}

static __rte_unused const struct assoc_site *
site_named(const char *name)
{
	return assoc_site_by_name(assoc_sites_get(table), name);
}

/** Whose is it?  The name, with '!' before it where the EID-prefix must not be registered. */
static __rte_unused const char *
owner_of(const char *text)
{
	static char answer[64];
	const struct assoc_site *site;
	struct lisp_eid eid;
	bool allowed;

	CU_ASSERT_EQUAL_FATAL(lisp_eid_from_text(text, &eid), 0);
	site = assoc_site_by_eid(assoc_sites_get(table), &eid, &allowed);
	snprintf(answer, sizeof(answer), "%s%s", allowed ? "" : "!",
			site == NULL ? "nobody" : site->name);
	return answer;
}

/** Name of an association of an ETR by a small number; 0 = no xTR-ID. */
static __rte_unused struct assoc_id
id_of(const struct assoc_key *key, uint32_t xtr)
{
	struct assoc_id id = { .key = key->number, .has_xtr_id = xtr != 0 };

	memcpy(id.xtr_id, &xtr, sizeof(xtr));
	return id;
}

static __rte_unused struct assoc *
create(const struct assoc_key *key, uint32_t xtr, uint64_t nonce)
{
	struct assoc_id id = id_of(key, xtr);
	struct assoc *a = NULL;

	CU_ASSERT_EQUAL_FATAL(assoc_create(table, &id, nonce, &a), 0);
	return a;
}
