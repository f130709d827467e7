#!/usr/bin/env python3
"""lowprec fit: what it recovers, says and refuses. LOWPREC_PROGRAM is the program's path."""
import csv
import io
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
from xml.etree import ElementTree

PROGRAM = os.environ["LOWPREC_PROGRAM"]

COLUMNS = "config,problem.sketch.size,updates,iterate,metric,excess_risk,stderr,seeds,saturated,underflow,nan"
SIZES = (8, 16, 32, 64, 128)
UPDATES = (1024, 4096, 16384, 65536)
LAWS = {"none": (1, 1, 0.01), "int4, all": (0.25, 0.7, 0.2)}  # f, g, E


def risk(m, n, f=1, g=1, e=0.01):
    return 2.5 / (f * m) + 30 / math.sqrt(g * n) + e


def table(relative_error=math.nan, sizes=SIZES, updates=UPDATES, iterate="average", metric="clean", head=COLUMNS):
    """A result as lowprec train writes it, of the laws' exact risks."""
    lines = ["# lowprec experiment", "# title = 'a, \"b\"'", head]
    for config, law in LAWS.items():
        for m in sizes:
            for n in updates:
                y = risk(m, float(n), *law)
                lines.append(f'"{config}",{m},{n},{iterate},{metric},{y!r},{relative_error * y!r},16,0,0,0')
    return "\n".join(lines) + "\n"


class FitTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.exact = self.path("exact.csv", table())
        self.measured = self.path("measured.csv", table(0.01))

    def path(self, name, text=None):
        path = self.directory / name
        if text is not None:
            path.write_text(text)
        return path

    def run_fit(self, *args, stdin=""):
        return subprocess.run([PROGRAM, "fit", *map(str, args)], input=stdin, capture_output=True, text=True, timeout=120)

    def fit(self, *args, stdin=""):
        result = self.run_fit("--draws", 100, *args, stdin=stdin)
        self.assertEqual((result.returncode, result.stderr), (0, ""), args)
        return result.stdout

    def parameters(self, *args, stdin=""):
        """(config, name): (value, low, high), from the CSV."""
        text = self.fit("--csv", *args, stdin=stdin)
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        self.assertEqual(lines[0], "config,parameter,M,N,value,low,high,note")
        return {(row["config"], row["parameter"]): tuple(float(row[k]) for k in ("value", "low", "high"))
                for row in csv.DictReader(io.StringIO("\n".join(lines)))}

    def fails(self, words, *args, code=1):
        result = self.run_fit(*args)
        self.assertEqual((result.returncode, result.stdout), (code, ""), (args, result.stderr))
        self.assertTrue(result.stderr.startswith("lowprec: "))
        for word in words:
            self.assertIn(word, result.stderr, args)

    def bad(self, old, new, *words, args=(), source=None):
        """The measured table, its first `old` replaced, is refused."""
        text = source or table(0.01)
        self.assertIn(old, text)
        path = self.path("bad.csv", text.replace(old, new, 1))
        with self.subTest(new):
            self.fails(["bad.csv", *words], path, *args)


class Recovers(FitTest):
    def test_planted_laws(self):
        found = self.parameters(self.exact)
        expected = {("", "A"): 2.5, ("", "alpha"): 1, ("", "C"): 30, ("", "beta"): 0.5, ("none", "E"): 0.01,
                    ("int4, all", "E"): 0.2, ("int4, all", "f"): 0.25, ("int4, all", "g"): 0.7}
        self.assertEqual(found.keys(), expected.keys())
        for key, value in expected.items():
            for number in found[key]:
                self.assertAlmostEqual(number, value, delta=2e-6 * value, msg=key)

    def test_several_files_and_stdin(self):
        whole = self.parameters(self.exact)
        parts = [self.path(f"part{m}.csv", table(sizes=[m])) for m in SIZES]
        self.assertEqual(self.parameters(*parts), whole)
        self.assertEqual(self.parameters("-", stdin=table().replace("\n", "\r\n")), whole)

    def test_baseline_and_configurations(self):
        found = self.parameters(self.exact, "--baseline", "int4, all")
        self.assertAlmostEqual(found["none", "f"][0], 4, delta=1e-5)
        self.assertAlmostEqual(found["", "A"][0], 10, delta=1e-4)
        self.assertEqual({config for config, _ in self.parameters(self.exact, "--config", "none")}, {"", "none"})
        alone = self.parameters(self.exact, "--separate")
        self.assertAlmostEqual(alone["int4, all", "A"][0], 10, delta=1e-4)
        self.assertAlmostEqual(alone["none", "A"][0], 2.5, delta=1e-5)

    def test_fixed_terms(self):
        found = self.parameters(self.exact, "--fix", "alpha=1", "--fix", "int4, all.f=0.25")
        self.assertEqual(found["", "alpha"], (1, 1, 1))
        self.assertEqual(found["int4, all", "f"], (0.25, 0.25, 0.25))
        self.assertRegex(self.fit(self.exact, "--fix", "alpha=1"), r"(?m)^-  +alpha +1\.000 +1\.000 +1\.000  fixed$")

    def test_one_size_drops_its_term(self):
        path = self.path("n.csv", table(updates=[4096]))
        text = self.fit(path)
        self.assertIn("all points have N = 4096: C (g N)^-beta is dropped, and is part of E", text)
        self.assertEqual({name for _, name in self.parameters(path)}, {"A", "alpha", "E", "f"})
        text = self.fit(self.path("inf.csv", table(updates=["inf"], iterate="limit")))
        self.assertIn("N = updates: inf only", text)
        self.assertIn("being 0 there", text)
        self.assertIn("iterate limit", text)
        no_m = "\n".join(re.sub(r",8,", ",", line) for line in table(sizes=[8]).replace(",problem.sketch.size", "")
                         .splitlines()) + "\n"
        text = self.fit(self.path("no-m.csv", no_m), "--at", "-,2000")
        self.assertIn("M: the files have no column of it", text)

    def test_population_rows_beside_finite_ones(self):
        found = self.parameters(self.path("both.csv", table(updates=[*UPDATES, "inf"])))
        self.assertAlmostEqual(found["int4, all", "E"][0], 0.2, delta=1e-5)

    def test_rows_are_chosen(self):
        both = table() + "".join(line + "\n" for line in table(iterate="last", metric="quantized").splitlines()[3:])
        text = self.fit(self.path("both.csv", both))
        self.assertIn("40 rows of 2 configurations; iterate average (there is also last); metric clean\n", text)
        self.assertIn("metric quantized", self.fit(self.directory / "both.csv", "--iterate", "last"))
        text = self.fit(self.exact, "--range-m", "16,64", "--range-n", "1024,inf", "--where", "config=none")
        self.assertIn("16 to 64, 3 values", text)
        self.assertIn("12 rows of 1 configuration;", text)


class Reports(FitTest):
    def test_intervals_say_where_they_come_from(self):
        self.assertIn("residual bootstrap", self.fit(self.exact))
        text = self.fit(self.measured)
        self.assertIn("parametric bootstrap", text)
        self.assertIn("chi^2 = ", text)
        self.assertIn("M = problem.sketch.size: 8 to 128, 5 values\nN = updates: 1024 to 65536, 4 values\n", text)
        for low, high in [found[1:] for found in self.parameters(self.measured).values()]:
            self.assertLess(low, high)
        wide = self.parameters(self.measured, "--level", "0.99")["", "alpha"]
        narrow = self.parameters(self.measured, "--level", "0.5")["", "alpha"]
        self.assertGreater(wide[2] - wide[1], narrow[2] - narrow[1])

    def test_same_bytes(self):
        self.assertEqual(self.fit(self.measured), self.fit(self.measured))
        self.assertNotEqual(self.fit(self.measured), self.fit(self.measured, "--seed", 2))

    def test_predictions_and_their_range(self):
        found = json.loads(self.fit(self.measured, "--at", "20,5000", "--json"))
        first = found["predictions"][0]
        self.assertAlmostEqual(first["risk"], risk(20, 5000), delta=1e-3 * first["risk"])
        self.assertLess(first["low"], first["risk"])
        self.assertEqual(first["note"], "")
        self.fails(["--at: M = 256 lies beyond what was seen of none, M from 8 to 128", "--extrapolate"], self.measured,
                   "--at", "256,5000")
        self.fails(["N = inf lies beyond", "1024 to 65536"], self.measured, "--at", "64,inf")
        far = json.loads(self.fit(self.measured, "--at", "256,inf", "--extrapolate", "--json"))["predictions"]
        self.assertEqual([p["note"] for p in far], ["extrapolated"] * 2)
        self.fails(["says nothing about N = 5000"], self.path("n.csv", table(updates=[4096])), "--at", "20,5000",
                   "--extrapolate")

    def test_json(self):
        found = json.loads(self.fit(self.measured, "--json"))
        self.assertEqual(found["M"], {"column": "problem.sketch.size", "low": 8, "high": 128, "values": 5})
        self.assertEqual((found["rows"], found["bootstrap"], found["draws"]), (40, "parametric", 100))
        self.assertEqual(found["fits"][0]["degrees_of_freedom"], 32)
        self.assertEqual(found["predictions"], [])
        by_name = {(p["config"], p["parameter"]): p for p in found["parameters"]}
        self.assertAlmostEqual(by_name["int4, all", "f"]["value"], 0.25, delta=1e-3)

    @unittest.skipUnless(shutil.which("gnuplot"), "needs gnuplot")
    def test_residual_plot(self):
        self.fit(self.measured, "--plot", self.path("r.svg"), "--plot", self.path("r.png"))
        svg = ElementTree.parse(self.path("r.svg"))
        text = " ".join(svg.getroot().itertext())
        for word in ("none", "int4, all", "M: problem.sketch.size", "N: updates", "residual / standard error"):
            self.assertIn(word, text)
        self.assertTrue(self.path("r.png").read_bytes().startswith(b"\x89PNG"))

    def test_output_file(self):
        self.assertEqual(self.fit(self.measured, "-o", self.path("out.txt")), "")
        self.assertEqual(self.path("out.txt").read_text(), self.fit(self.measured))


class Refuses(FitTest):
    first_row = f'"none",8,1024,average,clean,{risk(8, 1024)!r}'

    def test_bad_cells(self):
        self.bad(self.first_row, '"none",8,1024,average,clean,inf', ":4", "excess_risk is inf", "step_size",
                 "--skip-diverged")
        self.bad(self.first_row, '"none",8,1024,average,clean,nan', ":4", "excess_risk is nan")
        self.bad(self.first_row, '"none",8,1024,average,clean,high', ":4", "excess_risk", "'high' is not a number")
        self.bad(",8,1024,", ",eight,1024,", ":4", "problem.sketch.size", "'eight'")
        self.bad(",8,1024,", ",-8,1024,", ":4", "problem.sketch.size", "'-8' is not a finite positive")
        self.bad(",8,1024,", ",8,0,", ":4", "updates", "'0'")
        self.bad(f"{0.01 * risk(8, 1024)!r},16", "-1,16", ":4", "stderr", "'-1' is no standard error")

    def test_bad_tables(self):
        self.bad("excess_risk", "risk", "no column excess_risk", "its columns are: config, ")
        self.bad("stderr", "error", "no column stderr", "--weights relative")
        self.bad("metric,excess", "metric,metric,excess", ":3", "two columns are called 'metric'")
        self.bad(",16,0,0,0\n", ",16,0,0\n", ":4", "10 cells, but 11 columns are named on line 3")
        self.bad(table(0.01), COLUMNS + '\n"none,8\n', ":2", "does not end")
        self.bad('"none"', '"none"x', ":4", "comma")
        self.bad(",16,1024,", ",8,1024,", ":8", ":4", "counts once")
        self.bad(table(0.01), "", "no line names columns")
        self.bad(table(0.01), COLUMNS + "\n", "no rows")
        self.fails(["nosuch.csv: cannot be read"], self.directory / "nosuch.csv")

    def test_what_the_rows_cannot_tell(self):
        self.fails(["3 points are too few for 3 parameters"], self.path("few.csv", table(sizes=[8, 16, 32], updates=[1024])),
                   "--config", "none")
        two = self.path("two.csv", table(updates=[1024, 4096]))
        self.fails(["do not tell", "beta", "fixed"], two)
        self.fit(two, "--fix", "beta=0.5")
        self.fails(["several M or of several N"], self.path("one.csv", table(sizes=[8], updates=[1024])))
        self.fails(["no floor E is allowed"], self.path("n.csv", table(updates=[1024])), "--floor", "none")
        mixed = self.path("mixed.csv", table(0.01).replace(f"{0.01 * risk(8, 1024)!r},16", "nan,16", 1))
        self.fails(["39 of 40 points have a standard error"], mixed)
        self.fit(mixed, "--weights", "relative")

    def test_diverged_rows_may_be_left_out(self):
        path = self.path("d.csv", table(0.01).replace(self.first_row, '"none",8,1024,average,clean,nan', 1))
        self.assertIn("1 diverged rows left out", self.fit(path, "--skip-diverged"))

    def test_other_keys_of_the_grid(self):
        head = COLUMNS.replace("nan", "problem.noise")
        varied = self.path("varied.csv", table(head=head).replace(",0\n", ",1\n", 3))
        self.fails(["differ in problem.noise (1, 0)", "--where problem.noise=1"], varied)
        self.fit(varied, "--where", "problem.noise=0")
        two = COLUMNS.replace("nan", "problem.dimension")
        self.fails(["could be M", "--m"], self.path("two.csv", table(head=two)))
        self.fit(self.directory / "two.csv", "--m", "problem.sketch.size")

    def test_bad_options(self):
        self.fails(["'nosuch'", "rows have: none, int4, all"], self.exact, "--config", "nosuch")
        self.fails(["'nosuch'"], self.exact, "--baseline", "nosuch")
        self.fails(["metric = 'other'", "rows have: clean"], self.exact, "--metric", "other")
        self.fails(["no column nosuch"], self.exact, "--where", "nosuch=1")
        self.fails(["COLUMN=VALUE"], self.exact, "--where", "x")
        self.fails(["no column nosuch"], self.exact, "--m", "nosuch")
        self.fails(["'gamma'", "A, alpha"], self.exact, "--fix", "gamma=1")
        self.fails(["NAME=VALUE"], self.exact, "--fix", "alpha")
        self.fails(["'one'"], self.exact, "--fix", "alpha=one")
        self.fails(["M,N"], self.exact, "--at", "64")
        self.fails(["'-3'"], self.exact, "--at=-3,1000")
        self.fails(["LOW"], self.exact, "--range-m", "64,8")
        self.fails(["level"], self.exact, "--level", "1")
        self.fails(["100 refits"], self.exact, "--draws", "50")
        self.fails([".svg or .png"], self.exact, "--plot", "r.gif")
        self.fails(["--floor"], self.exact, "--floor", "some", code=2)
        self.fails(["FILE"], code=2)


if __name__ == "__main__":
    unittest.main()
