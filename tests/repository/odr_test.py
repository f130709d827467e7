#!/usr/bin/env python3
"""Fails where two sources define one name differently: g++ links them with -flto -Werror=odr.

usage: odr_test.py SOURCE_ROOT -- G++ [FLAG...]

The sources are those of src/ without src/kernel/, which is compiled once a SIMD target. Nothing is optimised: what is
compared are the definitions of types, functions and variables.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

FLAGS = ["-std=c++20", "-O0", "-fPIC", "-w", "-flto"]


def link_errors(command, sources, folder):
    """What the compiler says about the sources linked into one shared object, or an empty text."""
    def compiled(numbered):
        number, source = numbered
        target = folder / f"{number}.o"
        done = subprocess.run(command + FLAGS + ["-c", source, "-o", target], stderr=subprocess.PIPE, text=True)
        return target, done.stderr if done.returncode else ""

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(compiled, enumerate(sources)))
    errors = "".join(text for _, text in results)
    if errors:
        return errors
    link = ["-O0", "-shared", "-flto", "-Wodr", "-Werror=odr", "-o", folder / "all.so"]
    done = subprocess.run(command + link + [target for target, _ in results], stderr=subprocess.PIPE, text=True)
    return done.stderr if done.returncode else ""


def self_check(command, folder):
    """Two classes of one name with different members are found."""
    sources = []
    for member in ("double", "float"):
        source = folder / f"{member}.cc"
        source.write_text(f"namespace lowprec {{ struct Planted {{ {member} x; }}; }}\n"
                          f"{member} planted_{member}(lowprec::Planted planted) {{ return planted.x; }}\n")
        sources.append(source)
    if "One Definition Rule" not in link_errors(command, sources, folder):
        yield "self-check: two classes of one name with different members were not found"


def main(root, command):
    eigen = subprocess.run("pkg-config --cflags eigen3", shell=True, capture_output=True, text=True).stdout.split()
    command = command + [f"-I{root / 'include'}", f"-I{root / 'src'}", f"-I{root}", *eigen]
    sources = [path for path in sorted((root / "src").rglob("*.cc")) if path.parent.name != "kernel"]
    with tempfile.TemporaryDirectory() as temp:
        found = list(self_check(command, pathlib.Path(temp)))
        if not found and (errors := link_errors(command, sources, pathlib.Path(temp))):
            found = [errors]
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{len(sources)} sources linked")
    return 1 if found else 0


if __name__ == "__main__":
    split = sys.argv.index("--")
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[split + 1:]))
