#!/usr/bin/env python3
"""The program: what each command prints, its exit codes, bad input, output files. LOWPREC_PROGRAM is its path."""
import csv
import io
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest
from xml.etree import ElementTree

PROGRAM = os.environ["LOWPREC_PROGRAM"]
SOURCE = pathlib.Path(os.environ.get("LOWPREC_SOURCE_DIR", pathlib.Path(__file__).parent.parent))

EXPERIMENT = """title = "a small study"
[problem]
dimension = 8
[sgd]
updates = [10, 50]
[compare.exact]
all = "none"
[compare.int8]
all = "int8:step=2^-5,symmetric@sr"
[compare.bf16]
arithmetic = "bf16"
[run]
seeds = 5
"""


def lowprec(*args, stdin="", **environment):
    return subprocess.run([PROGRAM, *map(str, args)], input=stdin, capture_output=True, text=True, timeout=120,
                          env={**os.environ, **environment})


def without_notes(text):
    return [line for line in text.splitlines() if not line.startswith("lowprec: note: ")]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def path(self, name, text=None):
        path = self.directory / name
        if text is not None:
            path.write_text(text)
        return path

    def output(self, *args, stdin="", **environment):
        result = lowprec(*args, stdin=stdin, **environment)
        self.assertEqual((result.returncode, without_notes(result.stderr)), (0, []), args)
        return result.stdout

    def fails(self, code, words, *args, stdin="", **environment):
        """Fails with this exit code, every one of the words on stderr, and nothing on stdout."""
        result = lowprec(*args, stdin=stdin, **environment)
        self.assertEqual(result.returncode, code, (args, result.stderr))
        self.assertTrue(result.stderr.startswith("lowprec: "), result.stderr)
        self.assertEqual(result.stdout, "", args)
        for word in words:
            self.assertIn(word, result.stderr, args)


class CommandLine(ProgramTest):
    def test_help_and_version(self):
        self.assertRegex(self.output("--version"), r"^lowprec \d+\.\d+\.\d+\n$")
        text = self.output("--help")
        for command in ("formats", "round", "calc", "stats", "train", "theory", "fit", "bench"):
            self.assertRegex(text, rf"(?m)^  {command} +[A-Z]")
            self.assertRegex(self.output(command, "--help"), r"Examples?:\n  ")
        self.assertIn("LOWPREC_TARGETS", text)

    def test_examples_of_help_work(self):
        for command in ("", "formats", "round", "calc", "stats", "train", "theory", "fit", "allocate"):
            text = self.output(*command.split(), "--help")
            lines = text[text.index("Example"):].split("\n\n")[0].splitlines()[1:]
            self.assertTrue(lines)
            for line in lines:
                quick = line.replace(".toml", ".toml --set run.seeds=2 --set 'sgd.updates=[10]'", 1)
                with self.subTest(line):
                    (self.directory / "lowprec").unlink(missing_ok=True)
                    (self.directory / "lowprec").symlink_to(PROGRAM)
                    (self.directory / "experiments").unlink(missing_ok=True)
                    (self.directory / "experiments").symlink_to(SOURCE / "experiments")
                    if "--plot" in line and not shutil.which("gnuplot"):
                        continue
                    environment = {**os.environ, "PATH": f"{self.directory}:{os.environ['PATH']}"}
                    result = subprocess.run(["sh", "-c", quick], cwd=self.directory, env=environment,
                                            capture_output=True, text=True, timeout=120)
                    self.assertEqual((result.returncode, without_notes(result.stderr)), (0, []))
                    self.assertTrue(result.stdout)

    def test_usage_errors_exit_2(self):
        self.fails(2, ["required"])
        self.fails(2, ["'frobnicate' is not a command", "formats round calc stats train theory fit allocate plot bench"], "frobnicate")
        self.fails(2, ["--frobnicate"], "--frobnicate")
        self.fails(2, ["QUANTIZER", "lowprec round --help"], "round")
        self.fails(2, ["--frobnicate"], "round", "e4m3", "--frobnicate")
        self.fails(2, ["--seed", "abc"], "round", "e4m3", "--seed", "abc")
        self.fails(2, ["--seed", "-1"], "round", "e4m3", "--seed", "-1")
        self.fails(2, ["--hex", "--codes"], "round", "e4m3", "--hex", "--codes")
        self.fails(2, ["OP"], "calc", "e4m3")
        self.fails(2, ["NAME"], "formats", "--codes")
        self.fails(2, ["--json"], "formats", "e4m3", "--csv", "--json")
        self.fails(2, ["EXPERIMENT"], "train")

    def test_targets_give_the_same_bytes(self):
        numbers = "".join(f"{math.sin(i) * 2.0 ** (i % 20 - 10)!r}\n" for i in range(999))
        pairs = "".join(f"{math.sin(i)!r} {math.cos(i)!r}\n" for i in range(99))
        experiment = self.path("e.toml", EXPERIMENT)
        runs = [(("round", "e4m3@sr", "--seed", "3"), numbers), (("round", "additive(0.1)"), numbers),
                (("calc", "bf16", "div", "--rounding", "sr"), pairs), (("train", experiment), "")]
        targets = self.output("--help").rstrip().rsplit(" ", 1)[1].split(",")
        for args, stdin in runs:
            self.assertEqual({self.output(*args, stdin=stdin, LOWPREC_TARGETS=t) for t in targets},
                             {self.output(*args, stdin=stdin)}, args)
        self.fails(1, ["LOWPREC_TARGETS", "'MMX'", targets[0]], "formats", LOWPREC_TARGETS="MMX")
        self.output("round", "--help", LOWPREC_TARGETS="MMX")

    def test_reader_that_leaves(self):
        path = self.path("numbers", "1.5\n" * 200000)
        run = subprocess.Popen([PROGRAM, "round", "e4m3", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(run.stdout.read(4), b"1.5\n")
        run.stdout.close()
        self.assertEqual((run.wait(60), run.stderr.read()), (0, b""))
        run.stderr.close()

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_full_device(self):
        with open("/dev/full", "w") as full:
            run = subprocess.run([PROGRAM, "formats"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(run.returncode, 1)
        self.assertIn("lowprec: stdout: cannot be written: ", run.stderr)
        self.fails(1, ["/dev/full"], "formats", "-o", "/dev/full")


class OutputFiles(ProgramTest):
    def listing(self):
        return sorted(path.name for path in self.directory.iterdir())

    def test_file_is_written_whole(self):
        path = self.path("out", "old")
        path.chmod(0o640)
        self.assertEqual(self.output("round", "int8", "-o", path, stdin="1.2\n7\n"), "")
        self.assertEqual(path.read_text(), "1\n7\n")
        self.assertEqual(path.stat().st_mode & 0o777, 0o640)
        self.assertEqual(self.listing(), ["out"])

    def test_file_stays_on_error(self):
        path = self.path("out", "old")
        for args, stdin in [(("round", "int8"), "1\nx\n"), (("round", "int8:overflow=error"), "1\n128\n"),
                            (("round", "nosuch"), ""), (("calc", "int8", "add"), "1 2\n1\n"), (("formats", "nosuch"), ""),
                            (("train", "nosuch.toml"), ""), (("train", "-"), "x = 1\n"),
                            (("train", "-", "--plot", "x.pdf"), EXPERIMENT)]:
            self.fails(1, [], *args, "-o", path, stdin=stdin)
            self.assertEqual(path.read_text(), "old")
            self.assertEqual(self.listing(), ["out"])

    def test_links_are_followed_and_devices_are_not_replaced(self):
        target = self.path("target", "old")
        link = self.path("link")
        link.symlink_to(target)
        self.output("round", "int8", "-o", link, stdin="3\n")
        self.assertTrue(link.is_symlink())
        self.assertEqual(target.read_text(), "3\n")
        self.output("formats", "-o", "/dev/null")
        self.assertFalse(os.path.isfile("/dev/null"))

    def test_places_that_cannot_be_written(self):
        self.fails(1, ["nosuch/out", "No such file"], "formats", "-o", self.directory / "nosuch/out")
        self.fails(1, [str(self.directory), "Is a directory"], "formats", "-o", self.directory)


class Formats(ProgramTest):
    def test_nothing_compared_is_the_baseline(self):
        text = self.output("train", "-", "-o", self.path("e.csv"), stdin=EXPERIMENT[:EXPERIMENT.index("[compare")])
        self.assertRegex(text, r"(?m)^baseline ")

    def test_table(self):
        text = self.output("formats")
        for words in ("e4m3fn", "binary16", "fp(e,m)", "fixed(k,f)", "int8"):
            self.assertIn(words, text)

    def rows(self, *names):
        return list(csv.DictReader(io.StringIO(self.output("formats", *names, "--csv"))))

    def test_csv(self):
        e4m3, half, int8, fp = self.rows("E4M3", "half", "int8", "fp(4,3;bias=5,finite)")
        self.assertEqual([e4m3[k] for k in ("name", "aliases", "bits", "precision", "bias", "emin", "emax", "max", "infinities", "nans", "zeros")],
                         ["e4m3fn", "e4m3", "8", "4", "7", "-6", "8", "448", "0", "2", "2"])
        self.assertEqual([half[k] for k in ("name", "max", "infinities", "nans")], ["binary16", "65504", "2", "2046"])
        self.assertEqual([float(half[k]) for k in ("min_normal", "min_positive")], [2.0**-14, 2.0**-24])
        self.assertEqual([int8[k] for k in ("max", "lowest", "bias", "min_positive", "zeros")], ["127", "-128", "", "1", "1"])
        self.assertEqual(fp["bias"], "5")

    def test_counts_are_those_of_the_codes(self):
        for row in self.rows():
            if int(row["bits"]) > 16:
                continue
            codes = list(csv.DictReader(io.StringIO(self.output("formats", row["name"], "--codes"))))
            classes = [c["class"] for c in codes]
            finite = [float.fromhex(c["value"]) for c in codes if c["class"] not in ("nan", "infinity")]
            self.assertEqual(len(codes), 2 ** int(row["bits"]))
            self.assertEqual([classes.count(c) for c in ("infinity", "nan", "zero")],
                             [int(row[k]) for k in ("infinities", "nans", "zeros")], row["name"])
            self.assertEqual((max(finite), min(finite)), (float(row["max"]), float(row["lowest"])))
            self.assertEqual(min(x for x in finite if x > 0), float(row["min_positive"]))

    def test_json(self):
        rows = json.loads(self.output("formats", "--json"))
        self.assertGreaterEqual(len(rows), 16)
        self.assertEqual({row["name"]: row["max"] for row in rows}["e5m2"], 57344)
        self.assertIsNone(json.loads(self.output("formats", "int4", "--json"))[0]["bias"])

    def test_codes(self):
        lines = self.output("formats", "e2m1", "--codes").splitlines()
        self.assertEqual(lines[:4], ["code,value,class", "0x0,0x0p+0,zero", "0x1,0x1p-1,subnormal", "0x2,0x1p+0,normal"])
        self.assertEqual(lines[-1], "0xf,-0x1.8p+2,normal")
        lines = self.output("formats", "e5m2", "int2", "--codes").splitlines()
        self.assertEqual([lines[0], lines[1], lines[0x7c + 1], lines[0x7d + 1], lines[0xfc + 1], lines[-1]],
                         ["format,code,value,class", "e5m2,0x00,0x0p+0,zero", "e5m2,0x7c,inf,infinity", "e5m2,0x7d,nan,nan",
                          "e5m2,0xfc,-inf,infinity", "int2,0x3,-0x1p+0,normal"])
        self.assertEqual(len(self.output("formats", "binary16", "--codes").splitlines()), 65537)
        self.fails(1, ["tf32", "19 bits", "16"], "formats", "tf32", "--codes")

    def test_bad_names(self):
        self.fails(1, ["'nosuch'", "allowed", "e4m3fn"], "formats", "nosuch")
        self.fails(1, ["fp(0,3)", "exponent bits"], "formats", "fp(0,3)")
        self.fails(1, ["int1", "2 to 32 bits"], "formats", "int1")
        self.fails(1, ["fp(4,3"], "formats", "fp(4,3")
        self.fails(1, ["fp(4,3;what)"], "formats", "fp(4,3;what)")


class Round(ProgramTest):
    def rounded(self, quantizer, numbers, *args):
        return self.output("round", quantizer, *args, stdin="\n".join(numbers) + "\n").split()

    def test_values(self):
        self.assertEqual(self.rounded("e4m3:overflow=saturate", ["0.1", "464", "465", "-1e9", "inf", "nan", "-nan", "-0"]),
                         ["0.1015625", "448", "448", "-448", "448", "nan", "nan", "-0"])
        self.assertEqual(self.rounded("e4m3", ["464", "465", "0x1.cp+8"]), ["448", "nan", "448"])
        self.assertEqual(self.rounded("int8:step=0.5", ["0.25", "0.75", "1e3", "-1e3", "-0.1"]), ["0", "1", "63.5", "-64", "0"])
        self.assertEqual(self.rounded("e2m1", ["2.5", "5", "0.25", "-0.2", "7"]), ["2", "4", "0", "-0", "6"])
        self.assertEqual(self.rounded("none", ["0.1", "1e-320", "0x1.fffffffffffffp+1023"]),
                         ["0.1", "1e-320", "1.7976931348623157e+308"])

    def test_hex_and_codes(self):
        self.assertEqual(self.rounded("e4m3", ["1.5", "-0.1", "nan"], "--hex"), ["0x1.8p+0", "-0x1.ap-4", "nan"])
        self.assertEqual(self.rounded("e4m3", ["1.5", "-1.5", "nan"], "--codes"), ["0x3c", "0xbc", "0x7f"])
        self.assertEqual(self.rounded("int8:step=2^-5", ["1", "-1"], "--codes"), ["0x20", "0xe0"])
        self.assertEqual(self.rounded("binary16", ["1"], "--codes"), ["0x3c00"])

    def test_input(self):
        first, second = self.path("1", "# one\n\n  1.3\t\r\n"), self.path("2", "2.7")
        self.assertEqual(self.output("round", "int8", first, "-", second, stdin="5\n"), "1\n5\n3\n")
        self.assertEqual(self.output("round", "int8"), "")

    def test_npy(self):
        def npy(descr, code, values, shape, order="False"):
            header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}".ljust(117) + "\n"
            path = self.path("a.npy")
            path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
                             + struct.pack(f"<{len(values)}{code}", *values))
            return path
        values = [1.25, -2.5, 3.0, 448.0]
        for descr, code in (("<f8", "d"), ("<f4", "f"), ("<f2", "e")):
            self.assertEqual(self.output("round", "e4m3", npy(descr, code, values, "(2, 2)")), "1.25\n-2.5\n3\n448\n")
        self.assertEqual(self.output("round", "e4m3", npy("<i8", "q", [-3, 5], "(2,)")), "-3\n5\n")
        self.assertEqual(self.output("round", "e4m3", npy("<f8", "d", [7.0], "()")), "7\n")
        self.fails(1, ["a.npy", "'<c8'", "f4"], "round", "e4m3", npy("<c8", "d", values, "(4,)"))
        self.fails(1, ["a.npy", "shape"], "round", "e4m3", npy("<f8", "d", values, "(5,)"))
        self.fails(1, ["a.npy", "shape"], "round", "e4m3", npy("<f8", "d", values, "(99999999999, 99999999999)"))
        self.assertEqual(self.output("round", "e4m3", npy("<f8", "d", values, "(2, 2)", "True")), "1.25\n3\n-2.5\n448\n")
        self.path("a.npy").write_bytes(b"\x93NUMPY\x01")
        self.fails(1, ["a.npy", "header"], "round", "e4m3", self.path("a.npy"))

    def test_draws_count_from_the_first_number_of_all_files(self):
        numbers = [f"{math.sin(i)!r}" for i in range(200)]
        whole = self.rounded("int4:step=2^-3@sr", numbers, "--seed", "5")
        first, second = self.path("1", "\n".join(numbers[:77])), self.path("2", "\n".join(numbers[77:]))
        self.assertEqual(self.output("round", "int4:step=2^-3@sr", first, second, "--seed", 5).split(), whole)
        self.assertNotEqual(self.rounded("int4:step=2^-3@sr", numbers, "--seed", "6"), whole)

    def test_bad_lines(self):
        for text in ("abc", "1,2", "0x", "--1", "1e", "+-1", "1.5x", "infx", "'"):
            self.fails(1, ["stdin:3: ", text], "round", "e4m3", stdin=f"1\n\n{text}\n2\n")
        self.fails(1, ["stdin:1: ", "not a number", "decimal or hexadecimal number, inf or nan"], "round", "e4m3", stdin="\x01\x1b[0m\n")
        self.fails(1, ["stdin:1: ", "..."], "round", "e4m3", stdin="9" * 100 + "x\n")
        self.fails(1, ["stdin:2: ", "1 cells, but 2 on line 1"], "round", "e4m3", stdin="1;2\n3\n")
        second = self.path("second", "1\nx\n")
        self.fails(1, [f"{second}:2: 'x' is not a number"], "round", "e4m3", self.path("first", "1\n"), second,
                   "-o", self.path("out"))

    def test_bad_files(self):
        self.fails(1, ["nosuch: cannot be read: No such file"], "round", "e4m3", self.directory / "nosuch")
        self.fails(1, [f"{self.directory}: cannot be read: Is a directory"], "round", "e4m3", self.directory)

    def test_overflow_error_names_the_line(self):
        text = "# comment\n1\n2\n465\n3\n999\n"
        self.fails(1, ["stdin:4: 465", "-448 to 448"], "round", "e4m3:overflow=error", stdin=text)
        self.assertEqual(self.output("round", "e4m3:overflow=error", stdin="1\n"), "1\n")

    def test_bad_quantizers(self):
        for text, words in {"nosuch": ["nosuch", "allowed"], "int8:step=-1": ["step=-1", "positive"], "int8:step=0": ["step=0"],
                            "int8:step=x": ["step=x"], "int8:what=1": ["what"], "e4m3@xyz": ["xyz", "rne"], "e4m3@sr(0)": ["sr(0)"],
                            "e4m3@sr(33)": ["sr(33)"], "int8:overflow=infinity": ["infinity"], "e4m3:overflow=x": ["saturate"],
                            "additive(-1)": ["additive(-1)"], "additive(": ["additive("], "fp(0,3)": ["fp(0,3)"], "int1": ["int1"],
                            "": [], "e4m3:": [], "e4m3@": [], "fp(999999999999,3)": ["fp(999999999999,3)"]}.items():
            self.fails(1, words, "round", text)
        self.fails(1, ["--codes", "power of two"], "round", "int8:step=0.05", "--codes")
        self.fails(1, ["--codes", "additive"], "round", "additive(0.1)", "--codes")
        self.fails(1, ["stdin:2: ", "NaN"], "round", "int8", "--codes", stdin="1\nnan\n")


class Calc(ProgramTest):
    def calc(self, *args, lines):
        return self.output("calc", *args, stdin="\n".join(lines) + "\n").split()

    def test_operations(self):
        lines = ["1.5 0.5", "448 448", "-1 0", "0 0"]
        self.assertEqual(self.calc("e4m3", "add", lines=lines), ["2", "nan", "-1", "0"])
        self.assertEqual(self.calc("e4m3", "sub", lines=lines), ["1", "0", "-1", "0"])
        self.assertEqual(self.calc("e4m3", "mul", "--overflow", "saturate", lines=lines), ["0.75", "448", "-0", "0"])
        self.assertEqual(self.calc("e5m2", "div", lines=lines), ["3", "1", "-inf", "nan"])

    def test_operands_are_rounded_first(self):
        self.assertEqual(self.calc("int8", "add", lines=["1.4 1.4", "2.5 0"]), ["2", "2"])
        self.assertEqual(self.calc("int8", "add", "--rounding", "ru", lines=["1.4 1.4"]), ["4"])

    def test_rounding(self):
        lines = ["1 3"]
        self.assertEqual([self.calc("e5m2", "div", "--rounding", r, lines=lines)[0] for r in ("rne", "rz", "ru", "rd")],
                         ["0.3125", "0.3125", "0.375", "0.3125"])

    def test_stochastic(self):
        lines = ["1 3"] * 1000
        results = self.calc("e5m2", "div", "--rounding", "sr", "--seed", "1", lines=lines)
        self.assertEqual(set(results), {"0.3125", "0.375"})
        self.assertAlmostEqual(sum(map(float, results)) / 1000, 1 / 3, delta=0.006)
        self.assertEqual(results, self.calc("e5m2", "div", "--rounding", "sr", "--seed", "1", lines=lines))
        self.assertNotEqual(results, self.calc("e5m2", "div", "--rounding", "sr", "--seed", "2", lines=lines))

    def test_codes(self):
        self.assertEqual(self.calc("e4m3", "add", "--codes", lines=["0x38 0x3c", "56 60", "0x7e 0x7e"]), ["0x42", "0x42", "0x7f"])

    def test_codes_agree_with_values(self):
        codes = [(a, b) for a in range(16) for b in range(16)]
        value = [line.split(",")[1] for line in self.output("formats", "e2m1", "--codes").splitlines()[1:]]
        for operation in ("add", "sub", "mul"):
            by_code = self.calc("e2m1", operation, "--codes", lines=[f"{a} {b}" for a, b in codes])
            by_value = self.calc("e2m1", operation, lines=[f"{value[a]} {value[b]}" for a, b in codes])
            self.assertEqual([float.fromhex(value[int(c, 16)]) for c in by_code], list(map(float, by_value)))

    def test_bad_input(self):
        self.fails(1, ["'power'", "add sub mul div"], "calc", "e4m3", "power")
        self.fails(1, ["nosuch"], "calc", "nosuch", "add")
        self.fails(1, ["xyz", "rne"], "calc", "e4m3", "add", "--rounding", "xyz")
        self.fails(1, ["infinity"], "calc", "e4m3", "add", "--overflow", "infinity")
        self.fails(1, ["xyz", "saturate"], "calc", "e4m3", "add", "--overflow", "xyz")
        self.fails(1, ["stdin:2: 2 numbers are expected", "3 found"], "calc", "e4m3", "add", stdin="1 2\n1 2 3\n")
        self.fails(1, ["stdin:1: ", "1 found"], "calc", "e4m3", "add", stdin="1\n")
        self.fails(1, ["stdin:1: 'x' is not a number"], "calc", "e4m3", "add", stdin="1 x\n")
        self.fails(1, ["stdin:1: '1.5' is not a code", "hexadecimal"], "calc", "e4m3", "add", "--codes", stdin="1.5 2\n")
        self.fails(1, ["stdin:1: ", "bits"], "calc", "e4m3", "add", "--codes", stdin="0x100 2\n")
        self.fails(1, ["stdin:2: ", "NaN"], "calc", "int8", "div", "--codes", stdin="4 2\n0 0\n")
        self.fails(1, ["stdin:2: "], "calc", "e4m3", "add", "--overflow", "error", stdin="1 1\n448 448\n")


class Scaled(ProgramTest):
    def test_round_with_a_step_from_the_numbers(self):
        numbers = "1\n-12.7\n0.04\n"
        rounded = [float(x) for x in self.output("round", "int8:absmax", stdin=numbers).split()]
        self.assertEqual([round(x, 9) for x in rounded], [1, -12.7, 0])
        rounded = [float(x) for x in self.output("round", "int8:absmax=group(2)", stdin=numbers).split()]
        self.assertEqual([round(x, 9) for x in rounded], [1, -12.7, 0.04])
        self.fails(1, ["--codes", "power of two"], "round", "int8:absmax", "--codes", stdin=numbers)


class Train(ProgramTest):
    def setUp(self):
        super().setUp()
        self.experiment = self.path("e.toml", EXPERIMENT)

    def rows(self, text):
        return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))

    def test_rows(self):
        rows = self.rows(self.output("train", self.experiment))
        self.assertEqual(list(rows[0]), ["config", "updates", "iterate", "metric", "excess_risk", "stderr", "seeds",
                                         "saturated", "underflow", "nan", "difference", "difference_stderr"])
        keys = [(r["config"], r["updates"], r["iterate"], r["metric"]) for r in rows]
        self.assertEqual(len(set(keys)), len(keys))
        for key in [(c, n, i, m) for c in ("exact", "int8", "bf16") for n in ("10", "50") for i in ("average", "last")
                    for m in ("clean", "quantized")]:
            self.assertIn(key, keys)

    def test_result_depends_on_nothing_else(self):
        first = self.output("train", self.experiment, "--threads", 1)
        self.assertEqual(self.output("train", self.experiment, "--threads", 3), first)
        self.assertEqual(self.output("train", self.path("again.csv", first)), first)
        self.assertEqual(self.output("train", "-", stdin=EXPERIMENT), first)

    def test_settings(self):
        rows = self.rows(self.output("train", self.experiment, "--set", "run.seeds=3", "--set", "sgd.updates=[7]", "--set", "compare.int8.all=none"))
        self.assertEqual({(r["seeds"], r["updates"]) for r in rows}, {("3", "7")})
        risks = {}
        for row in rows:
            risks.setdefault(row["config"], []).append(row["excess_risk"])
        self.assertEqual(risks["int8"], risks["exact"])

    def test_grid(self):
        path = self.path("g.toml", EXPERIMENT + 'grid = { "problem.dimension" = [4, 8] }\n')
        output = self.path("g.csv")
        table = self.output("train", path, "-o", output).splitlines()
        self.assertEqual({row["problem.dimension"] for row in self.rows(output.read_text())}, {"4", "8"})
        self.assertEqual(sum(line.startswith(("exact", "int8", "bf16")) for line in table), 6)

    def test_sites_and_spectrum(self):
        sites, spectrum = self.path("sites.csv"), self.path("spectrum.csv")
        self.output("train", self.experiment, "--sites", sites, "--spectrum", spectrum, "-o", self.path("out.csv"))
        rows = self.rows(sites.read_text())
        self.assertEqual({r["site"] for r in rows if r["config"] == "int8"},
                         {"data", "label", "parameter", "activation", "gradient"})
        self.assertEqual({r["site"] for r in rows if r["config"] == "bf16"}, {"arithmetic"})
        self.assertTrue(all(0 <= float(r["underflow"]) <= 1 and int(r["rounded"]) > 0 for r in rows))
        rows = self.rows(spectrum.read_text())
        self.assertEqual(len({(r["config"], r["i"]) for r in rows}), len(rows))
        self.assertTrue(all(abs(float(r["h_measured"]) / float(r["h"]) - 1) < 0.3 for r in rows))

    def test_notes_are_on_stderr(self):
        for setting, words in [("sgd.step_size=1e30", "runs diverged"), ("run.seeds=1", "one seed has no standard error"),
                               ("compare.int8.all=int8:absmax@sr", "chosen from the data")]:
            done = lowprec("train", self.experiment, "--set", setting, "--set", "sgd.updates=[200]")
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stderr, "(?m)^lowprec: note: .*" + words)
            self.assertNotIn(words, done.stdout)

    def test_nothing_compared_is_the_baseline(self):
        text = self.output("train", "-", "-o", self.path("e.csv"), stdin=EXPERIMENT[:EXPERIMENT.index("[compare")])
        self.assertRegex(text, r"(?m)^baseline ")

    def test_table(self):
        output = self.path("e.csv")
        text = self.output("train", self.experiment, "-o", output)
        self.assertEqual(output.read_text(), self.output("train", self.experiment))
        self.assertIn("a small study", text)
        self.assertRegex(text, r"(?m)^exact +[\d.]+ ± [\d.]+ +\+0\.00 ± 0\.0 +[\d.]+ ± [\d.]+ +[\d.]+ ± [\d.]+ ")
        self.assertRegex(text, r"(?m)^int8 ")

    @unittest.skipUnless(shutil.which("gnuplot"), "needs gnuplot")
    def test_plot(self):
        names = [self.path(name) for name in ("out.csv", "p.svg", "p.png")]
        self.output("train", self.experiment, "-o", names[0], "--plot", names[1], "--plot", names[2], "--set",
                    'title="It\'s <one> & two"')
        texts = [text.strip() for text in ElementTree.parse(names[1]).getroot().itertext()]
        for words in ("exact", "int8", "bf16", "updates N", "excess risk", "It's <one> & two"):
            self.assertIn(words, texts)
        self.assertTrue(names[2].read_bytes().startswith(b"\x89PNG"))
        self.assertEqual(len(list(self.directory.iterdir())), 4)

    def test_plot_errors(self):
        picture = self.path("p.svg", "old")
        self.fails(1, ["p.pdf", ".svg or .png"], "train", self.experiment, "--plot", self.path("p.pdf"))
        self.fails(1, ["nosuch"], "train", self.experiment, "--plot", self.directory / "nosuch/p.svg")
        self.fails(1, ["gnuplot"], "train", self.experiment, "--plot", picture, PATH="/nonexistent")
        broken = self.directory / "bin/gnuplot"
        broken.parent.mkdir()
        broken.write_text("#!/bin/sh\n[ \"$1\" = --version ]\n")
        broken.chmod(0o755)
        result = lowprec("train", self.experiment, "-o", self.path("out.csv"), "--plot", picture,
                         PATH=f"{broken.parent}:{os.environ['PATH']}")
        self.assertEqual(result.returncode, 1)
        self.assertIn("gnuplot failed", result.stderr)
        self.assertEqual(picture.read_text(), "old")

    def test_bad_experiments(self):
        def bad(old, new, *words):
            path = self.path("bad.toml", EXPERIMENT.replace(old, new))
            with self.subTest(new):
                self.fails(1, ["bad.toml", *words], "train", path)
        bad("dimension = 8", "dimensoin = 8", "bad.toml:3", "dimensoin", "dimension")
        bad("dimension = 8", "dimension = 0", "bad.toml:3", "problem.dimension")
        bad("dimension = 8", "dimension = -1", "bad.toml:3", "problem.dimension")
        bad("dimension = 8", 'dimension = "8"', "bad.toml:3", "problem.dimension")
        bad("dimension = 8", "dimension = 1.5", "bad.toml:3", "problem.dimension")
        bad("dimension = 8", "dimension = ", "bad.toml:3")
        bad("dimension = 8", "dimension = 8\ndimension = 9", "bad.toml:4")
        bad("dimension = 8", 'dimension = 8\nspectrum = "nosuch"', "bad.toml:4", "spectrum")
        bad("dimension = 8", 'dimension = 8\nnoise = -1', "bad.toml:4", "noise")
        bad("[problem]", "[probelm]", "bad.toml:2", "probelm")
        bad("updates = [10, 50]", "updates = [50, 10]", "bad.toml:5", "updates")
        bad("updates = [10, 50]", "updates = []", "bad.toml:5", "updates")
        bad("updates = [10, 50]", "updates = [0]", "bad.toml:5", "updates")
        bad("updates = [10, 50]", "updates = [10]\nstep_size = 0.1\nstep_size_absolute = 0.1", "step_size_absolute")
        bad("updates = [10, 50]", "updates = [10]\nbatch = 0", "bad.toml:6", "batch")
        bad("int8:step=2^-5", "int8:step=-1", "bad.toml:9", "compare.int8.all", "step")
        bad('arithmetic = "bf16"', 'arithmetic = "additive(0.1)"', "bad.toml:11", "arithmetic")
        bad('arithmetic = "bf16"', 'arithmetic = "fp(0,3)"', "bad.toml:11", "arithmetic")
        bad('arithmetic = "bf16"', 'arithmetic = 5', "bad.toml:11", "arithmetic")
        bad("seeds = 5", "seeds = 0", "bad.toml:13", "run.seeds")
        bad(EXPERIMENT, "\x00\x01\x02")

    def test_bad_grid(self):
        path = self.path("g.toml", EXPERIMENT + 'grid = { "problem.dimensoin" = [1] }\n')
        self.fails(1, ["problem.dimensoin", "dimension"], "train", path)

    def test_bad_settings(self):
        self.fails(1, ["--set", "KEY=VALUE"], "train", self.experiment, "--set", "x")
        self.fails(1, ["--set", "run.sees", "seeds"], "train", self.experiment, "--set", "run.sees=4")
        self.fails(1, ["--set", "run.seeds"], "train", self.experiment, "--set", "run.seeds=many")
        self.fails(1, ["nosuch.toml: cannot be read"], "train", self.directory / "nosuch.toml")


if __name__ == "__main__":
    unittest.main()
