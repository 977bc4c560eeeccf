#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An ordinary host with ordinary sockets reaches the server, over AF_PACKET on a veth and over a TAP:
ARP, neighbour discovery, ping, and Map-Registers over IPv4 and IPv6."""

import os
import subprocess
import sys
import textwrap

import harness
from harness import Skip, check, equal, need_program, test, wait_for

# Runs in the client's namespace: sends what it reads from stdin as hex, prints the answer as hex.
CLIENT = textwrap.dedent("""
    import socket, sys
    server, request = sys.argv[1], bytes.fromhex(sys.stdin.read())
    s = socket.socket(socket.AF_INET6 if ':' in server else socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('', 4342))
    s.settimeout(5)
    s.sendto(request, (server, 4342))
    answer, sender = s.recvfrom(9000)
    print(sender[0], sender[1], answer.hex())
""")


def host_interface(client, name):
    """Addresses for the client's interface; checksums are computed in the frames, not left open."""
    client.run("ip", "link", "set", "lo", "up")
    client.run("ethtool", "-K", name, "tx", "off")
    client.run("ip", "address", "add", "10.99.0.2/24", "dev", name)
    client.run("ip", "address", "add", "2001:db8:99::2/64", "dev", name, "nodad")
    client.run("ip", "link", "set", name, "up")


def register(client, server_address, secret, nonce, rloc, **options):
    import lisp_client as lisp
    message = lisp.map_register([lisp.record("10.1.0.0/24", [rloc]), lisp.record("10.1.1.7/32", [rloc])],
                                nonce, secret, **options)
    done = subprocess.run(client.prefix() + [sys.executable, "-c", CLIENT, server_address],
                          input=message.hex(), text=True, timeout=30, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    equal(done.returncode, 0, "the client got no answer from %s\n%s" % (server_address, done.stderr))
    address, port, answer = done.stdout.split()
    equal((address, port), (server_address, "4342"), "the answer comes from")
    check(lisp.is_signed(bytes.fromhex(answer), secret), "the Map-Notify does not verify")
    equal(answer, lisp.notify_for(message, secret).hex(), "Map-Notify")


def talk(client, secret):
    client.run("ping", "-c", "3", "-i", "0.2", "-W", "5", "10.99.0.1")
    client.run("ping", "-6", "-c", "3", "-i", "0.2", "-W", "5", "2001:db8:99::1")
    client.run("ping", "-c", "1", "-W", "5", "-s", "1400", "10.99.0.1")
    xtr_id = bytes(range(16))
    register(client, "10.99.0.1", secret, 1, "10.99.0.2")
    register(client, "2001:db8:99::1", secret, 2, "2001:db8:99::2")
    register(client, "10.99.0.1", secret, 1, "10.99.0.2", xtr_id=xtr_id, tag_len=32)
    register(client, "2001:db8:99::1", secret, 2, "10.99.0.2", xtr_id=xtr_id)


def judge(server):
    equal(server.stop(), 0, "exit status\n" + server.output())
    stats = server.stats()
    equal((stats["accepted"], stats["answers"]["map-notify"]), (4, 4), "accepted, answered")
    check(stats["answers"]["arp"] >= 1 and stats["answers"]["neighbour"] >= 1, "neighbours:", stats)
    check(stats["answers"]["echo"] >= 7, "echo:", stats)
    equal(stats["unaccounted"], 0, "unaccounted")


def site(lab):
    return lab.secret("site.key"), [harness.static_site("host", "site.key", ["10.1.0.0/16"])]


@test
def a_kernel_client_registers_over_af_packet_on_a_veth(lab):
    need_program("ethtool")
    need_program("ping")
    ours, client = lab.namespace(), lab.namespace()
    try:
        ours.run("ip", "link", "add", "ms0", "type", "veth", "peer", "name", "etr0", "netns",
                 str(client.process.pid))
    except subprocess.CalledProcessError as e:
        raise Skip("a veth pair cannot be made here: " + e.stdout.strip()) from e
    ours.run("ip", "link", "set", "ms0", "up")
    host_interface(client, "etr0")
    secret, sites = site(lab)
    config = lab.config("net_af_packet0,iface=ms0", sites)
    server = lab.server(config, namespace=ours).wait_ready()
    talk(client, secret)
    judge(server)


@test
def a_kernel_client_registers_over_a_tap(lab):
    need_program("ethtool")
    need_program("ping")
    if not os.path.exists("/dev/net/tun"):
        raise Skip("/dev/net/tun is not there")
    client = lab.namespace()
    secret, sites = site(lab)
    config = lab.config("net_tap0,iface=etr0", sites)
    server = lab.server(config, namespace=client).wait_ready()
    wait_for("the TAP", lambda: "etr0" in client.run("ip", "-o", "link"))
    host_interface(client, "etr0")
    talk(client, secret)
    judge(server)


if __name__ == "__main__":
    harness.main()
