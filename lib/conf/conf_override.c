/* SPDX-License-Identifier: BSD-3-Clause */

/* --set JSON-POINTER=VALUE (RFC 6901), before anything is checked. */

#include <stdlib.h>
#include <string.h>

#include "conf_priv.h"

/* Undo ~1 and ~0 in place. */
static void
unescape(char *token)
{
	char *out = token;

	for (const char *p = token; *p != '\0'; p++) {
		if (p[0] == '~' && (p[1] == '0' || p[1] == '1'))
			*out++ = *++p == '0' ? '~' : '/';
		else
			*out++ = *p;
	}
	*out = '\0';
}

/* @return Index that token names in an array of size, size to append; -1: none. */
static ssize_t
array_index(const char *token, size_t size)
{
	char *end;
	unsigned long i;

	if (strcmp(token, "-") == 0)
		return (ssize_t)size;
	if (*token < '0' || *token > '9')
		return -1;
	i = strtoul(token, &end, 10);
	return *end == '\0' && i <= size ? (ssize_t)i : -1;
}

/* Put value, which is taken over, at token of node. @return false: there is no such place. */
static bool
put(json_t *node, const char *token, json_t *value)
{
	ssize_t i;

	if (json_is_object(node))
		return json_object_set_new(node, token, value) == 0;
	i = json_is_array(node) ? array_index(token, json_array_size(node)) : -1;
	if (i >= 0 && (size_t)i < json_array_size(node))
		return json_array_set_new(node, (size_t)i, value) == 0;
	if (i >= 0)
		return json_array_append_new(node, value) == 0;
	json_decref(value);
	return false;
}

/* The member or element at token; an object is put there when there is none yet. */
static json_t *
step(json_t *node, const char *token)
{
	json_t *next;
	ssize_t i;

	if (json_is_object(node)) {
		next = json_object_get(node, token);
		if (next == NULL && put(node, token, json_object()))
			next = json_object_get(node, token);
		return next;
	}
	i = json_is_array(node) ? array_index(token, json_array_size(node)) : -1;
	if (i < 0)
		return NULL;
	if ((size_t)i == json_array_size(node) && json_array_append_new(node, json_object()) != 0)
		return NULL;
	return json_array_get(node, (size_t)i);
}

/* A value that is not JSON is a text: --set /log/level=debug. */
static json_t *
parse_value(const char *text)
{
	json_t *v = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);

	return v != NULL ? v : json_string(text);
}

/* Walk the tokens of pointer, which is cut to pieces, and put value at its end. */
static bool
place(json_t *node, char *pointer, json_t *value)
{
	char *token = pointer + 1;
	char *slash;

	while ((slash = strchr(token, '/')) != NULL) {
		*slash = '\0';
		unescape(token);
		node = step(node, token);
		if (node == NULL) {
			json_decref(value);
			return false;
		}
		token = slash + 1;
	}
	unescape(token);
	return put(node, token, value);
}

void
conf_override(struct conf_ctx *ctx, json_t *root, const char *set)
{
	const char *equals = strchr(set, '=');
	json_t *value;
	char *pointer;

	if (equals == NULL || set[0] != '/' || equals == set + 1) {
		conf_error(ctx, "--set %.*s: expected /JSON/POINTER=VALUE", (int)strcspn(set, "="),
				set);
		return;
	}
	pointer = strndup(set, (size_t)(equals - set));
	value = parse_value(equals + 1);
	if (pointer == NULL)
		ctx->no_memory = true;
	else if (value == NULL)
		conf_error(ctx, "--set %s: the value is not UTF-8 text", pointer);
	else if (!place(root, pointer, json_incref(value)))
		conf_error(ctx, "--set %.*s: there is no such place in %s", (int)(equals - set),
				set, ctx->file);
	json_decref(value);
	free(pointer);
}
