/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdarg.h>
#include <string.h>

#include "vectors.h"

void
vectors_pass(struct vectors_tally *t)
{
	t->passed++;
}

void
vectors_fail(struct vectors_tally *t, const char *id, const char *why)
{
	t->failed++;
	fprintf(t->notes, "  failed %s: %s\n", id, why);
}

void
vectors_skip(struct vectors_tally *t, const char *id, const char *why)
{
	t->skipped++;
	fprintf(t->notes, "  skipped %s: %s\n", id, why);
}

bool
vectors_wrong(char why[VECTORS_WHY], const char *form, ...)
{
	va_list ap;

	va_start(ap, form);
	vsnprintf(why, VECTORS_WHY, form, ap);
	va_end(ap);
	return false;
}

bool
vectors_reason_ok(const char *reason, enum pipeline_verdict got)
{
	const char *word = pipeline_verdict_word(got);
	size_t n = strlen(reason);

	return got >= PIPELINE_DROP_FIRST && strncmp(word, reason, n) == 0 &&
			(word[n] == '\0' || word[n] == ':');
}

bool
vectors_verdict_ok(const json_t *v, enum pipeline_verdict got, enum pipeline_verdict accept,
		char why[VECTORS_WHY])
{
	const json_t *reason;
	size_t i;

	if (got == PIPELINE_VERDICT_COUNT)
		return vectors_wrong(why, "it did not end in exactly one verdict");
	if (strcmp(harness_json_text(v, "verdict"), "accept") == 0) {
		if (got == accept)
			return true;
		return vectors_wrong(why, "dropped as %s", pipeline_verdict_word(got));
	}
	json_array_foreach(json_object_get(v, "reasons"), i, reason)
		if (vectors_reason_ok(json_string_value(reason), got))
			return true;
	return vectors_wrong(why, "ended as %s", pipeline_verdict_word(got));
}

void
vectors_each(const json_t *list, struct vectors_tally *t,
		bool (*judge)(const json_t *v, void *arg, char why[VECTORS_WHY]), void *arg)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		char why[VECTORS_WHY] = "";

		if (judge(v, arg, why))
			vectors_pass(t);
		else
			vectors_fail(t, harness_json_text(v, "id"), why);
	}
}

const struct assoc *
vectors_association(struct harness *h, const char *site, const uint8_t *msg, size_t len)
{
	const struct assoc_site *s = assoc_site_by_name(assoc_sites_get(h->assoc), site);
	struct assoc_id id = { .has_xtr_id = (msg[0] & 2) != 0 };

	if (s == NULL || s->key[msg[12]] == NULL)
		return NULL;
	id.key = s->key[msg[12]]->number;
	if (id.has_xtr_id)
		memcpy(id.xtr_id, msg + len - LISP_TRAILER_LEN, LISP_XTR_ID_LEN);
	return assoc_lookup(h->assoc, &id);
}

struct saved {
	unsigned int n;
	uint64_t nonce;
};

static int
count_saved(const struct store_nonce *n, void *arg)
{
	struct saved *s = arg;

	s->n++;
	s->nonce = n->nonce;
	return 0;
}

unsigned int
vectors_saved(struct harness *h, uint64_t *nonce)
{
	struct saved s = { 0 };

	if (store_nonce_each(h->store, count_saved, &s) != 0)
		harness_fail("store", "cannot be read");
	*nonce = s.nonce;
	return s.n;
}

uint64_t
vectors_nonce(const uint8_t *msg)
{
	struct lisp_cursor c = lisp_cursor_over(msg + 4, 8);

	return lisp_read_u64(&c);
}
