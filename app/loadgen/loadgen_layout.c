/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_layout.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Benchmark address ranges of RFC 2544 and RFC 5180: nobody's real RLOC. */
#define OTHER_RLOC4      UINT32_C(0xc6120000) /* 198.18.0.0/15 */
#define OTHER_RLOC4_SIZE UINT32_C(0x20000)
#define OTHER_RLOC6      UINT64_C(0x2001000200000000) /* 2001:2::/48 */

#define SITE_BITS_MAX 31

static uint32_t
load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t
load64(const uint8_t *p)
{
	return (uint64_t)load32(p) << 32 | load32(p + 4);
}

static void
store32(uint8_t *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, sizeof(v));
}

static void
store64(uint8_t *p, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(p, &v, sizeof(v));
}

/* Finalizer of splitmix64: every bit of the input moves half of the output. */
static uint64_t
mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static unsigned int
bits_for(uint64_t n)
{
	return n <= 1 ? 0 : 64 - (unsigned int)__builtin_clzll(n - 1);
}

static int
check_space(const struct loadgen_layout *l, const struct lisp_eid *space, uint32_t mask, char *why,
		size_t why_size)
{
	unsigned int need = bits_for(l->n_sites) + l->site_bits;

	if (space->mask_len + need <= mask)
		return 0;
	snprintf(why, why_size,
			"%u sites of %llu EID-prefixes need %u bits, an EID space of /%u has %d for "
			"prefixes of /%u: take a larger space or longer prefixes",
			l->n_sites, 1ULL << l->site_bits, need, space->mask_len,
			(int)mask - space->mask_len, mask);
	return -EINVAL;
}

static int
check_sources(const struct loadgen_layout *l, char *why, size_t why_size)
{
	uint32_t n = loadgen_layout_sources(l);

	if (l->source.family == 4 && load32(l->source.octets) + (n - 1) < n - 1) {
		snprintf(why, why_size, "%u source addresses run past the end of IPv4", n);
		return -EINVAL;
	}
	if (l->source.family == 6 && load64(l->source.octets + 8) + (n - 1) < n - 1) {
		snprintf(why, why_size, "%u source addresses run out of their /64", n);
		return -EINVAL;
	}
	return 0;
}

static int
check_numbers(const struct loadgen_layout *l, char *why, size_t why_size)
{
	if (l->n_sites > l->n_etrs) {
		snprintf(why, why_size, "more sites (%u) than ETRs (%u)", l->n_sites, l->n_etrs);
		return -EINVAL;
	}
	if (l->etrs_per_site > LOADGEN_ETRS_PER_SITE_MAX) {
		snprintf(why, why_size,
				"%u ETRs on a key, at most %u are allowed: more sites are needed",
				l->etrs_per_site, LOADGEN_ETRS_PER_SITE_MAX);
		return -EINVAL;
	}
	if (l->policy == LOADGEN_OFF && l->alg_id == LISP_ALG_HMAC_SHA256_128_HKDF) {
		snprintf(why, why_size, "nonce policy off cannot be used with algorithm 3");
		return -EINVAL;
	}
	return 0;
}

int
loadgen_layout_derive(struct loadgen_layout *l, char *why, size_t why_size)
{
	int ret;

	if (l->n_sites == 0)
		l->n_sites = (l->n_etrs + LOADGEN_ETRS_PER_SITE - 1) / LOADGEN_ETRS_PER_SITE;
	l->etrs_per_site = (l->n_etrs + l->n_sites - 1) / l->n_sites;
	ret = check_numbers(l, why, why_size);
	if (ret < 0)
		return ret;
	l->per_etr = l->n_prefixes / l->n_etrs;
	l->n_larger = l->n_prefixes % l->n_etrs;
	l->stride = l->per_etr + (l->n_larger > 0 ? 1 : 0);
	l->site_bits = bits_for((uint64_t)l->etrs_per_site * l->stride) + 1;
	if (l->site_bits > SITE_BITS_MAX) {
		snprintf(why, why_size,
				"too many EID-prefixes for one site: more sites are needed");
		return -EINVAL;
	}
	if (l->ipv6_percent < 100)
		ret = check_space(l, &l->space4, l->mask4, why, why_size);
	if (ret == 0 && l->ipv6_percent > 0)
		ret = check_space(l, &l->space6, l->mask6, why, why_size);
	return ret < 0 ? ret : check_sources(l, why, why_size);
}

unsigned int
loadgen_layout_family(const struct loadgen_layout *l, uint32_t site, uint32_t n)
{
	if (l->ipv6_percent == 0)
		return 4;
	n &= (UINT32_C(1) << (l->site_bits - 1)) - 1;
	return mix(l->seed ^ mix((uint64_t)site << 32 | n)) % 100 < l->ipv6_percent ? 6 : 4;
}

/* The octets of EID-prefix number x of a space. */
static void
write_eid(const struct lisp_eid *space, uint32_t mask, uint64_t x, uint8_t *octets)
{
	unsigned __int128 address;

	if (space->kind == LISP_EID_IPV4) {
		store32(octets, load32(space->octets) | (uint32_t)x << (32 - mask));
		return;
	}
	address = (unsigned __int128)load64(space->octets) << 64 | load64(space->octets + 8);
	address |= (unsigned __int128)x << (128 - mask);
	store64(octets, (uint64_t)(address >> 64));
	store64(octets + 8, (uint64_t)address);
}

void
loadgen_layout_eid(const struct loadgen_layout *l, uint32_t site, uint32_t n, unsigned int family,
		uint8_t *octets)
{
	uint64_t x = (uint64_t)site << l->site_bits | n;

	if (family == 4)
		write_eid(&l->space4, l->mask4, x, octets);
	else
		write_eid(&l->space6, l->mask6, x, octets);
}

void
loadgen_layout_aggregate(const struct loadgen_layout *l, uint32_t site, unsigned int family,
		struct lisp_eid *eid)
{
	uint32_t mask = family == 4 ? l->mask4 : l->mask6;

	memset(eid, 0, sizeof(*eid));
	eid->kind = family == 4 ? LISP_EID_IPV4 : LISP_EID_IPV6;
	eid->len = family == 4 ? 4 : 16;
	eid->mask_len = (uint8_t)(mask - l->site_bits);
	loadgen_layout_eid(l, site, 0, family, eid->octets);
}

uint32_t
loadgen_layout_site_max(const struct loadgen_layout *l)
{
	return 2 * l->etrs_per_site * l->stride;
}

uint32_t
loadgen_layout_sources(const struct loadgen_layout *l)
{
	return (l->n_etrs + l->etrs_per_source - 1) / l->etrs_per_source;
}

static void
source_number(const struct loadgen_layout *l, uint32_t i, struct lisp_ip *ip)
{
	*ip = l->source;
	if (ip->family == 4)
		store32(ip->octets, load32(ip->octets) + i);
	else
		store64(ip->octets + 8, load64(ip->octets + 8) + i);
}

void
loadgen_layout_source(const struct loadgen_layout *l, uint32_t etr, struct lisp_ip *ip)
{
	source_number(l, etr / l->etrs_per_source, ip);
}

void
loadgen_layout_other_rloc(const struct loadgen_layout *l, uint32_t etr, struct lisp_ip *ip)
{
	*ip = (struct lisp_ip){ .family = l->source.family };
	if (ip->family == 4) {
		store32(ip->octets, OTHER_RLOC4 + etr % OTHER_RLOC4_SIZE);
		return;
	}
	store64(ip->octets, OTHER_RLOC6);
	store64(ip->octets + 8, etr + UINT64_C(1));
}

bool
loadgen_layout_is_source(const struct loadgen_layout *l, const struct lisp_ip *ip)
{
	uint64_t distance;

	if (ip->family != l->source.family)
		return false;
	if (ip->family == 4) {
		distance = (uint32_t)(load32(ip->octets) - load32(l->source.octets));
	} else {
		if (load64(ip->octets) != load64(l->source.octets))
			return false;
		distance = load64(ip->octets + 8) - load64(l->source.octets + 8);
	}
	return distance < loadgen_layout_sources(l);
}

unsigned int
loadgen_layout_source_cover(const struct loadgen_layout *l, struct lisp_ip *ip)
{
	unsigned int n = l->source.family == 4 ? 4 : 16, mask_len = 0;
	struct lisp_ip last;

	source_number(l, loadgen_layout_sources(l) - 1, &last);
	while (mask_len < 8 * n &&
			((l->source.octets[mask_len / 8] ^ last.octets[mask_len / 8]) >>
							(7 - mask_len % 8) &
					1) == 0)
		mask_len++;
	*ip = l->source;
	lisp_mask_octets(ip->octets, n, mask_len);
	return mask_len;
}

void
loadgen_layout_xtr_id(const struct loadgen_layout *l, uint32_t etr, uint8_t xtr_id[LISP_XTR_ID_LEN])
{
	store64(xtr_id, mix(l->seed ^ mix(etr)));
	store64(xtr_id + 8, etr);
}
