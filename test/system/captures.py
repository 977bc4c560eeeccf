#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Captures of a real ETR, played through the whole server by a net_pcap port, with config/oor.json."""

import os
import shutil

import harness
import lisp_client as lisp
from harness import check, equal, test

SECRET = b"lab-key-one"


def play(lab, name):
    shutil.copy(os.path.join(harness.SOURCE, "config/oor.json"), lab.path("oor.json"))
    lab.secret("lab.key", SECRET)
    capture = os.path.join(harness.OWN_CAPTURES, name)
    stats, answers, out = lab.replay(lab.path("oor.json"), capture)
    datagrams = [lisp.Datagram(f) for f in lisp.read_pcap(capture)]
    registers = [d for d in datagrams if d.payload[0] >> 4 == lisp.MAP_REGISTER]
    others = len(datagrams) - len(registers)

    equal(stats["received"], len(datagrams), "received")
    equal(stats["accepted"], len(registers), "accepted")
    equal(stats["records"], len(registers), "records")
    equal(stats["answers"]["map-notify"], len(registers), "Map-Notifies")
    equal(stats["drops"], {"type": others}, "drops")
    equal(stats["unaccounted"], 0, "unaccounted")
    equal(len(answers), len(registers), "frames sent")
    judge_answers(registers, [lisp.Datagram(f) for f in answers])
    ask_tshark(lab, out, len(registers))


def judge_answers(registers, answers):
    """Each Map-Register is answered by what RFC 9301 5.7 asks for, octet for octet, to its sender."""
    wanted = {lisp.nonce_of(r.payload): r for r in registers}
    for a in answers:
        check(a.fault is None, "a wrong frame was sent:", a.fault)
        r = wanted.pop(lisp.nonce_of(a.payload))
        equal((a.src, a.dst, a.sport, a.dport), (r.dst, r.src, lisp.PORT, lisp.PORT), "addresses")
        equal((a.frame[:6], a.frame[6:12]), (r.frame[6:12], r.frame[:6]), "MAC addresses")
        check(lisp.is_signed(r.payload, SECRET), "the capture does not verify")
        equal(a.payload.hex(), lisp.notify_for(r.payload, SECRET).hex(), "Map-Notify")
    equal(wanted, {}, "Map-Registers without an answer")


def ask_tshark(lab, out, n):
    """A second opinion where tshark is installed."""
    if shutil.which("tshark") is None:
        return
    text = lab.run("tshark", "-r", out, "-T", "fields", "-e", "lisp.type", "-e", "_ws.malformed",
                   "-e", "udp.checksum.status", "-o", "udp.check_checksum:TRUE")
    rows = [line.split("\t") for line in text.splitlines() if line.startswith("4\t")]
    equal([r[1:] for r in rows], [["", "1"]] * n, "tshark says\n" + text)


@test
def one_ipv4_prefix_is_accepted_and_answered_to_the_octet(lab):
    play(lab, "01-ipv4-eid.pcap")


@test
def five_prefixes_with_two_rlocs_are_accepted_and_answered_to_the_octet(lab):
    play(lab, "03-five-prefixes-two-rlocs.pcap")


@test
def a_wrong_secret_gets_no_answer(lab):
    shutil.copy(os.path.join(harness.SOURCE, "config/oor.json"), lab.path("oor.json"))
    lab.secret("lab.key")
    stats, answers, _ = lab.replay(lab.path("oor.json"),
                                   os.path.join(harness.OWN_CAPTURES, "01-ipv4-eid.pcap"))
    equal(stats["drops"], {"auth-fail": 1, "type": 1}, "drops")
    equal((stats["accepted"], stats["unaccounted"], answers), (0, 0, []), "accepted, sent")


if __name__ == "__main__":
    harness.main()
