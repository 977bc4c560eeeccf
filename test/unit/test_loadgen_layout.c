/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "lisp_text.h"
#include "loadgen_layout.h"

static char why[512];

static struct loadgen_layout
layout(uint32_t n_etrs, uint32_t n_prefixes)
{
	struct loadgen_layout l = {
		.seed = 1,
		.n_etrs = n_etrs,
		.n_prefixes = n_prefixes,
		.mask4 = 32,
		.mask6 = 64,
		.etrs_per_source = 1,
		.key_id = 1,
		.alg_id = LISP_ALG_HMAC_SHA256_128,
	};

	CU_ASSERT_EQUAL(lisp_eid_from_text("16.0.0.0/5", &l.space4), 0);
	CU_ASSERT_EQUAL(lisp_eid_from_text("2001:db8::/32", &l.space6), 0);
	CU_ASSERT_EQUAL(lisp_ip_from_text("10.99.1.0", &l.source), 0);
	return l;
}

/* EID-prefix n of a site as the server would see it. */
static struct lisp_eid
eid_of(const struct loadgen_layout *l, uint32_t site, uint32_t n)
{
	unsigned int family = loadgen_layout_family(l, site, n);
	struct lisp_eid e = { .kind = family == 4 ? LISP_EID_IPV4 : LISP_EID_IPV6,
		.mask_len = (uint8_t)(family == 4 ? l->mask4 : l->mask6),
		.len = family == 4 ? 4 : 16 };

	loadgen_layout_eid(l, site, n, family, e.octets);
	return e;
}

static int
compare_eids(const void *a, const void *b)
{
	return memcmp(a, b, LISP_EID_HOT_LEN);
}

/* Every EID-prefix of every ETR, and its fresh sibling, is there once and inside the aggregate. */
static void
check_all_eids(const struct loadgen_layout *l)
{
	uint32_t n_all = 0, n_max = 2 * l->n_prefixes;
	struct lisp_eid *all = calloc(n_max, sizeof(*all)), aggregate;
	bool covered = true, twice = false;

	for (uint32_t etr = 0; etr < l->n_etrs; etr++) {
		uint32_t site = loadgen_layout_site(l, etr), first = loadgen_layout_first(l, etr);

		for (uint32_t k = 0; k < loadgen_layout_prefixes(l, etr); k++) {
			struct lisp_eid e = eid_of(l, site, first + k);
			struct lisp_eid f = eid_of(l, site, loadgen_layout_fresh(l, first + k));

			loadgen_layout_aggregate(
					l, site, e.kind == LISP_EID_IPV4 ? 4 : 6, &aggregate);
			covered &= lisp_eid_covers(&aggregate, &e) &&
					lisp_eid_covers(&aggregate, &f);
			covered &= lisp_eid_covers(
					e.kind == LISP_EID_IPV4 ? &l->space4 : &l->space6,
					&aggregate);
			if (n_all + 2 <= n_max) {
				all[n_all++] = e;
				all[n_all++] = f;
			}
		}
	}
	CU_ASSERT_EQUAL(n_all, n_max);
	qsort(all, n_all, sizeof(*all), compare_eids);
	for (uint32_t i = 1; i < n_all; i++)
		twice |= lisp_eid_equal(&all[i - 1], &all[i]);
	CU_ASSERT_TRUE(covered);
	CU_ASSERT_FALSE(twice);
	free(all);
}

static void
eids_are_distinct_and_inside_their_aggregate(void)
{
	static const uint32_t shapes[][3] = { { 1, 1, 0 }, { 1000, 10000, 0 }, { 7, 1000, 3 },
		{ 100, 37, 0 }, { 65, 130, 2 }, { 1024, 5000, 1 } };

	for (unsigned int i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct loadgen_layout l = layout(shapes[i][0], shapes[i][1]);

		l.n_sites = shapes[i][2];
		CU_ASSERT_EQUAL(loadgen_layout_derive(&l, why, sizeof(why)), 0);
		check_all_eids(&l);
	}
}

static void
ipv6_share_mixes_families_and_a_fresh_eid_keeps_its_family(void)
{
	struct loadgen_layout l = layout(100, 5000);
	unsigned int n_ipv6 = 0;

	l.ipv6_percent = 30;
	l.mask4 = 24;
	l.mask6 = 128;
	CU_ASSERT_EQUAL(loadgen_layout_derive(&l, why, sizeof(why)), 0);
	check_all_eids(&l);
	for (uint32_t n = 0; n < 1000; n++) {
		unsigned int family = loadgen_layout_family(&l, 1, n);

		n_ipv6 += family == 6;
		CU_ASSERT_EQUAL(loadgen_layout_family(&l, 1, loadgen_layout_fresh(&l, n)), family);
	}
	CU_ASSERT_TRUE(n_ipv6 > 200 && n_ipv6 < 400);
}

static void
aggregates_of_sites_do_not_overlap(void)
{
	struct loadgen_layout l = layout(1000, 10000);
	struct lisp_eid a, b;

	l.ipv6_percent = 50;
	CU_ASSERT_EQUAL(loadgen_layout_derive(&l, why, sizeof(why)), 0);
	CU_ASSERT_EQUAL(l.n_sites, 16);
	for (uint32_t i = 0; i < l.n_sites; i++)
		for (uint32_t j = 0; j < l.n_sites; j++)
			for (unsigned int family = 4; family <= 6; family += 2) {
				loadgen_layout_aggregate(&l, i, family, &a);
				loadgen_layout_aggregate(&l, j, family, &b);
				CU_ASSERT_EQUAL(lisp_eid_covers(&a, &b), i == j);
			}
}

static void
xtr_ids_are_distinct_and_follow_the_seed(void)
{
	struct loadgen_layout l = layout(1000, 1000), other;
	uint8_t a[LISP_XTR_ID_LEN], b[LISP_XTR_ID_LEN];

	CU_ASSERT_EQUAL(loadgen_layout_derive(&l, why, sizeof(why)), 0);
	other = l;
	other.seed = 2;
	for (uint32_t i = 0; i + 1 < l.n_etrs; i++) {
		loadgen_layout_xtr_id(&l, i, a);
		loadgen_layout_xtr_id(&l, i + 1, b);
		CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof(a)), 0);
		loadgen_layout_xtr_id(&l, i, b);
		CU_ASSERT_EQUAL(memcmp(a, b, sizeof(a)), 0);
		loadgen_layout_xtr_id(&other, i, b);
		CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof(a)), 0);
	}
}

static void
sources_are_recognised_and_covered(void)
{
	struct loadgen_layout l = layout(1000, 1000);
	struct lisp_ip ip, cover;
	char text[LISP_IP_TEXT_MAX];

	l.etrs_per_source = 3;
	CU_ASSERT_EQUAL(loadgen_layout_derive(&l, why, sizeof(why)), 0);
	CU_ASSERT_EQUAL(loadgen_layout_sources(&l), 334);
	loadgen_layout_source(&l, 999, &ip);
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&ip, text, sizeof(text)), "10.99.2.77");
	CU_ASSERT_TRUE(loadgen_layout_is_source(&l, &ip));
	CU_ASSERT_EQUAL(lisp_ip_from_text("10.99.2.78", &ip), 0);
	CU_ASSERT_FALSE(loadgen_layout_is_source(&l, &ip));
	CU_ASSERT_EQUAL(lisp_ip_from_text("10.99.0.255", &ip), 0);
	CU_ASSERT_FALSE(loadgen_layout_is_source(&l, &ip));
	CU_ASSERT_EQUAL(lisp_ip_from_text("2001:db8::1", &ip), 0);
	CU_ASSERT_FALSE(loadgen_layout_is_source(&l, &ip));
	CU_ASSERT_EQUAL(loadgen_layout_source_cover(&l, &cover), 22);
	CU_ASSERT_STRING_EQUAL(lisp_ip_to_text(&cover, text, sizeof(text)), "10.99.0.0");
}

static int
derive(struct loadgen_layout l)
{
	why[0] = '\0';
	return loadgen_layout_derive(&l, why, sizeof(why));
}

static void
numbers_that_do_not_fit_are_refused_with_a_reason(void)
{
	struct loadgen_layout l = layout(5000, 5000);

	l.n_sites = 1;
	CU_ASSERT_EQUAL(derive(l), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "at most 1024"));
	l.n_sites = 5001;
	CU_ASSERT_EQUAL(derive(l), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "more sites"));
	l = layout(5000, 10000000);
	CU_ASSERT_EQUAL(derive(l), 0);
	l.mask4 = 24;
	CU_ASSERT_EQUAL(derive(l), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "larger space"));
	l = layout(1000, 1000);
	l.alg_id = LISP_ALG_HMAC_SHA256_128_HKDF;
	l.policy = LOADGEN_OFF;
	CU_ASSERT_EQUAL(derive(l), -EINVAL);
	l = layout(1000, 1000);
	lisp_ip_from_text("255.255.255.0", &l.source);
	CU_ASSERT_EQUAL(derive(l), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "past the end"));
}

static CU_TestInfo layout_tests[] = {
	{ "EIDs are distinct and inside their aggregate",
			eids_are_distinct_and_inside_their_aggregate },
	{ "ipv6-share mixes families, a fresh EID keeps its family",
			ipv6_share_mixes_families_and_a_fresh_eid_keeps_its_family },
	{ "aggregates of sites do not overlap", aggregates_of_sites_do_not_overlap },
	{ "xTR-IDs are distinct and follow the seed", xtr_ids_are_distinct_and_follow_the_seed },
	{ "sources are recognised and covered", sources_are_recognised_and_covered },
	{ "numbers that do not fit are refused with a reason",
			numbers_that_do_not_fit_are_refused_with_a_reason },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "loadgen_layout", NULL, NULL, NULL, NULL, layout_tests },
	CU_SUITE_INFO_NULL,
};
