/* SPDX-License-Identifier: BSD-3-Clause */

/* Rules across ports: no two may share a name, a device or an address. */

#include <string.h>

#include "conf_priv.h"

#define PORTS_MAX 32u /* more are reported by a rule, and not compared here */

/* Same device: devargs up to the first comma, "net_tap0". */
static bool
same_device(const char *a, const char *b)
{
	size_t n = strcspn(a, ",");

	return n == strcspn(b, ",") && strncmp(a, b, n) == 0;
}

static bool
share_address(const struct conf_port *a, const struct conf_port *b, const char **text)
{
	for (unsigned int i = 0; i < a->n_addresses; i++)
		for (unsigned int j = 0; j < b->n_addresses; j++) {
			const struct conf_ip *x = &a->addresses[i], *y = &b->addresses[j];

			if (x->family != 0 && x->family == y->family &&
					memcmp(x->octets, y->octets, sizeof(x->octets)) == 0) {
				*text = x->text;
				return true;
			}
		}
	return false;
}

static void
check_pair(struct conf_ctx *ctx, const struct conf *c, unsigned int i, unsigned int j)
{
	const struct conf_port *a = &c->ports[j], *b = &c->ports[i];
	const char *text;

	if (a->name != NULL && b->name != NULL && strcmp(a->name, b->name) == 0)
		conf_error(ctx, "%s: /ports/%u/name: \"%s\": name of /ports/%u already", c->file, i,
				b->name, j);
	if (a->devargs != NULL && b->devargs != NULL && same_device(a->devargs, b->devargs))
		conf_error(ctx, "%s: /ports/%u/devargs: device of /ports/%u already", c->file, i,
				j);
	if (share_address(b, a, &text))
		conf_error(ctx, "%s: /ports/%u/addresses: \"%s\": address of /ports/%u already",
				c->file, i, text, j);
}

static void
check_port_workers(struct conf_ctx *ctx, const struct conf *c, unsigned int port)
{
	const struct conf_port *p = &c->ports[port];

	for (unsigned int i = 0; i < p->n_workers; i++)
		if (p->workers[i] < 64 && p->workers[i] >= c->workers.count && c->workers.count > 0)
			conf_error(ctx, "%s: /ports/%u/workers/%u: %u: there are %u workers, from 0",
					c->file, port, i, p->workers[i], c->workers.count);
}

void
conf_check_ports(struct conf_ctx *ctx, const struct conf *c)
{
	unsigned int n = c->n_ports < PORTS_MAX ? c->n_ports : PORTS_MAX;

	for (unsigned int i = 0; i < n; i++) {
		check_port_workers(ctx, c, i);
		for (unsigned int j = 0; j < i; j++)
			check_pair(ctx, c, i, j);
	}
}
