/* SPDX-License-Identifier: BSD-3-Clause */

/* The configuration as JSON text: whatever it is, it is loaded or refused with lines; what is
 * loaded is dumped, and the dump loads again. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text of a pattern may name any file of this machine: without a '*' or '/' it names none. */
static int
names_files(const uint8_t *data, size_t size)
{
	return memmem(data, size, "site-files", 10) != NULL || memchr(data, '\\', size) != NULL;
}

static void
reload(const struct conf *c)
{
	struct conf_errors errs = { 0 };
	struct conf *again = NULL;
	char *text = conf_dump(c);

	if (text == NULL ||
			conf_load_text(text, strlen(text), "dump", "/", NULL, 0, &again, &errs) !=
					0)
		abort();
	conf_free(again);
	conf_errors_free(&errs);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const sets[] = { "/workers/count=2", "/log/level=info" };
	struct conf_errors errs = { 0 };
	struct conf *c = NULL;
	int rc;

	if (names_files(data, size))
		return 0;
	rc = conf_load_text((const char *)data, size, "fuzz", "/", sets, size % 3, &c, &errs);
	if ((rc == 0) != (errs.n_errors == 0))
		abort();
	if (rc == 0)
		reload(c);
	conf_free(c);
	conf_errors_free(&errs);
	return 0;
}
