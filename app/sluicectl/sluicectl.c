/* SPDX-License-Identifier: BSD-3-Clause */

#include "sluicectl.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "ctl.h"
#include "sluicectl_show.h"

#define TIMEOUT_MS 30000

/* One subcommand.  Its arguments become members of "args" of the request. */
struct command {
	const char *name;
	const char *usage;   /* its arguments, for people */
	const char *operand; /* member that the argument after the name becomes; NULL: none */
	bool site, eid, all; /* does it take --site, --eid, --all? */
	bool single;         /* the answer is one object, not a list */
	const struct show_view *view;
	const char *help;
};

static const struct command commands[] = {
	{ "status", "", NULL, false, false, false, true, &show_status, "the server at a glance" },
	{ "site", "NAME", "name", false, false, false, true, &show_site,
			"one site, and why its ETRs do or do not show up" },
	{ "associations", "[--site NAME]", NULL, true, false, false, false, &show_associations,
			"ETRs that have been heard, with their nonces" },
	{ "registrations", "[--site NAME] [--eid EID]", NULL, true, true, false, false,
			&show_registrations, "EID-prefixes that are registered" },
	{ "keys", "[--site NAME]", NULL, true, false, false, false, &show_keys,
			"keys and how long they are valid; never secrets" },
	{ "drops", "[--all]", NULL, false, false, true, false, &show_drops,
			"packets that were dropped, by reason" },
	{ "reload", "", NULL, false, false, false, true, &show_reload,
			"read the configuration again and load its sites" },
};

/* What was asked for on the command line. */
struct request {
	const struct command *command;
	const char *socket; /* NULL: the usual places */
	bool json;
	json_t *args;
	FILE *out, *err;
};

static void
print_usage(FILE *out)
{
	fprintf(out, "usage: sluicectl [--socket PATH] [--json] COMMAND\n\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char line[64];

		snprintf(line, sizeof(line), "%s %s", commands[i].name, commands[i].usage);
		fprintf(out, "  %-40s %s\n", line, commands[i].help);
	}
	fprintf(out,
			"\nWithout --socket: $SLUICE_SOCKET, else ./sluice.sock, else "
			"/run/sluice/sluice.sock.\n"
			"Exit status: 0 done; 1 the server said no or cannot be reached; 2 wrong usage.\n");
}

static int
usage_error(const struct request *r, const char *what, const char *which)
{
	fprintf(r->err, "sluicectl: %s%s%s\n\n", what, which != NULL ? " " : "",
			which != NULL ? which : "");
	print_usage(r->err);
	return SLUICECTL_USAGE;
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Words that are not options: the command, then its operand. */
static int
take_words(struct request *r, char **words, int n)
{
	if (n == 0)
		return usage_error(r, "no command", NULL);
	r->command = find_command(words[0]);
	if (r->command == NULL)
		return usage_error(r, "no such command:", words[0]);
	if (n > 1 && r->command->operand != NULL)
		json_object_set_new(r->args, r->command->operand, json_string(words[1]));
	if (n > (r->command->operand != NULL ? 2 : 1))
		return usage_error(r, "too many arguments for", r->command->name);
	if (n == 1 && r->command->operand != NULL)
		return usage_error(r, "a name is missing after", r->command->name);
	return 0;
}

/* Does the command take the options that were given? */
static int
check_options(const struct request *r)
{
	const struct command *c = r->command;

	if (!c->site && json_object_get(r->args, "site") != NULL)
		return usage_error(r, "--site is not for", c->name);
	if (!c->eid && json_object_get(r->args, "eid") != NULL)
		return usage_error(r, "--eid is not for", c->name);
	if (!c->all && json_object_get(r->args, "all") != NULL)
		return usage_error(r, "--all is not for", c->name);
	return 0;
}

/* @return 0 to go on, -1 when help was given, or an exit status. */
static int
take_arguments(struct request *r, int argc, char **argv)
{
	static const struct option options[] = { { "socket", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' }, { "help", no_argument, NULL, 'h' },
		{ "site", required_argument, NULL, 'S' }, { "eid", required_argument, NULL, 'E' },
		{ "all", no_argument, NULL, 'A' }, { NULL, 0, NULL, 0 } };
	int opt, rc;

	optind = 0; /* a test runs this more than once */
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "s:jh", options, NULL)) != -1) {
		switch (opt) {
		case 's':
			r->socket = optarg;
			break;
		case 'j':
			r->json = true;
			break;
		case 'h':
			print_usage(r->out);
			return -1;
		case 'S':
			json_object_set_new(r->args, "site", json_string(optarg));
			break;
		case 'E':
			json_object_set_new(r->args, "eid", json_string(optarg));
			break;
		case 'A':
			json_object_set_new(r->args, "all", json_true());
			break;
		default:
			return usage_error(r, "unknown option, or its value is missing:",
					argv[optind - 1]);
		}
	}
	rc = take_words(r, argv + optind, argc - optind);
	return rc != 0 ? rc : check_options(r);
}

/* The answer while it comes: as JSON for programs, else by the view of the command. */
struct answer {
	const struct request *request;
	struct show show;
	size_t items;
};

static int
take_item(const json_t *item, void *arg)
{
	struct answer *a = arg;
	FILE *out = a->request->out;
	bool single = a->request->command->single;

	if (!a->request->json) {
		a->request->command->view->item(&a->show, item);
	} else {
		if (!single)
			fputs(a->items == 0 ? "[\n" : ",\n", out);
		json_dumpf(item, out,
				(single ? JSON_INDENT(2) : JSON_COMPACT) | JSON_REAL_PRECISION(12));
		if (single)
			fputc('\n', out);
	}
	a->items++;
	return 0;
}

static void
end_answer(struct answer *a)
{
	const struct request *r = a->request;

	if (!r->json)
		r->command->view->end(&a->show);
	else if (!r->command->single)
		fputs(a->items == 0 ? "[]\n" : "\n]\n", r->out);
}

/* Is it the place that is wrong, so that another one is worth a try? */
static bool
is_elsewhere(int rc)
{
	return rc == -ENOENT || rc == -ECONNREFUSED;
}

static int
say_unreachable(const struct request *r, const char *const *tried, unsigned int n, const char *why)
{
	fprintf(r->err, "sluicectl: no server at ");
	for (unsigned int i = 0; i < n; i++)
		fprintf(r->err, "%s%s", i > 0 ? " or " : "", tried[i]);
	fprintf(r->err, ": %s; is sluice-mapserver running? (--socket PATH names another socket)\n",
			why);
	return SLUICECTL_FAILED;
}

static int
ask(const struct request *r)
{
	const char *places[] = { "./sluice.sock", "/run/sluice/sluice.sock" };
	struct answer a = { .request = r, .show = { .out = r->out } };
	const char *const *tried = r->socket != NULL ? &r->socket : places;
	unsigned int n = r->socket != NULL ? 1 : 2, i = 0;
	char why[CTL_WHY_MAX];
	int rc;

	do
		rc = ctl_call(tried[i], r->command->name, r->args, TIMEOUT_MS, take_item, &a, why);
	while (is_elsewhere(rc) && ++i < n);

	if (is_elsewhere(rc))
		return say_unreachable(r, tried, n, why);
	if (rc == 0 || a.items > 0)
		end_answer(&a);
	if (rc == 0)
		return SLUICECTL_OK;
	fprintf(r->err, "sluicectl: %s: %s\n", rc == -EREMOTEIO ? r->command->name : tried[i], why);
	return SLUICECTL_FAILED;
}

int
sluicectl_run(int argc, char **argv, FILE *out, FILE *err)
{
	struct request r = {
		.socket = getenv("SLUICE_SOCKET"), .args = json_object(), .out = out, .err = err
	};
	int rc;

	if (r.socket != NULL && *r.socket == '\0')
		r.socket = NULL;
	rc = take_arguments(&r, argc, argv);
	if (rc == 0)
		rc = ask(&r);
	json_decref(r.args);
	return rc < 0 ? SLUICECTL_OK : rc;
}
