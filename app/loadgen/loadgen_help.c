/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>
#include <string.h>

#include "loadgen_options.h"

#define INDENT 28
#define WIDTH  96

/* Words of a text, broken into lines that begin at INDENT; the cursor stands there. */
static void
print_wrapped(const char *text)
{
	int at = INDENT;

	while (*text != '\0') {
		int len = (int)strcspn(text, " ");

		if (at > INDENT && at + 1 + len > WIDTH) {
			printf("\n%*s", INDENT, "");
			at = INDENT;
		}
		at += printf("%s%.*s", at > INDENT ? " " : "", len, text);
		text += len;
		text += strspn(text, " ");
	}
	printf("\n");
}

static void
print_option(const struct loadgen_option *o)
{
	char head[80], help[512];
	bool has_default = o->def != NULL && strcmp(o->def, "0") != 0;
	int len;

	len = snprintf(head, sizeof(head), "  --%s %s", o->name, o->arg == NULL ? "" : o->arg);
	if (len < INDENT)
		printf("%-*s", INDENT, head);
	else
		printf("%s\n%*s", head, INDENT, "");
	snprintf(help, sizeof(help), has_default ? "%s (%s)" : "%s", o->help, o->def);
	print_wrapped(help);
}

static const char usage[] =
		"Usage: sluice-loadgen --site-file-out DIR [WHO]\n"
		"       sluice-loadgen --port DEVARGS --site-dir DIR [OPTIONS]\n"
		"       sluice-loadgen --pcap-out FILE --site-dir DIR [OPTIONS]\n"
		"\n"
		"Emulates LISP ETRs that register with a Map-Server (RFC 9301): signs Map-Registers live,\n"
		"sends them by a DPDK port, and checks every Map-Notify: nonce, MAC, records, trailer.\n"
		"First every EID-prefix is registered once; then all are refreshed, one after the other,\n"
		"until the duration or the count is over.  Nonces grow from message to message and from\n"
		"run to run, so that they please every nonce policy.  Without --rate the load is closed:\n"
		"a new message leaves when an answer has come, so nothing is lost by overrun.\n";

static const char examples[] =
		"\nExamples\n"
		"  1,000 ETRs with 10,000 EID-prefixes: write keys and sites, let the server read them\n"
		"  (\"site-files\": [\"sites.d/*.json\"]), then load it for 30 seconds over memif:\n"
		"    sluice-loadgen --site-file-out sites.d\n"
		"    sluice-loadgen --site-dir sites.d --duration 30 \\\n"
		"        --port net_memif0,role=client,id=0,socket-abstract=yes,socket=sluice-lab\n"
		"  A tenth of the messages moves an ETR to another locator, one in a hundred is forged:\n"
		"    sluice-loadgen --site-dir sites.d --port ... --duration 30 --churn 10 --bad-mac 1\n"
		"  A million EID-prefixes of 65,536 ETRs, algorithm 3, steady 200,000 messages a second:\n"
		"    sluice-loadgen --site-file-out big.d --etrs 65536 --prefixes 1000000 --algorithm 3\n"
		"    sluice-loadgen --site-dir big.d --port ... --rate 200000 --duration 60\n"
		"  A file of 100,000 signed frames for pktgen, or for a net_pcap port of the server:\n"
		"    sluice-loadgen --site-dir sites.d --pcap-out load.pcap --count 100000\n"
		"\nNonces in a file are newer than all before it: a file can be played once; under policy\n"
		"strict or recent a second time measures how replays are dropped.\n"
		"\nExit status: 0 all was registered and nothing was wrong; 1 otherwise; 2 usage.\n";

void
loadgen_help(void)
{
	fputs(usage, stdout);
	for (unsigned int i = 0; i < loadgen_n_options; i++) {
		if (loadgen_options[i].kind == LOADGEN_GROUP)
			printf("\n%s\n", loadgen_options[i].name);
		else
			print_option(&loadgen_options[i]);
	}
	printf("  %-*s%s\n", INDENT - 2, "--help, --version", "this text; the version");
	fputs(examples, stdout);
}
