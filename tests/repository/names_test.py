#!/usr/bin/env python3
"""Compares what stands directly in namespace lowprec with the committed list names.txt beside this file.

usage: names_test.py INCLUDE_DIR -- CLANG [FLAG...]

What users type stands in lowprec; everything else stands in the namespace of its room. clang lists the declarations of
lowprec/lowprec.h and of the headers of lowprec/interop/ whose libraries are found. A listed name counts if
`using lowprec::NAME;` compiles: parameters of templates and names of namespaces do not.
"""
import pathlib
import re
import subprocess
import sys

MOST_NAMES = 60
DECLARATION = re.compile(r"^lowprec::([A-Za-z_]\w*)$", re.MULTILINE)
LIBRARIES = {"boost": "boost/multiprecision/number.hpp", "eigen": "Eigen/Core", "fmt": "fmt/format.h"}


def read_list(path):
    """The names by section: a line [SECTION], then names; # starts a comment."""
    sections, section = {}, None
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), [])
        elif line:
            section.extend(line.split())
    return sections


def includes():
    lines = ["#include <lowprec/lowprec.h>"]
    for name, library in LIBRARIES.items():
        lines += [f"#if __has_include(<{library}>)", f"#include <lowprec/interop/{name}.h>", "#endif"]
    return "\n".join(lines) + "\n"


def compile_text(command, text, *flags):
    return subprocess.run(command + ["-fsyntax-only", "-x", "c++", "-", *flags], input=text, capture_output=True, text=True)


def declared_names(command, text):
    listed = compile_text(command, text, "-Xclang", "-ast-list")
    if listed.returncode:
        sys.exit(listed.stderr)
    return set(DECLARATION.findall(listed.stdout))


def usable_names(command, text, names):
    """Those that a using-declaration finds. The errors of clang name the lines of the others."""
    names = sorted(names)
    lines = "".join(f'#line {number} "names"\nusing lowprec::{name};\n' for number, name in enumerate(names, 1))
    errors = compile_text(command, f"{text}namespace probe {{\n{lines}}}\n", "-ferror-limit=0").stderr
    failed = {int(number) for number in re.findall(r"^names:(\d+):\d+: error:", errors, re.MULTILINE)}
    return {name for number, name in enumerate(names, 1) if number not in failed}


def names_in_lowprec(command, text):
    return usable_names(command, text, declared_names(command, text))


def faults(command, sections, text):
    listed = [name for names in sections.values() for name in names]
    found = names_in_lowprec(command, text)
    for name in sorted(found - set(listed)):
        yield f"lowprec::{name} is not listed in names.txt; it belongs in the namespace of its room unless users type it"
    for name in sorted(set(listed) - found):
        yield f"names.txt lists {name}, which is not in lowprec"
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"names.txt lists {name} twice"
    if len(sections["names"]) > MOST_NAMES:
        yield f"names.txt lists {len(sections['names'])} names; at most {MOST_NAMES} besides presets and functions of <cmath>"


def self_check(command):
    """A class, a function, and a name from another namespace are found; a parameter and a namespace are not."""
    text = """namespace lowprec {
struct PlantedClass {};
template <class PlantedParameter> void planted_function(PlantedParameter) {}
namespace planted_room { enum class PlantedEnum {}; }
using planted_room::PlantedEnum;
}
"""
    found = names_in_lowprec(command, text)
    expected = {"PlantedClass", "planted_function", "PlantedEnum"}
    if found != expected:
        yield f"self-check: found {sorted(found)} instead of {sorted(expected)}"


def main(include_dir, command):
    command = command + ["-std=c++20", f"-I{include_dir}"]
    eigen = subprocess.run("pkg-config --cflags eigen3", shell=True, capture_output=True, text=True).stdout.split()
    sections = read_list(pathlib.Path(__file__).with_name("names.txt"))
    found = list(self_check(command)) + list(faults(command + eigen, sections, includes()))
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    split = sys.argv.index("--")
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[split + 1:]))
