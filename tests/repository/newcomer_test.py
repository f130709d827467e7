#!/usr/bin/env python3
"""Follows the recipes of CONTRIBUTING.md to the letter, as a newcomer would, and looks whether the result works.

usage: newcomer_test.py SOURCE_ROOT -- COMPILER [FLAG...]

newcomer.toml holds one patch for each step of a recipe that changes code. Every patch goes into one copy of the sources,
which is built once (-O0, one SIMD target). A recipe must then work in full: in texts, in the program, in theory. Where a
step is forgotten, the compiler must say so and name the place.
"""
import csv
import io
import json
import math
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest

HERE = pathlib.Path(__file__).resolve().parent
COPIED = ("include", "src", "bench", "pch", "subprojects", "meson.build", "meson_options.txt")
OPTIONS = ("-Dbuildtype=plain", "-Doptimization=0", "-Dtests=false", "-Dbench=disabled",
           "-Db_pch=false", "-Dcpp_args=-DHWY_COMPILE_ONLY_STATIC")
EXPERIMENT = """
[problem]
dimension = 3
[sgd]
updates = [20]
[run]
seeds = 3
"""


def run(command, cwd=None, text_in=None):
    return subprocess.run([str(word) for word in command], cwd=cwd, input=text_in, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace")


def errors_of(output):
    """The lines of a compiler's output that name a place."""
    return "\n".join(line for line in output.splitlines() if re.search(r"error:|undefined reference", line))


def section(text, heading):
    """What stands under a heading of a Markdown document."""
    match = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    if not match:
        raise AssertionError(f"CONTRIBUTING.md has no recipe '{heading}'")
    return match.group(1)


class House:
    """A copy of the sources that recipes are applied to."""

    def __init__(self, root, compiler, directory):
        self.root, self.compiler = root, compiler
        self.copy = pathlib.Path(directory) / "house"
        self.copy.mkdir()
        for name in COPIED:
            copy = shutil.copytree if (root / name).is_dir() else shutil.copy2
            copy(root / name, self.copy / name)
        self.build = self.copy / "build"
        self.program = self.build / "src/cli/lowprec"

    def plant(self, patches):
        """Applies patches; returns the files as they were before."""
        before = {}
        for patch in patches:
            path = self.copy / patch["file"]
            text = path.read_text()
            before.setdefault(path, text)
            if text.count(patch["replace"]) != 1 and not (patch.get("all") and patch["replace"] in text):
                raise AssertionError(f"{patch['file']} holds {text.count(patch['replace'])} times: {patch['replace']}")
            path.write_text(text.replace(patch["replace"], patch["by"]))
        return before

    def configure(self):
        os.environ["CXX"] = shlex.join(self.compiler)
        done = run(["meson", "setup", *OPTIONS, self.build], self.copy)
        if done.returncode:
            raise AssertionError(f"meson setup failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")

    def make(self):
        done = run(["ninja", "-k", "0", "-C", self.build, "src/cli/lowprec"])
        if done.returncode:
            raise AssertionError(f"the recipes, followed to the letter, do not compile:\n{errors_of(done.stdout)}")

    def check_syntax(self, source):
        """Compiles one source without making an object."""
        commands = json.loads((self.build / "compile_commands.json").read_text())
        for entry in commands:
            path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
            if path == (self.copy / source).resolve():
                words = shlex.split(entry["command"])
                del words[words.index("-o"):words.index("-o") + 2]
                return run([*words, "-fsyntax-only"], entry["directory"])
        raise AssertionError(f"{source} is not compiled")

    def compile_user(self, code):
        """A user's file against the headers of the copy."""
        source = self.copy / "user.cc"
        source.write_text(code)
        return run([*self.compiler, "-std=c++20", "-ffp-contract=off", "-fsyntax-only", f"-I{self.copy}/include", source])

    def lowprec(self, *words, text_in=None):
        done = run([self.program, *words], self.copy, text_in)
        if done.returncode:
            raise AssertionError(f"lowprec {shlex.join(words)} exits with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def table(self, command, configuration):
        """The rows of `lowprec train` or `theory` for one configuration."""
        path = self.copy / "experiment.toml"
        path.write_text(f"{EXPERIMENT}\n[compare.newcomer]\n{configuration}\n")
        result = self.copy / f"{command}.csv"
        self.lowprec(command, str(path), "-o", str(result))
        lines = [line for line in result.read_text().splitlines() if not line.startswith("#")]
        return list(csv.DictReader(io.StringIO("\n".join(lines))))


class NewcomerTest(unittest.TestCase):
    root = pathlib.Path()
    compiler = []

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.recipes = tomllib.loads((HERE / "newcomer.toml").read_text())["recipe"]
        cls.house = House(cls.root, cls.compiler, directory.name)
        cls.house.configure()
        cls.forgetful = {(name, patch["step"]): cls.forget(recipe["patch"], patch)
                         for name, recipe in cls.recipes.items() for patch in recipe["patch"] if "unless" in patch}
        cls.house.plant(patch for recipe in cls.recipes.values() for patch in recipe["patch"])
        cls.house.make()

    @classmethod
    def forget(cls, patches, forgotten):
        """What the compiler says when one step of a recipe is forgotten."""
        before = cls.house.plant(patch for patch in patches if patch is not forgotten)
        done = cls.house.check_syntax(forgotten["unless"])
        for path, text in before.items():
            path.write_text(text)
        return done

    def lowprec(self, *words, text_in=None):
        return self.house.lowprec(*words, text_in=text_in).strip()

    def risks(self, command, configuration):
        return {(row["iterate"], row["metric"]): float(row["excess_risk"])
                for row in self.house.table(command, configuration)}

    def test_the_patches_change_what_the_recipes_name(self):
        text = (self.root / "CONTRIBUTING.md").read_text()
        for name, recipe in self.recipes.items():
            steps = section(text, recipe["heading"])
            for patch in recipe["patch"]:
                with self.subTest(recipe=name, file=patch["file"]):
                    step = re.search(rf"^{patch['step']}\. (.*?)(?=^\d+\. |\n\n|\Z)", steps, re.MULTILINE | re.DOTALL)
                    self.assertIsNotNone(step, "the recipe has no such step")
                    self.assertIn(f"`{patch['file']}`", step.group(1))

    def test_a_forgotten_step_does_not_compile(self):
        self.assertTrue(self.forgetful)
        for (name, step), done in self.forgetful.items():
            with self.subTest(recipe=name, step=step):
                self.assertNotEqual(done.returncode, 0, "it compiles")
                self.assertIn(self.place(name, step), errors_of(done.stderr) + done.stderr)

    def place(self, name, step):
        return next(p["place"] for p in self.recipes[name]["patch"] if p["step"] == step and "unless" in p)

    def test_format(self):
        self.assertIn("e5m3", self.lowprec("formats", "e5m3"))
        self.assertIn("e5m3", self.lowprec("formats", "fp(5,3)"), "it is printed by its name")
        self.assertIn("e5m3", self.lowprec("formats"))
        self.assertEqual(self.lowprec("formats", "newcomer8"), self.lowprec("formats", "e5m3"), "its other name")
        self.assertEqual(self.lowprec("round", "e5m3", text_in="1.3\n1e9\n"), "1.25\ninf")
        self.assert_compiles("""
            #include <limits>
            #include <lowprec/lowprec.h>
            using namespace lowprec::literals;
            static_assert(static_cast<double>(1.3_e5m3) == 1.25);
            static_assert(static_cast<double>(3_newcomer8) == 3);
            static_assert(std::numeric_limits<lowprec::Num<lowprec::e5m3>>::digits == 4);""")

    def test_rounding(self):
        numbers = "2.5\n3.5\n-2.5\n2.6\n3\n"
        self.assertEqual(self.lowprec("round", "int8@rno", text_in=numbers).split(), ["3", "3", "-3", "3", "3"])
        self.assertEqual(self.lowprec("calc", "int8", "div", "--rounding", "rno", text_in="5 2\n7 2\n9 3\n").split(),
                         ["3", "3", "3"])
        self.assertIn("rno", run([self.house.program, "round", "int8@nothing"], self.house.copy, "1").stderr,
                      "the message lists it")
        self.assert_compiles("""
            #include <lowprec/lowprec.h>
            using T = lowprec::Num<lowprec::integer(8), lowprec::Rounding{lowprec::Rounding::nearest_odd}>;
            static_assert(static_cast<double>(T(2.5)) == 3);
            static_assert(static_cast<double>(T(5) / T(2)) == 3);""")

    def test_theory_of_a_new_rounding(self):
        """Ties have probability 0 on normal data: the risks are those of ties to even, or not said to be exact."""
        rows = self.house.table("theory", 'data = "e2m1@rno"')
        even = self.risks("theory", 'data = "e2m1@rne"')
        self.assertTrue(rows)
        for row in rows:
            if row["method"] == "exact":
                expected = even[row["iterate"], row["metric"]]
                self.assertAlmostEqual(float(row["excess_risk"]) / expected, 1, places=9)
        self.assertEqual(self.risks("train", 'data = "e2m1@rno"'), self.risks("train", 'data = "e2m1@rne"'))

    def test_function(self):
        self.assertEqual(self.lowprec("calc", "e4m3", "norm", text_in="1.5\n-3\nnan\n20\n").split(),
                         ["2.25", "9", "nan", "384"])  # 400 lies between 384 and 416, and goes to the even code
        unknown = run([self.house.program, "calc", "e4m3", "nothing"], self.house.copy, "1").stderr
        self.assertRegex(unknown, r"\bnorm\b", "the message lists it")
        self.assert_compiles("""
            #include <lowprec/lowprec.h>
            using T = lowprec::Num<lowprec::e4m3fn>;
            T nine() { return norm(T(3)); }""")

    def test_site(self):
        plain = self.risks("train", 'data = "none"')
        rounded = self.risks("train", 'difference = "int4:step=1"')
        self.assertNotEqual(plain, rounded, "train does not use it")
        self.assertEqual(plain, self.risks("train", 'difference = "none"'))
        self.assertIn("difference", self.lowprec("train", "--help"))
        self.assertNotEqual(plain, self.risks("train", 'difference = "additive(1)"'))
        self.assert_events("difference", "int4:step=1")

    def assert_events(self, site, quantizer):
        self.risks("train", f'{site} = "{quantizer}"')
        path = self.house.copy / "sites.csv"
        self.lowprec("train", str(self.house.copy / "experiment.toml"), "-o", str(self.house.copy / "r.csv"), "--sites",
                     str(path))
        self.assertIn(site, path.read_text())

    def test_theory_of_a_new_site(self):
        """Theory knows nothing of the site: it leaves the configuration out and says so, or calls it no longer exact."""
        plain = self.risks("theory", 'data = "none"')
        path = self.house.copy / "experiment.toml"
        path.write_text(f'{EXPERIMENT}\n[compare.newcomer]\ndifference = "additive(1)"\n[compare.plain]\ndata = "none"\n')
        done = run([self.house.program, "theory", path, "-o", self.house.copy / "t.csv"], self.house.copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [line for line in (self.house.copy / "t.csv").read_text().splitlines() if not line.startswith("#")]
        rows = [row for row in csv.DictReader(io.StringIO("\n".join(lines))) if row["config"] == "newcomer"]
        if not rows:
            self.assertIn("difference", done.stderr)
        for row in rows:
            risk = float(row["excess_risk"])
            self.assertFalse(row["method"] == "exact" and risk == plain[row["iterate"], row["metric"]], "it is ignored")

    def test_column(self):
        for row in self.house.table("train", 'data = "int4:step=1@sr"'):
            self.assertAlmostEqual(float(row["relative_error"]), float(row["stderr"]) / float(row["excess_risk"]))
        for row in self.house.table("theory", 'data = "int4:step=1@sr"'):
            self.assertTrue(math.isnan(float(row["relative_error"])), "what theory does not know is NaN")
        self.assertIn("newcomer", self.lowprec("plot", "train.csv", "theory.csv"), "plot reads results that have it")

    def assert_compiles(self, code):
        done = self.house.compile_user(code)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    split = sys.argv.index("--")
    NewcomerTest.root = pathlib.Path(sys.argv[1]).resolve()
    NewcomerTest.compiler = sys.argv[split + 1:]
    unittest.main(argv=sys.argv[:1], verbosity=2)
