/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "port.h"

#define ARGS_MAX 64

/* "0@2,1@3": lcore i on cpus[i].  Written so even when several lcores share a CPU. */
static int
write_lcores(const int *cpus, unsigned int n_cpus, char *buf, size_t size)
{
	size_t at = 0;

	for (unsigned int i = 0; i < n_cpus; i++) {
		int n = snprintf(buf + at, size - at, "%s%u@%d", i == 0 ? "" : ",", i, cpus[i]);

		if (n < 0 || (size_t)n >= size - at)
			return -EINVAL;
		at += (size_t)n;
	}
	return 0;
}

static bool
has_arg(const char *const *args, unsigned int n, const char *name)
{
	for (unsigned int i = 0; i < n; i++)
		if (strncmp(args[i], name, strlen(name)) == 0)
			return true;
	return false;
}

int
port_eal_init(const char *program, const int *cpus, unsigned int n_cpus, const char *const *extra,
		unsigned int n_extra, char *why, size_t why_size)
{
	char lcores[1024], prefix[64];
	const char *args[ARGS_MAX];
	static char *kept[ARGS_MAX]; /* EAL points to them for the life of the process */
	char *argv[ARGS_MAX + 1];    /* and overwrites one of these */
	int n = 0, ret;

	if (n_extra > ARGS_MAX - 10 || write_lcores(cpus, n_cpus, lcores, sizeof(lcores)) < 0) {
		snprintf(why, why_size, "too many EAL arguments or workers");
		return -EINVAL;
	}
	snprintf(prefix, sizeof(prefix), "sluice-%d", getpid());
	args[n++] = program;
	args[n++] = "--lcores";
	args[n++] = lcores;
	args[n++] = "--main-lcore";
	args[n++] = "0";
	args[n++] = "--file-prefix";
	args[n++] = prefix;
	if (!has_arg(extra, n_extra, "--log-level")) {
		args[n++] = "--log-level=*:warning";
		args[n++] = "--log-level=lib.telemetry:error"; /* warns of its own old socket */
	}
	for (unsigned int i = 0; i < n_extra; i++)
		args[n++] = extra[i];

	for (int i = 0; i < n; i++) {
		argv[i] = kept[i] = strdup(args[i]);
		if (kept[i] == NULL) {
			snprintf(why, why_size, "out of memory");
			return -ENOMEM;
		}
	}
	argv[n] = NULL;
	ret = rte_eal_init(n, argv);
	if (ret < 0) {
		snprintf(why, why_size, "EAL does not start: %s", rte_strerror(rte_errno));
		return -rte_errno;
	}
	return 0;
}
