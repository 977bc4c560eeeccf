/* SPDX-License-Identifier: BSD-3-Clause */

/* Giving back: an object that was unlinked waits in DPDK's defer queue until every worker has
 * passed a quiescent state. */

#define ALLOW_EXPERIMENTAL_API /* the defer queue, in 22.11 */

#include <errno.h>
#include <stdio.h>

#include "mapdb_priv.h"

struct item {
	uint32_t class;
	uint32_t number;
};

void
mapdb_free(struct mapdb *db, enum mapdb_class class, uint32_t number)
{
	switch (class) {
	case MAPDB_EID:
		if (db->eid[number].len > 16)
			mapdb_blob_free(db, db->eid[number].tail);
		base_slab_free(&db->eids, number);
		break;
	case MAPDB_MAPPING:
		mapdb_blob_free(db, db->mapping[number].locators);
		base_slab_free(&db->mappings, number);
		break;
	case MAPDB_REGISTRATION:
		base_slab_free(&db->registrations, number);
		break;
	case MAPDB_NODE:
		base_slab_free(&db->nodes, number);
		break;
	case MAPDB_FAMILY:
		base_slab_free(&db->families, number);
		break;
	}
}

static void
free_items(void *table, void *items, unsigned int n)
{
	const struct item *it = items;

	for (unsigned int i = 0; i < n; i++)
		mapdb_free(table, (enum mapdb_class)it[i].class, it[i].number);
}

int
mapdb_defer_init(struct mapdb *db)
{
	static _Atomic(unsigned int) n_tables;
	char name[RTE_RCU_QSBR_DQ_NAMESIZE];
	struct rte_rcu_qsbr_dq_parameters p = {
		.name = name,
		.flags = RTE_RCU_QSBR_DQ_MT_UNSAFE,
		.size = MAPDB_DEFER_MAX,
		.esize = sizeof(struct item),
		/* Seldom enough that asking the workers' counters costs little a change. */
		.trigger_reclaim_limit = 512,
		.max_reclaim_size = 512,
		.free_fn = free_items,
		.p = db,
		.v = db->rcu,
	};

	snprintf(name, sizeof(name), "mapdb%u", atomic_fetch_add(&n_tables, 1));
	db->deferred = rte_rcu_qsbr_dq_create(&p);
	return db->deferred == NULL ? -ENOMEM : 0;
}

void
mapdb_defer_fini(struct mapdb *db)
{
	if (db->deferred != NULL)
		rte_rcu_qsbr_dq_delete(db->deferred);
}

void
mapdb_reclaim(struct mapdb *db)
{
	rte_rcu_qsbr_dq_reclaim(db->deferred, MAPDB_DEFER_MAX, NULL, NULL, NULL);
}

void
mapdb_defer(struct mapdb *db, enum mapdb_class class, uint32_t number)
{
	struct item it = { .class = class, .number = number };

	if (rte_rcu_qsbr_dq_enqueue(db->deferred, &it) == 0)
		return;
	/* Full.  Workers pass a quiescent state every loop, so this is short. */
	rte_rcu_qsbr_synchronize(db->rcu, RTE_QSBR_THRID_INVALID);
	mapdb_reclaim(db);
	rte_rcu_qsbr_dq_enqueue(db->deferred, &it);
}
