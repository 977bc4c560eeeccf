/* SPDX-License-Identifier: BSD-3-Clause */

#include "auth.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth_engine.h"
#include "auth_priv.h"
#include "base_secret.h"

struct auth_ctx {
	const struct auth_engine *engine;
	void *engine_ctx;
	uint8_t received[AUTH_BURST_MAX][AUTH_TAG_MAX];
	uint8_t tags[AUTH_BURST_MAX][AUTH_TAG_MAX];
};

/* Appends to why, so that "auto" can tell about every engine it passed over. */
__attribute__((format(printf, 3, 4))) static void
tell(char *why, size_t why_size, const char *fmt, ...)
{
	size_t used = strnlen(why, why_size);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why + used, why_size - used, fmt, ap);
	va_end(ap);
}

static int
try_engine(const struct auth_engine *engine, char *why, size_t why_size)
{
	struct auth a = { .engine = engine };
	const char *reason = NULL;
	int ret;

	ret = engine->probe(&reason);
	if (ret < 0) {
		tell(why, why_size, "engine %s cannot be used here: %s; ", engine->name,
				reason == NULL ? strerror(-ret) : reason);
		return -ENOTSUP;
	}
	ret = engine->init == NULL ? 0 : engine->init();
	if (ret < 0) {
		tell(why, why_size, "engine %s does not start: %s; ", engine->name, strerror(-ret));
		return ret == -ENOMEM ? ret : -ENOTSUP;
	}
	ret = auth_kat(&a);
	if (ret == -EBADMSG)
		tell(why, why_size, "engine %s failed its known-answer test; ", engine->name);
	else if (ret < 0)
		tell(why, why_size, "engine %s: %s; ", engine->name, strerror(-ret));
	return ret;
}

static int
choose(const struct auth_engine *const *engines, const char *name,
		const struct auth_engine **engine, char *why, size_t why_size)
{
	bool any = strcmp(name, "auto") == 0;
	int ret = -ENOENT;

	for (; *engines != NULL; engines++) {
		if (!any && strcmp(name, (*engines)->name) != 0)
			continue;
		ret = try_engine(*engines, why, why_size);
		if (ret == 0) {
			*engine = *engines;
			return 0;
		}
	}
	if (ret == -ENOENT)
		tell(why, why_size, "no engine \"%s\" was built; ", name);
	return ret;
}

int
auth_open(const struct auth_engine *const *engines, const char *name, struct auth **a, char *why,
		size_t why_size)
{
	const struct auth_engine *engine = NULL;
	size_t end;
	int ret;

	why[0] = '\0';
	*a = NULL;
	ret = choose(engines, name, &engine, why, why_size);
	if (ret == 0) {
		*a = malloc(sizeof(**a));
		if (*a == NULL)
			ret = -ENOMEM;
		else
			(*a)->engine = engine;
	}
	if (ret == 0)
		tell(why, why_size, "engine %s passed its known-answer test", engine->name);
	end = strlen(why);
	if (end >= 2 && strcmp(why + end - 2, "; ") == 0)
		why[end - 2] = '\0';
	return ret;
}

void
auth_close(struct auth *a)
{
	free(a);
}

const char *
auth_engine_name(const struct auth *a)
{
	return a->engine->name;
}

struct auth_ctx *
auth_ctx_create(const struct auth *a)
{
	struct auth_ctx *ctx = calloc(1, sizeof(*ctx));

	if (ctx == NULL)
		return NULL;
	ctx->engine = a->engine;
	ctx->engine_ctx = a->engine->ctx_create();
	if (ctx->engine_ctx == NULL) {
		free(ctx);
		return NULL;
	}
	return ctx;
}

void
auth_ctx_destroy(struct auth_ctx *ctx)
{
	if (ctx == NULL)
		return;
	ctx->engine->ctx_destroy(ctx->engine_ctx);
	free(ctx);
}

int
auth_key_init(const struct auth *a, struct auth_key *k, uint8_t alg_id, const uint8_t *secret,
		size_t secret_len)
{
	const struct auth_alg *alg = auth_alg_get(alg_id);

	base_secret_wipe(k, sizeof(*k));
	if (alg == NULL || secret_len == 0 || secret_len > AUTH_SECRET_MAX)
		return -EINVAL;
	k->alg_id = alg_id;
	k->secret_len = (uint8_t)secret_len;
	memcpy(k->secret, secret, secret_len);
	if (!alg->kdf)
		a->engine->pads(alg_id, secret, secret_len, &k->pads);
	return 0;
}

void
auth_key_fini(struct auth_key *k)
{
	base_secret_wipe(k, sizeof(*k));
}

/* A wiped key has Algorithm ID 0 and so no row: what is signed with it never verifies. */
static bool
job_is_legal(const struct auth_job *j)
{
	const struct auth_alg *alg = auth_alg_get(j->key->alg_id);

	return alg != NULL && auth_alg_tag_len_ok(alg, j->tag_len) &&
			j->len >= (uint32_t)AUTH_DATA_OFFSET + j->tag_len &&
			j->label < AUTH_LABEL_COUNT;
}

/* How many jobs from the first on can go to the engine in one call. */
static unsigned int
legal_run(const struct auth_job *jobs, unsigned int n)
{
	unsigned int run = 0;

	while (run < n && run < AUTH_BURST_MAX && job_is_legal(&jobs[run]))
		run++;
	return run;
}

static void
verify_run(struct auth_ctx *ctx, struct auth_job *jobs, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint8_t *field = jobs[i].msg + AUTH_DATA_OFFSET;

		memcpy(ctx->received[i], field, jobs[i].tag_len);
		memset(field, 0, jobs[i].tag_len);
	}
	ctx->engine->compute(ctx->engine_ctx, jobs, ctx->tags, n);
	for (unsigned int i = 0; i < n; i++)
		jobs[i].ok = base_secret_equal(ctx->received[i], ctx->tags[i], jobs[i].tag_len);
	base_secret_wipe(ctx->tags, n * sizeof(ctx->tags[0]));
}

void
auth_verify_burst(struct auth_ctx *ctx, struct auth_job *jobs, unsigned int n)
{
	while (n > 0) {
		unsigned int run = legal_run(jobs, n);

		if (run == 0) {
			jobs->ok = false;
			run = 1;
		} else {
			verify_run(ctx, jobs, run);
		}
		jobs += run;
		n -= run;
	}
}

static void
sign_run(struct auth_ctx *ctx, struct auth_job *jobs, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		memset(jobs[i].msg + AUTH_DATA_OFFSET, 0, jobs[i].tag_len);
	ctx->engine->compute(ctx->engine_ctx, jobs, ctx->tags, n);
	for (unsigned int i = 0; i < n; i++)
		memcpy(jobs[i].msg + AUTH_DATA_OFFSET, ctx->tags[i], jobs[i].tag_len);
	base_secret_wipe(ctx->tags, n * sizeof(ctx->tags[0]));
}

void
auth_sign_burst(struct auth_ctx *ctx, struct auth_job *jobs, unsigned int n)
{
	while (n > 0) {
		unsigned int run = legal_run(jobs, n);

		if (run == 0)
			run = 1;
		else
			sign_run(ctx, jobs, run);
		jobs += run;
		n -= run;
	}
}
