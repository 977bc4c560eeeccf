/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp_notify.h"

#include <string.h>

#include "lisp_priv.h"

static inline bool
is_accepted(const uint64_t accepted[4], unsigned int i)
{
	return (accepted[i / 64] >> i % 64 & 1) != 0;
}

static bool
all_accepted(const uint64_t accepted[4], unsigned int n)
{
	unsigned int word = 0;

	for (; n >= 64; n -= 64, word++) {
		if (accepted[word] != UINT64_MAX)
			return false;
	}
	return n == 0 || (~accepted[word] & (UINT64_MAX >> (64 - n))) == 0;
}

/* Move the accepted records together, set their number, and return where they end. */
static uint32_t
keep_accepted(uint8_t *msg, const struct lisp_register *r, const uint64_t accepted[4],
		uint8_t *n_kept)
{
	struct lisp_cursor c = lisp_register_records(msg, r);
	uint32_t end = r->records_off;
	struct lisp_record rec;

	*n_kept = 0;
	for (unsigned int i = 0; i < r->n_records; i++) {
		if (lisp_record_read(&c, &rec) != LISP_OK)
			break;
		if (!is_accepted(accepted, i))
			continue;
		memmove(msg + end, rec.start, rec.len);
		end += rec.len;
		(*n_kept)++;
	}
	return end;
}

uint32_t
lisp_notify_from_register(uint8_t *msg, const struct lisp_register *r, const uint64_t accepted[4],
		bool trailer)
{
	uint32_t word = (uint32_t)LISP_MAP_NOTIFY << 28;
	uint32_t end = r->records_end;
	uint8_t n_kept = r->n_records;

	if (!all_accepted(accepted, r->n_records))
		end = keep_accepted(msg, r, accepted, &n_kept);
	if (r->has_trailer && trailer) {
		if (end != r->records_end)
			memmove(msg + end, msg + r->records_end, LISP_TRAILER_LEN);
		end += LISP_TRAILER_LEN;
		word |= LISP_NTF_I;
	}
	lisp_store_u32(msg, word | n_kept);
	memset(msg + LISP_AUTH_HEADER_LEN, 0, r->auth_len);
	return end;
}
