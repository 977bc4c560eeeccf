/* SPDX-License-Identifier: BSD-3-Clause */

/* The protocol vectors as the tests of the room lisp read them: our copy, or that of the
 * project's shared references; tests run in the root of the source tree. */

#pragma once

#include <stdio.h>

#include <jansson.h>

#include "test_lisp_util.h"

/** The array "vectors" of a file; NULL, and a line that says so, when the file is not there. */
static inline json_t *
vectors_load(const char *name)
{
	static const char *const dirs[] = { "test/vectors/data", "../shared/vectors" };
	char path[256];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		json_t *root, *vectors;

		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		root = json_load_file(path, 0, NULL);
		vectors = json_object_get(root, "vectors");
		if (vectors == NULL) {
			json_decref(root);
			continue;
		}
		json_incref(vectors);
		json_decref(root);
		return vectors;
	}
	printf("%s is not here: skipped\n", name);
	return NULL;
}

/** A member that is a string; "" when there is none. */
static inline const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static inline uint64_t
number_of(const json_t *object, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(object, name));
}
