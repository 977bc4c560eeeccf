/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_port.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "base_clock.h"

#define EAL_ARGS      32
#define N_MBUFS       8191
#define MBUF_CACHE    256
#define DESCRIPTORS   1024
#define MAX_FRAME     1518
#define OPEN_AGAIN_US 300000

/* The driver of a memif client complains at each try; we say it once.  It comes first: of the levels
 * that fit a driver loaded later, EAL takes the one given first. */
#define QUIET_MEMIF "--log-level=pmd.net.memif:emergency"

/* Odd while inside a burst, for who must wait until we are out of it. */
static _Atomic(uint64_t) burst_mark;

static void
wait_for_burst_end(void *arg)
{
	uint64_t seen = atomic_load(&burst_mark);

	(void)arg;
	while (seen % 2 == 1 && atomic_load(&burst_mark) == seen)
		usleep(10);
}

static int
start_eal(const struct loadgen_args *a, const char *program, char *why, size_t why_size)
{
	const char *args[EAL_ARGS] = { QUIET_MEMIF, "--log-level=*:warning" };
	char *text = strdup(a->eal), *save = NULL;
	const int cpu = (int)a->cpu;
	unsigned int n = 2;
	int ret;

	if (text == NULL) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	for (char *word = strtok_r(text, " ", &save); word != NULL && n < EAL_ARGS;
			word = strtok_r(NULL, " ", &save))
		args[n++] = word;
	ret = port_eal_init(program, &cpu, 1, args, n, why, why_size);
	free(text);
	return ret;
}

static int
open_device(struct loadgen_port *p, const struct loadgen_args *a, const volatile sig_atomic_t *stop,
		char *why, size_t why_size)
{
	const struct port_params params = {
		.name = "loadgen",
		.devargs = a->port,
		.n_queues = 1,
		.rx_desc = DESCRIPTORS,
		.tx_desc = DESCRIPTORS,
		.max_frame = MAX_FRAME,
		.pool = p->pool,
	};
	uint64_t until_ns = base_clock_ns() + a->wait_s * BASE_NS_PER_S;
	int ret;

	while ((ret = port_open(&params, &p->port, why, why_size)) < 0 && ret != -ENODEV &&
			base_clock_ns() < until_ns && !*stop)
		usleep(OPEN_AGAIN_US);
	if (ret < 0) {
		size_t len = strlen(why);

		snprintf(why + len, why_size - len, " (%s%s)", a->port,
				ret == -ENODEV ? "" : "; is the other end there?");
	}
	return ret;
}

int
loadgen_port_open(struct loadgen_port *p, const struct loadgen_args *args, const char *program,
		const volatile sig_atomic_t *stop, char *why, size_t why_size)
{
	int ret;

	*p = (struct loadgen_port){ 0 };
	ret = start_eal(args, program, why, why_size);
	if (ret < 0)
		return ret;
	port_set_grace(wait_for_burst_end, NULL);
	p->pool = rte_pktmbuf_pool_create("loadgen", N_MBUFS, MBUF_CACHE, 0,
			RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (p->pool == NULL) {
		snprintf(why, why_size, "no memory for packets: %s; more by --eal \"-m ...\"",
				rte_strerror(rte_errno));
		ret = -ENOMEM;
	}
	if (ret == 0)
		ret = open_device(p, args, stop, why, why_size);
	if (ret < 0) {
		rte_mempool_free(p->pool);
		rte_eal_cleanup();
	}
	return ret;
}

void
loadgen_port_close(struct loadgen_port *p)
{
	port_close(&p->port);
	rte_mempool_free(p->pool);
	rte_eal_cleanup();
}

uint16_t
loadgen_port_rx(struct loadgen_port *p, struct rte_mbuf **pkts, uint16_t n)
{
	if (p->dead)
		return 0;
	atomic_fetch_add(&burst_mark, 1);
	n = rte_eth_rx_burst(p->port.id, 0, pkts, n);
	atomic_fetch_add(&burst_mark, 1);
	return n;
}

uint16_t
loadgen_port_tx(struct loadgen_port *p, struct rte_mbuf **pkts, uint16_t n)
{
	if (p->dead)
		return 0;
	atomic_fetch_add(&burst_mark, 1);
	n = rte_eth_tx_burst(p->port.id, 0, pkts, n);
	atomic_fetch_add(&burst_mark, 1);
	return n;
}

void
loadgen_port_send(struct loadgen_port *p, const uint8_t *octets, uint32_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(p->pool);

	if (m == NULL)
		return;
	memcpy(rte_pktmbuf_append(m, (uint16_t)len), octets, len);
	if (loadgen_port_tx(p, &m, 1) == 0)
		rte_pktmbuf_free(m);
}

bool
loadgen_port_tend(struct loadgen_port *p)
{
	if (p->dead || !port_link_up(&p->port))
		p->dead = port_restart(&p->port) < 0;
	return !p->dead;
}
