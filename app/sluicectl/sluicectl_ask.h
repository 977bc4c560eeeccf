/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * A question to one of the two servers, wherever its socket is.
 */

#pragma once

#include "sluicectl_args.h"

/**
 * Ask, and wait for the whole answer; what went wrong is told on r->err.
 *
 * @param key_server  The key server, else the map server.
 * @param each        Called with every item.
 * @return 0; -EREMOTEIO the server said no; -ENOENT or -ECONNREFUSED it does not run; -errno.
 */
int ask(const struct request *r, bool key_server, const char *cmd, const json_t *args,
		int (*each)(const json_t *item, void *arg), void *arg);
