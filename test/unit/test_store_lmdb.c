/* SPDX-License-Identifier: BSD-3-Clause */

/* What holds for the driver lmdb alone: its folder, its files, its size. */

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "test_store.h"

static void
killed_process_loses_only_the_open_batch(void)
{
	struct store *s;
	struct seen seen;
	int status;
	pid_t pid;

	pid = fork();
	CU_ASSERT_NOT_EQUAL_FATAL(pid, -1);
	if (pid == 0) {
		s = open_store();
		put(s, 1, 1, 9, 100);
		if (store_commit(s) != 0)
			_exit(1);
		put(s, 1, 1, 9, 101);
		raise(SIGKILL);
	}
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFSIGNALED(status));

	s = open_store();
	seen = look(s);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_TRUE(has(&seen, 1, 1, 9, 100));
	store_close(s);
}

static void
folder_and_files_are_for_the_owner_only(void)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "owner.lock" };
	mode_t before = umask(0);
	struct stat st;
	char path[256];

	store_close(open_store());
	umask(before);
	CU_ASSERT_EQUAL(stat(folder, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0700);
	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		CU_ASSERT_EQUAL(stat(path, &st), 0);
		CU_ASSERT_EQUAL(st.st_mode & 07777, 0600);
	}
}

static void
folder_others_may_use_is_refused(void)
{
	static const mode_t modes[] = { 0701, 0710, 0720, 0704, 0755, 0777 };
	struct store *s;

	store_close(open_store());
	for (unsigned int i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CU_ASSERT_EQUAL(chmod(folder, modes[i]), 0);
		CU_ASSERT_EQUAL(open_sized(&s, 0), -EPERM);
		CU_ASSERT_PTR_NOT_NULL(strstr(why, "others may use it"));
	}
	CU_ASSERT_EQUAL(chmod(folder, 0700), 0);
	store_close(open_store());
}

static void
second_open_is_busy(void)
{
	struct store *s = open_store();
	struct store *second;
	int status;
	pid_t pid;

	CU_ASSERT_EQUAL(open_sized(&second, 0), -EBUSY);
	CU_ASSERT_PTR_NULL(second);
	pid = fork();
	CU_ASSERT_NOT_EQUAL_FATAL(pid, -1);
	if (pid == 0)
		_exit(open_sized(&second, 0) == -EBUSY ? 42 : 1);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 42);

	put(s, 1, 0, 0, 1); /* the first one is none the worse */
	CU_ASSERT_EQUAL(store_commit(s), 0);
	store_close(s);
	store_close(open_store());
}

/* Puts until the store is full; returns how many went in. */
static unsigned int
put_until_full(struct store *s, int *ret)
{
	struct store_nonce n = make_nonce(7, 1, 0, 0);
	unsigned int count = 0;

	for (*ret = 0; *ret == 0 && count < 100000; count++) {
		memcpy(n.xtr_id, &count, sizeof(count));
		*ret = store_nonce_put(s, &n);
	}
	return count;
}

static void
full_store_drops_the_batch_and_goes_on(void)
{
	struct store *s = NULL;
	struct seen seen;
	unsigned int count;
	int ret;

	CU_ASSERT_EQUAL_FATAL(open_sized(&s, 256 * 1024), 0);
	put(s, 1, 1, 9, 41);
	CU_ASSERT_EQUAL(store_commit(s), 0);

	put(s, 1, 1, 9, 42);
	count = put_until_full(s, &ret);
	CU_ASSERT_EQUAL(ret, -ENOSPC);
	CU_ASSERT(count > 500);
	CU_ASSERT_EQUAL(store_commit(s), 0); /* of an empty batch */
	seen = look(s);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_TRUE(has(&seen, 1, 1, 9, 41));

	put(s, 1, 1, 9, 43);
	CU_ASSERT_EQUAL(store_commit(s), 0);
	store_close(s);
	s = open_store();
	seen = look(s);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_TRUE(has(&seen, 1, 1, 9, 43));
	store_close(s);
}

/* Space freed by each commit is used again, also with a read in between. */
static void
thousand_commits_do_not_grow_the_store(void)
{
	struct store *s = NULL;

	CU_ASSERT_EQUAL_FATAL(open_sized(&s, 256 * 1024), 0);
	for (unsigned int i = 0; i < 1000; i++) {
		put(s, (uint8_t)i, 1, 9, i);
		CU_ASSERT_EQUAL_FATAL(store_commit(s), 0);
		if (i % 100 == 0)
			look(s);
	}
	store_close(s);
}

static void
file_of_something_else_is_refused(void)
{
	char path[256];
	struct store *s;
	FILE *f;

	store_close(open_store());
	snprintf(path, sizeof(path), "%s/data.mdb", folder);
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	for (unsigned int i = 0; i < 4096; i++)
		fputs("this is no store", f);
	fclose(f);
	CU_ASSERT_EQUAL(open_sized(&s, 0), -EBADMSG);
	CU_ASSERT_NOT_EQUAL(why[0], '\0');
}

static void
path_that_is_a_file_is_refused(void)
{
	struct store *s;
	FILE *f = fopen(folder, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fclose(f);
	CU_ASSERT_EQUAL(open_sized(&s, 0), -ENOTDIR);
	CU_ASSERT_NOT_EQUAL(why[0], '\0');
}

static int
pick_driver(void)
{
	for (unsigned int i = 0; drivers_store[i] != NULL; i++)
		if (strcmp(drivers_store[i]->name, "lmdb") == 0)
			driver_now = drivers_store[i];
	if (driver_now == NULL) {
		fprintf(stderr, "driver lmdb was not built: skipped\n");
		exit(77);
	}
	return 0;
}

static CU_TestInfo lmdb_tests[] = {
	{ "killed process loses only the open batch", killed_process_loses_only_the_open_batch },
	{ "folder and files are for the owner only", folder_and_files_are_for_the_owner_only },
	{ "folder others may use is refused", folder_others_may_use_is_refused },
	{ "second open is busy", second_open_is_busy },
	{ "full store drops the batch and goes on", full_store_drops_the_batch_and_goes_on },
	{ "thousand commits do not grow the store", thousand_commits_do_not_grow_the_store },
	{ "file of something else is refused", file_of_something_else_is_refused },
	{ "path that is a file is refused", path_that_is_a_file_is_refused },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "store_lmdb", pick_driver, NULL, make_base, remove_base, lmdb_tests },
	CU_SUITE_INFO_NULL,
};
