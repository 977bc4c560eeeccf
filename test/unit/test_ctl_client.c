/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "ctl.h"

static char dir[] = "/tmp/sluice-ctl-XXXXXX";
static char path[64];

static int
no_items(const json_t *item, void *arg)
{
	(void)item;
	(*(unsigned int *)arg)++;
	return 0;
}

static int
stop_at_first(const json_t *item, void *arg)
{
	(void)item;
	(*(unsigned int *)arg)++;
	return 7;
}

/* A server that takes one client and sends it what it is told, whatever was asked. */
struct parrot {
	int fd;
	const char *const *messages; /* ended by NULL */
	pthread_t thread;
};

static void *
speak(void *arg)
{
	struct parrot *p = arg;
	int fd = accept(p->fd, NULL, NULL);
	char request[1024];

	if (recv(fd, request, sizeof(request), 0) > 0)
		for (const char *const *m = p->messages; *m != NULL; m++)
			if (send(fd, *m, strlen(*m), MSG_NOSIGNAL) < 0)
				break;
	close(fd);
	return NULL;
}

static int
listen_at_path(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	CU_ASSERT_EQUAL(listen(fd, 1), 0);
	return fd;
}

/* @return What ctl_call() made of those messages. */
static int
ask_parrot(const char *const *messages, int (*each)(const json_t *, void *), unsigned int *n,
		char *why)
{
	struct parrot p = { .fd = listen_at_path(), .messages = messages };
	int rc;

	pthread_create(&p.thread, NULL, speak, &p);
	*n = 0;
	rc = ctl_call(path, "anything", NULL, 5000, each, n, why);
	pthread_join(p.thread, NULL);
	close(p.fd);
	unlink(path);
	return rc;
}

static void
no_socket_and_nobody_behind_it_are_told_apart(void)
{
	char why[CTL_WHY_MAX];
	unsigned int n = 0;

	CU_ASSERT_EQUAL(ctl_call(path, "status", NULL, 100, no_items, &n, why), -ENOENT);
	CU_ASSERT_STRING_NOT_EQUAL(why, "");
	close(listen_at_path());
	CU_ASSERT_EQUAL(ctl_call(path, "status", NULL, 100, no_items, &n, why), -ECONNREFUSED);
	unlink(path);
}

static void
a_silent_server_is_a_timeout(void)
{
	int fd = listen_at_path();
	char why[CTL_WHY_MAX];
	unsigned int n = 0;

	CU_ASSERT_EQUAL(ctl_call(path, "status", NULL, 1, no_items, &n, why), -ETIMEDOUT);
	close(fd);
	unlink(path);
}

static void
items_are_given_one_by_one_until_the_end(void)
{
	static const char *const messages[] = { "{\"items\":[{},{}]}", "{\"items\":[{}]}",
		"{\"end\":true}", NULL };
	char why[CTL_WHY_MAX];
	unsigned int n;

	CU_ASSERT_EQUAL(ask_parrot(messages, no_items, &n, why), 0);
	CU_ASSERT_EQUAL(n, 3);
	CU_ASSERT_EQUAL(ask_parrot(messages, stop_at_first, &n, why), 7);
	CU_ASSERT_EQUAL(n, 1);
}

static void
an_answer_without_end_is_a_failure(void)
{
	static const char *const messages[] = { "{\"items\":[{}]}", NULL };
	char why[CTL_WHY_MAX];
	unsigned int n;

	CU_ASSERT_EQUAL(ask_parrot(messages, no_items, &n, why), -ECONNRESET);
	CU_ASSERT_EQUAL(n, 1);
}

static void
what_is_no_answer_is_a_failure(void)
{
	static const char *const lists[][2] = { { "{", NULL }, { "[]", NULL }, { "{}", NULL },
		{ "{\"items\":3}", NULL }, { "{\"end\":1}", NULL } };
	char why[CTL_WHY_MAX];
	unsigned int n;

	for (unsigned int i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		CU_ASSERT_EQUAL(ask_parrot(lists[i], no_items, &n, why), -EPROTO);
}

static void
the_sentence_of_the_server_is_handed_on(void)
{
	static const char *const messages[] = {
		"{\"error\":\"no site \\\"x\\\"\",\"code\":\"not-found\"}", NULL
	};
	char why[CTL_WHY_MAX];
	unsigned int n;

	CU_ASSERT_EQUAL(ask_parrot(messages, no_items, &n, why), -EREMOTEIO);
	CU_ASSERT_STRING_EQUAL(why, "no site \"x\"");
}

static int
make_dir(void)
{
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

static CU_TestInfo client_tests[] = {
	{ "no socket, and nobody behind it, are told apart",
			no_socket_and_nobody_behind_it_are_told_apart },
	{ "a silent server is a timeout", a_silent_server_is_a_timeout },
	{ "items are given one by one until the end", items_are_given_one_by_one_until_the_end },
	{ "an answer without end is a failure", an_answer_without_end_is_a_failure },
	{ "what is no answer is a failure", what_is_no_answer_is_a_failure },
	{ "the sentence of the server is handed on", the_sentence_of_the_server_is_handed_on },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "ctl_client", make_dir, remove_dir, NULL, NULL, client_tests },
	CU_SUITE_INFO_NULL,
};
