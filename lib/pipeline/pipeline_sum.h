/* SPDX-License-Identifier: BSD-3-Clause */

/* The checksum of the Internet (RFC 1071), inline: headers have constant lengths. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Sum over len octets, not folded; chain by sum. */
static inline uint64_t
pipeline_sum(const void *p, size_t len, uint64_t sum)
{
	const uint8_t *at = p;
	uint32_t w[2];

	/* 32-bit words into a 64-bit sum: no carry is lost below 16 GiB of them. */
	for (; len >= 8; at += 8, len -= 8) {
		memcpy(w, at, 8);
		sum += (uint64_t)w[0] + w[1];
	}
	if (len & 4) {
		memcpy(w, at, 4);
		sum += w[0];
		at += 4;
	}
	w[0] = 0;
	if (len & 2) {
		memcpy(w, at, 2);
		sum += w[0];
		at += 2;
		w[0] = 0;
	}
	if (len & 1) {
		memcpy(w, at, 1);
		sum += w[0];
	}
	return sum;
}

/** Sum of 16-bit words in the byte order of the packet. */
static inline uint16_t
pipeline_sum_fold(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)sum;
}

/** Pseudo header of UDP or ICMPv6: the addresses stand in the IP header at l3. */
static inline uint64_t
pipeline_sum_pseudo(const uint8_t *l3, uint8_t family, uint8_t proto, uint32_t len)
{
	uint64_t sum = (uint64_t)__builtin_bswap32(len) + __builtin_bswap32(proto);

	return family == 4 ? pipeline_sum(l3 + 12, 8, sum) : pipeline_sum(l3 + 8, 32, sum);
}
