/* SPDX-License-Identifier: BSD-3-Clause */

#include "harness_lab.h"

#include <string.h>

#include "harness_sign.h"
#include "lisp_text.h"

#define LIFETIME_MS 60000
#define TAG_LEN     16
#define DAY_MIN     1440

static const char *const secrets[] = { "lab-key-one", "lab-key-two", "lab-key-three" };

static void
prefix(struct assoc_prefix_params *p, const char *text)
{
	p->more_specifics = true;
	if (lisp_eid_from_text(text, &p->eid) < 0)
		harness_fail("EID-prefix", text);
}

void
harness_lab_init(struct harness_lab *lab)
{
	static const uint8_t policies[] = { ASSOC_STRICT, ASSOC_RECENT, ASSOC_OFF };

	*lab = (struct harness_lab){ 0 };
	prefix(&lab->prefixes[0], "10.1.0.0/16");
	prefix(&lab->prefixes[1], "2001:db8:1::/48");
	for (unsigned int i = 0; i < RTE_DIM(lab->keys); i++)
		lab->keys[i] = (struct assoc_key_params){
			.key_id = (uint8_t)(i + 1),
			.alg_id = LISP_ALG_HMAC_SHA256_128,
			.policy = policies[i],
			.secret = (const uint8_t *)secrets[i],
			.secret_len = strlen(secrets[i]),
			.max_xtrs = 256,
		};
	lab->site = (struct assoc_site_params){
		.name = "lab",
		.site_id = HARNESS_SITE_ID,
		.lifetime_ms = LIFETIME_MS,
		.max_eids = 1024,
		.prefixes = lab->prefixes,
		.n_prefixes = RTE_DIM(lab->prefixes),
		.keys = lab->keys,
		.n_keys = RTE_DIM(lab->keys),
	};
}

void
harness_lab_open(struct harness *h, const struct harness_lab *lab, struct harness_options o)
{
	o.sites = &lab->site;
	o.n_sites = 1;
	harness_open(h, &o);
}

struct harness_register
harness_register_default(uint64_t nonce)
{
	return (struct harness_register){
		.nonce = nonce,
		.flags = LISP_REG_M | LISP_REG_P,
		.key_id = HARNESS_KEY_STRICT,
		.xtr = 0x11,
		.ttl_min = DAY_MIN,
	};
}

static void
host(uint32_t eid, struct lisp_eid *out)
{
	*out = (struct lisp_eid){
		.kind = LISP_EID_IPV4,
		.mask_len = 32,
		.len = 4,
		.octets = { 10, 1, (uint8_t)(eid >> 8), (uint8_t)eid },
	};
}

static void
write_record(struct lisp_writer *w, const struct harness_register *r, unsigned int i, bool outside)
{
	uint32_t rloc = r->rloc == 0 ? 0xcb007101 : r->rloc;
	struct lisp_record rec = {
		.ttl_min = r->ttl_min,
		.n_locators = r->no_locators ? 0 : 1,
		.authoritative = true,
	};
	struct lisp_locator loc = {
		.priority = 1,
		.weight = 100,
		.m_priority = 255,
		.flags = LISP_LOC_R,
		.rloc.ip = { .family = 4,
				.octets = { (uint8_t)(rloc >> 24), (uint8_t)(rloc >> 16),
						(uint8_t)(rloc >> 8), (uint8_t)rloc } },
	};

	if (outside)
		lisp_eid_from_text("192.0.2.0/24", &rec.eid);
	else
		host(r->eid + i, &rec.eid);
	lisp_record_write(w, &rec);
	if (!r->no_locators)
		lisp_locator_write(w, &loc);
}

size_t
harness_register_build(const struct harness_register *r, uint8_t buf[HARNESS_MESSAGE_MAX])
{
	struct lisp_writer w = { .pos = buf, .end = buf + HARNESS_MESSAGE_MAX };
	struct lisp_register head = {
		.type = LISP_MAP_REGISTER,
		.n_records = r->n_records == 0 ? 1 : r->n_records,
		.has_trailer = !r->no_trailer,
		.key_id = r->key_id,
		.alg_id = LISP_ALG_HMAC_SHA256_128,
		.auth_len = TAG_LEN,
		.flags = r->flags,
		.nonce = r->nonce,
		.site_id = HARNESS_SITE_ID,
	};
	const char *secret = secrets[(r->key_id - 1u) % RTE_DIM(secrets)];

	memset(head.xtr_id, r->xtr, sizeof(head.xtr_id));
	lisp_register_begin(&w, &head);
	for (unsigned int i = 0; i < head.n_records; i++)
		write_record(&w, r, i, r->outside && i + 1u == head.n_records);
	lisp_register_end(&w, &head);
	if (w.failed)
		harness_fail("Map-Register", "too long");
	harness_sign(buf, (size_t)(w.pos - buf), (const uint8_t *)secret, strlen(secret));
	if (r->forged)
		buf[LISP_AUTH_HEADER_LEN] ^= 1;
	return (size_t)(w.pos - buf);
}

void
harness_register_send(struct harness *h, const struct harness_register *r)
{
	uint8_t msg[HARNESS_MESSAGE_MAX];

	harness_send(h, msg, harness_register_build(r, msg));
}

enum pipeline_verdict
harness_register_do(struct harness *h, const struct harness_register *r)
{
	harness_register_send(h, r);
	harness_turn(h);
	return harness_verdict(h);
}

bool
harness_lab_has(struct harness *h, uint32_t eid)
{
	struct mapdb_view v;
	struct lisp_eid e;

	host(eid, &e);
	return mapdb_lookup(h->mapdb, &e, &v);
}

int64_t
harness_lab_nonce(struct harness *h, const struct harness_register *r)
{
	const struct assoc_site *s = assoc_site_by_name(assoc_sites_get(h->assoc), "lab");
	struct assoc_id id = { .has_xtr_id = !r->no_trailer };
	const struct assoc *a;

	if (s == NULL || s->key[r->key_id] == NULL)
		return -1;
	id.key = s->key[r->key_id]->number;
	if (!r->no_trailer)
		memset(id.xtr_id, r->xtr, sizeof(id.xtr_id));
	a = assoc_lookup(h->assoc, &id);
	return a == NULL ? -1 : (int64_t)a->last_nonce;
}

static int
count(const struct store_nonce *n, void *arg)
{
	unsigned int *sum = arg;

	(void)n;
	(*sum)++;
	return 0;
}

unsigned int
harness_lab_saved(struct harness *h)
{
	unsigned int n = 0;

	if (store_nonce_each(h->store, count, &n) != 0)
		harness_fail("store", "cannot be read");
	return n;
}

unsigned int
harness_lab_flush(struct harness *h)
{
	uint8_t frame[HARNESS_FRAME_MAX];
	unsigned int n = 0;

	while (harness_take_frame(h, frame) > 0)
		n++;
	return n;
}
