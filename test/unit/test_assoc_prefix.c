/* SPDX-License-Identifier: BSD-3-Clause */

#include "test_assoc.h"

/* The sites of the vector files: their EID-prefixes of IP kind, and a MAC, a name and LCAFs. */
static const uint8_t sg_octets[] = { 0x40, 0x03, 0, 0, 9, 0, 0, 20, 0, 0, 0, 0, 0, 0, 32, 32, 0, 1,
	10, 1, 1, 1, 0, 1, 239, 1, 1, 1 };

static struct lisp_eid
raw_eid(uint32_t iid, uint8_t kind, uint8_t mask_len, const void *octets, size_t len)
{
	struct lisp_eid eid = {
		.iid = iid, .kind = kind, .mask_len = mask_len, .len = (uint16_t)len
	};

	memcpy(eid.octets, octets, len);
	return eid;
}

static struct lisp_eid
name_eid(const char *name)
{
	return raw_eid(0, LISP_EID_NAME, 0, name, strlen(name) + 1);
}

static struct lisp_eid
mac_eid(uint32_t iid, uint8_t last)
{
	return raw_eid(iid, LISP_EID_MAC, 48, (uint8_t[]){ 2, 0, 0x5e, 0x10, 0, last }, 6);
}

static void
open_vector_sites(void)
{
	struct lisp_eid gw = name_eid("gw.example"), mac = mac_eid(0, 1), mac200 = mac_eid(200, 1);
	struct lisp_eid sg = raw_eid(0, LISP_EID_LCAF, 0, sg_octets, sizeof(sg_octets));
	uint32_t alpha, beta;

	table_open(16, 8, 16);
	alpha = add_site("alpha", 0xa);
	add_prefix(alpha, "10.1.0.0/16", true);
	add_prefix(alpha, "10.1.254.0/24", false);
	add_prefix(alpha, "192.0.2.0/24", false);
	add_prefix(alpha, "0.0.0.0/0", false);
	add_prefix(alpha, "2001:db8:a::/48", true);
	add_prefix(alpha, "[100] 172.16.0.0/12", true);
	add_prefix(alpha, "[100] 2001:db8:b::/48", true);
	add_prefix(alpha, "[4294967295] 10.0.0.0/8", true);
	add_eid(alpha, &gw, true);
	add_eid(alpha, &mac, true);
	add_eid(alpha, &mac200, true);
	add_eid(alpha, &sg, false);
	beta = add_site("beta", 0xb);
	add_prefix(beta, "10.1.255.0/25", true);
	CU_ASSERT_EQUAL_FATAL(load(), 0);
}

#define ASSERT_OWNER(text, owner) CU_ASSERT_STRING_EQUAL(owner_of(text), owner)

/* S-REG-017, S-REG-018 */
static void
exact_prefix_needs_no_more_specifics(void)
{
	open_vector_sites();
	ASSERT_OWNER("192.0.2.0/24", "alpha");
	ASSERT_OWNER("0.0.0.0/0", "alpha");
	ASSERT_OWNER("10.1.254.0/24", "alpha");
	ASSERT_OWNER("10.1.0.0/16", "alpha");
	table_close();
}

/* S-POL-002, S-POL-003, S-REG-048 */
static void
more_specific_of_a_prefix_that_takes_none_is_refused(void)
{
	open_vector_sites();
	ASSERT_OWNER("192.0.2.128/25", "!alpha");
	ASSERT_OWNER("192.0.2.0/25", "!alpha");
	ASSERT_OWNER("10.0.0.0/8", "!alpha");
	ASSERT_OWNER("198.18.0.0/15", "!alpha");
	table_close();
}

static void
more_specifics_are_taken_where_configured(void)
{
	open_vector_sites();
	ASSERT_OWNER("10.1.2.0/24", "alpha");
	ASSERT_OWNER("10.1.13.0/24", "alpha");
	ASSERT_OWNER("10.1.255.255/32", "alpha");
	ASSERT_OWNER("2001:db8:a:1::/64", "alpha");
	ASSERT_OWNER("2001:db8:a::1/128", "alpha");
	table_close();
}

/* S-POL-001 */
static void
eid_outside_every_prefix_belongs_to_nobody(void)
{
	open_vector_sites();
	ASSERT_OWNER("2001:db8:dead::/48", "!nobody");
	ASSERT_OWNER("::/0", "!nobody");
	ASSERT_OWNER("2001:db8::/32", "!nobody");
	table_close();
}

/* S-POL-004 */
static void
instance_ids_are_apart(void)
{
	open_vector_sites();
	ASSERT_OWNER("[100] 172.16.5.0/24", "alpha");
	ASSERT_OWNER("[101] 172.16.5.0/24", "!nobody");
	ASSERT_OWNER("[100] 10.1.0.0/16", "!nobody");
	ASSERT_OWNER("[4294967295] 10.9.0.0/16", "alpha");
	ASSERT_OWNER("[100] 2001:db8:b:1::/64", "alpha");
	ASSERT_OWNER("2001:db8:b:1::/64", "!nobody");
	table_close();
}

/* S-POL-006..008 */
static void
longest_match_is_taken_over_all_sites(void)
{
	open_vector_sites();
	ASSERT_OWNER("10.1.255.64/26", "beta");
	ASSERT_OWNER("10.1.255.0/25", "beta");
	ASSERT_OWNER("10.1.255.0/24", "alpha");
	ASSERT_OWNER("10.1.255.128/25", "alpha");
	table_close();
}

/* S-POL-009 */
static void
parent_with_more_specifics_does_not_open_a_child_without(void)
{
	open_vector_sites();
	ASSERT_OWNER("10.1.254.0/25", "!alpha");
	ASSERT_OWNER("10.1.254.7/32", "!alpha");
	ASSERT_OWNER("10.1.253.0/25", "alpha");
	table_close();
}

static bool
owned(const struct lisp_eid *eid)
{
	bool allowed;
	const struct assoc_site *site = assoc_site_by_eid(assoc_sites_get(table), eid, &allowed);

	CU_ASSERT_EQUAL(allowed, site != NULL);
	return site != NULL;
}

static void
kinds_without_prefixes_are_exact(void)
{
	struct lisp_eid eid;
	uint8_t octets[sizeof(sg_octets)];

	open_vector_sites();
	eid = name_eid("gw.example");
	CU_ASSERT_TRUE(owned(&eid));
	eid = name_eid("gw.example.net");
	CU_ASSERT_FALSE(owned(&eid));
	eid = mac_eid(0, 1);
	CU_ASSERT_TRUE(owned(&eid));
	eid = mac_eid(200, 1);
	CU_ASSERT_TRUE(owned(&eid));
	eid = mac_eid(100, 1);
	CU_ASSERT_FALSE(owned(&eid));
	eid = mac_eid(0, 2);
	CU_ASSERT_FALSE(owned(&eid));
	memcpy(octets, sg_octets, sizeof(octets));
	eid = raw_eid(0, LISP_EID_LCAF, 0, octets, sizeof(octets));
	CU_ASSERT_TRUE(owned(&eid));
	octets[sizeof(octets) - 1] ^= 1; /* behind the hot octets */
	eid = raw_eid(0, LISP_EID_LCAF, 0, octets, sizeof(octets));
	CU_ASSERT_FALSE(owned(&eid));
	table_close();
}

static void
long_names_that_begin_alike_stand_apart(void)
{
	static struct assoc_prefix_params prefixes[300];
	char name[64];

	table_open(16, 8, 16);
	for (unsigned int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "branch-office-router-%03u", i);
		prefixes[i].eid = name_eid(name);
	}
	conf.site[add_site("names", 1)].n_prefixes = 300;
	conf.site[0].prefixes = prefixes;
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	for (unsigned int i = 0; i < 300; i++)
		CU_ASSERT_TRUE(owned(&prefixes[i].eid));
	prefixes[0].eid = name_eid("branch-office-router-300");
	CU_ASSERT_FALSE(owned(&prefixes[0].eid));
	table_close();
}

static void
eid_prefix_that_stands_twice_is_refused(void)
{
	open_vector_sites();
	add_prefix(1, "192.0.2.0/24", true);
	CU_ASSERT_EQUAL(load(), -EEXIST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "alpha"));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "beta"));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "192.0.2.0/24"));
	conf.site[1].n_prefixes--;
	add_prefix(1, "10.1.255.0/25", false);
	CU_ASSERT_EQUAL(load(), -EEXIST);
	conf.site[1].n_prefixes--;
	add_eid(1,
			&(struct lisp_eid){ .iid = 0,
					.kind = LISP_EID_NAME,
					.len = 11,
					.octets = "gw.example" },
			false);
	CU_ASSERT_EQUAL(load(), -EEXIST);
	conf.site[1].n_prefixes--;
	CU_ASSERT_EQUAL(load(), 0);
	table_close();
}

static void
mask_length_above_the_width_is_refused(void)
{
	struct lisp_eid eid = raw_eid(0, LISP_EID_IPV4, 33, (uint8_t[]){ 10, 0, 0, 0 }, 4);

	table_open(16, 8, 16);
	add_eid(add_site("alpha", 1), &eid, false);
	CU_ASSERT_EQUAL(load(), -EINVAL);
	conf.prefix[0][0].eid.kind = LISP_EID_NONE;
	CU_ASSERT_EQUAL(load(), -EINVAL);
	table_close();
}

/* ---- against a plain scan ---- */

static uint64_t random_state = 1;

static uint32_t
draw(uint32_t below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(random_state >> 33) % below;
}

/* Few octet values and few Instance IDs, so that prefixes nest and queries hit. */
static struct lisp_eid
draw_eid(void)
{
	static const uint8_t values[] = { 0x00, 0x80, 0xff, 0x0a };
	struct lisp_eid eid = { .iid = draw(3), .kind = draw(2) ? LISP_EID_IPV4 : LISP_EID_IPV6 };
	unsigned int width = lisp_eid_width(&eid);

	eid.len = (uint16_t)(width / 8);
	eid.mask_len = (uint8_t)draw(width + 1);
	for (unsigned int i = 0; i < eid.len; i++)
		eid.octets[i] = values[draw(4)];
	lisp_mask_octets(eid.octets, eid.len, eid.mask_len);
	return eid;
}

static const struct assoc_prefix_params *
scan(const struct assoc_site_params *site, const struct lisp_eid *eid)
{
	const struct assoc_prefix_params *best = NULL;

	for (uint32_t i = 0; i < site->n_prefixes; i++) {
		const struct assoc_prefix_params *p = &site->prefixes[i];

		if (lisp_eid_covers(&p->eid, eid) &&
				(best == NULL || p->eid.mask_len > best->eid.mask_len))
			best = p;
	}
	return best;
}

static void
longest_match_agrees_with_a_plain_scan(void)
{
	static struct assoc_prefix_params prefixes[400];
	struct assoc_site_params *site;
	unsigned int wrong = 0, hits = 0;

	table_open(16, 8, 16);
	site = &conf.site[add_site("random", 1)];
	site->prefixes = prefixes;
	while (site->n_prefixes < 400) {
		struct assoc_prefix_params *p = &prefixes[site->n_prefixes];
		const struct assoc_prefix_params *same;

		p->eid = draw_eid();
		p->more_specifics = draw(2);
		same = scan(site, &p->eid);
		if (same == NULL || same->eid.mask_len != p->eid.mask_len)
			site->n_prefixes++;
	}
	CU_ASSERT_EQUAL_FATAL(load(), 0);
	for (unsigned int i = 0; i < 20000; i++) {
		struct lisp_eid eid = draw_eid();
		const struct assoc_prefix_params *p = scan(site, &eid);
		bool may = p != NULL && (p->more_specifics || p->eid.mask_len == eid.mask_len);
		bool allowed;
		const struct assoc_site *found;

		found = assoc_site_by_eid(assoc_sites_get(table), &eid, &allowed);
		wrong += (found != NULL) != (p != NULL) || allowed != may;
		hits += p != NULL;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(hits > 1000 && hits < 19900);
	table_close();
}

static CU_TestInfo prefix_tests[] = {
	{ "exact prefix needs no more-specifics", exact_prefix_needs_no_more_specifics },
	{ "more-specific of a prefix that takes none is refused",
			more_specific_of_a_prefix_that_takes_none_is_refused },
	{ "more-specifics are taken where configured", more_specifics_are_taken_where_configured },
	{ "EID outside every prefix belongs to nobody",
			eid_outside_every_prefix_belongs_to_nobody },
	{ "Instance IDs are apart", instance_ids_are_apart },
	{ "longest match is taken over all sites", longest_match_is_taken_over_all_sites },
	{ "parent with more-specifics does not open a child without",
			parent_with_more_specifics_does_not_open_a_child_without },
	{ "kinds without prefixes are exact", kinds_without_prefixes_are_exact },
	{ "long names that begin alike stand apart", long_names_that_begin_alike_stand_apart },
	{ "EID-prefix that stands twice is refused", eid_prefix_that_stands_twice_is_refused },
	{ "mask length above the width is refused", mask_length_above_the_width_is_refused },
	{ "longest match agrees with a plain scan", longest_match_agrees_with_a_plain_scan },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "assoc_prefix", NULL, NULL, NULL, NULL, prefix_tests },
	CU_SUITE_INFO_NULL,
};
