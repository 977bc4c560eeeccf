/* SPDX-License-Identifier: BSD-3-Clause */

/* Types of settings that every program has: how each is checked, stored, dumped, described. */

#include <stdio.h>
#include <string.h>

#include "base_log.h"
#include "conf_priv.h"

static const char *const level_words[] = { "err", "warning", "notice", "info", "debug", NULL };

static const char *
set_bool(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	(void)ctx, (void)row;
	if (!json_is_boolean(v))
		return "expected true or false";
	*(bool *)at = json_is_true(v);
	return NULL;
}

static json_t *
get_bool(const struct conf_row *row, const void *at)
{
	(void)row;
	return json_boolean(*(const bool *)at);
}

static void
schema_bool(const struct conf_row *row, json_t *s)
{
	json_object_set_new(s, "type", json_string("boolean"));
	if (!row->required)
		json_object_set_new(s, "default", json_boolean(row->def != 0));
}

/* @return NULL when v is an integer in range; what was expected otherwise. */
static const char *
check_integer(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v)
{
	const char *unit = row->unit != NULL ? row->unit : "";
	const char *gap = *unit != '\0' ? " " : "";
	json_int_t n = json_integer_value(v);

	if (!json_is_integer(v))
		snprintf(ctx->sentence, sizeof(ctx->sentence),
				"expected an integer from %lld to %lld%s%s", (long long)row->min,
				(long long)row->max, gap, unit);
	else if (n < row->min)
		snprintf(ctx->sentence, sizeof(ctx->sentence), "below the minimum %lld%s%s",
				(long long)row->min, gap, unit);
	else if (n > row->max)
		snprintf(ctx->sentence, sizeof(ctx->sentence), "above the maximum %lld%s%s",
				(long long)row->max, gap, unit);
	else
		return NULL;
	return ctx->sentence;
}

static const char *
set_uint(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *wrong = check_integer(ctx, row, v);

	if (wrong == NULL)
		*(uint32_t *)at = (uint32_t)json_integer_value(v);
	return wrong;
}

static json_t *
get_uint(const struct conf_row *row, const void *at)
{
	(void)row;
	return json_integer(*(const uint32_t *)at);
}

static const char *
set_int(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *wrong = check_integer(ctx, row, v);

	if (wrong == NULL)
		*(int32_t *)at = (int32_t)json_integer_value(v);
	return wrong;
}

static json_t *
get_int(const struct conf_row *row, const void *at)
{
	(void)row;
	return json_integer(*(const int32_t *)at);
}

static void
schema_integer(const struct conf_row *row, json_t *s)
{
	json_object_set_new(s, "type", json_string("integer"));
	json_object_set_new(s, "minimum", json_integer(row->min));
	json_object_set_new(s, "maximum", json_integer(row->max));
	if (!row->required && !row->list && row->def >= row->min)
		json_object_set_new(s, "default", json_integer(row->def));
}

static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

/* @return The text of v when it is one of that length; NULL and a sentence otherwise. */
static const char *
check_text(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, const char **wrong)
{
	const char *text = json_string_value(v);
	size_t len = text != NULL ? strlen(text) : 0;

	*wrong = NULL;
	if (text == NULL)
		*wrong = "expected a string";
	else if (len < (size_t)row->min)
		*wrong = "expected a string that is not empty";
	else if (!is_printable(text))
		*wrong = "expected a string without control characters";
	else if (len > (size_t)row->max) {
		snprintf(ctx->sentence, sizeof(ctx->sentence), "longer than %lld octets",
				(long long)row->max);
		*wrong = ctx->sentence;
	}
	return *wrong == NULL ? text : NULL;
}

static const char *
set_text(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *wrong;
	const char *text = check_text(ctx, row, v, &wrong);

	if (text != NULL)
		*(const char **)at = conf_keep(ctx, text);
	return wrong;
}

static const char *
set_path(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	const char *wrong;
	const char *text = check_text(ctx, row, v, &wrong);
	size_t size;
	char *path;

	if (text == NULL)
		return wrong;
	if (strncmp(text, "text:", 5) == 0 || strncmp(text, "hex:", 4) == 0)
		return "expected the path of a file; a secret must not stand in the configuration";
	if (text[0] == '/') {
		*(const char **)at = conf_keep(ctx, text);
		return NULL;
	}
	size = strlen(ctx->dir) + strlen(text) + 2;
	path = conf_alloc(ctx, size);
	if (path != NULL)
		snprintf(path, size, "%s/%s", strcmp(ctx->dir, "/") == 0 ? "" : ctx->dir, text);
	*(const char **)at = path;
	return NULL;
}

static json_t *
get_text(const struct conf_row *row, const void *at)
{
	const char *text = *(const char *const *)at;

	(void)row;
	return text != NULL ? json_string(text) : NULL;
}

static void
schema_text(const struct conf_row *row, json_t *s)
{
	json_object_set_new(s, "type", json_string("string"));
	json_object_set_new(s, "minLength", json_integer(row->min));
	json_object_set_new(s, "maxLength", json_integer(row->max));
	if (row->def_text != NULL && !row->list)
		json_object_set_new(s, "default", json_string(row->def_text));
}

/* @return Index of the word v is, or -1 and the sentence that lists them. */
static int
find_word(struct conf_ctx *ctx, const char *const *words, const json_t *v)
{
	const char *text = json_string_value(v);
	size_t used = 0;

	for (int i = 0; text != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	used += (size_t)snprintf(ctx->sentence, sizeof(ctx->sentence), "expected");
	for (unsigned int i = 0; words[i] != NULL && used < sizeof(ctx->sentence); i++)
		used += (size_t)snprintf(ctx->sentence + used, sizeof(ctx->sentence) - used,
				"%s \"%s\"",
				i == 0                                 ? ""
						: words[i + 1] != NULL ? ","
								       : " or",
				words[i]);
	return -1;
}

static const char *
set_enum(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	int i = find_word(ctx, row->words, v);

	if (i < 0)
		return ctx->sentence;
	*(uint32_t *)at = (uint32_t)i;
	return NULL;
}

static json_t *
get_enum(const struct conf_row *row, const void *at)
{
	return json_string(row->words[*(const uint32_t *)at]);
}

static void
schema_words(const char *const *words, json_t *s)
{
	json_t *list = json_array();

	for (unsigned int i = 0; words[i] != NULL; i++)
		json_array_append_new(list, json_string(words[i]));
	json_object_set_new(s, "type", json_string("string"));
	json_object_set_new(s, "enum", list);
}

/* A default past the last word is "as elsewhere": it is in the help, not in the schema. */
static void
schema_enum(const struct conf_row *row, json_t *s)
{
	int64_t n = 0;

	schema_words(row->words, s);
	while (row->words[n] != NULL)
		n++;
	if (!row->required && row->def < n)
		json_object_set_new(s, "default", json_string(row->words[row->def]));
}

static const char *
set_level(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v, void *at)
{
	int i = find_word(ctx, level_words, v);

	(void)row;
	if (i < 0)
		return ctx->sentence;
	*(uint32_t *)at = BASE_LOG_ERR + (uint32_t)i;
	return NULL;
}

static json_t *
get_level(const struct conf_row *row, const void *at)
{
	(void)row;
	return json_string(level_words[*(const uint32_t *)at - BASE_LOG_ERR]);
}

static void
schema_level(const struct conf_row *row, json_t *s)
{
	schema_words(level_words, s);
	json_object_set_new(s, "default", json_string(level_words[row->def - BASE_LOG_ERR]));
}

const struct conf_type_ops *
conf_type_ops(enum conf_type type)
{
	static const struct conf_type_ops types[] = {
		[CONF_BOOL] = { sizeof(bool), set_bool, get_bool, schema_bool },
		[CONF_UINT] = { sizeof(uint32_t), set_uint, get_uint, schema_integer },
		[CONF_INT] = { sizeof(int32_t), set_int, get_int, schema_integer },
		[CONF_TEXT] = { sizeof(char *), set_text, get_text, schema_text },
		[CONF_PATH] = { sizeof(char *), set_path, get_text, schema_text },
		[CONF_ENUM] = { sizeof(uint32_t), set_enum, get_enum, schema_enum },
		[CONF_LEVEL] = { sizeof(uint32_t), set_level, get_level, schema_level },
	};

	return type >= CONF_DATE ? conf_net_type_ops(type) : &types[type];
}
