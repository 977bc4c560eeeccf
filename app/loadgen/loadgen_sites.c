/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_sites.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base_secret.h"
#include "lisp_text.h"

#define SITES_FILE "loadgen-sites.json"
#define SECRET_LEN 32
#define PATH_SIZE  4096

static void
key_name(uint32_t site, char *buf, size_t size)
{
	snprintf(buf, size, "load-%04u.key", site);
}

/* "hex:" and the secret, into a file that only we can read. */
static int
write_secret(const char *path)
{
	uint8_t secret[SECRET_LEN];
	char line[4 + 2 * SECRET_LEN + 2] = "hex:";
	size_t len = sizeof(line) - 1;
	int fd, ret = 0;

	base_secret_random(secret, sizeof(secret));
	for (unsigned int i = 0; i < SECRET_LEN; i++)
		snprintf(line + 4 + 2 * i, 3, "%02x", secret[i]);
	line[len - 1] = '\n';
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		ret = -errno;
	else if (write(fd, line, len) != (ssize_t)len)
		ret = errno != 0 ? -errno : -EIO;
	if (fd >= 0 && close(fd) < 0 && ret == 0)
		ret = -errno;
	base_secret_wipe(secret, sizeof(secret));
	base_secret_wipe(line, sizeof(line));
	return ret;
}

static json_t *
aggregate_json(const struct loadgen_layout *l, uint32_t site, unsigned int family)
{
	char text[LISP_EID_TEXT_MAX];
	struct lisp_eid eid;

	loadgen_layout_aggregate(l, site, family, &eid);
	lisp_eid_to_text(&eid, text, sizeof(text));
	return json_pack("{s:i, s:s, s:b}", "iid", 0, "prefix", text, "accept-more-specifics", 1);
}

static json_t *
sources_json(const struct loadgen_layout *l)
{
	char ip_text[LISP_IP_TEXT_MAX], cover[LISP_IP_TEXT_MAX + 8];
	struct lisp_ip ip;
	unsigned int mask_len = loadgen_layout_source_cover(l, &ip);

	lisp_ip_to_text(&ip, ip_text, sizeof(ip_text));
	snprintf(cover, sizeof(cover), "%s/%u", ip_text, mask_len);
	return json_pack("[s]", cover);
}

static json_t *
key_json(const struct loadgen_layout *l, uint32_t site)
{
	static const char *const policies[] = { "strict", "recent", "off" };
	char name[32];
	json_t *key;

	key_name(site, name, sizeof(name));
	key = json_pack("{s:I, s:I, s:s, s:s}", "key-id", (json_int_t)l->key_id, "algorithm",
			(json_int_t)l->alg_id, "secret-file", name, "nonce-policy",
			policies[l->policy]);
	if (l->policy == LOADGEN_OFF) {
		json_object_set_new(key, "insecure", json_true());
		json_object_set_new(key, "source-prefixes", sources_json(l));
	}
	if (l->alg_id == LISP_ALG_HMAC_SHA1_96)
		json_object_set_new(key, "allow-sha1", json_true());
	return key;
}

static json_t *
site_json(const struct loadgen_layout *l, uint32_t site)
{
	json_t *prefixes = json_array();
	char name[32], site_id[17];

	snprintf(name, sizeof(name), "load-%04u", site);
	snprintf(site_id, sizeof(site_id), "%016llx",
			(unsigned long long)loadgen_layout_site_id(site));
	if (l->ipv6_percent < 100)
		json_array_append_new(prefixes, aggregate_json(l, site, 4));
	if (l->ipv6_percent > 0)
		json_array_append_new(prefixes, aggregate_json(l, site, 6));
	return json_pack("{s:s, s:s, s:s, s:o, s:[o]}", "name", name, "site-id", site_id, "auth",
			"static", "eid-prefixes", prefixes, "keys", key_json(l, site));
}

static int
write_sites_file(const struct loadgen_layout *l, const char *path)
{
	json_t *sites = json_array();
	int ret;

	for (uint32_t i = 0; i < l->n_sites; i++)
		json_array_append_new(sites, site_json(l, i));
	ret = json_dump_file(sites, path, JSON_INDENT(2)) == 0 ? 0 : -EIO;
	json_decref(sites);
	return ret;
}

int
loadgen_sites_write(const struct loadgen_layout *l, const char *dir, char *why, size_t why_size)
{
	char path[PATH_SIZE], name[32];
	int ret = 0;

	if (mkdir(dir, 0755) < 0 && errno != EEXIST) {
		ret = -errno;
		snprintf(why, why_size, "%s: %s", dir, strerror(-ret));
		return ret;
	}
	for (uint32_t i = 0; ret == 0 && i < l->n_sites; i++) {
		key_name(i, name, sizeof(name));
		snprintf(path, sizeof(path), "%s/%s", dir, name);
		ret = write_secret(path);
	}
	if (ret == 0) {
		snprintf(path, sizeof(path), "%s/%s", dir, SITES_FILE);
		ret = write_sites_file(l, path);
	}
	if (ret < 0)
		snprintf(why, why_size, "%s: %s", path, strerror(-ret));
	return ret;
}

static int
load_key(const struct loadgen_layout *l, const char *path, const struct auth *auth,
		struct auth_key *key, char *why, size_t why_size)
{
	uint8_t secret[AUTH_SECRET_MAX];
	size_t len;
	int ret;

	ret = base_secret_load(path, secret, sizeof(secret), &len, why, why_size);
	if (ret < 0)
		return ret;
	ret = auth_key_init(auth, key, (uint8_t)l->alg_id, secret, len);
	base_secret_wipe(secret, sizeof(secret));
	if (ret < 0)
		snprintf(why, why_size, "%s: no key for algorithm %u", path, l->alg_id);
	return ret;
}

int
loadgen_sites_load(const struct loadgen_layout *l, const char *dir, const struct auth *auth,
		struct auth_key **keys, char *why, size_t why_size)
{
	struct auth_key *all = calloc(l->n_sites, sizeof(*all));
	char path[PATH_SIZE], name[32];
	int ret = 0;

	if (all == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; ret == 0 && i < l->n_sites; i++) {
		key_name(i, name, sizeof(name));
		snprintf(path, sizeof(path), "%s/%s", dir, name);
		ret = load_key(l, path, auth, &all[i], why, why_size);
	}
	if (ret < 0) {
		loadgen_sites_free(all, l->n_sites);
		return ret;
	}
	*keys = all;
	return 0;
}

void
loadgen_sites_free(struct auth_key *keys, uint32_t n_sites)
{
	if (keys == NULL)
		return;
	for (uint32_t i = 0; i < n_sites; i++)
		auth_key_fini(&keys[i]);
	free(keys);
}
