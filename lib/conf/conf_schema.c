/* SPDX-License-Identifier: BSD-3-Clause */

/* Every setting, once. */

#include "base_log.h"
#include "conf_priv.h"

#define RESTART .restart = true
#define RELOAD  .restart = false

/* A row begins with name, type and place in the struct S of its table. */
#define ROW(n, t, field) .name = (n), .type = CONF_##t, .offset = offsetof(S, field)
#define LIST_OF(n, t, field, count) \
	ROW(n, t, field), .list = true, .count_offset = offsetof(S, count)
#define LIST(n, t, field) LIST_OF(n, t, field, n_##field)
#define RANGE(lo, hi, d)  .min = (lo), .max = (hi), .def = (d)
#define LEN(lo, hi)       .min = (lo), .max = (hi)

static const char *const auth_words[] = { "static", "prefer-ke", "ke-only", NULL };
static const char *const notify_words[] = { "4342", "source", NULL };
static const char *const policy_words[] = { "strict", "recent", "off", NULL };

#define S struct conf_eid_prefix
static const struct conf_row eid_rows[] = {
	{ ROW("iid", UINT, iid), RANGE(0, UINT32_MAX, 0), .help = "Instance ID" },
	{ .name = "prefix", .type = CONF_AS_PREFIX, .help = "IPv4 or IPv6 EID-prefix" },
	{ .name = "exact",
			.type = CONF_AS_EXACT,
			.help = "in place of prefix: one MAC address, or name: and a distinguished name" },
	{ .name = "eid-octets",
			.type = CONF_AS_OCTETS,
			.help = "in place of prefix: one EID of another LCAF type, hexadecimal, as it "
				"stands in a record" },
	{ ROW("accept-more-specifics", BOOL, accept_more_specifics),
			.help = "take longer EID-prefixes inside this one" },
};
static const struct conf_table eid_table = {
	"an EID-prefix",
	eid_rows,
	sizeof(eid_rows) / sizeof(eid_rows[0]),
	sizeof(S),
	0,
	conf_eid_rules,
};
#undef S

#define S struct conf_key
static const struct conf_row key_rows[] = {
	{ ROW("key-id", UINT, key_id), RANGE(0, 127, UINT32_MAX), .required = true,
			.help = "Key ID the ETR sends; once in a site" },
	{ ROW("algorithm", UINT, algorithm), RANGE(1, 3, 0), .required = true,
			.help = "Algorithm ID: 1 HMAC-SHA-1-96, 2 HMAC-SHA-256-128, 3 the same with HKDF" },
	{ ROW("secret-file", PATH, secret_file), LEN(1, 4096), .required = true,
			.help = "file of mode 0600 with one line, text:SECRET or hex:DIGITS" },
	{ ROW("not-before", DATE, not_before_s),
			.help = "the key counts from the start of this day, UTC" },
	{ ROW("not-after", DATE, not_after_s),
			.help = "the key has ended when this day begins, UTC" },
	{ ROW("nonce-policy", ENUM, nonce_policy), .words = policy_words,
			.help = "strict: nonces must grow; recent: none of the last ones; off: none is checked" },
	{ ROW("insecure", BOOL, insecure), .help = "yes, I know: needed for nonce-policy off" },
	{ ROW("allow-sha1", BOOL, allow_sha1), .help = "allow algorithm 1" },
	{ LIST("source-prefixes", PREFIX, source_prefixes),
			.help = "take messages from these addresses only; none: from all" },
	{ ROW("xtrs", UINT, xtrs), RANGE(1, 1000000, 0),
			.help = "xTR-IDs remembered under this key; left out: /limits/xtrs-per-key" },
};
static const struct conf_table key_table = {
	"a key",
	key_rows,
	sizeof(key_rows) / sizeof(key_rows[0]),
	sizeof(S),
	0,
	conf_key_rules,
};
#undef S

#define S struct conf_site
static const struct conf_row site_rows[] = {
	{ ROW("name", TEXT, name), LEN(1, 64), .required = true,
			.help = "name of the site, unique" },
	{ ROW("site-id", SITE_ID, site_id), .help = "Site-ID, unique; zero: none" },
	{ ROW("auth", ENUM, auth), .words = auth_words, .help = "how its ETRs get their keys" },
	{ ROW("registration-lifetime-s", UINT, registration_lifetime_s), RANGE(60, 86400, 0),
			.unit = "s", .help = "left out: /registration/lifetime-s" },
	{ ROW("notify-port", ENUM, notify_port), .words = notify_words, .def = CONF_NOTIFY_INHERIT,
			.help = "left out: /map-notify/port" },
	{ LIST("eid-prefixes", OBJECTS, eid_prefixes), .table = &eid_table, .required = true,
			.help = "what the site may register" },
	{ LIST("keys", OBJECTS, keys), .table = &key_table, .help = "its static keys" },
};
const struct conf_table conf_site_table = {
	"a site",
	site_rows,
	sizeof(site_rows) / sizeof(site_rows[0]),
	sizeof(S),
	offsetof(S, where),
	conf_site_rules,
};
#undef S

#define S struct conf_port
static const struct conf_row port_rows[] = {
	{ ROW("name", TEXT, name), LEN(1, 32), .required = true,
			.help = "name of the port, unique" },
	{ ROW("devargs", TEXT, devargs), LEN(1, 1024), .required = true,
			.help = "DPDK device and its arguments: a PCI address, or a vdev" },
	{ LIST("addresses", ADDRESS, addresses), .required = true,
			.help = "IPv4 and IPv6 addresses the Map-Server has on this port" },
	{ ROW("exception", BOOL, exception), .help = "hand what is not LISP to the kernel" },
	{ ROW("mac", MAC, mac), .help = "MAC address; left out: the device's own" },
	{ ROW("queues", UINT, queues), RANGE(1, 64, 1), .help = "receive and transmit queues" },
	{ ROW("rx-descriptors", UINT, rx_descriptors), RANGE(64, 32768, 1024),
			.help = "of each queue" },
	{ ROW("tx-descriptors", UINT, tx_descriptors), RANGE(64, 32768, 1024),
			.help = "of each queue" },
	{ ROW("max-frame", UINT, max_frame), RANGE(1518, 9728, 9018), .unit = "octets",
			.help = "longest Ethernet frame" },
	{ LIST("workers", UINT, workers), RANGE(0, 63, 0),
			.help = "worker of each queue; left out: spread evenly" },
};
static const struct conf_table port_table = {
	"a port",
	port_rows,
	sizeof(port_rows) / sizeof(port_rows[0]),
	sizeof(S),
	0,
	conf_port_rules,
};
#undef S

#define S struct conf
static const struct conf_row root_rows[] = {
	{ LIST("eal", TEXT, eal), LEN(1, 256), RESTART,
			.def_text = "[\"--no-huge\", \"-m\", \"512\", \"--no-pci\"]",
			.help = "options of the DPDK environment" },
	{ ROW("control/socket", PATH, control.socket), LEN(1, 4096), RESTART,
			.def_text = "sluice.sock", .help = "control socket, for sluicectl" },
	{ ROW("control/group", TEXT, control.group), LEN(1, 32), RESTART,
			.help = "Unix group that may ask; changes are for root and the server's own user" },
	{ ROW("control/cpu", INT, control.cpu), RANGE(-1, 1023, -1), RESTART,
			.help = "CPU of the control core; -1: the first this process may use" },
	{ ROW("workers/count", UINT, workers.count), RANGE(1, 64, 1), RESTART,
			.help = "worker cores" },
	{ LIST_OF("workers/cpus", UINT, workers.cpus, workers.n_cpus), RANGE(0, 1023, 0), RESTART,
			.help = "CPU of each worker; left out: those after the control CPU" },
	{ ROW("workers/idle-sleep-us", UINT, workers.idle_sleep_us), RANGE(0, 10000, 0), RESTART,
			.unit = "us", .help = "sleep of an idle worker; 0: it never sleeps" },
	{ LIST("ports", OBJECTS, ports), .table = &port_table, RESTART, .help = "DPDK ports" },
	{ ROW("limits/max-eid-prefixes", UINT, limits.max_eid_prefixes),
			RANGE(1024, 20000000, 1048576), RESTART,
			.help = "EID-prefixes registered at once" },
	{ ROW("limits/max-associations", UINT, limits.max_associations), RANGE(16, 4194304, 131072),
			RESTART, .help = "pairs of xTR and key known at once" },
	{ ROW("limits/max-message", UINT, limits.max_message), RANGE(576, 65507, 9000), RESTART,
			.unit = "octets", .help = "longest LISP message" },
	{ ROW("limits/changes-ring", UINT, limits.changes_ring), RANGE(128, 65536, 4096), RESTART,
			.help = "messages on their way to the control core, per worker; a power of two" },
	{ ROW("limits/static-rate", UINT, limits.static_rate), RANGE(0, 100000000, 0), RESTART,
			.unit = "1/s",
			.help = "Map-Registers under static keys per worker; 0: no limit" },
	{ ROW("limits/xtrs-per-key", UINT, limits.xtrs_per_key), RANGE(1, 1000000, 1024), RELOAD,
			.help = "xTR-IDs remembered under one static key" },
	{ ROW("limits/eid-prefixes-per-site", UINT, limits.eid_prefixes_per_site),
			RANGE(1, 20000000, 10000), RESTART,
			.help = "EID-prefixes one site may register" },
	{ ROW("limits/log-interval-s", UINT, limits.log_interval_s), RANGE(1, 3600, 10), RESTART,
			.unit = "s", .help = "time between two log lines about the same drops" },
	{ ROW("auth/engine", TEXT, auth_engine), LEN(1, 32), RESTART, .def_text = "auto",
			.help = "engine that verifies and signs; auto: the fastest that is right" },
	{ ROW("store/driver", TEXT, store.driver), LEN(1, 32), RESTART, .def_text = "lmdb",
			.help = "what keeps strict nonces over a restart" },
	{ ROW("store/path", PATH, store.path), LEN(1, 4096), RESTART, .def_text = "state",
			.help = "its directory" },
	{ ROW("store/map-size-mb", UINT, store.map_size_mb), RANGE(16, 1048576, 1024), RESTART,
			.unit = "MiB", .help = "most the store may grow to" },
	{ ROW("store/commit-interval-ms", UINT, store.commit_interval_ms), RANGE(1, 50, 5), RESTART,
			.unit = "ms", .help = "longest wait of a strict nonce for its commit" },
	{ ROW("registration/lifetime-s", UINT, registration.lifetime_s), RANGE(60, 86400, 180),
			RELOAD, .unit = "s", .help = "of a registration without the T bit" },
	{ ROW("registration/max-lifetime-s", UINT, registration.max_lifetime_s),
			RANGE(60, 86400, 86400), RESTART, .unit = "s",
			.help = "most that a registration with the T bit gets" },
	{ ROW("map-notify/port", ENUM, map_notify.port), .words = notify_words, RELOAD,
			.help = "UDP port of a Map-Notify: 4342, or the one the Map-Register came from" },
	{ ROW("map-notify/trailer", BOOL, map_notify.trailer), .def = true, RESTART,
			.help = "echo xTR-ID and Site-ID" },
	{ ROW("map-request/accept-zero-inner-checksum", BOOL,
			  map_request.accept_zero_inner_checksum),
			RESTART, .help = "take an inner UDP checksum of zero over IPv6" },
	{ ROW("map-request/accept-bare", BOOL, map_request.accept_bare), RESTART,
			.help = "take Map-Requests without an Encapsulated Control Message" },
	{ ROW("log/level", LEVEL, log_level), RELOAD, .def = BASE_LOG_NOTICE,
			.help = "what is logged" },
	{ LIST_OF("key-exchange/listen", TEXT, key_exchange.listen, key_exchange.n_listen),
			LEN(1, 64), RESTART,
			.help = "not in this release: address and port of the key server" },
	{ ROW("key-exchange/realm", TEXT, key_exchange.realm), LEN(1, 253), RESTART,
			.help = "not in this release" },
	{ ROW("key-exchange/master-file", PATH, key_exchange.master_file), LEN(1, 4096), RESTART,
			.help = "not in this release" },
	{ LIST("sites", OBJECTS, sites), .table = &conf_site_table, RELOAD,
			.help = "who may register what" },
	{ LIST("site-files", TEXT, site_files), LEN(1, 4096), RELOAD,
			.help = "patterns of files that hold a site or an array of sites" },
};
const struct conf_table conf_root_table = {
	"the configuration",
	root_rows,
	sizeof(root_rows) / sizeof(root_rows[0]),
	sizeof(S),
	0,
	conf_root_rules,
};
#undef S
