/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * Commands about key exchange that are more than one question: each returns an exit status.
 */

#pragma once

#include "sluicectl_args.h"

/**
 * enroll: each line goes into a file DIR/SITE-ID-XTR-ID-GEN.enrol of mode 0600, or is printed on demand.
 * With --from the ETRs come from a CSV file "site,xtr-id,label"; xtr-id and label may be empty.
 */
int keys_enroll(const struct request *r);

/** revoke: at the key server, which denies, and at the map server, which takes the keys away, so
 * that it works with one of them down; then it says what is missing. */
int keys_revoke(const struct request *r);

/** deny: list prints one entry a line, which merge --from FILE takes again. */
int keys_deny(const struct request *r);
