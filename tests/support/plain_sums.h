// The sums of linalg.h and summation.h written a second time: loops over scalar operations, each with its documented
// draw; exact sums and tensor cores in unbounded integers. Shares no code with the library's sums.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "lowprec/exact/reference.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/linalg/summation.h"
#include "support/oracle_exact.h"

namespace plain {

using lowprec::Dynamic;
using lowprec::Events;
using lowprec::Format;
using lowprec::Overflow;
using lowprec::Rounding;
using lowprec::Stream;
using lowprec::Summation;
using lowprec::Wide;
using oracle::cpp_int;
using oracle::Exact;

// An arithmetic that can be made again.
struct Spec {
  Format format;
  Rounding rounding = lowprec::rne;
  Overflow overflow = lowprec::default_overflow(format);
  Stream stream{5, 6};

  Dynamic dynamic() const { return {format, rounding, overflow, stream}; }
};

struct Setting {
  Spec products, sums, outer;
  Summation summation;

  Setting(const Spec& one, Summation s = lowprec::sequential) : Setting(one, one, one, s) {}
  Setting(const Spec& p, const Spec& s, Summation m = lowprec::sequential) : Setting(p, s, s, m) {}
  Setting(const Spec& p, const Spec& s, const Spec& w, Summation m) : products(p), sums(s), outer(w), summation(m) {}
};

// The draws of an element's sum.
struct Index {
  std::uint64_t first = 0, step = 1;
  std::uint64_t operator[](std::size_t k) const { return first + k * step; }
};

// A number to 120 bits, a last bit that stands for what lies below.
inline Wide to_wide(const Exact& x) {
  if (x.kind == Exact::nan) return Wide::nan();
  if (x.kind == Exact::infinite) return Wide::infinity(x.negative);
  if (x.num == 0) return {};
  const int excess = std::max(static_cast<int>(msb(x.num)) - 119, 0);
  const cpp_int upper = x.num >> excess;
  const bool is_cut = (upper << excess) != x.num;
  return {static_cast<lowprec::format::Uint128>(upper) | (is_cut ? 1U : 0U), x.exponent + excess, x.negative};
}

inline Exact exact_total(const std::vector<double>& terms) {
  Exact total;
  for (const double t : terms) total = oracle::sum(total, oracle::exact(t));
  return total;
}

// As above, finite terms first truncated toward zero to multiples of 2^(e + 1 - bits), e the largest exponent.
inline Exact aligned_total(const std::vector<double>& terms, int bits) {
  int top = -2000;
  for (const double t : terms)
    if (t != 0 && std::isfinite(t)) top = std::max(top, std::ilogb(t));
  const int unit = top + 1 - bits;
  Exact total;
  for (const double t : terms) {
    Exact term = oracle::exact(t);
    if (term.kind == Exact::finite && term.num != 0) {
      const int shift = term.exponent - unit;
      term.num = shift >= 0 ? cpp_int(term.num << shift) : cpp_int(term.num >> -shift);
      term.exponent = unit;
    }
    total = oracle::sum(total, term);
  }
  return total;
}

class Definition {
 public:
  // Of operation number c of fresh arithmetics.
  explicit Definition(const Setting& s, std::uint64_t c = 0)
      : setting_(s),
        products_(s.products.dynamic()),
        sums_(s.sums.dynamic()),
        outer_(s.outer.dynamic()),
        of_products_(s.products.stream.substream(2 * c)),
        of_sums_(s.sums.stream.substream(2 * c + 1)),
        of_joins_(of_sums_.substream(0)),
        of_outer_(s.outer.stream.substream(2 * c + 1).substream(0)) {}

  double product(double x, double y, std::uint64_t index) { return products_.mul(x, y, {of_products_, index}); }
  double add_term(double s, double t, std::uint64_t index) {
    return add(sums_, s, t, setting_.products, setting_.sums, {of_sums_, index});
  }
  double root(double x, std::uint64_t index) { return outer_.sqrt(x, {of_sums_, index}); }

  double sum(const std::vector<double>& terms, Index index, const double* start = nullptr) {
    switch (setting_.summation.kind) {
      case Summation::sequential:
        return run(terms, start != nullptr ? *start : 0.0, 0, terms.size(), 1, index);
      case Summation::pairwise:
        return strands(terms, std::max<std::size_t>(terms.size(), 1), index, start);
      case Summation::strands:
        return strands(terms, setting_.summation.n, index, start);
      case Summation::chunk:
        return chunks(terms, setting_.summation.n, index, start);
      case Summation::exact:
        return exact(terms, index, start);
      case Summation::tensor_core:
        return tensor_core(terms, index, start);
    }
    return 0;
  }

  double dot(const std::vector<double>& x, const std::vector<double>& y, Index index, const double* start = nullptr) {
    std::vector<double> terms(x.size());
    for (std::size_t k = 0; k < x.size(); ++k) terms[k] = product(x[k], y[k], index[k]);
    return sum(terms, index, start);
  }

  void observe() {
    for (Dynamic* a : {&products_, &sums_, &outer_}) a->observe(true);
  }
  const Dynamic& products() const { return products_; }
  const Dynamic& sums() const { return sums_; }
  const Dynamic& outer() const { return outer_; }

 private:
  static double add(Dynamic& a, double s, double t, const Spec& of_t, const Spec& of_s, lowprec::linalg::Draw draw) {
    return of_t.format == of_s.format ? a.add(s, t, draw) : a.add_number(s, t, draw);
  }
  double run(const std::vector<double>& terms, double s, std::size_t first, std::size_t end, std::size_t step,
             Index index) {
    for (std::size_t k = first; k < end; k += step) s = add_term(s, terms[k], index[k]);
    return s;
  }
  // Neighbours at a distance of 1, 2, 4, ...
  double strands(const std::vector<double>& terms, std::size_t n, Index index, const double* start) {
    std::vector<double> s(std::min(n, terms.size()));
    for (std::size_t k = 0; k < s.size(); ++k) s[k] = run(terms, 0, k, terms.size(), n, index);
    for (std::size_t width = 1; width < s.size(); width *= 2)
      for (std::size_t k = 0; k + width < s.size(); k += 2 * width)
        s[k] = sums_.add(s[k], s[k + width], {of_joins_, index[k + width]});
    const double whole = s.empty() ? 0 : s[0];
    return start == nullptr ? whole : sums_.add(whole, *start, {of_joins_, index[0]});
  }
  double chunks(const std::vector<double>& terms, std::size_t n, Index index, const double* start) {
    double total = start != nullptr ? *start : 0;
    for (std::size_t first = 0; first < terms.size(); first += std::min(n, terms.size() - first)) {
      const double s = run(terms, 0, first, first + std::min(n, terms.size() - first), 1, index);
      total = add(outer_, total, s, setting_.sums, setting_.outer, {of_outer_, index[first]});
    }
    return total;
  }
  double rounded(const Exact& x, std::uint64_t index) const {
    const Spec& s = setting_.sums;
    return static_cast<double>(lowprec::Reference(s.format, s.rounding, s.overflow)
                                   .convert(to_wide(x), s.rounding.is_stochastic() ? of_joins_.draw(index) : 0));
  }
  double exact(std::vector<double> terms, Index index, const double* start) const {
    if (start != nullptr) terms.push_back(*start);
    return rounded(exact_total(terms), index[0]);
  }
  double tensor_core(const std::vector<double>& terms, Index index, const double* start) const {
    double s = start != nullptr ? *start : 0;
    for (std::size_t first = 0; first < terms.size(); first += setting_.summation.n) {
      std::vector<double> group{s};
      for (std::size_t k = first; k < std::min(terms.size(), first + setting_.summation.n); ++k)
        group.push_back(terms[k]);
      s = rounded(aligned_total(group, setting_.summation.bits), index[first]);
    }
    return s;
  }

  Setting setting_;
  Dynamic products_, sums_, outer_;
  Stream of_products_, of_sums_, of_joins_, of_outer_;
};

// Sizes of C = E + A B: C has rows x columns elements, sums have `depth` terms.
struct Shape {
  std::size_t rows, depth, columns;
};

// Matrices are row-major arrays; no E: an empty one.
inline std::vector<double> gemm(Definition& d, Shape n, const std::vector<double>& a, const std::vector<double>& b,
                                const std::vector<double>& e) {
  std::vector<double> c(n.rows * n.columns), x(n.depth), y(n.depth);
  for (std::size_t i = 0; i < n.rows; ++i)
    for (std::size_t j = 0; j < n.columns; ++j) {
      for (std::size_t k = 0; k < n.depth; ++k) {
        x[k] = a[i * n.depth + k];
        y[k] = b[k * n.columns + j];
      }
      const std::size_t at = i * n.columns + j;
      c[at] = d.dot(x, y, {at, c.size()}, e.empty() ? nullptr : &e[at]);
    }
  return c;
}

}  // namespace plain
