// gemm where a fast path would go wrong: overflow at one term of one element, ties at the limits and among subnormal
// numbers, zeros' signs, NaN and infinities in a corner, operands that are no numbers of the format, sizes across the
// borders of tiles. Bit for bit against loops over scalar operations, on arrays of double and float, on every target.
#include <utility>

#include "lowprec/linalg.h"
#include "lowprec/reference.h"
#include "matrices.h"

using namespace lowprec;
using matrices::kInf;
using matrices::kNan;
using matrices::Trial;
using plain::Setting;
using plain::Shape;
using plain::Spec;

namespace {

// Factors of consecutive terms of one element's sum.
struct Script {
  std::string name;
  std::vector<std::pair<double, double>> factors;
};

Script terms(const std::string& name, const std::vector<double>& values) {
  Script result{name, {}};
  for (const double v : values) result.factors.emplace_back(v, 1.0);
  return result;
}

class Limits {
 public:
  explicit Limits(const Format& f)
      : max(f.max()), min(f.min_positive()), normal(f.min_normal()), reference_(f, rne, Overflow::saturate) {
    below_max = static_cast<double>(reference_.next_down(max));
    ulp = max - below_max;
    below_half = static_cast<double>(reference_.next_down(ulp / 2));
    above_half = static_cast<double>(reference_.next_up(ulp / 2));
    lowest = f.lowest();
  }
  bool has(double x) const { return !(x - x == 0) || static_cast<double>(reference_.convert(x)) == x; }
  bool has(const Script& s) const {
    return std::ranges::all_of(s.factors, [this](const auto& f) { return has(f.first) && has(f.second); });
  }

  double max, min, normal, below_max = 0, ulp = 0, below_half = 0, above_half = 0, lowest = 0;

 private:
  Reference reference_;
};

std::vector<Script> of_numbers(const Limits& l) {
  const double m = l.max, h = l.ulp / 2, q = l.min;
  const std::vector<Script> all{
      {"a product overflows", {{m, m}}},
      {"a product overflows downwards", {{-m, m}}},
      {"products overflow, to infinities or limits that cancel", {{m, m}, {-m, m}}},
      {"the least product that overflows", {{2, m}}},
      {"a product at the limit", {{1, m}, {0, m}}},
      terms("a sum overflows", {m, m}),
      terms("a sum overflows downwards", {l.lowest, l.lowest}),
      terms("a sum comes back", {m, m, -m}),
      terms("a sum comes back to zero", {m, m, -m, -m}),
      terms("a sum comes back from below", {l.lowest, l.lowest, m, m}),
      terms("a sum reaches the limit", {l.below_max, l.ulp}),
      terms("half a unit below the limit", {l.below_max, h}),
      terms("the limit and half a unit", {m, h}),
      terms("the limit and half a unit, downwards", {-m, -h}),
      terms("the limit and less than half a unit", {m, l.below_half}),
      terms("the limit and more than half a unit", {m, l.above_half}),
      terms("the limit and half a unit, and back", {m, h, -l.ulp, -m}),
      terms("the limit and a little, often", {m, q, q, q, q, -m}),
      terms("least numbers", {q, q, -q, -q, -q}),
      terms("below the least normal number", {l.normal, -q, -q}),
      terms("a sum leaves the subnormal numbers", {-l.normal, q, -q, -q}),
      terms("zeros of both signs", {-0.0, 0.0, -0.0}),
      terms("negative zeros", {-0.0, -0.0}),
      {"a tie at half the least number", {{q, 0.5}}},
      {"a tie at half the least number, below zero", {{-q, 0.5}}},
      {"a tie at three halves", {{q, 1.5}, {q, -1.5}, {3 * q, 0.5}}},
      {"a tie at five halves", {{5 * q, 0.5}, {-5 * q, 0.5}}},
      {"more than half the least number", {{q, 0.75}, {-q, 0.625}}},
      {"less than half the least number", {{q, 0.375}, {q, -0.25}}},
      {"a product far below the least number", {{q, q}, {-q, q}}},
      {"a negative zero from a product", {{-q, q}}},
      {"a tie below the least normal number", {{l.normal - q, 0.5}, {l.normal + q, 0.5}}},
      {"a product above the least normal number", {{l.normal, 1.5}, {l.normal * 1.5, -0.5}}},
      terms("NaN", {kNan}),
      {"NaN times zero", {{kNan, 0.0}}},
      {"infinity times zero", {{kInf, 0.0}}},
      terms("infinity", {kInf, 1}),
      terms("an infinity below", {1, -kInf}),
      terms("infinities that cancel", {kInf, -kInf}),
      terms("a limit against an infinity", {m, m, -kInf}),
  };
  std::vector<Script> result;
  std::ranges::copy_if(all, std::back_inserter(result), [&](const Script& s) { return l.has(s); });
  return result;
}

std::vector<Script> of_strangers(const Limits& l) {
  return {
      terms("0.1", {0.1F}),
      {"0.1 twice", {{0.1F, 0.1F}}},
      {"0.1 times the limit", {{0.1F, l.max}, {l.max, 0.1F}}},
      {"1.0001 times the limit", {{1.0001F, l.max}, {-1.0001F, l.max}}},
      terms("a number out of reach", {1e30F}),
      {"a product out of reach", {{1e30F, 1e-30F}, {1e30F, 1e30F}, {-1e30F, 1e30F}}},
      terms("a number below reach", {1e-42F}),
      {"a product below reach", {{1e-30F, 1e-30F}, {1e30F, 1e-42F}}},
  };
}

// Numbers whose sums stay in range, mostly.
std::vector<double> small_numbers(const Format& f, std::size_t n, std::uint64_t id) {
  std::vector<double> result(n);
  fill_gaussian({91, id}, 0, result);
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
std::vector<Trial> scripted_trials(const Setting& s, const std::vector<Script>& scripts,
                                   const std::vector<Shape>& shapes, bool in_every_shape) {
  std::vector<Trial> result;
  std::uint64_t turn = 0;
  const auto any = [&turn](std::size_t n) { return (Stream{17, 4}.draw(turn++) >> 8) % n; };
  for (const Script& script : scripts)
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

void check(std::vector<Script> (*scripts)(const Limits&), const std::vector<Shape>& shapes, bool in_every_shape) {
  for (const Named& s : settings()) {
    CAPTURE(s.name);
    matrices::run_on_every_target(
        scripted_trials(s.setting, scripts(Limits(s.setting.products.format)), shapes, in_every_shape));
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

TEST_CASE("numbers at the limits, in small products") { check(of_numbers, kSmallShapes, true); }

TEST_CASE("numbers at the limits, across the borders of tiles") { check(of_numbers, kWideShapes, false); }

TEST_CASE("operands that are no numbers of the format") {
  check(of_strangers, {{1, 2, 1}, {2, 5, 3}, {3, 9, 33}}, true);
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
    const Script scripts[] = {terms("overflow", {m, m}), terms("back", {m, m, -m}), terms("NaN", {kNan}),
                              terms("0.1", {0.1F})};
    std::vector<Trial> trials;
    for (const Shape n : {Shape{64, 64, 64}, Shape{33, 32, 65}}) {
      const Script& script = scripts[turn++ % 4];
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
