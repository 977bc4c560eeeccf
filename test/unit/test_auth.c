/* SPDX-License-Identifier: BSD-3-Clause */

/* Choice of the engine, and what the room does around it.  The engines that err are the first one
 * built with one fault each. */

#include <errno.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "auth.h"
#include "auth_engine.h"
#include "drivers.h"

#define MSG_LEN 60
#define MSGS    200

static const uint8_t secret[] = "some secret";

static int
not_here(const char **reason)
{
	*reason = "no such CPU";
	return -ENOTSUP;
}

static int
does_not_start(void)
{
	return -EIO;
}

static void *
no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

/* Right but for one bit in lane 63 of a full burst. */
static void
errs_in_the_last_lane(void *ctx, const struct auth_job *jobs, uint8_t (*tags)[AUTH_TAG_MAX],
		unsigned int n)
{
	drivers_auth[0]->compute(ctx, jobs, tags, n);
	if (n == AUTH_BURST_MAX)
		tags[n - 1][7] ^= 1;
}

/* Says what the sender said: every tag is zero, and so is every tag it is compared with. */
static void
computes_zero(void *ctx, const struct auth_job *jobs, uint8_t (*tags)[AUTH_TAG_MAX], unsigned int n)
{
	(void)ctx;
	(void)jobs;
	memset(tags, 0, n * sizeof(tags[0]));
}

static unsigned int most_at_once;

static void
counts(void *ctx, const struct auth_job *jobs, uint8_t (*tags)[AUTH_TAG_MAX], unsigned int n)
{
	if (n > most_at_once)
		most_at_once = n;
	drivers_auth[0]->compute(ctx, jobs, tags, n);
}

static struct auth_engine absent, stuck, poor, wrong, zero, counting;

static int
make_engines(void)
{
	absent = stuck = poor = wrong = zero = counting = *drivers_auth[0];
	absent.name = "absent";
	absent.probe = not_here;
	stuck.name = "stuck";
	stuck.init = does_not_start;
	poor.name = "poor";
	poor.ctx_create = no_memory;
	wrong.name = "wrong";
	wrong.compute = errs_in_the_last_lane;
	zero.name = "zero";
	zero.compute = computes_zero;
	counting.name = "counting";
	counting.compute = counts;
	return 0;
}

static void
expect_refused(const struct auth_engine *engine, int ret, const char *word)
{
	const struct auth_engine *table[] = { engine, NULL };
	struct auth *a;
	char why[128];

	CU_ASSERT_EQUAL(auth_open(table, engine->name, &a, why, sizeof(why)), ret);
	CU_ASSERT_PTR_NULL(a);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, engine->name));
	CU_ASSERT_PTR_NOT_NULL(strstr(why, word));
	CU_ASSERT_EQUAL(auth_open(table, "auto", &a, why, sizeof(why)), ret);
	CU_ASSERT_PTR_NULL(a);
}

static void
engine_that_cannot_work_is_refused_with_its_reason(void)
{
	expect_refused(&absent, -ENOTSUP, "no such CPU");
	expect_refused(&stuck, -ENOTSUP, "does not start");
	expect_refused(&poor, -ENOMEM, "memory");
}

static void
engine_that_errs_fails_its_known_answer_test(void)
{
	expect_refused(&wrong, -EBADMSG, "known-answer");
	expect_refused(&zero, -EBADMSG, "known-answer");
}

static void
auto_takes_the_first_usable_and_right_one(void)
{
	const struct auth_engine *table[] = { &absent, &wrong, &counting, drivers_auth[0], NULL };
	struct auth *a = NULL;
	char why[256];

	CU_ASSERT_EQUAL_FATAL(auth_open(table, "auto", &a, why, sizeof(why)), 0);
	CU_ASSERT_STRING_EQUAL(auth_engine_name(a), "counting");
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "absent")); /* who was passed over, and why */
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "wrong"));
	auth_close(a);
}

static void
named_engine_is_never_replaced_by_another(void)
{
	const struct auth_engine *table[] = { &wrong, drivers_auth[0], NULL };
	struct auth *a;
	char why[128];

	CU_ASSERT_EQUAL(auth_open(table, "wrong", &a, why, sizeof(why)), -EBADMSG);
	CU_ASSERT_EQUAL(auth_open(table, "abacus", &a, why, sizeof(why)), -ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "abacus"));
	CU_ASSERT_EQUAL(auth_open(table + 2, "auto", &a, why, sizeof(why)), -ENOENT);
}

static void
reason_fits_the_room_given(void)
{
	const struct auth_engine *table[] = { &absent, &wrong, &stuck, NULL };
	struct auth *a;
	char why[10];

	memset(why, 'x', sizeof(why));
	CU_ASSERT_EQUAL(auth_open(table, "auto", &a, why, 9), -ENOTSUP);
	CU_ASSERT_EQUAL(strlen(why), 8);
	CU_ASSERT_EQUAL(why[9], 'x');
}

static bool
all_zero(const void *p, size_t len)
{
	const uint8_t *at = p;

	for (size_t i = 0; i < len; i++)
		if (at[i] != 0)
			return false;
	return true;
}

static struct auth *
open_engine(const struct auth_engine *engine)
{
	const struct auth_engine *table[] = { engine, NULL };
	struct auth *a = NULL;
	char why[128];

	CU_ASSERT_EQUAL_FATAL(auth_open(table, "auto", &a, why, sizeof(why)), 0);
	return a;
}

static void
bad_key_is_refused_and_wiped(void)
{
	struct auth *a = open_engine(drivers_auth[0]);
	uint8_t long_secret[AUTH_SECRET_MAX + 1] = { 1 };
	struct auth_key k;

	for (unsigned int id = 0; id <= UINT8_MAX; id++) {
		bool known = id >= 1 && id <= 3;

		memset(&k, 0xee, sizeof(k));
		CU_ASSERT_EQUAL(auth_key_init(a, &k, (uint8_t)id, secret, sizeof(secret)),
				known ? 0 : -EINVAL);
		CU_ASSERT_EQUAL(all_zero(&k, sizeof(k)), !known);
		CU_ASSERT_EQUAL(auth_key_init(a, &k, (uint8_t)id, secret, 0), -EINVAL);
		CU_ASSERT_TRUE(all_zero(&k, sizeof(k)));
		CU_ASSERT_EQUAL(auth_key_init(a, &k, (uint8_t)id, long_secret, sizeof(long_secret)),
				-EINVAL);
		CU_ASSERT_TRUE(all_zero(&k, sizeof(k)));
	}
	auth_close(a);
}

static void
fini_wipes_the_key(void)
{
	struct auth *a = open_engine(drivers_auth[0]);
	struct auth_key k;

	CU_ASSERT_EQUAL(auth_key_init(a, &k, 2, secret, sizeof(secret)), 0);
	auth_key_fini(&k);
	CU_ASSERT_TRUE(all_zero(&k, sizeof(k)));
	auth_close(a);
}

/* One engine, one key, messages of zeros but for the nonce. */
struct rig {
	struct auth *a;
	struct auth_ctx *ctx;
	struct auth_key key;
	uint8_t msgs[MSGS][MSG_LEN];
	struct auth_job jobs[MSGS];
};

static void
set_up(struct rig *r, const struct auth_engine *engine)
{
	memset(r, 0, sizeof(*r));
	r->a = open_engine(engine);
	r->ctx = auth_ctx_create(r->a);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r->ctx);
	CU_ASSERT_EQUAL(auth_key_init(r->a, &r->key, 2, secret, sizeof(secret)), 0);
	for (unsigned int i = 0; i < MSGS; i++) {
		r->msgs[i][11] = (uint8_t)i;
		r->jobs[i] = (struct auth_job){
			.key = &r->key, .msg = r->msgs[i], .len = MSG_LEN, .tag_len = 16
		};
	}
}

static void
tear_down(struct rig *r)
{
	auth_key_fini(&r->key);
	auth_ctx_destroy(r->ctx);
	auth_close(r->a);
}

static void
engine_never_gets_more_than_it_takes(void)
{
	static struct rig r;

	set_up(&r, &counting);
	most_at_once = 0;
	auth_sign_burst(r.ctx, r.jobs, MSGS);
	auth_verify_burst(r.ctx, r.jobs, MSGS);
	CU_ASSERT_EQUAL(most_at_once, AUTH_BURST_MAX);
	for (unsigned int i = 0; i < MSGS; i++)
		CU_ASSERT_TRUE(r.jobs[i].ok);
	tear_down(&r);
}

static void
verify_zeroes_the_authentication_data_right_or_not(void)
{
	static struct rig r;

	set_up(&r, drivers_auth[0]);
	auth_sign_burst(r.ctx, r.jobs, 2);
	CU_ASSERT_FALSE(all_zero(r.msgs[0] + AUTH_DATA_OFFSET, 16));
	r.msgs[1][AUTH_DATA_OFFSET] ^= 1;
	auth_verify_burst(r.ctx, r.jobs, 2);
	CU_ASSERT_TRUE(r.jobs[0].ok);
	CU_ASSERT_FALSE(r.jobs[1].ok);
	CU_ASSERT_TRUE(all_zero(r.msgs[0] + AUTH_DATA_OFFSET, 16));
	CU_ASSERT_TRUE(all_zero(r.msgs[1] + AUTH_DATA_OFFSET, 16));
	tear_down(&r);
}

/* A tag of no octets would equal any other; one too long would be written past the message. */
static void
illegal_job_is_refused_untouched_among_legal_ones(void)
{
	static const uint16_t bad_lens[] = { 0, 1, 12, 15, 17, 20, 31, 33, 64, UINT16_MAX };
	static struct rig r;
	uint8_t before[MSG_LEN];

	for (unsigned int i = 0; i < sizeof(bad_lens) / sizeof(bad_lens[0]); i++) {
		set_up(&r, drivers_auth[0]);
		auth_sign_burst(r.ctx, r.jobs, 3);
		memcpy(before, r.msgs[1], MSG_LEN);
		r.jobs[1].tag_len = bad_lens[i];
		r.jobs[1].ok = true;
		auth_verify_burst(r.ctx, r.jobs, 3);
		CU_ASSERT_TRUE(r.jobs[0].ok);
		CU_ASSERT_FALSE(r.jobs[1].ok);
		CU_ASSERT_TRUE(r.jobs[2].ok);
		CU_ASSERT_EQUAL(memcmp(before, r.msgs[1], MSG_LEN), 0);
		auth_sign_burst(r.ctx, r.jobs, 3);
		CU_ASSERT_EQUAL(memcmp(before, r.msgs[1], MSG_LEN), 0);
		tear_down(&r);
	}
}

static void
short_message_wiped_key_and_unknown_label_are_refused(void)
{
	static struct rig r;
	struct auth_key wiped;

	set_up(&r, drivers_auth[0]);
	auth_sign_burst(r.ctx, r.jobs, 4);
	auth_key_fini(&wiped);
	r.jobs[0].len = AUTH_DATA_OFFSET + 15;
	r.jobs[1].key = &wiped;
	r.jobs[2].label = AUTH_LABEL_COUNT;
	auth_verify_burst(r.ctx, r.jobs, 4);
	CU_ASSERT_FALSE(r.jobs[0].ok);
	CU_ASSERT_FALSE(r.jobs[1].ok);
	CU_ASSERT_FALSE(r.jobs[2].ok);
	CU_ASSERT_TRUE(r.jobs[3].ok);
	tear_down(&r);
}

static void
nothing_to_do_and_nothing_to_free_are_fine(void)
{
	static struct rig r;

	set_up(&r, drivers_auth[0]);
	auth_verify_burst(r.ctx, r.jobs, 0);
	auth_sign_burst(r.ctx, r.jobs, 0);
	CU_ASSERT_TRUE(all_zero(r.msgs[0] + AUTH_DATA_OFFSET, 16));
	tear_down(&r);
	auth_ctx_destroy(NULL);
	auth_close(NULL);
}

static CU_TestInfo choice_tests[] = {
	{ "engine that cannot work is refused with its reason",
			engine_that_cannot_work_is_refused_with_its_reason },
	{ "engine that errs fails its known-answer test",
			engine_that_errs_fails_its_known_answer_test },
	{ "auto takes the first usable and right one", auto_takes_the_first_usable_and_right_one },
	{ "named engine is never replaced by another", named_engine_is_never_replaced_by_another },
	{ "reason fits the room given", reason_fits_the_room_given },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo burst_tests[] = {
	{ "bad key is refused and wiped", bad_key_is_refused_and_wiped },
	{ "fini wipes the key", fini_wipes_the_key },
	{ "engine never gets more than it takes", engine_never_gets_more_than_it_takes },
	{ "verify zeroes the Authentication Data, right or not",
			verify_zeroes_the_authentication_data_right_or_not },
	{ "illegal job is refused untouched among legal ones",
			illegal_job_is_refused_untouched_among_legal_ones },
	{ "short message, wiped key and unknown label are refused",
			short_message_wiped_key_and_unknown_label_are_refused },
	{ "nothing to do and nothing to free are fine",
			nothing_to_do_and_nothing_to_free_are_fine },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "auth choice", make_engines, NULL, NULL, NULL, choice_tests },
	{ "auth burst", make_engines, NULL, NULL, NULL, burst_tests },
	CU_SUITE_INFO_NULL,
};
