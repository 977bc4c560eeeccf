/* SPDX-License-Identifier: BSD-3-Clause */

/* (RFC 9301 5.6, steps of the receiver) The MAC, for the whole burst in one call. */

#include "pipeline_priv.h"

void
pipeline_verify(struct pipeline_worker *w, struct pipeline_burst *b)
{
	uint16_t n = 0;

	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];

		b->job[k] = (struct auth_job){
			.key = &b->key[i]->auth,
			.msg = b->msg[i],
			.len = b->len[i],
			.tag_len = b->reg[i].auth_len,
			.label = AUTH_LABEL_REGISTER,
		};
	}
	auth_verify_burst(w->auth, b->job, b->n_live);
	for (unsigned int k = 0; k < b->n_live; k++) {
		uint16_t i = b->idx[k];

		b->authentic[i] = b->job[k].ok;
		if (likely(b->authentic[i]))
			b->idx[n++] = i;
		else
			pipeline_drop(w, b, i, PIPELINE_AUTH_FAIL);
	}
	b->n_live = n;
}
