/* SPDX-License-Identifier: BSD-3-Clause */

#include "sluicectl_ask.h"

#include <errno.h>
#include <string.h>

#include "ctl.h"

#define TIMEOUT_MS 30000
#define PATH_LEN   4096

/* Where to look, in this order. */
struct places {
	const char *path[2];
	unsigned int n;
	char beside[PATH_LEN];
};

static void
map_server_places(const struct request *r, struct places *p)
{
	p->n = r->socket != NULL ? 1 : 2;
	p->path[0] = r->socket != NULL ? r->socket : "./sluice.sock";
	p->path[1] = "/run/sluice/sluice.sock";
}

/* Named, or beside the socket of the map server when that is named. */
static void
key_server_places(const struct request *r, struct places *p)
{
	const char *slash = r->socket != NULL ? strrchr(r->socket, '/') : NULL;

	p->n = 1;
	if (r->key_socket != NULL) {
		p->path[0] = r->key_socket;
	} else if (r->socket != NULL) {
		snprintf(p->beside, sizeof(p->beside), "%.*ssluice-keys.sock",
				slash != NULL ? (int)(slash - r->socket) + 1 : 0, r->socket);
		p->path[0] = p->beside;
	} else {
		p->path[0] = "./sluice-keys.sock";
		p->path[1] = "/run/sluice/sluice-keys.sock";
		p->n = 2;
	}
}

/* Is it the place that is wrong, so that another one is worth a try? */
static bool
is_elsewhere(int rc)
{
	return rc == -ENOENT || rc == -ECONNREFUSED;
}

static void
say_unreachable(const struct request *r, bool key_server, const struct places *p, const char *why)
{
	fprintf(r->err, "sluicectl: no %s at ", key_server ? "key server" : "server");
	for (unsigned int i = 0; i < p->n; i++)
		fprintf(r->err, "%s%s", i > 0 ? " or " : "", p->path[i]);
	fprintf(r->err, ": %s; is %s running? (%s PATH names another socket)\n", why,
			key_server ? "sluice-keyserver" : "sluice-mapserver",
			key_server ? "--key-socket" : "--socket");
}

int
ask(const struct request *r, bool key_server, const char *cmd, const json_t *args,
		int (*each)(const json_t *item, void *arg), void *arg)
{
	char why[CTL_WHY_MAX];
	struct places p;
	unsigned int i = 0;
	int rc;

	if (key_server)
		key_server_places(r, &p);
	else
		map_server_places(r, &p);
	do
		rc = ctl_call(p.path[i], cmd, args, TIMEOUT_MS, each, arg, why);
	while (is_elsewhere(rc) && ++i < p.n);

	if (is_elsewhere(rc))
		say_unreachable(r, key_server, &p, why);
	else if (rc != 0)
		fprintf(r->err, "sluicectl: %s: %s\n", rc == -EREMOTEIO ? cmd : p.path[i], why);
	return rc;
}
