/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>
#include <string.h>

#include "conf_priv.h"

/* A pointer that does not fit is cut: it is for people, and only a hostile file has such names. */
static void
append(struct conf_ctx *ctx, const char *text, size_t len)
{
	size_t room = sizeof(ctx->pointer) - 1 - ctx->pointer_len;

	if (len > room)
		len = room;
	memcpy(ctx->pointer + ctx->pointer_len, text, len);
	ctx->pointer_len += len;
	ctx->pointer[ctx->pointer_len] = '\0';
}

/* Control characters would break the line that the pointer ends up in. */
static void
append_escaped(struct conf_ctx *ctx, char c)
{
	if (c == '~')
		append(ctx, "~0", 2);
	else if (c == '/')
		append(ctx, "~1", 2);
	else
		append(ctx, (unsigned char)c < 0x20 || c == 0x7f ? "?" : &c, 1);
}

size_t
conf_push(struct conf_ctx *ctx, const char *token)
{
	size_t before = ctx->pointer_len;

	append(ctx, "/", 1);
	for (const char *p = token; *p != '\0' && ctx->pointer_len + 1 < sizeof(ctx->pointer); p++)
		append_escaped(ctx, *p);
	return before;
}

size_t
conf_push_path(struct conf_ctx *ctx, const char *path)
{
	size_t before = ctx->pointer_len;

	append(ctx, "/", 1);
	append(ctx, path, strlen(path));
	return before;
}

size_t
conf_push_index(struct conf_ctx *ctx, size_t index)
{
	char token[24];

	snprintf(token, sizeof(token), "%zu", index);
	return conf_push(ctx, token);
}

void
conf_pop(struct conf_ctx *ctx, size_t len)
{
	ctx->pointer_len = len;
	ctx->pointer[len] = '\0';
}

void *
conf_alloc(struct conf_ctx *ctx, size_t size)
{
	void *p = conf_arena_alloc(ctx->arena, size);

	if (p == NULL)
		ctx->no_memory = true;
	return p;
}

const char *
conf_keep(struct conf_ctx *ctx, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = conf_alloc(ctx, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

const char *
conf_where(struct conf_ctx *ctx)
{
	size_t size = strlen(ctx->file) + ctx->pointer_len + 4;
	char *where = conf_alloc(ctx, size);

	if (where != NULL)
		snprintf(where, size, "%s: %s", ctx->file,
				ctx->pointer_len > 0 ? ctx->pointer : "/");
	return where;
}
