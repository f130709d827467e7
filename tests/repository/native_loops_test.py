#!/usr/bin/env python3
"""Loops compiled for one processor leave nothing behind that the rest of the program might use.

usage: native_loops_test.py NM LIBRARY

An inline function of a header that is emitted in the library (a weak symbol) might become the program's only copy.
"""
import subprocess
import sys

ALLOWED = ("lowprec::bench::native_loop(", "lowprec::bench::native_target()")


def main(nm, library):
    listing = subprocess.run([nm, "-C", "--defined-only", "--extern-only", library], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    symbols = [line.split(" ", 2) for line in listing.splitlines() if line.count(" ") >= 2]
    for _, kind, name in symbols:
        if kind != "T" or not name.startswith(ALLOWED):
            return f"{library} defines {name} ({kind})"
    return 0 if symbols else f"{library} defines nothing"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
