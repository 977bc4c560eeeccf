/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The sites of the emulated ETRs as files for sluice-mapserver, and their keys read back.
 *
 * Secrets are random, stand only in files of mode 0600, and are wiped here once they are keys.
 */

#pragma once

#include <stddef.h>

#include "auth.h"
#include "loadgen_layout.h"

/**
 * Write dir/loadgen-sites.json (an array of sites, as "site-files" takes it) and a new secret file
 * for each site.  dir is made when it is not there.
 *
 * @param[out] why  Sentence for people on failure.
 * @return 0 or -errno.
 */
int loadgen_sites_write(
		const struct loadgen_layout *l, const char *dir, char *why, size_t why_size);

/**
 * Read the secrets back.
 *
 * @param[out] keys  One for each site; loadgen_sites_free() wipes and frees them.
 * @return 0 or -errno with a sentence in why.
 */
int loadgen_sites_load(const struct loadgen_layout *l, const char *dir, const struct auth *auth,
		struct auth_key **keys, char *why, size_t why_size);

void loadgen_sites_free(struct auth_key *keys, uint32_t n_sites); /**< NULL is fine. */
