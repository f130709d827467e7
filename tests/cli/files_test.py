#!/usr/bin/env python3
"""Every file of tests/io/files gives its matrix to round, stats and train alike. LOWPREC_PROGRAM is the program's path."""
import csv
import io
import json
import os
import pathlib
import shutil
import struct
import subprocess
import unittest

from program_test import PROGRAM, ProgramTest, lowprec
from support import SANITIZED

SOURCE = pathlib.Path(os.environ.get("LOWPREC_SOURCE_DIR", pathlib.Path(__file__).parent.parent.parent))
FOLDER = SOURCE / "tests/io/files"
FOUND = json.loads((FOLDER / "files.json").read_text())
QUANTIZERS = ["e4m3@sr", "int8:absmax", "int8:absmax=row", "int8:absmax=column", "int4:absmax=group(3)"]


def npy(values, shape, kind="d", order="False"):
    header = f"{{'descr': '<f{struct.calcsize(kind)}', 'fortran_order': {order}, 'shape': {shape}, }}".ljust(117) + "\n"
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
            + struct.pack(f"<{len(values)}{kind}", *values))


def parsed_npy(data):
    """Type, shape and values."""
    length, = struct.unpack("<H", data[8:10])
    header = eval(data[10:10 + length])
    kind = {"<f2": "e", "<f4": "f", "<f8": "d", "|u1": "B", "<u2": "H", "<u4": "I"}[header["descr"]]
    body = data[10 + length:]
    return header["descr"], header["shape"], list(struct.unpack(f"<{len(body) // struct.calcsize(kind)}{kind}", body))


class Files(ProgramTest):
    def canonical(self, matrix):
        path = self.path("canonical.npy")
        path.write_bytes(npy(sum(matrix, []), (len(matrix), len(matrix[0]))))
        return path

    def each(self):
        for name, entry in FOUND["files"].items():
            with self.subTest(name):
                options = ["--as", entry["as"]] if "as" in entry else []
                yield FOLDER / name, entry, options

    def notes(self, entry, stderr):
        found = [line for line in stderr.splitlines() if "note:" in line and ("index" in line or "names" in line)]
        self.assertEqual(len(found), len(entry.get("notes", [])), stderr)
        for words, line in zip(entry.get("notes", []), found):
            self.assertIn(words, line)

    def test_round_gives_the_numbers_and_the_shape(self):
        for path, entry, options in self.each():
            done = lowprec("round", "none", path, *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.notes(entry, done.stderr)
            text = done.stdout.replace(";", ",").replace("\t", ",")
            if path.suffix in (".csv", ".tsv", ".txt"):
                rows = list(csv.reader(io.StringIO(text), delimiter=" " if path.suffix == ".txt" else ","))
                self.assertEqual(rows[0] if "names" in entry else None, entry.get("names"))
                rows = rows[1 if "names" in entry else 0:]
                self.assertEqual([[float(x) for x in row] for row in rows], entry["matrix"])
            else:
                self.assertEqual([float(x) for x in text.split()], sum(entry["matrix"], []))
            array = self.path("out.npy")
            self.output("round", "none", path, "-o", array, *options)
            kind, shape, values = parsed_npy(array.read_bytes())
            self.assertEqual((shape, values), ((len(entry["matrix"]), len(entry["matrix"][0])), sum(entry["matrix"], [])))
            self.assertEqual(kind, "<f2" if "f2" in path.name else "<f4" if "f4" in path.name else "<f8")

    def test_round_and_stats_give_what_the_matrix_gives(self):
        for path, entry, options in self.each():
            matrix = self.canonical(entry["matrix"])
            for quantizer in QUANTIZERS:
                want = self.output("round", quantizer, matrix, "--seed", 3).split()
                text = self.output("round", quantizer, path, "--seed", 3, *options)
                skipped = text.index("\n") if "names" in entry else 0
                self.assertEqual(text[skipped:].translate(str.maketrans(",;\t", "   ")).split(), want, quantizer)
            self.assertEqual(self.output("stats", path, *QUANTIZERS, "--csv", *options),
                             self.output("stats", matrix, *QUANTIZERS, "--csv"))

    def test_train_gives_what_the_matrix_gives(self):
        def result(file, **keys):
            settings = "".join(f", {key} = {json.dumps(value)}" for key, value in keys.items())
            experiment = self.path("e.toml", f"""[problem]
data = {{ file = "{file}", test_fraction = 0.3{settings}, ridge = 0.1, drop_constant = true }}
[sgd]
updates = [3]
[compare.int8]
data = "int8:step=2^-5@sr"
[run]
seeds = 2
""")
            done = lowprec("train", experiment)
            self.assertEqual(done.returncode, 0, done.stderr)
            return [line for line in done.stdout.splitlines() if not line.startswith("#")], done.stderr
        for path, entry, options in self.each():
            if options:
                continue
            target = {"target_column": "0"} if "target" in entry else {}
            rows, stderr = result(path)
            self.notes(entry, stderr)
            self.assertEqual(rows, result(self.canonical(entry["matrix"]), **target)[0])

    def test_fit_reads_results_that_others_wrote_again(self):
        result = self.path("risk.csv")
        self.output("train", self.path("e.toml", """[problem]
dimension = 4
[sgd]
updates = [100, 200, 400, 800]
[compare.none]
all = "none"
[compare."odd, name;"]
all = "int4:step=2^-3@sr"
[run]
seeds = 4
"""), "-o", result)
        want = self.output("fit", result, "--fix", "A=0")
        table = list(csv.reader(line for line in result.read_text().splitlines() if not line.startswith("#")))
        for name, delimiter, end, index in [("semicolon", ";", "\r\n", False), ("tab", "\t", "\n", False),
                                            ("mac", ",", "\r", False), ("index", ",", "\n", True)]:
            text = io.StringIO()
            rows = [[str(i - 1) if i else "", *row] if index else row for i, row in enumerate(table)]
            csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
            again = self.path(name + ".csv")
            again.write_bytes(("\ufeff" + text.getvalue()).encode())
            with self.subTest(name):
                self.assertEqual(self.output("fit", again, "--fix", "A=0"), want)

    def test_what_is_no_table_is_named(self):
        for name, words in FOUND["refused"].items():
            for command in (["stats", FOLDER / name, "e4m3"], ["round", "e4m3", FOLDER / name],
                            ["train", self.path("e.toml", f'[problem]\ndata = {{ file = "{FOLDER / name}" }}\n')]):
                with self.subTest((command[0], name)):
                    done = lowprec(*command)
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(words.lower(), done.stderr.lower())
                    self.assertIn(str(FOLDER / name.split("#")[0]), done.stderr)


    def test_a_damaged_archive_is_refused(self):
        for name in ("numpy.npz", "numpy_compressed.npz"):
            whole = (FOLDER / name).read_bytes()
            want = self.output("round", "none", f"{FOLDER / name}#weights")
            damaged = self.path("damaged.npz")
            for i in range(0, len(whole), 13):
                for data in (whole[:i], whole[:i] + bytes([whole[i] ^ 0x55]) + whole[i + 1:]):
                    damaged.write_bytes(data)
                    done = lowprec("round", "none", f"{damaged}#weights")
                    self.assertIn(done.returncode, (0, 1), (name, i))
                    if done.returncode == 0:
                        self.assertEqual(done.stdout, want, (name, i))
                    else:
                        self.assertIn("damaged.npz", done.stderr)


class Shapes(ProgramTest):
    """A tensor of 2 x 3 x 4 numbers, along each axis."""

    def setUp(self):
        super().setUp()
        self.values = [(-1.37) ** i for i in range(24)]
        self.tensor = self.path("t.npy")
        self.tensor.write_bytes(npy(self.values, (2, 3, 4)))

    def round(self, quantizer, values, shape, *args):
        path = self.path("line.npy")
        path.write_bytes(npy(values, shape))
        return [float(x) for x in self.output("round", quantizer, path, *args).split()]

    def test_rows_lie_along_the_axis(self):
        strides = (12, 4, 1)
        for axis, length in enumerate((2, 3, 4)):
            want = [None] * 24
            for start in range(24):
                if start // strides[axis] % length == 0:
                    places = [start + k * strides[axis] for k in range(length)]
                    line = self.round("int4:absmax", [self.values[i] for i in places], (length,))
                    for i, x in zip(places, line):
                        want[i] = x
            for given in (axis, axis - 3):
                found = [float(x) for x in self.output("round", "int4:absmax=row", self.tensor, f"--axis={given}").split()]
                self.assertEqual(found, want, axis)
            stats = list(csv.DictReader(io.StringIO(
                self.output("stats", self.tensor, "int4:absmax=row", f"--axis={axis}", "--csv"))))
            self.assertEqual(float(stats[0]["max_error"]), max(abs(x - y) for x, y in zip(want, self.values)))

    def test_columns_of_a_matrix_are_the_rows_of_the_other_axis(self):
        for axis in (0, 1):
            rows = self.round("int4:absmax=row@sr", self.values, (6, 4), f"--axis={axis}")
            self.assertEqual(rows, self.round("int4:absmax=column@sr", self.values, (6, 4), f"--axis={1 - axis}"))

    def test_refusals(self):
        self.fails(1, ["--axis 3", "3 axes", "-3 to 2"], "stats", self.tensor, "e4m3", "--axis=3")
        self.fails(1, ["a vector has no columns"], "round", "int8:absmax=column", stdin="1\n2\n")
        self.fails(1, ["one array", "2 files"], "round", "e4m3", self.tensor, self.tensor, "-o", self.path("o.npy"))
        half = self.path("half.npy")
        half.write_bytes(npy([1.0, 65504.0], (2,), "e"))
        self.fails(1, ["o.npy", "element 1", "<f2"], "round", "bf16", half, "-o", self.path("o.npy"))
        self.assertFalse(self.path("o.npy").exists())

    def test_codes_go_out_and_come_in(self):
        codes = self.path("codes.npy")
        for name, kind in (("e4m3fnuz", "|u1"), ("int4", "|u1"), ("bf16", "<u2"), ("tf32", "<u4")):
            self.output("round", name + ":overflow=saturate", self.tensor, "--codes", "-o", codes)
            self.assertEqual(parsed_npy(codes.read_bytes())[:2], (kind, (2, 3, 4)))
            self.assertEqual(self.output("round", "none", codes, "--as", name),
                             self.output("round", name + ":overflow=saturate", self.tensor))
        self.fails(1, ["--as FORMAT", "text"], "stats", "-", "e4m3", "--as", "e4m3", stdin="1\n")
        self.fails(1, ["too few bits", "bfloat16"], "stats", FOLDER / "codes_u1.npy", "e4m3", "--as", "bf16")
        self.fails(1, ["'|V1'", "--as"], "stats", FOLDER / "ml_dtypes_e4m3.npy", "e4m3")


class Results(ProgramTest):
    def test_without_the_experiment_a_result_is_plain_csv(self):
        experiment = self.path("e.toml", "[problem]\ndimension = 3\n[sgd]\nupdates = [5]\n[run]\nseeds = 2\n")
        for command in ("train", "theory"):
            whole = self.output(command, experiment)
            plain = "".join(line for line in whole.splitlines(keepends=True) if not line.startswith("#"))
            self.assertNotEqual(plain, whole)
            self.assertEqual(self.output(command, experiment, "--no-header"), plain)

    def test_a_wrong_table_is_answered_with_all_tables(self):
        self.fails(1, ["comapre", "compare, problem, run, sgd, title"], "train", "-", stdin="[comapre.x]\nall = 'none'\n")
        self.fails(1, ["problem.dat", "data, dimension"], "train", "-", stdin="[problem]\ndat.file = 'x'\n")


class Text(ProgramTest):
    def names(self, text, *args):
        """What round takes for the first line: its output, or the names."""
        return self.output("round", "none", *args, stdin=text).splitlines()

    def test_which_line_names_columns(self):
        for text, names in [("a,b\n1,2\n", "a,b"), ("10,4,6\n0.5,1,2\n", None), ("0,1,2\n0.5,1,2\n", "0,1,2"),
                            ("0,1,2\n0.5,1,2\n3,4,5\n", None), ("0,1\n", None), ("0\n0.5\n", None), ("x\n0.5\n", "x"),
                            ("0,2\n0.5,1\n", None), ("3,x\n1,2\n", "3,x"), ("nan,inf\n1,2\n", None),
                            ("3;4\n1;2.5\n", None), ("2,b\n1,2\n", "2,b")]:
            with self.subTest(text):
                kept = self.names(text)
                self.assertEqual(kept, text.splitlines())
                sums = self.output("stats", "-", "none", "--histogram", "--csv", stdin=text)
                count = sum(int(row["count"]) for row in csv.DictReader(io.StringIO(sums)))
                lines = len(text.splitlines()) - (names is not None)
                self.assertEqual(count, lines * (1 + text.splitlines()[0].count(",") + text.splitlines()[0].count(";")))

    def test_header_overrides(self):
        self.assertIn("3,4", self.output("round", "int2:step=8", "--header", "yes", stdin="3,4\n1,2\n"))
        self.assertEqual(self.output("round", "int2:step=8", "--header", "no", stdin="0,1\n0.5,9\n"), "0,0\n0,8\n")
        self.fails(1, ["stdin:1: column 1: 'a' is not a number"], "round", "int8", "--header", "no", stdin="a,b\n1,2\n")
        self.fails(1, ["header 'maybe'", "auto, yes or no"], "stats", "-", "int8", "--header", "maybe", stdin="1\n")

    def test_numbers_come_out_as_lines_go_in(self):
        with subprocess.Popen([PROGRAM, "round", "e4m3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
            for number, rounded in ((b"0.1", b"0.1015625\n"), (b"465", b"nan\n"), (b"3", b"3\n")):
                run.stdin.write(number + b"\n")
                run.stdin.flush()
                self.assertEqual(run.stdout.readline(), rounded)
            run.stdin.close()
            self.assertEqual(run.wait(60), 0)

    @unittest.skipUnless(shutil.which("yes"), "needs yes")
    def test_an_endless_input_ends_with_its_reader(self):
        limit = "" if SANITIZED else "ulimit -v 1000000; "
        command = f"{limit}yes 0.1 | {PROGRAM} round e4m3 | head -n 300000 | tail -n 1"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
        self.assertEqual((done.stdout, done.stderr), ("0.1015625\n", ""))

    def test_a_number_in_place_of_a_file(self):
        self.fails(1, ["0.1: cannot be read", "standard input", "echo 0.1 | lowprec round e4m3"], "round", "e4m3", "0.1")

    def test_many_columns_are_quick(self):
        count = 100_000
        text = ",".join(f"c{i}" for i in range(count)) + "\n" + ",".join(["1.5"] * count) + "\n"
        self.assertEqual(len(self.output("round", "e4m3", stdin=text).splitlines()), 2)


if __name__ == "__main__":
    unittest.main()
