#!/usr/bin/env python3
"""Two formats in one operation do not compile, and the compiler's message says what to write instead.

usage: mixed_formats_test.py INCLUDE_DIR -- COMPILER [FLAG...]
"""
import subprocess
import sys

PROGRAM = """
#include <lowprec/num.h>
using A = lowprec::Num<lowprec::e4m3fn>;
using B = lowprec::Num<lowprec::bfloat16>;
using C = lowprec::Num<lowprec::e4m3fn, lowprec::rz>;
void f(A a, B b, C c) { %s; (void)a, (void)b, (void)c; }
"""

WRONG = ["a + b", "b - a", "a * b", "a / b", "a += b", "b *= a", "a + c", "a < b", "(void)(a == b)"]
RIGHT = ["(void)(a + A(b))", "(void)(B(a) * b)", "a += A(b)", "(void)(a.value() < b.value())", "(void)(a * 2.0)"]


def errors(include_dir, compiler, statement):
    done = subprocess.run(compiler + [f"-I{include_dir}", "-fsyntax-only", "-x", "c++", "-"], input=PROGRAM % statement,
                          stderr=subprocess.PIPE, text=True)
    return done.stderr if done.returncode else ""


def main(include_dir, compiler):
    for statement in RIGHT:
        text = errors(include_dir, compiler, statement)
        if text:
            return f"{statement} does not compile:\n{text}"
    for statement in WRONG:
        text = errors(include_dir, compiler, statement)
        if "two formats: " not in text or not any(words in text for words in ("A(b)", "a.value()")):
            return f"{statement}: the message does not say what to write:\n{text}"
    print(f"{len(WRONG)} statements refused in words")
    return 0


if __name__ == "__main__":
    split = sys.argv.index("--")
    sys.exit(main(sys.argv[1], sys.argv[split + 1:]))
