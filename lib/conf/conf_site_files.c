/* SPDX-License-Identifier: BSD-3-Clause */

/* Sites in files of their own: thousands of them, named by patterns in the main file. */

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_priv.h"

/* Sites found so far; those of the main file come first. */
struct sites {
	struct conf_site *list;
	size_t n, room;
};

static struct conf_site *
add_sites(struct conf_ctx *ctx, struct sites *sites, size_t n)
{
	struct conf_site *first;

	if (sites->n + n > sites->room) {
		size_t room = (sites->n + n) * 2;
		struct conf_site *more = realloc(sites->list, room * sizeof(*more));

		if (more == NULL) {
			ctx->no_memory = true;
			return NULL;
		}
		sites->list = more;
		sites->room = room;
	}
	first = sites->list + sites->n;
	memset(first, 0, n * sizeof(*first));
	sites->n += n;
	return first;
}

static void
read_one_site(struct conf_ctx *ctx, struct sites *sites, const json_t *json)
{
	struct conf_site *site = add_sites(ctx, sites, 1);

	if (site != NULL)
		conf_read_object(ctx, &conf_site_table, json, site);
}

static void
read_sites(struct conf_ctx *ctx, struct sites *sites, const json_t *root)
{
	if (!json_is_array(root)) {
		read_one_site(ctx, sites, root);
		return;
	}
	for (size_t i = 0; i < json_array_size(root); i++) {
		size_t len = conf_push_index(ctx, i);

		read_one_site(ctx, sites, json_array_get(root, i));
		conf_pop(ctx, len);
	}
}

static void
read_site_file(struct conf_ctx *main_ctx, struct sites *sites, const char *path, const char *dir)
{
	struct conf_ctx ctx = { .arena = main_ctx->arena, .errs = main_ctx->errs, .dir = dir };
	size_t len;
	char *text;
	json_t *root;

	ctx.file = conf_keep(&ctx, path);
	text = conf_read_file(path, &len);
	if (text == NULL) {
		conf_error(main_ctx, "%s: cannot be read: %s", path, strerror(errno));
	} else if (ctx.file != NULL) {
		root = conf_parse(&ctx, text, len);
		if (root != NULL)
			read_sites(&ctx, sites, root);
		json_decref(root);
	}
	free(text);
	main_ctx->no_memory |= ctx.no_memory;
}

/* Paths in a site file are relative to it; files of one directory come one after the other, so its
 * name is kept once. */
static const char *
directory_of(struct conf_ctx *ctx, const char *path, const char *previous)
{
	size_t len = (size_t)(strrchr(path, '/') - path);
	char *dir;

	if (len == 0)
		return "/";
	if (previous != NULL && strlen(previous) == len && strncmp(previous, path, len) == 0)
		return previous;
	dir = conf_alloc(ctx, len + 1);
	if (dir != NULL)
		memcpy(dir, path, len);
	return dir;
}

static int
cannot_list(const char *path, int error)
{
	(void)path;
	/* A directory that is not there is a pattern that matches nothing. */
	return error != ENOENT && error != ENOTDIR;
}

/* The directory is no pattern, even if its name looks like one. */
static char *
absolute_pattern(struct conf_ctx *ctx, const char *pattern)
{
	char *whole = malloc(2 * strlen(ctx->dir) + strlen(pattern) + 2);
	char *out = whole;

	if (whole == NULL) {
		ctx->no_memory = true;
		return NULL;
	}
	if (pattern[0] != '/') {
		for (const char *p = ctx->dir; *p != '\0'; p++) {
			if (strchr("*?[\\", *p) != NULL)
				*out++ = '\\';
			*out++ = *p;
		}
		*out++ = '/';
	}
	strcpy(out, pattern);
	return whole;
}

static void
read_pattern(struct conf_ctx *ctx, struct sites *sites, const char *pattern)
{
	char *whole = absolute_pattern(ctx, pattern);
	const char *dir = NULL;
	glob_t found = { 0 };
	int rc;

	if (whole == NULL)
		return;
	rc = glob(whole, 0, cannot_list, &found);
	if (rc == GLOB_NOSPACE)
		ctx->no_memory = true;
	else if (rc == GLOB_ABORTED)
		conf_error(ctx, "%s: /site-files: \"%s\": a directory cannot be read: %s",
				ctx->file, pattern, strerror(errno));
	for (size_t i = 0; rc == 0 && i < found.gl_pathc && !ctx->no_memory; i++) {
		dir = directory_of(ctx, found.gl_pathv[i], dir);
		if (dir != NULL)
			read_site_file(ctx, sites, found.gl_pathv[i], dir);
	}
	globfree(&found);
	free(whole);
}

void
conf_read_site_files(struct conf_ctx *ctx, struct conf *c)
{
	struct sites sites = { NULL, 0, 0 };
	struct conf_site *all;

	if (c->n_site_files == 0)
		return;
	for (unsigned int i = 0; i < c->n_site_files; i++)
		if (c->site_files[i] != NULL)
			read_pattern(ctx, &sites, c->site_files[i]);

	all = conf_alloc(ctx, (c->n_sites + sites.n) * sizeof(*all));
	if (all != NULL) {
		if (c->n_sites > 0)
			memcpy(all, c->sites, c->n_sites * sizeof(*all));
		if (sites.n > 0)
			memcpy(all + c->n_sites, sites.list, sites.n * sizeof(*all));
		c->sites = all;
		c->n_sites += (unsigned int)sites.n;
	}
	free(sites.list);
}
