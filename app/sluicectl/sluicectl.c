/* SPDX-License-Identifier: BSD-3-Clause */

#include "sluicectl.h"

#include <stdlib.h>

#include "sluicectl_args.h"
#include "sluicectl_ask.h"

/* The answer while it comes: as JSON for programs, else by the view of the command. */
struct answer {
	const struct request *request;
	struct show show;
	size_t items;
};

static int
take_item(const json_t *item, void *arg)
{
	struct answer *a = arg;
	FILE *out = a->request->out;
	bool single = a->request->command->single;

	if (!a->request->json) {
		a->request->command->view->item(&a->show, item);
	} else {
		if (!single)
			fputs(a->items == 0 ? "[\n" : ",\n", out);
		json_dumpf(item, out,
				(single ? JSON_INDENT(2) : JSON_COMPACT) | JSON_REAL_PRECISION(12));
		if (single)
			fputc('\n', out);
	}
	a->items++;
	return 0;
}

static void
end_answer(struct answer *a)
{
	const struct request *r = a->request;

	if (!r->json)
		r->command->view->end(&a->show);
	else if (!r->command->single)
		fputs(a->items == 0 ? "[]\n" : "\n]\n", r->out);
}

/* One question, one answer. */
static int
run(const struct request *r)
{
	struct answer a = { .request = r, .show = { .out = r->out } };
	int rc;

	rc = ask(r, r->command->key_server, r->command->name, r->args, take_item, &a);
	if (rc == 0 || a.items > 0)
		end_answer(&a);
	return rc == 0 ? SLUICECTL_OK : SLUICECTL_FAILED;
}

static const char *
from_environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

int
sluicectl_run(int argc, char **argv, FILE *out, FILE *err)
{
	struct request r = {
		.socket = from_environment("SLUICE_SOCKET"),
		.key_socket = from_environment("SLUICE_KEY_SOCKET"),
		.args = json_object(),
		.out = out,
		.err = err,
	};
	int rc;

	rc = args_parse(&r, argc, argv);
	if (rc == 0)
		rc = r.command->run != NULL ? r.command->run(&r) : run(&r);
	json_decref(r.args);
	return rc < 0 ? SLUICECTL_OK : rc;
}
