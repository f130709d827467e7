// Models of summation: what each is on numbers picked so that another order, another grouping, or one more rounding
// gives another sum; all of them against plain definitions over many random terms; factories.
#include "lowprec/linalg/summation.h"
#include "lowprec/format/presets.h"

#include <string>

#include "lowprec/linalg/linalg.h"
#include "lowprec/num.h"
#include "support/matrices.h"

using namespace lowprec;
using matrices::kInf;
using matrices::kNan;
using plain::Setting;
using plain::Spec;

namespace {

// The sum of numbers of the format, added to `start`: gemm of a row with ones.
double sum(const Setting& s, const std::vector<double>& terms, const double* start = nullptr) {
  matrices::Machines machines(s);
  const std::vector<double> ones(terms.size(), 1.0);
  double c = 0;
  const MatrixView<const double> a(terms.data(), 1, terms.size()), b(ones.data(), ones.size(), 1);
  if (start != nullptr)
    gemm(machines.mixed, a, b, MatrixView<const double>(start, 1, 1), MatrixView<double>(&c, 1, 1));
  else
    gemm(machines.mixed, a, b, MatrixView<double>(&c, 1, 1));
  return c;
}
double sum(const Format& f, Summation m, const std::vector<double>& terms) { return sum({Spec{f}, m}, terms); }

// The same over Num, which shares no vector code.
template <class N>
double sum_of_nums(Summation m, const std::vector<double>& terms, Stream stream) {
  Scalarwise<N> arithmetic(stream);
  std::vector<N> x, ones(terms.size(), N(1.0, 0));
  for (const double t : terms) x.push_back(N(t, 0));
  return static_cast<double>(dot(Mixed(arithmetic, m), VectorView<const N>(x), VectorView<const N>(ones)));
}

constexpr double kUlp = 0x1p-7;  // of bfloat16 at 1

const std::vector<Summation> kModels{
    sequential, pairwise,  strands(1),  strands(2), strands(7),        strands(16),        chunk(1),
    chunk(3),   chunk(16), chunk(1000), exact_sum,  tensor_core(1, 8), tensor_core(4, 24), tensor_core(16, 10)};

}  // namespace

TEST_CASE("sequential: from the first term upwards, from +0 or from the start") {
  CHECK(sum(bfloat16, sequential, {1, kUlp / 2, kUlp / 2}) == 1);
  CHECK(sum(bfloat16, sequential, {kUlp / 2, kUlp / 2, 1}) == 1 + kUlp);
  const double start = 1;
  CHECK(sum(Spec{bfloat16}, {kUlp / 2, kUlp / 2}, &start) == 1);
  CHECK(sum({Spec{bfloat16}, pairwise}, {kUlp / 2, kUlp / 2}, &start) == 1 + kUlp);
  CHECK(sum({Spec{bfloat16}, strands(2)}, {kUlp / 2, kUlp / 2}, &start) == 1 + kUlp);
  CHECK(cases::same_bits(sum(bfloat16, sequential, {-0.0}), 0.0));
  const double minus_zero = -0.0;
  CHECK(cases::same_bits(sum(Spec{bfloat16}, {-0.0}, &minus_zero), -0.0));
}

TEST_CASE("pairwise: the left part is the greatest power of two below n") {
  const double h = kUlp / 2;
  CHECK(sum(bfloat16, pairwise, {1, h, h}) == 1);            // (1 + h) + h
  CHECK(sum(bfloat16, pairwise, {1, 0, h, h}) == 1 + kUlp);  // (1 + 0) + (h + h)
  CHECK(sum(bfloat16, pairwise, {0, 1, h, 0, h}) == 1);      // ((0 + 1) + (h + 0)) + h
  CHECK(sum(bfloat16, pairwise, {h, 0, 0, 0, h, 1}) == 1);   // ((h + 0) + (0 + 0)) + (h + 1)
  CHECK(sum(bfloat16, pairwise, {1, 0, 0, 0, h, h}) == 1 + kUlp);
  CHECK(sum(bfloat16, pairwise, {}) == 0);
}

TEST_CASE("strands: term k in strand k mod n, then pairwise") {
  const double h = kUlp / 2;
  CHECK(sum(bfloat16, strands(2), {1, h, 0, h}) == 1 + kUlp);  // (1 + 0) + (h + h)
  CHECK(sum(bfloat16, strands(2), {1, 0, h, h}) == 1);         // (1 + h) + (0 + h)
  CHECK(sum(bfloat16, strands(4), {1, 0, h, h}) == 1 + kUlp);  // (1 + 0) + (h + h)
  CHECK(sum(bfloat16, strands(3), {1, h, h}) == 1);            // (1 + h) + h
  CHECK(sum(bfloat16, strands(4096), {1, h, h}) == 1);         // strands without terms are no zeros added
}

TEST_CASE("chunk: terms in a row, sums of chunks in the outer arithmetic") {
  const double h = kUlp / 2;
  const Setting wide(Spec{bfloat16}, Spec{bfloat16}, Spec{binary32}, chunk(2));
  CHECK(sum(wide, {1, h, h, 0}) == 1 + h);  // (1 + h) -> 1, h + 0; 1 + h in binary32
  CHECK(sum(wide, {h, h, 1, 0, h, 0}) == 1 + 1.5 * kUlp);
  CHECK(sum(bfloat16, chunk(2), {1, 0, h, h}) == 1 + kUlp);
  CHECK(sum(bfloat16, chunk(3), {1, 0, h, h}) == 1);
  CHECK(sum(bfloat16, chunk(std::numeric_limits<std::size_t>::max()), {h, h, 1}) == 1 + kUlp);
  // The start belongs to the outer sum: 2^16 + 1 holds in binary32 only.
  const double start = 0x1p16;
  CHECK(sum(wide, {1, 0}, &start) == 0x1p16 + 1);
}

TEST_CASE("exact: nothing is lost before the one rounding") {
  const double h = kUlp / 2, tiny = 0x1p-130;
  CHECK(sum(bfloat16, exact_sum, {1, h, -0x1p100, h, 0x1p100}) == 1 + kUlp);
  CHECK(sum(bfloat16, exact_sum, {1, h}) == 1);
  CHECK(sum(bfloat16, exact_sum, {1, h, tiny}) == 1 + kUlp);
  CHECK(sum(bfloat16, exact_sum, {1 + kUlp, h, -tiny}) == 1 + kUlp);
  CHECK(sum(e4m3fn, exact_sum, {448, 448, 448, -448, -448}) == 448);
  CHECK(std::isnan(sum(e4m3fn, exact_sum, {448, 448})));
}

TEST_CASE("tensor core: terms below the last kept bit are cut off, not rounded; groups begin anew") {
  CHECK(sum(binary32, tensor_core(4, 8), {1, 0x1p-8, 0x1p-8, 0x1p-8}) == 1);  // below 2^(0 + 1 - 8)
  CHECK(sum(binary32, tensor_core(4, 9), {1, 0x1p-8, 0x1p-8, 0x1p-8}) == 1 + 0x3p-8);
  CHECK(sum(binary32, tensor_core(4, 8), {1, 0x1.8p-7, 0x1.8p-7}) == 1 + 0x2p-7);  // each cut to 2^-7
  CHECK(sum(binary32, tensor_core(4, 8), {-1, -0x1.8p-7}) == -1 - 0x1p-7);         // toward zero below zero
  CHECK(sum(binary32, tensor_core(2, 8), {0x1p-8, 0x1p-8, 1, 0}) == 1 + 0x1p-7);   // the first group survives
  CHECK(sum(binary32, tensor_core(4, 8), {0x1p-8, 0x1p-8, 1, 0}) == 1);
  CHECK(sum(binary32, tensor_core(1, 8), {1, 0x1p-8, 0x1p-8}) == 1);  // the sum itself is a term
  CHECK(sum(binary32, tensor_core(2, 8), {0x1p-8, 0, 0x1p-8, 0, 1, 0}) == 1 + 0x1p-7);
  CHECK(sum(binary32, tensor_core(3, 12), {0x1p20, 1, -0x1p20}) == 0);
  const double start = 0x1p20;  // aligns the group
  CHECK(sum({Spec{binary32}, tensor_core(4, 12)}, {1, -0x1p20}, &start) == 0);
  CHECK(sum(e4m3fn, tensor_core(4, 20), {448, 448, -448, 1}) == 448);  // no rounding within a group
}

TEST_CASE("tensor core: subnormal numbers, infinities, NaN") {
  const double least = 0x1p-149;
  CHECK(sum(binary32, tensor_core(4, 24), {least, least, -0x1p-126}) == 2 * least - 0x1p-126);
  CHECK(sum(binary64, tensor_core(4, 24), {0x1p-1074, 0x1p-1073, 0x1p-1060}) == 0x1p-1060 + 0x3p-1074);
  CHECK(sum(binary64, tensor_core(4, 4), {0x1p-1074, 0x1p-1073, 0x1p-1060}) == 0x1p-1060);
  CHECK(sum(e5m2, tensor_core(2, 24), {0x1p-16, 0x1p-16, 0x1p-14}) == 0x1.8p-14);
  CHECK(sum(e5m2, tensor_core(2, 24), {kInf, 1}) == kInf);
  CHECK(sum(e5m2, tensor_core(2, 24), {1, 1, -kInf, 4}) == -kInf);
  CHECK(std::isnan(sum(e5m2, tensor_core(2, 24), {kInf, -kInf})));
  CHECK(std::isnan(sum(e5m2, tensor_core(2, 24), {1, 1, kNan})));
  CHECK(sum(e5m2, tensor_core(1, 24), {57344, 57344, -57344}) == kInf);
}

TEST_CASE("tensor core: a group whose exact sum passes the range of binary64 on its way") {
  const double m = 0x1.fffffffffffffp1023;
  CHECK(sum(binary64, tensor_core(4, 40), {0x1p1023, 0x1p1023, -0x1p1023}) == 0x1p1023);
  CHECK(sum(binary64, tensor_core(4, 40), {-0x1p1023, -0x1p1023, 0x1p1023}) == -0x1p1023);
  CHECK(sum({Spec{binary64, rz}, tensor_core(4, 40)}, {0x1p1023, 0x1p1023}) == m);
  CHECK(sum(binary64, tensor_core(4, 40), {0x1p1023, 0x1p1023}) == kInf);
}

TEST_CASE("every model against its plain definition, over random terms, with a start and without") {
  cases::Tally tally;
  for (const Summation& m : kModels)
    for (const Spec& s : {Spec{e4m3fn}, Spec{e5m2, sr}, Spec{bfloat16, rz}, Spec{binary16, sr}, Spec{fixed(8, 4), rd},
                          Spec{binary32, rne}, Spec{fp(9, 30), ru}, Spec{binary64}})
      for (std::size_t n = 0; n <= 40; n = n < 20 ? n + 1 : n + 7) {
        const Setting setting(s, m);
        auto terms = matrices::numbers(s.format, n, n);
        if (n == 13) terms[7] = kInf;
        if (n == 14) terms[13] = kNan;
        const double start = matrices::numbers(s.format, 1, 99)[0];
        for (const double* e : {static_cast<const double*>(nullptr), &start}) {
          const double got = sum(setting, terms, e), want = plain::Definition(setting).sum(terms, {}, e);
          tally.expect(matrices::same(got, want), [&] {
            return "model " + std::to_string(m.kind) + "(" + std::to_string(m.n) + ") @" + cases::name(s.rounding) +
                   ", " + std::to_string(n) + " terms: " + cases::hex(got) + ", not " + cases::hex(want);
          });
        }
      }
  tally.report("models");
}

TEST_CASE("every model over Num") {
  cases::Tally tally;
  const Stream stream{5, 6};
  for (const Summation& m : kModels)
    for (std::size_t n = 0; n <= 40; n = n < 10 ? n + 1 : n + 7) {
      const auto expect = [&](double got, const Spec& s, const std::vector<double>& terms) {
        const double want = plain::Definition({s, m}).sum(terms, {});
        tally.expect(matrices::same(got, want), [&] {
          return "model " + std::to_string(m.kind) + ", " + std::to_string(n) + " terms: " + cases::hex(got) +
                 ", not " + cases::hex(want);
        });
      };
      const auto small = matrices::numbers(e4m3fn, n, n), large = matrices::numbers(binary16, n, n);
      expect(sum_of_nums<Num<e4m3fn>>(m, small, stream), Spec{e4m3fn}, small);
      expect(sum_of_nums<Num<binary16, sr>>(m, large, stream), Spec{binary16, sr}, large);
    }
  tally.report("models over Num");
}

TEST_CASE("sums over double itself: sequential is the loop, exact is one rounding") {
  Scalarwise<double> arithmetic;
  const std::vector<double> x{1, 0x1p-53, 0x1p-53, 0x1p-60}, ones(4, 1.0);
  const auto with = [&](Summation m) {
    return dot(Mixed(arithmetic, m), VectorView<const double>(x), VectorView<const double>(ones));
  };
  CHECK(with(sequential) == 1);
  CHECK(with(strands(2)) == 1 + 0x1p-52);  // (1 + 2^-53) + (2^-53 + 2^-60)
  CHECK(with(exact_sum) == 1 + 0x1p-52);
  CHECK(with(tensor_core(4, 40)) == 1);
}

TEST_CASE("factories: what they accept and refuse") {
  CHECK(strands().n == 16);
  CHECK_NOTHROW(strands(1));
  CHECK_NOTHROW(strands(4096));
  CHECK_THROWS_AS(strands(0), Error);
  CHECK_THROWS_AS(strands(4097), Error);
  CHECK_NOTHROW(chunk(1));
  CHECK_THROWS_AS(chunk(0), Error);
  CHECK_NOTHROW(tensor_core(1, 2));
  CHECK_NOTHROW(tensor_core(1, 52));  // 52 + log2(2) = 53
  CHECK_NOTHROW(tensor_core(3, 51));
  CHECK_NOTHROW(tensor_core(4095, 41));
  CHECK_THROWS_AS(tensor_core(0, 24), Error);
  CHECK_THROWS_AS(tensor_core(4097, 24), Error);
  CHECK_THROWS_AS(tensor_core(4, 1), Error);
  CHECK_THROWS_AS(tensor_core(1, 53), Error);
  CHECK_THROWS_AS(tensor_core(3, 52), Error);
  CHECK_THROWS_AS(tensor_core(4, 51), Error);
  CHECK_THROWS_AS(tensor_core(4096, 41), Error);
  CHECK(strands(2) != strands(3));
  CHECK(Summation{} == sequential);
}
