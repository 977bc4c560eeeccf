/* SPDX-License-Identifier: BSD-3-Clause */

/* map_request_ecm.json: Map-Requests, bare and in ECMs.  This release judges them and answers none:
 * "accept" is the verdict not-served.  Of S-ECM-004 and S-ECM-007 that is their layout. */

#include <stdlib.h>

#include "vectors.h"

static bool
judge(const json_t *v, void *arg, char why[VECTORS_WHY])
{
	struct harness_octets msg = harness_json_hex(v, "packet_hex");
	uint8_t answer[HARNESS_FRAME_MAX];
	struct harness *h = arg;
	bool ok;

	harness_send(h, msg.p, msg.len);
	harness_turn(h);
	ok = vectors_verdict_ok(v, harness_verdict(h), PIPELINE_NOT_SERVED, why);
	if (harness_answer(h, NULL, answer) != 0)
		ok = vectors_wrong(why, "answered");
	free(msg.p);
	return ok;
}

void
vectors_map_request_ecm(const json_t *root, struct vectors_tally *t)
{
	struct harness_options o = { 0 };
	struct harness h;

	harness_open(&h, &o);
	vectors_each(json_object_get(root, "vectors"), t, judge, &h);
	harness_close(&h);
}
