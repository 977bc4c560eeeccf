# SPDX-License-Identifier: BSD-3-Clause
"""A laboratory for the system tests: folders, keys, configurations, servers, namespaces.

A test file defines functions marked by @test, each named after the behaviour it shows and given a
fresh Lab, and ends with harness.main().  Everything a Lab started ends with it, by process id; network
namespaces are those of processes, so that nothing of them can be left behind.  When a test is over, no
file of its lab but the secret files themselves may hold a secret: that is checked every time.

Exit status: 0 all well, 1 something failed, 77 nothing could run here.
"""

import json
import os
import secrets as random_secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.environ.get("SLUICE_BUILD", os.path.join(os.path.dirname(__file__), "../../build"))
SOURCE = os.environ.get("SLUICE_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))
SERVER = os.path.join(BUILD, "app/mapserver/sluice-mapserver")
CTL = os.path.join(BUILD, "app/sluicectl/sluicectl")
LOADGEN = os.path.join(BUILD, "app/loadgen/sluice-loadgen")
OWN_CAPTURES = os.path.join(SOURCE, "test/system/data")
SHARED_CAPTURES = os.path.join(SOURCE, "../shared/captures")
EAL = ["--no-huge", "-m", "256", "--no-pci"]
READY_S = 30

_tests = {}  # by file: one test file may take helpers from another


class Skip(Exception):
    """This cannot run here, and why."""


def test(function):
    _tests.setdefault(function.__module__, []).append(function)
    return function


def check(condition, text, *shown):
    if not condition:
        raise AssertionError(" ".join([text] + [str(s) for s in shown]))


def short(value):
    text = str(value)
    return text if len(text) < 600 else text[:600] + " ..."


def equal(found, wanted, text):
    check(found == wanted, "%s: found %s, wanted %s" % (text, short(found), short(wanted)))


def wait_for(what, condition, seconds=10.0):
    """Poll until condition() gives something true, and return it."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < end, "waited %g s in vain: %s" % (seconds, what))
        time.sleep(0.02)


def need_root():
    if os.geteuid() != 0:
        raise Skip("needs root")


def need_program(name):
    if shutil.which(name) is None:
        raise Skip("needs the program " + name)


class Namespace:
    """A network namespace that lives as long as its process."""

    def __init__(self):
        need_root()
        need_program("ip")
        self.process = subprocess.Popen(["unshare", "--net", "sleep", "1000"])
        host = os.readlink("/proc/self/ns/net")
        try:
            wait_for("a network namespace", lambda: self.process.poll() is not None or
                     os.readlink("/proc/%d/ns/net" % self.process.pid) != host)
        except OSError:
            pass
        if self.process.poll() is not None:
            raise Skip("network namespaces cannot be made here")

    def prefix(self):
        return ["nsenter", "--net=/proc/%d/ns/net" % self.process.pid]

    def run(self, *command, **options):
        return subprocess.run(self.prefix() + list(command), check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30,
                              **options).stdout

    def end(self):
        self.process.kill()
        self.process.wait()


class Server:
    """A running sluice-mapserver; its output is in .log."""

    def __init__(self, lab, config, args=(), namespace=None, cwd=None):
        self.log = lab.path("server-%d.log" % lab.number())
        self.stats_file = self.log[:-4] + ".stats.json"
        self.socket = os.path.join(os.path.dirname(config), "sluice.sock")
        command = [SERVER, "--config", config, "--stats", self.stats_file] + list(args)
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(
                (namespace.prefix() if namespace else []) + command, cwd=cwd or lab.dir,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait_ready(self):
        wait_for("the server to be ready",
                 lambda: "ready:" in self.output() or self.process.poll() is not None, READY_S)
        check(self.process.poll() is None, "the server ended:", self.output())
        return self

    def wait(self, seconds=60):
        """Exit status."""
        return self.process.wait(timeout=seconds)

    def stop(self, how=signal.SIGTERM):
        """Exit status after a signal."""
        self.process.send_signal(how)
        return self.wait()

    def stats(self):
        with open(self.stats_file, encoding="utf-8") as f:
            return json.load(f)

    def ctl(self, *args, ok=True):
        """Answer of sluicectl --json: one JSON value."""
        done = subprocess.run([CTL, "--socket", self.socket, "--json"] + list(args), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30, check=False)
        check((done.returncode == 0) == ok, "sluicectl " + " ".join(args), done.returncode,
              done.stderr)
        self.keep(done.stdout + done.stderr)
        return json.loads(done.stdout) if ok else done.stderr

    def table(self, *args):
        """Answer of sluicectl for people."""
        done = subprocess.run([CTL, "--socket", self.socket] + list(args), text=True, timeout=30,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.keep(done.stdout)
        equal(done.returncode, 0, "sluicectl " + " ".join(args) + "\n" + done.stdout)
        return done.stdout

    def keep(self, text):
        """What sluicectl printed belongs to what is searched for secrets."""
        with open(self.log[:-4] + ".ctl", "a", encoding="utf-8") as f:
            f.write(text)


class Lab:
    """One test's folder and everything that was started for it."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="sluice-")
        self.secrets = []
        self.things = []
        self.count = 0

    def number(self):
        self.count += 1
        return self.count

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def folder(self, name):
        os.makedirs(self.path(name), exist_ok=True)
        return self.path(name)

    def write_json(self, name, value):
        with open(self.path(name), "w", encoding="utf-8") as f:
            json.dump(value, f, indent=2)
        return self.path(name)

    def secret(self, name, value=None, mode=0o600):
        """Make a secret file; returns the secret. Names end in .key: those are not searched."""
        value = random_secrets.token_bytes(24) if value is None else value
        self.secrets.append(value)
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write("hex:" + value.hex() + "\n")
        os.chmod(self.path(name), mode)
        return value

    def config(self, devargs, sites, folder="", **more):
        """Write mapserver.json of one port into a folder of the lab; returns its path."""
        value = {
            "eal": EAL,
            "control": {"socket": "sluice.sock"},
            "workers": {"count": 1, "idle-sleep-us": 50},
            "ports": [{"name": "p0", "devargs": devargs,
                       "addresses": ["10.99.0.1", "2001:db8:99::1"]}],
            "store": {"driver": "lmdb", "path": "state", "map-size-mb": 64},
            "sites": sites,
        }
        value.update(more)
        self.folder(folder)
        return self.write_json(os.path.join(folder, "mapserver.json"), value)

    def server(self, config, *args, namespace=None, cwd=None):
        server = Server(self, config, args, namespace, cwd)
        self.things.append(server.process)
        return server

    def replay(self, config, pcap_in, *args):
        """Play a capture through a server of a net_pcap port; returns stats and answers."""
        from lisp_client import read_pcap
        out = self.path("out-%d.pcap" % self.number())
        devargs = "net_pcap0,rx_pcap=%s,tx_pcap=%s" % (pcap_in, out)
        server = self.server(config, "--set", "/ports/0/devargs=" + devargs, "--exit-idle", "1", *args)
        equal(server.wait(), 0, "exit status of the server\n" + server.output())
        return server.stats(), read_pcap(out), out

    def namespace(self):
        ns = Namespace()
        self.things.append(ns)
        return ns

    def start(self, command, log):
        """A process of our own in the background."""
        with open(self.path(log), "wb") as out:
            process = subprocess.Popen(command, cwd=self.dir, stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=subprocess.STDOUT)
        self.things.append(process)
        return process

    def run(self, *command, status=0, timeout=60):
        """Output of a command, both streams; it is kept for the search."""
        done = subprocess.run(command, cwd=self.dir, text=True, timeout=timeout, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        with open(self.path("run-%d.log" % self.number()), "w", encoding="utf-8") as f:
            f.write(done.stdout)
        equal(done.returncode, status, "%s\n%s" % (" ".join(command), done.stdout))
        return done.stdout

    def load_sites(self, folder, *args):
        """Keys and sites for the load generator; its secrets are searched for too."""
        out = self.run(LOADGEN, "--site-file-out", self.path(folder), *args)
        for name in os.listdir(self.path(folder)):
            if name.endswith(".key"):
                with open(self.path(folder, name), encoding="ascii") as f:
                    self.secrets.append(bytes.fromhex(f.read().strip()[4:]))
        return out

    def holds_secret(self):
        """Name of the first file that holds a secret, whatever wrote it; or None."""
        needles = []
        for s in self.secrets:
            needles += [s, s.hex().encode(), s.hex().upper().encode()]
        for folder, _, names in os.walk(self.dir):
            for name in names:
                path = os.path.join(folder, name)
                if name.endswith(".key") or not os.path.isfile(path) or os.path.islink(path):
                    continue
                with open(path, "rb") as f:
                    data = f.read()
                if any(n in data for n in needles):
                    return path
        return None

    def end(self):
        for thing in reversed(self.things):
            if isinstance(thing, Namespace):
                thing.end()
            elif thing.poll() is None:
                thing.kill()
                thing.wait()

    def show_logs(self):
        for name in sorted(os.listdir(self.dir)):
            if name.endswith(".log"):
                with open(self.path(name), encoding="utf-8", errors="replace") as f:
                    text = f.read()
                print("---- %s\n%s" % (name, text[-4000:]))


def static_site(name, key_file, prefixes, **key):
    """A site with one static key; algorithm 2, Key ID 1, strict unless told otherwise."""
    entry = {"key-id": 1, "algorithm": 2, "secret-file": key_file}
    entry.update({k.replace("_", "-"): v for k, v in key.items()})
    return {"name": name, "auth": "static", "keys": [entry], "eid-prefixes": [
        {"iid": 0, "prefix": p, "accept-more-specifics": True} for p in prefixes]}


def one(function):
    lab = Lab()
    try:
        function(lab)
        lab.end()
        leak = lab.holds_secret()
        check(leak is None, "a secret stands in", leak)
    except Skip:
        raise
    except Exception:
        lab.end()
        traceback.print_exc(file=sys.stdout)
        lab.show_logs()
        return False
    finally:
        lab.end()
        if "SLUICE_KEEP" not in os.environ:
            shutil.rmtree(lab.dir, ignore_errors=True)
    return True


def main():
    def interrupted(*_):
        sys.exit(1)

    signal.signal(signal.SIGTERM, interrupted)  # so that labs are taken down
    failed = skipped = 0
    tests = _tests["__main__"]
    for function in tests:
        name = function.__name__.replace("_", " ")
        try:
            good = one(function)
            print(("ok      " if good else "FAILED  ") + name, flush=True)
            failed += not good
        except Skip as why:
            print("skipped %s: %s" % (name, why), flush=True)
            skipped += 1
    if failed:
        sys.exit(1)
    sys.exit(77 if skipped == len(tests) else 0)
