/* SPDX-License-Identifier: BSD-3-Clause */

/* sluicectl: what an operator asks a running server. */

#include "sluicectl.h"

int
main(int argc, char **argv)
{
	return sluicectl_run(argc, argv, stdout, stderr);
}
