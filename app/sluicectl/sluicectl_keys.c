/* SPDX-License-Identifier: BSD-3-Clause */

#include "sluicectl_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sluicectl.h"
#include "sluicectl_ask.h"

#define ROWS_MAX 64 /* of a file in one request: well below its 16,384 octets */
#define LINE_LEN 512

/* ---- enroll ---- */

struct enroll {
	const struct request *r;
	json_t *rows; /* not yet asked for */
	size_t n_lines;
};

/* The file must not be there: a secret is never written over another. */
static int
write_line(const struct request *r, const char *name, const char *line)
{
	char path[4096];
	FILE *f;
	int fd, rc;

	if (snprintf(path, sizeof(path), "%s/%s", r->out_dir, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL) {
		rc = -errno;
		fprintf(r->err,
				"sluicectl: %s: %s; the ETR is enrolled, but its line is lost: "
				"enroll it again with --supersede\n",
				path, strerror(-rc));
		if (fd >= 0)
			close(fd);
		return rc;
	}
	fprintf(f, "%s\n", line);
	rc = fflush(f) != 0 || fsync(fd) != 0 ? -errno : 0;
	if (fclose(f) != 0 && rc == 0)
		rc = -errno;
	if (rc < 0)
		fprintf(r->err, "sluicectl: %s: %s\n", path, strerror(-rc));
	return rc;
}

static int
take_line(const json_t *item, void *arg)
{
	struct enroll *e = arg;
	const char *line = show_text(item, "line");
	char name[128];

	if (line == NULL)
		return -EPROTO;
	e->n_lines++;
	if (e->r->json)
		return json_dumpf(item, e->r->out, JSON_COMPACT) < 0 ||
						fputc('\n', e->r->out) == EOF
				? -EIO
				: 0;
	if (e->r->out_dir == NULL)
		return fprintf(e->r->out, "%s\n", line) < 0 ? -EIO : 0;
	snprintf(name, sizeof(name), "%s-%s-%" PRId64 ".enrol", show_word(item, "site"),
			show_word(item, "xtr_id"), show_integer(item, "gen"));
	return write_line(e->r, name, line);
}

static int
ask_rows(struct enroll *e)
{
	json_t *args = json_pack("{s:O}", "rows", e->rows);
	int rc;

	rc = args == NULL ? -ENOMEM : ask(e->r, true, "enroll", args, take_line, e);
	json_decref(args);
	json_array_clear(e->rows);
	return rc;
}

/* "site,xtr-id,label" to a row, with what the command line says for all. @return false: not so. */
static bool
add_row(struct enroll *e, char *line)
{
	static const char *const members[] = { "site", "xtr", "label" };
	json_t *row = json_copy(e->r->args);
	char *at = line;

	line[strcspn(line, "\r\n")] = '\0';
	for (unsigned int i = 0; i < 3 && at != NULL; i++) {
		const char *field = strsep(&at, ",");

		if (*field != '\0')
			json_object_set_new(row, members[i], json_string(field));
	}
	if (at != NULL || json_object_get(row, "site") == NULL) {
		json_decref(row);
		return false;
	}
	json_array_append_new(e->rows, row);
	return true;
}

static bool
is_data(const char *line, unsigned int number)
{
	return *line != '\n' && *line != '#' && !(number == 1 && strncmp(line, "site,", 5) == 0);
}

static int
enroll_file(struct enroll *e, FILE *f)
{
	unsigned int number = 0;
	char line[LINE_LEN];
	int rc = 0;

	while (rc == 0 && fgets(line, sizeof(line), f) != NULL) {
		if (!is_data(line, ++number))
			continue;
		if (!add_row(e, line)) {
			fprintf(e->r->err,
					"sluicectl: %s: line %u: \"site,xtr-id,label\" is "
					"expected\n",
					e->r->from, number);
			return -EINVAL;
		}
		if (json_array_size(e->rows) == ROWS_MAX)
			rc = ask_rows(e);
	}
	return rc == 0 && json_array_size(e->rows) > 0 ? ask_rows(e) : rc;
}

static int
enroll_from(struct enroll *e)
{
	FILE *f = fopen(e->r->from, "re");
	int rc;

	if (f == NULL) {
		fprintf(e->r->err, "sluicectl: %s: %s\n", e->r->from, strerror(errno));
		return -errno;
	}
	e->rows = json_array();
	rc = enroll_file(e, f);
	json_decref(e->rows);
	fclose(f);
	return rc;
}

int
keys_enroll(const struct request *r)
{
	struct enroll e = { .r = r };
	int rc;

	if (r->out_dir == NULL && !r->print && !r->json)
		return args_usage_error(r,
				"enroll prints secrets: --out DIR for files of mode 0600, "
				"or --print to print them here",
				NULL);
	if (r->out_dir != NULL && mkdir(r->out_dir, 0700) < 0 && errno != EEXIST) {
		fprintf(r->err, "sluicectl: %s: %s\n", r->out_dir, strerror(errno));
		return SLUICECTL_FAILED;
	}
	rc = r->from != NULL ? enroll_from(&e) : ask(r, true, "enroll", r->args, take_line, &e);
	if (r->out_dir != NULL && !r->json)
		fprintf(r->out, "%zu enrolled, %s in %s\n", e.n_lines,
				e.n_lines == 1 ? "its line is" : "their lines are", r->out_dir);
	return rc == 0 ? SLUICECTL_OK : SLUICECTL_FAILED;
}

/* ---- revoke ---- */

/* Items told by both servers; what one does not tell is null. */
static int
take_revoked(const json_t *item, void *arg)
{
	json_t *sum = arg;

	json_object_update(sum, (json_t *)(uintptr_t)item);
	return 0;
}

int
keys_revoke(const struct request *r)
{
	json_t *told = json_object();
	bool whole = json_is_true(json_object_get(r->args, "all_keys"));
	int denied, removed;

	if (whole == (json_object_get(r->args, "site") != NULL)) {
		json_decref(told);
		return args_usage_error(r, "revoke needs a site, or --all-keys", NULL);
	}
	denied = ask(r, true, "revoke", r->args, take_revoked, told);
	/* The key server has told the map server by their link; this is for when it is down. */
	removed = ask(r, false, "revoke", r->args, take_revoked, told);
	if (r->json)
		json_dumpf(told, r->out, JSON_INDENT(2));
	else if (removed == 0)
		fprintf(r->out, "%s, keys removed\n",
				denied == 0 ? json_is_true(json_object_get(told, "denied"))
								? "denied"
								: "not denied"
					    : "kept by the map server until the key server is back");
	if (denied != 0 && removed == 0)
		fprintf(r->err,
				"sluicectl: the key server could not be told: the map server refuses "
				"new keys meanwhile, and tells it when it is back\n");
	if (denied == 0 && removed != 0)
		fprintf(r->err,
				"sluicectl: the map server could not be told: no new keys, but keys "
				"it holds, if it runs, count until they end\n");
	json_decref(told);
	return denied == 0 && removed == 0 ? SLUICECTL_OK : SLUICECTL_FAILED;
}

/* ---- deny ---- */

static int
print_entry(const json_t *item, void *arg)
{
	const struct request *r = arg;
	const char *entry = show_text(item, "entry");

	if (entry != NULL)
		fprintf(r->out, "%s\n", entry);
	else
		fprintf(r->out, "%" PRId64 " changed\n", show_integer(item, "changed"));
	return 0;
}

static int
merge_some(const struct request *r, json_t *entries)
{
	json_t *args = json_pack("{s:s, s:O}", "action", "merge", "entries", entries);
	int rc = ask(r, true, "deny", args, print_entry, (void *)(uintptr_t)r);

	json_decref(args);
	json_array_clear(entries);
	return rc;
}

static int
merge_file(const struct request *r, FILE *f)
{
	json_t *entries = json_array();
	char line[LINE_LEN];
	int rc = 0;

	while (rc == 0 && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line != '\0' && *line != '#')
			json_array_append_new(entries, json_string(line));
		if (json_array_size(entries) == ROWS_MAX)
			rc = merge_some(r, entries);
	}
	if (rc == 0 && json_array_size(entries) > 0)
		rc = merge_some(r, entries);
	json_decref(entries);
	return rc;
}

int
keys_deny(const struct request *r)
{
	const char *action = show_text(r->args, "action");
	int rc;

	if (r->from != NULL && strcmp(action, "merge") == 0) {
		FILE *f = fopen(r->from, "re");

		if (f == NULL) {
			fprintf(r->err, "sluicectl: %s: %s\n", r->from, strerror(errno));
			return SLUICECTL_FAILED;
		}
		rc = merge_file(r, f);
		fclose(f);
	} else {
		rc = ask(r, true, "deny", r->args, print_entry, (void *)(uintptr_t)r);
	}
	return rc == 0 ? SLUICECTL_OK : SLUICECTL_FAILED;
}
