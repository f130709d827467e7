#!/usr/bin/env python3
"""Sizes, numbers and names that are absurd: errors at once, with the key, of bounded length. LOWPREC_PROGRAM is the
program's path."""
import resource
import unittest

from support import EXPERIMENT, SANITIZED, Faults, lowprec, seconds


class Numbers(Faults):
    def test_options_that_are_no_numbers(self):
        data = self.path("d.txt", "1\n")
        risk = self.results("r.csv", ["a"])
        for text in ("", " ", "nan", "-1", "+1", "1.5", "1e3", "0x1", "18446744073709551616", "1" * 5000, "inf"):
            for command in (["round", "int8", data, "--seed"], ["stats", data, "int8", "--seed"],
                            ["calc", "int8", "add", data, "--seed"], ["train", self.experiment, "--threads"],
                            ["fit", risk, "--draws"], ["fit", risk, "--seed"],
                            ["allocate", self.experiment, "--threads"]):
                result = lowprec(*command, text)
                self.assertEqual((result.returncode, result.stdout), (2, ""), (command, text))
                self.assertLess(len(result.stderr), 5000)
        self.assertEqual(lowprec("round", "int8", data, "--seed", 2**64 - 1).returncode, 0)

    def test_numbers_of_a_range(self):
        for text in ("nan", "inf", "-1", "0", "", "x"):
            for command in (["allocate", self.experiment, "--risk"], ["bench", "round/e4m3", "--list", "--seconds"]):
                self.assertEqual(lowprec(*command, text).returncode, 2, (command, text))
        for option, text in (("--within", "nan"), ("--within", "inf%"), ("--cost", "data=nan"), ("--cost", "data=-1")):
            self.assertEqual(lowprec("allocate", self.experiment, option, text).returncode, 1, (option, text))

    def test_seeds_of_an_experiment(self):
        for setting in ("run.seed=", "run.seed=18446744073709551616", "run.seed=9223372036854775808", "run.seed=-1",
                        "run.seed=nan", "run.seeds=2\nrun.seed=3"):
            result = lowprec("train", self.experiment, "--set", setting)
            self.assertEqual((result.returncode, result.stdout), (1, ""), setting)
            self.assertIn("run.seed", result.stderr)

    @unittest.skipIf("without benchmarks" in lowprec("bench", "--list").stderr, "this program has no benchmarks")
    def test_expressions_of_bench_end(self):
        for text in ("(.*)*(.*)*x$", "(" * 100000, "(a|a)*" * 30 + "$x", "a{1000}{1000}{1000}", "[" * 1000, "\\1(.*)*"):
            started = seconds()
            result = lowprec("bench", text, "--list")
            self.assertIn(result.returncode, (0, 1), text[:20])
            self.assertLess(seconds() - started, 10, text[:20])
            self.assertLess(len(result.stderr), 5000)
        self.assertIn("axpy", lowprec("bench", "axpy/.*codes", "--list").stdout)


class Messages(Faults):
    def test_no_message_is_long(self):
        long = "x" * 3_000_000
        columns = ",".join(f"c{i}" for i in range(100_000))
        wide = self.path("wide.csv", f"{columns}\n{columns}\n")
        many = self.path("many.toml", "".join(f"[compare.c{i}]\n" for i in range(2000)) + "[compere]\n")
        text = self.path("long.txt", long + "\n")
        toml = self.path("long.toml", f"title = '{long}'\n[compare.'{long}']\ndata = '{long}'\n")
        for arguments in (["round", "int8", text], ["stats", text, "int8"], ["plot", wide], ["train", many],
                          ["train", toml], ["fit", wide], ["round", "int8", "--nan-code", "y" * 100_000, text]):
            result = lowprec(*arguments)
            self.assertEqual(result.returncode, 1, arguments)
            self.assertLess(len(result.stderr), 5000, arguments)

    def test_overflow_names_configuration_and_site(self):
        for site in ("data", "label", "parameter", "activation", "gradient", "weights"):
            result = lowprec("train", self.experiment, "--set", f'compare."a b".{site}=int4:step=2^-9,overflow=error')
            self.assertEqual(result.returncode, 1)
            self.assertIn(f'compare."a b".{site}: ', result.stderr)
        result = lowprec("train", self.experiment, "--set", "compare.x.arithmetic=int4:step=2^-9,overflow=error")
        self.assertIn("compare.x.arithmetic: ", result.stderr)


class Sizes(Faults):
    """Sizes that no machine holds are errors with their key, at once and before memory is touched."""

    SETTINGS = [
        ("problem.dimension=1000000000000", "problem.dimension"),
        ("problem.dimension=1000000000", "problem.dimension"),
        ("problem.dimension=9223372036854775807", "problem.dimension"),
        ("problem.sketch={ size = 100000000, ambient = 1000000000 }", "problem.sketch"),
        ("problem.sketch={ size = 4, ambient = 1000000000000 }", "problem.sketch.ambient"),
        ("sgd.batch=9223372036854775807", "sgd.batch"),
        ("sgd.batch=4000000000", "sgd.batch"),
        ("sgd.epochs=9223372036854775807", "sgd.epochs"),
        ("sgd.updates=[4000000000000000000]", "sgd.updates"),
        ("run.seeds=9223372036854775807", "run.seeds"),
        ("run.seeds=1000000000000", "run.seeds"),
    ]

    @staticmethod
    def little_memory():
        if not SANITIZED:
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    def check(self, command, setting, key):
        settings = ["--set", setting]
        if "sketch" in setting:
            experiment = self.path("s.toml", EXPERIMENT.replace("dimension = 4\n", ""))
        else:
            experiment = self.experiment
        started = seconds()
        result = lowprec(command, experiment, *settings, preexec_fn=self.little_memory)
        self.assertEqual((result.returncode, result.stdout), (1, ""), (command, setting))
        self.assertIn(key, result.stderr, (command, setting))
        self.assertLess(seconds() - started, 10, (command, setting))

    def test_settings(self):
        for setting, key in self.SETTINGS:
            for command in ("train", "theory", "allocate"):
                self.check(command, setting, key)

    def test_products(self):
        values = ", ".join(map(str, range(1, 1001)))
        grid = ", ".join(f'"{key}" = [{values}]' for key in ("run.seed", "run.seeds", "sgd.batch", "problem.dimension"))
        for command in ("train", "theory"):
            self.check(command, "run.grid={ " + grid + " }", "run.grid")
            self.check(command, 'run.grid={ "problem.dimension" = [4, 1000000000] }', "problem.dimension")
            self.check(command, 'run.grid={ "sgd.epochs" = [1, 9223372036854775807] }', "sgd.epochs")

    def test_a_file_of_few_bytes(self):
        for index in (2147483648, 2**40, 2**63):
            data = self.path("d.svm", f"1 {index}:1\n2 1:1\n")
            experiment = self.path("d.toml", f"[problem.data]\nfile = '{data}'\n[sgd]\nupdates = [1]\n")
            result = lowprec("train", experiment, preexec_fn=self.little_memory)
            self.assertEqual(result.returncode, 1)
            self.assertIn("d.svm", result.stderr)


class Times(Faults):
    def test_many_rows(self):
        lines = ["config,updates,iterate,metric,excess_risk,stderr,seeds"]
        lines += [f"c{i // 3},{10 ** (1 + i % 3)},average,clean,{1 + i % 7},0.1,3" for i in range(60_000)]
        results = self.path("many.csv", "\n".join(lines) + "\n")
        started = seconds()
        result = lowprec("plot", results, "--table", self.path("t.csv"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(self.path("t.csv").read_text().splitlines()), 60_001)
        self.assertLess(seconds() - started, 8)


    def many_risks(self):
        lines = ["config,updates,iterate,metric,excess_risk,stderr,seeds"]
        lines += [f"c{c},{n},average,clean,{1 + c % 7 + 1 / n},0.1,3"
                  for c in range(20_000) for n in (1, 10, 100, 1000)]
        return self.path("risks.csv", "\n".join(lines) + "\n")

    def test_many_configurations(self):
        """One fit of so many parameters is refused at once, with what to do."""
        started = seconds()
        result = lowprec("fit", self.many_risks(), preexec_fn=Sizes.little_memory)
        self.assertEqual(result.returncode, 1)
        self.assertIn("--separate", result.stderr)
        self.assertLess(seconds() - started, 8)


if __name__ == "__main__":
    unittest.main()
