#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Edited and broken captures of tcpdump's test suite, read in place where they are.

No frame of them can be authentic.  What each must end as is worked out here from its own octets.
"""

import glob
import os
import shutil
from collections import Counter

import harness
import lisp_client as lisp
from harness import Skip, check, equal, test


def reasons(frame):
    """Reason words, any of which may stand for this frame."""
    d = lisp.Datagram(frame)
    if d.fault == "checksum":
        return {"checksum"}
    if d.fault is not None:
        return {"malformed"}
    if d.payload[0] >> 4 != lisp.MAP_REGISTER:
        return {"type"}
    return {"unknown-site", "unknown-key", "auth-fail", "malformed"}


@test
def no_frame_of_a_foreign_capture_is_accepted_and_each_has_its_reason(lab):
    captures = sorted(glob.glob(os.path.join(harness.SHARED_CAPTURES, "lisp_*.pcap")))
    if not captures:
        raise Skip("../shared/captures is not there")
    shutil.copy(os.path.join(harness.SOURCE, "config/oor.json"), lab.path("oor.json"))
    lab.secret("lab.key", b"lab-key-one")
    for capture in captures:
        name = os.path.basename(capture)
        frames = lisp.read_pcap(capture)
        stats, answers, _ = lab.replay(lab.path("oor.json"), capture, "--set",
                                       '/ports/0/addresses=["10.99.0.1", "127.0.0.1"]')
        equal((stats["received"], stats["accepted"], stats["unaccounted"]), (len(frames), 0, 0), name)
        equal(answers, [], name + ": answers")
        judge(name, [reasons(f) for f in frames], stats["drops"])


def judge(name, wanted, drops):
    """Every frame takes one counted drop that may stand for it, and none is left over."""
    left = Counter({word.split(":")[0]: 0 for word in drops})
    for word, n in drops.items():
        left[word.split(":")[0]] += n
    for allowed in sorted(wanted, key=len):
        found = sorted(w for w in allowed if left[w] > 0)
        check(found, "%s: one of %s is missing in %s" % (name, sorted(allowed), drops))
        left[found[0]] -= 1
    equal(sum(left.values()), 0, name + ": drops left over in %s" % drops)


if __name__ == "__main__":
    harness.main()
