/* SPDX-License-Identifier: BSD-3-Clause */

/* Making and unmaking a worker. */

#include <errno.h>
#include <stdio.h>

#include <rte_errno.h>
#include <rte_malloc.h>

#include "base_mem.h"
#include "base_secret.h"
#include "pipeline_priv.h"

#define POOL_CACHE 256

struct rte_mempool *
pipeline_pool_create(const char *name, unsigned int n, uint16_t max_frame, int socket_id)
{
	const uint16_t priv = RTE_ALIGN(sizeof(struct pipeline_handed), RTE_MBUF_PRIV_ALIGN);

	return rte_pktmbuf_pool_create(
			name, n, POOL_CACHE, priv, max_frame + RTE_PKTMBUF_HEADROOM, socket_id);
}

static struct rte_ring *
make_ring(const struct pipeline_params *p, const char *what)
{
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), "%s-%u", what, p->id);
	return rte_ring_create(name, p->ring_size, p->socket_id,
			RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ);
}

static int
make_parts(struct pipeline_worker *w)
{
	const struct pipeline_params *p = &w->p;

	w->queues = rte_calloc_socket("queues", p->n_queues, sizeof(*w->queues), 0, p->socket_id);
	w->tx = rte_calloc_socket(
			"tx", p->n_queues, sizeof(*w->tx), RTE_CACHE_LINE_SIZE, p->socket_id);
	w->site_slots_len = (size_t)p->max_sites * sizeof(*w->site_failure);
	w->site_failure = base_mem_map(w->site_slots_len);
	w->site_success = base_mem_map(w->site_slots_len);
	w->auth = auth_ctx_create(p->auth);
	if (w->queues == NULL || w->tx == NULL || w->site_failure == NULL ||
			w->site_success == NULL || w->auth == NULL)
		return -ENOMEM;
	memcpy(w->queues, p->queues, p->n_queues * sizeof(*w->queues));
	w->changes = make_ring(p, "changes");
	w->done = make_ring(p, "done");
	if (w->changes == NULL || w->done == NULL)
		return -rte_errno;
	return -rte_rcu_qsbr_thread_register(p->rcu, p->id);
}

struct pipeline_worker *
pipeline_worker_create(const struct pipeline_params *p)
{
	struct pipeline_worker *w;
	int ret;

	if (p->ring_size < 2 * PIPELINE_BURST_MAX) {
		errno = EINVAL;
		return NULL;
	}
	w = rte_zmalloc_socket("worker", sizeof(*w), RTE_CACHE_LINE_SIZE, p->socket_id);
	if (w == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	w->p = *p;
	w->tsc_hz = rte_get_tsc_hz();
	base_secret_random(&w->seed, sizeof(w->seed));
	w->rate_tsc = rte_rdtsc();
	w->rate_tokens = w->tsc_hz * p->static_rate;
	ret = make_parts(w);
	if (ret < 0) {
		pipeline_worker_destroy(w);
		errno = -ret;
		return NULL;
	}
	return w;
}

/* What was still with the control core, or handed back and not seen, is given up. */
static void
drain(struct rte_ring *r)
{
	struct rte_mbuf *m;

	while (r != NULL && rte_ring_sc_dequeue(r, (void **)&m) == 0)
		rte_pktmbuf_free(m);
	rte_ring_free(r);
}

void
pipeline_worker_destroy(struct pipeline_worker *w)
{
	if (w == NULL)
		return;
	rte_rcu_qsbr_thread_unregister(w->p.rcu, w->p.id);
	drain(w->changes);
	drain(w->done);
	auth_ctx_destroy(w->auth);
	base_mem_unmap(w->site_failure, w->site_slots_len);
	base_mem_unmap(w->site_success, w->site_slots_len);
	rte_free(w->tx);
	rte_free(w->queues);
	rte_free(w);
}
