/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What the files of the server share: one client and its answer.
 */

#pragma once

#include "ctl.h"

/** One connection.  It is idle (waits for a request) or answering (call.args is set). */
struct ctl_client {
	int fd; /**< -1: the place is free. */
	bool may_change;
	uint64_t active_ns;                /**< Last time something moved. */
	const struct ctl_command *command; /**< Being answered; NULL: none. */
	struct ctl_call call;
	json_t *request;
	int outcome;   /**< Of the last row: 1 there may be more, 0 the end, -errno. */
	char *row;     /**< Text of an item that did not fit the last message. */
	char *message; /**< Ready to be sent. */
	size_t message_len;
	bool last; /**< message is the end of the answer. */
};

/** Take a request of len octets; afterwards the client answers, if only with an error. */
void ctl_client_request(struct ctl_client *c, const struct ctl_command *commands, void *arg,
		const char *text, size_t len);

/** Make the next message of the answer ready. */
void ctl_client_produce(struct ctl_client *c, void *arg);

/** Make an error the next and last message. */
void ctl_client_refuse(struct ctl_client *c, const char *code, const char *why);

/** End the answer, however far it came. */
void ctl_client_finish(struct ctl_client *c, void *arg);

/** Make the listening socket. @return Descriptor, or -errno and why. */
int ctl_listen(const struct ctl_server_params *params, char why[CTL_WHY_MAX]);

/** Is there something to send, or to make for sending? */
static inline bool
ctl_client_is_answering(const struct ctl_client *c)
{
	return c->command != NULL || c->message != NULL;
}
