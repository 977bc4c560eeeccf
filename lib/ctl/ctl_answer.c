/* SPDX-License-Identifier: BSD-3-Clause */

/* From a request to the messages of its answer; knows nothing of sockets. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl_priv.h"

#define ITEMS_PER_MESSAGE 64u /* bounds the work of one step */
#define MESSAGE_WANTED    32768u

static const struct {
	int error;
	const char *code;
} codes[] = {
	{ -ENOENT, "not-found" },
	{ -EPERM, "permission" },
	{ -EINVAL, "argument" },
	{ -EBUSY, "busy" },
	{ -ENOMEM, "memory" },
	{ -EMSGSIZE, "too-long" },
};

static const char *
code_of(int error)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].error == error)
			return codes[i].code;
	return "failed";
}

/* Takes over text; no text means no memory: then the answer ends with the connection. */
static void
set_message(struct ctl_client *c, char *text, bool last)
{
	free(c->message);
	c->message = text;
	c->message_len = text != NULL ? strlen(text) : 0;
	c->last = last;
}

void
ctl_client_refuse(struct ctl_client *c, const char *code, const char *why)
{
	json_t *json = json_pack("{s:s?, s:s}", "error", why, "code", code);

	if (json == NULL)
		json = json_pack("{s:s, s:s}", "error", "failed", "code", code);
	set_message(c, json_dumps(json, JSON_COMPACT), true);
	json_decref(json);
}

static void
refuse_errno(struct ctl_client *c, int error)
{
	if (c->call.why[0] == '\0')
		snprintf(c->call.why, sizeof(c->call.why), "%s", strerror(-error));
	ctl_client_refuse(c, code_of(error), c->call.why);
}

void
ctl_client_finish(struct ctl_client *c, void *arg)
{
	if (c->command != NULL && c->command->close != NULL)
		c->command->close(&c->call, arg);
	c->command = NULL;
	json_decref(c->request);
	c->request = NULL;
	free(c->row);
	c->row = NULL;
	free(c->message);
	c->message = NULL;
	memset(&c->call, 0, sizeof(c->call));
}

static const struct ctl_command *
find_command(const struct ctl_command *commands, const char *name)
{
	for (; commands->name != NULL; commands++)
		if (strcmp(commands->name, name) == 0)
			return commands;
	return NULL;
}

/* @return The args of a request, a member of it; NULL when it is no request. */
static const json_t *
check_request(json_t *request, const char **name)
{
	json_t *args = json_object_get(request, "args");

	*name = json_string_value(json_object_get(request, "cmd"));
	if (*name == NULL)
		return NULL;
	if (args == NULL) {
		args = json_object();
		json_object_set_new(request, "args", args);
	}
	return json_is_object(args) ? args : NULL;
}

static void
begin(struct ctl_client *c, const struct ctl_command *command, const json_t *args, void *arg)
{
	int rc;

	c->call.args = args;
	rc = command->open != NULL ? command->open(&c->call, arg) : 0;
	if (rc != 0) {
		refuse_errno(c, rc);
		return;
	}
	c->command = command;
	c->outcome = 1;
}

void
ctl_client_request(struct ctl_client *c, const struct ctl_command *commands, void *arg,
		const char *text, size_t len)
{
	json_t *request = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const struct ctl_command *command;
	const json_t *args;
	const char *name;

	memset(&c->call, 0, sizeof(c->call));
	c->request = request;
	args = check_request(request, &name);
	if (args == NULL) {
		ctl_client_refuse(
				c, "request", "a request is {\"cmd\": \"NAME\", \"args\": {...}}");
		return;
	}
	command = find_command(commands, name);
	if (command == NULL)
		ctl_client_refuse(c, "unknown-command", "the server knows no such command");
	else if (command->changes && !c->may_change)
		ctl_client_refuse(
				c, "permission", "changes are for root and the server's own user");
	else
		begin(c, command, args, arg);
}

static const char head[] = "{\"items\":[";
static const char tail[] = "]}";

/* A message being put together. */
struct builder {
	char *text;
	size_t len;
	unsigned int items;
};

static bool
append_row(struct builder *b, const char *row)
{
	size_t len = strlen(row);

	if (b->len + 1 + len + sizeof(tail) > CTL_MESSAGE_MAX)
		return false;
	if (b->items++ > 0)
		b->text[b->len++] = ',';
	memcpy(b->text + b->len, row, len);
	b->len += len;
	return true;
}

/* @return 1 with text of the next row; 0 at the end; -errno. */
static int
next_row(struct ctl_client *c, void *arg, char **row)
{
	json_t *item = NULL;
	int rc;

	if (c->row != NULL) {
		*row = c->row;
		c->row = NULL;
		return 1;
	}
	rc = c->command->next(&c->call, arg, &item);
	if (rc <= 0)
		return rc;
	*row = json_dumps(item, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(item);
	if (*row == NULL)
		return -ENOMEM;
	if (sizeof(head) + strlen(*row) + sizeof(tail) > CTL_MESSAGE_MAX) {
		free(*row);
		return -EMSGSIZE;
	}
	return 1;
}

/* @return 1: a message, full or as far as the search has come; 0: the rows are at an end; -errno. */
static int
collect(struct ctl_client *c, void *arg, struct builder *b)
{
	while (b->items < ITEMS_PER_MESSAGE && b->len < MESSAGE_WANTED) {
		char *row;
		int rc = next_row(c, arg, &row);

		if (rc == -EAGAIN)
			return 1;
		if (rc <= 0)
			return rc;
		if (!append_row(b, row)) {
			c->row = row;
			return 1;
		}
		free(row);
	}
	return 1;
}

/* What stands after the rows: the end, or an error. */
static void
produce_last(struct ctl_client *c, int rc)
{
	if (rc == 0)
		set_message(c, strdup("{\"end\":true}"), true);
	else
		refuse_errno(c, rc);
}

void
ctl_client_produce(struct ctl_client *c, void *arg)
{
	struct builder b = { .text = malloc(CTL_MESSAGE_MAX), .len = sizeof(head) - 1 };

	if (b.text == NULL)
		c->outcome = -ENOMEM;
	if (c->outcome <= 0) {
		free(b.text);
		produce_last(c, c->outcome);
		return;
	}
	memcpy(b.text, head, sizeof(head));
	c->outcome = collect(c, arg, &b);
	if (b.items > 0 || c->outcome > 0) {
		memcpy(b.text + b.len, tail, sizeof(tail));
		set_message(c, b.text, false);
		return;
	}
	free(b.text);
	produce_last(c, c->outcome);
}
