#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Emulated ETRs over shared memory: every answer is checked by the load generator, every packet is
accounted for by the server, and the two agree on what was wrong."""

import json

import harness
from harness import LOADGEN, check, equal, test

LIMITS = {"max-eid-prefixes": 65536, "max-associations": 16384}


class Load:
    """A server with the sites of a load generator, and runs of it."""

    def __init__(self, lab, name="a", *layout):
        self.lab, self.name = lab, name
        self.socket = "sluice-test-%s-%s" % (lab.dir.rsplit("-", 1)[1], name)
        self.folder = lab.folder(name)
        self.sites = name + "/sites.d"
        lab.load_sites(self.sites, *layout)
        config = lab.config("net_memif0,role=server,id=0,socket-abstract=yes,socket=" + self.socket, [],
                            folder=name, limits=LIMITS, **{"site-files": ["sites.d/*.json"]})
        self.server = lab.server(config)

    def command(self, out, *args):
        return [LOADGEN, "--site-dir", self.lab.path(self.sites), "--quiet", "--window", "500",
                "--port", "net_memif0,role=client,id=0,socket-abstract=yes,socket=" + self.socket,
                "--json", out] + list(args)

    def run(self, *args):
        """Result of a run that must be clean."""
        out = self.lab.path("load-%d.json" % self.lab.number())
        self.lab.run(*self.command(out, *args))
        with open(out, encoding="utf-8") as f:
            return json.load(f)

    def stop(self):
        equal(self.server.stop(), 0, "exit status of the server\n" + self.server.output())
        stats = self.server.stats()
        equal(stats["unaccounted"], 0, "unaccounted")
        return stats


def small_load(lab, layout, *args):
    load = Load(lab, "a", "--etrs", "50", "--prefixes", "500", *layout)
    load.server.wait_ready()
    result = load.run("--count", "2000", *args)
    stats = load.stop()
    equal(result["registered"], 500, "registered")
    equal(stats["accepted"], result["acknowledged"], "accepted, and acknowledged")
    equal(stats["eid-prefixes"], 500, "EID-prefixes")
    equal(stats["drops"], {}, "drops")


@test
def hmac_sha1_with_96_bits(lab):
    small_load(lab, ["--algorithm", "1", "--policy", "recent"])


@test
def hmac_sha256_with_128_bits_and_strict_nonces(lab):
    small_load(lab, ["--algorithm", "2"])


@test
def a_key_per_message_by_hkdf(lab):
    small_load(lab, ["--algorithm", "3", "--policy", "recent"])


@test
def whole_macs_are_answered_by_whole_macs(lab):
    small_load(lab, ["--algorithm", "2"], "--tag-length", "full")


@test
def ipv6_outside_and_inside(lab):
    small_load(lab, ["--ipv6-share", "50", "--source-base", "2001:db8:99:1::"],
               "--server", "2001:db8:99::1")


@test
def etrs_without_xtr_id_and_checked_nonces(lab):
    small_load(lab, ["--policy", "off"], "--no-xtr-id")


@test
def several_records_in_a_message(lab):
    load = Load(lab, "a", "--etrs", "50", "--prefixes", "1000")
    load.server.wait_ready()
    result = load.run("--count", "500", "--records", "10")
    stats = load.stop()
    equal(result["registered"], 1000, "registered")
    equal(stats["records"], 10 * stats["accepted"], "records")


@test
def changes_are_stored_and_answered(lab):
    load = Load(lab, "a", "--etrs", "50", "--prefixes", "500", "--policy", "recent")
    load.server.wait_ready()
    result = load.run("--count", "3000", "--churn", "50")
    stats = load.stop()
    check(result["changes"] > 500, "changes:", result["changes"])
    check(stats["handed-over"] >= result["changes"], "handed over:", stats["handed-over"])
    equal(stats["accepted"], result["acknowledged"], "accepted, and acknowledged")


@test
def forged_and_replayed_messages_are_dropped_by_their_names(lab):
    load = Load(lab, "a", "--etrs", "50", "--prefixes", "500")
    load.server.wait_ready()
    result = load.run("--count", "5000", "--bad-mac", "10", "--replay", "10")
    stats = load.stop()
    check(result["bad-mac-sent"] > 100 and result["replayed"] > 100, "too few:", result)
    equal(stats["drops"], {"auth-fail": result["bad-mac-sent"], "replay": result["replayed"]}, "drops")
    equal(stats["accepted"], result["acknowledged"], "accepted, and acknowledged")


@test
def two_servers_run_side_by_side(lab):
    loads = [Load(lab, name, "--etrs", "50", "--prefixes", "500") for name in ("a", "b")]
    for load in loads:
        load.server.wait_ready()
    outs = [lab.path(load.name + ".json") for load in loads]
    runs = [lab.start(load.command(out, "--count", "3000"), load.name + "-load.log")
            for load, out in zip(loads, outs)]
    for run in runs:
        equal(run.wait(timeout=60), 0, "exit status of the load generator")
    for load, out in zip(loads, outs):
        with open(out, encoding="utf-8") as f:
            equal(json.load(f)["acknowledged"], load.stop()["accepted"], "acknowledged by " + load.name)


if __name__ == "__main__":
    harness.main()
