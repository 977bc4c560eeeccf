/* SPDX-License-Identifier: BSD-3-Clause */

/* Cost of verify and sign: every engine, algorithm, three message lengths, 1 and 1,000 keys.
 * Prints the median of several rounds and asserts nothing. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __x86_64__
#include <x86intrin.h>
#endif

#include "auth.h"
#include "auth_engine.h"
#include "base_secret.h"
#include "drivers.h"

#define KEYS      1000
#define BURST     64
#define MSG_MAX   1400
#define ROUNDS    7
#define ROUND_LEN 512 /* bursts */

struct bench {
	struct auth *auth;
	struct auth_ctx *ctx;
	struct auth_key keys[KEYS];
	struct auth_job jobs[BURST];
	uint8_t msgs[BURST][MSG_MAX];
};

struct sample {
	double ns;     /* a message */
	double cycles; /* TSC; 0 where there is none */
};

static uint64_t
cycles_now(void)
{
#ifdef __x86_64__
	return __rdtsc();
#else
	return 0;
#endif
}

static uint64_t
ns_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void
make_jobs(struct bench *b, uint8_t alg_id, uint32_t len, unsigned int n_keys)
{
	uint8_t secret[32];

	for (unsigned int i = 0; i < n_keys; i++) {
		base_secret_random(secret, sizeof(secret));
		auth_key_init(b->auth, &b->keys[i], alg_id, secret, sizeof(secret));
	}
	base_secret_random(b->msgs, sizeof(b->msgs));
	for (unsigned int i = 0; i < BURST; i++)
		b->jobs[i] = (struct auth_job){
			.key = &b->keys[i % n_keys],
			.msg = b->msgs[i],
			.len = len,
			.tag_len = auth_alg_get(alg_id)->tag_len[0],
			.label = AUTH_LABEL_REGISTER,
		};
}

static int
by_ns(const void *a, const void *b)
{
	const struct sample *x = a;
	const struct sample *y = b;

	return (x->ns > y->ns) - (x->ns < y->ns);
}

/* Walks over the keys, so that with 1,000 of them none stays in the first cache for long. */
static struct sample
measure(struct bench *b, unsigned int n_keys,
		void (*burst)(struct auth_ctx *ctx, struct auth_job *jobs, unsigned int n))
{
	struct sample rounds[ROUNDS];
	unsigned int next = 0;

	for (unsigned int r = 0; r < ROUNDS; r++) {
		uint64_t ns = ns_now();
		uint64_t cycles = cycles_now();

		for (unsigned int i = 0; i < ROUND_LEN; i++) {
			for (unsigned int j = 0; j < BURST; j++) {
				b->jobs[j].key = &b->keys[next];
				next = next + 1 == n_keys ? 0 : next + 1;
			}
			burst(b->ctx, b->jobs, BURST);
		}
		rounds[r].cycles = (double)(cycles_now() - cycles) / (ROUND_LEN * BURST);
		rounds[r].ns = (double)(ns_now() - ns) / (ROUND_LEN * BURST);
	}
	qsort(rounds, ROUNDS, sizeof(rounds[0]), by_ns);
	return rounds[ROUNDS / 2];
}

static void
print_row(struct bench *b, uint8_t alg_id, uint32_t len, unsigned int n_keys)
{
	struct sample v, s;

	make_jobs(b, alg_id, len, n_keys);
	v = measure(b, n_keys, auth_verify_burst);
	s = measure(b, n_keys, auth_sign_burst);
	printf("%-10s %3u %6u %5u | %7.0f %7.0f %7.3f | %7.0f %7.0f %7.3f\n",
			auth_engine_name(b->auth), alg_id, len, n_keys, v.cycles, v.ns, 1e3 / v.ns,
			s.cycles, s.ns, 1e3 / s.ns);
}

static void
bench_engine(const char *name)
{
	static const uint32_t lens[] = { 92, 408, 1400 };
	static struct bench b;
	char why[256];

	if (auth_open(drivers_auth, name, &b.auth, why, sizeof(why)) < 0) {
		printf("%s\n", why);
		return;
	}
	b.ctx = auth_ctx_create(b.auth);
	if (b.ctx == NULL) {
		perror(name);
		auth_close(b.auth);
		return;
	}
	for (uint8_t alg_id = 1; alg_id <= 3; alg_id++)
		for (unsigned int l = 0; l < sizeof(lens) / sizeof(lens[0]); l++) {
			print_row(&b, alg_id, lens[l], 1);
			print_row(&b, alg_id, lens[l], KEYS);
		}
	auth_ctx_destroy(b.ctx);
	auth_close(b.auth);
}

int
main(void)
{
	printf("bursts of %d, median of %d rounds; a message, TSC cycles\n", BURST, ROUNDS);
	printf("%-10s %3s %6s %5s | %7s %7s %7s | %7s %7s %7s\n", "engine", "alg", "octets", "keys",
			"verify", "ns", "M/s", "sign", "ns", "M/s");
	for (unsigned int i = 0; drivers_auth[i] != NULL; i++)
		bench_engine(drivers_auth[i]->name);
	return 0;
}
