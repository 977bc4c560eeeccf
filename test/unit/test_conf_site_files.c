/* SPDX-License-Identifier: BSD-3-Clause */

#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_conf.h"

#define FILES 5000

static char dir[64];
static char main_file[96];

__attribute__((format(printf, 2, 3))) static void
write_file(const char *name, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fclose(f);
}

static void
remove_file(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	CU_ASSERT_EQUAL(unlink(path), 0);
}

static struct loaded
load_main(void)
{
	struct loaded l = { .conf = NULL };

	l.rc = conf_load(main_file, NULL, 0, &l.conf, &l.errs);
	return l;
}

static void
a_file_holds_a_site_or_an_array_of_sites(void)
{
	char path[PATH_MAX];
	struct loaded l;

	write_file("main.json", "{" PORT ",\"sites\":[%s],\"site-files\":[\"s/*.json\"]}",
			SITE("main", PREFIX, KEY("")));
	write_file("s/1.json", "%s", SITE("one", "{\"prefix\":\"11.0.0.0/8\"}", KEY("")));
	write_file("s/2.json", "[%s,%s]", SITE("two", "{\"prefix\":\"12.0.0.0/8\"}", KEY("")),
			SITE("three", "{\"prefix\":\"13.0.0.0/8\"}", KEY("")));
	write_file("s/3.txt", "no JSON, and not named");
	l = load_main();
	show_errors(&l);
	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	CU_ASSERT_EQUAL_FATAL(l.conf->n_sites, 4);
	CU_ASSERT_STRING_EQUAL(l.conf->sites[0].name, "main");
	CU_ASSERT_STRING_EQUAL(l.conf->sites[3].name, "three");
	snprintf(path, sizeof(path), "%s/s/a.key", dir);
	CU_ASSERT_STRING_EQUAL(l.conf->sites[3].keys[0].secret_file, path);
	CU_ASSERT_EQUAL(l.conf->sites[3].registration_lifetime_s, 180);
	snprintf(path, sizeof(path), "%s/s/2.json: /1", dir);
	CU_ASSERT_STRING_EQUAL(l.conf->sites[3].where, path);
	loaded_free(&l);
	remove_file("s/1.json");
	remove_file("s/2.json");
	remove_file("s/3.txt");
}

static void
mistakes_name_the_file_they_stand_in(void)
{
	struct loaded l;

	write_file("main.json", "{" PORT ",\"sites\":[%s],\"site-files\":[\"s/*.json\"]}",
			SITE("main", PREFIX, KEY("")));
	write_file("s/1.json", "%s",
			SITE("main", "{\"prefix\":\"10.0.0.0/8\"}", KEY(",\"xtr\":1")));
	write_file("s/2.json", "[{]");
	write_file("s/3.json", "[4,{}]");
	l = load_main();
	CU_ASSERT_EQUAL(l.rc, -EINVAL);
	CU_ASSERT_EQUAL(l.errs.n_errors, 7);
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors,
			"/s/1.json: /keys/0/xtr: not a known name"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors,
			"/s/1.json: /name: \"main\": stands already at "));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "/s/1.json: /eid-prefixes/0: "));
	CU_ASSERT(has_line(
			l.errs.errors, l.errs.n_errors, "/s/2.json: line 1, column 3: not JSON"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "/s/3.json: /0: 4: expected an object"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "/s/3.json: /1/name: missing"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "/s/3.json: /1/eid-prefixes: missing"));
	loaded_free(&l);
	remove_file("s/1.json");
	remove_file("s/2.json");
	remove_file("s/3.json");
}

static void
a_pattern_that_matches_nothing_is_fine(void)
{
	struct loaded l;

	write_file("main.json", "{" PORT ",\"site-files\":[\"none.d/*.json\",\"s/*.json\",\"x\"]}");
	l = load_main();
	CU_ASSERT_EQUAL(l.rc, 0);
	CU_ASSERT_EQUAL(l.conf->n_sites, 0);
	loaded_free(&l);
}

static void
a_match_that_cannot_be_read_is_an_error(void)
{
	char path[PATH_MAX];
	struct loaded l;

	snprintf(path, sizeof(path), "%s/s/dir.json", dir);
	CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
	write_file("main.json", "{" PORT ",\"site-files\":[\"s/*.json\"]}");
	l = load_main();
	CU_ASSERT_EQUAL(l.rc, -EINVAL);
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "/s/dir.json: cannot be read: "));
	loaded_free(&l);
	CU_ASSERT_EQUAL(rmdir(path), 0);
}

static void
five_thousand_files_of_two_sites_load(void)
{
	struct loaded l;
	char name[32];

	write_file("main.json", "{" PORT ",\"site-files\":[\"s/*.json\"]}");
	for (unsigned int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "s/%04u.json", i);
		write_file(name,
				"[{\"name\":\"a%u\",\"site-id\":\"%016x\",\"eid-prefixes\":[{\"prefix\":"
				"\"10.%u.%u.0/24\"}],\"keys\":[%s]},{\"name\":\"b%u\",\"eid-prefixes\":["
				"{\"iid\":%u,\"prefix\":\"0.0.0.0/0\"}],\"keys\":[%s]}]",
				i, i + 1, i / 256, i % 256, KEY(""), i, i, KEY(""));
	}
	l = load_main();
	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	CU_ASSERT_EQUAL_FATAL(l.conf->n_sites, 2 * FILES);
	CU_ASSERT_STRING_EQUAL(l.conf->sites[2 * FILES - 1].name, "b4999");
	loaded_free(&l);
	for (unsigned int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "s/%04u.json", i);
		remove_file(name);
	}
}

/* A directory whose name looks like a pattern is still a directory. */
static int
make_dirs(void)
{
	char sub[96];

	strcpy(dir, "/tmp/sluice-conf-[*]-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(sub, sizeof(sub), "%s/s", dir);
	snprintf(main_file, sizeof(main_file), "%s/main.json", dir);
	return mkdir(sub, 0700);
}

static int
remove_dirs(void)
{
	char sub[96];

	snprintf(sub, sizeof(sub), "%s/s", dir);
	return unlink(main_file) != 0 || rmdir(sub) != 0 || rmdir(dir) != 0;
}

static CU_TestInfo file_tests[] = {
	{ "a file holds a site or an array of sites", a_file_holds_a_site_or_an_array_of_sites },
	{ "mistakes name the file they stand in", mistakes_name_the_file_they_stand_in },
	{ "a pattern that matches nothing is fine", a_pattern_that_matches_nothing_is_fine },
	{ "a match that cannot be read is an error", a_match_that_cannot_be_read_is_an_error },
	{ "five thousand files of two sites load", five_thousand_files_of_two_sites_load },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_site_files", make_dirs, remove_dirs, NULL, NULL, file_tests },
	CU_SUITE_INFO_NULL,
};
