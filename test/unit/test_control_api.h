/* SPDX-License-Identifier: BSD-3-Clause */

/* What the tests of the control socket's commands share: an appliance with two sites, and a command
 * asked row by row, as the socket does. */

#pragma once

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <jansson.h>

#include "control_priv.h"
#include "harness.h"
#include "harness_lab.h"
#include "lisp_text.h"

/** Site "lab" of the harness, which ETRs register for, and site "other" with one EID-prefix. */
struct appliance {
	struct harness h;
	struct harness_lab lab;
	struct assoc_prefix_params prefix;
	struct assoc_key_params key;
	struct assoc_site_params sites[2];
};

static struct appliance app;

/** Before sites_open() a test may change app.lab, app.key and app.sites. */
static inline void
sites_init(void)
{
	harness_lab_init(&app.lab);
	app.prefix = (struct assoc_prefix_params){ .more_specifics = false };
	CU_ASSERT_EQUAL_FATAL(lisp_eid_from_text("[7] 172.16.0.0/12", &app.prefix.eid), 0);
	app.key = (struct assoc_key_params){ .key_id = 5,
		.alg_id = LISP_ALG_HMAC_SHA1_96,
		.policy = ASSOC_OFF,
		.insecure = true,
		.secret = (const uint8_t *)"other-key",
		.secret_len = 9,
		.max_xtrs = 3 };
	app.sites[0] = app.lab.site;
	app.sites[1] = (struct assoc_site_params){ .name = "other",
		.lifetime_ms = 1000,
		.max_eids = 9,
		.notify_source = true,
		.prefixes = &app.prefix,
		.n_prefixes = 1,
		.keys = &app.key,
		.n_keys = 1 };
}

static inline void
sites_open(void)
{
	struct harness_options o = { .sites = app.sites, .n_sites = 2 };

	harness_open(&app.h, &o);
}

static inline void
appliance_open(void)
{
	sites_init();
	sites_open();
}

static inline void
appliance_close(void)
{
	harness_close(&app.h);
}

/** A command being asked. */
struct asked {
	const struct ctl_command *command;
	struct ctl_call call;
	json_t *args;
	int ret;              /**< Of the last call. */
	unsigned int n_again; /**< Calls that found nothing yet. */
};

/** Begin; ret tells whether it was taken. */
static inline struct asked
ask(const char *name, const char *args)
{
	struct asked a = { .command = control_api_commands, .args = json_loads(args, 0, NULL) };

	CU_ASSERT_PTR_NOT_NULL_FATAL(a.args);
	while (a.command->name != NULL && strcmp(a.command->name, name) != 0)
		a.command++;
	CU_ASSERT_PTR_NOT_NULL_FATAL(a.command->name);
	a.call.args = a.args;
	if (a.command->open != NULL)
		a.ret = a.command->open(&a.call, app.h.control);
	if (a.ret < 0)
		a.command = NULL;
	return a;
}

/** The next row, to be freed; NULL at the end and on an error: ret is 0 or -errno then. */
static inline json_t *
next_row(struct asked *a)
{
	json_t *row = NULL;

	if (a->command == NULL)
		return NULL;
	do
		a->ret = a->command->next(&a->call, app.h.control, &row);
	while (a->ret == -EAGAIN && ++a->n_again < 10000);
	CU_ASSERT_EQUAL(a->ret == 1, row != NULL);
	return row;
}

/** End, also of an answer that was cut short. */
static inline void
asked_close(struct asked *a)
{
	if (a->command != NULL && a->command->close != NULL)
		a->command->close(&a->call, app.h.control);
	json_decref(a->args);
}

/** All rows of an answer that must be good. */
static inline json_t *
rows_of(const char *name, const char *args)
{
	struct asked a = ask(name, args);
	json_t *rows = json_array(), *row;

	while ((row = next_row(&a)) != NULL)
		json_array_append_new(rows, row);
	CU_ASSERT_EQUAL(a.ret, 0);
	asked_close(&a);
	return rows;
}

/** The one row of an answer. */
static inline json_t *
row_of(const char *name, const char *args)
{
	json_t *rows = rows_of(name, args), *row;

	CU_ASSERT_EQUAL_FATAL(json_array_size(rows), 1);
	row = json_incref(json_array_get(rows, 0));
	json_decref(rows);
	return row;
}

/** How an answer ends that is refused, or breaks off. */
static inline int
refusal_of(const char *name, const char *args)
{
	struct asked a = ask(name, args);
	json_t *row;

	while ((row = next_row(&a)) != NULL)
		json_decref(row);
	if (a.ret < 0)
		CU_ASSERT(a.call.why[0] != '\0');
	asked_close(&a);
	return a.ret;
}

static inline const char *
text_in(const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	return text == NULL ? "(none)" : text;
}

static inline int64_t
number_in(const json_t *row, const char *name)
{
	const json_t *n = json_object_get(row, name);

	return json_is_number(n) ? (int64_t)json_number_value(n) : -1;
}

static inline bool
is_null(const json_t *row, const char *name)
{
	return json_is_null(json_object_get(row, name));
}

/** Register host prefixes 10.1.0.0 + eid.., of xTR number xtr, under the key with policy off. */
static inline void
register_hosts(uint8_t xtr, uint32_t eid, uint8_t n)
{
	static uint64_t nonce;
	struct harness_register r = harness_register_default(++nonce);

	r.key_id = HARNESS_KEY_OFF;
	r.xtr = xtr;
	r.eid = eid;
	r.n_records = n;
	CU_ASSERT_EQUAL(harness_register_do(&app.h, &r), PIPELINE_REGISTERED);
	harness_lab_flush(&app.h);
}

static inline void
withdraw_host(uint8_t xtr, uint32_t eid)
{
	static uint64_t nonce = 1u << 20;
	struct harness_register r = harness_register_default(++nonce);

	r.key_id = HARNESS_KEY_OFF;
	r.xtr = xtr;
	r.eid = eid;
	r.ttl_min = 0;
	CU_ASSERT_EQUAL(harness_register_do(&app.h, &r), PIPELINE_REGISTERED);
	harness_lab_flush(&app.h);
}
