/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Shared by the files of this room only.
 */

#pragma once

#include "auth.h"

/** The chosen engine. */
struct auth {
	const struct auth_engine *engine;
};

/**
 * Known-answer test: fixed messages of every algorithm, label and tag length, verified and signed
 * by the engine of a in one burst that fills every lane it may have.
 *
 * @return 0; -EBADMSG a wrong answer; -ENOMEM, or what ctx_create() of the engine left in errno.
 */
int auth_kat(const struct auth *a);
