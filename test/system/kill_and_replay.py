#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""RFC 9301 5.6: a nonce under a strict key is on disk before its Map-Register counts, so a server that
is killed in the middle of its work accepts nothing a second time."""

import os
import signal

import harness
import lisp_client as lisp
from harness import LOADGEN, check, equal, test, wait_for

N = 60000


def nonces(path):
    """Nonces of the Map-Notifies in a capture."""
    out = set()
    for frame in lisp.read_pcap(path):
        nonce = lisp.nonce_of(lisp.Datagram(frame).payload)
        check(nonce not in out, "answered twice in one run: %x" % nonce)
        out.add(nonce)
    return out


@test
def nothing_is_accepted_twice_over_kill_and_restart(lab):
    sites, capture, out = lab.path("sites.d"), lab.path("load.pcap"), lab.path("killed.pcap")
    lab.load_sites("sites.d", "--etrs", "100", "--prefixes", "1000")
    lab.run(LOADGEN, "--site-dir", sites, "--pcap-out", capture, "--count", str(N))
    config = lab.config("net_pcap0,rx_pcap=%s,tx_pcap=%s" % (capture, out), [],
                        **{"site-files": ["sites.d/*.json"]})

    server = lab.server(config)
    wait_for("some thousand answers", lambda: os.path.exists(out) and os.path.getsize(out) > 500000 or
             server.process.poll() is not None, 30)
    equal(server.stop(signal.SIGKILL), -signal.SIGKILL, "exit status\n" + server.output())
    before = nonces(out)
    check(1000 < len(before) < N, "killed too early or too late:", len(before))

    stats, _, out = lab.replay(config, capture)
    after = nonces(out)
    both = before & after
    check(not both, "%d of %d were accepted twice" % (len(both), len(before)))
    equal(stats["accepted"], len(after), "accepted after the restart, and answered")
    check(stats["drops"]["replay"] >= len(before), "replays:", stats["drops"])
    check(len(after) > 0, "nothing was accepted after the restart")
    equal(stats["unaccounted"], 0, "unaccounted")

    # What was too much for the control core at that speed (busy) cost its ETR no nonce: it may come
    # in now, but nothing of what was answered.
    stats, _, out = lab.replay(config, capture)
    both = nonces(out) & (before | after)
    check(not both, "%d were accepted again in a third run" % len(both))
    check(stats["drops"]["replay"] >= len(before | after), "replays:", stats["drops"])


if __name__ == "__main__":
    harness.main()
