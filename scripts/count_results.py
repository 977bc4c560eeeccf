#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Count the results in a testlog.json of meson: prints "PASSED FAILED SKIPPED"."""

import json
import sys


def main():
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    kinds = {"OK": "passed", "EXPECTEDFAIL": "passed", "SKIP": "skipped"}
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            counts[kinds.get(json.loads(line)["result"], "failed")] += 1
    if not any(counts.values()):
        counts["failed"] = 1  # no test at all is no success
    print(counts["passed"], counts["failed"], counts["skipped"])


if __name__ == "__main__":
    main()
