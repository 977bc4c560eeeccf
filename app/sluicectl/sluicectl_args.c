/* SPDX-License-Identifier: BSD-3-Clause */

#include "sluicectl_args.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "sluicectl.h"
#include "sluicectl_keys.h"

#define O(sym) ARGS_OPTION(sym)

/* One table: what the program can do.  Fields left out are zero. */
const struct command args_commands[] = {
	{ .name = "status",
			.single = true,
			.view = &show_status,
			.help = "the server at a glance" },
	{ .name = "site",
			.operands = { "name" },
			.n_needed = 1,
			.single = true,
			.view = &show_site,
			.help = "one site, and why its ETRs do or do not show up" },
	{ .name = "associations",
			.options = O(SITE),
			.view = &show_associations,
			.help = "ETRs that are keyed or have been heard, with their nonces" },
	{ .name = "registrations",
			.options = O(SITE) | O(EID),
			.view = &show_registrations,
			.help = "EID-prefixes that are registered" },
	{ .name = "keys",
			.options = O(SITE),
			.view = &show_keys,
			.help = "keys and how long they are valid; never secrets" },
	{ .name = "drops",
			.options = O(ALL),
			.view = &show_drops,
			.help = "packets that were dropped, by reason" },
	{ .name = "reload",
			.single = true,
			.view = &show_reload,
			.help = "read the configuration again and load its sites" },
	{ .name = "key-server",
			.key_server = true,
			.single = true,
			.view = &show_key_server,
			.help = "the key server at a glance" },
	{ .name = "enroll",
			.options = O(SITE) | O(XTR) | O(COUNT) | O(LABEL) | O(TABLE) |
					O(SUPERSEDE) | O(ALL) | O(FROM) | O(OUT) | O(PRINT),
			.key_server = true,
			.run = keys_enroll,
			.help = "give ETRs a secret: a file of mode 0600 for each" },
	{ .name = "inventory",
			.options = O(SITE) | O(XTR) | O(STATE),
			.key_server = true,
			.view = &show_inventory,
			.help = "who is enrolled; never secrets" },
	{ .name = "revoke",
			.operands = { "site", "xtr" },
			.options = O(GEN) | O(ALL_KEYS) | O(KEYS_ONLY) | O(KEEP),
			.run = keys_revoke,
			.help = "deny a site or an ETR, and take its keys away" },
	{ .name = "master",
			.operands = { "action", "version" },
			.n_needed = 1,
			.options = O(NOW),
			.key_server = true,
			.view = &show_masters,
			.help = "master secrets: list, create, rotate, retire VERSION" },
	{ .name = "deny",
			.operands = { "action", "site" },
			.n_needed = 1,
			.options = O(FROM),
			.key_server = true,
			.run = keys_deny,
			.help = "the deny list: list, merge --from FILE, allow SITE" },
	{ 0 },
};

static const struct {
	const char *name;
	const char *member; /* NULL: stays here */
	const char *value;  /* NULL: takes none */
} option_rows[] = {
#define X(sym, name, member, value) { (name), (member), (value) },
	ARGS_OPTIONS(X)
#undef X
};

static void
print_options(FILE *out, const struct command *c)
{
	for (unsigned int i = 0; i < ARGS_OPTION_COUNT; i++)
		if (c->options >> i & 1)
			fprintf(out, " [--%s%s%s]", option_rows[i].name,
					option_rows[i].value != NULL ? " " : "",
					option_rows[i].value != NULL ? option_rows[i].value : "");
}

static void
print_operands(FILE *out, const struct command *c)
{
	for (unsigned int i = 0; i < 3 && c->operands[i] != NULL; i++) {
		bool needed = i < c->n_needed;

		fprintf(out, " %s", needed ? "" : "[");
		for (const char *at = c->operands[i]; *at != '\0'; at++)
			fputc(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at, out);
		fprintf(out, "%s", needed ? "" : "]");
	}
}

static void
print_usage(FILE *out)
{
	fprintf(out, "usage: sluicectl [--socket PATH] [--key-socket PATH] [--json] COMMAND\n\n");
	for (const struct command *c = args_commands; c->name != NULL; c++) {
		fprintf(out, "  %s", c->name);
		print_operands(out, c);
		print_options(out, c);
		fprintf(out, "\n      %s\n", c->help);
	}
	fprintf(out,
			"\nWithout --socket: $SLUICE_SOCKET, else ./sluice.sock, else "
			"/run/sluice/sluice.sock.\n"
			"Without --key-socket: $SLUICE_KEY_SOCKET, else sluice-keys.sock beside that.\n"
			"Exit status: 0 done; 1 the server said no or cannot be reached; 2 wrong usage.\n");
}

int
args_usage_error(const struct request *r, const char *what, const char *which)
{
	fprintf(r->err, "sluicectl: %s%s%s\n\n", what, which != NULL ? " " : "",
			which != NULL ? which : "");
	print_usage(r->err);
	return SLUICECTL_USAGE;
}

static const struct command *
find_command(const char *name)
{
	for (const struct command *c = args_commands; c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

/* A number where the text is one, so that the server sees 3 and not "3". */
static json_t *
value_of(const char *member, const char *text)
{
	static const char *const numbers[] = { "count", "gen", "version" };
	char *end;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(member, numbers[i]) == 0) {
			long long n = strtoll(text, &end, 10);

			return *text != '\0' && *end == '\0' ? json_integer(n) : json_string(text);
		}
	}
	return json_string(text);
}

/* Words that are not options: the command, then its operands. */
static int
take_words(struct request *r, char **words, int n)
{
	int k;

	if (n == 0)
		return args_usage_error(r, "no command", NULL);
	r->command = find_command(words[0]);
	if (r->command == NULL)
		return args_usage_error(r, "no such command:", words[0]);
	for (k = 1; k < n; k++) {
		const char *member = k > 3 ? NULL : r->command->operands[k - 1];

		if (member == NULL)
			return args_usage_error(r, "too many arguments for", r->command->name);
		json_object_set_new(r->args, member, value_of(member, words[k]));
	}
	if (n < 1 + (int)r->command->n_needed)
		return args_usage_error(r, "a word is missing after", r->command->name);
	return 0;
}

static void
keep_here(struct request *r, unsigned int option, const char *value)
{
	if (option == ARGS_OUT)
		r->out_dir = value;
	else if (option == ARGS_FROM)
		r->from = value;
	else
		r->print = true;
}

/* Does the command take the options that were given? */
static int
check_options(const struct request *r, uint32_t given)
{
	uint32_t wrong = given & ~r->command->options;
	char what[64];

	if (wrong == 0)
		return 0;
	snprintf(what, sizeof(what), "--%s is not for", option_rows[__builtin_ctz(wrong)].name);
	return args_usage_error(r, what, r->command->name);
}

static void
fill_options(struct option *o)
{
	for (unsigned int i = 0; i < ARGS_OPTION_COUNT; i++)
		o[i] = (struct option){ option_rows[i].name,
			option_rows[i].value != NULL ? required_argument : no_argument, NULL,
			(int)(256 + i) };
	o[ARGS_OPTION_COUNT] = (struct option){ "socket", required_argument, NULL, 's' };
	o[ARGS_OPTION_COUNT + 1] = (struct option){ "key-socket", required_argument, NULL, 'k' };
	o[ARGS_OPTION_COUNT + 2] = (struct option){ "json", no_argument, NULL, 'j' };
	o[ARGS_OPTION_COUNT + 3] = (struct option){ "help", no_argument, NULL, 'h' };
	o[ARGS_OPTION_COUNT + 4] = (struct option){ NULL, 0, NULL, 0 };
}

static void
take_option(struct request *r, unsigned int i, const char *value)
{
	const char *member = option_rows[i].member;

	if (member == NULL)
		keep_here(r, i, value);
	else
		json_object_set_new(r->args, member,
				value != NULL ? value_of(member, value) : json_true());
}

int
args_parse(struct request *r, int argc, char **argv)
{
	struct option options[ARGS_OPTION_COUNT + 5];
	uint32_t given = 0;
	int opt, rc;

	fill_options(options);
	optind = 0; /* a test runs this more than once */
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "s:k:jh", options, NULL)) != -1) {
		if (opt >= 256) {
			take_option(r, (unsigned int)opt - 256, optarg);
			given |= UINT32_C(1) << (opt - 256);
			continue;
		}
		switch (opt) {
		case 's':
			r->socket = optarg;
			break;
		case 'k':
			r->key_socket = optarg;
			break;
		case 'j':
			r->json = true;
			break;
		case 'h':
			print_usage(r->out);
			return -1;
		default:
			return args_usage_error(r, "unknown option, or its value is missing:",
					argv[optind - 1]);
		}
	}
	rc = take_words(r, argv + optind, argc - optind);
	return rc != 0 ? rc : check_options(r, given);
}
