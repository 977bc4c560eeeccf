/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * EID-prefixes, addresses and identifiers as text, and back.
 *
 * Text of an EID-prefix: "10.1.0.0/16", "[100] 2001:db8::/32" with a non-zero Instance ID,
 * "02:00:5e:10:00:01" for a MAC, "\"gw.example\"" for a name (octets that are not printable, and
 * quotes and backslashes, as \xNN), "(10.1.1.1/32, 239.1.1.1/32)" for multicast info (with its own
 * Instance ID in brackets when not 0), "10.1.0.0/16 -> 10.2.0.0/16" for source/dest, "{a, b}" for
 * an AFI list, "AS65000 10.1.2.0" for an address in an AS number LCAF.  to_text never fails, it
 * truncates; from_text takes what to_text prints for IPv4, IPv6, MAC and names.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lisp_addr.h"

#define LISP_EID_TEXT_MAX \
	320 /**< Octets that hold every EID text save extreme ones, NUL included. */
#define LISP_IP_TEXT_MAX 48

/** Write text of an EID-prefix to buf[size], NUL-terminated, and return buf. */
char *lisp_eid_to_text(const struct lisp_eid *eid, char *buf, size_t size);

/**
 * Read an EID-prefix.  Host bits must be clear.
 *
 * @return 0; -EINVAL when it is not an EID-prefix; -ERANGE for a mask above the width, or host bits
 *         set.  *eid is defined only on 0.
 */
int lisp_eid_from_text(const char *text, struct lisp_eid *eid);

char *lisp_ip_to_text(const struct lisp_ip *ip, char *buf, size_t size);

/** @return 0, or -EINVAL. */
int lisp_ip_from_text(const char *text, struct lisp_ip *ip);

/** 32 hex digits; buf holds at least 33 octets. */
char *lisp_xtr_id_to_text(const uint8_t xtr_id[LISP_XTR_ID_LEN], char *buf, size_t size);

/** @return 0, or -EINVAL unless text is 32 hex digits. */
int lisp_xtr_id_from_text(const char *text, uint8_t xtr_id[LISP_XTR_ID_LEN]);

/** 16 hex digits, both cases. @return 0, or -EINVAL. */
int lisp_site_id_from_text(const char *text, uint64_t *site_id);

/** What an LCAF type is: "explicit locator path"; "LCAF" for one without a name. Never NULL. */
const char *lisp_lcaf_to_text(unsigned int type);

/** Name of a message type: "Map-Register"; "type 12" is "unassigned". Never NULL. */
const char *lisp_type_to_text(unsigned int type);
