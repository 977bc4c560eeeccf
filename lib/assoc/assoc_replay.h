/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Replay protection (RFC 9301 section 5.6): peek, then commit.
 *
 * Before the MAC is checked assoc_replay_peek() tells the cheapest drop there is; after it
 * assoc_replay_commit() decides again and raises, in one atomic step, so that two copies, in one
 * burst or on two workers, cannot both pass, and a forged message never moves anything.
 */

#pragma once

#include "assoc.h"

/** What a message shows of itself. */
struct assoc_replay {
	uint64_t nonce;
	uint64_t tag;    /**< First 8 octets of its Authentication Data, any byte order. */
	uint64_t now_ns; /**< base_clock_ns() of the burst. */
};

/** Bring what peek and commit will read towards the core. Worker. */
static inline void
assoc_replay_prefetch(const struct assoc *a)
{
	const char *recent = (const char *)(uintptr_t)a->recent;

	if (recent == NULL)
		return;
	for (unsigned int at = 0; at < ASSOC_RECENT_MAX * sizeof(uint64_t); at += 64)
		__builtin_prefetch(recent + at);
}

/** Would the nonce be refused now?  Changes nothing.  Worker. */
bool assoc_replay_peek(const struct assoc *a, const struct assoc_replay *m);

/**
 * Take the nonce of an authenticated message.  Worker, or the control core.
 *
 * strict: atomic maximum.  recent: refused when among the last ASSOC_RECENT_MAX, else it takes the
 * place of the oldest; of two copies racing on two workers none or one passes, never both.  off: refused
 * only when the tag is that of the last accepted message and that was less than 1 s ago.  While a reload changes the
 * policy of its key everything is refused, for some nanoseconds.
 *
 * @return false when it is a replay; n_replay has been counted then, and n_ok and last_ok_ns
 *         otherwise.
 */
bool assoc_replay_commit(struct assoc *a, const struct assoc_replay *m);

/**
 * Count the message that an association was created for: assoc_create() took its nonce.  Without
 * it last_ok_ns is 0, as for one read back from the store.  Control core.
 */
void assoc_replay_first(struct assoc *a, const struct assoc_replay *m);
