/* SPDX-License-Identifier: BSD-3-Clause */

/* The socket file of the control socket. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "ctl.h"

static char dir[64];
static char path[96];

static const struct ctl_command commands[] = {
	{ NULL, false, NULL, NULL, NULL, NULL },
};

static const struct ctl_server_params params = { .path = path, .commands = commands };

static struct ctl_server *
open_server(void)
{
	struct ctl_server *s = NULL;
	char why[CTL_WHY_MAX];

	CU_ASSERT_EQUAL_FATAL(ctl_server_open(&params, &s, why), 0);
	return s;
}

static void
the_file_is_for_its_owner_and_goes_with_the_server(void)
{
	struct ctl_server *s = open_server();
	struct stat st;

	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT(S_ISSOCK(st.st_mode));
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0600);
	ctl_server_close(s);
	CU_ASSERT_NOT_EQUAL(stat(path, &st), 0);
}

static void
a_group_may_ask_and_an_unknown_group_is_an_error(void)
{
	struct ctl_server_params p = params;
	struct ctl_server *s;
	char why[CTL_WHY_MAX];
	struct stat st;

	p.group = "no-such-group-here";
	CU_ASSERT_EQUAL(ctl_server_open(&p, &s, why), -ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "no such group"));
	CU_ASSERT_NOT_EQUAL(stat(path, &st), 0);
	if (geteuid() != 0)
		return;
	p.group = "root";
	CU_ASSERT_EQUAL_FATAL(ctl_server_open(&p, &s, why), 0);
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0660);
	ctl_server_close(s);
}

static void
a_living_server_keeps_its_socket(void)
{
	struct ctl_server *s = open_server(), *second = NULL;
	char why[CTL_WHY_MAX];

	CU_ASSERT_EQUAL(ctl_server_open(&params, &second, why), -EADDRINUSE);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "another server"));
	CU_ASSERT_PTR_NULL(second);
	CU_ASSERT_EQUAL(access(path, F_OK), 0);
	ctl_server_close(s);
}

static void
the_socket_of_a_dead_server_is_taken_over(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(address.sun_path, path);
	CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	CU_ASSERT_EQUAL(access(path, F_OK), 0);
	ctl_server_close(open_server());
}

static void
a_file_that_is_no_socket_is_left_alone(void)
{
	struct ctl_server *s;
	char why[CTL_WHY_MAX];
	FILE *f = fopen(path, "w");

	fputs("precious\n", f);
	fclose(f);
	CU_ASSERT_EQUAL(ctl_server_open(&params, &s, why), -ENOTSOCK);
	CU_ASSERT_EQUAL(access(path, F_OK), 0);
	unlink(path);
}

static void
a_path_too_long_is_an_error(void)
{
	struct ctl_server_params p = params;
	struct ctl_server *s;
	char why[CTL_WHY_MAX], long_path[200];

	memset(long_path, 'a', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	p.path = long_path;
	CU_ASSERT_EQUAL(ctl_server_open(&p, &s, why), -ENAMETOOLONG);
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

static CU_TestInfo file_tests[] = {
	{ "the file is for its owner and goes with the server",
			the_file_is_for_its_owner_and_goes_with_the_server },
	{ "a group may ask and an unknown group is an error",
			a_group_may_ask_and_an_unknown_group_is_an_error },
	{ "a living server keeps its socket", a_living_server_keeps_its_socket },
	{ "the socket of a dead server is taken over", the_socket_of_a_dead_server_is_taken_over },
	{ "a file that is no socket is left alone", a_file_that_is_no_socket_is_left_alone },
	{ "a path too long is an error", a_path_too_long_is_an_error },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "ctl_listen", make_dir, remove_dir, NULL, NULL, file_tests },
	CU_SUITE_INFO_NULL,
};
