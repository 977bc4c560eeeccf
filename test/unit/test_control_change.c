/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>

#include <CUnit/CUnit.h>

#include "harness_lab.h"

static struct harness h;
static struct harness_lab lab, other; /* as opened, and as reloaded */

static void
setup(void)
{
	harness_lab_init(&lab);
	harness_lab_init(&other);
}

static void
teardown(void)
{
	harness_close(&h);
}

static void
open_lab(void)
{
	harness_lab_open(&h, &lab, (struct harness_options){ 0 });
}

static void
site_has_no_more_eid_prefixes_than_it_may(void)
{
	struct harness_register r = harness_register_default(1);

	lab.site.max_eids = 3;
	open_lab();
	r.n_records = 3;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	/* The same again adds none. */
	r.nonce++;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	/* One of these would be new: all of it is refused. */
	r.nonce++;
	r.eid = 1;
	r.rloc = 0xcb007102;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_LIMIT_EIDS);
	CU_ASSERT_FALSE(harness_lab_has(&h, 3));
	/* One goes, one comes. */
	r.nonce++;
	r.eid = 0;
	r.n_records = 1;
	r.ttl_min = 0;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	r.nonce++;
	r.eid = 3;
	r.ttl_min = 1440;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	CU_ASSERT_TRUE(harness_lab_has(&h, 3));
	r.nonce++;
	r.eid = 4;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_LIMIT_EIDS);
}

static void
key_has_no_more_xtrs_than_it_may(void)
{
	struct harness_register r = harness_register_default(1);

	lab.keys[0].max_xtrs = 2;
	open_lab();
	for (r.xtr = 1; r.xtr <= 2; r.xtr++)
		CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_LIMIT_XTRS);
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), -1);
	r.key_id = HARNESS_KEY_RECENT;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	r.key_id = HARNESS_KEY_STRICT;
	r.xtr = 1;
	r.nonce++;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(harness_lab_saved(&h), 2);
}

static void
table_of_associations_has_an_end(void)
{
	struct harness_register r = harness_register_default(1);
	unsigned int n = 0;

	harness_lab_open(&h, &lab, (struct harness_options){ .max_associations = 16 });
	for (r.xtr = 0; r.xtr < 40; r.xtr++) {
		enum pipeline_verdict v = harness_register_do(&h, &r);

		CU_ASSERT_TRUE(v == PIPELINE_REGISTERED || v == PIPELINE_LIMIT_XTRS);
		n += v == PIPELINE_REGISTERED;
	}
	CU_ASSERT_EQUAL(n, 16);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 16);
}

/* Send r, and reload to the other lab while it is on the ring. */
static enum pipeline_verdict
verdict_over_reload(const struct harness_register *r)
{
	harness_register_send(&h, r);
	pipeline_worker_poll(h.worker);
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), 0);
	harness_turn(&h);
	return harness_verdict(&h);
}

static void
change_survives_a_reload_that_keeps_its_site(void)
{
	for (uint8_t key = HARNESS_KEY_STRICT; key <= HARNESS_KEY_OFF; key++) {
		struct harness_register r = harness_register_default(1);

		r.key_id = key;
		open_lab();
		CU_ASSERT_EQUAL(verdict_over_reload(&r), PIPELINE_REGISTERED);
		CU_ASSERT_TRUE(harness_lab_has(&h, 0));
		CU_ASSERT_EQUAL(harness_lab_flush(&h), 1);
		if (key != HARNESS_KEY_OFF)
			harness_close(&h);
	}
}

static void
change_is_authorised_by_the_sites_of_today(void)
{
	struct harness_register r = harness_register_default(1);

	open_lab();
	other.prefixes[0].eid.octets[1] = 2;
	CU_ASSERT_EQUAL(verdict_over_reload(&r), PIPELINE_EID_POLICY);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
	/* It was authentic: its nonce is taken. */
	CU_ASSERT_EQUAL(harness_lab_nonce(&h, &r), 1);
	CU_ASSERT_EQUAL(harness_lab_saved(&h), 1);
}

static void
change_under_a_key_that_is_gone_is_dropped(void)
{
	for (unsigned int known = 0; known < 2; known++) {
		struct harness_register r = harness_register_default(1);

		open_lab();
		if (known == 1) {
			CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
			r.nonce++;
		}
		harness_lab_flush(&h);
		other.site.keys = &other.keys[1];
		other.site.n_keys = 2;
		CU_ASSERT_EQUAL(verdict_over_reload(&r), PIPELINE_UNKNOWN_KEY);
		CU_ASSERT_FALSE(harness_lab_has(&h, 0));
		CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
		if (known == 0)
			harness_close(&h);
	}
}

static void
change_under_an_exchanged_secret_is_dropped(void)
{
	struct harness_register r = harness_register_default(1);

	open_lab();
	other.keys[0].secret = (const uint8_t *)"another secret";
	other.keys[0].secret_len = 14;
	CU_ASSERT_EQUAL(verdict_over_reload(&r), PIPELINE_UNKNOWN_KEY);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
}

static void
change_of_a_site_that_is_gone_is_dropped(void)
{
	struct harness_register r = harness_register_default(1);

	open_lab();
	other.site.name = "elsewhere";
	CU_ASSERT_EQUAL(verdict_over_reload(&r), PIPELINE_UNKNOWN_KEY);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
}

/* More strict messages than are taken in one go: some wait for their nonce to be saved while the
 * sites change. */
static void
message_that_waits_for_the_store_is_authorised_again(void)
{
	struct pipeline_stats rise;
	struct mapdb_stats db;

	open_lab();
	for (unsigned int i = 0; i < 100; i++) {
		struct harness_register r = harness_register_default(1);

		r.xtr = (uint8_t)i;
		r.eid = i;
		harness_register_send(&h, &r);
	}
	harness_receive(&h);
	control_step(h.control);
	CU_ASSERT_EQUAL(harness_lab_saved(&h), 0); /* they wait */
	other.prefixes[0].eid.octets[1] = 2;
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), 0);
	harness_turn(&h);
	CU_ASSERT_TRUE(harness_rise(&h, &rise));
	CU_ASSERT_EQUAL(rise.verdict[PIPELINE_EID_POLICY], 100);
	mapdb_stats_get(h.mapdb, &db);
	CU_ASSERT_EQUAL(db.n_eids, 0);
	CU_ASSERT_EQUAL(harness_lab_flush(&h), 0);
}

/* A reload that takes the EID-prefix away: the next refresh is looked at again. */
static void
refresh_after_a_reload_is_authorised_anew(void)
{
	struct harness_register r = harness_register_default(1);

	open_lab();
	r.key_id = HARNESS_KEY_RECENT;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
	other.prefixes[0].eid.octets[1] = 2;
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), 0);
	r.nonce++;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_EID_POLICY);
	CU_ASSERT_EQUAL(harness_reload(&h, &lab.site, 1), 0);
	r.nonce++;
	CU_ASSERT_EQUAL(harness_register_do(&h, &r), PIPELINE_REGISTERED);
}

static void
key_that_goes_takes_its_registrations_along(void)
{
	struct harness_register strict = harness_register_default(1), recent = strict;
	struct assoc_stats as;

	open_lab();
	recent.key_id = HARNESS_KEY_RECENT;
	recent.eid = 5;
	CU_ASSERT_EQUAL(harness_register_do(&h, &strict), PIPELINE_REGISTERED);
	CU_ASSERT_EQUAL(harness_register_do(&h, &recent), PIPELINE_REGISTERED);
	other.site.keys = &other.keys[1];
	other.site.n_keys = 2;
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), 0);
	CU_ASSERT_FALSE(harness_lab_has(&h, 0));
	CU_ASSERT_TRUE(harness_lab_has(&h, 5));
	assoc_stats_get(h.assoc, &as);
	CU_ASSERT_EQUAL(as.n_associations, 1);
}

static void
refused_reload_changes_nothing(void)
{
	struct harness_register r = harness_register_default(1);

	open_lab();
	harness_register_send(&h, &r);
	pipeline_worker_poll(h.worker);
	other.keys[1].key_id = other.keys[0].key_id;
	CU_ASSERT_EQUAL(harness_reload(&h, &other.site, 1), -EEXIST);
	harness_turn(&h);
	CU_ASSERT_EQUAL(harness_verdict(&h), PIPELINE_REGISTERED);
	CU_ASSERT_TRUE(harness_lab_has(&h, 0));
}

static CU_TestInfo change_tests[] = {
	{ "site has no more EID-prefixes than it may", site_has_no_more_eid_prefixes_than_it_may },
	{ "key has no more xTRs than it may", key_has_no_more_xtrs_than_it_may },
	{ "table of associations has an end", table_of_associations_has_an_end },
	{ "change survives a reload that keeps its site",
			change_survives_a_reload_that_keeps_its_site },
	{ "change is authorised by the sites of today",
			change_is_authorised_by_the_sites_of_today },
	{ "change under a key that is gone is dropped",
			change_under_a_key_that_is_gone_is_dropped },
	{ "change under an exchanged secret is dropped",
			change_under_an_exchanged_secret_is_dropped },
	{ "change of a site that is gone is dropped", change_of_a_site_that_is_gone_is_dropped },
	{ "message that waits for the store is authorised again",
			message_that_waits_for_the_store_is_authorised_again },
	{ "refresh after a reload is authorised anew", refresh_after_a_reload_is_authorised_anew },
	{ "key that goes takes its registrations along",
			key_that_goes_takes_its_registrations_along },
	{ "refused reload changes nothing", refused_reload_changes_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "control_change", NULL, NULL, setup, teardown, change_tests },
	CU_SUITE_INFO_NULL,
};
