// Formats, roundings and draws that the tests run over, each format with the oracle's definition of it; and a tally of
// comparisons, because millions of doctest checks are slow.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "lowprec/format/format.h"
#include "lowprec/format/names.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/rounding.h"
#include "lowprec/lane/stream.h"
#include "lowprec/system/simd.h"
#include "support/oracle.h"

namespace cases {

using lowprec::Format;
using lowprec::Overflow;
using lowprec::Rounding;
using oracle::Definition;

struct Case {
  std::string name;
  Format format;
  Definition definition;
};

// What the standards say of the presets of at most 8 bits: exponent bits, fraction bits and bias.
inline std::vector<Case> standards() {
  return {
      {"e5m2", lowprec::e5m2, oracle::floating(Definition::ieee, 5, 2, 15)},
      {"e4m3fn", lowprec::e4m3fn, oracle::floating(Definition::fn, 4, 3, 7)},
      {"e4m3ieee", lowprec::e4m3ieee, oracle::floating(Definition::ieee, 4, 3, 7)},
      {"e4m3fnuz", lowprec::e4m3fnuz, oracle::floating(Definition::fnuz, 4, 3, 8)},
      {"e5m2fnuz", lowprec::e5m2fnuz, oracle::floating(Definition::fnuz, 5, 2, 16)},
      {"e4m3b11fnuz", lowprec::e4m3b11fnuz, oracle::floating(Definition::fnuz, 4, 3, 11)},
      {"e3m4", lowprec::e3m4, oracle::floating(Definition::ieee, 3, 4, 3)},
      {"e3m2", lowprec::e3m2, oracle::floating(Definition::finite, 3, 2, 3)},
      {"e2m3", lowprec::e2m3, oracle::floating(Definition::finite, 2, 3, 1)},
      {"e2m1", lowprec::e2m1, oracle::floating(Definition::finite, 2, 1, 1)},
      {"e8m0", lowprec::e8m0, oracle::e8m0()},
  };
}

// The definition of fp(e,m) that its fields give.
inline Definition definition_of(const Format& f) {
  const auto kind = f.has_infinity                                      ? Definition::ieee
                    : f.nan == lowprec::format::NanCodes::top           ? Definition::fn
                    : f.nan == lowprec::format::NanCodes::negative_zero ? Definition::fnuz
                                                                        : Definition::finite;
  Definition result = oracle::floating(kind, f.exponent_bits(), f.fraction_bits(), f.bias());
  result.subnormals = f.has_subnormals;
  result.is_signed = f.is_signed;
  return result;
}

// The presets of at most 8 bits, by their standards where those stand above.
inline std::vector<Case> small_presets() {
  std::vector<Case> result;
  const auto known = standards();
  for (const auto& [name, format, is_alias] : lowprec::format::preset_names) {
    if (is_alias || format.bits > 8) continue;
    const auto standard = std::ranges::find(known, std::string(name), &Case::name);
    result.push_back(standard != known.end() ? *standard : Case{std::string(name), format, definition_of(format)});
  }
  return result;
}

inline std::vector<Case> small_integers() {
  std::vector<Case> result;
  for (int k = 2; k <= 8; ++k)
    result.push_back({"int" + std::to_string(k), lowprec::integer(k), oracle::signed_integer(k)});
  Definition symmetric = oracle::signed_integer(8);
  symmetric.symmetric = true;
  result.push_back({"int(8;symmetric)", lowprec::integer(8, {.symmetric = true}), symmetric});
  result.push_back({"uint4", lowprec::integer(4, {.is_signed = false}), oracle::unsigned_integer(4)});
  result.push_back({"fixed(8,5)", lowprec::fixed(8, 5), oracle::signed_integer(8, -5)});
  return result;
}

// One option of fp(e,m) each, and the corners: p = 1, nothing but subnormals (e = 1), a bias far off the middle.
inline std::vector<Case> small_customs() {
  using enum lowprec::Specials;
  Definition flushed = oracle::floating(Definition::ieee, 4, 3, 7);
  flushed.subnormals = false;
  Definition finite_flushed = oracle::floating(Definition::finite, 3, 2, 3);
  finite_flushed.subnormals = false;
  Definition positive = oracle::floating(Definition::ieee, 2, 3, 1);
  positive.is_signed = false;
  Definition positive_finite = oracle::floating(Definition::finite, 3, 2, 3);
  positive_finite.is_signed = false;
  Definition positive_fn = oracle::floating(Definition::fn, 3, 2, 3);
  positive_fn.is_signed = false;
  return {
      {"fp(4,3;nosubnormals)", lowprec::fp(4, 3, {.subnormals = false}), flushed},
      {"fp(3,2;finite,nosubnormals)", lowprec::fp(3, 2, {.specials = finite, .subnormals = false}), finite_flushed},
      {"fp(3,2;fnuz)", lowprec::fp(3, 2, {.specials = fnuz}), oracle::floating(Definition::fnuz, 3, 2, 4)},
      {"fp(2,3;unsigned)", lowprec::fp(2, 3, {.is_signed = false}), positive},
      {"fp(3,2;finite,unsigned)", lowprec::fp(3, 2, {.specials = finite, .is_signed = false}), positive_finite},
      {"fp(3,2;fn,unsigned)", lowprec::fp(3, 2, {.specials = fn, .is_signed = false}), positive_fn},
      {"fp(5,0;fn)", lowprec::fp(5, 0, {.specials = fn}), oracle::floating(Definition::fn, 5, 0, 15)},
      {"fp(4,0;finite,bias=6)", lowprec::fp(4, 0, {.specials = finite, .bias = 6}),
       oracle::floating(Definition::finite, 4, 0, 6)},
      {"fp(4,0;fnuz)", lowprec::fp(4, 0, {.specials = fnuz}), oracle::floating(Definition::fnuz, 4, 0, 8)},
      {"fp(4,3;bias=20)", lowprec::fp(4, 3, {.bias = 20}), oracle::floating(Definition::ieee, 4, 3, 20)},
      {"fp(3,4;fn,bias=-3)", lowprec::fp(3, 4, {.specials = fn, .bias = -3}),
       oracle::floating(Definition::fn, 3, 4, -3)},
      {"fp(1,2)", lowprec::fp(1, 2), oracle::floating(Definition::ieee, 1, 2, 0)},
      {"fp(1,3;finite)", lowprec::fp(1, 3, {.specials = finite}), oracle::floating(Definition::finite, 1, 3, 0)},
  };
}

inline std::vector<Case> small_formats() {
  auto result = small_presets();
  for (const auto& list : {small_integers(), small_customs()}) result.insert(result.end(), list.begin(), list.end());
  return result;
}

// uint2 ... uint6.
inline std::vector<Case> tiny_unsigned() {
  std::vector<Case> result;
  for (int k = 2; k <= 6; ++k)
    result.push_back(
        {"uint" + std::to_string(k), lowprec::integer(k, {.is_signed = false}), oracle::unsigned_integer(k)});
  return result;
}

// Binary{k}p{P}{s|u}{e|f}: every format of IEEE P3109 v4.0 of k bits, k <= 8.
inline std::vector<Case> p3109_formats(int k) {
  std::vector<Case> result;
  for (const bool is_signed : {true, false})
    for (int p = 1; p <= (is_signed ? k - 1 : k); ++p)
      for (const bool extended : {true, false})
        result.push_back(
            {"binary" + std::to_string(k) + "p" + std::to_string(p) + (is_signed ? "s" : "u") + (extended ? "e" : "f"),
             lowprec::p3109(k, p, is_signed, extended), oracle::p3109(k, p, is_signed, extended)});
  return result;
}

// Those of `low` to `high` bits.
inline std::vector<Case> p3109_formats(int low, int high) {
  std::vector<Case> result;
  for (int k = low; k <= high; ++k)
    for (Case& c : p3109_formats(k)) result.push_back(std::move(c));
  return result;
}

// The formats of at most 6 bits, those of IEEE P3109 included.
inline std::vector<Case> tiny_formats() {
  auto result = tiny_unsigned();
  for (const auto& list : {small_formats(), p3109_formats(3, 6)})
    for (const Case& c : list)
      if (c.definition.bits() <= 6 && c.name != "uint4") result.push_back(c);  // uint4 is among the first
  return result;
}

inline std::vector<Case> medium_formats() {
  return {
      {"binary16", lowprec::binary16, oracle::floating(Definition::ieee, 5, 10, 15)},
      {"bfloat16", lowprec::bfloat16, oracle::floating(Definition::ieee, 8, 7, 127)},
      {"int16", lowprec::integer(16), oracle::signed_integer(16)},
      {"fixed(16,12)", lowprec::fixed(16, 12), oracle::signed_integer(16, -12)},
  };
}

inline std::vector<Rounding> deterministic_roundings() {
  std::vector<Rounding> result;
  for (const Rounding::Kind kind : lowprec::format::rounding_kinds)
    if (!lowprec::format::traits(kind).is_stochastic()) result.push_back({kind});
  return result;
}

inline std::vector<Rounding> stochastic_roundings() {
  using R = Rounding;
  return {lowprec::sr,
          lowprec::sre,
          lowprec::stochastic(1, R::stochastic_a),
          lowprec::stochastic(3, R::stochastic_a),
          lowprec::stochastic(32, R::stochastic_a),
          lowprec::stochastic(1, R::stochastic_b),
          lowprec::stochastic(5, R::stochastic_b),
          lowprec::stochastic(32, R::stochastic_b),
          lowprec::stochastic(1, R::stochastic_c),
          lowprec::stochastic(2, R::stochastic_c),
          lowprec::stochastic(8, R::stochastic_c)};
}

// The deterministic ones and one of each stochastic kind: for the default suite, where all would take long under
// sanitizers.
inline std::vector<Rounding> main_roundings() {
  auto result = deterministic_roundings();
  for (const Rounding r : {lowprec::sr, lowprec::sre, lowprec::stochastic(3, Rounding::stochastic_a),
                           lowprec::stochastic(5, Rounding::stochastic_b), lowprec::stochastic(2)})
    result.push_back(r);
  return result;
}

inline std::vector<Rounding> all_roundings() {
  auto result = deterministic_roundings();
  for (const Rounding r : stochastic_roundings()) result.push_back(r);
  return result;
}

// For messages only.
inline std::string name(Rounding r) {
  const lowprec::format::RoundingTraits& traits = lowprec::format::traits(r.kind);
  std::string result(traits.has_random_bits() ? "sr-" : "");
  result.append(traits.name);
  if (r.is_stochastic()) result.append("(").append(std::to_string(r.random_bits)).append(")");
  return result;
}
inline std::string names(const std::vector<Rounding>& roundings) {
  std::string result;
  for (const Rounding r : roundings) result.append(result.empty() ? "" : " ").append(name(r));
  return result;
}
inline std::string name(Overflow o) { return lowprec::to_string(o); }
inline std::string hex(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%a (%.9g)", x, x);
  return text;
}

// Every overflow rule that the format allows, but `error`, which throws.
inline std::vector<Overflow> overflow_rules(const oracle::Table& table) {
  std::vector<Overflow> result{Overflow::saturate, Overflow::propagate};
  if (table.has_infinity()) result.push_back(Overflow::infinity);
  if (table.has_nan()) result.push_back(Overflow::nan);
  if (table.definition().kind == Definition::integer && !table.definition().symmetric) result.push_back(Overflow::wrap);
  return result;
}

inline Overflow default_rule(const oracle::Table& table) {
  if (table.has_infinity()) return Overflow::infinity;
  return table.has_nan() && table.definition().kind != Definition::p3109 ? Overflow::nan : Overflow::saturate;
}

// Draws that decide every way, zero and the largest among them.
inline std::vector<std::uint32_t> draws(Rounding r) {
  if (!r.is_stochastic()) return {0};
  return {0, 0xFFFFFFFFU, 0x80000000U, 0x7FFFFFFFU, 0x4C1AF30DU};
}

inline bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }
inline bool same_bits(float a, float b) { return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b); }

struct Bits {
  template <class T>
  bool operator()(T a, T b) const {
    return same_bits(a, b);
  }
};

// Counts comparisons and keeps the first that failed.
class Tally {
 public:
  template <class Describe>
  void expect(bool ok, Describe describe) {
    ++total_;
    if (ok) return;
    if (failed_++ < 5) first_ += "\n  " + std::string(describe());
  }

  template <class Describe>
  void expect(const oracle::Expected& want, double got, Describe describe) {
    expect(want.accepts(got), [&] { return describe() + " gives " + hex(got) + ", not " + hex(want.value); });
  }

  std::uint64_t total() const { return total_; }
  std::uint64_t failed() const { return failed_; }

  // Fails the test case if any comparison failed, or if there were none.
  void report(const std::string& what) const {
    INFO(what << ": " << failed_ << " of " << total_ << " comparisons differ, first: " << first_);
    CHECK(failed_ == 0);
    CHECK(total_ > 0);
  }

 private:
  std::uint64_t total_ = 0;
  std::uint64_t failed_ = 0;
  std::string first_;
};

// Runs f(name) with each SIMD target of this machine alone, then lets the kernels use all again.
template <class F>
void for_each_target(F f) {
  struct Restore {
    ~Restore() { lowprec::system::use_simd_targets({}); }
  } restore;
  for (const std::string& target : lowprec::system::simd_targets()) {
    lowprec::system::use_simd_targets({&target, 1});
    f(target);
  }
}

}  // namespace cases
