/* SPDX-License-Identifier: BSD-3-Clause */

#include "base_clock.h"

#include <time.h>

static uint64_t
boottime_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * BASE_NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t (*base_clock_source)(void) = boottime_ns;

uint64_t
base_clock_wall_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / BASE_NS_PER_MS;
}
