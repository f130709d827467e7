#!/usr/bin/env python3
"""The command bench: what it measures, its tables, its exit codes; no time. LOWPREC_PROGRAM is the program's path."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LOWPREC_PROGRAM"]
QUICK = ["--repetitions", "1", "--seconds", "0.0001"]
GOAL = "round/e4m3/16KB"
UNREACHABLE, REACHED = f"{GOAL}=0.000001", f"{GOAL}=1000000"
ANALYSIS = f'["{GOAL}"]\nbest = 1.5\nanalysis = "planted"\n'


def bench(*args, **environment):
    return subprocess.run([PROGRAM, "bench", *map(str, args)], capture_output=True, text=True, timeout=250,
                          env={**os.environ, **environment})


def is_built():
    return bench("--list").returncode == 0


class BenchTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def file(self, text):
        path = self.directory / "limits.toml"
        path.write_text(text)
        return path

    def output(self, *args, **environment):
        result = bench(*args, **environment)
        self.assertEqual((result.returncode, result.stderr), (0, ""), args)
        return result.stdout

    def fails(self, code, words, *args):
        result = bench(*args)
        self.assertEqual(result.returncode, code, (args, result.stderr))
        self.assertTrue(result.stderr.startswith("lowprec: "), result.stderr)
        for word in words:
            self.assertIn(word, result.stderr, args)
        return result.stdout


class Anywhere(BenchTest):
    def test_help(self):
        text = self.output("--help")
        for words in ("FILTER", "--check", "--json", "--list", "--growth", "--limits", "Examples:\n  lowprec bench"):
            self.assertIn(words, text)

    def test_usage_errors(self):
        self.fails(2, ["--frobnicate"], "--frobnicate")
        self.fails(2, ["--repetitions"], "--repetitions", "0")
        self.fails(2, ["--seconds"], "--seconds", "-1")
        self.fails(2, ["--check", "--list"], "--list", "--check")

    @unittest.skipIf(is_built(), "this program has benchmarks")
    def test_without_benchmarks(self):
        self.assertEqual(self.fails(1, ["libbenchmark-dev", "libopenblas-dev", "-Dbench=enabled"]), "")


@unittest.skipUnless(is_built(), "this program has no benchmarks")
class Measured(BenchTest):
    def test_list(self):
        lines = self.output("--list").splitlines()
        self.assertRegex(lines[0], r"^work +yardstick +goal")
        for pattern in (r"^round/e4m3/64MB +memcpy/64MB +1\.05 ", r"^gemm/e4m3/256 +sgemm/256 +3 +2 ", r"^dot/e4m3 "):
            self.assertTrue(any(re.match(pattern, line) for line in lines), pattern)
        names = [line.split("  ")[0] for line in lines]
        self.assertEqual(len(set(names)), len(names))
        self.assertIn("round/e4m3/1GB/2 threads", self.output("--list", "--growth"))
        path = self.directory / "list.json"
        self.output("--list", "--json", path)
        self.assertEqual(len(json.loads(path.read_text())["results"]), len(names) - 1)

    def test_examples_of_help_work(self):
        text = self.output("--help")
        for line in text[text.index("Examples:"):].splitlines()[1:]:
            arguments = shlex.split(line)
            self.assertEqual(arguments[:2], ["lowprec", "bench"])
            result = subprocess.run([PROGRAM, *arguments[1:]], capture_output=True, text=True, timeout=250,
                                    cwd=self.directory)
            self.assertEqual((result.returncode, result.stderr), (0, ""), line)

    def test_filters(self):
        self.assertIn("round/fp(6,9)/16KB", self.output("fp(6,9)/16KB", "--list"))  # a name is no expression
        names = self.output("^dot/(e4m3|bfloat16)$", "--list")
        self.assertEqual(len(names.splitlines()), 3)
        self.fails(1, ["'nosuch'", "--list"], "nosuch", *QUICK)
        self.fails(1, ["--list"], "round(", *QUICK)

    def test_every_work_equals_its_definition(self):
        """Checks run before anything is timed; the largest arrays are left to the command's users."""
        table = self.output("^(?!.*64MB)", *QUICK)
        for name in ("round/bfloat16@sr/16KB", "decode/e2m1/16KB", "gemv/fp(6,9)/256/columns", "sgd/additive(0.01)"):
            self.assertIn(name, table)

    def test_json(self):
        path = self.directory / "bench.json"
        table = self.output("^(axpy/Num<e4m3fn>/2048|dot/int8)$", *QUICK, "--json", path)
        data = json.loads(path.read_text())
        self.assertLessEqual({"processor", "targets", "compiler", "OpenBLAS", "date"}, set(data["machine"]))
        self.assertEqual([row["work"] for row in data["results"]], ["axpy/Num<e4m3fn>/2048", "dot/int8"])
        for row in data["results"]:
            self.assertAlmostEqual(row["measured"], row["ns"] / row["yardstick ns"], delta=0.02 * row["measured"])
            self.assertIn(row["verdict"], ("met", "MISSED", "limit", "met: remove its limit", "n/a"))
            self.assertIn(row["work"], table)
        self.fails(1, ["nosuch/x.json"], "dot/int8", *QUICK, "--json", self.directory / "nosuch/x.json")

    def test_check(self):
        empty, listed = self.file(""), self.directory / "listed.toml"
        listed.write_text(ANALYSIS)
        chosen = [f"^{GOAL}$", *QUICK, "--check"]
        table = self.fails(1, [GOAL], *chosen, "--goal", UNREACHABLE, "--limits", empty)
        self.assertIn("MISSED", table)
        self.assertRegex(self.output(*chosen, "--goal", REACHED, "--limits", empty), r" met\n$")
        self.assertRegex(self.output(*chosen, "--goal", UNREACHABLE, "--limits", listed), r" limit\n$")
        self.assertRegex(self.output(*chosen, "--goal", REACHED, "--limits", listed), r" met: remove its limit\n$")

    def test_goals_for_other_machines(self):
        table = self.output(f"^{GOAL}$", *QUICK, "--check", "--goal", UNREACHABLE, LOWPREC_TARGETS="EMU128")
        self.assertRegex(table, r" n/a\n$")

    def test_bad_limits(self):
        def bad(text, *words):
            self.fails(1, ["limits.toml:", *words], "dot/int8", *QUICK, "--limits", self.file(text))
        bad('["round/nosuch"]\nbest = 1\nanalysis = "x"', ":1:", "round/nosuch", "--list")
        bad(ANALYSIS.replace("1.5", "-1"), "best")
        bad(ANALYSIS.replace("best = 1.5", ""), "best")
        bad(ANALYSIS.replace("planted", ""), "analysis")
        bad(ANALYSIS + "beast = 1", ":4:", "beast", "best analysis")
        bad("x = ", ":1:")
        self.fails(1, ["nosuch.toml"], "dot/int8", *QUICK, "--limits", self.directory / "nosuch.toml")

    def test_bad_goals(self):
        for setting in ("dot/int8", "dot/int8=", "dot/int8=fast", "dot/int8=0", "dot/int8=1x"):
            self.fails(1, ["NAME=RATIO"], "dot/int8", *QUICK, "--goal", setting)
        self.fails(1, ["'nosuch'", "--list"], "dot/int8", *QUICK, "--goal", "nosuch=1")


if __name__ == "__main__":
    unittest.main()
