#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How a server ends and reads again: SIGINT, SIGTERM, --duration, --exit-idle, SIGHUP."""

import json
import signal

import harness
import lisp_client as lisp
from harness import equal, test, wait_for


def fed_server(lab, *args):
    """A server that has accepted one Map-Register from a capture."""
    secret = lab.secret("site.key")
    sites = [harness.static_site("one", "site.key", ["10.1.0.0/16"])]
    message = lisp.map_register([lisp.record("10.1.0.0/24", ["10.99.0.2"])], 1, secret)
    lisp.write_pcap(lab.path("in.pcap"), [lisp.udp_frame("10.99.0.2", "10.99.0.1", message)])
    config = lab.config("net_pcap0,rx_pcap=%s,tx_pcap=%s" % (lab.path("in.pcap"), lab.path("out.pcap")),
                        sites)
    return lab.server(config, *args), config


def judge(lab, server, status):
    equal(status, 0, "exit status\n" + server.output())
    stats = server.stats()
    equal((stats["accepted"], stats["answers"]["map-notify"], stats["unaccounted"]), (1, 1, 0),
          "accepted, answered, unaccounted")
    equal(len(lisp.read_pcap(lab.path("out.pcap"))), 1, "frames written")


def ended_by(lab, how):
    server, _ = fed_server(lab)
    server.wait_ready()
    wait_for("the Map-Notify", lambda: server.ctl("status")["totals"]["accepted"] == 1)
    judge(lab, server, server.stop(how))


@test
def sigint_ends_cleanly_with_stats_and_a_whole_capture(lab):
    ended_by(lab, signal.SIGINT)


@test
def sigterm_ends_cleanly_with_stats_and_a_whole_capture(lab):
    ended_by(lab, signal.SIGTERM)


@test
def it_ends_after_its_duration(lab):
    server, _ = fed_server(lab, "--duration", "1")
    judge(lab, server, server.wait(20))


@test
def it_ends_when_idle(lab):
    server, _ = fed_server(lab, "--exit-idle", "1")
    judge(lab, server, server.wait(20))


@test
def sighup_reads_the_sites_again(lab):
    server, config = fed_server(lab)
    server.wait_ready()
    lab.secret("two.key")
    with open(config, encoding="utf-8") as f:
        value = json.load(f)
    value["sites"].append(harness.static_site("two", "two.key", ["10.2.0.0/16"]))
    lab.write_json("mapserver.json", value)
    server.process.send_signal(signal.SIGHUP)
    wait_for("the new site", lambda: server.ctl("status")["sites"] == 2)
    judge(lab, server, server.stop())


@test
def sighup_with_a_broken_file_changes_nothing(lab):
    server, _ = fed_server(lab)
    server.wait_ready()
    before = len(server.output())
    with open(lab.path("mapserver.json"), "w", encoding="utf-8") as f:
        f.write("{")
    server.process.send_signal(signal.SIGHUP)
    wait_for("a line in the log", lambda: len(server.output()) > before)
    equal(server.ctl("status")["sites"], 1, "sites")
    judge(lab, server, server.stop())


if __name__ == "__main__":
    harness.main()
