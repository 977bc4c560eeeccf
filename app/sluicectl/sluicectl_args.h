/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The command line of sluicectl: one table of commands, one of options.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "sluicectl_show.h"

struct request;

/** A command: a row of the table. */
struct command {
	const char *name;
	const char *operands
			[3];   /**< Members that the words after the name become; ended by NULL. */
	unsigned int n_needed; /**< Of them. */
	uint32_t options;      /**< Bit for each option it takes: ARGS_OPTION(). */
	bool key_server;       /**< Ask the key server, not the map server. */
	bool single;           /**< The answer is one object, not a list. */
	const struct show_view *view;
	int (*run)(const struct
			request *r); /**< In place of one question and one answer; or NULL. */
	const char *help;
};

/** Options that stay here; all others become members of "args" of the request. */
struct request {
	const struct command *command;
	const char *socket;     /**< NULL: the usual places */
	const char *key_socket; /**< Of the key server; NULL: the usual places */
	bool json;
	bool print;          /**< --print */
	const char *out_dir; /**< --out */
	const char *from;    /**< --from */
	json_t *args;
	FILE *out, *err;
};

#define ARGS_OPTIONS(X)                                           \
	X(SITE, "site", "site", "SITE")                           \
	X(XTR, "xtr", "xtr", "XTR-ID")                            \
	X(EID, "eid", "eid", "EID")                               \
	X(ALL, "all", "all", NULL)                                \
	X(COUNT, "count", "count", "N")                           \
	X(LABEL, "label", "label", "TEXT")                        \
	X(TABLE, "table", "table", NULL)                          \
	X(SUPERSEDE, "supersede", "supersede", NULL)              \
	X(STATE, "state", "state", "STATE")                       \
	X(GEN, "gen", "gen", "N")                                 \
	X(ALL_KEYS, "all-keys", "all_keys", NULL)                 \
	X(KEYS_ONLY, "keys-only", "keys_only", NULL)              \
	X(KEEP, "keep-registrations", "keep_registrations", NULL) \
	X(NOW, "now", "now", NULL)                                \
	X(OUT, "out", NULL, "DIR")                                \
	X(FROM, "from", NULL, "FILE")                             \
	X(PRINT, "print", NULL, NULL)

enum args_option {
#define X(sym, name, member, value) ARGS_##sym,
	ARGS_OPTIONS(X)
#undef X
	ARGS_OPTION_COUNT,
};

#define ARGS_OPTION(sym) (UINT32_C(1) << ARGS_##sym)

/** Commands, ended by a row without name. */
extern const struct command args_commands[];

/**
 * Fill *r; its args, out and err are set already.
 *
 * @return 0 to go on; -1 when help was given; else an exit status, and *r->err says why.
 */
int args_parse(struct request *r, int argc, char **argv);

/** Print what is wrong and how it is used. @return SLUICECTL_USAGE. */
int args_usage_error(const struct request *r, const char *what, const char *which);
