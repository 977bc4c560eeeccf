/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "base_clock.h"
#include "ctl.h"

#define ROWS 100000

static char dir[64];
static char path[96];
static unsigned int opened, closed;

/* Commands of the server under test. */

static int
count_open(struct ctl_call *call, void *arg)
{
	json_int_t n = json_integer_value(json_object_get(call->args, "rows"));

	(void)arg;
	if (n < 0) {
		snprintf(call->why, sizeof(call->why), "rows cannot be negative");
		return -EINVAL;
	}
	call->state = calloc(2, sizeof(json_int_t));
	((json_int_t *)call->state)[1] = n;
	opened++;
	return 0;
}

static int
count_next(struct ctl_call *call, void *arg, json_t **item)
{
	json_int_t *state = call->state;

	(void)arg;
	if (state[0] == state[1])
		return 0;
	*item = json_pack("{s:I}", "row", state[0]++);
	return 1;
}

static void
count_close(struct ctl_call *call, void *arg)
{
	(void)arg;
	free(call->state);
	closed++;
}

/* Three rows of 40,000 octets, then an error. */
static int
wide_next(struct ctl_call *call, void *arg, json_t **item)
{
	uintptr_t n = (uintptr_t)call->state;
	char text[40001];

	(void)arg;
	if (n == 3) {
		snprintf(call->why, sizeof(call->why), "the table went away");
		return -ENOENT;
	}
	memset(text, 'x', 40000);
	text[40000] = '\0';
	*item = json_pack("{s:s}", "text", text);
	call->state = (void *)(n + 1);
	return 1;
}

static int
huge_next(struct ctl_call *call, void *arg, json_t **item)
{
	char *text = calloc(1, 70000);

	(void)call, (void)arg;
	memset(text, 'x', 69999);
	*item = json_pack("{s:s}", "text", text);
	free(text);
	return 1;
}

/* Finds a row at every tenth look. */
static int
search_next(struct ctl_call *call, void *arg, json_t **item)
{
	uintptr_t n = (uintptr_t)call->state + 1;

	(void)arg;
	call->state = (void *)n;
	if (n == 40)
		return 0;
	if (n % 10 != 0)
		return -EAGAIN;
	*item = json_pack("{s:I}", "row", (json_int_t)(n / 10 - 1));
	return 1;
}

static int
nothing_next(struct ctl_call *call, void *arg, json_t **item)
{
	(void)call, (void)arg, (void)item;
	return 0;
}

static const struct ctl_command commands[] = {
	{ "count", false, "count rows", count_open, count_next, count_close },
	{ "wide", false, "wide rows", NULL, wide_next, NULL },
	{ "huge", false, "a row that fits no message", NULL, huge_next, NULL },
	{ "search", false, "rows that are rare", NULL, search_next, NULL },
	{ "change", true, "a change", NULL, nothing_next, NULL },
	{ NULL, false, NULL, NULL, NULL, NULL },
};

static const struct ctl_server_params params = { .path = path, .commands = commands, .idle_s = 60 };

static struct ctl_server *
open_server(void)
{
	struct ctl_server *s = NULL;
	char why[CTL_WHY_MAX];

	CU_ASSERT_EQUAL_FATAL(ctl_server_open(&params, &s, why), 0);
	return s;
}

/* A server in a thread of its own, as it is in a process of its own. */

static struct ctl_server *server;
static pthread_t thread;
static atomic_bool stop;

static void *
run_server(void *arg)
{
	struct pollfd p = { .fd = ctl_server_fd(server), .events = POLLIN };

	while (!atomic_load(&stop))
		if (poll(&p, 1, 10) > 0)
			ctl_server_step(server);
	return arg;
}

static void
start_server(void)
{
	server = open_server();
	opened = closed = 0;
	atomic_store(&stop, false);
	pthread_create(&thread, NULL, run_server, NULL);
}

static void
stop_server(void)
{
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	ctl_server_close(server);
}

static int
check_row(const json_t *item, void *arg)
{
	json_int_t *expected = arg;

	CU_ASSERT_EQUAL(json_integer_value(json_object_get(item, "row")), *expected);
	(*expected)++;
	return 0;
}

static int
count_items(const json_t *item, void *arg)
{
	CU_ASSERT(json_is_object(item));
	(*(unsigned int *)arg)++;
	return 0;
}

/* A client that speaks for itself. */

static int
raw_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
steps(struct ctl_server *s, unsigned int n)
{
	while (n-- > 0)
		ctl_server_step(s);
}

static void
rows_arrive_in_order_and_all(void)
{
	json_t *args = json_pack("{s:i}", "rows", ROWS);
	json_int_t rows = 0;
	char why[CTL_WHY_MAX];

	start_server();
	CU_ASSERT_EQUAL(ctl_call(path, "count", args, 5000, check_row, &rows, why), 0);
	CU_ASSERT_EQUAL(rows, ROWS);
	rows = 0;
	CU_ASSERT_EQUAL(ctl_call(path, "count", NULL, 5000, check_row, &rows, why), 0);
	CU_ASSERT_EQUAL(rows, 0);
	stop_server();
	CU_ASSERT_EQUAL(opened, 2);
	CU_ASSERT_EQUAL(closed, 2);
	json_decref(args);
}

static void
a_long_search_gives_the_owner_back_at_every_look(void)
{
	static const char empty[] = "{\"items\":[]}";
	static const char request[] = "{\"cmd\":\"search\"}";
	struct ctl_server *s = open_server();
	char buf[64] = "";
	int fd = raw_connect();

	CU_ASSERT(send(fd, request, strlen(request), 0) > 0);
	steps(s, 2); /* accept, read */
	for (unsigned int look = 1; look < 10; look++) {
		steps(s, 1);
		CU_ASSERT_EQUAL(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), (ssize_t)strlen(empty));
		CU_ASSERT_EQUAL(memcmp(buf, empty, strlen(empty)), 0);
	}
	close(fd);
	ctl_server_close(s);
}

static void
rows_that_are_rare_arrive_all_the_same(void)
{
	json_int_t rows = 0;
	char why[CTL_WHY_MAX];

	start_server();
	CU_ASSERT_EQUAL(ctl_call(path, "search", NULL, 5000, check_row, &rows, why), 0);
	CU_ASSERT_EQUAL(rows, 3);
	stop_server();
}

static void
an_error_in_the_middle_comes_after_the_rows_before_it(void)
{
	char why[CTL_WHY_MAX];
	unsigned int n = 0;

	start_server();
	CU_ASSERT_EQUAL(ctl_call(path, "wide", NULL, 5000, count_items, &n, why), -EREMOTEIO);
	CU_ASSERT_STRING_EQUAL(why, "the table went away");
	CU_ASSERT_EQUAL(n, 3);
	stop_server();
}

static void
what_cannot_be_answered_is_refused_with_a_sentence(void)
{
	json_t *args = json_pack("{s:i}", "rows", -1);
	char why[CTL_WHY_MAX];
	unsigned int n = 0;

	start_server();
	CU_ASSERT_EQUAL(ctl_call(path, "count", args, 5000, count_items, &n, why), -EREMOTEIO);
	CU_ASSERT_STRING_EQUAL(why, "rows cannot be negative");
	CU_ASSERT_EQUAL(ctl_call(path, "huge", NULL, 5000, count_items, &n, why), -EREMOTEIO);
	CU_ASSERT_EQUAL(ctl_call(path, "no such", NULL, 5000, count_items, &n, why), -EREMOTEIO);
	CU_ASSERT_STRING_EQUAL(why, "the server knows no such command");
	CU_ASSERT_EQUAL(n, 0);
	stop_server();
	CU_ASSERT_EQUAL(opened, 0);
	CU_ASSERT_EQUAL(closed, 0);
	json_decref(args);
}

/* @return Code of the error that came, "" when none did. */
static const char *
raw_code(int fd)
{
	static char code[32];
	char buf[CTL_MESSAGE_MAX];
	ssize_t n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	json_t *json = n > 0 ? json_loadb(buf, (size_t)n, 0, NULL) : NULL;
	const char *text = json_string_value(json_object_get(json, "code"));

	snprintf(code, sizeof(code), "%s", text != NULL ? text : "");
	json_decref(json);
	return code;
}

static void
bad_requests_are_answered_and_the_client_may_go_on(void)
{
	static const char *const bad[] = { "{", "[]", "3", "{}", "{\"cmd\":1}", "\xff\xfe",
		"{\"cmd\":\"count\",\"args\":[]}", "{\"cmd\":\"count\",\"cmd\":\"count\"}" };
	struct ctl_server *s = open_server();
	int fd = raw_connect();
	char *deep = malloc(CTL_REQUEST_MAX + 1);

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT(send(fd, bad[i], strlen(bad[i]), 0) > 0);
		steps(s, 3);
		CU_ASSERT_STRING_EQUAL(raw_code(fd), "request");
	}
	memset(deep, '[', CTL_REQUEST_MAX + 1);
	CU_ASSERT(send(fd, deep, CTL_REQUEST_MAX, 0) > 0);
	steps(s, 3);
	CU_ASSERT_STRING_EQUAL(raw_code(fd), "request");
	CU_ASSERT(send(fd, deep, CTL_REQUEST_MAX + 1, 0) > 0);
	steps(s, 3);
	CU_ASSERT_STRING_EQUAL(raw_code(fd), "request");
	CU_ASSERT(send(fd, "{\"cmd\":\"none\"}", 14, 0) > 0);
	steps(s, 3);
	CU_ASSERT_STRING_EQUAL(raw_code(fd), "unknown-command");
	free(deep);
	close(fd);
	ctl_server_close(s);
}

static void
a_client_that_does_not_read_holds_nobody(void)
{
	static const char request[] = "{\"cmd\":\"count\",\"args\":{\"rows\":100000000}}";
	struct ctl_server *s = open_server();
	int slow = raw_connect(), quick = raw_connect();

	opened = closed = 0;
	CU_ASSERT(send(slow, request, sizeof(request) - 1, 0) > 0);
	steps(s, 5000);
	CU_ASSERT_EQUAL(opened, 1);
	CU_ASSERT(send(quick, "{\"cmd\":\"none\"}", 14, 0) > 0);
	steps(s, 4);
	CU_ASSERT_STRING_EQUAL(raw_code(quick), "unknown-command");
	CU_ASSERT_EQUAL(closed, 0);
	close(slow);
	steps(s, 2);
	CU_ASSERT_EQUAL(closed, 1);
	close(quick);
	ctl_server_close(s);
}

static void
closing_the_server_ends_answers_under_way(void)
{
	static const char request[] = "{\"cmd\":\"count\",\"args\":{\"rows\":1000000}}";
	struct ctl_server *s = open_server();
	int fd = raw_connect();

	opened = closed = 0;
	CU_ASSERT(send(fd, request, sizeof(request) - 1, 0) > 0);
	steps(s, 5);
	ctl_server_close(s);
	CU_ASSERT_EQUAL(opened, 1);
	CU_ASSERT_EQUAL(closed, 1);
	close(fd);
}

static void
one_client_too_many_is_told_so(void)
{
	struct ctl_server *s = open_server();
	int fd[CTL_CLIENTS_MAX + 1];

	for (unsigned int i = 0; i <= CTL_CLIENTS_MAX; i++) {
		fd[i] = raw_connect();
		steps(s, 1);
	}
	CU_ASSERT_STRING_EQUAL(raw_code(fd[CTL_CLIENTS_MAX]), "busy");
	for (unsigned int i = 0; i <= CTL_CLIENTS_MAX; i++)
		close(fd[i]);
	steps(s, CTL_CLIENTS_MAX);
	fd[0] = raw_connect();
	CU_ASSERT(send(fd[0], "{}", 2, 0) > 0);
	steps(s, 3);
	CU_ASSERT_STRING_EQUAL(raw_code(fd[0]), "request");
	close(fd[0]);
	ctl_server_close(s);
}

static uint64_t fake_now;

static uint64_t
fake_clock(void)
{
	return fake_now;
}

static void
an_idle_client_is_closed_and_a_busy_one_is_not(void)
{
	uint64_t (*real)(void) = base_clock_source;
	struct ctl_server *s = open_server();
	int idle = raw_connect(), busy = raw_connect();
	char c;

	base_clock_source = fake_clock;
	fake_now = 100 * BASE_NS_PER_S;
	steps(s, 2);
	fake_now += 50 * BASE_NS_PER_S;
	CU_ASSERT(send(busy, "{}", 2, 0) > 0);
	steps(s, 3);
	fake_now += 20 * BASE_NS_PER_S;
	ctl_server_tick(s);
	CU_ASSERT_EQUAL(recv(idle, &c, 1, MSG_DONTWAIT), 0);
	CU_ASSERT_STRING_EQUAL(raw_code(busy), "request");
	CU_ASSERT_EQUAL(recv(busy, &c, 1, MSG_DONTWAIT), -1);
	close(idle);
	close(busy);
	ctl_server_close(s);
	base_clock_source = real;
}

/* In a process of another user: 0 when the change was refused for want of permission. */
static int
change_as_nobody(void)
{
	char why[CTL_WHY_MAX];
	unsigned int n = 0;

	if (setuid(65534) != 0)
		return 2;
	if (ctl_call(path, "change", NULL, 5000, count_items, &n, why) != -EREMOTEIO)
		return 3;
	if (strstr(why, "root") == NULL)
		return 4;
	return ctl_call(path, "count", NULL, 5000, count_items, &n, why) == 0 ? 0 : 5;
}

static void
changes_are_for_root_and_the_servers_own_user(void)
{
	char why[CTL_WHY_MAX];
	unsigned int n = 0;
	int status = 0;
	pid_t pid;

	start_server();
	CU_ASSERT_EQUAL(ctl_call(path, "change", NULL, 5000, count_items, &n, why), 0);
	if (geteuid() == 0) {
		CU_ASSERT_EQUAL(chmod(path, 0666), 0);
		CU_ASSERT_EQUAL(chmod(dir, 0755), 0);
		pid = fork();
		if (pid == 0)
			_exit(change_as_nobody());
		CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
		CU_ASSERT(WIFEXITED(status));
		CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
	}
	stop_server();
}

static int
make_dir(void)
{
	strcpy(dir, "/tmp/sluice-ctl-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/socket", dir);
	return 0;
}

static int
remove_dir(void)
{
	return rmdir(dir);
}

static CU_TestInfo answer_tests[] = {
	{ "rows arrive in order, and all of them", rows_arrive_in_order_and_all },
	{ "a long search gives the owner back at every look",
			a_long_search_gives_the_owner_back_at_every_look },
	{ "rows that are rare arrive all the same", rows_that_are_rare_arrive_all_the_same },
	{ "an error in the middle comes after the rows before it",
			an_error_in_the_middle_comes_after_the_rows_before_it },
	{ "what cannot be answered is refused with a sentence",
			what_cannot_be_answered_is_refused_with_a_sentence },
	{ "bad requests are answered and the client may go on",
			bad_requests_are_answered_and_the_client_may_go_on },
	{ "a client that does not read holds nobody", a_client_that_does_not_read_holds_nobody },
	{ "closing the server ends answers under way", closing_the_server_ends_answers_under_way },
	{ "one client too many is told so", one_client_too_many_is_told_so },
	{ "an idle client is closed and a busy one is not",
			an_idle_client_is_closed_and_a_busy_one_is_not },
	{ "changes are for root and the server's own user",
			changes_are_for_root_and_the_servers_own_user },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "ctl_server", make_dir, remove_dir, NULL, NULL, answer_tests },
	CU_SUITE_INFO_NULL,
};
