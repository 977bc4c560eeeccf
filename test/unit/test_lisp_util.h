/* SPDX-License-Identifier: BSD-3-Clause */

/* What the tests of the room lisp share: hex in, octets out, in blocks of exactly their size so
 * that the address sanitizer sees a read one octet past the end. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

/** Octets in a block of their own. */
struct octets {
	uint8_t *p;
	size_t len;
};

/** A copy of p[len]; free() its p. */
static inline struct octets
octets_copy(const uint8_t *p, size_t len)
{
	struct octets o = { .p = malloc(len), .len = len };

	if (o.p == NULL && len > 0)
		abort();
	if (len > 0)
		memcpy(o.p, p, len);
	return o;
}

/** Hex digits, spaces between octets allowed; free() its p. */
static inline struct octets
octets_from_hex(const char *hex)
{
	uint8_t *buf = malloc(strlen(hex) + 1);
	struct octets o;
	size_t n = 0;

	if (buf == NULL)
		abort();
	while (*hex != '\0') {
		char digits[3] = { hex[0], hex[1], '\0' };

		if (*hex == ' ') {
			hex++;
			continue;
		}
		buf[n++] = (uint8_t)strtoul(digits, NULL, 16);
		hex += 2;
	}
	o = octets_copy(buf, n);
	free(buf);
	return o;
}
