/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The command line, and the layout remembered beside the site files.
 */

#pragma once

#include "loadgen_options.h"

/**
 * Read the command line; with --site-dir the layout comes from DIR/loadgen.layout, and options
 * that contradict it are refused.  The layout is derived.
 *
 * @param[out] why  Sentence for people on failure.
 * @return 0; 1 when --help or --version has been answered; -EINVAL.
 */
int loadgen_args_parse(
		int argc, char **argv, struct loadgen_args *args, char *why, size_t why_size);

/** Write dir/loadgen.layout. @return 0 or -errno. */
int loadgen_args_save_layout(const struct loadgen_args *args, const char *dir);
