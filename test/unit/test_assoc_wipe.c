/* SPDX-License-Identifier: BSD-3-Clause */

/* Secrets are gone when memory is given back: this program keeps the mappings of base_mem.h itself,
 * so that it can look into each of them at the moment it is unmapped. */

#include <sys/mman.h>

#include "base_mem.h"
#include "test_assoc.h"

static const char secret[] = "do-not-leave-this-about";
static unsigned int n_unmapped, n_leaks;

void *
base_mem_map(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
base_mem_unmap(void *p, size_t len)
{
	if (p == NULL)
		return;
	n_unmapped++;
	n_leaks += memmem(p, len, secret, strlen(secret)) != NULL;
	munmap(p, len);
}

static void
open_with_secret(void)
{
	uint32_t site;

	table_open(16, 8, 16);
	site = add_site("alpha", 0xa);
	add_prefix(site, "10.0.0.0/8", false);
	add_key(site, 1, 3, secret);
	n_unmapped = n_leaks = 0;
}

static bool
snapshot_holds_secret(void)
{
	const struct auth_key *k = &site_named("alpha")->key[1]->auth;

	return memmem(k, sizeof(*k), secret, strlen(secret)) != NULL;
}

static void
secrets_are_wiped_when_a_snapshot_is_freed(void)
{
	open_with_secret();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT_TRUE(snapshot_holds_secret());
	n_unmapped = 0;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	CU_ASSERT(n_unmapped > 0);
	CU_ASSERT_EQUAL(n_leaks, 0);
	CU_ASSERT_TRUE(snapshot_holds_secret());
	table_close();
}

static void
secrets_are_wiped_when_the_table_is_destroyed(void)
{
	open_with_secret();
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	rte_rcu_qsbr_thread_register(rcu, 0);
	rte_rcu_qsbr_thread_online(rcu, 0);
	CU_ASSERT_EQUAL_FATAL(load(), 0); /* one more, held by the reader */
	rte_rcu_qsbr_thread_offline(rcu, 0);
	rte_rcu_qsbr_thread_unregister(rcu, 0);
	n_unmapped = 0;
	table_close();
	CU_ASSERT(n_unmapped > 2);
	CU_ASSERT_EQUAL(n_leaks, 0);
}

static void
secrets_are_wiped_when_a_load_fails(void)
{
	open_with_secret();
	add_key(add_site("beta", 0xb), 1, 2, secret);
	CU_ASSERT_EQUAL_FATAL(load(), -EEXIST);
	CU_ASSERT(n_unmapped > 0);
	CU_ASSERT_EQUAL(n_leaks, 0);
	CU_ASSERT_PTR_NULL(strstr(why, secret));
	add_key(1, 1, 2, "a second under the same Key ID");
	CU_ASSERT_EQUAL_FATAL(load(), -EEXIST);
	CU_ASSERT_EQUAL(n_leaks, 0);
	table_close();
}

static CU_TestInfo wipe_tests[] = {
	{ "secrets are wiped when a snapshot is freed",
			secrets_are_wiped_when_a_snapshot_is_freed },
	{ "secrets are wiped when the table is destroyed",
			secrets_are_wiped_when_the_table_is_destroyed },
	{ "secrets are wiped when a load fails", secrets_are_wiped_when_a_load_fails },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "assoc_wipe", NULL, NULL, NULL, NULL, wipe_tests },
	CU_SUITE_INFO_NULL,
};
