/* SPDX-License-Identifier: BSD-3-Clause */

#include <time.h>

#include "test_conf.h"

static void
eal_options_of_the_program_are_refused(void)
{
	static const char *const bad[] = { "-l", "-l0-3", "-c", "-c3", "--lcores=0", "--lcores",
		"--lco", "--file-prefix", "--file-prefix=x", "--main-lcore",
		"--proc-type=secondary", "-s1" };
	char text[128];

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "{" PORT ",\"eal\":[\"%s\"]}", bad[i]);
		refused_once(text, "/eal: an array: option ");
	}
	refused_once("{" PORT ",\"eal\":[\"--\"]}", "/eal");
	taken("{" PORT ",\"eal\":[\"--log-level=lib.eal:8\",\"-n\",\"4\",\"-m\",\"64\"]}");
}

static void
counts_that_belong_together_must_match(void)
{
	refused_once("{" PORT ",\"workers\":{\"count\":2,\"cpus\":[1]}}", "/workers/cpus");
	taken("{" PORT ",\"workers\":{\"count\":2,\"cpus\":[1,1]}}");
	refused_once("{\"workers\":{\"count\":2},\"ports\":[{\"name\":\"a\",\"devargs\":\"x\","
		     "\"addresses\":[\"::1\"],\"queues\":2,\"workers\":[1]}]}",
			"/ports/0/workers: an array: 1 workers for 2 queues");
	refused_once("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x\",\"addresses\":[\"::1\"],"
		     "\"workers\":[1]}]}",
			"/ports/0/workers/0: 1: there are 1 workers");
	refused_once("{" PORT ",\"limits\":{\"changes-ring\":200}}", "expected a power of two");
	refused_once("{" PORT ",\"registration\":{\"lifetime-s\":600,\"max-lifetime-s\":300}}",
			"/registration/lifetime-s: 600: above");
}

static void
a_socket_path_must_fit_a_unix_socket(void)
{
	char text[256];

	snprintf(text, sizeof(text), "{" PORT ",\"control\":{\"socket\":\"%0103d\"}}", 0);
	refused_once(text, "/control/socket");
	snprintf(text, sizeof(text), "{" PORT ",\"control\":{\"socket\":\"%0101d\"}}", 0);
	taken(text);
}

static void
ports_need_addresses_of_their_own(void)
{
	refused_once("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x\",\"addresses\":[]}]}",
			"at least one");
	refused_once("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x\",\"addresses\":[\"224.0.0.1\"]}]}",
			"224.0.0.1 is no address of a host");
	refused_once("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x\",\"addresses\":[\"::\"]}]}",
			":: is no");
	refused_once("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x\",\"addresses\":[\"::1\"]},"
		     "{\"name\":\"b\",\"devargs\":\"y\",\"addresses\":[\"0::1\"]}]}",
			"/ports/1/addresses: \"0::1\": address of /ports/0 already");
	refused_once("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x\",\"addresses\":[\"::1\"]},"
		     "{\"name\":\"a\",\"devargs\":\"y\",\"addresses\":[\"::2\"]}]}",
			"/ports/1/name");
	refused_once("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x,a=1\",\"addresses\":[\"::1\"]},"
		     "{\"name\":\"b\",\"devargs\":\"x,a=2\",\"addresses\":[\"::2\"]}]}",
			"/ports/1/devargs");
	taken("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x1\",\"addresses\":[\"127.0.0.1\"]},"
	      "{\"name\":\"b\",\"devargs\":\"x\",\"addresses\":[\"10.0.0.1\"]}]}");
}

static void
what_this_release_lacks_is_refused(void)
{
	refused_once("{\"ports\":[{\"name\":\"a\",\"devargs\":\"x\",\"addresses\":[\"::1\"],"
		     "\"exception\":true}]}",
			"the exception path is not part of this release");
	refused_once(SITES("{\"name\":\"a\",\"auth\":\"ke-only\",\"eid-prefixes\":[" PREFIX "],"
			   "\"keys\":[" KEY("") "]}"),
			"/sites/0/auth: \"ke-only\": this release has no");
	refused_once(SITES("{\"name\":\"a\",\"auth\":\"prefer-ke\",\"eid-prefixes\":[" PREFIX "],"
			   "\"keys\":[" KEY("") "]}"),
			"/sites/0/auth: \"prefer-ke\": this release has");
}

#define KEY_ALG(alg, more) "{\"key-id\":1,\"algorithm\":" alg ",\"secret-file\":\"a\"" more "}"
#define ONE_KEY(key)       SITES(SITE("a", PREFIX, key))

static void
sha1_must_be_allowed(void)
{
	refused_once(ONE_KEY(KEY_ALG("1", "")), "/keys/0/algorithm: 1: HMAC-SHA-1 needs");
	taken(ONE_KEY(KEY_ALG("1", ",\"allow-sha1\":true")));
	taken(ONE_KEY(KEY_ALG("1", ",\"insecure\":true")));
}

#define SOURCES ",\"source-prefixes\":[\"10.0.0.0/8\"]"

static void
policy_off_needs_insecure_and_sources_and_not_algorithm_3(void)
{
	refused_once(ONE_KEY(KEY(",\"nonce-policy\":\"off\"")),
			"needs \"insecure\": true and \"source-prefixes\"");
	refused_once(ONE_KEY(KEY(",\"nonce-policy\":\"off\"" SOURCES)), "needs \"insecure\": true");
	refused_once(ONE_KEY(KEY(",\"nonce-policy\":\"off\",\"insecure\":true")),
			"needs \"source-prefixes\"");
	refused_once(ONE_KEY(KEY(",\"nonce-policy\":\"off\",\"insecure\":true,\"source-prefixes\":[]")),
			"needs \"source-prefixes\"");
	taken(ONE_KEY(KEY(",\"nonce-policy\":\"off\",\"insecure\":true" SOURCES)));
	refused_once(ONE_KEY(KEY_ALG("3", ",\"nonce-policy\":\"off\",\"insecure\":true" SOURCES)),
			"cannot be used with algorithm 3");
	taken(ONE_KEY(KEY_ALG("3", ",\"nonce-policy\":\"recent\"")));
}

static void
a_key_begins_before_it_ends(void)
{
	refused_once(ONE_KEY(KEY(",\"not-before\":\"2098-01-02\",\"not-after\":\"2098-01-02\"")),
			"/keys/0/not-after");
	taken(ONE_KEY(KEY(",\"not-before\":\"2098-01-01\",\"not-after\":\"2098-01-02\"")));
}

/* A key whose last day is so many days from now: is there a warning? */
static bool
warned(int days)
{
	time_t then = time(NULL) + (time_t)days * 86400;
	char text[512], date[16];
	struct loaded l;
	struct tm tm;
	bool found;

	strftime(date, sizeof(date), "%Y-%m-%d", gmtime_r(&then, &tm));
	snprintf(text, sizeof(text), ONE_KEY(KEY(",\"not-after\":\"%s\"")), date);
	l = load(text);
	CU_ASSERT_EQUAL(l.rc, 0);
	found = has_line(l.errs.warnings, l.errs.n_warnings, "f.json: /sites/0/keys/0/not-after: ");
	loaded_free(&l);
	return found;
}

static void
a_key_that_ends_soon_is_a_warning(void)
{
	CU_ASSERT(warned(-1));
	CU_ASSERT(warned(1));
	CU_ASSERT(warned(59));
	CU_ASSERT_FALSE(warned(62));
}

static void
an_eid_is_written_in_exactly_one_way(void)
{
	refused_once(SITES(SITE("a", "{\"iid\":3}", KEY(""))),
			"/sites/0/eid-prefixes/0: an object: expected one of");
	refused_once(SITES(SITE("a", "{\"prefix\":\"10.0.0.0/8\",\"exact\":\"name:a\"}", KEY(""))),
			"only one of");
	refused_once(SITES(SITE("a", "{\"exact\":\"name:a\",\"accept-more-specifics\":true}",
				     KEY(""))),
			"an exact EID has no more-specifics");
	refused_once(SITES(SITE("a", "", KEY(""))), "at least one EID-prefix");
}

static void
a_rule_is_silent_about_values_that_are_wrong_anyway(void)
{
	refused_once(ONE_KEY(KEY(",\"nonce-policy\":\"off\",\"insecure\":1")), "/keys/0/insecure");
	refused_once("{" PORT ",\"workers\":{\"count\":0,\"cpus\":[1,2]}}", "/workers/count");
	refused_once("{" PORT ",\"workers\":3}", "/workers: 3: expected an object");
	refused_once(SITES(SITE("a", "{\"prefix\":\"10.0.0.1/8\"}", KEY(""))), "must be zero");
}

static void
a_site_without_keys_is_a_warning(void)
{
	struct loaded l = load(SITES("{\"name\":\"a\",\"eid-prefixes\":[" PREFIX "]}"));

	CU_ASSERT_EQUAL(l.rc, 0);
	CU_ASSERT(has_line(l.errs.warnings, l.errs.n_warnings, "/sites/0/keys"));
	loaded_free(&l);
}

static CU_TestInfo rule_tests[] = {
	{ "EAL options of the program are refused", eal_options_of_the_program_are_refused },
	{ "counts that belong together must match", counts_that_belong_together_must_match },
	{ "a socket path must fit a Unix socket", a_socket_path_must_fit_a_unix_socket },
	{ "ports need addresses of their own", ports_need_addresses_of_their_own },
	{ "what this release lacks is refused", what_this_release_lacks_is_refused },
	{ "SHA-1 must be allowed", sha1_must_be_allowed },
	{ "policy off needs insecure and sources, and not algorithm 3",
			policy_off_needs_insecure_and_sources_and_not_algorithm_3 },
	{ "a key begins before it ends", a_key_begins_before_it_ends },
	{ "a key that ends soon is a warning", a_key_that_ends_soon_is_a_warning },
	{ "an EID is written in exactly one way", an_eid_is_written_in_exactly_one_way },
	{ "a rule is silent about values that are wrong anyway",
			a_rule_is_silent_about_values_that_are_wrong_anyway },
	{ "a site without keys is a warning", a_site_without_keys_is_a_warning },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_rules", NULL, NULL, NULL, NULL, rule_tests },
	CU_SUITE_INFO_NULL,
};
