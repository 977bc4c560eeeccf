/* SPDX-License-Identifier: BSD-3-Clause */

/* Answers that are one page: status of the server, and of one site. */

#include <inttypes.h>
#include <stdlib.h>

#include "sluicectl_show.h"
#include "sluicectl_text.h"

static void
print_count(FILE *out, const json_t *item, const char *name, const char *what)
{
	char n[TEXT_MAX];

	fprintf(out, "%s %s", text_count(show_integer(item, name), n), what);
}

static void
print_rate(FILE *out, const json_t *rates, const char *name)
{
	double rate = show_number(rates, name, -1);
	char n[TEXT_MAX];

	if (rate >= 0)
		fprintf(out, " (%s/s)", text_count((int64_t)(rate + 0.5), n));
}

static void
status_totals(FILE *out, const json_t *item)
{
	const json_t *totals = json_object_get(item, "totals");
	const json_t *rates = json_object_get(item, "rates");
	json_t *answers = json_object_get(totals, "answers");
	const char *name, *gap = "";
	json_t *n;

	fprintf(out, "  messages    ");
	print_count(out, totals, "received", "received");
	print_rate(out, rates, "received_per_s");
	fprintf(out, ", ");
	print_count(out, totals, "accepted", "accepted");
	print_rate(out, rates, "accepted_per_s");
	fprintf(out, ", ");
	print_count(out, totals, "dropped", "dropped");
	print_rate(out, rates, "dropped_per_s");
	fprintf(out, "\n  answers     ");
	json_object_foreach(answers, name, n) {
		char text[TEXT_MAX];

		fprintf(out, "%s%s %s", gap, text_count(json_integer_value(n), text), name);
		gap = ", ";
	}
	fprintf(out, "%s\n", *gap == '\0' ? "none" : "");
}

static void
status_tables(FILE *out, const json_t *item)
{
	const json_t *memory = json_object_get(item, "memory");
	double per_prefix = show_number(memory, "octets_per_eid_prefix", 0);
	char octets[TEXT_MAX];

	fprintf(out, "  registered  ");
	print_count(out, item, "eid_prefixes", "EID-prefixes in ");
	print_count(out, item, "registrations", "registrations of ");
	print_count(out, item, "associations", "ETRs (associations); ");
	print_count(out, item, "sites", "sites, ");
	print_count(out, item, "keys", "keys\n");
	fprintf(out, "  memory      %s in tables",
			text_octets(show_number(memory, "octets", 0), octets));
	if (per_prefix > 0)
		fprintf(out, ", %.0f octets for each EID-prefix", per_prefix);
	fputc('\n', out);
}

static void
status_head(FILE *out, const json_t *item)
{
	const json_t *engine = json_object_get(item, "engine");
	const json_t *store = json_object_get(item, "store");
	const char *why = show_text(engine, "why");
	char up[TEXT_MAX];

	fprintf(out, "sluice-mapserver %s, pid %" PRId64 ", up %s\n", show_word(item, "version"),
			show_integer(item, "pid"), text_span(show_number(item, "uptime_s", 0), up));
	fprintf(out, "  config      %s, log level %s\n", show_word(item, "config_file"),
			show_word(item, "log_level"));
	fprintf(out, "  engine      %s%s%s%s\n", show_word(engine, "name"), why != NULL ? " (" : "",
			why != NULL ? why : "", why != NULL ? ")" : "");
	if (json_is_object(store)) {
		fprintf(out, "  store       %s, ", show_word(store, "driver"));
		print_count(out, store, "saved", "nonces saved in ");
		print_count(out, store, "commits", "commits\n");
	} else {
		fprintf(out, "  store       none: strict keys cannot be used\n");
	}
}

static void
status_workers(struct show *s, const json_t *workers)
{
	static const struct text_column columns[] = { { "WORKER", 1 }, { "CPU", 1 },
		{ "RECEIVED", 1 }, { "ACCEPTED", 1 }, { "DROPPED", 1 }, { "HANDED OVER", 1 },
		{ "BUSY", 1 } };
	struct text_table *t =
			text_table_begin(s->out, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; t != NULL && i < json_array_size(workers); i++) {
		const json_t *w = json_array_get(workers, i);
		char id[TEXT_MAX], cpu[TEXT_MAX], rx[TEXT_MAX], ok[TEXT_MAX], drop[TEXT_MAX],
				over[TEXT_MAX];
		double busy = show_number(w, "busy", -1);
		char share[TEXT_MAX] = "-";

		snprintf(id, sizeof(id), "%" PRId64, show_integer(w, "id"));
		snprintf(cpu, sizeof(cpu), "%" PRId64, show_integer(w, "cpu"));
		if (busy >= 0)
			snprintf(share, sizeof(share), "%.0f %%", busy * 100);
		text_table_row(t,
				(const char *[]){ id, cpu,
						text_count(show_integer(w, "received"), rx),
						text_count(show_integer(w, "accepted"), ok),
						text_count(show_integer(w, "dropped"), drop),
						text_count(show_integer(w, "handed_over"), over),
						share });
	}
	if (t != NULL)
		text_table_end(t);
}

static void
join(const json_t *list, char *buf, size_t size)
{
	size_t used = 0;

	snprintf(buf, size, "-");
	for (size_t i = 0; i < json_array_size(list) && used < size; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s", i > 0 ? ", " : "",
				json_string_value(json_array_get(list, i)));
}

static void
status_ports(struct show *s, const json_t *ports)
{
	static const struct text_column columns[] = { { "PORT", 0 }, { "LINK", 0 }, { "MAC", 0 },
		{ "RECEIVED", 1 }, { "MISSED", 1 }, { "SENT", 1 }, { "ADDRESSES", 0 },
		{ "DEVICE", 0 } };
	struct text_table *t =
			text_table_begin(s->out, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; t != NULL && i < json_array_size(ports); i++) {
		const json_t *p = json_array_get(ports, i);
		const json_t *rx = json_object_get(p, "rx"), *tx = json_object_get(p, "tx");
		char in[TEXT_MAX], missed[TEXT_MAX], out[TEXT_MAX], addresses[1024];

		join(json_object_get(p, "addresses"), addresses, sizeof(addresses));
		text_table_row(t,
				(const char *[]){ show_text(p, "name"), show_text(p, "link"),
						show_text(p, "mac"),
						text_count(show_integer(rx, "packets"), in),
						text_count(show_integer(rx, "missed"), missed),
						text_count(show_integer(tx, "packets"), out),
						addresses, show_text(p, "devargs") });
	}
	if (t != NULL)
		text_table_end(t);
}

static void
status_item(struct show *s, const json_t *item)
{
	status_head(s->out, item);
	status_tables(s->out, item);
	status_totals(s->out, item);
	fputc('\n', s->out);
	status_ports(s, json_object_get(item, "ports"));
	fputc('\n', s->out);
	status_workers(s, json_object_get(item, "workers"));
}

static void
no_end(struct show *s)
{
	(void)s;
}

static void
site_failure(FILE *out, const json_t *failure)
{
	const char *nonce = show_text(failure, "nonce"), *xtr_id = show_text(failure, "xtr_id");

	if (!json_is_object(failure)) {
		fprintf(out, "  last failure   none\n");
		return;
	}
	fprintf(out, "  last failure   %s: %s\n                 ", show_word(failure, "reason"),
			show_word(failure, "text"));
	show_event(out, failure);
	if (json_is_integer(json_object_get(failure, "key_id")))
		fprintf(out, ", Key ID %" PRId64, show_integer(failure, "key_id"));
	if (xtr_id != NULL)
		fprintf(out, ", xTR-ID %s", xtr_id);
	if (nonce != NULL)
		fprintf(out, ", nonce %s", nonce);
	fprintf(out, "\n                 %s\n",
			json_is_true(json_object_get(failure, "authenticated"))
					? "the message was authentic"
					: "NOT authenticated: anybody may have sent it");
}

static void
site_success(FILE *out, const json_t *success)
{
	fprintf(out, "  last success   ");
	if (json_is_object(success))
		show_event(out, success);
	else
		fprintf(out, "never");
	fputc('\n', out);
}

static void
site_prefixes(FILE *out, const json_t *item)
{
	const json_t *list = json_object_get(item, "eid_prefixes");
	int64_t n = show_integer(item, "n_eid_prefixes");
	size_t shown = json_array_size(list);

	for (size_t i = 0; i < shown; i++) {
		const json_t *e = json_array_get(list, i);
		int64_t iid = show_integer(e, "iid");

		fprintf(out, "  %-14s %s", i == 0 ? "EID-prefixes" : "", show_word(e, "eid"));
		if (iid != 0)
			fprintf(out, " in Instance ID %" PRId64, iid);
		fprintf(out, "%s\n",
				json_is_true(json_object_get(e, "accept_more_specifics"))
						? " and more-specifics"
						: "");
	}
	if (n > (int64_t)shown)
		fprintf(out, "  %-14s and %" PRId64 " more\n", "", n - (int64_t)shown);
}

static void
site_rows(struct show *s, const json_t *list, void (*row)(struct show *, const json_t *),
		const char *title, int64_t n)
{
	size_t shown = json_array_size(list);

	fprintf(s->out, "\n%s\n", title);
	for (size_t i = 0; i < shown; i++)
		row(s, json_array_get(list, i));
	show_table_end(s);
	if (shown == 0)
		fprintf(s->out, "none\n");
	else if (n > (int64_t)shown)
		fprintf(s->out, "and %" PRId64 " more\n", n - (int64_t)shown);
}

static void
site_item(struct show *s, const json_t *item)
{
	const json_t *hints = json_object_get(item, "hints");
	char n[TEXT_MAX], span[TEXT_MAX];

	fprintf(s->out, "site %s\n", show_word(item, "name"));
	fprintf(s->out, "  Site-ID        %s\n", show_word(item, "site_id"));
	fprintf(s->out, "  keys by        %s\n", show_word(item, "auth"));
	fprintf(s->out, "  lifetime       %s, Map-Notify to port %s\n",
			text_span(show_number(item, "registration_lifetime_s", 0), span),
			show_word(item, "notify_port"));
	site_prefixes(s->out, item);
	fprintf(s->out, "  registered     %s EID-prefixes\n",
			text_count(show_integer(item, "registrations"), n));
	site_success(s->out, json_object_get(item, "last_success"));
	site_failure(s->out, json_object_get(item, "last_failure"));
	for (size_t i = 0; i < json_array_size(hints); i++)
		fprintf(s->out, "  %-14s %s\n", i == 0 ? "hints" : "",
				json_string_value(json_array_get(hints, i)));
	site_rows(s, json_object_get(item, "keys"), show_key_row, "keys",
			show_integer(item, "n_keys"));
	site_rows(s, json_object_get(item, "associations"), show_association_row, "associations",
			show_integer(item, "n_associations"));
}

const struct show_view show_status = { status_item, no_end };
const struct show_view show_site = { site_item, no_end };
