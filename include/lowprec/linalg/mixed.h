// Arithmetics that share an operation, and the definition of every sum over them.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "lowprec/exact/exact_sum.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/linalg/summation.h"

namespace lowprec::linalg {

namespace detail {

constexpr bool is_same_object(const auto& a, const auto& b) {
  return static_cast<const void*>(&a) == static_cast<const void*>(&b);
}

}  // namespace detail

// The draws of an operation, and of the sums of its chunks.
struct MixedDraws : OperationDraws {
  Stream outer;
};

}  // namespace lowprec::linalg

namespace lowprec {

// Who rounds products, who rounds sums of them, who adds up chunks, and how the sums are taken. Operands are numbers of
// the first, results of the second, of chunks of the third. A product need not be a number of the sums' format: acc +
// product is rounded once.
template <Arithmetic P, Arithmetic S = P, Arithmetic W = S>
struct Mixed {
  using operand_type = typename P::value_type;
  using result_type = typename W::value_type;

  P& products;
  S& sums;
  W& outer;
  Summation summation;

  constexpr explicit Mixed(P& a, Summation s = sequential) requires(std::same_as<P, S>&& std::same_as<S, W>)
      : Mixed(a, a, a, s) {}
  constexpr Mixed(P& p, S& s, Summation m = sequential) requires(std::same_as<S, W>) : Mixed(p, s, s, m) {}
  constexpr Mixed(P& p, S& s, W& w, Summation m) : products(p), sums(s), outer(w), summation(m) {}

  // The streams of the next operation.
  constexpr linalg::MixedDraws draws() const {
    linalg::MixedDraws result{products.draws(), {}};
    if (!linalg::detail::is_same_object(products, sums)) result.sums = sums.draws().sums;
    if (summation.kind == Summation::chunk)
      result.outer = linalg::detail::is_same_object(sums, outer) ? result.joins() : outer.draws().joins();
    return result;
  }
};
template <class P>
Mixed(P&, Summation) -> Mixed<P>;
template <class P, class S>
Mixed(P&, S&, Summation) -> Mixed<P, S>;
template <class P, class S>
Mixed(P&, S&) -> Mixed<P, S>;

}  // namespace lowprec

namespace lowprec::linalg {

namespace detail {

// s + t for a number t of another arithmetic, rounded once.
template <Arithmetic A, Arithmetic B>
constexpr typename A::value_type add_from(A& a, const typename A::value_type& s, const B& other,
                                          const typename B::value_type& t, Draw draw) {
  if constexpr (std::same_as<A, B>) {
    if (a.holds_numbers_of(other)) return a.add(s, t, draw);
  }
  return a.add_number(s, other.to_double(t), draw);
}

// The draws of one element's sum: term k takes draw first + k * step.
struct ElementDraws {
  MixedDraws streams;
  Stream joins;
  std::uint64_t first = 0, step = 1;

  constexpr explicit ElementDraws(const MixedDraws& draws, std::uint64_t first_ = 0, std::uint64_t step_ = 1)
      : streams(draws), joins(draws.joins()), first(first_), step(step_) {}
  constexpr Draw of_product(std::size_t k) const { return {streams.products, first + k * step}; }
  constexpr Draw of_sum(std::size_t k) const { return {streams.sums, first + k * step}; }
  constexpr Draw of_join(std::size_t k) const { return {joins, first + k * step}; }
  constexpr Draw of_outer(std::size_t k) const { return {streams.outer, first + k * step}; }
};

// sum_terms over numbers: term(k) is a number of the products' arithmetic.
template <class M, class Term>
struct NumberMachine {
  using S = typename std::remove_reference_t<decltype(M::sums)>::value_type;
  using W = typename M::result_type;

  const M& m;
  const ElementDraws& draws;
  const W* start;  // what is added to, or null
  Term term;

  constexpr S zero() const { return S{}; }
  constexpr S sum_start() const {
    if constexpr (std::same_as<S, W>) return start != nullptr ? *start : S{};
    return S{};
  }
  constexpr void join_start(S& s) const {
    if constexpr (std::same_as<S, W>) {
      if (start != nullptr) s = m.sums.add(s, *start, draws.of_join(0));
    }
  }
  constexpr W outer_start() const { return start != nullptr ? *start : W{}; }
  constexpr void add_term(S& s, std::size_t k) { s = add_from(m.sums, s, m.products, term(k), draws.of_sum(k)); }
  constexpr void join(S& s, const S& other, std::size_t k) { s = m.sums.add(s, other, draws.of_join(k)); }
  constexpr void join_outer(W& total, const S& s, std::size_t k) {
    total = add_from(m.outer, total, m.sums, s, draws.of_outer(k));
  }
  constexpr W outer(const S& s) const {
    if constexpr (std::same_as<S, W>)
      return s;
    else
      return m.outer.from(m.sums.to_double(s), draws.of_join(0));
  }
};

template <class Machine>
constexpr auto sum_exactly(Machine& machine, std::size_t n) {
  exact::ExactSum sum;
  if (machine.start != nullptr) sum.add(machine.m.outer.to_double(*machine.start));
  for (std::size_t k = 0; k < n; ++k) sum.add(machine.m.products.to_double(machine.term(k)));
  return machine.outer(machine.m.sums.from(sum.result(), machine.draws.of_join(0)));
}

// x * 2^exponent, exact.
constexpr Wide scaled(double x, int exponent) {
  const Wide wide(x);
  return wide.is_finite() ? Wide(wide.significand(), wide.exponent() + exponent, wide.is_negative()) : wide;
}

template <class Machine>
constexpr auto sum_as_tensor_core(Machine& machine, std::size_t n) {
  auto& sums = machine.m.sums;
  auto s = machine.sum_start();
  for (std::size_t first = 0; first < n; first += machine.m.summation.n) {
    const std::size_t end = std::min(n, first + machine.m.summation.n);
    AlignedSum group(machine.m.summation.bits);
    group.see(sums.to_double(s));
    for (std::size_t k = first; k < end; ++k) group.see(machine.m.products.to_double(machine.term(k)));
    group.add(sums.to_double(s));
    for (std::size_t k = first; k < end; ++k) group.add(machine.m.products.to_double(machine.term(k)));
    const Draw draw = machine.draws.of_join(first);
    s = group.exponent() == 0 ? sums.from(group.significand(), draw)
                              : sums.from(scaled(group.significand(), group.exponent()), draw);
  }
  return machine.outer(s);
}

// The sum of term(0) ... term(n - 1), added to *start where that is not null.
template <class M, class Term>
constexpr typename M::result_type sum_of(const M& m, const ElementDraws& draws, std::size_t n, Term term,
                                         const typename M::result_type* start = nullptr) {
  NumberMachine<M, Term> machine{m, draws, start, term};
  if (m.summation.kind == Summation::exact) return sum_exactly(machine, n);
  if (m.summation.kind == Summation::tensor_core) return sum_as_tensor_core(machine, n);
  return sum_terms(machine, m.summation, n);
}

}  // namespace detail

}  // namespace lowprec::linalg
