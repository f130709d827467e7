// gemm, with and without E, on arrays of double and of float, against loops over scalar operations with the documented
// draws, on every target: shapes, layouts, roundings, overflow rules, models of summation, events.
#include "lowprec/format/presets.h"
#include "lowprec/linalg/linalg.h"

#include "support/matrices.h"

using namespace lowprec;
using matrices::Layouts;
using matrices::numbers;
using matrices::Trial;
using plain::Setting;
using plain::Shape;
using plain::Spec;

namespace {

const Summation kSummations[] = {sequential,         pairwise,           strands(1),        strands(3),     strands(16),
                                 strands(4096),      chunk(1),           chunk(4),          chunk(1 << 20), exact_sum,
                                 tensor_core(1, 24), tensor_core(4, 11), tensor_core(8, 24)};

std::string name(const Summation& s) {
  return "summation " + std::to_string(s.kind) + "(" + std::to_string(s.n) + "," + std::to_string(s.bits) + ")";
}

Trial trial(const Setting& s, Shape n, bool has_e, const std::string& what) {
  const Format f = s.products.format;
  return {s,
          n,
          numbers(f, n.rows * n.depth, 1),
          numbers(f, n.depth * n.columns, 2),
          has_e ? numbers(s.outer.format, n.rows * n.columns, 3) : std::vector<double>{},
          what};
}

void add_both(std::vector<Trial>& trials, const Setting& s, Shape n, const std::string& what) {
  trials.push_back(trial(s, n, false, what));
  trials.push_back(trial(s, n, true, what + " + E"));
}

std::string name(const Spec& s) {
  return std::to_string(s.format.exponent_bits()) + "," + std::to_string(s.format.fraction_bits()) + " @" +
         cases::name(s.rounding) + " overflow=" + cases::name(s.overflow);
}

const Layouts kInPlace{.in_place = true};

}  // namespace

TEST_CASE("gemm: every shape of 0 to 9 rows, terms and columns") {
  std::vector<Trial> trials;
  for (std::size_t i = 0; i <= 9; ++i)
    for (std::size_t k = 0; k <= 9; ++k)
      for (std::size_t j = 0; j <= 9; ++j) {
        add_both(trials, Spec{e4m3fn, rne}, {i, k, j}, "rne");
        if ((i + j + k) % 3 == 0) add_both(trials, Spec{bfloat16, sr}, {i, k, j}, "sr");
      }
  matrices::run_on_every_target(trials, {{}, kInPlace});
}

TEST_CASE("gemm: odd shapes, long rows, long columns, long sums") {
  std::vector<Trial> trials;
  for (const Shape n : {Shape{1, 1, 600},
                        {600, 1, 1},
                        {1, 600, 1},
                        {1, 70, 257},
                        {257, 70, 1},
                        {7, 65, 33},
                        {2, 3, 1025},
                        {31, 127, 5},
                        {33, 4, 129},
                        {5, 513, 17},
                        {16, 256, 16}})
    for (const Spec& s : {Spec{e4m3fn, rne, Overflow::saturate}, Spec{e5m2, rne}, Spec{binary16, sr}, Spec{integer(8)}})
      add_both(trials, s, n, name(s));
  matrices::run_on_every_target(trials);
}

TEST_CASE("gemm: every layout of A, B, C and E, E being C itself") {
  std::vector<Trial> trials;
  for (const Shape n : {Shape{4, 7, 9}, {9, 5, 1}, {1, 6, 18}, {17, 3, 35}})
    for (const Spec& s : {Spec{e4m3fn, rne}, Spec{e4m3fn, sr}}) add_both(trials, s, n, name(s));
  std::vector<Layouts> layouts;
  for (const auto one : matrices::kLayouts) {
    layouts.push_back({.a = one});
    layouts.push_back({.b = one});
    layouts.push_back({.c = one});
    layouts.push_back({.c = one, .in_place = true});
    layouts.push_back({.e = one, .c = matrices::Layout::padded_rows});
    layouts.push_back({one, one, one, one});
  }
  matrices::run_on_every_target(trials, layouts);
}

TEST_CASE("gemm: every rounding and overflow rule") {
  std::vector<Trial> trials;
  const Shape n{3, 37, 35};
  for (const Rounding r : cases::main_roundings()) {
    for (const Overflow o : {Overflow::infinity, Overflow::nan, Overflow::saturate, Overflow::propagate})
      for (const Format& f : {e5m2, e3m4}) {
        const Spec s{f, r, o};
        add_both(trials, s, n, name(s));
      }
    for (const Spec& s : {Spec{e4m3fn, r}, Spec{e4m3fn, r, Overflow::saturate}, Spec{e2m1, r}, Spec{e4m3fnuz, r},
                          Spec{integer(8), r}, Spec{integer(8), r, Overflow::wrap}, Spec{integer(4), r},
                          Spec{fixed(8, 4), r}, Spec{fixed(16, 12), r, Overflow::wrap}, Spec{binary16, r},
                          Spec{bfloat16, r}, Spec{tf32, r}, Spec{fp(4, 3, {.subnormals = false}), r},
                          Spec{fp(5, 0, {.specials = Specials::fn}), r}, Spec{p3109(8, 4, true, true), r}})
      add_both(trials, s, n, name(s));
  }
  matrices::run_on_every_target(trials);
}

TEST_CASE("gemm: formats as wide as a lane or wider: binary32, binary64, fp(9,30)") {
  std::vector<Trial> trials;
  const Shape n{3, 9, 17};
  for (const Rounding r : {rne, rz, rd, ro, sr})
    for (const Format& f : {binary32, binary64, fp(9, 30)}) add_both(trials, Spec{f, r}, n, name(Spec{f, r}));
  matrices::run_on_every_target(trials);
}

TEST_CASE("gemm: every model of summation") {
  std::vector<Trial> trials;
  for (const Summation& m : kSummations)
    for (const Shape n : {Shape{1, 0, 3}, {2, 1, 3}, {3, 2, 2}, {2, 16, 5}, {5, 37, 3}, {3, 50, 7}, {9, 21, 1}})
      for (const Spec& s : {Spec{e4m3fn, rne}, Spec{bfloat16, rz}, Spec{binary16, sr}, Spec{fixed(8, 4), rd}})
        add_both(trials, {s, m}, n, name(m) + " " + name(s));
  matrices::run_on_every_target(trials);
}

TEST_CASE("gemm: chunks added up in another arithmetic, wider, narrower, random") {
  std::vector<Trial> trials;
  for (const Spec& outer : {Spec{binary32, rne}, Spec{binary16, sr}, Spec{e5m2, rz}, Spec{bfloat16, rd}})
    for (const Spec& sums : {Spec{e4m3fn, rne}, Spec{bfloat16, sr}}) {
      for (const std::size_t length : {1, 5, 64})
        add_both(trials, {Spec{e4m3fn, rne}, sums, outer, chunk(length)}, {3, 41, 6},
                 "chunks: " + name(sums) + ", " + name(outer));
    }
  matrices::run_on_every_target(trials);
}

TEST_CASE("gemm: the second operation of an arithmetic takes the next draws") {
  const Setting setting(Spec{e4m3fn, sr}, Spec{binary16, stochastic(7, Rounding::stochastic_a)}, pairwise);
  const Trial first = trial(setting, {3, 20, 5}, true, "the first");
  plain::Definition second(setting, 1);
  const auto want = plain::gemm(second, first.shape, first.a, first.b, first.e);
  CHECK_FALSE(matrices::same(want, first.want));
  matrices::Machines machines(setting);
  const matrices::Matrix<double> a(3, 20, matrices::Layout::rows, first.a), b(20, 5, matrices::Layout::rows, first.b),
      e(3, 5, matrices::Layout::rows, first.e);
  matrices::Matrix<double> c(3, 5, matrices::Layout::rows);
  gemm(machines.mixed, a.view(), b.view(), e.view(), c.view());
  CHECK(matrices::same(c.values(), first.want));
  gemm(machines.mixed, a.view(), b.view(), e.view(), c.view());
  CHECK(matrices::same(c.values(), want));
}

TEST_CASE("gemm counts the events of its definition") {
  for (const Summation& m : {sequential, pairwise, strands(3), chunk(4)})
    for (const Spec& s : {Spec{e4m3fn, rne, Overflow::saturate}, Spec{e4m3fn, rne}, Spec{e5m2, sr}, Spec{e2m1, rne},
                          Spec{integer(8), rne}, Spec{binary16, rz}}) {
      const Setting setting(s, s, m);
      const Trial t = trial(setting, {4, 37, 33}, true, "");
      plain::Definition definition(setting);
      definition.observe();
      plain::gemm(definition, t.shape, t.a, t.b, t.e);
      Events want = definition.products().events();
      want += definition.sums().events();
      want += definition.outer().events();
      Dynamic dynamic = s.dynamic();
      dynamic.observe(true);
      const linalg::DynamicMixed mixed(dynamic, m);
      const matrices::Matrix<float> a(4, 37, matrices::Layout::rows, t.a), b(37, 33, matrices::Layout::rows, t.b);
      matrices::Matrix<float> c(4, 33, matrices::Layout::rows, t.e);
      gemm(mixed, a.view(), b.view(), MatrixView<const float>(c.view()), c.view());
      INFO(name(m) << " " << name(s));
      CHECK(dynamic.events() == want);
      CHECK(matrices::same(c.values(), t.want));
    }
}
