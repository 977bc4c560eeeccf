/* SPDX-License-Identifier: BSD-3-Clause */

#include "loadgen_pcap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAGIC         UINT32_C(0xa1b2c3d4) /* time stamps in microseconds */
#define ETHERNET      1
#define SNAP_LEN      65535
#define BUFFER        (1 << 20)
#define PCAP_US_PER_S UINT64_C(1000000)

struct file_header {
	uint32_t magic;
	uint16_t version_major, version_minor;
	int32_t zone;
	uint32_t accuracy;
	uint32_t snap_len;
	uint32_t link_type;
};

struct frame_header {
	uint32_t s, us;
	uint32_t len, original_len;
};

static bool
write_frame(FILE *f, uint64_t at_us, const uint8_t *frame, uint32_t len)
{
	struct frame_header h = {
		.s = (uint32_t)(at_us / PCAP_US_PER_S),
		.us = (uint32_t)(at_us % PCAP_US_PER_S),
		.len = len,
		.original_len = len,
	};

	return fwrite(&h, sizeof(h), 1, f) == 1 && fwrite(frame, len, 1, f) == 1;
}

static bool
write_all(struct loadgen_etrs *e, FILE *f, uint64_t count, uint64_t rate, uint64_t start_us)
{
	static uint8_t room[LOADGEN_BURST][LOADGEN_FRAME_MAX + LOADGEN_RECORD_MAX];
	const struct file_header h = { MAGIC, 2, 4, 0, 0, SNAP_LEN, ETHERNET };
	uint8_t *frames[LOADGEN_BURST];
	uint32_t lens[LOADGEN_BURST];
	uint64_t done = 0;

	for (unsigned int i = 0; i < LOADGEN_BURST; i++)
		frames[i] = room[i];
	if (fwrite(&h, sizeof(h), 1, f) != 1)
		return false;
	while (done < count) {
		unsigned int n = count - done < LOADGEN_BURST ? (unsigned int)(count - done)
							      : LOADGEN_BURST;

		n = loadgen_etrs_burst(e, frames, lens, n, done, false);
		for (unsigned int i = 0; i < n; i++, done++) {
			uint64_t us = rate == 0 ? done
						: (uint64_t)((double)done * 1e6 / (double)rate);

			if (!write_frame(f, start_us + us, frames[i], lens[i]))
				return false;
		}
	}
	return true;
}

int
loadgen_pcap_write(struct loadgen_etrs *e, const char *path, uint64_t count, uint64_t rate,
		uint64_t wall_ms, char *why, size_t why_size)
{
	FILE *f = fopen(path, "wb");
	bool ok;
	int ret = 0;

	errno = f == NULL ? errno : 0;
	if (f != NULL) {
		setvbuf(f, NULL, _IOFBF, BUFFER);
		ok = write_all(e, f, count, rate, wall_ms * 1000);
		if (fclose(f) == 0 && ok)
			return 0;
		ret = errno;
		unlink(path);
		errno = ret != 0 ? ret : EIO;
	}
	ret = -errno;
	snprintf(why, why_size, "%s: %s", path, strerror(-ret));
	return ret;
}
