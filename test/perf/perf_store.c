/* SPDX-License-Identifier: BSD-3-Clause */

/* Nonces made durable a second: random ones of 65,536 associations in batches of several sizes.
 * usage: perf_store [FOLDER]   a folder on the disk to measure; by default a new one here.
 * Prints, asserts nothing.  Removes what it made. */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base_secret.h"
#include "drivers.h"
#include "store.h"

#define ASSOCIATIONS 65536
#define RUN_NS       UINT64_C(2000000000)

static uint64_t
ns_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* The space is a fingerprint in the product, so as random as here. */
static void
make_nonces(struct store_nonce *n)
{
	for (unsigned int i = 0; i < ASSOCIATIONS; i++) {
		base_secret_random(n[i].space, sizeof(n[i].space));
		base_secret_random(n[i].xtr_id, sizeof(n[i].xtr_id));
		n[i].has_xtr_id = 1;
		n[i].nonce = 1;
	}
}

static unsigned int
draw(void)
{
	static uint64_t state = 9301;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned int)(state >> 20) % ASSOCIATIONS;
}

static int
put_batch(struct store *s, struct store_nonce *n, unsigned int batch)
{
	int ret = 0;

	for (unsigned int i = 0; i < batch && ret == 0; i++) {
		unsigned int pick = draw();

		n[pick].nonce++;
		ret = store_nonce_put(s, &n[pick]);
	}
	return ret < 0 ? ret : store_commit(s);
}

static int
measure(struct store *s, struct store_nonce *n, unsigned int batch)
{
	uint64_t start = ns_now();
	uint64_t commits = 0;
	uint64_t spent;

	do {
		int ret = put_batch(s, n, batch);

		if (ret < 0)
			return ret;
		commits++;
		spent = ns_now() - start;
	} while (spent < RUN_NS);
	printf("%8u %12.0f %10.1f %10.3f\n", batch, (double)(commits * batch) * 1e9 / (double)spent,
			(double)commits * 1e9 / (double)spent,
			(double)spent / 1e6 / (double)commits);
	return 0;
}

static int
fill(struct store *s, const struct store_nonce *n)
{
	for (unsigned int i = 0; i < ASSOCIATIONS; i++) {
		int ret = store_nonce_put(s, &n[i]);

		if (ret < 0)
			return ret;
	}
	return store_commit(s);
}

static int
bench_driver(const struct store_driver *driver, const char *path)
{
	static const unsigned int batches[] = { 64, 512, 1024, 4096 };
	static struct store_nonce nonces[ASSOCIATIONS];
	struct store_params p = { .drivers = drivers_store, .driver = driver->name, .path = path };
	struct store *s;
	char why[256];
	int ret;

	ret = store_open(&p, &s, why, sizeof(why));
	if (ret < 0) {
		fprintf(stderr, "%s: %s\n", path, why);
		return ret;
	}
	printf("%s in %s, %d associations\n%8s %12s %10s %10s\n", driver->name, path, ASSOCIATIONS,
			"batch", "records/s", "commits/s", "ms");
	make_nonces(nonces);
	ret = fill(s, nonces);
	for (unsigned int i = 0; i < sizeof(batches) / sizeof(batches[0]) && ret == 0; i++)
		ret = measure(s, nonces, batches[i]);
	if (ret < 0)
		fprintf(stderr, "%s: %s\n", path, strerror(-ret));
	store_close(s);
	return ret;
}

static void
remove_files(const char *path)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "owner.lock" };
	char file[4096];

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		unlink(file);
	}
	if (rmdir(path) < 0)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
}

int
main(int argc, char **argv)
{
	char fresh[] = "perf_store.XXXXXX";
	const char *path = argc > 1 ? argv[1] : mkdtemp(fresh);
	int ret = 0;

	if (path == NULL) {
		perror("mkdtemp");
		return 1;
	}
	for (unsigned int i = 0; drivers_store[i] != NULL && ret == 0; i++) {
		ret = bench_driver(drivers_store[i], path);
		remove_files(path);
	}
	return ret < 0;
}
