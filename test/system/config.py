#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Bad configurations and bad secret files are refused before anything starts, with all mistakes told at
once and no secret shown."""

import json
import os

import harness
from harness import SERVER, check, equal, test


def good(lab, **more):
    lab.secret("site.key")
    return lab.config("net_null0", [harness.static_site("one", "site.key", ["10.1.0.0/16"])], **more)


@test
def a_good_configuration_is_called_good(lab):
    check("good" in lab.run(SERVER, "--config", good(lab), "--check"), "no word of praise")


@test
def five_mistakes_are_told_as_five(lab):
    lab.secret("site.key")
    site = harness.static_site("one", "site.key", ["10.1.0.0/16", "10.2.0.1/16"], algorithm=9)
    path = lab.config("net_null0", [site], workers={"count": 0}, store={"drivr": "lmdb"},
                      log={"level": "loud"})
    for args in ([], ["--check"]):
        text = lab.run(SERVER, "--config", path, *args, status=2)
        equal(text.count("mapserver.json: /"), 5, "mistakes in\n" + text)
        check("5 mistakes" in text, "they are not counted:", text)
        for pointer in ("/workers/count", "/store/drivr", "/log/level", "/sites/0/keys/0/algorithm",
                        "/sites/0/eid-prefixes/1/prefix"):
            check(pointer in text, pointer + " is missing in", text)
        check("driver" in text, "the nearest known name is missing in", text)


@test
def text_that_is_no_json_is_refused_with_its_line(lab):
    with open(lab.path("mapserver.json"), "w", encoding="utf-8") as f:
        f.write('{\n  "workers": { "count": 1 }\n  "ports": []\n}\n')
    text = lab.run(SERVER, "--config", lab.path("mapserver.json"), status=2)
    check("3" in text and "mapserver.json" in text, "no line in:", text)


@test
def a_missing_file_and_a_missing_option_are_refused(lab):
    check("nowhere.json" in lab.run(SERVER, "--config", "nowhere.json", status=2), "file is not named")
    check("--config" in lab.run(SERVER, status=2), "option is not named")
    lab.run(SERVER, "--config", good(lab), "--bogus", status=2)


@test
def an_override_is_checked_like_the_file(lab):
    path = good(lab)
    lab.run(SERVER, "--config", path, "--check", "--set", "/workers/count=2")
    text = lab.run(SERVER, "--config", path, "--check", "--set", "/workers/count=many", status=2)
    check("/workers/count" in text, "no pointer in:", text)


@test
def what_is_not_in_this_release_is_refused_by_name(lab):
    text = lab.run(SERVER, "--config", good(lab), "--check", "--set",
                   '/key-exchange={"realm": "example.net"}', status=2)
    check("/key-exchange" in text, "no pointer in:", text)
    text = lab.run(SERVER, "--config", good(lab), "--check", "--set", "/ports/0/exception=true", status=2)
    check("/ports/0/exception" in text, "no pointer in:", text)


@test
def the_schema_and_the_effective_configuration_are_json(lab):
    schema = json.loads(lab.run(SERVER, "--schema"))
    check("workers" in schema["properties"], "no workers in the schema")
    effective = json.loads(lab.run(SERVER, "--config", good(lab), "--dump"))
    equal(effective["workers"]["count"], 1, "/workers/count")
    equal(effective["registration"]["lifetime-s"], 180, "a default")


def refused_secret(lab, path):
    """Refused at start and by --check, with the name of the file."""
    for args in ([], ["--check"]):
        text = lab.run(SERVER, "--config", path, *args, status=2)
        check("site.key" in text, "the file is not named:", text)


@test
def a_secret_file_that_others_can_read_is_refused(lab):
    path = good(lab)
    for mode in (0o644, 0o640, 0o604, 0o620):
        os.chmod(lab.path("site.key"), mode)
        refused_secret(lab, path)


@test
def a_secret_file_that_is_missing_or_holds_no_secret_is_refused(lab):
    path = good(lab)
    for line in ("lab-key-one\n", "hex:6c6\n", "hex:6c6g\n", "text:\n", "text:a\ntext:b\n", ""):
        with open(lab.path("site.key"), "w", encoding="utf-8") as f:
            f.write(line)
        refused_secret(lab, path)
    os.unlink(lab.path("site.key"))
    refused_secret(lab, path)


@test
def all_bad_secret_files_are_told_at_once(lab):
    names = ["a.key", "b.key", "c.key"]
    for name in names:
        lab.secret(name, mode=0o644)
    sites = [harness.static_site(n[0], n, ["10.%d.0.0/16" % i]) for i, n in enumerate(names)]
    text = lab.run(SERVER, "--config", lab.config("net_null0", sites), status=2)
    for name in names:
        check(name in text, name + " is missing in", text)


if __name__ == "__main__":
    harness.main()
