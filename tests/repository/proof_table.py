#!/usr/bin/env python3
"""Writes what the exhaustive tests recorded into docs/exactness.md, between its two `proof` marks.

usage: proof_table.py PROOF_DIRECTORY EXACTNESS_MD

Rows are summed over groups of formats of one test and operation.
"""
import csv
import pathlib
import re
import sys

MARKS = re.compile(r"(<!-- proof: [^\n]*-->\n).*?(<!-- proof end -->)", re.DOTALL)


def records(directory):
    for path in sorted(directory.glob("*.csv")):
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                yield path.stem, row


def summed(directory):
    """(test, operation, roundings) -> [groups, comparisons, mismatches]"""
    sums = {}
    for test, row in records(directory):
        entry = sums.setdefault((test, row["operation"], row["roundings"]), [[], 0, 0])
        entry[0].append(row["group"])
        entry[1] += int(row["comparisons"])
        entry[2] += int(row["mismatches"])
    return sums


def formats_text(groups):
    unique = sorted(set(groups))
    return unique[0] if len(unique) == 1 else f"{len(unique)}: {unique[0]} … {unique[-1]}"


def table(directory):
    lines = ["| test | operation | roundings | formats | comparisons | mismatches |", "|---|---|---|---|---|---|"]
    total = 0
    for (test, operation, roundings), (groups, comparisons, mismatches) in summed(directory).items():
        total += comparisons
        lines.append(f"| {test} | {operation} | {roundings} | {formats_text(groups)} | {comparisons:,} | {mismatches} |")
    if len(lines) == 2:
        sys.exit(f"{directory} holds no records")
    return "\n" + "\n".join(lines) + f"\n\n{total:,} comparisons in all.\n\n"


def main(directory, document):
    text = document.read_text()
    if not MARKS.search(text):
        sys.exit(f"{document}: the proof marks are missing")
    document.write_text(MARKS.sub(lambda m: m[1] + table(directory) + m[2], text))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
