#!/usr/bin/env python3
"""Fails where the tests do not mirror the headers.

usage: mirror_test.py SOURCE_ROOT

The header include/lowprec/ROOM/NAME.h is tested by tests/ROOM/NAME_test.cc, or EXEMPT says what tests it. Every folder
of tests/ is a room or one of OTHER_FOLDERS, and every *_test.cc there stands in tests/meson.build.
"""
import pathlib
import sys

LANES = "text of vector lanes: array/quantize_test.cc and lane/random_bits_test.cc compare vectors with one lane"
CONSTANTS = "constants of a format, which every rounding of array/quantize takes"

# Headers without a test of their own name, and the reason.
EXEMPT = {
    "array/fill": "lane/stream_test.cc compares arrays of draws with single draws",
    "exact/functions": "num/math_test.cc and exact/properties_test.cc",
    "exact/operations": "num/counted_test.cc and num/shadow_test.cc run over its lists",
    "experiment/results": "experiment/train_test.cc",
    "format/error": "a class of one line",
    "format/language": "repository/headers_test.py",
    "format/magnitude": "exact/properties_test.cc",
    "format/number_text": "format/names_test.cc",
    "format/presets": "constants, which format/format_test.cc compares with their definitions",
    "format/view": "array/quantize_matrix_test.cc and linalg/linalg_test.cc",
    "interop/fmt": "num/num_text_test.cc",
    "lane/aes": "lane/stream_test.cc: known answers",
    "lane/all-inl": LANES,
    "lane/ars-inl": LANES,
    "lane/code-inl": LANES,
    "lane/code_constants": CONSTANTS,
    "lane/gaussian-inl": LANES,
    "lane/lane": CONSTANTS,
    "lane/lane_constants": CONSTANTS,
    "lane/lane_proofs": CONSTANTS,
    "lane/nearest_steps": CONSTANTS,
    "lane/nearest_steps-inl": LANES,
    "lane/operations-inl": LANES,
    "lane/random_bits-inl": LANES,
    "lane/round-inl": LANES,
    "num/classify": "num/math_test.cc",
    "num/implicit": "interop/boost_test.cc",
    "num/literals": "num/native_operators_test.cc",
    "num/operations": "num/counted_test.cc and num/shadow_test.cc",
    "sgd/quantizer_site": "sgd/sgd_test.cc",
    "sgd/rotation": "sgd/problem_test.cc",
    "sgd/sample_order": "sgd/problem_test.cc",
    "sgd/sampler": "sgd/problem_test.cc",
    "sgd/sites": "sgd/sgd_test.cc and experiment/diagnostics_test.cc",
    "sgd/spectrum": "sgd/problem_test.cc",
    "sgd/tails": "sgd/problem_test.cc",
    "sgd/target": "sgd/problem_test.cc",
}

OTHER_FOLDERS = {"cli", "foreign", "fuzz", "repository", "support"}


def rooms(root):
    folders = [path for top in ("include/lowprec", "src") for path in (root / top).iterdir() if path.is_dir()]
    return {path.name for path in folders}


def headers(root):
    """ROOM/NAME of every header in a room."""
    top = root / "include/lowprec"
    return sorted(path.relative_to(top).with_suffix("").as_posix() for path in top.glob("*/*.h"))


def faults(root, headers, rooms, exempt):
    tests = root / "tests"
    for header in headers:
        tested = (tests / f"{header}_test.cc").is_file()
        if not tested and header not in exempt:
            yield f"include/lowprec/{header}.h: there is no tests/{header}_test.cc, and EXEMPT gives no reason"
        if tested and header in exempt:
            yield f"tests/{header}_test.cc exists: take {header} off EXEMPT in tests/repository/mirror_test.py"
    for header in sorted(set(exempt) - set(headers)):
        yield f"EXEMPT in tests/repository/mirror_test.py names {header}, which is no header"
    for folder in sorted(path.name for path in tests.iterdir() if path.is_dir()):
        if folder not in rooms | OTHER_FOLDERS and not folder.startswith("__"):
            yield f"tests/{folder} is no room"
    listed = (tests / "meson.build").read_text()
    for path in sorted(tests.glob("*/*_test.cc")):
        name = path.relative_to(tests).as_posix()
        if name not in listed and not name.startswith("interop/"):
            yield f"tests/{name} is not listed in tests/meson.build"


def self_check(root):
    """Each kind of fault is found when it is made."""
    names, folders = headers(root), rooms(root)
    made = [
        (names + ["format/planted"], folders, EXEMPT, "format/planted.h"),
        (names, folders - {"lane"}, EXEMPT, "tests/lane is no room"),
        (names, folders, {**EXEMPT, "format/planted": ""}, "names format/planted"),
        (names, folders, {**EXEMPT, "format/wide": ""}, "take format/wide off"),
    ]
    for *arguments, words in made:
        if not any(words in fault for fault in faults(root, *arguments)):
            yield f"self-check: not found: {words}"


def main(root):
    found = list(faults(root, headers(root), rooms(root), EXEMPT)) or list(self_check(root))
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
