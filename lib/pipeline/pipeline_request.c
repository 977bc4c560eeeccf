/* SPDX-License-Identifier: BSD-3-Clause */

/* Map-Request, bare or in an ECM (RFC 9301 5.2, 5.8): parsed and judged; no answer yet. */

#include "lisp_request.h"
#include "pipeline_priv.h"

static enum pipeline_verdict
judge_request(const uint8_t *msg, uint32_t len)
{
	struct lisp_request r;
	struct lisp_ip itr;
	enum lisp_err err = lisp_request_parse(msg, len, &r);

	if (err != LISP_OK)
		return pipeline_malformed(err);
	if (r.n_records == 0)
		return PIPELINE_NO_RECORDS;
	/* (5.2) A Map-Server MUST drop probes; an SMR is meant for ITRs. */
	if (r.flags & LISP_REQ_P)
		return PIPELINE_PROBE_BIT;
	if (r.flags & LISP_REQ_S)
		return PIPELINE_SMR_BIT;
	if (!lisp_request_itr_rloc(&r, 0, &itr) && !lisp_request_is_unsubscribe(&r))
		return PIPELINE_NO_ITR_RLOC;
	return PIPELINE_NOT_SERVED;
}

static enum pipeline_verdict
judge_ecm(const struct pipeline_worker *w, const uint8_t *msg, uint32_t len)
{
	enum lisp_ecm_mode mode =
			w->p.zero_inner_checksum ? LISP_ECM_ZERO_CHECKSUM : LISP_ECM_STRICT;
	struct lisp_ecm e;
	enum lisp_err err = lisp_ecm_parse(msg, len, mode, &e);

	if (err != LISP_OK)
		return pipeline_malformed(err);
	if (e.msg_len == 0)
		return pipeline_malformed(LISP_ERR_TRUNCATED);
	if (e.msg[0] >> 4 != LISP_MAP_REQUEST)
		return PIPELINE_INNER_TYPE;
	return judge_request(e.msg, e.msg_len);
}

void
pipeline_request(struct pipeline_worker *w, struct pipeline_burst *b)
{
	for (unsigned int k = 0; k < b->n_request; k++) {
		uint16_t i = b->request[k];
		enum pipeline_verdict v;

		if (b->msg[i][0] >> 4 == LISP_ECM)
			v = judge_ecm(w, b->msg[i], b->len[i]);
		else if (w->p.bare_request)
			v = judge_request(b->msg[i], b->len[i]);
		else
			v = PIPELINE_TYPE; /* (CK-101) only inside an ECM */
		pipeline_drop(w, b, i, v);
	}
}
