// gemm where a fast path would go wrong: overflow at one term of one element, ties at the limits and among subnormal
// numbers, zeros' signs, NaN and infinities in a corner, operands that are no numbers of the format, sizes across the
// borders of tiles. Bit for bit against loops over scalar operations, on arrays of double and float, on every target.
#include <utility>

#include "lowprec/array/fill.h"
#include "lowprec/format/presets.h"
#include "lowprec/linalg/linalg.h"
#include "support/gemm_scripts.h"
#include "support/matrices.h"

using namespace lowprec;
using matrices::kInf;
using matrices::kNan;
using matrices::Trial;
using plain::Setting;
using plain::Shape;
using plain::Spec;
using scripts::Limits;
using scripts::Script;
using scripts::terms;

namespace {

// Numbers whose sums stay in range, mostly.
std::vector<double> small_numbers(const Format& f, std::size_t n, std::uint64_t id) {
  std::vector<double> result(n);
  array::fill_gaussian({91, id}, 0, result);
  Dynamic arithmetic(f, rne, Overflow::saturate);
  for (double& x : result)
    x = arithmetic.from(x * (f.twos_complement ? 2 * f.min_positive() : std::min(0.25, std::sqrt(f.max()) / 8)), {});
  return result;
}

enum class Fill { zeros, small, small_elsewhere };  // elsewhere: not in the rows of the script
enum class Where { first, last, everywhere };

// Operands of small numbers with the script written into the sum of an element, from term k on.
Trial scripted(const Setting& s, Shape n, const Script& script, std::size_t k, Fill fill, Where where, bool has_e) {
  const Format f = s.products.format;
  const auto filler = [&](std::size_t count, std::uint64_t id) {
    return fill == Fill::zeros ? std::vector<double>(count) : small_numbers(f, count, id);
  };
  auto a = filler(n.rows * n.depth, 1), b = filler(n.depth * n.columns, 2);
  const auto is_chosen = [&](std::size_t i, std::size_t size) {
    return where == Where::everywhere || i == (where == Where::first ? 0 : size - 1);
  };
  for (std::size_t i = 0; i < n.rows; ++i) {
    if (!is_chosen(i, n.rows)) continue;
    if (fill == Fill::small_elsewhere) std::fill_n(&a[i * n.depth], n.depth, 0.0);
    for (std::size_t t = 0; t < script.factors.size(); ++t) a[i * n.depth + k + t] = script.factors[t].first;
  }
  for (std::size_t t = 0; t < script.factors.size(); ++t)
    for (std::size_t j = 0; j < n.columns; ++j)
      if (is_chosen(j, n.columns)) b[(k + t) * n.columns + j] = script.factors[t].second;
  std::vector<double> e;
  if (has_e) {
    const Format g = s.outer.format;
    e = fill == Fill::zeros ? std::vector<double>(n.rows * n.columns, -0.0) : small_numbers(g, n.rows * n.columns, 3);
    if (fill == Fill::small_elsewhere) e.back() = g.max();
  }
  return {s, n, std::move(a), std::move(b), std::move(e), script.name};
}

// Each script in one corner, the other and everywhere, in every shape or in any one; at the first, the second or the
// last possible term, with any filling, with and without E.
std::vector<Trial> scripted_trials(const Setting& s, const std::vector<Script>& all, const std::vector<Shape>& shapes,
                                   bool in_every_shape) {
  std::vector<Trial> result;
  std::uint64_t turn = 0;
  const auto any = [&turn](std::size_t n) { return (Stream{17, 4}.draw(turn++) >> 8) % n; };
  for (const Script& script : all)
    for (const Where where : {Where::first, Where::last, Where::everywhere}) {
      const std::size_t only = any(shapes.size());
      for (std::size_t i = 0; i < shapes.size(); ++i) {
        const Shape n = shapes[i];
        if (script.factors.size() > n.depth || (!in_every_shape && i != only)) continue;
        const std::size_t last = n.depth - script.factors.size();
        const std::size_t starts[] = {0, std::min<std::size_t>(last, 1), last, last};
        const Fill fills[] = {Fill::zeros, Fill::small, Fill::small_elsewhere};
        result.push_back(scripted(s, n, script, starts[any(4)], fills[any(3)], where, any(5) < 2));
      }
    }
  return result;
}

const std::vector<Shape> kSmallShapes{{1, 1, 1}, {1, 2, 1}, {2, 5, 3}, {5, 33, 5}, {4, 8, 16}};
const std::vector<Shape> kWideShapes{{3, 9, 33}, {5, 6, 67}, {2, 5, 130}, {1, 7, 257}, {9, 5, 31}, {4, 132, 4}};

struct Named {
  std::string name;
  Setting setting;
};

std::vector<Named> settings() {
  using enum Overflow;
  return {
      {"e4m3fn", Spec{e4m3fn}},
      {"e4m3fn saturating", Spec{e4m3fn, rne, saturate}},
      {"e4m3ieee", Spec{e4m3ieee}},
      {"e4m3fnuz", Spec{e4m3fnuz}},
      {"e5m2", Spec{e5m2}},
      {"e5m2 saturating", Spec{e5m2, rne, saturate}},
      {"e5m2 propagating", Spec{e5m2, rne, propagate}},
      {"e3m4", Spec{e3m4}},
      {"e3m4 nan", Spec{e3m4, rne, nan}},
      {"binary16", Spec{binary16}},
      {"binary16 saturating", Spec{binary16, rne, saturate}},
      {"bfloat16", Spec{bfloat16}},
      {"bfloat16 saturating", Spec{bfloat16, rne, saturate}},
      {"tf32", Spec{tf32}},
      {"binary32", Spec{binary32}},
      {"e2m1", Spec{e2m1}},
      {"e2m3", Spec{e2m3}},
      {"e3m2", Spec{e3m2}},
      {"int4", Spec{integer(4)}},
      {"int4 wrapping", Spec{integer(4), rne, wrap}},
      {"int8", Spec{integer(8)}},
      {"int8 wrapping", Spec{integer(8), rne, wrap}},
      {"fixed(8,4)", Spec{fixed(8, 4)}},
      {"e4m3fn rounding away", Spec{e4m3fn, rna}},
      {"e5m2 toward zero", Spec{e5m2, rz}},
      {"e4m3fn down", Spec{e4m3fn, rd}},
      {"e4m3fn into binary32", {Spec{e4m3fn}, Spec{binary32}}},
      {"e5m2 into binary16", {Spec{e5m2}, Spec{binary16}}},
      {"e2m1 into e4m3fn", {Spec{e2m1}, Spec{e4m3fn}}},
      {"bfloat16 into binary32", {Spec{bfloat16}, Spec{binary32}}},
      {"binary32 into bfloat16", {Spec{binary32}, Spec{bfloat16}}},
      {"binary16 into e4m3fn saturating", {Spec{binary16}, Spec{e4m3fn, rne, saturate}}},
      {"int8 into int16", {Spec{integer(8)}, Spec{integer(16)}}},
      {"int16 into int32", {Spec{integer(16)}, Spec{integer(32)}}},
  };
}

void check(std::vector<Script> (*scripts_of)(const Format&), const std::vector<Shape>& shapes, bool in_every_shape) {
  for (const Named& s : settings()) {
    CAPTURE(s.name);
    matrices::run_on_every_target(
        scripted_trials(s.setting, scripts_of(s.setting.products.format), shapes, in_every_shape));
  }
}

// All codes alike, NaN and infinities left out.
std::vector<double> soup(const Format& f, std::size_t n, std::uint64_t id) {
  std::vector<double> result(n);
  const Stream stream{13, id};
  for (std::size_t i = 0; i < n; ++i) {
    const double x = decode(f, stream.draw(i) >> (32 - std::min(f.bits, 32)));
    result[i] = x - x == 0 ? x : 0;
  }
  return result;
}

}  // namespace

TEST_CASE("numbers at the limits, in small products") { check(scripts::of_numbers, kSmallShapes, true); }

TEST_CASE("numbers at the limits, across the borders of tiles") { check(scripts::of_numbers, kWideShapes, false); }

TEST_CASE("operands that are no numbers of the format") {
  check(scripts::of_strangers, {{1, 2, 1}, {2, 5, 3}, {3, 9, 33}}, true);
}

TEST_CASE("E with NaN, infinities, numbers of no format, -0 in a corner") {
  for (const Named& s : settings()) {
    CAPTURE(s.name);
    std::vector<Trial> trials;
    const Format f = s.setting.products.format, g = s.setting.outer.format;
    const Limits l(g);
    for (const double corner : {kNan, kInf, -kInf, -0.0, 0.1 * l.min, 1.0001 * l.max, l.max, l.lowest, 1.1 * l.normal})
      for (const Shape n : {Shape{2, 3, 5}, Shape{5, 9, 33}, Shape{4, 0, 4}}) {
        auto e = small_numbers(g, n.rows * n.columns, 3);
        e.back() = static_cast<float>(corner);
        trials.emplace_back(s.setting, n, small_numbers(f, n.rows * n.depth, 1),
                            small_numbers(f, n.depth * n.columns, 2), e, "corner of E");
        trials.emplace_back(s.setting, n, std::vector<double>(n.rows * n.depth, -0.0),
                            small_numbers(f, n.depth * n.columns, 2), e, "corner of E, no products");
      }
    matrices::run_on_every_target(trials, {{}, {.in_place = true}});
  }
}

TEST_CASE("every shape of up to 5 rows, 33 terms and 5 columns; operands of any code") {
  for (const Named& s : settings()) {
    CAPTURE(s.name);
    std::vector<Trial> trials;
    std::uint64_t id = 0;
    for (std::size_t i = 1; i <= 5; ++i)
      for (const std::size_t k : {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33})
        for (std::size_t j = 1; j <= 5; ++j) {
          const Format f = s.setting.products.format;
          const bool has_e = ++id % 3 == 0;
          trials.emplace_back(s.setting, Shape{i, k, j}, soup(f, i * k, 2 * id), soup(f, k * j, 2 * id + 1),
                              has_e ? soup(s.setting.outer.format, i * j, 3 * id) : std::vector<double>{}, "soup");
        }
    matrices::run_on_every_target(trials, {{}, {.in_place = true}});
  }
}

TEST_CASE("large products: one corner overflows at the last term, comes back, is NaN, or takes a stranger") {
  std::size_t turn = 0;
  for (const Named& s : settings()) {
    CAPTURE(s.name);
    const double m = s.setting.products.format.max();
    const Script all[] = {terms("overflow", {m, m}), terms("back", {m, m, -m}), terms("NaN", {kNan}),
                          terms("0.1", {0.1F})};
    std::vector<Trial> trials;
    for (const Shape n : {Shape{64, 64, 64}, Shape{33, 32, 65}}) {
      const Script& script = all[turn++ % 4];
      trials.push_back(
          scripted(s.setting, n, script, n.depth - script.factors.size(), Fill::small_elsewhere, Where::last, false));
    }
    matrices::run_on_every_target(trials);
    if (turn % 8 == 0) ++turn;
  }
}

TEST_CASE("sizes across many borders: 129 x 31 x 257, 35 x 513 x 9, 256 x 256 x 256") {
  for (const Spec& s : {Spec{e4m3fn}, Spec{e2m1}, Spec{integer(8)}, Spec{binary16}, Spec{bfloat16}}) {
    std::vector<Trial> trials;
    for (const Shape n : {Shape{129, 31, 257}, {35, 513, 9}})
      trials.push_back(scripted(s, n, terms("overflow", {s.format.max(), s.format.max()}), n.depth - 2, Fill::small,
                                Where::last, true));
    matrices::run_on_every_target(trials);
  }
  const Trial large =
      scripted(Spec{e4m3fn}, {256, 256, 256}, terms("overflow", {448, 448}), 254, Fill::small, Where::last, false);
  cases::Tally tally;
  matrices::run<float>(tally, large);
  tally.report("256 x 256 x 256");
}
