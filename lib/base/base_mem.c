/* SPDX-License-Identifier: BSD-3-Clause */

#include "base_mem.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_LEN (UINT32_C(2) << 20)

void *
base_mem_map(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	if (len >= HUGE_LEN)
		madvise(p, len, MADV_HUGEPAGE);
	madvise(p, len, MADV_DONTDUMP);
	return p;
}

void
base_mem_unmap(void *p, size_t len)
{
	if (p != NULL)
		munmap(p, len);
}
