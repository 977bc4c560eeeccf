/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Time.  Everything that expires runs on base_clock_ns(); the wall clock is for dates in the
 * config and for people.  Tests replace the source and never sleep.
 */

#pragma once

#include <stdint.h>

#define BASE_NS_PER_S  UINT64_C(1000000000)
#define BASE_NS_PER_MS UINT64_C(1000000)

/** Where base_clock_ns() gets its time; by default CLOCK_BOOTTIME. Set before threads start. */
extern uint64_t (*base_clock_source)(void);

/** Nanoseconds since boot, suspend included; never goes back; never 0. */
static inline uint64_t
base_clock_ns(void)
{
	return base_clock_source();
}

/** Milliseconds since 1970, UTC. */
uint64_t base_clock_wall_ms(void);
