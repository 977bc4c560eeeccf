/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Memory of ClientHello randoms whose binder was right (specification 10): a recorded hello played
 * again from another connection gets a decoy.  Bounded; when full the oldest go first.
 */

#pragma once

#include "keyx.h"

#define KEYX_RANDOM_LEN  32
#define KEYX_SEEN_LIFE_S 600

struct keyx_seen; /* opaque */

/** @param n_max  Randoms remembered at most. @return NULL with errno set. */
struct keyx_seen *keyx_seen_create(uint32_t n_max);
void keyx_seen_destroy(struct keyx_seen *s); /**< NULL is fine. */

bool keyx_seen_has(
		const struct keyx_seen *s, const uint8_t random[KEYX_RANDOM_LEN], uint64_t now_ns);
void keyx_seen_add(struct keyx_seen *s, const uint8_t random[KEYX_RANDOM_LEN], uint64_t now_ns);
