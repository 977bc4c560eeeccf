/* SPDX-License-Identifier: BSD-3-Clause */

/* drops: what became of packets that were not taken. */

#include <errno.h>
#include <stdio.h>

#include "control_api.h"

int
control_api_drops_open(struct ctl_call *call, void *arg __rte_unused)
{
	const json_t *all = json_object_get(call->args, "all");

	if (all == NULL || json_is_boolean(all))
		return 0;
	snprintf(call->why, sizeof(call->why), "the argument \"all\" must be true or false");
	return -EINVAL;
}

static json_t *
drop_json(const struct control *c, enum pipeline_verdict v, uint64_t count)
{
	struct pipeline_seen last;

	control_watch_seen(c, v, &last);
	/* clang-format off */
	return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o}",
			"reason", pipeline_verdict_word(v),
			"text", pipeline_verdict_text(v),
			"count", (json_int_t)count,
			"last_from", control_api_ip(&last.from),
			"last_port",
				last.from.family == 0 ? json_null() : json_integer(last.from_port),
			"last_when", control_api_when(last.when_ns),
			"last_ago_s", control_api_ago(last.when_ns));
	/* clang-format on */
}

/* The slot of an error that pipeline_malformed() counts elsewhere, under the same word. */
#define NEVER_USED (PIPELINE_MALFORMED + LISP_ERR_TYPE - 1)

static bool
is_told(const struct pipeline_stats *sum, uintptr_t v, bool all)
{
	return sum->verdict[v] != 0 || (all && v != NEVER_USED);
}

int
control_api_drops_next(struct ctl_call *call, void *arg, json_t **item)
{
	const struct control *c = arg;
	bool all = json_is_true(json_object_get(call->args, "all"));
	uintptr_t v = RTE_MAX((uintptr_t)call->state, (uintptr_t)PIPELINE_DROP_FIRST);
	struct pipeline_stats sum;

	control_watch_sum(c, &sum);
	while (v < PIPELINE_VERDICT_COUNT && !is_told(&sum, v, all))
		v++;
	if (v >= PIPELINE_VERDICT_COUNT)
		return 0;
	call->state = (void *)(v + 1);
	*item = drop_json(c, (enum pipeline_verdict)v, sum.verdict[v]);
	return *item == NULL ? -ENOMEM : 1;
}
