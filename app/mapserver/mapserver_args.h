/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Command line of sluice-mapserver.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MAPSERVER_SETS_MAX 64

struct mapserver_args {
	const char *config;
	const char *sets[MAPSERVER_SETS_MAX]; /**< --set, in order. */
	unsigned int n_sets;
	const char *stats; /**< File for the totals at exit; NULL: none. */
	uint32_t duration_s;
	uint32_t exit_idle_s;
	bool check;  /**< Check the configuration and end. */
	bool dump;   /**< Print the effective configuration and end. */
	bool schema; /**< Print the JSON Schema and end. */
};

/**
 * Read the command line; prints help, version or what is wrong.
 *
 * @return -1 to go on; else the exit status: 0 after --help or --version, 2 for bad usage.
 */
int mapserver_args_parse(int argc, char **argv, struct mapserver_args *a);
