/* SPDX-License-Identifier: BSD-3-Clause */

/* Shared main of the unit tests: runs the suites of one test file, exit status 1 on a failure.
 * A test that needs DPDK defines TEST_EAL through its row in meson.build. */

#include <stdio.h>
#include <stdlib.h>

#include <CUnit/Basic.h>

#ifdef TEST_EAL
#include <rte_eal.h>
#include <rte_errno.h>
#endif

extern CU_SuiteInfo test_suites[];

#ifdef TEST_EAL
static void
start_eal(void)
{
	static char *args[] = { (char *)(uintptr_t) "test", (char *)(uintptr_t) "--no-huge",
		(char *)(uintptr_t) "--no-shconf", (char *)(uintptr_t) "--no-pci",
		(char *)(uintptr_t) "--no-telemetry", (char *)(uintptr_t) "-m",
		(char *)(uintptr_t) "256", (char *)(uintptr_t) "--lcores=0",
		(char *)(uintptr_t) "--log-level=lib.eal:error" };

	if (rte_eal_init(sizeof(args) / sizeof(args[0]), args) < 0) {
		fprintf(stderr, "EAL does not start: %s\n", rte_strerror(rte_errno));
		exit(1);
	}
}
#endif

int
main(void)
{
	unsigned int failed;

#ifdef TEST_EAL
	start_eal();
#endif
	if (CU_initialize_registry() != CUE_SUCCESS ||
			CU_register_suites(test_suites) != CUE_SUCCESS) {
		fprintf(stderr, "CUnit: %s\n", CU_get_error_msg());
		return 1;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	CU_cleanup_registry();
#ifdef TEST_EAL
	rte_eal_cleanup();
#endif
	return failed != 0;
}
