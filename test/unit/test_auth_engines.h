/* SPDX-License-Identifier: BSD-3-Clause */

/* One suite for every engine that was built; shared by the tests of engines. */

#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "auth.h"
#include "auth_engine.h"
#include "drivers.h"

#define ENGINES_MAX 8

CU_SuiteInfo test_suites[ENGINES_MAX + 1];

static struct auth *auth_now;
static struct auth_ctx *ctx_now;

static const struct auth_engine *
engine_now(void)
{
	const char *name = CU_get_current_suite()->pName;
	unsigned int i = 0;

	while (strcmp(drivers_auth[i]->name, name) != 0)
		i++;
	return drivers_auth[i];
}

static int
open_engine_now(void)
{
	char why[128];

	if (auth_open(drivers_auth, engine_now()->name, &auth_now, why, sizeof(why)) < 0) {
		fprintf(stderr, "%s\n", why);
		return -1;
	}
	ctx_now = auth_ctx_create(auth_now);
	return ctx_now == NULL ? -1 : 0;
}

static int
close_engine_now(void)
{
	auth_ctx_destroy(ctx_now);
	auth_close(auth_now);
	return 0;
}

/* The engines are known only once linked; CUnit wants an array.  One that this machine cannot run
 * has no suite here, and says so. */
static void
make_engine_suites(CU_TestInfo *tests)
{
	unsigned int n = 0;

	for (unsigned int i = 0; drivers_auth[i] != NULL && n < ENGINES_MAX; i++) {
		const char *reason = "";

		if (drivers_auth[i]->probe(&reason) < 0) {
			printf("engine %s left out: %s\n", drivers_auth[i]->name, reason);
			continue;
		}
		test_suites[n++] = (CU_SuiteInfo){
			.pName = drivers_auth[i]->name,
			.pInitFunc = open_engine_now,
			.pCleanupFunc = close_engine_now,
			.pTests = tests,
		};
	}
}
