/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The drivers this build holds, in order of preference; each table ends with NULL.
 */

#pragma once

#include "auth_engine.h"
#include "store_driver.h"

extern const struct auth_engine *const drivers_auth[];
extern const struct store_driver *const drivers_store[];
