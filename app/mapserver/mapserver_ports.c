/* SPDX-License-Identifier: BSD-3-Clause */

#include "mapserver_ports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ethdev.h>

#define POOL_CACHE_SLACK 1024 /* what the mempool caches and bursts of all workers hold */

static void
write_addresses(const struct conf_port *cp, struct pipeline_queue *q)
{
	q->n_addresses = (uint8_t)cp->n_addresses;
	for (unsigned int i = 0; i < cp->n_addresses; i++) {
		q->addresses[i].family = cp->addresses[i].family;
		memcpy(q->addresses[i].octets, cp->addresses[i].octets, 16);
	}
}

/* Each queue may have its descriptors full of mbufs, both ways, beside what is handed over. */
static unsigned int
pool_size(const struct conf *conf, const struct conf_port *cp)
{
	return cp->queues * (cp->rx_descriptors + cp->tx_descriptors) +
			conf->workers.count * conf->limits.changes_ring + POOL_CACHE_SLACK;
}

static int
open_one(const struct conf *conf, const struct conf_port *cp, struct mapserver_ports *mp,
		unsigned int i, char *why, size_t why_size)
{
	struct rte_ether_addr mac;
	struct port_params p = {
		.name = cp->name,
		.devargs = cp->devargs,
		.n_queues = (uint16_t)cp->queues,
		.rx_desc = (uint16_t)cp->rx_descriptors,
		.tx_desc = (uint16_t)cp->tx_descriptors,
		.max_frame = (uint16_t)cp->max_frame,
	};
	char pool_name[RTE_MEMPOOL_NAMESIZE], reason[256] = "";
	int ret;

	if (cp->n_addresses > PIPELINE_ADDRESSES_MAX) {
		snprintf(why, why_size, "port %s: more than %d addresses", cp->name,
				PIPELINE_ADDRESSES_MAX);
		return -EINVAL;
	}
	snprintf(pool_name, sizeof(pool_name), "port-%u", i);
	p.pool = mp->pools[i] = pipeline_pool_create(
			pool_name, pool_size(conf, cp), p.max_frame, SOCKET_ID_ANY);
	if (p.pool == NULL) {
		snprintf(why, why_size,
				"port %s: no memory for %u packets of %u octets: %s; raise -m in /eal",
				cp->name, pool_size(conf, cp), cp->max_frame,
				rte_strerror(rte_errno));
		return -rte_errno;
	}
	if (cp->mac.set) {
		memcpy(mac.addr_bytes, cp->mac.octets, 6);
		p.mac = &mac;
	}
	ret = port_open(&p, &mp->ports[i], reason, sizeof(reason));
	if (ret < 0) {
		snprintf(why, why_size, "port %s: %s", cp->name, reason);
		return ret;
	}
	mp->n_ports = i + 1;
	mp->first[i] = (struct pipeline_queue){
		.port_id = mp->ports[i].id,
		.mac = mp->ports[i].mac,
		.rx_checksum = mp->ports[i].rx_checksum,
		.tx_checksum = mp->ports[i].tx_checksum,
	};
	write_addresses(cp, &mp->first[i]);
	return 0;
}

static void
give_queue(struct mapserver_ports *mp, unsigned int worker, const struct pipeline_queue *first,
		uint16_t queue_id)
{
	struct pipeline_queue *q = &mp->queues[worker][mp->n_queues[worker]++];

	*q = *first;
	q->queue_id = queue_id;
}

/* As the config says, else in turn over all queues of all ports. */
static void
spread_queues(const struct conf *conf, struct mapserver_ports *mp)
{
	unsigned int next = 0;

	for (unsigned int i = 0; i < mp->n_ports; i++) {
		const struct conf_port *cp = &conf->ports[i];

		for (uint16_t q = 0; q < cp->queues; q++) {
			unsigned int worker =
					cp->n_workers > 0 ? cp->workers[q] : next++ % mp->n_workers;

			give_queue(mp, worker, &mp->first[i], q);
		}
	}
}

static int
make_tables(const struct conf *conf, struct mapserver_ports *mp)
{
	unsigned int n_queues = 0;

	for (unsigned int i = 0; i < conf->n_ports; i++)
		n_queues += conf->ports[i].queues;
	mp->n_workers = conf->workers.count;
	mp->ports = calloc(conf->n_ports, sizeof(*mp->ports));
	mp->pools = calloc(conf->n_ports, sizeof(*mp->pools));
	mp->first = calloc(conf->n_ports, sizeof(*mp->first));
	mp->queues = calloc(mp->n_workers, sizeof(*mp->queues));
	mp->n_queues = calloc(mp->n_workers, sizeof(*mp->n_queues));
	if (mp->ports == NULL || mp->pools == NULL || mp->first == NULL || mp->queues == NULL ||
			mp->n_queues == NULL)
		return -ENOMEM;
	for (unsigned int w = 0; w < mp->n_workers; w++) {
		mp->queues[w] = calloc(n_queues, sizeof(*mp->queues[w]));
		if (mp->queues[w] == NULL)
			return -ENOMEM;
	}
	return 0;
}

int
mapserver_ports_open(
		const struct conf *conf, struct mapserver_ports *mp, char *why, size_t why_size)
{
	int ret = make_tables(conf, mp);

	if (ret < 0) {
		snprintf(why, why_size, "out of memory");
		return ret;
	}
	for (unsigned int i = 0; i < conf->n_ports; i++) {
		ret = open_one(conf, &conf->ports[i], mp, i, why, why_size);
		if (ret < 0)
			return ret;
	}
	spread_queues(conf, mp);
	return 0;
}

void
mapserver_ports_close(struct mapserver_ports *mp)
{
	for (unsigned int i = 0; i < mp->n_ports; i++)
		port_close(&mp->ports[i]);
	for (unsigned int w = 0; mp->queues != NULL && w < mp->n_workers; w++)
		free(mp->queues[w]);
	free(mp->ports);
	free(mp->pools);
	free(mp->first);
	free(mp->queues);
	free(mp->n_queues);
	*mp = (struct mapserver_ports){ 0 };
}
