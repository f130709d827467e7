#!/usr/bin/env python3
"""Compiles the C++ of README.md and docs/*.md, and runs the blocks that define main.

usage: readme_test.py SOURCE_ROOT -- COMPILER [FLAG...]

A block begins with ```cpp. One without any #include gets that of lowprec/lowprec.h. The flags and libraries come from
pkg-config's package lowprec; README.md must hold at least one block.
"""
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```cpp[^\S\n]*\n(.*?)^```[^\S\n]*$", re.MULTILINE | re.DOTALL)


def blocks(path):
    text = path.read_text()
    for match in BLOCK.finditer(text):
        yield text.count("\n", 0, match.start()) + 2, match.group(1)


def pkg_config(what):
    output = subprocess.run(["pkg-config", what, "lowprec"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return shlex.split(output)


def try_block(compiler, temp, place, line, code):
    """An empty text, or what went wrong."""
    has_main = re.search(r"\bint\s+main\s*\(", code)
    prelude = "" if "#include" in code else "#include <lowprec/lowprec.h>\n"
    source, program = temp / "block.cc", temp / "block"
    source.write_text(f'{prelude}#line {line} "{place}"\n{code}')
    command = compiler + [str(source)] + pkg_config("--cflags")
    command += ["-o", str(program)] + pkg_config("--libs") if has_main else ["-fsyntax-only"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        return f"does not compile:\n{done.stderr}"
    if has_main:
        done = subprocess.run([str(program)], cwd=temp, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", timeout=60)
        if done.returncode:
            return f"exits with {done.returncode}:\n{done.stdout}"
    return ""


def main(root, compiler):
    readme = root / "README.md"
    if not readme.is_file() or not any(blocks(readme)):
        return "README.md holds no ```cpp block"
    count = failures = 0
    for path in [readme] + sorted((root / "docs").glob("*.md")):
        for line, code in blocks(path):
            place = path.relative_to(root).as_posix()
            with tempfile.TemporaryDirectory() as temp:
                problem = try_block(compiler, pathlib.Path(temp), place, line, code)
            count += 1
            if problem:
                failures += 1
                print(f"{place}:{line}: the block {problem}", file=sys.stderr)
    print(f"{count - failures} of {count} blocks are right")
    return 1 if failures else 0


if __name__ == "__main__":
    split = sys.argv.index("--")
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[split + 1:]))
