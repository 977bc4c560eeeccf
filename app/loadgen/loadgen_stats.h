/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What is counted, once.  The last column says whether it may be seen in a run that went well.
 */

#pragma once

#include <stdint.h>

#include "loadgen_hist.h"

#define LOADGEN_FINE  0
#define LOADGEN_FAULT 1

/** X(symbol, word, fault, text) */
#define LOADGEN_COUNTS(X)                                                                          \
	X(sent, "sent", FINE, "Map-Registers sent, of all kinds")                                  \
	X(acknowledged, "acknowledged", FINE, "answered by the right Map-Notify")                  \
	X(changes, "changes", FINE, "said something new: locators or EID-prefixes")                \
	X(retransmitted, "retransmitted", FINE, "sent again, with a new nonce, after 1 s or more") \
	X(forged, "bad-mac-sent", FINE, "sent with a wrong MAC on purpose")                        \
	X(replayed, "replayed", FINE, "sent a second time on purpose")                             \
	X(replay_answered, "replay-answered", FINE, "replays that were answered")                  \
	X(late, "late", FINE, "Map-Notifies that came after a retransmission, or twice")           \
	X(other, "other-frames", FINE, "frames that are no Map-Notify")                            \
	X(unexpected, "unexpected", FAULT, "Map-Notifies to nothing we sent")                      \
	X(bad_frame, "bad-frame", FAULT, "wrong IP or UDP header, length or checksum")             \
	X(malformed, "malformed", FAULT, "no well-formed Map-Notify")                              \
	X(wrong_destination, "wrong-destination", FAULT, "sent to another ETR")                    \
	X(bad_mac_notify, "bad-mac-notify", FAULT, "Map-Notifies with a wrong MAC")                \
	X(wrong_header, "wrong-header", FAULT, "other Key ID, algorithm, length or flags")         \
	X(wrong_records, "wrong-records", FAULT, "other records than those registered")            \
	X(wrong_trailer, "wrong-trailer", FAULT, "other xTR-ID or Site-ID")                        \
	X(forged_answered, "bad-mac-answered", FAULT, "answers to a wrong MAC")                    \
	X(strict_answered, "strict-replay-answered", FAULT, "replays answered under strict")       \
	X(lost, "lost", FAULT, "never answered")

struct loadgen_stats {
#define X(sym, word, fault, text) uint64_t sym;
	LOADGEN_COUNTS(X)
#undef X
	uint64_t octets;             /**< Of the frames sent. */
	uint64_t registered_units;   /**< Messages of the first phase that were answered. */
	uint64_t registered;         /**< Their EID-prefixes. */
	struct loadgen_hist latency; /**< Ticks from Map-Register to Map-Notify. */
};

/** Sum of all faults. */
static inline uint64_t
loadgen_stats_faults(const struct loadgen_stats *st)
{
	return 0
#define X(sym, word, fault, text) +(LOADGEN_##fault ? st->sym : 0)
			LOADGEN_COUNTS(X)
#undef X
					;
}
