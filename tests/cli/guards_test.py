#!/usr/bin/env python3
"""The program refuses to run where the processor's settings would make it round wrongly. LOWPREC_PROGRAM is its path.

usage: cli_guards_test.py COMPILER...

A library that is loaded before the program (LD_PRELOAD) sets them, as another library of a process would.
"""
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

PROGRAM = os.environ["LOWPREC_PROGRAM"]
SOURCE = "#include <cfenv>\n#include <xmmintrin.h>\n__attribute__((constructor)) static void set() { %s; }\n"
CASES = {
    "_mm_setcsr(_mm_getcsr() | 0x8000)": "FTZ",
    "_mm_setcsr(_mm_getcsr() | 0x0040)": "DAZ",
    "std::fesetround(FE_UPWARD)": "rounding mode is not to nearest",
    "": None,
}


def run(*environment):
    settings = dict(environment)
    if "LD_PRELOAD" in settings:  # a sanitizer's runtime wants to come first
        settings["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    return subprocess.run([PROGRAM, "round", "e4m3"], input="465\n0.3\n", capture_output=True, text=True, timeout=60,
                          env={**os.environ, **settings})


def fault(directory, compiler, statement, words):
    source = directory / "set.cc"
    source.write_text(SOURCE % statement)
    library = directory / "set.so"
    subprocess.run([*compiler, "-O1", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    done = run(("LD_PRELOAD", str(library)))
    if words is None:
        return None if (done.returncode, done.stdout) == (0, "nan\n0.3125\n") else f"without a setting: {done}"
    refused = done.returncode == 1 and done.stdout == "" and words in done.stderr
    return None if refused and done.stderr.startswith("lowprec: ") else f"{statement}: {done}"


def main(compiler):
    if platform.machine() != "x86_64":
        return 77  # skipped
    with tempfile.TemporaryDirectory() as directory:
        faults = [fault(pathlib.Path(directory), compiler, *case) for case in CASES.items()]
    for text in filter(None, faults):
        print(text, file=sys.stderr)
    return 1 if any(faults) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
