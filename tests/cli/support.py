"""What the tests of faults share: an experiment, hostile texts, a directory of their own."""
import csv
import io
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LOWPREC_PROGRAM"]
# AddressSanitizer reserves more addresses than any limit leaves, and takes longer.
SANITIZED = b"__asan_init" in pathlib.Path(PROGRAM).read_bytes()

EXPERIMENT = """title = "a study"
[problem]
dimension = 4
[sgd]
updates = [10, 50]
step_size = 1.9
[compare.exact]
all = "none"
[compare.int4]
all = "int4:step=2^-2"
[run]
seeds = 2
"""

# Texts that gnuplot, printf, a shell or TOML would read as more than text.
HOSTILE = ["'tis", "it''s", "''", "50%", "%s%g", "a\\n", "\\", "\"", "8\"", "`touch X`", "$(touch X)", "@x", "#c",
           "{/=20 a}", "a_b^c", "|x", "!x", "<b>&", "größe", "a;b", "a,b"]


def seconds():
    """Of the processors, by the programs that were run: other work on the machine does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) / (10 if SANITIZED else 1)


def lowprec(*arguments, stdin="", **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=120,
                          **options)


class Faults(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)
        self.experiment = self.path("e.toml", EXPERIMENT)

    def path(self, name, text=None):
        path = self.directory / name
        if text is not None:
            path.write_text(text)
        return path

    def names(self):
        return sorted(path.name for path in self.directory.rglob("*"))

    def results(self, name, configs):
        rows = [[c, 10, "average", "clean", 0.5 + i / 10, 0.01, 3] for i, c in enumerate(configs)]
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow("config,updates,iterate,metric,excess_risk,stderr,seeds".split(","))
        for row in rows:
            writer.writerow(row)
        return self.path(name, out.getvalue())

    def fake_gnuplot(self, body):
        """A gnuplot that answers --version and then does something else."""
        folder = self.directory / "bin"
        folder.mkdir()
        program = folder / "gnuplot"
        program.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exit 0\n{body}\n')
        program.chmod(0o755)
        return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
