/* SPDX-License-Identifier: BSD-3-Clause */

#include "base_log.h"
#include "test_conf.h"

static void
values_are_json_or_else_text(void)
{
	static const char *const sets[] = { "/workers/count=3", "/log/level=debug",
		"/ports/0/devargs=net_pcap0,rx_pcap=a=b", "/ports/0/addresses=[\"::1\",\"::2\"]",
		"/store/path=\"a b\"", "/map-notify/trailer=false" };
	struct loaded l = load_with("{" PORT "}", sets, 6);

	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	CU_ASSERT_EQUAL(l.conf->workers.count, 3);
	CU_ASSERT_EQUAL(l.conf->log_level, BASE_LOG_DEBUG);
	CU_ASSERT_STRING_EQUAL(l.conf->ports[0].devargs, "net_pcap0,rx_pcap=a=b");
	CU_ASSERT_EQUAL(l.conf->ports[0].n_addresses, 2);
	CU_ASSERT_STRING_EQUAL(l.conf->store.path, "/base/a b");
	CU_ASSERT_FALSE(l.conf->map_notify.trailer);
	loaded_free(&l);
}

static void
the_last_of_two_counts_and_arrays_grow_at_their_end(void)
{
	static const char *const sets[] = { "/workers/count=3", "/workers/count=2",
		"/ports/-/name=p1", "/ports/1/devargs=net_null1", "/ports/1/addresses=[\"::1\"]",
		"/eal=[]", "/eal/-=-m", "/eal/1=64", "/eal/0=--no-huge" };
	struct loaded l = load_with("{" PORT "}", sets, 9);

	CU_ASSERT_EQUAL_FATAL(l.rc, -EINVAL); /* 64 is a number, not a text */
	CU_ASSERT_EQUAL(l.errs.n_errors, 1);
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "/eal/1: 64: expected a string"));
	loaded_free(&l);
	l = load_with("{" PORT "}", sets, 7);
	CU_ASSERT_EQUAL_FATAL(l.rc, 0);
	CU_ASSERT_EQUAL(l.conf->workers.count, 2);
	CU_ASSERT_EQUAL(l.conf->n_ports, 2);
	CU_ASSERT_STRING_EQUAL(l.conf->ports[1].name, "p1");
	CU_ASSERT_EQUAL(l.conf->n_eal, 1);
	loaded_free(&l);
}

static void
an_override_is_checked_like_the_file(void)
{
	static const char *const sets[] = { "/workers/count=99", "/worker/count=1", "/a~1b=1" };
	struct loaded l = load_with("{" PORT "}", sets, 3);

	CU_ASSERT_EQUAL(l.errs.n_errors, 3);
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors,
			"/workers/count: 99: above the maximum 64"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "/worker: not a known name"));
	CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "/a~1b: not a known name"));
	loaded_free(&l);
}

static void
an_override_that_cannot_be_applied_is_an_error(void)
{
	static const char *const sets[] = { "workers/count=1", "/workers/count", "=1", "/=1", "",
		"/ports/7/name=x", "/ports/x/name=x", "/ports/0/name/x=1", "/ports/01x=1" };

	for (unsigned int i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct loaded l = load_with("{" PORT "}", &sets[i], 1);

		CU_ASSERT_EQUAL(l.rc, -EINVAL);
		CU_ASSERT_EQUAL(l.errs.n_errors, 1);
		CU_ASSERT(has_line(l.errs.errors, l.errs.n_errors, "--set "));
		loaded_free(&l);
	}
}

static CU_TestInfo override_tests[] = {
	{ "values are JSON or else text", values_are_json_or_else_text },
	{ "the last of two counts, and arrays grow at their end",
			the_last_of_two_counts_and_arrays_grow_at_their_end },
	{ "an override is checked like the file", an_override_is_checked_like_the_file },
	{ "an override that cannot be applied is an error",
			an_override_that_cannot_be_applied_is_an_error },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "conf_override", NULL, NULL, NULL, NULL, override_tests },
	CU_SUITE_INFO_NULL,
};
