/* SPDX-License-Identifier: BSD-3-Clause */

#include "mapserver_args.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
		"usage: sluice-mapserver --config FILE [options]\n"
		"\n"
		"LISP Map-Server (RFC 9301). Runs until SIGINT or SIGTERM; SIGHUP reads sites again.\n"
		"\n"
		"  --config FILE              configuration, JSON\n"
		"  --set JSON-POINTER=VALUE   override a setting, e.g. --set /workers/count=2; repeatable\n"
		"  --check                    check configuration and secret files, then end\n"
		"  --dump                     print the effective configuration, then end\n"
		"  --schema                   print the JSON Schema of the configuration, then end\n"
		"  --duration S               end after S seconds\n"
		"  --exit-idle S              end when no port has received anything for S seconds\n"
		"  --stats FILE               write totals and drop counters as JSON at exit\n"
		"  --version, --help\n"
		"\n"
		"exit status: 0 clean, 1 run-time failure, 2 bad usage or configuration\n";

static int
read_seconds(const char *text, const char *option, uint32_t *out)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || v > UINT32_MAX) {
		fprintf(stderr, "sluice-mapserver: %s %s: a number of seconds is expected\n",
				option, text);
		return 2;
	}
	*out = (uint32_t)v;
	return -1;
}

static int
add_set(struct mapserver_args *a, const char *text)
{
	if (a->n_sets == MAPSERVER_SETS_MAX) {
		fprintf(stderr, "sluice-mapserver: more than %d --set\n", MAPSERVER_SETS_MAX);
		return 2;
	}
	a->sets[a->n_sets++] = text;
	return -1;
}

enum {
	OPT_CONFIG = 'c',
	OPT_HELP = 'h',
	OPT_SET = 256,
	OPT_CHECK,
	OPT_DUMP,
	OPT_SCHEMA,
	OPT_DURATION,
	OPT_EXIT_IDLE,
	OPT_STATS,
	OPT_VERSION,
};

static const struct option options[] = {
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "set", required_argument, NULL, OPT_SET },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "dump", no_argument, NULL, OPT_DUMP },
	{ "schema", no_argument, NULL, OPT_SCHEMA },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "exit-idle", required_argument, NULL, OPT_EXIT_IDLE },
	{ "stats", required_argument, NULL, OPT_STATS },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int
take_option(struct mapserver_args *a, int opt, const char *value)
{
	switch (opt) {
	case OPT_CONFIG:
		a->config = value;
		return -1;
	case OPT_SET:
		return add_set(a, value);
	case OPT_CHECK:
		a->check = true;
		return -1;
	case OPT_DUMP:
		a->dump = true;
		return -1;
	case OPT_SCHEMA:
		a->schema = true;
		return -1;
	case OPT_DURATION:
		return read_seconds(value, "--duration", &a->duration_s);
	case OPT_EXIT_IDLE:
		return read_seconds(value, "--exit-idle", &a->exit_idle_s);
	case OPT_STATS:
		a->stats = value;
		return -1;
	case OPT_VERSION:
		printf("sluice-mapserver " SLUICE_VERSION "\n");
		return 0;
	case OPT_HELP:
		fputs(help, stdout);
		return 0;
	default:
		fputs("try sluice-mapserver --help\n", stderr);
		return 2;
	}
}

int
mapserver_args_parse(int argc, char **argv, struct mapserver_args *a)
{
	int opt;

	*a = (struct mapserver_args){ 0 };
	while ((opt = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
		int status = take_option(a, opt, optarg);

		if (status >= 0)
			return status;
	}
	if (optind < argc) {
		fprintf(stderr, "sluice-mapserver: %s: no such argument; try --help\n",
				argv[optind]);
		return 2;
	}
	if (a->config == NULL && !a->schema) {
		fputs("sluice-mapserver: --config FILE is missing; try --help\n", stderr);
		return 2;
	}
	return -1;
}
