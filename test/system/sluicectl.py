#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What an operator asks a running server by sluicectl: above all, why an ETR does not show up."""

import json
import os

import harness
import lisp_client as lisp
from harness import CTL, check, equal, test, wait_for
from load import Load

XTR_ID = bytes(range(16))


def fed_server(lab, *frames, **key):
    """A server that has taken these frames, and still runs."""
    lisp.write_pcap(lab.path("in.pcap"), frames)
    sites = [harness.static_site("lab", "site.key", ["10.1.0.0/16"], **key),
             harness.static_site("quiet", "other.key", ["10.2.0.0/16"])]
    config = lab.config("net_pcap0,rx_pcap=%s,tx_pcap=%s" % (lab.path("in.pcap"), lab.path("out.pcap")),
                        sites)
    server = lab.server(config).wait_ready()
    wait_for("all frames", lambda: server.ctl("status")["totals"]["received"] == len(frames))
    return server


def register(secret, nonce, source="10.99.0.2", eid="10.1.0.0/24", **more):
    message = lisp.map_register([lisp.record(eid, [source])], nonce, secret, **more)
    return lisp.udp_frame(source, "10.99.0.1", message)


def keys(lab):
    return lab.secret("site.key"), lab.secret("other.key")


@test
def site_tells_that_the_mac_of_an_etr_is_wrong_and_from_where_it_came(lab):
    ours, _ = keys(lab)
    server = fed_server(lab, register(ours, 5), register(b"mistyped", 6, source="10.99.0.7"))
    site = server.ctl("site", "lab")
    failure = site["last_failure"]
    equal((failure["reason"], failure["from"], failure["from_port"], failure["authenticated"]),
          ("auth-fail", "10.99.0.7", lisp.PORT, False), "last failure")
    check(failure["ago_s"] < 60 and failure["when"].endswith("Z"), "when:", failure)
    equal((site["last_success"]["from"], site["last_success"]["nonce"]), ("10.99.0.2", "%016x" % 5),
          "last success")
    text = server.table("site", "lab")
    for word in ("auth-fail", "10.99.0.7", "10.99.0.2"):
        check(word in text, word + " is missing in", text)
    equal(server.stop(), 0, "exit status")


@test
def site_tells_each_reason_why_an_etr_does_not_show_up(lab):
    ours, _ = keys(lab)
    for frame, reason in (
            (register(ours, 6, key_id=9), "unknown-key"),
            (register(ours, 6, alg=1), "alg-mismatch"),
            (register(ours, 6, tag_len=12), "auth-len"),
            (register(ours, 5), "replay")):
        server = fed_server(lab, register(ours, 5), frame)
        equal(server.ctl("site", "lab")["last_failure"]["reason"].split(":")[0], reason, "reason")
        equal(server.stop(), 0, "exit status")
        os.rename(lab.path("state"), lab.path("state-" + reason))


@test
def a_site_nobody_has_registered_for_says_so(lab):
    keys(lab)
    server = fed_server(lab)
    site = server.ctl("site", "quiet")
    equal((site["last_success"], site["last_failure"], site["registrations"]), (None, None, 0), "quiet")
    server.table("site", "quiet")
    check("nosuch" in server.ctl("site", "nosuch", ok=False), "the name is missing")
    equal(server.stop(), 0, "exit status")


@test
def tables_tell_what_is_registered_and_by_whom(lab):
    ours, _ = keys(lab)
    server = fed_server(lab, register(ours, 5), register(ours, 7, eid="10.1.9.0/24", xtr_id=XTR_ID),
                        register(b"wrong", 8))
    status = server.ctl("status")
    equal((status["totals"]["accepted"], status["eid_prefixes"], status["sites"]), (2, 2, 2), "status")

    entries = {r["eid"]: r for r in server.ctl("registrations")}
    equal(sorted(entries), ["10.1.0.0/24", "10.1.9.0/24"], "EID-prefixes")
    equal(entries["10.1.9.0/24"]["xtr_id"], XTR_ID.hex(), "xTR-ID")
    equal([l["rloc"] for l in entries["10.1.0.0/24"]["locators"]], ["10.99.0.2"], "locators")
    equal([r["eid"] for r in server.ctl("registrations", "--eid", "10.1.9.77")], ["10.1.9.0/24"],
          "longest match")
    equal(server.ctl("registrations", "--site", "quiet"), [], "of a quiet site")

    nonces = {a["xtr_id"]: a["last_nonce"] for a in server.ctl("associations", "--site", "lab")}
    equal(nonces, {None: "%016x" % 5, XTR_ID.hex(): "%016x" % 7}, "associations")
    equal([(k["site"], k["key_id"], k["policy"]) for k in server.ctl("keys")],
          [("lab", 1, "strict"), ("quiet", 1, "strict")], "keys")
    equal([(d["reason"], d["count"], d["last_from"]) for d in server.ctl("drops")],
          [("auth-fail", 1, "10.99.0.2")], "drops")
    check(len(server.ctl("drops", "--all")) > 20, "few reasons")

    for words, shown in ((["status"], "accepted"), (["registrations"], "10.1.9.0/24"),
                         (["associations"], XTR_ID.hex()), (["keys"], "strict"),
                         (["drops"], "auth-fail"), (["drops", "--all"], "eid-policy")):
        check(shown in server.table(*words), "%s is missing in %s" % (shown, words))
    equal(server.stop(), 0, "exit status")


@test
def wrong_usage_and_a_missing_server_are_told_apart(lab):
    lab.run(CTL, "--socket", lab.path("nowhere.sock"), "status", status=1)
    lab.run(CTL, "--socket", lab.path("nowhere.sock"), "dance", status=2)
    lab.run(CTL, status=2)


def status_of(load, *args):
    """Does a short run of the load generator come to its end?"""
    return load.lab.start(load.command(load.lab.path("x.json"), "--wait", "2", *args),
                          "load-%d.log" % load.lab.number()).wait(timeout=60) == 0


@test
def reload_brings_new_sites_and_changed_keys_and_keeps_the_rest(lab):
    load = Load(lab, "a", "--etrs", "20", "--prefixes", "100")
    load.server.wait_ready()
    check(status_of(load), "the first sites cannot register")

    lab.load_sites("a/sites.d", "--etrs", "20", "--prefixes", "100")  # the same with new keys
    check(not status_of(load), "new keys were taken before the reload")
    load.server.ctl("reload")
    check(status_of(load), "new keys are not taken after the reload")

    with open(lab.path("a/mapserver.json"), encoding="utf-8") as f:
        value = json.load(f)
    lab.secret("a/two.key")
    value["sites"] = [harness.static_site("two", "two.key", ["10.2.0.0/16"])]
    lab.write_json("a/mapserver.json", value)
    before = load.server.ctl("status")
    load.server.ctl("reload")
    after = load.server.ctl("status")
    equal(after["sites"], before["sites"] + 1, "sites")
    equal(after["registrations"], before["registrations"], "registrations")
    load.server.ctl("site", "two")

    value["workers"]["count"] = 0
    lab.write_json("a/mapserver.json", value)
    check("/workers/count" in load.server.ctl("reload", ok=False), "the mistake is not told")
    equal(load.server.ctl("status")["sites"], after["sites"], "sites after a refused reload")

    value["workers"]["count"] = 2
    lab.write_json("a/mapserver.json", value)
    check("/workers/count" in json.dumps(load.server.ctl("reload")), "no word about the restart")
    check(status_of(load), "registered ETRs are shut out after the reloads")
    load.stop()


if __name__ == "__main__":
    harness.main()
