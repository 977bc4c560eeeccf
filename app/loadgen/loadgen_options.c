/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_options.h"

#define AT(field) .offset = offsetof(struct loadgen_args, field)

static const char *const policy_words[] = { "strict", "recent", "off", NULL };
static const char *const tag_words[] = { "rfc", "full", NULL };

/* clang-format off */
const struct loadgen_option loadgen_options[] = {
	{ "Where to (one of --port, --pcap-out, --site-file-out is needed)", .kind = LOADGEN_GROUP },
	{ "port", LOADGEN_TEXT, AT(port), .arg = "DEVARGS",
		.help = "DPDK device to send by: \"net_memif0,role=client,id=0,socket=sluice-lab\", a PCI "
			"address, ..." },
	{ "pcap-out", LOADGEN_TEXT, AT(pcap_out), .arg = "FILE",
		.help = "write the signed frames to a pcap file and send nothing" },
	{ "server", LOADGEN_IP, AT(server), .arg = "IP",
		.help = "address of the Map-Server, of the family of the ETRs' RLOCs (10.99.0.1, or "
			"2001:db8:99::1)" },
	{ "server-mac", LOADGEN_MAC, AT(server_mac), .arg = "MAC", .def = "auto",
		.help = "its MAC address; auto asks by ARP or neighbour discovery" },
	{ "source-port", LOADGEN_U32, AT(source_port), .arg = "N", .def = "4342", .min = 1, .max = 65535,
		.help = "UDP port the ETRs send from" },
	{ "wait", LOADGEN_U32, AT(wait_s), .arg = "S", .def = "10", .min = 0, .max = 3600,
		.help = "seconds to wait for the link, for the server's MAC address, and, without "
			"--duration, for any Map-Notify, before giving up" },
	{ "cpu", LOADGEN_U32, AT(cpu), .arg = "C", .def = "0", .max = 1023,
		.help = "CPU to run on" },
	{ "eal", LOADGEN_TEXT, AT(eal), .arg = "\"ARGS\"", .def = "--no-huge -m 256 --no-pci --no-telemetry",
		.help = "options of the DPDK environment" },
	{ "engine", LOADGEN_TEXT, AT(engine), .arg = "NAME", .def = "auto",
		.help = "what signs and verifies" },

	{ "Who (kept in the site directory, so that later runs need not repeat them)",
		.kind = LOADGEN_GROUP },
	{ "site-file-out", LOADGEN_TEXT, AT(site_file_out), .arg = "DIR",
		.help = "make new keys and write the sites for sluice-mapserver into DIR: name "
			"DIR/*.json in its \"site-files\"" },
	{ "site-dir", LOADGEN_TEXT, AT(site_dir), .arg = "DIR",
		.help = "take keys and layout from DIR, written before by --site-file-out" },
	{ "etrs", LOADGEN_U32, AT(layout.n_etrs), .arg = "N", .def = "1000", .min = 1,
		.max = 1048576, .layout = true, .help = "emulated ETRs" },
	{ "prefixes", LOADGEN_U32, AT(layout.n_prefixes), .arg = "N", .def = "10000", .min = 1,
		.max = 100000000, .layout = true,
		.help = "EID-prefixes of all ETRs together, spread evenly" },
	{ "sites", LOADGEN_U32, AT(layout.n_sites), .arg = "S", .def = "0", .max = 65536,
		.layout = true,
		.help = "sites, each with a key of its own; 0: one for every 64 ETRs; at most 1024 ETRs "
			"on a key" },
	{ "eid-base", LOADGEN_EID4, AT(layout.space4), .arg = "PREFIX", .def = "16.0.0.0/5",
		.layout = true, .help = "space of the IPv4 EIDs" },
	{ "eid-mask", LOADGEN_U32, AT(layout.mask4), .arg = "BITS", .def = "32", .min = 8, .max = 32,
		.layout = true, .help = "mask length of an IPv4 EID-prefix" },
	{ "ipv6-share", LOADGEN_U32, AT(layout.ipv6_percent), .arg = "PERCENT", .def = "0",
		.max = 100, .layout = true, .help = "EID-prefixes that are IPv6" },
	{ "eid-base6", LOADGEN_EID6, AT(layout.space6), .arg = "PREFIX", .def = "2001:db8::/32",
		.layout = true, .help = "space of the IPv6 EIDs" },
	{ "eid-mask6", LOADGEN_U32, AT(layout.mask6), .arg = "BITS", .def = "64", .min = 16,
		.max = 128, .layout = true, .help = "mask length of an IPv6 EID-prefix" },
	{ "source-base", LOADGEN_IP, AT(layout.source), .arg = "IP", .layout = true,
		.help = "RLOC of the first ETR, the others follow (10.99.1.0, or 2001:db8:99:1::)" },
	{ "etrs-per-source", LOADGEN_U32, AT(layout.etrs_per_source), .arg = "N", .def = "1",
		.min = 1, .max = 1048576, .layout = true, .help = "ETRs that share an RLOC" },
	{ "key-id", LOADGEN_U32, AT(layout.key_id), .arg = "N", .def = "1", .max = 127, .layout = true,
		.help = "Key ID of the keys" },
	{ "algorithm", LOADGEN_U32, AT(layout.alg_id), .arg = "1|2|3", .def = "2", .min = 1, .max = 3,
		.layout = true,
		.help = "Algorithm ID: HMAC-SHA-1-96, HMAC-SHA-256-128, HMAC-SHA256-128+HKDF" },
	{ "policy", LOADGEN_WORD, AT(layout.policy), .arg = "strict|recent|off", .def = "strict",
		.words = policy_words, .layout = true,
		.help = "nonce policy the server gets for the keys" },
	{ "seed", LOADGEN_U64, AT(layout.seed), .arg = "N", .def = "1", .max = UINT64_MAX,
		.layout = true, .help = "another seed gives other xTR-IDs" },

	{ "What a Map-Register holds", .kind = LOADGEN_GROUP },
	{ "records", LOADGEN_U32, AT(n_records), .arg = "K", .def = "1", .min = 1, .max = 255,
		.help = "EID-prefixes of an ETR in one message" },
	{ "tag-length", LOADGEN_WORD, AT(full_tag), .arg = "rfc|full", .def = "rfc",
		.words = tag_words,
		.help = "Authentication Data as the RFC has it (12 or 16 octets) or the whole MAC (20 or "
			"32)" },
	{ "ttl-min", LOADGEN_U32, AT(ttl_min), .arg = "MINUTES", .def = "1440", .min = 1,
		.max = UINT32_MAX, .help = "Record TTL" },
	{ "no-xtr-id", LOADGEN_FLAG, AT(no_xtr_id),
		.help = "I bit clear: neither xTR-ID nor Site-ID" },
	{ "no-notify", LOADGEN_FLAG, AT(no_notify),
		.help = "M bit clear: no Map-Notify is asked for and nothing is waited for" },

	{ "How much", .kind = LOADGEN_GROUP },
	{ "duration", LOADGEN_U32, AT(duration_s), .arg = "S", .def = "0", .max = 31536000,
		.help = "seconds from the first Map-Register; 0: end when all is registered" },
	{ "count", LOADGEN_U64, AT(count), .arg = "N", .def = "0", .max = UINT64_MAX,
		.help = "messages at most, retransmissions not counted; 0: no bound (pcap: each "
			"EID-prefix once)" },
	{ "rate", LOADGEN_U64, AT(rate), .arg = "PPS", .def = "0", .max = 1000000000,
		.help = "messages a second at most; 0: as fast as answers come" },
	{ "window", LOADGEN_U32, AT(window), .arg = "W", .def = "1024", .min = 1, .max = 1048576,
		.help = "messages that wait for their Map-Notify at once; more than the port's ring "
			"holds (memif: 1024, with rsize=12 4096) may be lost in it" },
	{ "churn", LOADGEN_SHARE, AT(churn_ppm), .arg = "PERCENT", .def = "0", .max = 100,
		.help = "messages that change something: the ETR moves to its other locator, or back" },
	{ "churn-new", LOADGEN_FLAG, AT(churn_new),
		.help = "a change is a new EID-prefix registered, or withdrawn by the next change" },
	{ "bad-mac", LOADGEN_SHARE, AT(bad_mac_ppm), .arg = "PERCENT", .def = "0", .max = 90,
		.help = "messages with a wrong MAC; an answer to one is a fault" },
	{ "replay", LOADGEN_SHARE, AT(replay_ppm), .arg = "PERCENT", .def = "0", .max = 90,
		.help = "messages that are copies of an earlier one; under strict an answer is a fault" },

	{ "What is shown", .kind = LOADGEN_GROUP },
	{ "json", LOADGEN_TEXT, AT(json), .arg = "FILE", .help = "write the result as a JSON object" },
	{ "quiet", LOADGEN_FLAG, AT(quiet), .help = "no line every second" },
};
/* clang-format on */

const unsigned int loadgen_n_options = sizeof(loadgen_options) / sizeof(loadgen_options[0]);
