/* SPDX-License-Identifier: BSD-3-Clause */

/* Registrations that are due, and memory that no worker can see any more. */

#include "control_priv.h"

#define EXPIRE_BUDGET 4096 /* registrations a tick: some milliseconds at most */

void
control_expiry_tick(struct control *c, uint64_t now_ns)
{
	mapdb_expire(c->p.mapdb, now_ns, EXPIRE_BUDGET);
	assoc_reclaim(c->p.assoc);
}
