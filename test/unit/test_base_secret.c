/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "base_secret.h"

static char folder[64];
static char path[96];
static char why[128];
static uint8_t buf[128];
static size_t len;

static void
make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/test_base_secret.XXXXXX");
	if (mkdtemp(folder) == NULL) {
		perror(folder);
		exit(1);
	}
	snprintf(path, sizeof(path), "%s/key", folder);
}

static void
remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

static void
write_file(const char *text, size_t text_len, mode_t mode)
{
	FILE *f = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(text, 1, text_len, f), text_len);
	fclose(f);
	CU_ASSERT_EQUAL(chmod(path, mode), 0);
}

static int
load(size_t size)
{
	memset(buf, 0xee, sizeof(buf));
	len = 0;
	why[0] = '\0';
	return base_secret_load(path, buf, size, &len, why, sizeof(why));
}

static int
load_text(const char *text)
{
	write_file(text, strlen(text), 0600);
	return load(sizeof(buf));
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static void
wipe_leaves_zeros_and_no_more(void)
{
	uint8_t p[40];

	memset(p, 0xee, sizeof(p));
	base_secret_wipe(p + 4, 32);
	CU_ASSERT_TRUE(all_zero(p + 4, 32));
	CU_ASSERT_EQUAL(p[3], 0xee);
	CU_ASSERT_EQUAL(p[36], 0xee);
	base_secret_wipe(p, 0);
	CU_ASSERT_EQUAL(p[0], 0xee);
}

static void
equal_looks_at_every_bit(void)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	CU_ASSERT_TRUE(base_secret_equal(a, b, sizeof(a)));
	for (unsigned int bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CU_ASSERT_FALSE(base_secret_equal(a, b, sizeof(a)));
		CU_ASSERT_TRUE(base_secret_equal(a, b, bit / 8));
		b[bit / 8] = 0;
	}
	CU_ASSERT_TRUE(base_secret_equal(a, b, 0));
}

static void
random_octets_differ(void)
{
	static uint8_t a[4096], b[4096];

	base_secret_random(a, sizeof(a));
	base_secret_random(b, sizeof(b));
	CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof(a)), 0);
	CU_ASSERT_FALSE(all_zero(a + sizeof(a) - 64, 64));
	base_secret_random(a, 0);
}

static void
text_is_taken_as_it_is(void)
{
	CU_ASSERT_EQUAL(load_text("text:lab key one\n"), 0);
	CU_ASSERT_EQUAL(len, 11);
	CU_ASSERT_EQUAL(memcmp(buf, "lab key one", 11), 0);
	CU_ASSERT_EQUAL(load_text("text:hex:00"), 0); /* no newline at the end is fine */
	CU_ASSERT_EQUAL(len, 6);
}

static void
hex_is_decoded_in_either_case(void)
{
	static const uint8_t want[] = { 0x00, 0x6c, 0xAB, 0xcd, 0xff };

	CU_ASSERT_EQUAL(load_text("hex:006cABcdFf\n"), 0);
	CU_ASSERT_EQUAL(len, sizeof(want));
	CU_ASSERT_EQUAL(memcmp(buf, want, sizeof(want)), 0);
}

static void
other_forms_are_refused_and_leave_nothing(void)
{
	static const char *const forms[] = { "", "\n", "secret", "text:", "hex:", "text:\n",
		"hex:\n", "hex:0", "hex:0g", "hex:00 00", "hex: 00", "hex:00\n\n", "text:a\nb",
		"text:a\nb\n", "text:tab\there", "text:\x80", "TEXT:a", " text:a", "text:cr\r\n",
		"hex:00\r\n" };

	for (unsigned int i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		CU_ASSERT_EQUAL(load_text(forms[i]), -EINVAL);
		CU_ASSERT_TRUE(all_zero(buf, sizeof(buf)));
		CU_ASSERT_NOT_EQUAL(why[0], '\0');
	}
	write_file("text:a\0b", 8, 0600);
	CU_ASSERT_EQUAL(load(sizeof(buf)), -EINVAL);
}

static void
too_long_is_refused_not_cut(void)
{
	char line[1100];

	write_file("text:12345678", 13, 0600);
	CU_ASSERT_EQUAL(load(8), 0);
	CU_ASSERT_EQUAL(len, 8);
	CU_ASSERT_EQUAL(load(7), -EOVERFLOW);
	CU_ASSERT_TRUE(all_zero(buf, 7));
	CU_ASSERT_EQUAL(buf[7], 0xee);
	write_file("hex:0102030405060708", 20, 0600);
	CU_ASSERT_EQUAL(load(8), 0);
	CU_ASSERT_EQUAL(load(7), -EOVERFLOW);

	memset(line, 'a', sizeof(line));
	memcpy(line, "text:", 5);
	write_file(line, sizeof(line), 0600);
	CU_ASSERT_EQUAL(load(sizeof(buf)), -EOVERFLOW);
}

static void
file_others_may_use_is_refused(void)
{
	static const mode_t modes[] = { 0601, 0602, 0604, 0610, 0620, 0640, 0644, 0666, 0777 };

	for (unsigned int i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		write_file("text:topsecret\n", 15, modes[i]);
		CU_ASSERT_EQUAL(load(sizeof(buf)), -EPERM);
		CU_ASSERT_TRUE(all_zero(buf, sizeof(buf)));
		CU_ASSERT_PTR_NULL(strstr(why, "topsecret"));
		CU_ASSERT_NOT_EQUAL(why[0], '\0');
	}
	write_file("text:topsecret\n", 15, 0400);
	CU_ASSERT_EQUAL(load(sizeof(buf)), 0);
}

static void
what_is_no_regular_file_is_refused(void)
{
	CU_ASSERT_EQUAL(load(sizeof(buf)), -ENOENT);
	CU_ASSERT_TRUE(all_zero(buf, sizeof(buf)));
	CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
	CU_ASSERT_EQUAL(load(sizeof(buf)), -EINVAL); /* and does not wait for a writer */
	unlink(path);
	CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
	CU_ASSERT_EQUAL(load(sizeof(buf)), -EINVAL);
	rmdir(path);
}

/* A line that is nearly right is the likeliest to hold the real secret. */
static void
reason_never_holds_the_secret(void)
{
	CU_ASSERT_EQUAL(load_text("txet:topsecret\n"), -EINVAL);
	CU_ASSERT_PTR_NULL(strstr(why, "topsecret"));
	CU_ASSERT_EQUAL(load_text("hex:c0ffee0\n"), -EINVAL);
	CU_ASSERT_PTR_NULL(strstr(why, "c0ffee"));
}

static CU_TestInfo memory_tests[] = {
	{ "wipe leaves zeros and no more", wipe_leaves_zeros_and_no_more },
	{ "equal looks at every bit", equal_looks_at_every_bit },
	{ "random octets differ", random_octets_differ },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo file_tests[] = {
	{ "text is taken as it is", text_is_taken_as_it_is },
	{ "hex is decoded in either case", hex_is_decoded_in_either_case },
	{ "other forms are refused and leave nothing", other_forms_are_refused_and_leave_nothing },
	{ "too long is refused, not cut", too_long_is_refused_not_cut },
	{ "file others may use is refused", file_others_may_use_is_refused },
	{ "what is no regular file is refused", what_is_no_regular_file_is_refused },
	{ "reason never holds the secret", reason_never_holds_the_secret },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo test_suites[] = {
	{ "base_secret memory", NULL, NULL, NULL, NULL, memory_tests },
	{ "base_secret file", NULL, NULL, make_folder, remove_folder, file_tests },
	CU_SUITE_INFO_NULL,
};
