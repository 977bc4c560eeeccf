/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Verdicts: what can become of a packet, each named once.  Every packet received ends in exactly
 * one of them; their sum is the number received.
 *
 * X(symbol, word, text): the word is what operators and tests see and never changes; what stands
 * after a colon makes it more exact.
 */

#pragma once

#include "lisp.h"

/** Ends that are no drop. */
#define PIPELINE_ACCEPTS(X)                                          \
	X(REGISTERED, "registered", "Map-Register accepted")         \
	X(ACKNOWLEDGED, "acknowledged", "Map-Notify-Ack accepted")   \
	X(ARP, "arp", "ARP request answered")                        \
	X(NEIGHBOUR, "neighbour", "Neighbour Solicitation answered") \
	X(ECHO, "echo", "ICMP or ICMPv6 echo request answered")

/** Drops. */
#define PIPELINE_DROPS(X)                                                                         \
	X(NO_RECORDS, "no-records", "Record Count is 0")                                          \
	X(MALFORMED_TYPE, "malformed:type", "message type that no sender may use here")           \
	X(MALFORMED_FRAME, "malformed:frame", "Ethernet, IP or UDP header is cut or lies")        \
	X(TYPE, "type", "message type that a Map-Server does not take")                           \
	X(CHECKSUM, "checksum", "IPv4 header or UDP checksum is wrong or missing")                \
	X(FRAGMENT, "fragment", "IP fragment")                                                    \
	X(TOO_LONG, "too-long", "message longer than the configured maximum")                     \
	X(NOT_FOR_US, "not-for-us", "destination address is none of this port")                   \
	X(NOT_LISP, "not-for-us:protocol", "to us, but nothing that is served here")              \
	X(UNKNOWN_SITE, "unknown-site", "no site has this Site-ID or covers this EID-prefix")     \
	X(UNKNOWN_KEY, "unknown-key", "the site has no key with this Key ID")                     \
	X(KEY_TIME, "unknown-key:time", "the key is not yet or no longer valid")                  \
	X(KEY_SOURCE, "unknown-key:source", "the key may not be used from this address")          \
	X(ALG_MISMATCH, "alg-mismatch", "Algorithm ID is not that of the key")                    \
	X(AUTH_LEN, "auth-len", "Authentication Data Length is not legal for the algorithm")      \
	X(AUTH_FAIL, "auth-fail", "Authentication Data is wrong")                                 \
	X(REPLAY, "replay", "nonce was used before, or is not above the last one")                \
	X(EID_POLICY, "eid-policy", "no EID-prefix of the message may be registered by the site") \
	X(BAD_LOCATOR, "eid-policy:locator", "no record has acceptable locators")                 \
	X(LIMIT_XTRS, "limit:xtrs", "too many xTR-IDs under the key, or associations in all")     \
	X(LIMIT_EIDS, "limit:eids", "too many EID-prefixes for the site, or in all")              \
	X(STORE, "store", "the nonce could not be saved")                                         \
	X(BUSY, "busy", "control core cannot take more changes now")                              \
	X(RATE, "rate", "above the rate limit of messages under static keys")                     \
	X(NO_PENDING, "no-pending", "no Map-Notify waits for this Map-Notify-Ack")                \
	X(PROBE_BIT, "probe-bit", "Map-Request is an RLOC probe")                                 \
	X(SMR_BIT, "smr-bit", "Map-Request is a Solicit-Map-Request")                             \
	X(NO_ITR_RLOC, "no-itr-rloc", "Map-Request has no ITR-RLOC a reply could go to")          \
	X(INNER_TYPE, "inner-type", "ECM holds something else than a Map-Request")                \
	X(NOT_SERVED, "not-served", "well-formed Map-Request; this release does not answer it")   \
	X(STOPPED, "stopped", "in hand when the program stopped")

enum pipeline_verdict {
#define X(sym, word, text) PIPELINE_##sym,
	PIPELINE_ACCEPTS(X)
	PIPELINE_DROPS(X)
#undef X
			PIPELINE_MALFORMED, /**< "malformed:WORD": + enum lisp_err - 1. */
	PIPELINE_VERDICT_COUNT = PIPELINE_MALFORMED + LISP_ERR_COUNT - 1,
};

/** First verdict that is a drop. */
#define PIPELINE_DROP_FIRST PIPELINE_NO_RECORDS

/** The verdict of a parse error. */
static inline enum pipeline_verdict
pipeline_malformed(enum lisp_err err)
{
	/* One word for both: "malformed:type". */
	if (err == LISP_ERR_TYPE)
		return PIPELINE_MALFORMED_TYPE;
	return (enum pipeline_verdict)(PIPELINE_MALFORMED + (int)err - 1);
}

/** Word of a verdict: "auth-fail", "malformed:truncated".  Never NULL. */
const char *pipeline_verdict_word(enum pipeline_verdict v);

/** Sentence of a verdict for people.  Never NULL. */
const char *pipeline_verdict_text(enum pipeline_verdict v);
