/* SPDX-License-Identifier: BSD-3-Clause */

/* Rules across the settings of one object: each is a function that returns a sentence. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "base_clock.h"
#include "conf_priv.h"

#define SECONDS_PER_DAY INT64_C(86400)
#define WARN_DAYS       60
#define PORTS_MAX       32u

__attribute__((format(printf, 2, 3))) static const char *
say(char *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, CONF_SENTENCE_MAX, fmt, ap);
	va_end(ap);
	return buf;
}

/* getopt_long() takes any beginning of a long option for the option. */
static bool
is_option(const char *given, const char *option)
{
	size_t n = strcspn(given, "=");

	if (strncmp(option, "--", 2) != 0)
		return strncmp(given, option, 2) == 0;
	return n > 4 && n <= strlen(option) && strncmp(given, option, n) == 0;
}

static const char *
eal_sets_nothing_of_ours(const void *object, char *buf)
{
	static const char *const ours[] = { "-l", "-c", "-s", "-S", "--lcores", "--main-lcore",
		"--master-lcore", "--file-prefix", "--proc-type" };
	const struct conf *c = object;

	for (unsigned int i = 0; i < c->n_eal; i++)
		for (unsigned int j = 0; j < sizeof(ours) / sizeof(ours[0]); j++)
			if (is_option(c->eal[i], ours[j]))
				return say(buf,
						"option %s: the program sets %s itself, from /workers and "
						"/control",
						c->eal[i], ours[j]);
	return NULL;
}

static const char *
eal_has_no_end_mark(const void *object, char *buf)
{
	const struct conf *c = object;

	for (unsigned int i = 0; i < c->n_eal; i++)
		if (strcmp(c->eal[i], "--") == 0)
			return say(buf, "\"--\" would hide the options the program adds");
	return NULL;
}

static const char *
socket_path_fits(const void *object, char *buf)
{
	const struct conf *c = object;
	size_t max = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

	if (strlen(c->control.socket) <= max)
		return NULL;
	return say(buf, "the whole path has %zu octets, a Unix socket allows %zu",
			strlen(c->control.socket), max);
}

static const char *
cpus_match_workers(const void *object, char *buf)
{
	const struct conf *c = object;

	if (c->workers.n_cpus == 0 || c->workers.n_cpus == c->workers.count)
		return NULL;
	return say(buf, "%u CPUs for %u workers", c->workers.n_cpus, c->workers.count);
}

static const char *
changes_ring_is_power_of_two(const void *object, char *buf)
{
	const struct conf *c = object;

	(void)buf;
	return (c->limits.changes_ring & (c->limits.changes_ring - 1)) == 0
			? NULL
			: "expected a power of two";
}

static const char *
lifetime_within_maximum(const void *object, char *buf)
{
	const struct conf *c = object;

	if (c->registration.lifetime_s <= c->registration.max_lifetime_s)
		return NULL;
	return say(buf, "above /registration/max-lifetime-s, which is %u",
			c->registration.max_lifetime_s);
}

static const char *
some_port(const void *object, char *buf)
{
	const struct conf *c = object;

	(void)buf;
	return c->n_ports > 0 ? NULL : "no port: the server hears nothing";
}

static const char *
not_too_many_ports(const void *object, char *buf)
{
	const struct conf *c = object;

	return c->n_ports <= PORTS_MAX ? NULL : say(buf, "at most %u ports", PORTS_MAX);
}

const struct conf_rule conf_root_rules[] = {
	{ "eal", "", eal_sets_nothing_of_ours, false },
	{ "eal", "", eal_has_no_end_mark, false },
	{ "control/socket", "", socket_path_fits, false },
	{ "workers/cpus", "workers/count", cpus_match_workers, false },
	{ "limits/changes-ring", "", changes_ring_is_power_of_two, false },
	{ "registration/lifetime-s", "registration/max-lifetime-s", lifetime_within_maximum,
			false },
	{ "ports", "", some_port, true },
	{ "ports", "", not_too_many_ports, false },
	{ NULL, NULL, NULL, false },
};

static const char *
no_exception_path(const void *object, char *buf)
{
	const struct conf_port *p = object;

	(void)buf;
	return p->exception ? "the exception path is not part of this release" : NULL;
}

static const char *
workers_match_queues(const void *object, char *buf)
{
	const struct conf_port *p = object;

	if (p->n_workers == 0 || p->n_workers == p->queues)
		return NULL;
	return say(buf, "%u workers for %u queues", p->n_workers, p->queues);
}

static const char *
has_addresses(const void *object, char *buf)
{
	const struct conf_port *p = object;

	(void)buf;
	return p->n_addresses > 0 ? NULL : "a port needs at least one address";
}

static bool
is_host_address(const struct conf_ip *ip)
{
	static const uint8_t zero[16];

	if (memcmp(ip->octets, zero, sizeof(zero)) == 0)
		return false;
	return ip->family == 4 ? ip->octets[0] < 224 : ip->octets[0] != 0xff;
}

static const char *
addresses_are_unicast(const void *object, char *buf)
{
	const struct conf_port *p = object;

	for (unsigned int i = 0; i < p->n_addresses; i++)
		if (!is_host_address(&p->addresses[i]))
			return say(buf, "%s is no address of a host", p->addresses[i].text);
	return NULL;
}

const struct conf_rule conf_port_rules[] = {
	{ "exception", "", no_exception_path, false },
	{ "workers", "queues", workers_match_queues, false },
	{ "addresses", "", has_addresses, false },
	{ "addresses", "", addresses_are_unicast, false },
	{ NULL, NULL, NULL, false },
};

static const char *
auth_is_static(const void *object, char *buf)
{
	const struct conf_site *s = object;

	(void)buf;
	return s->auth == CONF_AUTH_STATIC ? NULL
					   : "this release has no key server yet: only \"static\"";
}

static const char *
has_eid_prefixes(const void *object, char *buf)
{
	const struct conf_site *s = object;

	(void)buf;
	return s->n_eid_prefixes > 0 ? NULL : "a site needs at least one EID-prefix";
}

static const char *
has_keys(const void *object, char *buf)
{
	const struct conf_site *s = object;

	(void)buf;
	return s->n_keys > 0 ? NULL : "no key: nobody can register for this site";
}

const struct conf_rule conf_site_rules[] = {
	{ "auth", "", auth_is_static, false },
	{ "eid-prefixes", "", has_eid_prefixes, false },
	{ "keys", "", has_keys, true },
	{ NULL, NULL, NULL, false },
};

static const char *
sha1_is_allowed(const void *object, char *buf)
{
	const struct conf_key *k = object;

	(void)buf;
	return k->algorithm != 1 || k->allow_sha1 || k->insecure
			? NULL
			: "HMAC-SHA-1 needs \"allow-sha1\": true, or \"insecure\": true";
}

static const char *
off_is_owned_up_to(const void *object, char *buf)
{
	const struct conf_key *k = object;

	if (k->nonce_policy != CONF_NONCE_OFF || (k->insecure && k->n_source_prefixes > 0))
		return NULL;
	return say(buf, "\"off\" lets anybody replay messages: it needs %s%s%s",
			k->insecure ? "" : "\"insecure\": true",
			k->insecure || k->n_source_prefixes > 0 ? "" : " and ",
			k->n_source_prefixes > 0 ? "" : "\"source-prefixes\" that are not empty");
}

static const char *
off_is_not_for_algorithm_3(const void *object, char *buf)
{
	const struct conf_key *k = object;

	(void)buf;
	return k->nonce_policy != CONF_NONCE_OFF || k->algorithm != 3
			? NULL
			: "\"off\" cannot be used with algorithm 3, its key depends on the nonce";
}

static const char *
begins_before_it_ends(const void *object, char *buf)
{
	const struct conf_key *k = object;

	(void)buf;
	return k->not_before_s == 0 || k->not_after_s == 0 || k->not_before_s < k->not_after_s
			? NULL
			: "expected a day after that of not-before";
}

static const char *
ends_not_soon(const void *object, char *buf)
{
	const struct conf_key *k = object;
	int64_t now_s = (int64_t)(base_clock_wall_ms() / 1000);

	if (k->not_after_s == 0 || k->not_after_s - now_s > WARN_DAYS * SECONDS_PER_DAY)
		return NULL;
	if (k->not_after_s <= now_s)
		return "the key has ended";
	return say(buf, "the key ends in %d days",
			(int)((k->not_after_s - now_s) / SECONDS_PER_DAY));
}

const struct conf_rule conf_key_rules[] = {
	{ "algorithm", "allow-sha1 insecure", sha1_is_allowed, false },
	{ "nonce-policy", "insecure source-prefixes", off_is_owned_up_to, false },
	{ "nonce-policy", "algorithm", off_is_not_for_algorithm_3, false },
	{ "not-after", "not-before", begins_before_it_ends, false },
	{ "not-after", "", ends_not_soon, true },
	{ NULL, NULL, NULL, false },
};

static const char *
written_one_way(const void *object, char *buf)
{
	const struct conf_eid_prefix *e = object;

	(void)buf;
	if (e->forms == 0)
		return "expected one of \"prefix\", \"exact\" and \"eid-octets\"";
	return e->forms == 1
			? NULL
			: "only one of \"prefix\", \"exact\" and \"eid-octets\" may stand here";
}

static const char *
only_prefixes_have_more_specifics(const void *object, char *buf)
{
	const struct conf_eid_prefix *e = object;

	(void)buf;
	return e->kind == CONF_EID_IP || !e->accept_more_specifics
			? NULL
			: "an exact EID has no more-specifics";
}

const struct conf_rule conf_eid_rules[] = {
	{ "", "prefix exact eid-octets", written_one_way, false },
	{ "accept-more-specifics", "prefix exact eid-octets", only_prefixes_have_more_specifics,
			false },
	{ NULL, NULL, NULL, false },
};
