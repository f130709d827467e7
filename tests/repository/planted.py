#!/usr/bin/env python3
"""Plants the mistakes of planted.toml, one at a time, and runs the tests that must fail on each.

usage: planted.py BUILD_DIR [NAME...]
       planted.py --check

Each mistake goes into a copy of include/ and src/. Only what it touches is compiled again, with the commands of
BUILD_DIR, -O1 and one SIMD target: the files that the entry lists in `compile`, else the file itself if that is a .cc
file, else the tests. The objects are linked before BUILD_DIR's own library and tests. First each kind of entry is tried
without its mistake, and must pass. Prints `caught` or `MISSED` for each test of each mistake; exits with 1 unless all
are caught. --check compiles nothing: it tells whether each mistake can be planted and whether its tests exist.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Kernels are compiled for vectors where the machine has them: one lane has the general forms only.
VECTORS = ["-mavx2", "-mfma", "-mf16c", "-mbmi", "-mbmi2", "-maes", "-mpclmul"]
TIMEOUT = 300  # seconds a test may run; one that hangs is caught


def has_vectors():
    try:
        return re.search(r"^flags.*\bavx2\b", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE) is not None
    except OSError:
        return False


class Fault(Exception):
    """An entry that cannot be tried."""


def run(command, cwd, timeout=None):
    return subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=timeout)


def succeed(command, cwd):
    done = run(command, cwd)
    if done.returncode:
        raise Fault(f"{shlex.join(command[:1])} failed:\n{done.stdout[-3000:]}")


class Build:
    """The commands of a build directory."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        commands = json.loads((self.path / "compile_commands.json").read_text())
        self.compile_commands = {}
        for entry in commands:
            source = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
            if source.is_relative_to(ROOT):
                self.compile_commands.setdefault(source.relative_to(ROOT).as_posix(), shlex.split(entry["command"]))

    def compile_command(self, source, copy, target):
        """Compiles a source of the repository, src/ and include/ taken from `copy`."""
        command = self.compile_commands.get(source)
        if command is None:
            raise Fault(f"{source} is not compiled in {self.path}")
        first = next(i for i, word in enumerate(command) if word.startswith("-"))
        compiler = command[:first]  # ccache may come first
        kept, skip = [], 0
        for word in command[first:]:
            if skip:
                skip -= 1
            # A precompiled header holds what it was made of, not what is planted: without it.
            elif word in ("-o", "-c", "-MF", "-MQ", "-MT", "-include", "-include-pch"):
                skip = 1
            elif not word.startswith(("-O", "-MD", "-Werror", "-Winvalid-pch", "-g")):
                kept.append(word)
        file = copy / source if source.startswith("src/") else ROOT / source
        machine = VECTORS if source.startswith("src/kernel/") and has_vectors() else []
        # One SIMD target is enough, and each more costs seconds.
        return [*compiler, f"-I{copy}/include", f"-I{copy}/src", *kept, *machine, "-O1", "-w", "-DHWY_COMPILE_ONLY_STATIC",
                "-c", str(file), "-o", str(target)]

    def link_command(self, test, objects, replaces, program):
        """The link of a test with more objects, in place of its own if `replaces`."""
        name = f"tests/{target_of(test)}"
        lines = run(["ninja", "-t", "commands", name], self.path).stdout.splitlines()
        links = [shlex.split(line) for line in lines if f" -o {name} " in line and " -c " not in line]
        if not links:
            raise Fault(f"{self.path} has no test {test}")
        words = []
        for word in links[-1]:
            own = word.startswith("tests/") and word.endswith(f"/{target_of(test)}.cc.o")
            words += ([] if own and replaces else [word]) + ([str(o) for o in objects] if own else [])
        words[words.index("-o") + 1] = str(program)
        return words


def target_of(test):
    """The executable of tests/ROOM/NAME.cc, and its object but for the suffix."""
    return test.replace("/", "_")


def mistaken(entry, top):
    """The text of an entry's file under `top` with the mistake in it."""
    path = top / entry["file"]
    text = path.read_text() if path.is_file() else ""
    if text.count(entry["replace"]) != 1:
        raise Fault(f"{entry['file']} holds {text.count(entry['replace'])} times: {entry['replace']}")
    return text.replace(entry["replace"], entry["by"])


def plant(entry, copy):
    (copy / entry["file"]).write_text(mistaken(entry, copy))


def entries():
    return tomllib.loads(pathlib.Path(__file__).with_name("planted.toml").read_text())["mistake"]


def faults(entry):
    """What keeps an entry from being tried, as far as the sources tell."""
    try:
        if mistaken(entry, ROOT) == (ROOT / entry["file"]).read_text():
            yield "changes nothing"
    except Fault as fault:
        yield str(fault)
    sources = recompiled(entry) + [f"tests/{test}.cc" for test in entry["tests"]]
    yield from (f"there is no {source}" for source in sources if not (ROOT / source).is_file())
    if not entry["tests"]:
        yield "names no test"


def check():
    """Whether all entries fit the sources; prints those that do not."""
    count = 0
    for entry in entries():
        for fault in faults(entry):
            count += 1
            print(f"{entry['name']}: {fault}")
    print(f"{len(entries())} mistakes, {count} that do not fit the sources")
    return 1 if count or not entries() else 0


def recompiled(entry):
    """The sources of the library to compile again; none: the tests."""
    return entry.get("compile", [entry["file"]] if entry["file"].endswith(".cc") else [])


def fails(build, test, objects, own, program):
    """Whether the test finds something, linked with these objects and its own, or the build directory's."""
    succeed(build.link_command(test, ([own] if own else []) + objects, own is not None, program), build.path)
    try:
        return run([str(program)], ROOT, TIMEOUT).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def try_entry(build, entry, is_planted=True):
    """The tests of an entry, each with whether it fails."""
    with tempfile.TemporaryDirectory() as name:
        temp = pathlib.Path(name)
        for top in ("include", "src"):
            shutil.copytree(ROOT / top, temp / top)
        if is_planted:
            plant(entry, temp)

        def compiled(source, target):
            succeed(build.compile_command(source, temp, target), build.path)
            return target

        sources = recompiled(entry)
        objects = [compiled(source, temp / f"planted{i}.o") for i, source in enumerate(sources)]
        own = {} if sources else {t: compiled(f"tests/{t}.cc", temp / f"{target_of(t)}.o") for t in entry["tests"]}
        return {test: fails(build, test, objects, own.get(test), temp / target_of(test)) for test in entry["tests"]}


def report(build, entry):
    """One line a test; how many were missed."""
    start = time.monotonic()
    try:
        results = try_entry(build, entry)
    except Fault as fault:
        print(f"ERROR   {entry['name']}: {fault}", flush=True)
        return 1
    seconds = time.monotonic() - start
    for test, found in results.items():
        print(f"{'caught' if found else 'MISSED'}  {entry['name']}: {test} ({seconds:.0f} s)", flush=True)
    return sum(not found for found in results.values())


def control(build, entry):
    """The tests of an entry that fail although nothing was planted."""
    try:
        failing = [test for test, found in try_entry(build, entry, is_planted=False).items() if found]
    except Fault as fault:
        failing = [str(fault)]
    what = ", ".join(recompiled(entry)) or "the tests"
    for test in failing:
        print(f"ERROR   without any mistake, {what} compiled: {test}", flush=True)
    return not failing


def is_sound(build, chosen, pool):
    """Whether the tests pass, compiled as for each kind of entry, before anything is planted."""
    tests = sorted({test for entry in chosen for test in entry["tests"]})
    succeed(["ninja", "--quiet", *(f"tests/{target_of(test)}" for test in tests)], build.path)
    kinds = {(*recompiled(entry), *entry["tests"]): entry for entry in chosen}
    return all(list(pool.map(lambda entry: control(build, entry), kinds.values())))


def main(build_dir, names):
    unknown = set(names) - {entry["name"] for entry in entries()}
    if unknown:
        return f"no mistake has the name {', '.join(sorted(unknown))}"
    chosen = [entry for entry in entries() if not names or entry["name"] in names]
    os.environ["LOWPREC_SOURCE_DIR"] = str(ROOT)
    build = Build(build_dir)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if not is_sound(build, chosen, pool):
            return 1
        missed = sum(pool.map(lambda entry: report(build, entry), chosen))
    print(f"{len(chosen)} mistakes planted, {missed} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(check() if sys.argv[1:] == ["--check"] else main(sys.argv[1], sys.argv[2:]))
