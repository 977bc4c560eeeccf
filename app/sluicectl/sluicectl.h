/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The operator's command, without its main(): so that a test can run it against a server of its
 * own.
 */

#pragma once

#include <stdio.h>

/** Exit statuses. */
enum {
	SLUICECTL_OK = 0,
	SLUICECTL_FAILED = 1,
	SLUICECTL_USAGE = 2
};

/** Run the command. @return Exit status. */
int sluicectl_run(int argc, char **argv, FILE *out, FILE *err);
