#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Ports: one that is not there is a failure to start, a stale memif socket is not."""

import os
import signal

import harness
from harness import LOADGEN, check, equal, test

SITE = "site.key"


def config(lab, devargs, folder=""):
    lab.folder(folder)
    lab.secret(os.path.join(folder, SITE))
    return lab.config(devargs, [harness.static_site("one", SITE, ["10.1.0.0/16"])], folder)


def refused(lab, devargs, *words):
    """The server ends with status 1 and one sentence that holds these words."""
    server = lab.server(config(lab, devargs))
    equal(server.wait(), 1, "exit status\n" + server.output())
    lines = [line for line in server.output().splitlines() if " err " in line]
    equal(len(lines), 1, "lines that say error\n" + server.output())
    for word in ("p0",) + words:
        check(word in lines[0], "%s is missing in: %s" % (word, lines[0]))


@test
def a_port_that_is_not_there_is_a_failure_to_start(lab):
    refused(lab, "0000:7f:1f.7", "0000:7f:1f.7")


@test
def a_device_nobody_drives_is_a_failure_to_start(lab):
    refused(lab, "net_nosuch0,iface=nowhere", "net_nosuch0")


@test
def an_interface_that_is_not_there_is_a_failure_to_start(lab):
    refused(lab, "net_af_packet0,iface=nowhere9", "net_af_packet0")


@test
def a_ring_port_starts_and_stops(lab):
    server = lab.server(config(lab, "net_ring0")).wait_ready()
    equal(server.stop(), 0, "exit status\n" + server.output())


@test
def a_socket_left_by_a_killed_server_is_removed(lab):
    path = lab.path("memif.sock")
    devargs = "net_memif0,role=server,id=0,socket-abstract=no,socket=" + path
    server = lab.server(config(lab, devargs)).wait_ready()
    server.stop(signal.SIGKILL)
    check(os.path.exists(path), "the killed server left no socket: this test shows nothing")

    lab.load_sites("sites.d", "--etrs", "10", "--prefixes", "20")
    again = lab.config(devargs, [], **{"site-files": ["sites.d/*.json"]})
    server = lab.server(again).wait_ready()
    lab.run(LOADGEN, "--site-dir", lab.path("sites.d"), "--quiet", "--port",
            "net_memif0,role=client,id=0,socket-abstract=no,socket=" + path)
    equal(server.stop(), 0, "exit status\n" + server.output())
    equal(server.stats()["eid-prefixes"], 20, "EID-prefixes")


@test
def a_socket_that_is_served_is_left_alone(lab):
    path = lab.path("memif.sock")
    devargs = "net_memif0,role=server,id=0,socket-abstract=no,socket=" + path
    first = lab.server(config(lab, devargs, "a")).wait_ready()
    second = lab.server(config(lab, devargs, "b"))
    equal(second.wait(), 1, "exit status of the second server\n" + second.output())
    check(path in second.output(), "the socket is not named:", second.output())
    equal(first.stop(), 0, "exit status of the first server\n" + first.output())


if __name__ == "__main__":
    harness.main()
