#!/usr/bin/env python3
"""lowprec stats: what it measures, in which forms, from which files. LOWPREC_PROGRAM is its path."""
import csv
import io
import json
import math
import shutil
import struct
import unittest

from program_test import ProgramTest


class Stats(ProgramTest):
    def rows(self, *args, **options):
        return list(csv.DictReader(io.StringIO(self.output("stats", *args, "--csv", **options))))

    def test_measures_by_hand(self):
        row, = self.rows("-", "int8:step=2^-2", stdin="1 1.3 -0.6\n100\n")
        noise = 0.05 ** 2 + 0.1 ** 2 + 68.25 ** 2
        self.assertAlmostEqual(float(row["sqnr_db"]), 10 * math.log10((1 + 1.69 + 0.36 + 10000) / noise), 12)
        self.assertEqual(float(row["max_error"]), 68.25)
        self.assertAlmostEqual(float(row["mean_error"]), (0.05 + 0.1 + 68.25) / 4)
        self.assertEqual(float(row["max_ulps"]), 273)
        self.assertEqual([float(row[c]) for c in ("inexact", "overflow", "saturated", "underflow", "nan", "bits")],
                         [0.75, 0.25, 0.25, 0, 0, 8])

    def test_shares(self):
        row, = self.rows("-", "e4m3", stdin="465 1e-9 0.01 nan\n")
        self.assertEqual([float(row[c]) for c in ("overflow", "saturated", "underflow", "subnormal", "nan")],
                         [0.25, 0, 0.25, 0.25, 0.5])

    def test_forms(self):
        text = self.output("stats", "-", "e4m3", "additive(0.01)", stdin="1 2 3.3\n")
        self.assertEqual([line.split()[0] for line in text.splitlines()], ["quantizer", "e4m3fn", "additive(0.01)"])
        first, second = json.loads(self.output("stats", "-", "none", "e4m3", "--json", stdin="1 2 3.3\n"))
        self.assertEqual((first["sqnr_db"], first["max_ulps"], first["bits"]), ("inf", None, 64))
        self.assertEqual(second["quantizer"], "e4m3fn")
        table = self.path("table.csv")
        self.assertEqual(self.output("stats", "-", "e4m3", "--csv", "-o", table, stdin="1\n"), "")
        self.assertTrue(table.read_text().startswith("quantizer,sqnr_db,max_error,mean_error,max_ulps,mean_ulps,"))

    def test_npy_csv_and_text_give_the_same(self):
        numbers = [math.sin(i) for i in range(12)]
        header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }".ljust(117) + "\n"
        npy = self.path("a.npy")
        npy.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
                        + struct.pack("<12d", *numbers))
        text = self.path("a.txt", "# numbers\n" + "\n".join(" ".join(map(repr, numbers[i:i + 4])) for i in (0, 4, 8)))
        table = self.path("a.csv", "a, b\n" + "".join(f"{numbers[i]!r}, {numbers[i + 1]!r}\r\n" for i in range(0, 12, 2)))
        want = self.rows(npy, "e4m3@sr", "--seed", 3)
        self.assertEqual(self.rows(text, "e4m3@sr", "--seed", 3), want)
        self.assertEqual(self.rows(table, "e4m3@sr", "--seed", 3), want)
        self.assertNotEqual(self.rows(table, "e4m3@sr", "--seed", 4), want)

    def test_histogram(self):
        text = self.output("stats", "-", "e4m3", "int4", "--histogram", "--csv", stdin="0 1.5 1 0.01 500 -1e-5 inf nan 600\n")
        self.assertEqual([line.split(",")[:2] + line.split(",")[3:] for line in text.splitlines()], [
            ["log2", "count", "e4m3fn", "int4"], ["-inf", "1", "zero", "zero"], ["-17", "1", "below", "below"],
            ["-7", "1", "subnormal", "below"], ["0", "2", "normal", "normal"], ["8", "1", "normal", "beyond"],
            ["9", "1", "beyond", "beyond"], ["inf", "1", "", ""], ["nan", "1", "", ""]])

    @unittest.skipUnless(shutil.which("gnuplot"), "needs gnuplot")
    def test_plot(self):
        svg, png = self.path("h.svg"), self.path("h.png")
        self.output("stats", "-", "e4m3", "e5m2", "none", "--plot", svg, "--plot", png, stdin="0.1 3 500 1e-4\n")
        self.assertIn("e5m2", svg.read_text())
        self.assertEqual(png.read_bytes()[:4], b"\x89PNG")
        self.fails(1, ["h.pdf", ".svg or .png"], "stats", "-", "e4m3", "--plot", "h.pdf", stdin="1\n")

    def test_bad_input(self):
        self.fails(1, ["stdin:2: column 1: 'x' is not a number"], "stats", "-", "e4m3", stdin="1,2\nx,3\n")
        self.fails(1, ["stdin:1: column 2: a value is missing"], "stats", "-", "e4m3", stdin="1,,2\n")
        self.fails(1, ["stdin: there are no numbers"], "stats", "-", "e4m3", stdin="a,b\n")
        self.fails(1, ["nosuch: cannot be read"], "stats", "nosuch", "e4m3")
        self.fails(1, ["element 1: 999"], "stats", "-", "e4m3:overflow=error", stdin="1 999\n")
        self.fails(1, ["e9m9"], "stats", "-", "e9m9", stdin="1\n")
        self.fails(1, ["only scalars"], "stats", "-", "fp(15,112)", stdin="1\n")
        self.fails(2, ["QUANTIZER"], "stats", "-", stdin="1\n")
        self.path("bad.npy").write_bytes(b"\x93NUMPY\x01\x00\x76\x00{'descr'")
        self.fails(1, ["bad.npy: ", "byte 18", "ends within its header"], "stats", self.path("bad.npy"), "e4m3")


if __name__ == "__main__":
    unittest.main()
