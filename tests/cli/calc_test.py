#!/usr/bin/env python3
"""The program's `calc`: every operation on lines checked by hand. LOWPREC_PROGRAM is its path."""
import unittest

from program_test import ProgramTest

INF, NAN = "0x7c00", "0x7e00"  # of binary16, as are
THIRD, QUANTUM = "0.333251953125", "5.960464477539063e-08"  # 0x555 / 2^12, 2^-24


class CalcTest(ProgramTest):
    def calc(self, *args, lines):
        """What `calc ARGS` prints for each line."""
        return self.output("calc", *args, stdin="".join(f"{line}\n" for line in lines)).splitlines()

    def check(self, *args, table):
        """table: what each line of operands gives."""
        self.assertEqual(self.calc(*args, lines=table), list(table.values()), args)


class Operations(CalcTest):
    def test_arithmetic(self):
        for operation, table in {
            "add": {"1 0x1p-11": "1", "1.5 -1.5": "0", "65504 65504": "inf", "inf -inf": "nan", "-0 -0": "-0"},
            "sub": {"1 3": "-2", "0 0": "0", "-0 0": "-0", "inf inf": "nan"},
            "mul": {"3 7": "21", "1.0009765625 1.0009765625": "1.001953125", "0 inf": "nan", "-0x1p-14 0x1p-14": "-0"},
            "div": {"1 3": THIRD, "1 0": "inf", "-1 0": "-inf", "0 0": "nan", "1 inf": "0"},
            "fma": {"3 7 -20": "1", "1.0009765625 1.0009765625 -1.001953125": "9.5367431640625e-07", "inf 0 1": "nan"},
            "faa": {"65504 65504 -65504": "65504", "1 6e-8 -1": QUANTUM, "1 1 -2": "0"},
            "sqrt": {"2": "1.4140625", "6.25": "2.5", "-1": "nan", "-0": "-0", "inf": "inf"},
            "recip": {"4": "0.25", "3": THIRD, "0": "inf", "-inf": "-0"},
            "rem": {"5 3": "-1", "-5 3": "1", "3 2": "-1", "5 2": "1", "-4 2": "-0", "2 inf": "2", "inf 2": "nan"},
            "remainder": {"5 3": "-1", "65504 0.0009765625": "0"},
            "fmod": {"5 3": "2", "-5 3": "-2", "-4 2": "-0", "2 0": "nan"},
            "neg": {"1.5": "-1.5", "-0": "0", "inf": "-inf", "nan": "nan"},
            "abs": {"-1.5": "1.5", "-0": "0", "-inf": "inf", "nan": "nan"},
            "fabs": {"-2": "2"},
            "copysign": {"3 -0": "-3", "-3 1": "3", "-inf 2": "inf"},
            "convert": {"0.1": "0.0999755859375", "1e9": "inf", "1e-9": "0"},
        }.items():
            self.check("binary16", operation, table=table)

    def test_selection(self):
        lines = ["1 -2", "-0 0", "0 -0", "nan 1", "1 nan", "-2 2", "inf -inf", "nan nan"]
        for operation, results in {
            "min": "-2 -0 -0 nan nan -2 -inf nan", "max": "1 0 0 nan nan 2 inf nan",
            "minnum": "-2 -0 -0 1 1 -2 -inf nan", "maxnum": "1 0 0 1 1 2 inf nan",
            "fmin": "-2 -0 -0 1 1 -2 -inf nan", "fmax": "1 0 0 1 1 2 inf nan",
            "minmag": "1 -0 -0 nan nan -2 -inf nan", "maxmag": "-2 0 0 nan nan 2 inf nan",
            "minmagnum": "1 -0 -0 1 1 -2 -inf nan", "maxmagnum": "-2 0 0 1 1 2 inf nan",
        }.items():
            self.assertEqual(self.calc("binary16", operation, lines=lines), results.split(), operation)

    def test_comparison(self):
        lines = ["1 2", "2 1", "1 1", "0 -0", "-inf inf", "nan 1", "nan nan"]
        for operation, results in {"eq": "0 0 1 1 0 0 0", "ne": "1 1 0 0 1 1 1", "lt": "1 0 0 0 1 0 0", "le": "1 0 1 1 1 0 0",
                                   "gt": "0 1 0 0 0 0 0", "ge": "0 1 1 1 0 0 0", "un": "0 0 0 0 0 1 1"}.items():
            self.assertEqual(self.calc("e4m3ieee", operation, lines=lines), results.split(), operation)
            self.assertEqual(self.calc("binary16", operation, "--codes", lines=["0x3c00 0x4000"]), [results[0]])
            signalled = "v" if operation in ("lt", "le", "gt", "ge") else "-"
            self.assertEqual(self.calc("binary16", operation, "--flags", lines=["nan 1"]), [f"{results.split()[5]} {signalled}"])

    def test_functions(self):
        self.check("binary16", "exp", "--flags", table={"1": "2.71875 i", "0": "1 -", "20": "inf io", "-inf": "0 -"})
        self.check("binary16", "log", "--flags", table={"0": "-inf d", "-1": "nan v", "1": "0 -"})
        self.check("e4m3", "pow", table={"2 0.5": "1.375", "-2 3": "-8", "0 0": "1"})
        self.check("binary64", "sin", table={"0x1.6ac5b262ca1ffp+849": "1"})  # the hardest argument of binary64
        self.check("binary16", "hypot3", table={"2 3 6": "7"})
        self.check("binary16", "tgamma", "--rounding", "ru", table={"0.5": "1.7724609375"})

    def test_neighbours(self):
        self.check("e4m3", "nextup", table={"1": "1.125", "-0": "0.001953125", "448": "nan", "-448": "-416", "1.06": "1.125"})
        self.check("e4m3", "nextdown", table={"1": "0.9375", "0": "-0.001953125", "-448": "nan"})
        self.check("e5m2", "nextafter", table={"1 2": "1.25", "1 -2": "0.875", "1 1": "1", "1 nan": "nan", "inf 0": "57344"})
        self.check("e5m2", "nextup", table={"57344": "inf", "-inf": "-57344", "inf": "inf", "nan": "nan"})
        self.check("int8", "nextup", "--overflow", "wrap", table={"127": "-128", "-1": "0"})

    def test_scaled(self):
        self.check("e4m3", "scaled_add", table={"1.5 4 3 0.5": "7.5", "448 0x1p-120 -448 0x1p-120": "0", "1 0x1p9 0 1": "nan"})
        self.check("e4m3", "scaled_sub", table={"1.5 4 3 0.5": "4.5"})
        self.check("e4m3", "scaled_mul", table={"1.5 0x1p100 3 0x1p-100": "4.5"})
        self.check("e4m3", "scaled_mul", "--scale", "binary16", table={"2 1.5 2 0.75": "4.5"})
        self.check("e4m3", "scaled_mul", "--scale", "e8m0", "--codes", table={"0x38 0x80 0x38 0x7f": "0x40"})
        self.check("e4m3", "scaled_mul", "--scale", "e8m0", table={"1 3 1 1": "2"})  # 3 is no scale: a tie, to the even code


class Options(CalcTest):
    def test_flags(self):
        for operation, table in {
            "add": {"1 1": "2 -", "65504 16": "inf io", "inf -inf": "nan v", "nan 1": "nan -", "inf 1": "inf -"},
            "mul": {"0x1p-24 0.5": "0 iu", "0x1p-14 0.5": "3.0517578125e-05 -", "0 inf": "nan v"},
            "div": {"1 0": "inf d", "0 0": "nan v", "1 3": f"{THIRD} i", "inf 0": "inf -", "inf inf": "nan v"},
            "sqrt": {"-1": "nan v", "2": "1.4140625 i"},
            "sub": {"0x1p-14 0x1p-24": "6.097555160522461e-05 -"},
            "rem": {"inf 1": "nan v", "1 0": "nan v"},
            "fma": {"inf 0 1": "nan v", "65504 2 -65504": "65504 -"},
        }.items():
            self.check("binary16", operation, "--flags", table=table)
        self.check("binary16", "sub", "--from", "binary64", "--flags",
                   table={"0x1p-14 0x1p-26": "6.103515625e-05 i", "0x1p-14 0x1p-25": "6.103515625e-05 iu"})
        self.check("binary16", "mul", "--rounding", "rz", "--flags", table={"65504 2": "65504 io"})
        self.check("int8", "add", "--overflow", "wrap", "--flags", table={"127 1": "-128 io", "1 1": "2 -"})

    def test_operands_signal_nothing_but_signalling_nan(self):
        self.check("binary16", "add", "--flags", table={"0.1 0": "0.0999755859375 -", "1e9 0": "inf -"})
        self.check("binary16", "add", "--codes", "--flags", table={"0x7d00 0x3c00": f"{NAN} v", "0x7e01 0x3c00": f"{NAN} -",
                                                                   "0x3c00 0xfc01": f"{NAN} v", "0x7c00 0x3c00": f"{INF} -"})
        self.check("binary16", "eq", "--codes", "--flags", table={"0x7d00 0x3c00": "0 v", "0x7e00 0x3c00": "0 -"})
        self.check("binary16", "convert", "--codes", "--flags", table={"0x7d00": f"{NAN} v"})
        self.check("binary16", "minnum", "--codes", "--flags", table={"0x7d00 0x3c00": "0x3c00 v"})

    def test_from(self):
        self.check("e4m3", "convert", "--from", "binary16", "--codes", "--flags",
                   table={"0x7bff": "0x7f io", "0x3c00": "0x38 -", "0x3c01": "0x38 i", "0x7c01": "0x7f v"})
        self.check("e4m3", "convert", "--from", "binary16", "--overflow", "saturate", "--codes", table={"0xfbff": "0xfe"})
        self.check("binary16", "add", "--from", "e2m1", "--codes", table={"0x1 0x7": "0x4680"})  # 0.5 + 6
        self.check("binary16", "convert", "--from", "e4m3", table={"0.1": "0.1015625"})  # rounded to e4m3 first
        self.check("binary32", "mul", "--from", "fp(15,112)", table={"1e-4000 1e4000": "1"})

    def test_nan_code(self):
        self.check("int8", "div", "--codes", "--nan-code", "0x80", table={"0 0": "0x80", "4 2": "0x02"})
        self.check("e2m1", "sqrt", "--codes", "--nan-code", "15", table={"0x9": "0xf", "0x2": "0x2"})
        self.check("e4m3", "div", "--codes", "--nan-code", "1", table={"0 0": "0x7f"})  # it has one
        self.fails(1, ["stdin:1: ", "--nan-code", "more bits"], "calc", "int8", "div", "--codes", "--nan-code", "256", stdin="0 0\n")
        self.fails(1, ["'x' is not a code"], "calc", "int8", "div", "--nan-code", "x", stdin="0 0\n")

    def test_p3109(self):
        self.check("binary8p3se", "div", table={"1 0": "nan", "1 3": "0.3125", "-49152 0.5": "-inf", "inf 0": "nan"})
        self.check("binary8p3sf", "mul", table={"57344 2": "57344", "-57344 2": "-57344"})
        self.check("binary8p3se", "add", "--codes", table={"0x40 0x40": "0x44", "0x7f 0xff": "0x80", "0x00 0x80": "0x80"})
        self.check("binary8p1uf", "mul", "--codes", table={"0x80 0x81": "0x81", "0xfe 0xfe": "0xfe", "0xff 0x80": "0xff"})

    def test_codes_of_128_bits(self):
        one, third = "0x3fff" + 28 * "0", "0x3ffd" + 28 * "5"
        three = "0x40008" + 27 * "0"
        self.check("fp(15,112)", "div", "--codes", "--flags", table={f"{one} {three}": f"{third} i", f"{three} {three}": f"{one} -"})
        self.check("fp(15,112)", "nextup", "--codes", table={one: "0x3fff" + 27 * "0" + "1", "0": "0x" + 31 * "0" + "1"})
        self.check("fp(15,112)", "add", "--codes", "--flags", table={f"0x7fff{27 * '0'}1 {one}": f"0x7fff8{27 * '0'} v"})
        self.check("fp(15,112)", "div", table={"1 3": "3.333333333333333333333333333333333e-01", "1e4000 1": "1e+4000"})
        self.check("fp(15,63)", "convert", "--codes", table={"0x3fff8000000000000000": "0x3fff8000000000000000"})
        self.fails(1, ["stdin:1: ", "bits"], "calc", "fp(15,63)", "neg", "--codes", stdin="0x80000000000000000000\n")
        self.fails(1, ["stdin:1: ", "is not a code"], "calc", "fp(15,112)", "neg", "--codes", stdin=f"0x1{32 * '0'}\n")

    def test_arity(self):
        for operation, operands in {"sqrt": 1, "add": 2, "fma": 3, "faa": 3, "scaled_add": 4, "nextafter": 2, "convert": 1, "eq": 2}.items():
            expected = "1 number is" if operands == 1 else f"{operands} numbers are"
            for found in (operands - 1, operands + 1):
                if found > 0:
                    self.fails(1, [f"stdin:2: {expected} expected on a line, {found} found"], "calc", "e4m3", operation,
                               stdin=" 1" * operands + "\n" + " 1" * found + "\n")
        self.assertEqual(self.output("calc", "e4m3", "add", stdin="# x\n\n"), "")

    def test_exit_codes_and_messages(self):
        self.fails(2, ["OP"], "calc", "e4m3")
        self.fails(2, ["--flag"], "calc", "e4m3", "add", "--flag")
        self.fails(2, ["--from"], "calc", "e4m3", "add", "--from")
        self.fails(1, ["nosuch"], "calc", "e4m3", "add", "--from", "nosuch")
        self.fails(1, ["nosuch"], "calc", "e4m3", "scaled_add", "--scale", "nosuch")
        self.fails(1, ["K from 3 to 16"], "calc", "binary17p3se", "add")
        self.fails(1, ["stdin:1: ", "beyond the range of e4m3fn"], "calc", "e4m3", "add", "--overflow", "error", stdin="448 448\n")
        self.fails(1, ["stdin:1: ", "'0xnan' is not a number"], "calc", "e4m3", "add", stdin="0xnan 1\n")


class OneRounding(CalcTest):
    def test_texts_are_rounded_once(self):
        text = "1.00048828125\n1.00048828125000000000000000001\n1.0004882812499999999999999999\n-1.00048828125000000000000000001\n"
        up = "1.0009765625"
        self.assertEqual(self.output("round", "binary16", stdin=text).split(), ["1", up, "1", "-" + up])
        self.assertEqual(self.output("round", "binary16@rna", stdin=text).split(), [up, up, "1", "-" + up])
        self.assertEqual(self.output("round", "binary16@ru", stdin=text).split(), [up, up, up, "-1"])
        self.assertEqual(self.calc("binary16", "convert", lines=text.split()), ["1", up, "1", "-" + up])
        tie = "1." + "0" * 5000 + "1"
        self.assertEqual(self.output("round", "e4m3@ru", stdin=f"{tie}\n0x1.{'0' * 5000}1\n"), "1.125\n1.125\n")
        self.assertEqual(self.output("round", "binary64@rz", stdin="0." + "9" * 400 + "\n"), "0.9999999999999999\n")

    def test_wrapping_sees_every_bit(self):
        lines = ["9007199254740993", "1311768467463790321", "-18446744073709551617"]  # 2^53 + 1, 0x123456789abcdef1, -2^64 - 1
        self.assertEqual(self.calc("int8", "convert", "--overflow", "wrap", lines=lines), ["1", "-15", "-1"])
        self.assertEqual(self.output("round", "int8:overflow=wrap", stdin="\n".join(lines)).split(), ["1", "-15", "-1"])

    def test_beyond_binary64(self):
        text = "1e400\n-1e400\n1e-400\n-1e-400\n"
        for quantizer, results in {
            "binary16": "inf -inf 0 -0", "binary16@rz": "65504 -65504 0 -0", "binary16@ro": f"65504 -65504 {QUANTUM} -{QUANTUM}",
            "binary16:overflow=nan": "nan nan 0 -0", "binary16:overflow=saturate": "65504 -65504 0 -0",
            "binary16:overflow=propagate": "65504 -65504 0 -0", "e4m3": "nan nan 0 -0", "int8": "127 -128 0 0",
            "int8:overflow=wrap": "0 0 0 0", "binary16@ru": f"inf -65504 {QUANTUM} -0",
            "binary64": "inf -inf 0 -0", "binary64@rd": "1.7976931348623157e+308 -inf 0 -5e-324",
            "fp(15,112)": "1e+400 -1e+400 1e-400 -1e-400", "binary8p3se": "inf -inf 0 0", "binary8p3sf": "57344 -57344 0 0",
        }.items():
            self.assertEqual(self.output("round", quantizer, stdin=text).split(), results.split(), quantizer)
        for quantizer in ("binary16:overflow=error", "binary64:overflow=error", "int8:overflow=error"):
            self.fails(1, ["stdin:2: "], "round", quantizer, stdin="1\n1e400\n")
        self.assertEqual(self.output("round", "binary16:overflow=error", stdin="1e-400\n"), "0\n")


class P3109Codes(CalcTest):
    def codes(self, name):
        rows = self.output("formats", name, "--codes").splitlines()
        self.assertEqual(rows[0], "code,value,class")
        return dict(row.split(",", 1) for row in rows[1:])

    def test_binary8p3se(self):
        table = self.codes("binary8p3se")
        self.assertEqual(len(table), 256)
        for code, row in {"0x00": "0x0p+0,zero", "0x01": "0x1p-17,subnormal", "0x03": "0x1.8p-16,subnormal", "0x04": "0x1p-15,normal",
                          "0x40": "0x1p+0,normal", "0x7e": "0x1.8p+15,normal", "0x7f": "inf,infinity", "0x80": "nan,nan",
                          "0x81": "-0x1p-17,subnormal", "0xff": "-inf,infinity"}.items():
            self.assertEqual(table[code], row, code)

    def test_binary16p1se(self):
        table = self.codes("binary16p1se")
        self.assertEqual(len(table), 65536)
        for code, row in {"0x0000": "0x0p+0,zero", "0x0001": "0x1p-16383,normal", "0x4000": "0x1p+0,normal", "0x7ffe": "0x1p+16382,normal",
                          "0x7fff": "inf,infinity", "0x8000": "nan,nan", "0xc000": "-0x1p+0,normal"}.items():
            self.assertEqual(table[code], row, code)
        self.fails(1, ["--codes", "19 bits", "at most 16"], "formats", "tf32", "--codes")


if __name__ == "__main__":
    unittest.main()
