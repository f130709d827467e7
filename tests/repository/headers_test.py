#!/usr/bin/env python3
"""Compiles every public header alone, included twice, with a user's flags; and in C++17, where it must stop at once.

usage: headers_test.py INCLUDE_DIR -- COMPILER [FLAG...]

Exempt: lowprec/lane/*-inl.h, text that other files include inside a namespace of theirs; lowprec/interop/*, which need
other libraries and are the first include of their tests.
"""
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


# Headers of macros alone, which older languages read.
NO_CODE = ()


def public_headers(include_dir):
    names = (path.relative_to(include_dir) for path in include_dir.glob("lowprec/**/*.h"))
    exempt = ("lowprec/lane/*-inl.h", "lowprec/interop/*.h")
    return sorted(str(name) for name in names if not any(name.match(pattern) for pattern in exempt))


def fault_of_older_language(header, include_dir, compiler):
    """Before C++20 a header says that it needs C++20, and is read no further: two lines of errors."""
    command = [flag for flag in compiler if not flag.startswith("-std=")] + ["-std=c++17", f"-I{include_dir}"]
    done = subprocess.run(command + ["-fsyntax-only", "-x", "c++", "-"], input=f"#include <{header}>\n",
                          stderr=subprocess.PIPE, text=True)
    lines = [line for line in done.stderr.splitlines() if "error:" in line]
    is_told = done.returncode != 0 and len(lines) == 2 and all("needs C++20" in line for line in lines)
    return "" if is_told else f"in C++17 it does not stop with one message:\n{done.stderr[:2000]}"


def main(include_dir, compiler):
    def errors(header):
        unit = f"#include <{header}>\n" * 2
        command = compiler + [f"-I{include_dir}", "-fsyntax-only", "-x", "c++", "-"]
        done = subprocess.run(command, input=unit, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            return done.stderr
        return "" if header in NO_CODE else fault_of_older_language(header, include_dir, compiler)

    headers = public_headers(include_dir)
    if not headers:
        return f"no public header under {include_dir}/lowprec"
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = {h: e for h, e in zip(headers, pool.map(errors, headers)) if e}
    for header, text in failures.items():
        print(f"{header} does not compile alone:\n{text}", file=sys.stderr)
    print(f"{len(headers) - len(failures)} of {len(headers)} headers compile alone")
    return 1 if failures else 0


if __name__ == "__main__":
    split = sys.argv.index("--")
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[split + 1:]))
