/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What a store driver offers; one const object per driver, listed by the build (drivers.c).
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "store.h"

struct store_octets {
	const void *data;
	size_t len;
};

struct store_driver {
	const char *name;

	/** @return 0 and *handle; or -errno and a sentence in why. */
	int (*open)(const char *path, uint64_t map_size, void **handle, char *why, size_t why_size);
	void (*close)(void *handle);

	/** Committed value of a key; -ENOENT. Valid until the next call. */
	int (*get)(void *handle, struct store_octets key, struct store_octets *value);

	/** Each committed key with this prefix, in order; stops on non-zero and returns it. */
	int (*each)(void *handle, struct store_octets prefix,
			int (*cb)(struct store_octets key, struct store_octets value, void *arg),
			void *arg);

	int (*put)(void *handle, struct store_octets key, struct store_octets value);
	int (*del)(void *handle, struct store_octets key);
	int (*commit)(void *handle); /**< Durable on 0; on error the batch is dropped. */
	void (*abort)(void *handle); /**< Drop the batch. */
};
