#!/usr/bin/env python3
"""Reads the includes under include/, src/ and bench/, and fails on one that the order of the rooms forbids.

usage: rooms_test.py SOURCE_ROOT

A room is a folder: include/lowprec/ROOM/ and src/ROOM/ hold the same room. A file includes files of its own room and of
the levels below. The headers directly in include/lowprec/ are doors: they may include every room that is not a front,
and no room includes them.
"""
import pathlib
import posixpath
import re
import sys

# From the lowest level to the highest; rooms of one level do not see each other.
LEVELS = [
    ["format"],
    ["lane", "system"],
    ["kernel", "exact"],
    ["block"],
    ["array"],
    ["io", "num", "linalg"],
    ["sgd", "interop"],
    ["theory"],
    ["experiment"],
    ["study"],
    ["doors"],
    ["bench"],
    ["cli/terminal"],
    ["cli/figures"],
    ["cli/commands"],
    ["cli"],
]

# Private headers that other rooms include. Every other header of src/ROOM/ is its room's own.
SHARED = {
    # The whole room kernel is private: these are its doors.
    "src/kernel/kernels.h",
    "src/kernel/tables.h",
    "src/kernel/tiles.h",
    # Helpers that no user needs.
    "src/exact/wide_lane.h",
    "src/experiment/key_text.h",
    "src/format/checks.h",
    "src/format/text_parts.h",
    "src/io/cell.h",
    "src/io/table_file.h",
    "src/io/table_reader.h",
    "src/io/tensor.h",
    "src/io/text_input.h",
    "src/lane/portable_math.h",
    "src/lane/round_at_run_time.h",
    "src/lane/with_kind.h",
    "src/system/parallel.h",
    "src/system/reproducible_eigen.h",
    # Parts of theory that are not public yet.
    "src/experiment/theory_case.h",
    "src/theory/rotated_risk.h",
}

# Only these rooms see Highway; bench reports the targets that Highway chose.
HIGHWAY_ROOMS = ("kernel", "lane", "system", "bench")

# A room must not reach a file, not even through other files: theory is not to be computed by the loop that it predicts.
# The order of the rooms keeps sgd from theory.
APART = [("theory", "include/lowprec/sgd/sgd.h")]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>\n]+)>|"([^"\n]+)")', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
TOPS = ("include", "src", "bench")
LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}


def room_of(path):
    """The room of a file, given by its path under the source root, or None."""
    parts = path.split("/")
    if parts[0] == "bench":
        return "bench"
    folders = parts[2:-1] if path.startswith("include/lowprec/") else parts[1:-1]
    if not folders:
        return "doors" if path.startswith("include/lowprec/") else None
    names = ["/".join(folders[:depth]) for depth in range(len(folders), 0, -1)]
    return next((name for name in names if name in LEVEL_OF), None)


def read_sources(root):
    """The text of every source file, by its path under the source root."""
    files = (path for top in TOPS for path in sorted((root / top).rglob("*")) if path.suffix in (".h", ".cc"))
    return {path.relative_to(root).as_posix(): path.read_text() for path in files}


def include_graph(texts):
    """The project's files that each file includes."""

    def included(path, name):
        bases = (posixpath.dirname(path), "src", "include", ".")
        targets = (posixpath.normpath(posixpath.join(base, name)) for base in bases)
        return next((target for target in targets if target in texts), None)

    def targets(path, text):
        found = (included(path, angled or quoted) for angled, quoted in INCLUDE.findall(text))
        return [target for target in found if target is not None]

    return {path: targets(path, text) for path, text in texts.items()}


def reachable(graph, start):
    seen, stack = set(), [start]
    while stack:
        for target in graph[stack.pop()]:
            if target not in seen:
                seen.add(target)
                stack.append(target)
    return seen


def order_faults(graph):
    for path, targets in graph.items():
        room = room_of(path)
        if room is None:
            yield f"{path}: in no room; its folder must be one of LEVELS in tests/repository/rooms_test.py"
            continue
        for target in targets:
            other = room_of(target)
            if other is not None and other != room and LEVEL_OF[other] >= LEVEL_OF[room]:
                yield f"{path} (room {room}) includes {target} (room {other}), which is not below it"


def cycle_faults(graph):
    """Takes away, again and again, the files that include only files taken away before; what remains is in a cycle."""
    left = {path: set(targets) for path, targets in graph.items()}
    while done := {path for path, targets in left.items() if not targets}:
        left = {path: targets - done for path, targets in left.items() if path not in done}
    for path in left:
        if path in reachable(graph, path):
            yield f"{path}: an include cycle leads back to it"


def private_faults(graph):
    used = set()
    for path, targets in graph.items():
        for target in targets:
            if not target.startswith("src/") or room_of(path).split("/")[0] == room_of(target).split("/")[0]:
                continue
            used.add(target)
            if target not in SHARED:
                yield f"{path} includes {target}, a private header of another room"
    for header in sorted(SHARED - used):
        yield f"{header}: no other room includes it; take it off SHARED in tests/repository/rooms_test.py"


def apart_faults(graph):
    for room, file in APART:
        if file not in graph:
            yield f"{file}: APART in tests/repository/rooms_test.py names no file"
            continue
        for path in graph:
            if room_of(path) == room and file in reachable(graph, path):
                yield f"{path} must not see {file}"


def text_faults(texts):
    for path, text in texts.items():
        code = COMMENT.sub("", text)
        if not path.startswith("bench/") and re.search(r"\busing\s+namespace\b", code):
            yield f"{path}: using namespace"
        for angled, quoted in INCLUDE.findall(code):
            if (angled or quoted).startswith("hwy/") and room_of(path) not in HIGHWAY_ROOMS:
                yield f"{path}: only the rooms {', '.join(HIGHWAY_ROOMS)} include Highway"


def faults(texts):
    graph = include_graph(texts)
    yield from order_faults(graph)
    if all(room_of(path) for path in graph):
        yield from private_faults(graph)
    yield from cycle_faults(graph)
    yield from apart_faults(graph)
    yield from text_faults(texts)


# Mistakes: the file that gets a line, the line, and what the fault that is found says besides the file's name.
PLANTED = [
    ("include/lowprec/format/format.h", '#include "lowprec/linalg/linalg.h"', "which is not below it"),
    ("src/kernel/planted.cc", "#include <lowprec/sgd/sgd.h>", "which is not below it"),
    ("src/exact/planted.cc", '#include "kernel/kernels.h"', "which is not below it"),
    ("src/num/planted.cc", '#include "lowprec/num.h"', "which is not below it"),
    ("src/cli/terminal/planted.cc", '#include "cli/figures/figure.h"', "which is not below it"),
    ("src/sgd/planted.cc", '#include "cli/terminal/csv.h"', "which is not below it"),
    ("include/lowprec/num/num.h", '#include "lowprec/num/num_text.h"', "cycle"),
    ("src/linalg/tile_gemm.h", '#include "linalg/tile_gemm.h"', "cycle"),
    ("src/study/planted.cc", '#include "experiment/dataset.h"', "a private header of another room"),
    ("src/num/planted.cc", "#include <hwy/highway.h>", "include Highway"),
    ("src/num/planted.cc", "using namespace lowprec;", "using namespace"),
    ("include/lowprec/sgd/problem.h", '#include "lowprec/sgd/sgd.h"', "must not see"),
    ("include/lowprec/theory/sketch.h", '#include "lowprec/sgd/sgd.h"', "must not see"),
    ("include/lowprec/sgd/sgd.h", '#include "lowprec/theory/sketch.h"', "which is not below it"),
    ("include/lowprec/planted/planted.h", "", "in no room"),
    ("src/planted.cc", "", "in no room"),
]


def self_check(texts):
    """Plants mistakes in a copy of the sources; each must be found there."""
    for path, line, words in PLANTED:
        planted = {**texts, path: f"{texts.get(path, '')}\n{line}\n"}
        if not any(words in fault and (path in fault or words == "must not see") for fault in faults(planted)):
            yield f"self-check: {line or 'a file'} planted in {path} was not found"


def main(root):
    texts = read_sources(root)
    found = list(faults(texts)) or list(self_check(texts))
    if not texts:
        found = [f"no source file under {root}"]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
