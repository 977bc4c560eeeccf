#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What scripts/run tells: summary.py captures | capture NAME STATS | load LOAD STATS"""

import json
import sys


def read(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def plural(n, what):
    return "%s %s%s" % (format(n, ","), what, "" if n == 1 else "s")


def drops_text(drops):
    return ", ".join("%s %s" % (format(n, ","), word) for word, n in sorted(drops.items()))


CAPTURE = "    %-28s %7s %9s %9s  %s"


def capture(name, stats):
    s = read(stats)
    print(CAPTURE % (name, s["received"], s["accepted"], s["answers"]["map-notify"],
                     drops_text(s["drops"]) or "nothing"))


def row(name, text):
    print("  %-16s %s" % (name, text))


def load(load_file, stats):
    l, s = read(load_file), read(stats)
    who = l["load"]
    wrong = s["received"] - s["accepted"] - sum(s["drops"].values()) - s["acknowledged"] \
        - sum(s["answers"][k] for k in ("arp", "neighbour", "echo"))
    print("\nSummary")
    row("registered", "%s of %s EID-prefixes, by %s of %s, in %.2f s" % (
        format(l["registered"], ","), format(who["prefixes"], ","), plural(who["etrs"], "ETR"),
        plural(who["sites"], "site"), l["register"]["seconds"]))
    row("accepted", "%s Map-Registers, %s a second over %.1f s" % (
        format(s["accepted"], ","), format(round(l["rate"]), ","), l["seconds"]))
    row("notified", "%s Map-Notifies came back; of each the nonce, MAC and records were checked" %
        format(l["acknowledged"], ","))
    row("latency", "half within %s us, 99 of 100 within %s us, all within %s us" % tuple(
        format(round(l["latency_us"][k]), ",") for k in ("p50", "p99", "max")))
    row("dropped", drops_text(s["drops"]) or "nothing")
    row("accounted", "%s packets received, %s unaccounted" % (
        format(s["received"], ","), format(s["unaccounted"], ",")))
    if not l["ok"] or s["unaccounted"] or wrong:
        row("NOT WELL", "not every answer came or was right: see above, and build/run/server.log")
        return 1
    return 0


def main(words):
    if words == ["captures"]:
        print(CAPTURE % ("capture", "frames", "accepted", "answered", "dropped"))
    elif len(words) == 3 and words[0] == "capture":
        capture(*words[1:])
    elif len(words) == 3 and words[0] == "load":
        return load(*words[1:])
    else:
        return __doc__
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
