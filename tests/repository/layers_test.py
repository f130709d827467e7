#!/usr/bin/env python3
"""Reads the includes under include/ and src/ and fails on an upward edge.

usage: layers_test.py SOURCE_ROOT

A file includes files of its own layer and of the layers below its number. A header is named by its path under
include/lowprec/, a file of src/ by its path under src/. A file of src/ that no row names has the layer of the header
with the same path and stem: src/train/sgd.cc that of train/sgd.h.
"""
import fnmatch
import pathlib
import re
import shutil
import sys
import tempfile

LAYERS = {
    0: ["format.h", "view.h", "error.h", "self_check.h", "overlap.h"],
    1: ["rounding.h", "grid.h", "steps.h", "events.h", "random.h", "codec.h", "packed.h", "simd.h", "kernel/*",
        "src/kernel/*", "threads.h", "src/parallel.h", "src/fixed_eigen.h", "src/elementary.h"],
    2: ["text.h", "npy.h", "csv.h", "wide.h", "exact_sum.h", "reference.h", "src/exact/*", "src/wide_text.*", "num.h", "num_*.h", "counted.h", "native_numbers.h", "literals.h", "implicit.h", "shadow.h", "src/num_text.cc", "selection.h", "math.h", "math_parts.h", "functions.h", "src/functions/*", "src/text_parts.*"],
    3: ["quantize.h", "stats.h", "arithmetic.h", "src/quantized_pieces.h", "src/quantizer_text.cc", "src/quantize_*", "src/dispatch*"],
    4: ["linalg.h", "mixed.h", "summation.h", "src/tile_*", "src/table_product*", "src/dot_chain*"],
    5: ["train/problem.h", "train/site.h", "src/train/sampler.cc", "src/train/rotated_risk.*", "train/moments.h", "train/sites.h", "train/sgd.h", "train/theory.h", "train/schedule.h", "train/sketch.h", "src/train/normal.*", "src/train/table_file.*"],
    6: ["train/experiment.h", "train/rows.h", "train/report.h", "src/train/cell.*", "src/train/source.*", "src/train/dataset.*", "train/run.h", "train/theory_run.h", "study/*", "src/train/theory_case.*", "src/train/fields.*", "src/train/toml_reader.*"],
    7: ["lowprec.h", "interop/*", "src/cli/*"],
}

# Pairs of one layer where the first must not reach the second, not even through other files.
APART = [
    ("train/theory", "train/sgd"),
    ("train/sgd", "train/theory"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<(lowprec/[^>]+)>|"([^"]+)")', re.MULTILINE)
HEADERS = "include/lowprec/"


def row_of(name):
    """The layer whose row of the table names this file, or None. Names are as in the table."""
    for layer, patterns in LAYERS.items():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            return layer
    return None


def table_name(path):
    return path[len(HEADERS):] if path.startswith(HEADERS) else path


def layer_of(path):
    """The layer of a file, given by its path under the source root, or None."""
    layer = row_of(table_name(path))
    if layer is None and path.startswith("src/"):
        layer = row_of(str(pathlib.PurePosixPath(path[len("src/"):]).with_suffix(".h")))
    return layer


def sources(root):
    for top in ("include", "src"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".cc"):
                yield path.relative_to(root).as_posix()


def included_files(root, path):
    """The project's files that a file includes: public headers by name, other quoted names where they are found."""
    for angled, quoted in INCLUDE.findall((root / path).read_text()):
        name = angled or quoted
        if name.startswith("lowprec/"):
            yield "include/" + name
            continue
        for base in ((root / path).parent, root / "src", root):
            target = (base / name).resolve()
            if target.is_file() and target.is_relative_to(root):
                yield target.relative_to(root).as_posix()
                break


def reachable(graph, start):
    seen, stack = set(), [start]
    while stack:
        for target in graph.get(stack.pop(), []):
            if target not in seen:
                seen.add(target)
                stack.append(target)
    return seen


def faults(root):
    root = root.resolve()
    graph = {path: list(included_files(root, path)) for path in sources(root)}
    if not graph:
        yield f"no source file under {root}"
    for path, targets in graph.items():
        layer = layer_of(path)
        if layer is None:
            yield f"{path}: not in the layer table; add it to a row of LAYERS in tests/layers_test.py"
            continue
        for target in targets:
            target_layer = layer_of(target)
            if target_layer is not None and target_layer > layer:
                yield f"{path} (layer {layer}) includes {target} (layer {target_layer})"
    for low, high in APART:
        for path in (p for p in graph if table_name(p).removeprefix("src/").startswith(low)):
            for target in reachable(graph, path):
                if table_name(target).startswith(high):
                    yield f"{path} must not see {target}"


def self_check(root):
    """Plants mistakes in a copy of the sources; each must be found there."""
    planted = [
        ("include/lowprec/format.h", '#include "lowprec/linalg.h"', "includes include/lowprec/linalg.h"),
        ("src/kernel/planted.cc", "#include <lowprec/train/sgd.h>", "includes include/lowprec/train/sgd.h"),
        ("include/lowprec/train/theory.h", "#include <lowprec/train/sgd.h>", "must not see"),
        ("include/lowprec/planted.h", "", "not in the layer table"),
        ("src/planted.cc", "", "not in the layer table"),
    ]
    for path, line, words in planted:
        with tempfile.TemporaryDirectory() as temp:
            copy = pathlib.Path(temp)
            for top in ("include", "src"):
                shutil.copytree(root / top, copy / top)
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            with (copy / path).open("a") as file:
                file.write(f"\n{line}\n")
            if not any(path in fault and words in fault for fault in faults(copy)):
                yield f"self-check: a mistake planted in {path} was not found"


def main(root):
    found = list(faults(root)) + list(self_check(root))
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
