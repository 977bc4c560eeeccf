/* SPDX-License-Identifier: BSD-3-Clause */

/* run_vectors [DIR]: hand the protocol vectors to the product's own pipeline.  A line for each
 * file, a line for each vector that failed or was skipped, a total; exit status 1 when one failed.
 */

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>

#include "vectors.h"

#ifndef VECTORS_DIR
#define VECTORS_DIR "test/vectors/data"
#endif

static const struct {
	const char *name;
	void (*run)(const json_t *root, struct vectors_tally *t);
} files[] = {
	{ "map_register.json", vectors_map_register },
	{ "replay_sequences.json", vectors_replay_sequences },
	{ "map_notify.json", vectors_map_notify },
	{ "map_request_ecm.json", vectors_map_request_ecm },
	{ "derivations.json", vectors_derivations },
};

/* A file this runner knows nothing of: whatever lists it has are skipped. */
static void
skip_file(const json_t *root, struct vectors_tally *t)
{
	const char *name;
	json_t *list;

	json_object_foreach((json_t *)(uintptr_t)root, name, list) {
		const json_t *v;
		size_t i;

		json_array_foreach(list, i, v) {
			char id[128];

			snprintf(id, sizeof(id), "%s[%zu]", name, i);
			vectors_skip(t, id, "file not known");
		}
	}
}

static void
run_root(const char *name, const json_t *root, struct vectors_tally *t)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (strcmp(files[i].name, name) == 0) {
			files[i].run(root, t);
			return;
		}
	}
	skip_file(root, t);
}

static void
run_file(const char *dir, const char *name, struct vectors_tally *total)
{
	struct vectors_tally t = { 0 };
	char path[1024], *notes;
	json_error_t err;
	size_t notes_len;
	json_t *root;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	t.notes = open_memstream(&notes, &notes_len);
	root = json_load_file(path, 0, &err);
	if (root != NULL)
		run_root(name, root, &t);
	else
		vectors_fail(&t, name, err.text);
	fclose(t.notes);
	printf("%s: %u passed, %u failed, %u skipped\n%s", name, t.passed, t.failed, t.skipped,
			notes);
	fflush(stdout);
	free(notes);
	json_decref(root);
	total->passed += t.passed;
	total->failed += t.failed;
	total->skipped += t.skipped;
}

static int
is_json(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".json") == 0;
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : VECTORS_DIR;
	struct vectors_tally total = { 0 };
	struct dirent **list;
	int n;

	if (argc > 2 || dir[0] == '-') {
		fprintf(stderr, "usage: %s [DIR]\n", argv[0]);
		return 2;
	}
	n = scandir(dir, &list, is_json, alphasort);
	if (n <= 0) {
		fprintf(stderr, "%s: no vectors there\n", dir);
		return 2;
	}
	harness_start(argv[0]);
	for (int i = 0; i < n; i++) {
		run_file(dir, list[i]->d_name, &total);
		free(list[i]);
	}
	free(list);
	printf("%u passed, %u failed, %u skipped\n", total.passed, total.failed, total.skipped);
	rte_eal_cleanup();
	return total.failed != 0;
}
