#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The first Map-Registers of ETRs nobody has heard of, many of them at once, end as they would one by
one: whatever comes in while an association is being made is neither lost nor taken twice."""

import harness
import lisp_client as lisp
from harness import equal, test

N_ETRS, N_EACH = 30, 60


def frames(secret):
    """N_EACH growing nonces of each of N_ETRS, in turn."""
    out = []
    for nonce in range(1, N_EACH + 1):
        for etr in range(N_ETRS):
            rloc = "10.99.1.%d" % (etr + 1)
            record = lisp.record("10.1.%d.%d/32" % (etr, nonce), [rloc])
            message = lisp.map_register([record], nonce, secret, xtr_id=bytes([etr]) * 16)
            out.append(lisp.udp_frame(rloc, "10.99.0.1", message))
    return out


def play(lab, policy, frames_of):
    secret = lab.secret("site.key")
    sites = [harness.static_site("new", "site.key", ["10.1.0.0/16"], nonce_policy=policy)]
    lisp.write_pcap(lab.path("in.pcap"), frames_of(secret))
    stats, answers, _ = lab.replay(lab.config("net_pcap0", sites), lab.path("in.pcap"))
    equal(len(answers), stats["accepted"], "answers")
    equal(stats["unaccounted"], 0, "unaccounted")
    return stats["accepted"], stats["drops"]


@test
def all_messages_of_new_etrs_are_accepted_under_strict(lab):
    equal(play(lab, "strict", frames), (N_ETRS * N_EACH, {}), "accepted, dropped")


@test
def all_messages_of_new_etrs_are_accepted_under_recent(lab):
    equal(play(lab, "recent", frames), (N_ETRS * N_EACH, {}), "accepted, dropped")


@test
def copies_of_first_messages_are_accepted_once_under_strict(lab):
    equal(play(lab, "strict", lambda secret: [f for f in frames(secret) for _ in (1, 2)]),
          (N_ETRS * N_EACH, {"replay": N_ETRS * N_EACH}), "accepted, dropped")


@test
def copies_of_first_messages_are_accepted_once_under_recent(lab):
    equal(play(lab, "recent", lambda secret: [f for f in frames(secret) for _ in (1, 2)]),
          (N_ETRS * N_EACH, {"replay": N_ETRS * N_EACH}), "accepted, dropped")


if __name__ == "__main__":
    harness.main()
