/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "harness_lab.h"
#include "store_driver.h"

static struct harness h;
static struct harness_lab lab;

/* A store in memory that fails when told so, and looks at the world when it commits. */

#define SLOTS 512

struct slot {
	uint8_t key[64], value[64];
	size_t key_len, value_len;
};

static struct {
	struct slot committed[SLOTS], batch[SLOTS];
	unsigned int n_committed, n_batch, n_commits;
	int put_error, commit_error;
	uint64_t notified_at_commit; /* greatest seen */
	uint32_t eids_at_commit;
} mem;

static int
mem_open(const char *path, uint64_t map_size, void **handle, char *why, size_t why_size)
{
	(void)path, (void)map_size, (void)why, (void)why_size;
	memset(&mem, 0, sizeof(mem));
	*handle = &mem;
	return 0;
}

static void
mem_close(void *handle)
{
	(void)handle;
}

static bool
starts_with(const struct slot *s, struct store_octets prefix)
{
	return s->key_len >= prefix.len && memcmp(s->key, prefix.data, prefix.len) == 0;
}

static int
mem_get(void *handle, struct store_octets key, struct store_octets *value)
{
	(void)handle;
	for (unsigned int i = 0; i < mem.n_committed; i++) {
		struct slot *s = &mem.committed[i];

		if (s->key_len == key.len && starts_with(s, key)) {
			*value = (struct store_octets){ .data = s->value, .len = s->value_len };
			return 0;
		}
	}
	return -ENOENT;
}

static int
mem_each(void *handle, struct store_octets prefix,
		int (*cb)(struct store_octets key, struct store_octets value, void *arg), void *arg)
{
	int ret = 0;

	(void)handle;
	for (unsigned int i = 0; ret == 0 && i < mem.n_committed; i++) {
		struct slot *s = &mem.committed[i];

		if (starts_with(s, prefix))
			ret = cb((struct store_octets){ .data = s->key, .len = s->key_len },
					(struct store_octets){
							.data = s->value, .len = s->value_len },
					arg);
	}
	return ret;
}

static void
put_into(struct slot *slots, unsigned int *n, const struct slot *s)
{
	for (unsigned int i = 0; i < *n; i++) {
		if (slots[i].key_len == s->key_len &&
				memcmp(slots[i].key, s->key, s->key_len) == 0) {
			slots[i] = *s;
			return;
		}
	}
	CU_ASSERT_TRUE_FATAL(*n < SLOTS);
	slots[(*n)++] = *s;
}

static int
mem_put(void *handle, struct store_octets key, struct store_octets value)
{
	struct slot s = { .key_len = key.len, .value_len = value.len };

	(void)handle;
	if (mem.put_error != 0)
		return mem.put_error;
	CU_ASSERT_TRUE_FATAL(key.len <= sizeof(s.key) && value.len <= sizeof(s.value));
	memcpy(s.key, key.data, key.len);
	memcpy(s.value, value.data, value.len);
	put_into(mem.batch, &mem.n_batch, &s);
	return 0;
}

static int
mem_del(void *handle, struct store_octets key)
{
	(void)handle, (void)key;
	return -ENOTSUP;
}

static void
mem_abort(void *handle)
{
	(void)handle;
	mem.n_batch = 0;
}

/* What is done before the nonces are on disk must not be seen outside. */
static void
look(void)
{
	struct pipeline_stats st;
	struct mapdb_stats db;

	if (h.worker == NULL || h.mapdb == NULL)
		return; /* the store is being made */
	pipeline_stats_get(h.worker, &st);
	mapdb_stats_get(h.mapdb, &db);
	mem.notified_at_commit = st.notified;
	mem.eids_at_commit = db.n_eids;
}

static int
mem_commit(void *handle)
{
	look();
	if (mem.commit_error != 0) {
		mem_abort(handle);
		return mem.commit_error;
	}
	for (unsigned int i = 0; i < mem.n_batch; i++)
		put_into(mem.committed, &mem.n_committed, &mem.batch[i]);
	mem.n_batch = 0;
	mem.n_commits++;
	return 0;
}

static const struct store_driver mem_driver = {
	.name = "mem",
	.open = mem_open,
	.close = mem_close,
	.get = mem_get,
	.each = mem_each,
	.put = mem_put,
	.del = mem_del,
	.commit = mem_commit,
	.abort = mem_abort,
};

static void
setup(void)
{
	harness_lab_init(&lab);
}

static void
teardown(void)
{
	harness_close(&h);
}

static void
open_mem(void)
{
	harness_lab_open(&h, &lab, (struct harness_options){ .store = &mem_driver });
	mem.n_commits = 0;
}

static void
open_disk(void)
{
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
}

static void
expect_nothing_stored(void)
{
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
	CU_ASSERT_EQUAL(harness_lab_saved(&h), 0);
}

static void
what_cannot_be_saved_does_not_count(void)
{
	struct harness_register r = harness_register_default(1);

	open_mem();
	mem.commit_error = -EIO;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_STORE);
	expect_nothing_stored();
	mem.commit_error = 0;
	mem.put_error = -ENOSPC;
	r.nonce++;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_STORE);
	expect_nothing_stored();
	mem.put_error = 0;
	r.nonce++;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 1);
}

/* Other policies save nothing, so a broken disk does not touch them. */
static void
only_strict_keys_need_the_store(void)
{
	struct harness_register r = harness_register_default(1);

	open_mem();
	mem.commit_error = mem.put_error = -EIO;
	r.key_id = HARNESS_KEY_RECENT;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	r.key_id = HARNESS_KEY_OFF;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(mem.n_commits, 0);
}

static void
burst_is_saved_together_and_before_anything_counts(void)
{
	struct pipeline_stats rise;

	open_mem();
	for (unsigned int i = 0; i < PIPELINE_BURST_MAX; i++) {
		struct harness_register r = harness_register_default(1 + i);

		r.xtr = (uint8_t)(i % 8);
		r.eid = i;
		harness_register_send(&h, &r);
	}
	harness_turn(&h);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_REGISTERED], PIPELINE_BURST_MAX);
	CU_ASSERT_EQUAL(mem.n_commits, 1);
	CU_ASSERT_EQUAL(mem.notified_at_commit, 0);
	CU_ASSERT_EQUAL(mem.eids_at_commit, 0);
	CU_ASSERT_EQUAL(harness_lab_saved(&h), 8);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), PIPELINE_BURST_MAX);
}

static void
strict_nonces_survive_kill_9(void)
{
	struct harness_register a = harness_register_default(50), b = harness_register_default(7);

	open_disk();
	b.no_trailer = true;
	CU_ASSERT_EQUAL(harness_register_do(&h, &a), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(harness_register_do(&h, &b), PIPELINE_REGISTERED);
	harness_restart(&h);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &a), 50);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &b), 7);
	CU_ASSERT_EQUAL(harness_register_do(&h, &a), PIPELINE_REPLAY);
	CU_ASSERT_EQUAL(harness_register_do(&h, &b), PIPELINE_REPLAY);
	a.nonce = 49;
	CU_ASSERT_EQUAL(harness_register_do(&h, &a), PIPELINE_REPLAY);
	a.nonce = 51;
	CU_ASSERT_EQUAL(harness_register_do(&h, &a), PIPELINE_REGISTERED);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
}

/* (CK-027) The nonce space belongs to the secret: it waits for it, and no other shares it. */
static void
nonces_belong_to_their_secret(void)
{
	struct harness_register r = harness_register_default(50);
	struct harness_lab other;

	harness_lab_init(&other);
	other.keys[0].secret = (const uint8_t *)"another secret";
	other.keys[0].secret_len = 14;
	open_disk();
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), 0);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), -1);
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_AUTH_FAIL);
	harness_restart(&h);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), -1);
	CU_ASSERT_EQUAL(harness_reload(&h, &lab.site, 1), 0);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), 50);
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REPLAY);
}

static void
reload_keeps_the_nonces_of_the_living(void)
{
	struct harness_register r = harness_register_default(50);

	open_disk();
	for (r.key_id = HARNESS_KEY_STRICT; r.key_id <= HARNESS_KEY_RECENT; r.key_id++) {
		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
		CU_ASSERT_EQUAL(harness_reload(&h, &lab.site, 1), 0);
		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REPLAY);
	}
}

static CU_TestInfo nonce_tests[] = {
	{ "what cannot be saved does not count", what_cannot_be_saved_does_not_count },
	{ "only strict keys need the store", only_strict_keys_need_the_store },
	{ "burst is saved together and before anything counts",
			burst_is_saved_together_and_before_anything_counts },
	{ "strict nonces survive kill -9", strict_nonces_survive_kill_9 },
	{ "nonces belong to their secret", nonces_belong_to_their_secret },
	{ "reload keeps the nonces of the living", reload_keeps_the_nonces_of_the_living },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_nonce", NULL, NULL, setup, teardown, nonce_tests },
	CU_SUITE_INFO_NULL,
};
