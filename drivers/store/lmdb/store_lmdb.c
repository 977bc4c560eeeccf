/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * LMDB: a B+tree in one file, copy on write.  A commit is data, fdatasync, then one page that makes
 * it so; a crash at any point leaves the last commit.  One write transaction stands open from the
 * first put to the commit, so a batch costs one sync however long it is.
 *
 * Not MDB_WRITEMAP (a stray store of ours would reach the file, a full disk would be a SIGBUS) and
 * not MDB_NOMEMINIT (old heap octets, perhaps secret ones, would reach the file).
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lmdb.h>

#include "store_driver.h"
#include "store_lmdb_folder.h"

#define MAP_SIZE_DEFAULT (UINT64_C(1) << 30)

struct handle {
	MDB_env *env;
	MDB_dbi dbi;
	MDB_txn *batch;  /* NULL: nothing put since the last commit */
	MDB_txn *reader; /* of the last get; it keeps the value valid */
	struct store_lmdb_folder folder;
};

static int
to_errno(int rc)
{
	switch (rc) {
	case MDB_NOTFOUND:
		return -ENOENT;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case MDB_CURSOR_FULL:
	case MDB_PAGE_FULL:
		return -ENOSPC;
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INCOMPATIBLE:
		return -EBADMSG;
	case MDB_BAD_VALSIZE:
		return -EINVAL;
	default:
		return rc > 0 ? -rc : rc < 0 ? -EIO : 0;
	}
}

static MDB_val
to_val(struct store_octets o)
{
	return (MDB_val){ .mv_data = (void *)(uintptr_t)o.data, .mv_size = o.len };
}

static struct store_octets
to_octets(const MDB_val *v)
{
	return (struct store_octets){ .data = v->mv_data, .len = v->mv_size };
}

static int
open_env(struct handle *h, const char *path, uint64_t map_size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	MDB_txn *txn;
	int rc;

	if (map_size == 0)
		map_size = MAP_SIZE_DEFAULT;
	rc = mdb_env_create(&h->env);
	if (rc != 0)
		return to_errno(rc);
	rc = mdb_env_set_mapsize(h->env, (size_t)(map_size + page - 1) / page * page);
	if (rc == 0)
		rc = mdb_env_open(h->env, path, MDB_NOTLS, 0600);
	if (rc == 0)
		rc = mdb_txn_begin(h->env, NULL, 0, &txn);
	if (rc != 0)
		goto close_env;
	rc = mdb_dbi_open(txn, NULL, 0, &h->dbi);
	if (rc != 0) {
		mdb_txn_abort(txn);
		goto close_env;
	}
	rc = mdb_txn_commit(txn);
	if (rc == 0)
		return 0;
close_env:
	mdb_env_close(h->env);
	return to_errno(rc);
}

/* Its two files are on disk only when the folder has been synced. */
static int
open_files(struct handle *h, const char *path, uint64_t map_size, char *why, size_t why_size)
{
	int ret;

	ret = open_env(h, path, map_size);
	if (ret < 0) {
		snprintf(why, why_size, "data.mdb cannot be used: %s",
				ret == -EBADMSG ? "it is damaged or not of LMDB" : strerror(-ret));
		return ret;
	}
	if (fsync(h->folder.fd) < 0) {
		ret = -errno;
		snprintf(why, why_size, "cannot be synced: %s", strerror(-ret));
		mdb_env_close(h->env);
	}
	return ret;
}

static int
lmdb_open(const char *path, uint64_t map_size, void **handle, char *why, size_t why_size)
{
	struct handle *h = calloc(1, sizeof(*h));
	int ret;

	if (h == NULL) {
		snprintf(why, why_size, "no memory");
		return -ENOMEM;
	}
	ret = store_lmdb_folder_open(&h->folder, path, why, why_size);
	if (ret < 0)
		goto free_handle;
	ret = open_files(h, path, map_size, why, why_size);
	if (ret < 0)
		goto close_folder;
	*handle = h;
	return 0;

close_folder:
	store_lmdb_folder_close(&h->folder);
free_handle:
	free(h);
	return ret;
}

/* An old reader keeps every page freed since from being used again. */
static void
drop_reader(struct handle *h)
{
	if (h->reader != NULL)
		mdb_txn_abort(h->reader);
	h->reader = NULL;
}

static void
lmdb_abort(void *handle)
{
	struct handle *h = handle;

	if (h->batch != NULL)
		mdb_txn_abort(h->batch);
	h->batch = NULL;
}

static void
lmdb_close(void *handle)
{
	struct handle *h = handle;

	drop_reader(h);
	lmdb_abort(h);
	mdb_env_close(h->env);
	store_lmdb_folder_close(&h->folder);
	free(h);
}

static int
lmdb_get(void *handle, struct store_octets key, struct store_octets *value)
{
	struct handle *h = handle;
	MDB_val k = to_val(key);
	MDB_val v;
	int rc;

	drop_reader(h);
	rc = mdb_txn_begin(h->env, NULL, MDB_RDONLY, &h->reader);
	if (rc != 0) {
		h->reader = NULL;
		return to_errno(rc);
	}
	rc = mdb_get(h->reader, h->dbi, &k, &v);
	if (rc == 0)
		*value = to_octets(&v);
	return to_errno(rc);
}

static bool
starts_with(const MDB_val *key, struct store_octets prefix)
{
	return key->mv_size >= prefix.len &&
			(prefix.len == 0 || memcmp(key->mv_data, prefix.data, prefix.len) == 0);
}

static int
walk(MDB_cursor *cursor, struct store_octets prefix,
		int (*cb)(struct store_octets key, struct store_octets value, void *arg), void *arg)
{
	MDB_val k = to_val(prefix);
	MDB_val v;
	int rc, ret;

	/* LMDB takes no empty key to look for */
	rc = mdb_cursor_get(cursor, &k, &v, prefix.len == 0 ? MDB_FIRST : MDB_SET_RANGE);
	while (rc == 0 && starts_with(&k, prefix)) {
		ret = cb(to_octets(&k), to_octets(&v), arg);
		if (ret != 0)
			return ret;
		rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	}
	return rc == MDB_NOTFOUND ? 0 : to_errno(rc);
}

static int
lmdb_each(void *handle, struct store_octets prefix,
		int (*cb)(struct store_octets key, struct store_octets value, void *arg), void *arg)
{
	struct handle *h = handle;
	MDB_cursor *cursor;
	MDB_txn *txn;
	int ret;

	ret = to_errno(mdb_txn_begin(h->env, NULL, MDB_RDONLY, &txn));
	if (ret < 0)
		return ret;
	ret = to_errno(mdb_cursor_open(txn, h->dbi, &cursor));
	if (ret == 0) {
		ret = walk(cursor, prefix, cb, arg);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return ret;
}

static int
begin_batch(struct handle *h)
{
	int rc;

	drop_reader(h);
	if (h->batch != NULL)
		return 0;
	rc = mdb_txn_begin(h->env, NULL, 0, &h->batch);
	if (rc != 0)
		h->batch = NULL;
	return to_errno(rc);
}

static int
lmdb_put(void *handle, struct store_octets key, struct store_octets value)
{
	struct handle *h = handle;
	MDB_val k = to_val(key);
	MDB_val v = to_val(value);
	int ret;

	ret = begin_batch(h);
	if (ret < 0)
		return ret;
	ret = to_errno(mdb_put(h->batch, h->dbi, &k, &v, 0));
	if (ret < 0)
		lmdb_abort(h);
	return ret;
}

static int
lmdb_del(void *handle, struct store_octets key)
{
	struct handle *h = handle;
	MDB_val k = to_val(key);
	int ret;

	ret = begin_batch(h);
	if (ret < 0)
		return ret;
	ret = to_errno(mdb_del(h->batch, h->dbi, &k, NULL));
	if (ret < 0 && ret != -ENOENT)
		lmdb_abort(h);
	return ret == -ENOENT ? 0 : ret;
}

static int
lmdb_commit(void *handle)
{
	struct handle *h = handle;
	int rc;

	drop_reader(h);
	if (h->batch == NULL)
		return 0;
	rc = mdb_txn_commit(h->batch); /* frees it, whatever the result */
	h->batch = NULL;
	return to_errno(rc);
}

const struct store_driver store_driver_lmdb = {
	.name = "lmdb",
	.open = lmdb_open,
	.close = lmdb_close,
	.get = lmdb_get,
	.each = lmdb_each,
	.put = lmdb_put,
	.del = lmdb_del,
	.commit = lmdb_commit,
	.abort = lmdb_abort,
};
