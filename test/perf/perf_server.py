#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The whole server under load over memif: registrations a second, cycles by stage, memory.

Starts the real sluice-mapserver (worker on one CPU) and the real sluice-loadgen (with the control
core on the other), once for each scenario, and prints figures.  Asserts only that the runs were
clean: nothing here may fail because a machine is slow.

usage: perf_server.py [--quick] [--json FILE] MAPSERVER LOADGEN [SCENARIO...]
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CRYPTO = ("verify", "sign")
SCENARIOS = {
    # name: (what the generator is asked for, what is printed beside it)
    "refresh": dict(etrs=65536, prefixes=1000000, algorithm=2, policy="recent",
                    text="refreshes, algorithm 2, 1 M EID-prefixes, 65,536 xTR-IDs, 1,024 keys"),
    "refresh-hkdf": dict(etrs=65536, prefixes=1000000, algorithm=3, policy="recent",
                         text="the same, algorithm 3 (a key per message)"),
    "strict": dict(etrs=4096, prefixes=40960, algorithm=2, policy="strict",
                   text="strict keys: each nonce on disk before its Map-Notify"),
    "new": dict(etrs=65536, prefixes=1000000, algorithm=2, policy="recent", pcap=True,
                text="a new EID-prefix each, from a file: the control core has a CPU to itself"),
    "churn": dict(etrs=4096, prefixes=40960, algorithm=2, policy="recent", churn=100,
                  text="changes only: each message moves its EID-prefix to other locators"),
}
QUICK = dict(etrs=256, prefixes=2560)


def config(folder, quick, pcap):
    huge = int(open("/proc/sys/vm/nr_hugepages").read()) >= 256
    memory = ["--in-memory", "-m", "512"] if huge else ["--no-huge", "-m", "512"]
    return {
        "eal": memory + ["--no-pci", "--no-telemetry"],
        "control": {"socket": os.path.join(folder, "ctl.sock"), "cpu": 0},
        "workers": {"count": 1, "cpus": [min(1, os.cpu_count() - 1)]},
        "limits": {"max-eid-prefixes": 1 << (16 if quick else 21),
                   "max-associations": 1 << 18, "eid-prefixes-per-site": 1 << 20},
        "ports": [{"name": "p0", "max-frame": 2048,
                   "devargs": "net_pcap0,rx_pcap=" + pcap if pcap else
                   "net_memif0,role=server,id=0,socket-abstract=yes,socket=sluice-perf-%d" % os.getpid(),
                   "addresses": ["10.99.0.1", "2001:db8:99::1"]}],
        "store": {"driver": "lmdb", "path": "state"},
        "log": {"level": "warning"},
        "site-files": ["sites/*.json"],
    }


def run(args, name, scenario):
    who = dict(scenario, **QUICK) if args.quick else scenario
    folder = tempfile.mkdtemp(prefix="perf-", dir=os.getcwd())
    server = None
    try:
        pcap = os.path.join(folder, "load.pcap") if who.get("pcap") else None
        conf = config(folder, args.quick, pcap)
        with open(os.path.join(folder, "conf.json"), "w") as f:
            json.dump(conf, f)
        common = ["--etrs", str(who["etrs"]), "--prefixes", str(who["prefixes"]),
                  "--algorithm", str(who["algorithm"]), "--policy", who["policy"]]
        sites = os.path.join(folder, "sites")
        subprocess.run([args.loadgen, "--site-file-out", sites] + common, check=True,
                       stdout=subprocess.DEVNULL)
        stats = os.path.join(folder, "stats.json")
        if pcap:
            return replay(args, name, who, folder, sites, pcap, stats, common)
        server = subprocess.Popen([args.mapserver, "--config", os.path.join(folder, "conf.json"),
                                   "--stats", stats])
        for _ in range(600):
            if os.path.exists(conf["control"]["socket"]) or server.poll() is not None:
                break
            time.sleep(0.1)
        result = os.path.join(folder, "load.json")
        load = [args.loadgen, "--site-dir", sites, "--json", result, "--quiet", "--cpu", "0",
                "--duration", "3" if args.quick else "20",
                "--port", conf["ports"][0]["devargs"].replace("role=server", "role=client")]
        if "churn" in who:
            load += ["--churn", str(who["churn"])]
        status = subprocess.run(load + common, stdout=subprocess.DEVNULL, timeout=300).returncode
        rss = resident(server.pid)
        server.send_signal(signal.SIGTERM)
        server.wait(60)
        with open(stats) as f:
            st = json.load(f)
        with open(result) as f:
            load_result = json.load(f)
        report(name, who, st, load_result, rss)
        return status == 0 and server.returncode == 0 and st["unaccounted"] == 0, st, load_result
    finally:
        if server is not None and server.poll() is None:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def replay(args, name, who, folder, sites, pcap, stats, common):
    """One pass over a file of signed Map-Registers; a port of rx_pcap alone swallows the answers."""
    subprocess.run([args.loadgen, "--site-dir", sites, "--pcap-out", pcap, "--count",
                    str(who["prefixes"])] + common, check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run([args.mapserver, "--config", os.path.join(folder, "conf.json"),
                           "--exit-idle", "1", "--stats", stats], timeout=300)
    with open(stats) as f:
        st = json.load(f)
    seconds = sum(st["cycles"].values()) / st["tsc-hz"]
    load = {"seconds": seconds, "accepted_per_second": st["accepted"] / seconds}
    report(name, who, st, load, 0)
    return done.returncode == 0 and st["unaccounted"] == 0, st, load


def resident(pid):
    with open("/proc/%d/status" % pid) as f:
        for line in f:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
    return 0


def report(name, who, st, load, rss):
    n = max(1, st["accepted"])
    cycles = {k: v / n for k, v in st["cycles"].items()}
    rest = sum(v for k, v in cycles.items() if k not in CRYPTO)
    print("\n%s: %s" % (name, who["text"]))
    print("  %s" % json.dumps(load))
    print("  accepted %d, of them refreshes %d, handed over %d, Map-Notifies %d, drops %s"
          % (st["accepted"], st["refreshed"], st["handed-over"], st["answers"]["map-notify"],
             st["drops"] or "none"))
    print("  TSC cycles a Map-Register: " +
          ", ".join("%s %.0f" % (k, v) for k, v in cycles.items() if v >= 0.5))
    print("  all stages but crypto %.0f, crypto %.0f; messages a burst %.1f"
          % (rest, sum(cycles[k] for k in CRYPTO), st["received"] / max(1, st["bursts"])))
    print("  resident %.0f MiB, EID-prefixes %d" % (rss / 2**20, st["eid-prefixes"]))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--quick", action="store_true")
    p.add_argument("--json")
    p.add_argument("mapserver")
    p.add_argument("loadgen")
    p.add_argument("scenario", nargs="*", default=[])
    args = p.parse_args()
    good, out = True, {}
    for name in args.scenario or SCENARIOS:
        ok, st, load = run(args, name, SCENARIOS[name])
        out[name] = {"server": st, "load": load}
        good = good and ok
        if not ok:
            print("  NOT CLEAN")
    if args.json:
        with open(args.json, "w") as f:
            json.dump(out, f, indent=2)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
