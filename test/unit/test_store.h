/* SPDX-License-Identifier: BSD-3-Clause */

/* Shared by the tests of stores: a folder of its own for each test, open, put and look. */

#pragma once

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "drivers.h"
#include "store.h"
#include "store_driver.h"

#define SEEN_MAX 8

static const struct store_driver *driver_now;
static char base[64]; /* made for each test */
static char folder[128];
static char why[256];

static int
open_sized(struct store **s, uint64_t map_size)
{
	struct store_params p = {
		.drivers = drivers_store,
		.driver = driver_now->name,
		.path = folder,
		.map_size = map_size,
	};

	why[0] = '\0';
	return store_open(&p, s, why, sizeof(why));
}

static struct store *
open_store(void)
{
	struct store *s = NULL;

	CU_ASSERT_EQUAL_FATAL(open_sized(&s, 0), 0);
	return s;
}

static struct store_nonce
make_nonce(uint8_t space, uint8_t has_xtr_id, uint8_t xtr_id, uint64_t nonce)
{
	struct store_nonce n = { .has_xtr_id = has_xtr_id, .nonce = nonce };

	memset(n.space, space, sizeof(n.space));
	memset(n.xtr_id, xtr_id, sizeof(n.xtr_id));
	return n;
}

static void
put(struct store *s, uint8_t space, uint8_t has_xtr_id, uint8_t xtr_id, uint64_t nonce)
{
	struct store_nonce n = make_nonce(space, has_xtr_id, xtr_id, nonce);

	CU_ASSERT_EQUAL(store_nonce_put(s, &n), 0);
}

struct seen {
	struct store_nonce n[SEEN_MAX];
	unsigned int count;
	unsigned int stop_at; /* call that returns 77; 0 = none */
};

static int
see(const struct store_nonce *n, void *arg)
{
	struct seen *seen = arg;

	if (seen->count < SEEN_MAX)
		seen->n[seen->count] = *n;
	seen->count++;
	return seen->count == seen->stop_at ? 77 : 0;
}

static struct seen
look(struct store *s)
{
	struct seen seen = { .count = 0 };

	CU_ASSERT_EQUAL(store_nonce_each(s, see, &seen), 0);
	return seen;
}

static bool
has(const struct seen *seen, uint8_t space, uint8_t has_xtr_id, uint8_t xtr_id, uint64_t nonce)
{
	struct store_nonce want = make_nonce(space, has_xtr_id, xtr_id, nonce);

	for (unsigned int i = 0; i < seen->count && i < SEEN_MAX; i++)
		if (memcmp(seen->n[i].space, want.space, sizeof(want.space)) == 0 &&
				memcmp(seen->n[i].xtr_id, want.xtr_id, sizeof(want.xtr_id)) == 0 &&
				seen->n[i].has_xtr_id == want.has_xtr_id &&
				seen->n[i].nonce == want.nonce)
			return true;
	return false;
}

static void
make_base(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(base, sizeof(base), "%.40s/test_store.XXXXXX", tmp == NULL ? "/tmp" : tmp);
	if (mkdtemp(base) == NULL) {
		perror(base);
		exit(1);
	}
	snprintf(folder, sizeof(folder), "%s/state", base);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
remove_base(void)
{
	nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
