#!/usr/bin/env python3
"""Compiles and runs the programs of tests/foreign/: code of others over number types of lowprec.

usage: foreign_test.py [--few] SOURCE_ROOT LIBRARY -- COMPILER [FLAG...]

A program's first lines say what it tries; the line `// package:` names the Debian packages that it needs, and `// link:`
libraries. It exits with 0 if the results are sane. The test prints a table, and fails if a program does not compile, or its results are not sane,
or a package is missing. With --few it takes the programs of FEW only: quick ones, whose packages every test needs.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

FEW = ("std_complex", "std_midpoint", "textbook", "fmt_text", "boost_odeint_rk4", "eigen_autodiff")

# Of the code tried: what no program shows, and why. The table names them.
NOT_TRIED = {
    "CppAD, mdspan's reference, autodiff, MiniDNN": "Debian does not carry them",
    "dlib's inv() and svd()": "they are written for native types",
}


def words(source, key):
    """The words of the program's lines `// KEY: WORD...`."""
    lines = [line for line in source.read_text().splitlines() if line.startswith(f"// {key}:")]
    return [word for line in lines for word in line.split(":")[1].split()]


def is_installed(package):
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True).stdout == "installed"


def run(command, seconds):
    """The exit status and the end of what was printed; a program that takes longer has failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return 1, f"stopped after {seconds} s"
    errors = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
    return done.returncode, "\n".join((done.stdout.splitlines() + errors)[:6])


def tried(source, compiler, root, library, folder):
    """(compiles, sane, remark)"""
    # -w: warnings of the others' headers are theirs. -O0: compiling takes the time here.
    program = folder / source.stem
    flags = ["-w", "-O0", f"-I{root}/include", "-isystem", "/usr/include/eigen3"]
    libraries = [str(library), "-lhwy", "-lfmt", "-pthread", *words(source, "link")]
    status, remark = run(compiler + flags + [str(source), "-o", str(program), *libraries], 900)
    if status:
        return False, False, remark
    status, remark = run([str(program)], 60)
    return True, status == 0, remark


def missing(source):
    return [name for name in words(source, "package") if not is_installed(name)]


def main(arguments, compiler):
    few = arguments[0] == "--few"
    root, library = map(pathlib.Path, arguments[1 if few else 0:])
    sources = sorted((root / "tests/foreign").glob("*.cc"))
    if few:
        sources = [source for source in sources if source.stem in FEW]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        def row(source):
            lacking = missing(source)
            if lacking:
                return False, False, f"install {' '.join(lacking)}"
            return tried(source, compiler, root, library, pathlib.Path(folder))

        print(f"{'code':28} {'compiles':9} sane")
        rows = []
        for source, (compiles, sane, remark) in zip(sources, pool.map(row, sources)):
            rows.append((compiles, sane))
            print(f"{source.stem:28} {'yes' if compiles else 'no':9} {'yes' if sane else 'no'}", flush=True)
            if remark and not sane:
                print("    " + remark.replace("\n", "\n    "), flush=True)
    for name, reason in {} if few else NOT_TRIED.items():
        print(f"not tried: {name}: {reason}")
    compile_count = sum(compiles for compiles, _ in rows)
    sane_count = sum(sane for _, sane in rows)
    print(f"{len(rows)} programs: {compile_count} compile, {sane_count} give sane results")
    return 0 if rows and sane_count == len(rows) else 1


if __name__ == "__main__":
    split = sys.argv.index("--")
    sys.exit(main(sys.argv[1:split], sys.argv[split + 1:]))
