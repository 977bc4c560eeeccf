/* SPDX-License-Identifier: BSD-3-Clause */

/* sluicectl against a server that has one fixed answer for each command: the shapes are those of
 * docs/control-api.md. */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>
#include <jansson.h>

#include "ctl.h"
#include "sluicectl.h"

#define FAILURE                                                                                         \
	"{\"reason\":\"auth-fail\",\"text\":\"Authentication Data is wrong\",\"when\":"                 \
	"\"2026-01-01T00:00:00Z\",\"ago_s\":75,\"from\":\"10.99.0.2\",\"from_port\":4342,\"key_id\":0," \
	"\"nonce\":\"00000000000000aa\",\"authenticated\":false}"
#define ASSOCIATION                                                                                 \
	"{\"site\":\"lab\",\"key_id\":0,\"algorithm\":1,\"algorithm_name\":\"HMAC-SHA-1-96\","      \
	"\"policy\":\"off\",\"insecure\":true,\"xtr_id\":null,\"last_nonce\":\"0123456789abcdef\"," \
	"\"last_ok_ago_s\":12.3,\"accepted\":12345,\"replays\":1}"
#define KEY                                                                                    \
	"{\"site\":\"lab\",\"key_id\":0,\"algorithm\":1,\"algorithm_name\":\"HMAC-SHA-1-96\"," \
	"\"policy\":\"off\",\"insecure\":true,\"associations\":1,\"not_before\":null,"         \
	"\"not_after\":\"2028-01-01\",\"state\":\"valid\"}"
#define REGISTRATION                                                                                       \
	"{\"eid\":\"192.0.2.0/24\",\"iid\":0,\"site\":\"lab\",\"xtr_id\":null,\"ttl_min\":10,"             \
	"\"expires_in_s\":171.2,\"flags\":[\"proxy\",\"security\"],\"locators\":[{\"rloc\":\"10.99.0.2\"," \
	"\"priority\":1,\"weight\":100,\"reachable\":true},{\"rloc\":\"10.99.0.3\",\"priority\":2,"        \
	"\"weight\":50,\"reachable\":false}]}"
#define STATUS                                                                                                                     \
	"{\"version\":\"9.9\",\"pid\":42,\"uptime_s\":7265,\"config_file\":\"lab.json\",\"log_level\":"                            \
	"\"info\",\"engine\":{\"name\":\"openssl\",\"why\":\"the only one\"},\"store\":{\"driver\":"                               \
	"\"lmdb\",\"commits\":12,\"saved\":3400},\"registrations\":1000,\"eid_prefixes\":10000,\"associations\":1000,\"sites\":2," \
	"\"keys\":3,\"memory\":{\"octets\":1048576,\"octets_per_eid_prefix\":104},\"totals\":{"                                    \
	"\"received\":1234567,\"accepted\":1234000,\"dropped\":567,\"answers\":{\"map-notify\":1233}},"                            \
	"\"rates\":{\"received_per_s\":1500.2,\"accepted_per_s\":1500,\"dropped_per_s\":0},"                                       \
	"\"ports\":[{\"name\":\"p0\",\"link\":\"up\",\"mac\":\"02:00:00:00:00:01\",\"devargs\":\"net_null0\","                     \
	"\"addresses\":[\"10.99.0.1\",\"::1\"],\"rx\":{\"packets\":1234567,\"missed\":0},\"tx\":{"                                 \
	"\"packets\":1233}}],\"workers\":[{\"id\":0,\"cpu\":1,\"received\":1234567,\"accepted\":"                                  \
	"1234000,\"dropped\":567,\"handed_over\":10000,\"busy\":0.25}]}"
#define SITE                                                                                      \
	"{\"name\":\"lab\",\"site_id\":\"0000000000000000\",\"auth\":\"static\","                 \
	"\"registration_lifetime_s\":180,\"notify_port\":\"4342\",\"n_eid_prefixes\":7,"          \
	"\"eid_prefixes\":[{\"eid\":\"192.0.2.0/24\",\"iid\":0,\"accept_more_specifics\":true}]," \
	"\"registrations\":2,\"keys\":[" KEY                                                      \
	"],\"n_associations\":9,\"associations\":[" ASSOCIATION                                   \
	"],\"last_success\":null,\"last_failure\":" FAILURE ",\"hints\":[\"the secret differs\"]}"
#define DROP                                                                                  \
	"{\"reason\":\"auth-fail\",\"text\":\"Authentication Data is wrong\",\"count\":4000," \
	"\"last_from\":\"10.99.0.2\",\"last_when\":\"2026-01-01T00:00:00Z\",\"last_ago_s\":3}"

#define ENROLLED                                                                          \
	"{\"site\":\"00000000000000a1\",\"xtr_id\":\"000102030405060708090a0b0c0d0e0f\"," \
	"\"gen\":2,\"label\":null,\"identity\":\"id\",\"line\":\"id secret check\"}"
#define IDENTITY                                                                                    \
	"{\"site\":\"00000000000000a1\",\"xtr_id\":\"000102030405060708090a0b0c0d0e0f\","           \
	"\"gen\":2,\"ref\":\"m1\",\"label\":\"cpe 7\",\"state\":\"seen\",\"enrolled_by\":\"root\"," \
	"\"enrolled\":\"2026-01-01T00:00:00Z\",\"last_grant\":null,\"last_from\":null}"
#define MASTER                                                                      \
	"{\"version\":1,\"state\":\"active\",\"created\":\"2026-01-01T00:00:00Z\"," \
	"\"identities\":1000}"

static char dir[64];
static char path[96];
static struct ctl_server *server;
static pthread_t thread;
static atomic_bool stop;
static char asked[256]; /* args of the last request, as text */

/* Give one item, so many times; a site of another name is not found. */
static int
give(struct ctl_call *call, json_t **item, const char *text, uintptr_t times)
{
	uintptr_t n = (uintptr_t)call->state;

	if (n == times)
		return 0;
	call->state = (void *)(n + 1);
	*item = json_loads(text, 0, NULL);
	return *item != NULL ? 1 : -EINVAL;
}

static void
remember(const struct ctl_call *call)
{
	char *text = json_dumps(call->args, JSON_COMPACT | JSON_SORT_KEYS);

	snprintf(asked, sizeof(asked), "%s", text);
	free(text);
}

#define COMMAND(name, text, times)                                              \
	static int name##_next(struct ctl_call *call, void *arg, json_t **item) \
	{                                                                       \
		(void)arg;                                                      \
		remember(call);                                                 \
		return give(call, item, text, times);                           \
	}

COMMAND(status, STATUS, 1)
COMMAND(associations, ASSOCIATION, 2)
COMMAND(registrations, REGISTRATION, 1000)
COMMAND(keys, KEY, 1)
COMMAND(drops, DROP, 0)
COMMAND(reload, "{\"notes\":\"2 sites\"}", 1)
COMMAND(enroll, ENROLLED, 1)
COMMAND(inventory, IDENTITY, 2)
COMMAND(master, MASTER, 1)
COMMAND(revoke, "{\"denied\":true,\"keys_removed\":3,\"link\":\"up\"}", 1)
COMMAND(deny, "{\"entry\":\"site 00000000000000a1 on 7\"}", 2)

static int
site_next(struct ctl_call *call, void *arg, json_t **item)
{
	const char *name = json_string_value(json_object_get(call->args, "name"));

	(void)arg;
	remember(call);
	if (name == NULL || strcmp(name, "lab") != 0) {
		snprintf(call->why, sizeof(call->why), "no site is called \"%s\"", name);
		return -ENOENT;
	}
	return give(call, item, SITE, 1);
}

static const struct ctl_command commands[] = {
	{ "status", false, "", NULL, status_next, NULL },
	{ "site", false, "", NULL, site_next, NULL },
	{ "associations", false, "", NULL, associations_next, NULL },
	{ "registrations", false, "", NULL, registrations_next, NULL },
	{ "keys", false, "", NULL, keys_next, NULL },
	{ "drops", false, "", NULL, drops_next, NULL },
	{ "reload", true, "", NULL, reload_next, NULL },
	{ "enroll", true, "", NULL, enroll_next, NULL },
	{ "inventory", false, "", NULL, inventory_next, NULL },
	{ "master", true, "", NULL, master_next, NULL },
	{ "revoke", true, "", NULL, revoke_next, NULL },
	{ "deny", true, "", NULL, deny_next, NULL },
	{ NULL, false, NULL, NULL, NULL, NULL },
};

static void *
run_server(void *arg)
{
	struct pollfd p = { .fd = ctl_server_fd(server), .events = POLLIN };

	while (!atomic_load(&stop))
		if (poll(&p, 1, 10) > 0)
			ctl_server_step(server);
	return arg;
}

static int
start(void)
{
	struct ctl_server_params params = { .path = path, .commands = commands };
	char why[CTL_WHY_MAX];

	strcpy(dir, "/tmp/sluice-ctl-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/socket", dir);
	setenv("SLUICE_SOCKET", path, 1);
	setenv("SLUICE_KEY_SOCKET", path, 1);
	if (ctl_server_open(&params, &server, why) != 0)
		return 1;
	return pthread_create(&thread, NULL, run_server, NULL);
}

static int
finish(void)
{
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	ctl_server_close(server);
	return rmdir(dir);
}

/* What one run wrote; run_free(). */
struct run {
	int status;
	char *out, *err;
};

static struct run
run(const char *line)
{
	char copy[256], *argv[16], *save = NULL;
	size_t out_len, err_len;
	struct run r;
	int argc = 0;
	FILE *out = open_memstream(&r.out, &out_len), *err = open_memstream(&r.err, &err_len);

	snprintf(copy, sizeof(copy), "sluicectl %s", line);
	for (char *w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	r.status = sluicectl_run(argc, argv, out, err);
	fclose(out);
	fclose(err);
	return r;
}

static void
run_free(struct run *r)
{
	free(r->out);
	free(r->err);
}

/* The line ends with status 0 and says all of it. */
static void
says(const char *line, const char *const *parts, unsigned int n)
{
	struct run r = run(line);

	CU_ASSERT_EQUAL(r.status, 0);
	CU_ASSERT_STRING_EQUAL(r.err, "");
	for (unsigned int i = 0; i < n; i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(r.out, parts[i]));
		if (strstr(r.out, parts[i]) == NULL)
			printf("\n    \"%s\" is not in:\n%s", parts[i], r.out);
	}
	run_free(&r);
}

#define SAYS(line, ...)                                    \
	says((line), (const char *const[]){ __VA_ARGS__ }, \
			sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void
status_is_one_page(void)
{
	SAYS("status", "sluice-mapserver 9.9, pid 42, up 2 h 1 min", "openssl (the only one)",
			"10,000 EID-prefixes in 1,000 registrations",
			"lmdb, 3,400 nonces saved in 12 commits", "1,234,567 received (1,500/s)",
			"567 dropped (0/s)", "1,233 map-notify", "104 octets for each EID-prefix",
			"1.0 MiB", "10.99.0.1, ::1", "25 %");
}

static void
a_site_says_why_an_etr_does_not_show_up(void)
{
	SAYS("site lab", "site lab\n", "192.0.2.0/24 and more-specifics", "and 6 more",
			"last success   never", "auth-fail: Authentication Data is wrong",
			"from 10.99.0.2 port 4342, 1 min 15 s ago, Key ID 0", "NOT authenticated",
			"the secret differs", "INSECURE", "and 8 more");
}

static void
rows_stand_in_columns_with_a_total(void)
{
	SAYS("associations", "SITE  XTR-ID", "lab   -", "0123456789abcdef", "12 s ago", "12,345",
			"\n2 associations\n");
	SAYS("keys", "2028-01-01", "valid", "\n1 key\n");
	SAYS("registrations", "EID-PREFIX", "192.0.2.0/24", "2 min 51 s", "proxy,security",
			"10.99.0.2 1/100, 10.99.0.3 2/50 down", "\n1,000 registrations\n");
	SAYS("drops", "nothing was dropped\n");
	SAYS("reload", "reloaded: 2 sites\n");
}

static void
arguments_reach_the_server(void)
{
	SAYS("registrations --site lab --eid 10.0.0.0/8", "");
	CU_ASSERT_STRING_EQUAL(asked, "{\"eid\":\"10.0.0.0/8\",\"site\":\"lab\"}");
	SAYS("--site lab associations", "");
	CU_ASSERT_STRING_EQUAL(asked, "{\"site\":\"lab\"}");
	SAYS("drops --all", "");
	CU_ASSERT_STRING_EQUAL(asked, "{\"all\":true}");
	SAYS("status", "");
	CU_ASSERT_STRING_EQUAL(asked, "{}");
}

/* The answer as JSON has that many elements; -1: it is an object. */
static void
is_json(const char *line, int elements)
{
	struct run r = run(line);
	json_t *json = json_loads(r.out, JSON_REJECT_DUPLICATES, NULL);

	CU_ASSERT_EQUAL(r.status, 0);
	CU_ASSERT_PTR_NOT_NULL(json);
	if (elements < 0) {
		CU_ASSERT(json_is_object(json));
	} else {
		CU_ASSERT_EQUAL(json_array_size(json), (size_t)elements);
	}
	json_decref(json);
	run_free(&r);
}

static void
json_is_one_value_for_programs(void)
{
	is_json("--json status", -1);
	is_json("site lab --json", -1);
	is_json("--json associations", 2);
	is_json("--json registrations", 1000);
	is_json("--json keys", 1);
	is_json("--json drops", 0);
	is_json("--json reload", -1);
}

static void
no_of_the_server_is_status_1_with_its_sentence(void)
{
	struct run r = run("site nowhere");

	CU_ASSERT_EQUAL(r.status, 1);
	CU_ASSERT_STRING_EQUAL(r.out, "");
	CU_ASSERT_STRING_EQUAL(r.err, "sluicectl: site: no site is called \"nowhere\"\n");
	run_free(&r);
	r = run("--json site nowhere");
	CU_ASSERT_EQUAL(r.status, 1);
	CU_ASSERT_STRING_EQUAL(r.out, "");
	run_free(&r);
}

static void
no_server_is_status_1_and_says_where_it_was_looked_for(void)
{
	struct run r = run("--socket /nonexistent/socket status");

	CU_ASSERT_EQUAL(r.status, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "no server at /nonexistent/socket: "));
	run_free(&r);
	setenv("SLUICE_SOCKET", "", 1);
	r = run("status");
	if (r.status != 0) /* or one runs on this machine */
		CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "./sluice.sock or /run/sluice/sluice.sock: "));
	run_free(&r);
	setenv("SLUICE_SOCKET", path, 1);
}

/* A file of this text beside the socket. */
static const char *
put_file(const char *name, const char *text)
{
	static char at[128];
	FILE *f;

	snprintf(at, sizeof(at), "%s/%s", dir, name);
	f = fopen(at, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
	return at;
}

static void
an_enrolment_line_is_printed_only_on_demand(void)
{
	struct run r = run("enroll --site lab");

	CU_ASSERT_EQUAL(r.status, 2);
	CU_ASSERT_STRING_EQUAL(r.out, "");
	run_free(&r);
	SAYS("enroll --site lab --count 3 --print", "id secret check\n");
	CU_ASSERT_STRING_EQUAL(asked, "{\"count\":3,\"site\":\"lab\"}");
}

static void
an_enrolment_line_goes_into_a_file_that_nobody_else_reads_and_never_over_another(void)
{
	char line[128], file[160], text[64] = "";
	struct stat st;
	struct run r;
	FILE *f;

	snprintf(line, sizeof(line), "enroll --site lab --out %s/lines", dir);
	SAYS(line, "1 enrolled");
	snprintf(file, sizeof(file),
			"%s/lines/00000000000000a1-000102030405060708090a0b0c0d0e0f-2.enrol", dir);
	CU_ASSERT_EQUAL_FATAL(stat(file, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0600);
	f = fopen(file, "r");
	CU_ASSERT_PTR_NOT_NULL(fgets(text, sizeof(text), f));
	fclose(f);
	CU_ASSERT_STRING_EQUAL(text, "id secret check\n");
	r = run(line);
	CU_ASSERT_EQUAL(r.status, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "File exists"));
	CU_ASSERT_PTR_NULL(strstr(r.err, "secret check"));
	run_free(&r);
	unlink(file);
	snprintf(file, sizeof(file), "%s/lines", dir);
	rmdir(file);
}

static void
etrs_of_a_file_are_enrolled_together(void)
{
	const char *file =
			put_file("etrs.csv", "site,xtr-id,label\n# ours\nlab,,cpe 1\nlab,00ff,\n");
	char line[160];
	struct run r;

	snprintf(line, sizeof(line), "enroll --from %s --supersede --print", file);
	SAYS(line, "id secret check\n");
	CU_ASSERT_STRING_EQUAL(asked,
			"{\"rows\":[{\"label\":\"cpe 1\",\"site\":\"lab\",\"supersede\":true},"
			"{\"site\":\"lab\",\"supersede\":true,\"xtr\":\"00ff\"}]}");
	put_file("etrs.csv", "lab,00ff,x,too many\n");
	r = run(line);
	CU_ASSERT_EQUAL(r.status, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "line 1"));
	run_free(&r);
	unlink(file);
}

static void
the_key_server_is_told_apart_from_the_map_server(void)
{
	SAYS("inventory --state seen", "cpe 7", "\n2 identities\n");
	SAYS("master list", "MASTER", "active", "1,000", "\n1 master\n");
	SAYS("master retire 1 --now", "active");
	CU_ASSERT_STRING_EQUAL(asked, "{\"action\":\"retire\",\"now\":true,\"version\":1}");
	setenv("SLUICE_KEY_SOCKET", "/nonexistent/keys", 1);
	struct run r = run("master list");

	CU_ASSERT_EQUAL(r.status, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "no key server at /nonexistent/keys: "));
	run_free(&r);
	setenv("SLUICE_KEY_SOCKET", path, 1);
}

static void
a_revocation_with_one_server_down_does_its_half_and_says_what_is_missing(void)
{
	struct run r;

	SAYS("revoke lab 00ff --gen 3", "denied, keys removed\n");
	CU_ASSERT_STRING_EQUAL(asked, "{\"gen\":3,\"site\":\"lab\",\"xtr\":\"00ff\"}");
	setenv("SLUICE_KEY_SOCKET", "/nonexistent/keys", 1);
	r = run("revoke lab");
	CU_ASSERT_EQUAL(r.status, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "the key server could not be told"));
	CU_ASSERT_PTR_NOT_NULL(strstr(r.out, "keys removed"));
	run_free(&r);
	setenv("SLUICE_KEY_SOCKET", path, 1);
	setenv("SLUICE_SOCKET", "/nonexistent/server", 1);
	r = run("revoke lab");
	CU_ASSERT_EQUAL(r.status, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "the map server could not be told"));
	run_free(&r);
	setenv("SLUICE_SOCKET", path, 1);
}

static void
the_deny_list_is_exported_and_merged_as_lines(void)
{
	const char *file;
	char line[160];

	SAYS("deny list", "site 00000000000000a1 on 7\nsite 00000000000000a1 on 7\n");
	file = put_file("deny.txt", "# from a backup\nsite 00000000000000a1 on 7\n");
	snprintf(line, sizeof(line), "deny merge --from %s", file);
	SAYS(line, "");
	CU_ASSERT_STRING_EQUAL(asked,
			"{\"action\":\"merge\",\"entries\":[\"site 00000000000000a1 on 7\"]}");
	unlink(file);
}

static void
wrong_usage_is_status_2(void)
{
	static const char *const lines[] = { "", "nothing", "status x", "site", "site a b",
		"--bad status", "status --site a", "keys --eid 10.0.0.0/8", "associations --all",
		"--socket", "keys --site", "revoke", "revoke lab --all-keys", "master", "deny",
		"enroll --site lab", "status --count 3", "master retire 1 2" };

	for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct run r = run(lines[i]);

		CU_ASSERT_EQUAL(r.status, 2);
		CU_ASSERT_STRING_EQUAL(r.out, "");
		CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "usage: sluicectl"));
		run_free(&r);
	}
	SAYS("--help", "usage: sluicectl", "registrations");
}

static CU_TestInfo command_tests[] = {
	{ "status is one page", status_is_one_page },
	{ "a site says why an ETR does not show up", a_site_says_why_an_etr_does_not_show_up },
	{ "rows stand in columns with a total", rows_stand_in_columns_with_a_total },
	{ "arguments reach the server", arguments_reach_the_server },
	{ "JSON is one value for programs", json_is_one_value_for_programs },
	{ "no of the server is status 1 with its sentence",
			no_of_the_server_is_status_1_with_its_sentence },
	{ "no server is status 1 and says where it was looked for",
			no_server_is_status_1_and_says_where_it_was_looked_for },
	{ "an enrolment line is printed only on demand",
			an_enrolment_line_is_printed_only_on_demand },
	{ "an enrolment line goes into a file that nobody else reads, and never over another",
			an_enrolment_line_goes_into_a_file_that_nobody_else_reads_and_never_over_another },
	{ "ETRs of a file are enrolled together", etrs_of_a_file_are_enrolled_together },
	{ "the key server is told apart from the map server",
			the_key_server_is_told_apart_from_the_map_server },
	{ "a revocation with one server down does its half and says what is missing",
			a_revocation_with_one_server_down_does_its_half_and_says_what_is_missing },
	{ "the deny list is exported and merged as lines",
			the_deny_list_is_exported_and_merged_as_lines },
	{ "wrong usage is status 2", wrong_usage_is_status_2 },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "sluicectl", start, finish, NULL, NULL, command_tests },
	CU_SUITE_INFO_NULL,
};
