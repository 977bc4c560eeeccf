/* SPDX-License-Identifier: BSD-3-Clause */

/* The port: made once, since a net_ring port cannot be made twice under one name. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_ring.h>

#include "harness.h"

/* Room behind a frame is poisoned, so that a read past its end shows. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, len)   ((void)(p), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(p, len) ((void)(p), (void)(len))
#endif

#define N_MBUFS  2047
#define RING_LEN 1024 /* HARNESS_FRAMES fit */

static struct {
	bool made;
	uint16_t port_id;
	struct rte_mempool *pool;
	struct rte_ring *rx; /* the test puts in, the worker receives */
	struct rte_ring *tx; /* the worker sends, the test takes */
} device;

_Noreturn void
harness_fail(const char *what, const char *why)
{
	fprintf(stderr, "harness: %s: %s\n", what, why);
	exit(1);
}

void
harness_start(const char *program)
{
	static const char *const extra[] = { "--no-huge", "-m", "256", "--no-pci", "--no-shconf",
		"--no-telemetry", "--log-level=*:error" };
	static const int cpus[] = { 0 };
	char why[256];

	if (port_eal_init(program, cpus, 1, extra, RTE_DIM(extra), why, sizeof(why)) < 0)
		harness_fail("EAL", why);
}

static void
make(void)
{
	struct rte_eth_conf conf = { 0 };
	int port;

	device.pool = pipeline_pool_create("harness", N_MBUFS, HARNESS_FRAME_MAX, SOCKET_ID_ANY);
	device.rx = rte_ring_create(
			"harness-rx", RING_LEN, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	device.tx = rte_ring_create(
			"harness-tx", RING_LEN, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (device.pool == NULL || device.rx == NULL || device.tx == NULL)
		harness_fail("memory of the port", rte_strerror(rte_errno));
	port = rte_eth_from_rings("harness", &device.rx, 1, &device.tx, 1, 0);
	if (port < 0)
		harness_fail("net_ring port", rte_strerror(rte_errno));
	device.port_id = (uint16_t)port;
	if (rte_eth_dev_configure(device.port_id, 1, 1, &conf) < 0 ||
			rte_eth_rx_queue_setup(device.port_id, 0, RING_LEN, 0, NULL, device.pool) <
					0 ||
			rte_eth_tx_queue_setup(device.port_id, 0, RING_LEN, 0, NULL) < 0 ||
			rte_eth_dev_start(device.port_id) < 0)
		harness_fail("net_ring port", "does not start");
	device.made = true;
}

void
harness_device(struct pipeline_queue *q)
{
	if (!device.made)
		make();
	*q = (struct pipeline_queue){
		.port_id = device.port_id,
		.n_addresses = 2,
		.addresses = { harness_own_ip(4), harness_own_ip(6) },
	};
	memcpy(&q->mac, harness_own_mac, 6);
}

/* A copy of octets in an mbuf; what lies behind them is poisoned. */
static struct rte_mbuf *
copy(const uint8_t *octets, size_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(device.pool);
	uint8_t *data;

	if (m == NULL)
		harness_fail("mbufs", "none left: the appliance lost some");
	ASAN_UNPOISON_MEMORY_REGION(m->buf_addr, m->buf_len);
	memset(m->buf_addr, 0x5a, m->buf_len); /* what a reader past the end would find */
	data = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)len);
	if (data == NULL)
		harness_fail("frame", "longer than an mbuf");
	memcpy(data, octets, len);
	ASAN_POISON_MEMORY_REGION(data + len, rte_pktmbuf_tailroom(m));
	return m;
}

static void
put(struct rte_mbuf *m)
{
	if (rte_ring_sp_enqueue(device.rx, m) != 0)
		harness_fail("receive ring", "full: take a turn");
}

void
harness_send_frame(struct harness *h, const uint8_t *frame, size_t len)
{
	(void)h;
	put(copy(frame, len));
}

void
harness_send_split(struct harness *h, const uint8_t *frame, size_t len, size_t at)
{
	struct rte_mbuf *head = copy(frame, at);

	(void)h;
	/* Made one again it needs the room behind the first segment. */
	ASAN_UNPOISON_MEMORY_REGION(head->buf_addr, head->buf_len);
	if (rte_pktmbuf_chain(head, copy(frame + at, len - at)) != 0)
		harness_fail("frame", "cannot be split");
	put(head);
}

size_t
harness_take_frame(struct harness *h, uint8_t buf[HARNESS_FRAME_MAX])
{
	struct rte_mbuf *m;
	size_t len;

	(void)h;
	if (rte_ring_sc_dequeue(device.tx, (void **)&m) != 0)
		return 0;
	len = m->pkt_len;
	if (len > HARNESS_FRAME_MAX || m->nb_segs != 1)
		harness_fail("answer", "longer than a frame");
	memcpy(buf, rte_pktmbuf_mtod(m, const uint8_t *), len);
	rte_pktmbuf_free(m);
	return len;
}

unsigned int
harness_device_waiting(void)
{
	return rte_ring_count(device.rx);
}

void
harness_device_drain(void)
{
	struct rte_mbuf *m;

	while (rte_ring_sc_dequeue(device.rx, (void **)&m) == 0)
		rte_pktmbuf_free(m);
	while (rte_ring_sc_dequeue(device.tx, (void **)&m) == 0)
		rte_pktmbuf_free(m);
}

unsigned int
harness_device_free(void)
{
	return rte_mempool_avail_count(device.pool);
}
