/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_args.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lisp_text.h"

#define LAYOUT_FILE "loadgen.layout"
#define OPTIONS_MAX 64
#define HELP        OPTIONS_MAX
#define VERSION     (OPTIONS_MAX + 1)

static int
set_defaults(struct loadgen_args *args, char *why, size_t why_size)
{
	for (unsigned int i = 0; i < loadgen_n_options; i++) {
		const struct loadgen_option *o = &loadgen_options[i];

		if (o->def != NULL && loadgen_option_set(o, args, o->def, why, why_size) < 0)
			return -EINVAL;
	}
	return 0;
}

static void
make_getopt_table(struct option *table)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < loadgen_n_options; i++) {
		const struct loadgen_option *o = &loadgen_options[i];

		if (o->kind == LOADGEN_GROUP)
			continue;
		table[n++] = (struct option){ o->name,
			o->kind == LOADGEN_FLAG ? no_argument : required_argument, NULL, (int)i };
	}
	table[n++] = (struct option){ "help", no_argument, NULL, HELP };
	table[n++] = (struct option){ "version", no_argument, NULL, VERSION };
	table[n] = (struct option){ NULL, 0, NULL, 0 };
}

/* given[i] is set for each option that stands on the command line. */
static int
read_command_line(int argc, char **argv, struct loadgen_args *args, bool *given, char *why,
		size_t why_size)
{
	struct option table[OPTIONS_MAX + 3];
	int c;

	make_getopt_table(table);
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", table, NULL)) != -1) {
		if (c == '?' || c == ':') {
			snprintf(why, why_size, c == '?' ? "%s is no option" : "%s needs a value",
					argv[optind - 1]);
			return -EINVAL;
		}
		if (c == HELP) {
			loadgen_help();
			return 1;
		}
		if (c == VERSION) {
			printf("sluice-loadgen %s\n", SLUICE_VERSION);
			return 1;
		}
		given[c] = true;
		if (loadgen_option_set(&loadgen_options[c], args, optarg, why, why_size) < 0)
			return -EINVAL;
	}
	if (optind < argc) {
		snprintf(why, why_size, "%s: what is that?", argv[optind]);
		return -EINVAL;
	}
	return 0;
}

static json_t *
read_layout_file(const char *dir, char *why, size_t why_size)
{
	char path[4096];
	json_error_t err;
	json_t *root;

	snprintf(path, sizeof(path), "%s/%s", dir, LAYOUT_FILE);
	root = json_load_file(path, 0, &err);
	if (root == NULL)
		snprintf(why, why_size, "%s: %s; write it with --site-file-out", path, err.text);
	return root;
}

/* One option of the layout: taken from the file, or compared with the command line. */
static int
recall_option(const struct loadgen_option *o, const char *text, bool given,
		struct loadgen_args *args, char *why, size_t why_size)
{
	struct loadgen_args recalled = *args;

	if (loadgen_option_set(o, &recalled, text, why, why_size) < 0)
		return -EINVAL;
	if (!given) {
		*args = recalled;
		return 0;
	}
	if (loadgen_option_same(o, &recalled, args))
		return 0;
	snprintf(why, why_size, "--%s: the sites in %s were written with %s", o->name,
			args->site_dir, text);
	return -EINVAL;
}

static int
recall_layout(struct loadgen_args *args, const bool *given, char *why, size_t why_size)
{
	json_t *root = read_layout_file(args->site_dir, why, why_size);
	int ret = 0;

	if (root == NULL)
		return -EINVAL;
	for (unsigned int i = 0; ret == 0 && i < loadgen_n_options; i++) {
		const struct loadgen_option *o = &loadgen_options[i];
		const char *text;

		if (!o->layout)
			continue;
		text = json_string_value(json_object_get(root, o->name));
		if (text == NULL) {
			snprintf(why, why_size, "%s/%s: \"%s\" is missing", args->site_dir,
					LAYOUT_FILE, o->name);
			ret = -EINVAL;
		} else {
			ret = recall_option(o, text, given[i], args, why, why_size);
		}
	}
	json_decref(root);
	return ret;
}

/* Server and ETRs speak IPv4 unless one of them was given an IPv6 address. */
static void
choose_addresses(struct loadgen_args *a)
{
	bool v6 = a->server.family == 6 || a->layout.source.family == 6;

	if (a->server.family == 0)
		lisp_ip_from_text(v6 ? "2001:db8:99::1" : "10.99.0.1", &a->server);
	if (a->layout.source.family == 0)
		lisp_ip_from_text(v6 ? "2001:db8:99:1::" : "10.99.1.0", &a->layout.source);
}

/* Rules across options. */
static const char *
contradiction(const struct loadgen_args *a)
{
	if (a->port == NULL && a->pcap_out == NULL && a->site_file_out == NULL)
		return "nothing to do: give --port, --pcap-out or --site-file-out (or --help)";
	if (a->port != NULL && a->pcap_out != NULL)
		return "--port and --pcap-out exclude each other";
	if (a->site_dir != NULL && a->site_file_out != NULL)
		return "--site-dir reads what --site-file-out has written: give one of them";
	if (a->site_dir == NULL && a->site_file_out == NULL)
		return "the keys are missing: --site-dir DIR, written before by --site-file-out DIR";
	if (a->bad_mac_ppm + a->replay_ppm > LOADGEN_PPM / 10 * 9)
		return "--bad-mac and --replay together leave less than a tenth for the rest";
	if (a->server.family != a->layout.source.family)
		return "--server and --source-base are not of the same address family";
	if (a->layout.space4.mask_len > a->layout.mask4)
		return "--eid-base is longer than --eid-mask";
	if (a->layout.space6.mask_len > a->layout.mask6)
		return "--eid-base6 is longer than --eid-mask6";
	return NULL;
}

int
loadgen_args_parse(int argc, char **argv, struct loadgen_args *args, char *why, size_t why_size)
{
	bool given[OPTIONS_MAX] = { false };
	const char *wrong;
	int ret;

	*args = (struct loadgen_args){ 0 };
	ret = set_defaults(args, why, why_size);
	if (ret == 0)
		ret = read_command_line(argc, argv, args, given, why, why_size);
	if (ret != 0)
		return ret;
	if (args->site_dir != NULL)
		ret = recall_layout(args, given, why, why_size);
	if (ret < 0)
		return ret;
	choose_addresses(args);
	wrong = contradiction(args);
	if (wrong != NULL) {
		snprintf(why, why_size, "%s", wrong);
		return -EINVAL;
	}
	return loadgen_layout_derive(&args->layout, why, why_size);
}

int
loadgen_args_save_layout(const struct loadgen_args *args, const char *dir)
{
	json_t *root = json_object();
	char text[LISP_EID_TEXT_MAX], path[4096];
	int ret;

	for (unsigned int i = 0; i < loadgen_n_options; i++) {
		const struct loadgen_option *o = &loadgen_options[i];

		if (!o->layout)
			continue;
		loadgen_option_to_text(o, args, text, sizeof(text));
		json_object_set_new(root, o->name, json_string(text));
	}
	snprintf(path, sizeof(path), "%s/%s", dir, LAYOUT_FILE);
	ret = json_dump_file(root, path, JSON_INDENT(2));
	json_decref(root);
	return ret == 0 ? 0 : -EIO;
}
