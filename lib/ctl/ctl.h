/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The control socket, both ends.
 *
 * Protocol.  A Unix SOCK_SEQPACKET socket; every message is one JSON object.  The client sends
 * {"cmd": "NAME", "args": {...}}; the server answers with a stream of messages, each under 64 KiB:
 * any number of {"items": [{...}, ...]}, then {"end": true}; or at any point {"error": "sentence",
 * "code": "word"}, which is the last.  After that the client may ask again.
 *
 * Server.  One thread, never blocks: an epoll descriptor that the owner puts into his own loop, and
 * a step that does a bounded amount of work.  A command is a cursor: its rows are asked for one by
 * one and only while the client takes them, so neither a slow client nor 100,000 rows hold the
 * owner.
 *
 * Who may.  The socket has mode 0600, or 0660 with a group.  Commands that change something are for
 * root and for the user the server runs as.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define CTL_MESSAGE_MAX 65535u /**< Octets of an answer. */
#define CTL_REQUEST_MAX 16384u /**< Octets of a request. */
#define CTL_CLIENTS_MAX 32u
#define CTL_WHY_MAX     1024u

struct ctl_server; /* opaque */

/** One request being answered; belongs to the server. */
struct ctl_call {
	const json_t *args; /**< Object, empty when the request had none. Never NULL. */
	void *state;        /**< Cursor of the command; NULL at first. */
	char why[CTL_WHY_MAX]; /**< Sentence for the client, to be written before an error is returned. */
};

/** One command. */
struct ctl_command {
	const char *name;
	bool changes; /**< For root and the server's own user only. */
	const char *help;
	/** Begin; may be NULL. @return 0; or -errno, then close is not called. */
	int (*open)(struct ctl_call *call, void *arg);
	/**
	 * Give the next row.
	 *
	 * The table it walks may have changed since the last call.
	 *
	 * @param[out] item  New reference, an object of at most some 60,000 octets as text.
	 * @return 1 with an item; 0: that was all; -EAGAIN: none found yet, ask again (so that a
	 *         search through a large table does not hold the owner); -errno.
	 */
	int (*next)(struct ctl_call *call, void *arg, json_t **item);
	/** End, also of a call that was cut short; may be NULL. */
	void (*close)(struct ctl_call *call, void *arg);
};

struct ctl_server_params {
	const char *path;
	const char *group;                  /**< Unix group that may ask; NULL: none. */
	const struct ctl_command *commands; /**< Ended by a NULL name; kept, not copied. */
	void *arg;                          /**< For the commands. */
	uint32_t idle_s; /**< A client that does nothing for so long is closed; 0: 60. */
};

/**
 * Listen.
 *
 * A socket file that nobody listens on is removed first.
 *
 * @param[out] why  Sentence about a failure.
 * @return 0; -EADDRINUSE when a server listens there; -ENOTSOCK when the path is something else;
 *         -ENAMETOOLONG; -ENOENT for an unknown group; -errno of the system.
 */
int ctl_server_open(const struct ctl_server_params *params, struct ctl_server **out,
		char why[CTL_WHY_MAX]);

/** Readable when ctl_server_step() has work to do; stays the same until ctl_server_close(). */
int ctl_server_fd(const struct ctl_server *s);

/** Do some of the work that is ready; the descriptor stays readable when more is left. */
void ctl_server_step(struct ctl_server *s);

/** Close clients that have been idle for too long; call it about once a second. */
void ctl_server_tick(struct ctl_server *s);

/** Close all, remove the socket file if it is still ours; NULL is fine. */
void ctl_server_close(struct ctl_server *s);

/**
 * Ask and wait for the whole answer.
 *
 * @param path        Of the socket.
 * @param cmd         Name of the command.
 * @param args        Borrowed; NULL for none.
 * @param timeout_ms  Longest wait for each message.
 * @param each        Called with every item; a return other than 0 ends the call.
 * @param[out] why    Sentence about a failure.
 * @return 0; -EREMOTEIO the server said no, in why; -ETIMEDOUT; -EPROTO an answer that is none;
 *         what each returned; -errno when the server cannot be reached.
 */
int ctl_call(const char *path, const char *cmd, const json_t *args, int timeout_ms,
		int (*each)(const json_t *item, void *arg), void *arg, char why[CTL_WHY_MAX]);
