/* SPDX-License-Identifier: BSD-3-Clause */

#include "base_log.h"
#include "test_conf.h"

static void
an_empty_file_is_all_defaults(void)
{
	static const char *const eal[] = { "--no-huge", "-m", "512", "--no-pci" };
	struct loaded l = load("{}");
	const struct conf *c = l.conf;

	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	CU_ASSERT_EQUAL_FATAL(c->n_eal, 4);
	for (unsigned int i = 0; i < 4; i++)
		CU_ASSERT_STRING_EQUAL(c->eal[i], eal[i]);
	CU_ASSERT_STRING_EQUAL(c->control.socket, "/base/sluice.sock");
	CU_ASSERT_PTR_NULL(c->control.group);
	CU_ASSERT_EQUAL(c->control.cpu, -1);
	CU_ASSERT_EQUAL(c->workers.count, 1);
	CU_ASSERT_EQUAL(c->limits.max_eid_prefixes, 1048576);
	CU_ASSERT_EQUAL(c->limits.max_associations, 131072);
	CU_ASSERT_EQUAL(c->limits.max_message, 9000);
	CU_ASSERT_EQUAL(c->limits.changes_ring, 4096);
	CU_ASSERT_EQUAL(c->limits.static_rate, 0);
	CU_ASSERT_STRING_EQUAL(c->auth_engine, "auto");
	CU_ASSERT_STRING_EQUAL(c->store.driver, "lmdb");
	CU_ASSERT_STRING_EQUAL(c->store.path, "/base/state");
	CU_ASSERT_EQUAL(c->store.commit_interval_ms, 5);
	CU_ASSERT_EQUAL(c->registration.lifetime_s, 180);
	CU_ASSERT_EQUAL(c->registration.max_lifetime_s, 86400);
	CU_ASSERT_EQUAL(c->map_notify.port, CONF_NOTIFY_4342);
	CU_ASSERT(c->map_notify.trailer);
	CU_ASSERT_EQUAL(c->log_level, BASE_LOG_NOTICE);
	CU_ASSERT_EQUAL(c->n_ports, 0);
	CU_ASSERT_EQUAL(c->n_sites, 0);
	CU_ASSERT(has_line(l.errs.warnings, l.errs.n_warnings, "/ports"));
	loaded_free(&l);
}

static const char five_mistakes[] =
		"{\n"
		"  \"workers\": { \"count\": 0 },\n"
		"  \"worker\": {},\n"
		"  \"ports\": [ { \"name\": \"p0\", \"devargs\": \"net_null0\", \"addresses\": [\"10.0.0\"] } ],\n"
		"  \"log\": { \"level\": \"loud\" },\n"
		"  \"sites\": [ { \"name\": \"lab\", \"eid-prefixes\": [ { \"prefix\": \"10.0.0.0/8\" } ],\n"
		"    \"keys\": [ { \"key-id\": 0, \"algorithm\": 2, \"secret-file\": \"a\",\n"
		"      \"nonce-policy\": \"off\" } ] } ]\n"
		"}\n";

static void
five_mistakes_are_five_lines(void)
{
	static const char *const lines[] = { "f.json: /workers/count: 0: below the minimum 1",
		"f.json: /worker: not a known name; the nearest is \"workers\"",
		"f.json: /ports/0/addresses/0: \"10.0.0\": expected an IPv4 or IPv6 address",
		"f.json: /log/level: \"loud\": expected \"err\", \"warning\", \"notice\", \"info\" or "
		"\"debug\"",
		"f.json: /sites/0/keys/0/nonce-policy: \"off\": " };
	struct loaded l = load(five_mistakes);

	CU_ASSERT_EQUAL(l.rc, -EINVAL);
	CU_ASSERT_PTR_NULL(l.conf);
	CU_ASSERT_EQUAL(l.errs.n_errors, 5);
	for (unsigned int i = 0; i < 5; i++)
		CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, lines[i]));
	loaded_free(&l);
}

/* The example of DESIGN.md section 9, without the key exchange. */
static const char example[] =
		"{ \"eal\": [\"--no-huge\", \"-m\", \"512\", \"--no-pci\"],"
		"  \"control\": { \"socket\": \"sluice.sock\" }, \"workers\": { \"count\": 1 },"
		"  \"ports\": [ { \"name\": \"p0\","
		"      \"devargs\": \"net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap\","
		"      \"addresses\": [\"10.99.0.1\", \"2001:db8:99::1\"], \"exception\": false } ],"
		"  \"store\": { \"driver\": \"lmdb\", \"path\": \"state\" },"
		"  %s"
		"  \"sites\": [ { \"name\": \"lab\", \"site-id\": \"0000000000000000\", \"auth\": \"static\","
		"      \"eid-prefixes\": ["
		"        { \"iid\": 0, \"prefix\": \"192.0.2.0/24\", \"accept-more-specifics\": true },"
		"        { \"iid\": 0, \"prefix\": \"2001:db8:1::/48\", \"accept-more-specifics\": true } ],"
		"      \"keys\": [ { \"key-id\": 0, \"algorithm\": 1, \"secret-file\": \"lab.key\","
		"          \"not-after\": \"2098-01-01\", \"nonce-policy\": \"off\", \"insecure\": true,"
		"          \"source-prefixes\": [\"10.99.0.0/24\"] } ] } ],"
		"  \"site-files\": [\"sites.d/*.json\"] }";
static const char key_exchange[] =
		"\"key-exchange\": { \"listen\": [\"0.0.0.0:14342\"], \"realm\": \"example.net\","
		" \"master-file\": \"master.key\" },";

static void
check_example_site(const struct conf_site *s)
{
	CU_ASSERT_STRING_EQUAL(s->name, "lab");
	CU_ASSERT_EQUAL(s->site_id, 0);
	CU_ASSERT_EQUAL(s->auth, CONF_AUTH_STATIC);
	CU_ASSERT_EQUAL(s->registration_lifetime_s, 180);
	CU_ASSERT_EQUAL(s->notify_port, CONF_NOTIFY_4342);
	CU_ASSERT_STRING_EQUAL(s->where, "f.json: /sites/0");
	CU_ASSERT_EQUAL_FATAL(s->n_eid_prefixes, 2);
	CU_ASSERT_EQUAL(s->eid_prefixes[1].ip.family, 6);
	CU_ASSERT_EQUAL(s->eid_prefixes[1].ip.mask_len, 48);
	CU_ASSERT_STRING_EQUAL(s->eid_prefixes[1].text, "2001:db8:1::/48");
	CU_ASSERT(s->eid_prefixes[1].accept_more_specifics);
	CU_ASSERT_EQUAL_FATAL(s->n_keys, 1);
	CU_ASSERT_EQUAL(s->keys[0].algorithm, 1);
	CU_ASSERT_STRING_EQUAL(s->keys[0].secret_file, "/base/lab.key");
	CU_ASSERT_EQUAL(s->keys[0].nonce_policy, CONF_NONCE_OFF);
	CU_ASSERT_EQUAL(s->keys[0].not_before_s, 0);
	CU_ASSERT_EQUAL(s->keys[0].not_after_s, 4039372800); /* date -u -d 2098-01-01 +%s */
	CU_ASSERT_EQUAL(s->keys[0].xtrs, 1024);
	CU_ASSERT_EQUAL_FATAL(s->keys[0].n_source_prefixes, 1);
	CU_ASSERT_EQUAL(s->keys[0].source_prefixes[0].mask_len, 24);
}

static void
the_example_of_the_design_loads(void)
{
	char text[2048];
	struct loaded l;

	snprintf(text, sizeof(text), example, "");
	l = load(text);
	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	CU_ASSERT_EQUAL(l.errs.n_warnings, 0);
	CU_ASSERT_EQUAL_FATAL(l.conf->n_ports, 1);
	CU_ASSERT_EQUAL(l.conf->ports[0].n_addresses, 2);
	CU_ASSERT_EQUAL(l.conf->ports[0].queues, 1);
	CU_ASSERT_EQUAL(l.conf->ports[0].max_frame, 9018);
	CU_ASSERT_FALSE(l.conf->ports[0].mac.set);
	CU_ASSERT_EQUAL_FATAL(l.conf->n_sites, 1);
	check_example_site(&l.conf->sites[0]);
	loaded_free(&l);
}

static void
a_key_exchange_is_refused_with_one_sentence(void)
{
	char text[2048];

	snprintf(text, sizeof(text), example, key_exchange);
	refused_once(text, "/key-exchange: this release has no key server yet");
	refused_once("{" PORT ",\"key-exchange\":{}}", "/key-exchange: ");
}

static void
every_kind_of_eid_is_taken(void)
{
	struct loaded l = load(SITES(SITE("a",
			"{\"iid\":4294967295,\"prefix\":\"0.0.0.0/0\"},{\"exact\":\"02:00:5E:10:00:01\"},"
			"{\"iid\":7,\"exact\":\"name:gw.example\"},{\"eid-octets\":\"40030000010000ABcd\"}",
			KEY(""))));
	const struct conf_eid_prefix *e;

	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	e = l.conf->sites[0].eid_prefixes;
	CU_ASSERT_EQUAL(e[0].kind, CONF_EID_IP);
	CU_ASSERT_EQUAL(e[0].iid, UINT32_MAX);
	CU_ASSERT_EQUAL(e[1].kind, CONF_EID_MAC);
	CU_ASSERT_STRING_EQUAL(e[1].text, "02:00:5E:10:00:01");
	CU_ASSERT_EQUAL(e[2].kind, CONF_EID_NAME);
	CU_ASSERT_STRING_EQUAL(e[2].text, "gw.example");
	CU_ASSERT_EQUAL(e[3].kind, CONF_EID_OCTETS);
	CU_ASSERT_EQUAL_FATAL(e[3].n_octets, 9);
	CU_ASSERT_EQUAL(memcmp(e[3].octets, "\x40\x03\x00\x00\x01\x00\x00\xab\xcd", 9), 0);
	loaded_free(&l);
}

static void
sites_inherit_what_they_leave_out(void)
{
	struct loaded l = load("{" PORT ",\"sites\":[" SITE("a", PREFIX,
			KEY("")) ","
				 "{\"name\":\"b\",\"registration-lifetime-s\":90,\"notify-port\":\"4342\","
				 "\"eid-prefixes\":[{\"iid\":1,\"prefix\":\"10.0.0.0/8\"}],"
				 "\"keys\":[" KEY(
						 ",\"xtrs\":5") "]}],\"map-notify\":{\"port\":\"source\"},"
								"\"registration\":{\"lifetime-s\":600},\"limits\":{\"xtrs-per-key\":77}}");
	const struct conf_site *s;

	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	s = l.conf->sites;
	CU_ASSERT_EQUAL(s[0].registration_lifetime_s, 600);
	CU_ASSERT_EQUAL(s[0].notify_port, CONF_NOTIFY_SOURCE);
	CU_ASSERT_EQUAL(s[0].keys[0].xtrs, 77);
	CU_ASSERT_EQUAL(s[1].registration_lifetime_s, 90);
	CU_ASSERT_EQUAL(s[1].notify_port, CONF_NOTIFY_4342);
	CU_ASSERT_EQUAL(s[1].keys[0].xtrs, 5);
	loaded_free(&l);
}

static void
a_file_that_cannot_be_read_is_an_error(void)
{
	struct conf_errors errs = { 0 };
	struct conf *c = NULL;

	CU_ASSERT_EQUAL(conf_load("/nonexistent/x.json", NULL, 0, &c, &errs), -EINVAL);
	CU_ASSERT_EQUAL(errs.n_errors, 1);
	CU_ASSERT(has_line(errs.errors, errs.n_errors, "/nonexistent/x.json: cannot be read"));
	conf_errors_free(&errs);
	CU_ASSERT_EQUAL(conf_load("/", NULL, 0, &c, &errs), -EINVAL);
	CU_ASSERT_EQUAL(errs.n_errors, 1);
	conf_errors_free(&errs);
}

static void
the_files_of_the_product_load(void)
{
	static const char *const files[] = { "config/lab.json", "config/mapserver.json" };

	for (unsigned int i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct loaded l = { .conf = NULL };

		l.rc = conf_load(files[i], NULL, 0, &l.conf, &l.errs);
		CU_ASSERT_EQUAL(l.rc, 0);
		CU_ASSERT_EQUAL(l.errs.n_warnings, 0);
		show_errors(&l);
		loaded_free(&l);
	}
}

static void
a_secret_in_the_file_is_refused_and_never_shown(void)
{
	static const char *const texts[] = {
		SITES(SITE("a", PREFIX,
				"{\"key-id\":1,\"algorithm\":2,\"secret-file\":\"text:hush-hush\"}")),
		SITES(SITE("a", PREFIX, KEY(",\"secret\":\"hush-hush\""))),
		SITES(SITE("a", PREFIX, KEY(",\"insecure\":\"hex:hush-hush\""))),
		"{\"a\": hush-hush}",
		"text:hush-hush",
	};

	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct loaded l = load(texts[i]);

		CU_ASSERT_EQUAL(l.rc, -EINVAL);
		CU_ASSERT_EQUAL(l.errs.n_errors, 1);
		CU_ASSERT_FALSE(has_line(l.errs.errors, l.errs.n_errors, "hush"));
		loaded_free(&l);
	}
}

static CU_TestInfo load_tests[] = {
	{ "an empty file is all defaults", an_empty_file_is_all_defaults },
	{ "five mistakes are five lines", five_mistakes_are_five_lines },
	{ "the example of the design loads", the_example_of_the_design_loads },
	{ "a key exchange is refused with one sentence",
			a_key_exchange_is_refused_with_one_sentence },
	{ "every kind of EID is taken", every_kind_of_eid_is_taken },
	{ "sites inherit what they leave out", sites_inherit_what_they_leave_out },
	{ "a file that cannot be read is an error", a_file_that_cannot_be_read_is_an_error },
	{ "the files of the product load", the_files_of_the_product_load },
	{ "a secret in the file is refused and never shown",
			a_secret_in_the_file_is_refused_and_never_shown },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_load", NULL, NULL, NULL, NULL, load_tests },
	CU_SUITE_INFO_NULL,
};
