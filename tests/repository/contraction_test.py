#!/usr/bin/env python3
"""Users compile the headers with flags of their own: contracted multiply-adds must not change a bit, and flags that
rewrite the arithmetic must be refused, by the compiler or, where it cannot know, by self_check().

usage: contraction_test.py [--all] INCLUDE_DIR -- [FLAG...]

Without --all only the builds that matter most are made. FLAG... is what all compilations share. Every compiler of
COMPILERS that is installed takes part. The program uses what the headers alone give, so that no library takes part.
"""
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

COMPILERS = ["g++", "clang++"]
PLAIN = ["-O1", "-ffp-contract=off"]
CONTRACTED = [
    ["-O3", "-march=native", "-mfma", "-ffp-contract=fast"],
    ["-O2", "-mfma", "-mavx2", "-ffp-contract=fast", "-fno-math-errno"],
]
# Of --all: every level of optimisation on this machine, the usual two on older ones, and what else users set.
LEVELS = [[level, "-march=native", "-mfma"] for level in ("-O0", "-Og", "-O1", "-O2", "-O3", "-Os")]
MACHINES = [[level, *machine] for level in ("-O2", "-O3") for machine in (["-march=x86-64"], ["-mavx2", "-mfma"])]
HOSTILE = [[*flags, "-ffp-contract=fast"] for flags in LEVELS + MACHINES] + [
    ["-O3", "-march=native", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math", "-funroll-loops"],
    ["-O2", "-march=native", "-ffp-contract=fast", "-flto"],
    ["-O2", "-march=native", "-ffp-contract=on", "-frounding-math"],
    ["-O3", "-march=native", "-std=gnu++20"],
]
HOSTILE_TO = {"g++": [["-O3", "-march=native", "-ffp-contract=fast", "-fipa-pta", "-ftree-loop-distribution"]]}
# What only the running program can tell: another library's settings, excess precision.
STOPPED = {
    "g++": [["-O2", "-mfpmath=387"]] + [["-O2", f"-DSET_CSR={bits}"] for bits in ("0x8000", "0x0040", "0x2000")],
    "clang++": [["-O2", "-fno-signed-zeros"]] + [["-O2", f"-DSET_CSR={bits}"] for bits in ("0x8000", "0x0040", "0x4000")],
}
STOP = "this thread cannot round correctly"

REFUSED = [["-Ofast"], ["-O2", "-ffast-math"], ["-ffinite-math-only"]]
REFUSED_BY = {  # clang++ 14 defines no macro for these
    "g++": [["-O2", "-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math"], ["-freciprocal-math"],
            ["-fno-signed-zeros"]],
}
REFUSAL = "rewrites the arithmetic that lowprec rounds exactly"

# One line a format, rounding and operation: a hash (FNV-1a) of the results for random operands.
PROGRAM = r"""
#include <cmath>
#include <cstdio>

#include "lowprec/num.h"
#include "lowprec/system/self_check.h"

using namespace lowprec;

namespace {

constexpr Stream kStream{2026, 16};
constexpr int kPairs = 10000;

std::uint64_t mixed(std::uint64_t hash, double x) {
  const auto bits = x == x ? std::bit_cast<std::uint64_t>(x) : 1;
  for (int byte = 0; byte < 8; ++byte) hash = (hash ^ ((bits >> (8 * byte)) & 255)) * 0x100000001B3;
  return hash;
}

// 53 random bits and an exponent around the middle of the format.
double operand(std::uint64_t i, int exponents) {
  const std::uint64_t bits = std::uint64_t{kStream.draw(3 * i)} << 21 | kStream.draw(3 * i + 1) >> 11;
  const std::uint32_t draw = kStream.draw(3 * i + 2);
  const int exponent = static_cast<int>(draw >> 1) % exponents - exponents / 2;
  const double x = std::ldexp(1 + static_cast<double>(bits) * 0x1p-53, exponent);
  return draw % 2 != 0 ? -x : x;
}

template <class F>
void print(const char* name, const char* operation, F f) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (std::uint64_t i = 0; i < kPairs; ++i) hash = mixed(hash, f(i));
  std::printf("%s %s %016llx\n", name, operation, static_cast<unsigned long long>(hash));
}

template <class N>
void operations(const char* name, int exponents) {
  const auto number = [&](std::uint64_t i) { return N(operand(i, exponents), kStream.draw(i)); };
  const auto a = [&](std::uint64_t i) { return number(2 * i); };
  const auto b = [&](std::uint64_t i) { return number(2 * i + 1); };
  const auto draw = [](std::uint64_t i) { return kStream.draw(i + 7); };
  const auto value = [](N x) { return static_cast<double>(x); };
  print(name, "+", [&](std::uint64_t i) { return value(N::add(a(i), b(i), draw(i))); });
  print(name, "-", [&](std::uint64_t i) { return value(N::sub(a(i), b(i), draw(i))); });
  print(name, "*", [&](std::uint64_t i) { return value(N::mul(a(i), b(i), draw(i))); });
  print(name, "/", [&](std::uint64_t i) { return value(N::div(a(i), b(i), draw(i))); });
  print(name, "sqrt", [&](std::uint64_t i) { return value(N::sqrt(a(i), draw(i))); });
  if constexpr (lane::fuses<double>(N::format, N::rounding, N::overflow))
    print(name, "fma", [&](std::uint64_t i) { return value(N::fma(a(i), b(i), number(i), draw(i))); });
  print(name, "a*b+c", [&](std::uint64_t i) {
    return value(N::add(N::mul(a(i), b(i), draw(i)), number(i), draw(i + 1)));
  });
  print(name, "a*b-c*d", [&](std::uint64_t i) {
    const N left = N::mul(a(i), b(i), draw(i)), right = N::mul(b(i), a(i + 1), draw(i + 1));
    return value(N::sub(left, right, draw(i + 2)));
  });
}

// Sums of products by the operators, eight numbers at a time: what compilers vectorise and contract.
template <class N>
void dots(const char* name) {
  print(name, "dot", [](std::uint64_t i) {
    N sum[8], a[8], b[8];
    for (int k = 0; k < 8; ++k) a[k] = N(operand(i + k, 6)), b[k] = N(operand(2 * i + k, 6));
    for (int j = 0; j < 4; ++j)
      for (int k = 0; k < 8; ++k) sum[k] += a[k] * b[(k + j) % 8];
    double total = 0;
    for (const N x : sum) total += static_cast<double>(x);
    return total;
  });
}

// Quotients (k - 1/b) 2^-30 of 30-bit numbers, k and b odd: too near k 2^-30 for a binary64 quotient to show the side.
template <Rounding R>
void hard_quotients(const char* name) {
  using N = Num<fp(8, 29), R>;
  print(name, "/", [](std::uint64_t i) {
    const std::uint64_t b = kStream.draw(i) >> 3 | 0x20000001;
    std::uint64_t power = 1;  // 2^-30 modulo b
    for (int j = 0; j < 30; ++j) power = power * ((b + 1) / 2) % b;
    return static_cast<double>(N::div(N(static_cast<double>(b - power), 0), N(static_cast<double>(b), 0), 0));
  });
}

// Binary64 lanes rounded to odd.
template <Format F>
void lanes(const char* name, int exponents) {
  const one_lane::OneLane<double> d;
  const auto grid = lane::make_lane_constants<double>(F, rz, default_overflow(F));
  const auto a = [&](std::uint64_t i) { return static_cast<double>(Num<F>(operand(2 * i, exponents))); };
  const auto b = [&](std::uint64_t i) { return static_cast<double>(Num<F>(operand(2 * i + 1, exponents))); };
  print(name, "Sum", [&](std::uint64_t i) { return one_lane::Sum(d, grid, a(i), b(i)); });
  print(name, "Product", [&](std::uint64_t i) { return one_lane::Product(d, grid, a(i), b(i)); });
  print(name, "Quotient", [&](std::uint64_t i) { return one_lane::Quotient(d, grid, a(i), b(i)); });
  print(name, "ProductToOdd", [&](std::uint64_t i) {
    return one_lane::ProductToOdd(d, operand(2 * i, exponents), operand(2 * i + 1, exponents));
  });
  print(name, "QuotientToOdd", [&](std::uint64_t i) {
    return one_lane::QuotientToOdd(d, operand(2 * i, exponents), operand(2 * i + 1, exponents));
  });
  print(name, "SquareRootToOdd", [&](std::uint64_t i) {
    return one_lane::SquareRootToOdd(d, std::fabs(operand(i, exponents)));
  });
  print(name, "FusedMultiplyAdd", [&](std::uint64_t i) {
    return one_lane::FusedMultiplyAdd(d, grid, a(i), b(i), b(i + 1));
  });
  print(name, "Scaling", [&](std::uint64_t i) { return one_lane::Scaling(d, grid, operand(i, exponents), b(i)); });
  print(name, "Ratio", [&](std::uint64_t i) { return one_lane::Ratio(d, grid, b(i), operand(i, exponents)); });
}

void gaussians() {
  print("binary64", "gaussian", [](std::uint64_t i) { return kStream.gaussian(i); });
}

}  // namespace

int main() {
  self_check();
  gaussians();
  operations<Num<e4m3fn>>("e4m3fn", 16);
  operations<Num<e5m2>>("e5m2", 30);
  operations<Num<binary16>>("binary16", 30);
  operations<Num<bfloat16>>("bfloat16", 200);
  operations<Num<tf32>>("tf32", 200);
  operations<Num<binary32>>("binary32", 200);
  operations<Num<binary64>>("binary64", 200);
  operations<Num<integer(8)>>("int8", 14);
  operations<Num<fixed(16, 8)>>("fixed(16,8)", 14);
  operations<Num<integer(8), rne, Overflow::wrap>>("int8 wrap", 14);
  operations<Num<binary16, rz>>("binary16 rz", 30);
  operations<Num<binary16, ru>>("binary16 ru", 30);
  operations<Num<binary16, ro>>("binary16 ro", 30);
  operations<Num<bfloat16, sr>>("bfloat16 sr", 60);
  operations<Num<e4m3fn, stochastic(8, Rounding::stochastic_a)>>("e4m3fn sr(8,a)", 16);
  operations<Num<binary32, rz>>("binary32 rz", 200);
  dots<Num<e4m3fn>>("e4m3fn");
  dots<Num<binary16>>("binary16");
  dots<Num<bfloat16>>("bfloat16");
  dots<Num<binary32>>("binary32");
  hard_quotients<rz>("fp(8,29) rz");
  hard_quotients<ru>("fp(8,29) ru");
  lanes<binary16>("binary16", 20);
  lanes<binary32>("binary32", 60);
}
"""

# What self_check() says of a thread whose control register has more bits set.
CHECKED = r"""
#include <cstdio>

#include "lowprec/format/error.h"
#include "lowprec/system/self_check.h"
#ifdef SET_CSR
#include <xmmintrin.h>
#endif

int main() {
#ifdef SET_CSR
  _mm_setcsr(_mm_getcsr() | SET_CSR);
#endif
  try {
    lowprec::self_check();
  } catch (const lowprec::Error& error) {
    std::puts(error.what());
    return 1;
  }
}
"""


def machine_has_fma():
    try:
        return "fma" in pathlib.Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False


def run(command):
    return subprocess.run(command, capture_output=True, text=True)


def results(compiler, flags, source, program):
    """The lines that the program prints, built that way."""
    for command in ([compiler, *flags, str(source), "-o", str(program)], [str(program)]):
        done = run(command)
        if done.returncode:
            sys.exit(f"{' '.join(command)} fails with {done.returncode}:\n{done.stderr}")
    return done.stdout.splitlines()


def refusal(compiler, flags, source):
    """What is wrong with the compiler's answer to flags that it should refuse, or None."""
    done = run([compiler, *flags, "-fsyntax-only", str(source)])
    if not done.returncode:
        return "compiles"
    return None if REFUSAL in done.stderr else f"is refused without the words '{REFUSAL}':\n{done.stderr}"


def stopped(jobs, shared, source):
    """For each build that self_check() does not stop, what it does instead."""
    for i, (compiler, flags) in enumerate(jobs):
        program = source.with_suffix(f".stopped{i}")
        built = run([compiler, *shared, *flags, str(source), "-o", str(program)])
        if built.returncode:
            sys.exit(f"{compiler} {' '.join(flags)} fails:\n{built.stderr}")
        done = run([str(program)])
        if done.returncode != 1 or STOP not in done.stdout:
            yield f"{compiler} {' '.join(flags)} is not stopped: {done.returncode} {done.stdout[:200]}"


def different(jobs, lines):
    """For each build whose lines are not those of the first, what differs."""
    for (compiler, flags), got in zip(jobs, lines):
        wrong = [f"{g}, not {w}" for g, w in zip(got, lines[0]) if g != w]
        if wrong or len(got) != len(lines[0]):
            yield f"{compiler} {' '.join(flags)}: {len(wrong)} differ: " + "; ".join(wrong[:5])


def accepted(refused, shared, source):
    for compiler, flags in refused:
        answer = refusal(compiler, shared + flags, source)
        if answer:
            yield f"{compiler} {' '.join(flags)} {answer}"


def main(include_dir, shared, is_all):
    shared = ["-std=c++20", f"-I{include_dir}", *shared]
    compilers = [name for name in COMPILERS if shutil.which(name)]
    variants = CONTRACTED + (HOSTILE if is_all else []) if machine_has_fma() else []
    extra = HOSTILE_TO if is_all and machine_has_fma() else {}
    jobs = [(c, flags) for c in compilers for flags in [PLAIN, *variants, *extra.get(c, [])]]
    to_stop = [(c, flags) for c in compilers for flags in STOPPED[c]] if platform.machine() == "x86_64" else []
    refused = [(c, flags) for c in compilers for flags in REFUSED + REFUSED_BY.get(c, [])]
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(2) as pool:
        source = pathlib.Path(directory) / "program.cc"
        source.write_text(PROGRAM)
        check = source.with_name("check.cc")
        check.write_text(CHECKED)
        built = [pool.submit(results, c, shared + flags, source, source.with_suffix(f".{i}"))
                 for i, (c, flags) in enumerate(jobs)]
        lines = [future.result() for future in built]
        failures = [*different(jobs, lines), *accepted(refused, shared, source), *stopped(to_stop, shared, check)]
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{len(jobs)} builds, {sum(map(len, lines[1:]))} hashes of 10000 results compared; {len(refused)} refusals; "
          f"{len(to_stop)} stopped; {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    split = sys.argv.index("--")
    sys.exit(main(pathlib.Path(sys.argv[split - 1]), sys.argv[split + 1:], "--all" in sys.argv[1:split]))
