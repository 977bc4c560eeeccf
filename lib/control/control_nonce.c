/* SPDX-License-Identifier: BSD-3-Clause */

/* Strict nonces (RFC 9301 5.6): on stable storage before the registration counts.  Messages are
 * committed in groups: while one commit waits for the disk the rings gather the next group. */

#include <errno.h>
#include <string.h>

#define LOG_ROOM "control"
#include "base_log.h"
#include "control_priv.h"

/* @return 0; a negative error of the store, which has then dropped the whole batch. */
static int
put(struct control *c, const struct assoc_id *id, uint64_t nonce)
{
	const struct assoc_key *key = assoc_key_by_number(c->p.assoc, id->key);
	struct store_nonce n = { .has_xtr_id = (uint8_t)id->has_xtr_id, .nonce = nonce };

	if (key == NULL)
		return 0; /* gone by a reload: control_change_apply() will say so */
	memcpy(n.space, key->space, sizeof(n.space));
	memcpy(n.xtr_id, id->xtr_id, sizeof(n.xtr_id));
	return store_nonce_put(c->p.store, &n);
}

void
control_nonce_wait(struct control *c, unsigned int worker, struct rte_mbuf *m)
{
	if (c->n_waiting == 0)
		c->waiting_since_ns = base_clock_ns();
	/* As many as all rings hold: there is always room. */
	c->waiting[c->n_waiting++] = (struct control_waiting){ .mbuf = m, .worker = worker };
}

static bool
rings_empty(const struct control *c)
{
	for (unsigned int w = 0; w < c->p.n_workers; w++)
		if (pipeline_changes_waiting(c->p.workers[w]))
			return false;
	return true;
}

static bool
is_time(const struct control *c)
{
	if (c->n_waiting == 0)
		return false;
	return c->n_waiting >= c->max_waiting / 2 || rings_empty(c) ||
			base_clock_ns() - c->waiting_since_ns >=
			c->p.commit_interval_ms * BASE_NS_PER_MS;
}

static int
save(struct control *c)
{
	if (c->p.store == NULL)
		return -ENODEV;
	for (unsigned int i = 0; i < c->n_waiting; i++) {
		const struct pipeline_change *ch = pipeline_change_of(c->waiting[i].mbuf);
		int ret = put(c, &ch->id, ch->replay.nonce);

		if (ret < 0)
			return ret;
	}
	return store_commit(c->p.store);
}

static void
report_failure(struct control *c, int err)
{
	uint64_t now = base_clock_ns();

	if (c->commit_failed_ns != 0 &&
			now - c->commit_failed_ns < c->p.log_interval_s * BASE_NS_PER_S)
		return;
	c->commit_failed_ns = now;
	LOG(ERR, "nonces cannot be saved, Map-Registers under strict keys are dropped: %s",
			strerror(-err));
}

static void
hand_back(struct control *c)
{
	for (unsigned int i = 0; i < c->n_waiting;) {
		struct rte_mbuf *m[CONTROL_TAKE_MAX];
		unsigned int worker = c->waiting[i].worker, n = 0;

		while (i < c->n_waiting && n < CONTROL_TAKE_MAX && c->waiting[i].worker == worker)
			m[n++] = c->waiting[i++].mbuf;
		pipeline_changes_return(c->p.workers[worker], m, n);
	}
	c->n_waiting = 0;
}

unsigned int
control_nonce_step(struct control *c)
{
	unsigned int n = c->n_waiting;
	int ret;

	if (!is_time(c))
		return 0;
	ret = save(c);
	if (ret < 0)
		report_failure(c, ret);
	for (unsigned int i = 0; i < n; i++) {
		if (ret < 0)
			pipeline_change_of(c->waiting[i].mbuf)->verdict = PIPELINE_STORE;
		else
			control_change_apply(c, c->waiting[i].mbuf);
	}
	if (ret == 0) {
		c->n_commits++;
		c->n_saved += n;
	}
	hand_back(c);
	return n;
}

static int
load_one(const struct store_nonce *n, void *arg)
{
	struct control *c = arg;
	const struct assoc_key *key = assoc_key_by_space(c->p.assoc, n->space);
	struct assoc_id id = { .has_xtr_id = n->has_xtr_id };
	struct assoc *a;
	int ret;

	if (key == NULL)
		return 0; /* its key is not configured now; it may come back */
	id.key = key->number;
	memcpy(id.xtr_id, n->xtr_id, sizeof(id.xtr_id));
	ret = assoc_create(c->p.assoc, &id, n->nonce, &a);
	if (ret == -EEXIST)
		return 0; /* a reload: it lives */
	if (ret < 0)
		LOG(ERR, "saved nonces do not fit: raise /limits/max-associations or /limits/xtrs-per-key");
	return ret;
}

int
control_nonce_load(struct control *c)
{
	return c->p.store == NULL ? 0 : store_nonce_each(c->p.store, load_one, c);
}

/* A key that has become strict by a reload: what its associations have accepted so far is saved
 * now, so that a crash before their next message opens nothing. */
int
control_nonce_save_all(struct control *c)
{
	if (c->p.store == NULL)
		return 0;
	for (uint32_t i = assoc_next(c->p.assoc, 0); i != ASSOC_NONE;
			i = assoc_next(c->p.assoc, i + 1)) {
		const struct assoc *a = assoc_by_number(c->p.assoc, i);
		int ret = a->policy == ASSOC_STRICT ? put(c, &a->id, a->last_nonce) : 0;

		if (ret < 0)
			return ret;
	}
	return store_commit(c->p.store);
}
