#!/usr/bin/env python3
"""lowprec allocate: what it prints and refuses. LOWPREC_PROGRAM is the program's path."""
import csv
import os
import pathlib
import subprocess
import tempfile
import tomllib
import unittest

PROGRAM = os.environ["LOWPREC_PROGRAM"]

EXPERIMENT = """title = "a small problem"
[problem]
dimension = 10
[sgd]
updates = [10, 100]
[compare.looked-at-by-nobody]
arithmetic = "bf16"
[run]
seeds = 20
"""
SITES = ("data", "label", "parameter", "activation", "gradient")


class Allocate(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.experiment = self.directory / "e.toml"
        self.experiment.write_text(EXPERIMENT)

    def run_program(self, *args):
        return subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=120)

    def allocate(self, *args):
        done = self.run_program("allocate", self.experiment, *args)
        self.assertEqual((done.returncode, done.stderr), (0, ""), args)
        return done.stdout

    def fails(self, code, words, *args):
        done = self.run_program("allocate", self.experiment, *args)
        self.assertEqual(done.returncode, code, (args, done.stdout))
        for word in words:
            self.assertIn(word, done.stderr, args)

    def winner(self, text):
        """Format by site; the lines are those of a table [compare.X]."""
        block = text.split("Winner:\n")[1].split("\n\n")[0]
        return tomllib.loads(block)

    def test_the_winner_is_what_theory_predicts(self):
        output = self.directory / "front.csv"
        text = self.allocate("--within", "10%", "-o", output)
        self.assertIn("a small problem", text)
        self.assertIn("Simulated over 20 seeds", text)
        winner = self.winner(text)
        self.assertEqual(tuple(winner), SITES)
        settings = [x for site in SITES for x in ("--set", f"compare.w.{site}={winner[site]}")]
        theory = self.run_program("theory", self.experiment, "--set", "compare.none.all=none", *settings)
        rows = [row for row in csv.DictReader(line for line in theory.stdout.splitlines() if not line.startswith("#"))
                if (row["updates"], row["iterate"], row["metric"]) == ("100", "average", "clean")]
        risk = {row["config"]: float(row["excess_risk"]) for row in rows}
        self.assertIn(f"{risk['none']:.6g} without quantization", text)
        self.assertIn(f"winner {risk['w']:.6g} ", text)
        self.assertLessEqual(risk["w"], 1.1 * risk["none"])
        front = list(csv.DictReader(output.read_text().splitlines()))
        self.assertEqual([row["choice"] for row in front].count("winner"), 1)
        chosen = next(row for row in front if row["choice"] == "winner")
        self.assertEqual({site: chosen[site] for site in SITES}, winner)
        self.assertEqual([float(row["cost"]) for row in front], sorted(float(row["cost"]) for row in front))

    def test_options(self):
        cheap = self.allocate("--within", "0.5", "--no-simulation")
        self.assertNotIn("Simulated", cheap)
        self.assertEqual(self.allocate("--within", "50%", "--no-simulation", "--threads", 2), cheap)
        self.assertIn("cost 0.", self.allocate("--cost", ",".join(f"{site}=0" for site in SITES)))
        one = self.winner(self.allocate("--formats", "int9:step=2^-6@sr"))
        self.assertEqual(set(one.values()), {"int9:step=2^-6@sr"})
        self.assertIn("last, quantized", self.allocate("--iterate", "last", "--metric", "quantized"))

    def test_refusals(self):
        self.fails(1, ["below the risk without quantization"], "--risk", "1e-9")
        self.fails(1, ["no allocation", "the best has"], "--within", "0.001%", "--formats", "int4@sr e2m1@sr")
        self.fails(1, ["--cost", "'x=1'", "gradient"], "--cost", "x=1")
        self.fails(1, ["--within"], "--within", "-5%")
        self.fails(1, ["int7q"], "--formats", "int7q")
        self.fails(1, ["run.grid"], "--set", 'run.grid={ "problem.noise" = [1.0, 2.0] }')
        self.fails(1, ["epochs"], "--set", "sgd.epochs=2")
        self.fails(2, ["--risk"], "--risk", "0")
        self.fails(2, ["--risk", "--within"], "--risk", "1", "--within", "5%")
        # Theory takes numbers beyond the range for the largest one; wrapped they are far from it.
        self.fails(1, ["simulation does not confirm"], "--formats", "int8:step=2^-5,overflow=wrap@sr", "--within", "20%",
                   "--set", "problem.noise=4", "--set", "run.seeds=100")


if __name__ == "__main__":
    unittest.main()
