/* SPDX-License-Identifier: BSD-3-Clause */

#include "port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#define LOG_ROOM "port"
#include "base_log.h"

/* Value of "key=" in devargs, up to the next comma; 0 when it is there. */
static int
devarg_value(const char *devargs, const char *key, char *buf, size_t size)
{
	size_t key_len = strlen(key);

	for (const char *at = strchr(devargs, ','); at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, key, key_len) == 0 && at[key_len] == '=') {
			size_t len = strcspn(at + key_len + 1, ",");

			if (len >= size)
				return -EINVAL;
			memcpy(buf, at + key_len + 1, len);
			buf[len] = '\0';
			return 0;
		}
	}
	return -ENOENT;
}

/* A killed memif server leaves its socket file, and the next one then has no port. */
static int
clear_memif_socket(const char *devargs, char *why, size_t why_size)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char role[16], abstract[8];
	int fd, ret;

	if (strncmp(devargs, "net_memif", 9) != 0)
		return 0;
	if (devarg_value(devargs, "role", role, sizeof(role)) < 0 ||
			(strcmp(role, "server") != 0 && strcmp(role, "master") != 0))
		return 0;
	/* DPDK's default is an abstract address, which leaves no file. */
	if (devarg_value(devargs, "socket-abstract", abstract, sizeof(abstract)) < 0 ||
			strcmp(abstract, "no") != 0)
		return 0;
	if (devarg_value(devargs, "socket", addr.sun_path, sizeof(addr.sun_path)) < 0)
		snprintf(addr.sun_path, sizeof(addr.sun_path), "/run/memif.sock");

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	ret = connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ? -errno : 0;
	close(fd);
	if (ret == 0) {
		snprintf(why, why_size, "another program serves the memif socket %s",
				addr.sun_path);
		return -EADDRINUSE;
	}
	if (ret == -ECONNREFUSED && unlink(addr.sun_path) == 0)
		LOG(NOTICE, "stale memif socket removed, %s", addr.sun_path);
	return 0;
}

static void
choose_offloads(const struct rte_eth_dev_info *info, struct rte_eth_conf *conf, struct port *port)
{
	const uint64_t rx = RTE_ETH_RX_OFFLOAD_UDP_CKSUM | RTE_ETH_RX_OFFLOAD_IPV4_CKSUM;
	const uint64_t tx = RTE_ETH_TX_OFFLOAD_UDP_CKSUM | RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;

	port->rx_checksum = (info->rx_offload_capa & rx) == rx;
	port->tx_checksum = (info->tx_offload_capa & tx) == tx;
	if (port->rx_checksum)
		conf->rxmode.offloads |= rx;
	if (port->tx_checksum)
		conf->txmode.offloads |= tx;
	conf->rxmode.offloads |= info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
	conf->txmode.offloads |= info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;

	/* Addresses only, never ports: an ETR takes a random source port for each Map-Register,
	 * and its messages must not overtake each other on two workers. */
	if (port->n_queues > 1 && info->flow_type_rss_offloads != 0) {
		conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf->rx_adv_conf.rss_conf.rss_hf = info->flow_type_rss_offloads &
				(RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_IPV6);
	}
}

static uint16_t
choose_mtu(const struct rte_eth_dev_info *info, uint16_t max_frame)
{
	uint32_t mtu = max_frame - (RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN);

	if (info->max_mtu != 0)
		mtu = RTE_MIN(mtu, info->max_mtu);
	/* ethdev counts header and CRC into max_rx_pktlen; memif says 1518 there. */
	if (info->max_rx_pktlen > RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN)
		mtu = RTE_MIN(mtu, info->max_rx_pktlen - (RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN));
	return (uint16_t)mtu;
}

static int
configure(const struct port_params *p, struct port *port, char *why, size_t why_size)
{
	struct rte_eth_dev_info info;
	struct rte_eth_conf conf = { 0 };
	uint16_t rx_desc = p->rx_desc, tx_desc = p->tx_desc;
	int ret;

	ret = rte_eth_dev_info_get(port->id, &info);
	if (ret < 0) {
		snprintf(why, why_size, "tells nothing of itself: %s", strerror(-ret));
		return ret;
	}
	if (p->n_queues > info.max_rx_queues || p->n_queues > info.max_tx_queues) {
		snprintf(why, why_size, "has %u rx and %u tx queues, %u of each are wanted",
				info.max_rx_queues, info.max_tx_queues, p->n_queues);
		return -EINVAL;
	}
	choose_offloads(&info, &conf, port);
	conf.rxmode.mtu = choose_mtu(&info, p->max_frame);
	ret = rte_eth_dev_configure(port->id, p->n_queues, p->n_queues, &conf);
	if (ret == 0)
		ret = rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &rx_desc, &tx_desc);
	for (uint16_t q = 0; ret == 0 && q < p->n_queues; q++) {
		ret = rte_eth_rx_queue_setup(port->id, q, rx_desc, rte_eth_dev_socket_id(port->id),
				NULL, p->pool);
		if (ret == 0)
			ret = rte_eth_tx_queue_setup(port->id, q, tx_desc,
					rte_eth_dev_socket_id(port->id), NULL);
	}
	if (ret < 0) {
		snprintf(why, why_size, "refuses %u queues, %u and %u descriptors, MTU %u: %s",
				p->n_queues, rx_desc, tx_desc, conf.rxmode.mtu, strerror(-ret));
		return ret;
	}
	port->mtu = conf.rxmode.mtu;
	return 0;
}

static int
start(const struct port_params *p, struct port *port, char *why, size_t why_size)
{
	int ret;

	if (p->mac != NULL) {
		struct rte_ether_addr mac = *p->mac;

		ret = rte_eth_dev_default_mac_addr_set(port->id, &mac);
		if (ret < 0) {
			snprintf(why, why_size, "does not take a MAC address: %s", strerror(-ret));
			return ret;
		}
	}
	ret = rte_eth_dev_start(port->id);
	if (ret < 0) {
		snprintf(why, why_size, "does not start: %s", strerror(-ret));
		return ret;
	}
	return rte_eth_macaddr_get(port->id, &port->mac);
}

int
port_open(const struct port_params *p, struct port *out, char *why, size_t why_size)
{
	struct port port = { .n_queues = p->n_queues };
	int ret;

	snprintf(port.name, sizeof(port.name), "%s", p->name);
	snprintf(port.device, sizeof(port.device), "%.*s", (int)strcspn(p->devargs, ","),
			p->devargs);
	ret = clear_memif_socket(p->devargs, why, why_size);
	if (ret < 0)
		return ret;
	if (rte_eth_dev_get_port_by_name(port.device, &port.id) == 0) {
		snprintf(why, why_size, "device %s is in use by another port", port.device);
		return -EBUSY;
	}
	ret = rte_dev_probe(p->devargs);
	if (ret < 0 || rte_eth_dev_get_port_by_name(port.device, &port.id) < 0) {
		snprintf(why, why_size, "there is no device for \"%s\": %s", p->devargs,
				ret < 0 ? strerror(-ret) : "its driver made no port");
		return -ENODEV;
	}
	ret = configure(p, &port, why, why_size);
	if (ret == 0)
		ret = start(p, &port, why, why_size);
	if (ret < 0) {
		port_close(&port);
		return ret;
	}
	*out = port;
	return 0;
}

void
port_close(struct port *port)
{
	struct rte_eth_dev_info info;

	if (rte_eth_dev_info_get(port->id, &info) < 0)
		return;
	rte_eth_dev_stop(port->id);
	rte_eth_dev_close(port->id);
	if (info.device != NULL)
		rte_dev_remove(info.device);
}

bool
port_link_up(const struct port *port)
{
	struct rte_eth_link link;

	return rte_eth_link_get_nowait(port->id, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

int
port_restart(const struct port *port)
{
	rte_eth_dev_stop(port->id);
	return rte_eth_dev_start(port->id);
}
