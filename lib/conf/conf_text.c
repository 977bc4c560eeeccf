/* SPDX-License-Identifier: BSD-3-Clause */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conf_priv.h"

bool
conf_text_to_ip(const char *text, struct conf_ip *ip)
{
	memset(ip, 0, sizeof(*ip));
	if (inet_pton(AF_INET, text, ip->octets) == 1) {
		ip->family = 4;
		ip->mask_len = 32;
		return true;
	}
	if (inet_pton(AF_INET6, text, ip->octets) == 1) {
		ip->family = 6;
		ip->mask_len = 128;
		return true;
	}
	return false;
}

static bool
host_bits_clear(const struct conf_ip *ip, unsigned int width)
{
	for (unsigned int bit = ip->mask_len; bit < width; bit++)
		if ((ip->octets[bit / 8] & (0x80u >> (bit % 8))) != 0)
			return false;
	return true;
}

/* Digits only, no sign, no leading zero but in "0" itself. */
static bool
read_mask_len(const char *text, unsigned int *mask_len)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 3 || text[n] != '\0' || (n > 1 && text[0] == '0'))
		return false;
	*mask_len = (unsigned int)strtoul(text, NULL, 10);
	return true;
}

const char *
conf_text_to_prefix(const char *text, struct conf_ip *ip)
{
	static const char form[] =
			"expected a prefix such as \"192.0.2.0/24\" or \"2001:db8::/32\"";
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	unsigned int mask_len, width;

	if (slash == NULL || (size_t)(slash - text) >= sizeof(address))
		return form;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	if (!conf_text_to_ip(address, ip) || !read_mask_len(slash + 1, &mask_len))
		return form;
	width = ip->family == 4 ? 32 : 128;
	if (mask_len > width)
		return ip->family == 4 ? "the mask length of an IPv4 prefix is at most 32"
				       : "the mask length of an IPv6 prefix is at most 128";
	ip->mask_len = (uint8_t)mask_len;
	return host_bits_clear(ip, width) ? NULL : "bits behind the mask length must be zero";
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The digits come first: at the end of text the first is the NUL, and the second is not read. */
static bool
read_octet(const char *text, uint8_t *octet)
{
	int high = hex_digit(text[0]);
	int low = high < 0 ? -1 : hex_digit(text[1]);

	if (low < 0)
		return false;
	*octet = (uint8_t)(high << 4 | low);
	return true;
}

bool
conf_text_to_octets(const char *text, uint8_t *octets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!read_octet(text + 2 * i, &octets[i]))
			return false;
	return text[2 * n] == '\0';
}

bool
conf_text_to_mac(const char *text, uint8_t octets[6])
{
	if (strlen(text) != 17)
		return false;
	for (unsigned int i = 0; i < 6; i++)
		if (!read_octet(text + 3 * i, &octets[i]) ||
				text[3 * i + 2] != (i < 5 ? ':' : '\0'))
			return false;
	return true;
}

bool
conf_text_to_u64(const char *text, uint64_t *v)
{
	uint8_t octets[8];

	if (!conf_text_to_octets(text, octets, sizeof(octets)))
		return false;
	*v = 0;
	for (unsigned int i = 0; i < sizeof(octets); i++)
		*v = *v << 8 | octets[i];
	return true;
}

bool
conf_text_to_date(const char *text, int64_t *s)
{
	struct tm day = { 0 };
	char again[16];

	if (strlen(text) != 10 || strspn(text, "0123456789-") != 10 || text[4] != '-' ||
			text[7] != '-')
		return false;
	day.tm_year = (int)strtol(text, NULL, 10) - 1900;
	day.tm_mon = (int)strtol(text + 5, NULL, 10) - 1;
	day.tm_mday = (int)strtol(text + 8, NULL, 10);
	*s = timegm(&day);
	/* timegm() makes 1 March of 30 February: such a date does not come back as it was. */
	conf_date_to_text(*s, again, sizeof(again));
	return *s > 0 && strcmp(text, again) == 0;
}

void
conf_date_to_text(int64_t s, char *buf, size_t size)
{
	time_t t = (time_t)s;
	struct tm day;

	if (gmtime_r(&t, &day) == NULL || strftime(buf, size, "%Y-%m-%d", &day) == 0)
		snprintf(buf, size, "?");
}
