#!/usr/bin/env python3
"""Faults around the program: standard streams that fail, disks that are full, names that some layer gives a meaning.
LOWPREC_PROGRAM is the program's path."""
import csv
import io
import os
import resource
import shutil
import signal
import stat
import subprocess
import time
import unittest
from xml.etree import ElementTree

from support import HOSTILE, PROGRAM, Faults, lowprec


class Streams(Faults):
    """A standard error that fails costs no result."""

    def check(self, **options):
        for command in ("train", "theory"):
            out, plain = self.path("out.csv"), self.path("plain.csv")
            self.assertEqual(lowprec(command, self.experiment, "-o", plain).returncode, 0)
            result = subprocess.run([PROGRAM, command, self.experiment, "-o", out], stdout=subprocess.DEVNULL,
                                    timeout=120, **options)
            self.assertEqual(result.returncode, 0, command)
            self.assertEqual(out.read_bytes(), plain.read_bytes())
            out.unlink()

    def test_notes_are_written(self):
        self.assertIn("note", lowprec("train", self.experiment).stderr)

    def test_closed(self):
        self.check(preexec_fn=lambda: os.close(2))

    def test_full(self):
        with open("/dev/full", "w") as full:
            self.check(stderr=full)

    def test_reader_that_left(self):
        read, write = os.pipe()
        os.close(read)
        self.addCleanup(os.close, write)
        self.check(stderr=write)

    def test_notes_on_a_file(self):
        table = self.path("table.csv", "0,1\n1.5,2\n2.5,3\n")
        for arguments in (["round", "int8", table], ["stats", table, "int8"]):
            plain = lowprec(*arguments)
            self.assertIn("note", plain.stderr)
            with open("/dev/full", "w") as full:
                result = subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=full, text=True)
            self.assertEqual((result.returncode, result.stdout), (0, plain.stdout), arguments)

    def test_closed_with_an_error_to_say(self):
        for arguments in (["round", "e9"], ["nothing"], ["train", self.path("none.toml")]):
            result = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    preexec_fn=lambda: os.close(2))
            self.assertIn(result.returncode, (1, 2))

    def test_closed_output_is_an_error(self):
        result = subprocess.run([PROGRAM, "formats"], stderr=subprocess.PIPE, text=True, preexec_fn=lambda: os.close(1))
        self.assertEqual(result.returncode, 1)
        self.assertIn("stdout: cannot be written", result.stderr)


class Names(Faults):
    def test_results_read_names_back(self):
        names = [n for n in HOSTILE]
        tables = "".join(f"[compare.{toml(n)}]\ndata = \"int4:step=2^-2\"\n" for n in names)
        small = "[problem]\ndimension = 2\n[sgd]\nupdates = [4]\n[run]\nseeds = 1\n"
        experiment = self.path("names.toml", small + tables)
        out = self.path("names.csv")
        self.assertEqual(lowprec("theory", experiment, "-o", out).returncode, 0)
        table = list(csv.reader(io.StringIO(lowprec("plot", out, "--iterate", "last").stdout)))
        self.assertEqual([row[3 - 1] for row in table[1:]], names)
        for name in names:
            one = lowprec("plot", out, "--iterate", "last", "--config", name)
            self.assertEqual(len(list(csv.reader(io.StringIO(one.stdout)))), 2, one.stderr)

    def test_a_fit_is_read_back_whatever_its_names(self):
        rows = [f'"{c}",{n},average,clean,{1 / n + 0.1},0.001,3'
                for c in ("#a\nb", "c\nd,e") for n in (1, 10, 100, 1000)]
        risks = self.path("r.csv", "\n".join(["config,updates,iterate,metric,excess_risk,stderr,seeds", *rows]) + "\n")
        result = lowprec("fit", risks, "--csv", "--draws", 100)
        self.assertEqual(result.returncode, 0, result.stderr)
        table = result.stdout.split("\n")
        start = next(i for i, line in enumerate(table) if not line.startswith("#"))
        read = list(csv.DictReader(io.StringIO("\n".join(table[start:]))))
        self.assertLessEqual({"#a\nb", "c\nd,e"}, {row["config"] for row in read})

    def test_where_takes_a_grid_key_with_quotes(self):
        experiment = self.path("grid.toml", """[problem]
dimension = 2
[sgd]
updates = [4]
[compare."a=b.c"]
all = "none"
[run]
seeds = 1
grid = { "compare.'a=b.c'.all" = ["none", "int8:step=2^-4"] }
""")
        out = self.path("grid.csv")
        self.assertEqual(lowprec("train", experiment, "-o", out).returncode, 0)
        for command in ("plot",):
            result = lowprec(command, out, "--where", 'compare."a=b.c".all=none')
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(len(result.stdout.splitlines()), 2)


def toml(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@unittest.skipUnless(shutil.which("gnuplot"), "gnuplot draws the pictures")
class Pictures(Faults):
    def texts(self, path):
        return {"".join(e.itertext()).strip() for e in ElementTree.parse(path).iter() if e.tag.endswith("text")}

    def test_labels_are_the_names(self):
        picture = self.path("p.svg")
        for i, name in enumerate(HOSTILE):
            results = self.results("r.csv", [name, "other"])
            result = lowprec("plot", results, "--title", f"title {name}", "-o", picture, cwd=self.directory)
            self.assertEqual((result.returncode, result.stderr), (0, ""), name)
            texts = {text.replace("\xa0", " ") for text in self.texts(picture)}
            self.assertIn(name, texts)
            self.assertIn(f"title {name}", texts)
        self.assertNotIn("X", self.names())

    def test_lines_are_named(self):
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow("config,updates,iterate,metric,excess_risk,stderr,seeds".split(","))
        for name in HOSTILE:
            for n in (10, 100):
                writer.writerow([name, n, "average", "clean", 1 / n, 0.001, 3])
        picture = self.path("p.svg")
        result = lowprec("plot", self.path("r.csv", out.getvalue()), "-o", picture)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertLessEqual(set(HOSTILE), self.texts(picture))

    def test_names_of_files_are_names(self):
        folder = self.directory / "|touch X; "
        folder.mkdir()
        results = self.results("r.csv", ["a", "b"])
        for name in ("p.svg", "p.png", "'p.svg", "`touch X`.svg", "$(touch X).png", "%p.svg"):
            for prefix in ("|touch X; /", ""):
                target = prefix + name
                result = lowprec("plot", results, "-o", target, cwd=self.directory)
                self.assertEqual((result.returncode, result.stderr), (0, ""), target)
                self.assertGreater((self.directory / target).stat().st_size, 1000)
        self.assertNotIn("X", self.names())

    def test_a_full_disk_leaves_the_old_picture(self):
        results = self.results("r.csv", ["a", "b"])
        picture = self.path("p.svg", "old")
        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
        before = self.names()
        for name in ("p.svg", "p.png"):
            result = lowprec("plot", results, "-o", self.path(name), preexec_fn=small)
            self.assertEqual(result.returncode, 1)
            self.assertIn("cannot be written", result.stderr)
        self.assertEqual((self.names(), picture.read_text()), (before, "old"))

    def test_half_a_picture_is_none(self):
        results = self.results("r.csv", ["a", "b"])
        picture = self.path("p.svg", "old")
        environment = self.fake_gnuplot("cat >/dev/null; echo '<svg>'; exit 0")
        before = self.names()
        for name in ("p.svg", "p.png"):
            result = lowprec("plot", results, "-o", self.path(name), env=environment)
            self.assertEqual(result.returncode, 1)
        self.assertEqual((self.names(), picture.read_text()), (before, "old"))

    def test_a_gnuplot_that_does_not_read(self):
        results = self.results("r.csv", [f"{'x' * 100}{i}" for i in range(3000)])
        environment = self.fake_gnuplot("exit 3")
        result = lowprec("plot", results, "-o", self.path("p.svg"), env=environment)
        self.assertEqual(result.returncode, 1)
        self.assertIn("gnuplot failed", result.stderr)

    def test_a_signal_while_gnuplot_draws_leaves_nothing(self):
        results = self.results("r.csv", ["a", "b"])
        environment = self.fake_gnuplot(f"touch {self.directory}/started; exec sleep 5")
        process = subprocess.Popen([PROGRAM, "plot", results, "-o", self.path("p.svg")], env=environment)
        while not self.path("started").exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=20), -signal.SIGTERM)
        self.assertEqual(self.names(), sorted(["bin", "e.toml", "gnuplot", "r.csv", "started"]))


class Outputs(Faults):
    def test_a_dash_is_standard_output(self):
        self.assertEqual(lowprec("formats", "-o", "-", cwd=self.directory).stdout, lowprec("formats").stdout)
        plain = lowprec("train", self.experiment).stdout
        self.assertEqual(lowprec("train", self.experiment, "-o", "-", cwd=self.directory).stdout, plain)
        self.assertEqual(self.names(), ["e.toml"])

    def test_one_name_for_two_results(self):
        link = self.path("link.csv")
        link.symlink_to("x.csv")
        x = self.path("x.csv")
        for arguments in (["-o", x, "--sites", x], ["-o", x, "--sites", link],
                          ["--sites", x, "--spectrum", f"{x.parent}/./x.csv"],
                          ["-o", self.path("x.svg"), "--plot", self.path("x.svg")], ["--sites", "-"],
                          ["-o", "-", "--spectrum", "-"]):
            result = lowprec("train", self.experiment, *arguments)
            self.assertEqual((result.returncode, result.stdout), (1, ""), arguments)
            self.assertIn("two results go to", result.stderr)
        self.assertEqual(self.names(), ["e.toml", "link.csv"])
        results = self.results("r.csv", ["a"])
        same = self.path("y.svg")
        self.assertEqual(lowprec("plot", results, "-o", same, "--table", same).returncode, 1)
        self.assertEqual(lowprec("stats", "-", "int8", "-o", same, "--plot", same, stdin="1\n").returncode, 1)
        self.assertEqual(lowprec("train", self.experiment, "-o", "/dev/null", "--sites", "/dev/null").returncode, 0)

    def test_dangling_links_are_followed(self):
        (self.directory / "far").mkdir()
        second, first = self.path("second"), self.path("first")
        first.symlink_to("second")
        second.symlink_to("far/target")
        self.assertEqual(lowprec("round", "int8", "-o", first, stdin="1.5\n").returncode, 0)
        self.assertTrue(first.is_symlink() and second.is_symlink())
        self.assertEqual(self.path("far/target").read_text(), "2\n")
        loop = self.path("loop")
        loop.symlink_to("loop")
        self.assertEqual(lowprec("round", "int8", "-o", loop, stdin="1.5\n").returncode, 1)

    def test_modes(self):
        old = self.path("old", "")
        old.chmod(0o640)
        for name, mode in (("old", 0o640), ("new", 0o664)):
            lowprec("round", "int8", "-o", self.path(name), stdin="1\n", preexec_fn=lambda: os.umask(0o002))
            self.assertEqual(stat.S_IMODE(self.path(name).stat().st_mode), mode)

    def test_a_file_that_may_not_grow_leaves_nothing(self):
        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        result = lowprec("formats", "--codes", "e4m3", "-o", self.path("x"), preexec_fn=small)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.names(), ["e.toml"])


if __name__ == "__main__":
    unittest.main()
