/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Records.  The first octet of a key is its kind, so kinds stand apart and in order:
 *
 *   'm'                                      version(1) fingerprint_key(32)
 *   'n' space(16) has_xtr_id(1) xtr_id(16)   version(1) nonce(8, big-endian)
 *
 * The version of 'm', the one meta record, is that of the whole store.  A newer one
 * is refused, not guessed at: a nonce read wrong would let a replay pass.
 */

#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base_secret.h"
#include "store_driver.h"

#define STORE_VERSION 1
#define NONCE_VERSION 1

#define KIND_META  'm'
#define KIND_NONCE 'n'

#define FINGERPRINT_KEY_LEN 32
#define META_LEN            (1 + FINGERPRINT_KEY_LEN)
#define NONCE_KEY_LEN       (1 + STORE_SPACE_LEN + 1 + STORE_XTR_ID_LEN)
#define NONCE_VALUE_LEN     (1 + 8)

struct store {
	const struct store_driver *driver;
	void *handle;
	uint8_t fingerprint_key[FINGERPRINT_KEY_LEN];
};

static const uint8_t kind_meta = KIND_META;
static const uint8_t kind_nonce = KIND_NONCE;

static const struct store_driver *
find_driver(const struct store_params *p)
{
	for (unsigned int i = 0; p->drivers[i] != NULL; i++)
		if (strcmp(p->drivers[i]->name, p->driver) == 0)
			return p->drivers[i];
	return NULL;
}

static int
stop_at_first(struct store_octets key, struct store_octets value, void *arg)
{
	(void)key;
	(void)value;
	(void)arg;
	return 1;
}

/* First open.  What is not empty and has no meta record was made by another program. */
static int
create_meta(struct store *s, char *why, size_t why_size)
{
	struct store_octets all = { .data = NULL, .len = 0 };
	struct store_octets key = { .data = &kind_meta, .len = sizeof(kind_meta) };
	uint8_t meta[META_LEN] = { STORE_VERSION };
	int ret;

	ret = s->driver->each(s->handle, all, stop_at_first, NULL);
	if (ret > 0) {
		snprintf(why, why_size, "holds records, but not of this program");
		return -EBADMSG;
	}
	base_secret_random(s->fingerprint_key, sizeof(s->fingerprint_key));
	memcpy(meta + 1, s->fingerprint_key, sizeof(s->fingerprint_key));
	if (ret == 0)
		ret = s->driver->put(s->handle, key,
				(struct store_octets){ .data = meta, .len = sizeof(meta) });
	if (ret == 0)
		ret = s->driver->commit(s->handle);
	if (ret < 0)
		snprintf(why, why_size, "cannot be written: %s", strerror(-ret));
	base_secret_wipe(meta, sizeof(meta));
	return ret;
}

static int
load_meta(struct store *s, char *why, size_t why_size)
{
	struct store_octets key = { .data = &kind_meta, .len = sizeof(kind_meta) };
	struct store_octets value;
	const uint8_t *meta;
	int ret;

	ret = s->driver->get(s->handle, key, &value);
	if (ret == -ENOENT)
		return create_meta(s, why, why_size);
	if (ret < 0) {
		snprintf(why, why_size, "cannot be read: %s", strerror(-ret));
		return ret;
	}
	meta = value.data;
	if (value.len > 0 && meta[0] > STORE_VERSION) {
		snprintf(why, why_size, "has format version %u; this program knows up to %d",
				meta[0], STORE_VERSION);
		return -EBADMSG;
	}
	if (value.len != META_LEN || meta[0] != STORE_VERSION) {
		snprintf(why, why_size, "its meta record is damaged");
		return -EBADMSG;
	}
	memcpy(s->fingerprint_key, meta + 1, sizeof(s->fingerprint_key));
	return 0;
}

int
store_open(const struct store_params *p, struct store **s, char *why, size_t why_size)
{
	struct store *new;
	int ret;

	*s = NULL;
	new = calloc(1, sizeof(*new));
	if (new == NULL) {
		snprintf(why, why_size, "no memory");
		return -ENOMEM;
	}
	new->driver = find_driver(p);
	if (new->driver == NULL) {
		snprintf(why, why_size, "no store driver \"%s\" was built", p->driver);
		ret = -ENOENT;
		goto free_store;
	}
	ret = new->driver->open(p->path, p->map_size, &new->handle, why, why_size);
	if (ret < 0)
		goto free_store;
	ret = load_meta(new, why, why_size);
	if (ret < 0)
		goto close_driver;
	*s = new;
	return 0;

close_driver:
	new->driver->close(new->handle);
free_store:
	base_secret_wipe(new, sizeof(*new));
	free(new);
	return ret;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	s->driver->abort(s->handle);
	s->driver->close(s->handle);
	base_secret_wipe(s, sizeof(*s));
	free(s);
}

const char *
store_driver_name(const struct store *s)
{
	return s->driver->name;
}

const uint8_t *
store_fingerprint_key(const struct store *s)
{
	return s->fingerprint_key;
}

static void
build_nonce_key(const struct store_nonce *n, uint8_t key[NONCE_KEY_LEN])
{
	uint8_t *at = key;

	*at++ = KIND_NONCE;
	memcpy(at, n->space, STORE_SPACE_LEN);
	at += STORE_SPACE_LEN;
	*at++ = n->has_xtr_id != 0;
	memcpy(at, n->xtr_id, STORE_XTR_ID_LEN);
}

static int
parse_nonce(struct store_octets key, struct store_octets value, struct store_nonce *n)
{
	const uint8_t *k = key.data;
	const uint8_t *v = value.data;

	if (key.len != NONCE_KEY_LEN || value.len != NONCE_VALUE_LEN || v[0] != NONCE_VERSION)
		return -EBADMSG;
	memcpy(n->space, k + 1, STORE_SPACE_LEN);
	n->has_xtr_id = k[1 + STORE_SPACE_LEN];
	memcpy(n->xtr_id, k + 1 + STORE_SPACE_LEN + 1, STORE_XTR_ID_LEN);
	n->nonce = 0;
	for (unsigned int i = 1; i < NONCE_VALUE_LEN; i++)
		n->nonce = n->nonce << 8 | v[i];
	return n->has_xtr_id > 1 ? -EBADMSG : 0;
}

struct nonce_each {
	int (*cb)(const struct store_nonce *n, void *arg);
	void *arg;
};

static int
hand_nonce(struct store_octets key, struct store_octets value, void *arg)
{
	const struct nonce_each *each = arg;
	struct store_nonce n;
	int ret;

	ret = parse_nonce(key, value, &n);
	return ret < 0 ? ret : each->cb(&n, each->arg);
}

int
store_nonce_each(struct store *s, int (*cb)(const struct store_nonce *n, void *arg), void *arg)
{
	struct store_octets prefix = { .data = &kind_nonce, .len = sizeof(kind_nonce) };
	struct nonce_each each = { .cb = cb, .arg = arg };

	return s->driver->each(s->handle, prefix, hand_nonce, &each);
}

int
store_nonce_put(struct store *s, const struct store_nonce *n)
{
	uint8_t key[NONCE_KEY_LEN];
	uint8_t value[NONCE_VALUE_LEN] = { NONCE_VERSION };

	build_nonce_key(n, key);
	for (unsigned int i = 0; i < 8; i++)
		value[1 + i] = (uint8_t)(n->nonce >> (56 - 8 * i));
	return s->driver->put(s->handle, (struct store_octets){ .data = key, .len = sizeof(key) },
			(struct store_octets){ .data = value, .len = sizeof(value) });
}

int
store_nonce_del(struct store *s, const struct store_nonce *n)
{
	uint8_t key[NONCE_KEY_LEN];

	build_nonce_key(n, key);
	return s->driver->del(s->handle, (struct store_octets){ .data = key, .len = sizeof(key) });
}

int
store_commit(struct store *s)
{
	return s->driver->commit(s->handle);
}
