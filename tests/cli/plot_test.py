#!/usr/bin/env python3
"""lowprec plot: what is drawn of which rows, and what is refused. LOWPREC_PROGRAM is the program's path."""
import csv
import io
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
from xml.etree import ElementTree

PROGRAM = os.environ["LOWPREC_PROGRAM"]

SIMULATED = "config,problem.dimension,updates,iterate,metric,excess_risk,stderr,seeds"
EXACT = SIMULATED + ",bound,method"


class Plot(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)

    def file(self, name, *lines):
        path = self.directory / name
        path.write_text("\n".join(("# title = 'x'",) + lines) + "\n")
        return str(path)

    def simulated(self, *more):
        return self.file("s.csv", SIMULATED, *[f"{c},{d},{n},{i},clean,{r},0.01,7" for c, d, n, i, r in [
            ("a", 50, 10, "average", 0.5), ("a", 50, 100, "average", 0.25), ("a", 50, 100, "last", 0.75),
            ("b", 50, 10, "average", 0.4), ("b", 50, 100, "average", "inf"),
            ("a", 80, 10, "average", 0.6), ("a", 80, 100, "average", 0.3)]], *more)

    def exact(self):
        return self.file("e.csv", EXACT, "a,50,10,average,clean,0.51,0,0,0.9,exact",
                         "a,50,100,average,clean,0.26,0,0,nan,exact", "a,50,inf,limit,clean,0.1,0,0,nan,exact")

    def run_plot(self, *arguments):
        return subprocess.run([PROGRAM, "plot", *arguments], capture_output=True, text=True, timeout=60)

    def table(self, *arguments):
        result = self.run_plot(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return [tuple(row) for row in csv.reader(io.StringIO(result.stdout))]

    def fails(self, words, *arguments):
        result = self.run_plot(*arguments)
        self.assertEqual(result.returncode, 1)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_risk_against_updates(self):
        self.assertEqual(self.table(self.simulated(), self.exact(), "--bound"), [
            ("label", "kind", "updates N", "excess risk", "stderr"),
            ("a, dimension=50", "simulated", "10", "0.5000", "0.01"),
            ("a, dimension=50", "simulated", "100", "0.2500", "0.01"),
            ("a, dimension=50", "theory", "10", "0.5100", ""),
            ("a, dimension=50", "theory", "100", "0.2600", ""),
            ("a, dimension=50", "bound", "10", "0.9000", ""),
            ("b, dimension=50", "simulated", "10", "0.4000", "0.01"),
            ("a, dimension=80", "simulated", "10", "0.6000", "0.01"),
            ("a, dimension=80", "simulated", "100", "0.3000", "0.01")])

    def test_other_axes(self):
        # At the largest N; b's risk there is not finite.
        self.assertEqual(self.table(self.simulated(), "--x", "problem.dimension")[1:],
                         [("a", "simulated", "50", "0.2500", "0.01"), ("a", "simulated", "80", "0.3000", "0.01")])
        self.assertEqual(self.table(self.simulated(), "--x", "config", "--where", "updates=10", "--where",
                                    "problem.dimension=50")[1:],
                         [("", "simulated", "a", "0.5000", "0.01"), ("", "simulated", "b", "0.4000", "0.01")])
        self.assertEqual(self.table(self.simulated(), "--iterate", "last")[1:],
                         [("a", "simulated", "100", "0.7500", "0.01")])
        self.assertEqual([row[0] for row in self.table(self.simulated(), "--where", "problem.dimension=50",
                                                       "--config", "b", "--config", "a")[1:]], ["b", "a", "a"])

    @unittest.skipUnless(shutil.which("gnuplot"), "needs gnuplot")
    def test_figure(self):
        picture, table = str(self.directory / "p.svg"), self.directory / "t.csv"
        result = self.run_plot(self.simulated(), self.exact(), "-o", picture, "--table", str(table), "--bound",
                               "--title", "It's <one>")
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        texts = [text.strip() for text in ElementTree.parse(picture).getroot().itertext()]
        for words in ("It's <one>", "a, dimension=50", "b, dimension=50", "updates N", "excess risk",
                      "average iterate, clean data; points: 7 seeds ± standard error; lines: theory; dotted: bound"):
            self.assertIn(words, texts)
        self.assertEqual(len(table.read_text().splitlines()), 9)

    @unittest.skipUnless(shutil.which("gnuplot"), "needs gnuplot")
    def test_twelve_lines_are_told_apart(self):
        rows = [f"config {c},50,{n},average,clean,{0.11 + 0.002 * c},0,0,nan,exact" for c in range(12) for n in (10, 90)]
        picture = self.directory / "p.svg"
        self.assertEqual(self.run_plot(self.file("e.csv", EXACT, *rows), "-o", str(picture)).returncode, 0)
        root = ElementTree.parse(picture).getroot()
        ours = lambda value: value and value.startswith("rgb") and value.replace(" ", "") != "rgb(221,221,221)"
        names = [g.get("fill") for g in root.findall(".//{*}g") if "".join(g.itertext()).strip().startswith("config ") and
                 g.get("font-family")]
        self.assertEqual((len(names), len(set(names))), (12, 12))
        lines = {(path.get("stroke"), path.get("stroke-dasharray")) for path in root.findall(".//{*}path")}
        self.assertEqual(len({line for line in lines if ours(line[0])}), 12)
        # An axis of less than a decade has numbers, too.
        texts = [text.strip() for text in root.itertext()]
        self.assertLessEqual({"0.11", "0.12", "0.13"}, set(texts))

    def test_refusals(self):
        repeated = self.simulated("a,50,10,average,clean,0.5,0.01,7")
        self.fails(["s.csv:3", "s.csv:10", "drawn once"], repeated)
        self.fails(["no column sgd.batch"], self.simulated(), "--x", "sgd.batch")
        self.fails(["no row has config = 'c'", "a, b"], self.simulated(), "--config", "c")
        self.fails(["COLUMN=VALUE"], self.simulated(), "--where", "updates")
        self.fails([".svg or .png"], self.simulated(), "-o", "p.pdf")
        self.fails(["no finite positive excess_risk"], self.file("n.csv", SIMULATED, "a,1,1,last,clean,nan,0,1"))
        self.fails(["n.csv:3", "stderr"], self.file("n.csv", SIMULATED, "a,1,1,last,clean,1,x,1"))


if __name__ == "__main__":
    unittest.main()
