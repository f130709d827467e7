// quantize of matrices of any strides, arrays that overlap, and several threads: all equal to element after element.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/format/presets.h"
#include "lowprec/system/threads.h"
#include "support/cases.h"
#include "support/probes.h"

using namespace lowprec;
using probes::quantizer;

namespace {

const Stream kStream{31, 7};

// Nearest, stochastic with events, a step, and noises.
std::vector<Quantizer> quantizers() {
  const array::Noise additive{array::Noise::Law::additive, 0.25}, common{array::Noise::Law::multiplicative, 0.25};
  return {quantizer(e4m3fn, rne, Overflow::saturate),
          quantizer(bfloat16, rd, Overflow::infinity),
          quantizer(e4m3fn, sr, Overflow::saturate),
          quantizer(integer(8), rne, Overflow::saturate, 0.05),
          quantizer(fp(5, 20), sr, Overflow::infinity, 0.05),  // by the reference
          Quantizer{},
          additive,
          common};
}

template <class T>
std::vector<T> numbers(std::size_t n) {
  std::vector<T> result(n);
  for (std::size_t i = 0; i < n; ++i)
    result[i] = static_cast<T>(std::sin(static_cast<double>(i)) * std::exp2(static_cast<double>(i % 23) - 12));
  return result;
}

template <class T>
std::vector<T> gathered(MatrixView<const T> m) {
  std::vector<T> result;
  for (std::size_t i = 0; i < m.rows; ++i)
    for (std::size_t j = 0; j < m.columns; ++j) result.push_back(m(i, j));
  return result;
}

// Both views have the shape of `in`; `memory` holds `out`, and what of it is no element must not change.
template <class T>
void check_matrix(const Quantizer& q, MatrixView<const T> in, MatrixView<T> out, std::vector<T>& memory,
                  cases::Tally& tally, const std::string& what) {
  const std::vector<T> source = gathered(in);
  std::vector<T> want(source.size());
  Events events, want_events;
  quantize(q, std::span<const T>(source), std::span<T>(want), kStream, &want_events);
  std::vector<T> expected = memory;
  const std::ptrdiff_t origin = out.data - memory.data();
  for (std::size_t i = 0; i < in.rows; ++i)
    for (std::size_t j = 0; j < in.columns; ++j)
      expected[static_cast<std::size_t>(origin + static_cast<std::ptrdiff_t>(i) * out.row_stride +
                                        static_cast<std::ptrdiff_t>(j) * out.column_stride)] = want[i * in.columns + j];
  quantize(q, in, out, kStream, &events);
  tally.expect(std::equal(expected.begin(), expected.end(), memory.begin(), cases::Bits()), [&] { return what; });
  tally.expect(events == want_events, [&] { return what + " events"; });
}

template <class T>
void check_layouts() {
  cases::Tally tally;
  for (const Quantizer& q : quantizers()) {
    const std::size_t rows = 5, columns = 37;
    const std::vector<T> values = numbers<T>(8000);
    const MatrixView<const T> sources[] = {{values.data(), rows, columns},
                                           {values.data() + 3, rows, columns, 41, 1},
                                           {values.data(), rows, columns, 1, 6},
                                           {values.data() + 1000, rows, columns, -50, 1},
                                           {values.data() + 1000, rows, columns, 80, -2},
                                           {values.data(), rows, columns, 0, 1}};
    for (std::size_t s = 0; s < std::size(sources); ++s) {
      const auto what = to_string(q) + " layout " + std::to_string(s);
      std::vector<T> memory(8000, T{5});
      check_matrix(q, sources[s], MatrixView<T>(memory.data(), rows, columns), memory, tally, what + " to rows");
      check_matrix(q, sources[s], MatrixView<T>(memory.data() + 7, rows, columns, 1, 5), memory, tally,
                   what + " to columns");
      if (s + 1 == std::size(sources)) continue;
      memory = values;
      const MatrixView<T> same(memory.data() + (sources[s].data - values.data()), rows, columns, sources[s].row_stride,
                               sources[s].column_stride);
      check_matrix(q, MatrixView<const T>(same), same, memory, tally, what + " in place");
    }
  }
  tally.report("layouts");
}

// While it lives, calls may use n threads.
struct Threads {
  explicit Threads(unsigned n) { use_threads(n); }
  ~Threads() { use_threads(1); }
};

template <class T>
void check_threads(const std::vector<Quantizer>& list, std::size_t n) {
  const std::vector<T> in = numbers<T>(n);
  for (const Quantizer& q : list) {
    std::vector<T> one(n), several(n);
    Events one_events, several_events;
    quantize(q, std::span<const T>(in), std::span<T>(one), kStream, &one_events);
    const Threads allowed(3);
    quantize(q, std::span<const T>(in), std::span<T>(several), kStream, &several_events);
    CHECK(std::equal(one.begin(), one.end(), several.begin(), cases::Bits()));
    CHECK(one_events == several_events);
    const MatrixView<const T> from(in.data(), n / 1000, 999, 1000, 1);
    std::vector<T> rows(n), want(n / 1000 * 999);
    quantize(q, from, MatrixView<T>(rows.data(), n / 1000, 999, 1000, 1), kStream);
    quantize(q, std::span<const T>(gathered(from)), std::span<T>(want), kStream);
    CHECK(std::ranges::equal(gathered(MatrixView<const T>(rows.data(), n / 1000, 999, 1000, 1)), want, cases::Bits()));
  }
}

}  // namespace

TEST_CASE("matrices of any strides, in and out of place: element (i, j) is element i * columns + j of one array") {
  check_layouts<float>();
  check_layouts<double>();
}

TEST_CASE("rows longer than a temporary, of strided columns") {
  cases::Tally tally;
  const std::vector<float> values = numbers<float>(9000);
  std::vector<float> memory(9000, 5.0F);
  for (const Quantizer& q : quantizers())
    check_matrix(q, MatrixView<const float>(values.data(), 2, 2500, 1, 3),
                 MatrixView<float>(memory.data(), 2, 2500, 1, 2), memory, tally, to_string(q));
  tally.report("long rows");
}

TEST_CASE("matrices without elements, of no memory") {
  const auto q = quantizer(e4m3fn, sr, Overflow::saturate);
  quantize(q, MatrixView<const float>(nullptr, 0, 3), MatrixView<float>(nullptr, 0, 3));
  quantize(q, MatrixView<const float>(nullptr, 3, 0), MatrixView<float>(nullptr, 3, 0));
}

TEST_CASE("different shapes, common elements, an element written twice: an Error before anything is written") {
  const auto q = quantizer(e4m3fn, rne, Overflow::saturate);
  std::vector<double> memory(100, 1.03);
  double* m = memory.data();
  using In = MatrixView<const double>;
  using Out = MatrixView<double>;
  const auto refuses = [&](In in, Out out) {
    CHECK_THROWS_AS(quantize(q, in, out), Error);
    CHECK(memory == std::vector<double>(100, 1.03));
  };
  refuses({m, 3, 4}, {m + 50, 4, 3});
  refuses({m, 3, 4}, {m + 50, 3, 5});
  refuses({m, 3, 4}, {m + 50, 2, 4});
  refuses({m, 3, 4}, {m + 1, 3, 4});
  refuses({m, 3, 4}, {m + 11, 3, 4});
  refuses({m, 3, 4, 10, 1}, {m + 3, 3, 4, 10, 1});
  refuses({m, 3, 4, 10, 1}, {m + 13, 3, 4, 10, 1});
  refuses({m, 4, 4}, {m, 4, 4, 1, 4});  // in place, transposed
  refuses({m + 30, 3, 4, -10, 1}, {m + 10, 3, 4, -10, 1});
  refuses({m + 50, 3, 4}, {m, 3, 4, 3, 1});
  refuses({m + 50, 3, 4}, {m, 3, 4, 0, 1});
  refuses({m + 50, 3, 4}, {m, 3, 4, 4, 0});
  CHECK_THROWS_AS(quantize(q, std::span<const double>(m, 50), std::span<double>(m + 49, 50)), Error);
  CHECK_THROWS_AS(quantize(q, std::span<const double>(m + 1, 50), std::span<double>(m, 50)), Error);
  CHECK(memory == std::vector<double>(100, 1.03));
}

TEST_CASE("blocks of one matrix side by side, and every other element, have none in common") {
  const auto q = quantizer(e4m3fn, rne, Overflow::saturate);
  std::vector<double> memory(100, 1.03);
  double* m = memory.data();
  quantize(q, MatrixView<const double>(m, 5, 4, 10, 1), MatrixView<double>(m + 4, 5, 4, 10, 1));
  CHECK(memory[4] == 1);
  CHECK(memory[8] == 1.03);
  quantize(q, MatrixView<const double>(m, 5, 5, 10, 2), MatrixView<double>(m + 1, 5, 5, 10, 2));
  CHECK(memory[9] == 1);
  CHECK(memory[0] == 1.03);
  quantize(q, std::span<const double>(m, 50), std::span<double>(m + 50, 50));
  CHECK(memory[50] == 1);
}

TEST_CASE("any number of threads gives the same bits and the same counts") {
  const auto all = quantizers();
  check_threads<float>(all, 140000);
  check_threads<double>(all, 140000);
  check_threads<float>({all[0], all[1]}, 4300000);  // plain roundings, which are shared from 2^22 elements on
  check_threads<double>({all[0], all[1]}, 4300000);
}

TEST_CASE(
    "overflow=error on several threads reports the first element out of range, of a matrix by its place in rows") {
  const auto q = quantizer(e4m3fn, rne, Overflow::error);
  std::vector<float> in(4500000, 1.0F), out(in.size());
  for (const std::size_t i : {700001U, 1500000U, 4499999U}) in[i] = 1000;
  for (const unsigned n : {1U, 2U, 4U}) {
    const Threads allowed(n);
    CHECK_THROWS_WITH_AS(quantize(q, std::span<const float>(in), std::span<float>(out)),
                         doctest::Contains("element 700001:"), Error);
    CHECK_THROWS_WITH_AS(
        quantize(q, MatrixView<const float>(in.data(), 1000, 4500), MatrixView<float>(out.data(), 1000, 4500)),
        doctest::Contains("element 700001:"), Error);
  }
}
