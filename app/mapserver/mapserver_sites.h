/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * From the config's sites, and the secret files they name, to what assoc takes.
 */

#pragma once

#include "assoc.h"
#include "conf.h"

struct mapserver_sites {
	struct assoc_site_params *sites;
	uint32_t n_sites;
	/* what the above points into */
	struct assoc_prefix_params *prefixes;
	struct assoc_key_params *keys;
	struct assoc_source *sources;
	uint8_t *secrets;
	size_t secrets_len;
};

/**
 * Read every secret file and build the parameters.
 *
 * @param[out] why  Every secret file or EID-prefix that is refused, one line each, cut at why_size;
 *                  never any of a secret.
 * @return 0; -EINVAL something is refused; -ENOMEM.
 */
int mapserver_sites_load(
		const struct conf *conf, struct mapserver_sites *ms, char *why, size_t why_size);

/** Wipe the secrets and free. All zero is fine. */
void mapserver_sites_free(struct mapserver_sites *ms);

/** Does a key of any site demand saved nonces? */
bool mapserver_sites_strict(const struct conf *conf);
