/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_priv.h"

#define FILE_OCTETS_MAX (UINT64_C(1) << 30)

char *
conf_read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	size_t room = 0, n = 0, got;
	char *text = NULL, *more;

	if (f == NULL)
		return NULL;
	do {
		if (n == room) {
			room = room == 0 ? 8192 : room * 2;
			more = room <= FILE_OCTETS_MAX ? realloc(text, room) : NULL;
			if (more == NULL) {
				errno = room <= FILE_OCTETS_MAX ? ENOMEM : EFBIG;
				goto fail;
			}
			text = more;
		}
		got = fread(text + n, 1, room - n, f);
		n += got;
	} while (got > 0);
	if (ferror(f))
		goto fail;
	fclose(f);
	*len = n;
	return text;

fail:
	got = (size_t)errno;
	fclose(f);
	free(text);
	errno = (int)got;
	return NULL;
}

/* The feature has its place in the file already, so that an example of later is understood now. */
static void
refuse_key_exchange(struct conf_ctx *ctx, const json_t *root)
{
	if (json_object_get(root, "key-exchange") != NULL)
		conf_error(ctx,
				"%s: /key-exchange: this release has no key server yet; leave the section "
				"out",
				ctx->file);
}

/* What a site leaves out it takes from the rest of the file, which is read by then. */
static void
inherit(struct conf *c)
{
	for (unsigned int i = 0; i < c->n_sites; i++) {
		/* The arrays are the arena's, and const only for those who get the whole struct. */
		struct conf_site *s = (struct conf_site *)(uintptr_t)&c->sites[i];
		struct conf_key *keys = (struct conf_key *)(uintptr_t)s->keys;

		if (s->registration_lifetime_s == 0)
			s->registration_lifetime_s = c->registration.lifetime_s;
		if (s->notify_port == CONF_NOTIFY_INHERIT)
			s->notify_port = c->map_notify.port;
		for (unsigned int k = 0; k < s->n_keys; k++)
			if (keys[k].xtrs == 0)
				keys[k].xtrs = c->limits.xtrs_per_key;
	}
}

static void
read_all(struct conf_ctx *ctx, struct conf *c, json_t *root, const char *const *sets,
		unsigned int n_sets)
{
	for (unsigned int i = 0; i < n_sets; i++)
		conf_override(ctx, root, sets[i]);
	conf_read_object(ctx, &conf_root_table, root, c);
	refuse_key_exchange(ctx, root);
	conf_read_site_files(ctx, c);
	if (ctx->no_memory)
		return;
	conf_check_ports(ctx, c);
	conf_check_sites(ctx, c);
	inherit(c);
}

/* @return The conf in its arena, still to be filled; NULL: no memory. */
static struct conf *
create(struct conf_ctx *ctx, const char *name, const char *base_dir)
{
	struct conf *c;

	ctx->arena = conf_arena_create();
	if (ctx->arena == NULL)
		return NULL;
	c = conf_alloc(ctx, sizeof(*c));
	if (c != NULL) {
		c->arena = ctx->arena;
		c->file = ctx->file = conf_keep(ctx, name);
		ctx->dir = conf_keep(ctx, base_dir);
	}
	if (ctx->no_memory) {
		conf_arena_destroy(ctx->arena);
		return NULL;
	}
	return c;
}

int
conf_load_text(const char *text, size_t len, const char *name, const char *base_dir,
		const char *const *sets, unsigned int n_sets, struct conf **out,
		struct conf_errors *errs)
{
	struct conf_ctx ctx = { .errs = errs };
	struct conf *c = create(&ctx, name, base_dir);
	json_t *root;
	int rc = 0;

	if (c == NULL)
		return -ENOMEM;
	root = conf_parse(&ctx, text, len);
	if (root != NULL)
		read_all(&ctx, c, root, sets, n_sets);
	json_decref(root);

	if (ctx.no_memory)
		rc = -ENOMEM;
	else if (errs->n_errors > 0)
		rc = -EINVAL;
	if (rc == 0)
		*out = c;
	else
		conf_free(c);
	return rc;
}

/* @return Absolute path of the directory of a file, to free(); NULL and errno. */
static char *
directory_of(const char *path)
{
	char *copy = strdup(path);
	char *dir = copy != NULL ? realpath(dirname(copy), NULL) : NULL;
	int error = errno;

	free(copy);
	errno = error;
	return dir;
}

int
conf_load(const char *path, const char *const *sets, unsigned int n_sets, struct conf **out,
		struct conf_errors *errs)
{
	struct conf_ctx ctx = { .errs = errs, .file = path };
	size_t len;
	char *text = conf_read_file(path, &len);
	char *dir = text != NULL ? directory_of(path) : NULL;
	int rc;

	if (text == NULL || dir == NULL) {
		rc = errno == ENOMEM ? -ENOMEM : -EINVAL;
		conf_error(&ctx, "%s: cannot be read: %s", path, strerror(errno));
	} else {
		rc = conf_load_text(text, len, path, dir, sets, n_sets, out, errs);
	}
	free(dir);
	free(text);
	return rc;
}

void
conf_free(struct conf *c)
{
	if (c != NULL)
		conf_arena_destroy(c->arena);
}
