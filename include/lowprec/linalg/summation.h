// How a sum of n terms is taken: the order of its additions and what they round to are part of a result's definition.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lowprec/format/error.h"
#include "lowprec/format/format.h"

namespace lowprec {

// The models of an accumulator. `sums` rounds each addition of a term, `outer` the additions of partial sums where that
// is another arithmetic. Draws (see linalg.h): the addition of term k takes draw k of the operation's sums, the
// addition of the partial sum that begins with term k takes draw k of its joins, or of outer's.
struct Summation {
  enum Kind : std::uint8_t {
    sequential,   // s = 0; for k = 0, 1, ...: s = s + t_k
    pairwise,     // S(n) = S(first m) + S(the others), m the greatest power of two below n; S(1) = 0 + t
    strands,      // term k belongs to strand k mod n; strands are summed sequentially, and then pairwise
    chunk,        // groups of n terms in a row are summed sequentially; outer: s = 0; for each group: s = s + group
    exact,        // one rounding, of the exact sum
    tensor_core,  // s = 0; for each n terms: s and the terms are truncated toward zero to multiples of 2^(e + 1 -
                  // bits), e the largest exponent among them; s = their exact sum, rounded once (Fasi, Higham,
                  // Mikaitis, Pranesh, "Numerical behavior of NVIDIA tensor cores", PeerJ CS 7:e330)
  };

  Kind kind = sequential;
  std::size_t n = 0;  // strands, terms of a chunk, terms of a group
  int bits = 0;       // of a tensor core's aligned terms

  constexpr bool operator==(const Summation&) const = default;
};

inline constexpr Summation sequential{};
inline constexpr Summation pairwise{Summation::pairwise};
inline constexpr Summation exact_sum{Summation::exact};

constexpr Summation strands(std::size_t n = 16) {
  if (n < 1 || n > 4096) throw Error("strands(n) needs 1 to 4096 strands");
  return {Summation::strands, n};
}

constexpr Summation chunk(std::size_t n) {
  if (n < 1) throw Error("chunk(n) needs chunks of at least one term");
  return {Summation::chunk, n};
}

// The sum of a group must be exact in binary64: bits + log2(n + 1) <= 53.
constexpr Summation tensor_core(std::size_t n, int bits) {
  if (n < 1 || n > 4096) throw Error("tensor_core(n,bits) needs groups of 1 to 4096 terms");
  if (bits < 2 || bits + std::bit_width(n) > 53) throw Error("tensor_core(n,bits) needs 2 to 53 - log2(n + 1) bits");
  return {Summation::tensor_core, n, bits};
}

// The text that linalg::parse_summation reads back.
std::string to_string(const Summation& summation);

}  // namespace lowprec

namespace lowprec::linalg {

inline constexpr std::string_view kSummationTexts =
    "sequential, pairwise, strands, strands(n), chunk(n), exact, tensor_core(n,bits)";

// The model that a text names, in either case. Error names the text and kSummationTexts.
Summation parse_summation(std::string_view text);

namespace detail {

// The pairwise sum of the n partial sums leaf(first), leaf(first + 1), ... Machine: see sum_terms.
template <class Machine, class Leaf>
constexpr auto sum_pairwise(Machine& machine, std::size_t first, std::size_t n, Leaf leaf) -> decltype(leaf(first)) {
  if (n == 1) return leaf(first);
  const std::size_t left = std::bit_floor(n - 1);
  auto sum = sum_pairwise(machine, first, left, leaf);
  const auto right = sum_pairwise(machine, first + left, n - left, leaf);
  machine.join(sum, right, first + left);
  return sum;
}

template <class Machine, class Sum>
constexpr auto sum_in_row(Machine& machine, Sum sum, std::size_t first, std::size_t end, std::size_t step) {
  for (std::size_t k = first; k < end; k += step) machine.add_term(sum, k);
  return sum;
}

template <class Machine>
constexpr auto sum_in_chunks(Machine& machine, std::size_t n, std::size_t length) {
  auto total = machine.outer_start();
  for (std::size_t k = 0; k < n; k += length)
    machine.join_outer(total, sum_in_row(machine, machine.zero(), k, std::min(n, k + length), 1), k);
  return total;
}

// Strands of every `step`-th term, added up pairwise; the start last.
template <class Machine>
constexpr auto sum_in_strands(Machine& machine, std::size_t n, std::size_t step) {
  const auto strand = [&](std::size_t k) { return sum_in_row(machine, machine.zero(), k, n, step); };
  auto sum = n == 0 ? machine.zero() : sum_pairwise(machine, 0, std::min(n, step), strand);
  machine.join_start(sum);
  return machine.outer(sum);
}

// The sum of n terms by a model other than `exact` and `tensor_core`. A machine has partial sums, numbers or rows of
// them: zero(), add_term(sum, k), join(sum, other, k), and for chunks outer_start(), join_outer(total, sum, k);
// sum_start() and join_start(sum) know what the whole is added to, and outer(sum) makes a sum a result.
template <class Machine>
constexpr auto sum_terms(Machine& machine, Summation model, std::size_t n) {
  if (model.kind == Summation::chunk) return sum_in_chunks(machine, n, model.n);
  if (model.kind == Summation::strands) return sum_in_strands(machine, n, model.n);
  if (model.kind == Summation::pairwise) return sum_in_strands(machine, n, std::max<std::size_t>(n, 1));
  return machine.outer(sum_in_row(machine, machine.sum_start(), 0, n, 1));
}

// x truncated toward zero to a multiple of 2^exponent; infinities and NaN stay.
constexpr double truncated(double x, int exponent) {
  if (x == 0 || x - x != 0) return x;
  const int lowest = std::max(format::floor_log2(x), -1022) - 52;  // exponent of the last bit
  const int drop = exponent - lowest;
  if (drop <= 0) return x;
  if (drop > 52) return 0;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~((std::uint64_t{1} << drop) - 1));
}

// The sum of finite terms as a tensor core takes it: seen twice, the first time for their exponents. Infinities and NaN
// add up as IEEE 754 has it.
class AlignedSum {
 public:
  constexpr explicit AlignedSum(int bits) : bits_(bits) {}
  constexpr void see(double x) {
    if (x != 0 && x - x == 0) top_ = std::max(top_, format::floor_log2(x));
  }
  constexpr void add(double x) { sum_ += truncated(x, top_ + 1 - bits_) * format::exp2i(-exponent()); }
  // The exact sum is significand() * 2^exponent(), the exponent 0 but where the sum might leave the range of binary64.
  constexpr double significand() const { return sum_; }
  constexpr int exponent() const { return top_ > 1000 ? 64 : 0; }

 private:
  int bits_;
  int top_ = -1100;  // below every exponent
  double sum_ = 0;
};

}  // namespace detail

}  // namespace lowprec::linalg
