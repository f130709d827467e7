#!/usr/bin/env python3
"""Runs an example and compares what it prints.

usage: check.py EXPECTED PROGRAM

Results do not depend on the machine or the compiler, so every byte is compared.
"""
import difflib
import pathlib
import subprocess
import sys


def main(expected, program):
    done = subprocess.run([program], stdout=subprocess.PIPE, text=True, timeout=120)
    want = pathlib.Path(expected).read_text()
    if done.returncode == 0 and done.stdout == want:
        return 0
    sys.stderr.writelines(difflib.unified_diff(want.splitlines(True), done.stdout.splitlines(True), expected, program))
    return f"{program} exits with {done.returncode}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
