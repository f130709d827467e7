// gemm by tables of products and sums: every pair of products of 4-bit formats in every rounding and overflow rule that
// has tables, sizes across the borders of tiles and blocks, operands that tables cannot take. Bit for bit against loops
// over scalar operations, on arrays of double and float, on every target.
#include "linalg/table_gemm.h"

#include "lowprec/array/codec.h"
#include "lowprec/format/presets.h"
#include "lowprec/linalg/linalg.h"
#include "support/matrices.h"

using namespace lowprec;
using matrices::kInf;
using matrices::kNan;
using matrices::Layout;
using matrices::Trial;
using plain::Shape;
using plain::Spec;

namespace {

using Doubles = std::vector<double>;

constexpr Format unsigned_4 = integer(4, {.is_signed = false});
constexpr Format symmetric_4 = integer(4, {.symmetric = true});

Doubles all_numbers(const Format& f) {
  Doubles result;
  for (unsigned code = 0; code < 1U << f.bits; ++code)
    if (!(f.symmetric && code == 1U << (f.bits - 1))) result.push_back(decode(f, code));
  return result;
}

// Row 16 i + j has the numbers i and j: products of two such matrices are the sums of every two products.
Trial all_pairs(const Spec& spec, const std::string& name) {
  const Doubles numbers = all_numbers(spec.format);
  const std::size_t n = numbers.size();
  Doubles a, b(2 * n * n);
  for (std::size_t at = 0; at < n * n; ++at) {
    a.insert(a.end(), {numbers[at / n], numbers[at % n]});
    b[at] = numbers[at / n];
    b[n * n + at] = numbers[at % n];
  }
  return {spec, {n * n, 2, n * n}, a, b, {}, name};
}

// Numbers of the format, none too rare.
Doubles some_numbers(const Format& f, std::size_t n, unsigned seed) {
  const Doubles all = all_numbers(f);
  Doubles result;
  for (std::uint32_t i = 0, state = seed; i < n; ++i) {
    state = state * 1664525 + 1013904223;
    result.push_back(all[(state >> 16) % all.size()]);
  }
  return result;
}

Trial some(const Spec& spec, Shape n, const std::string& name) {
  return {spec, n,   some_numbers(spec.format, n.rows * n.depth, 1), some_numbers(spec.format, n.depth * n.columns, 2),
          {},   name};
}

bool has_tables(const Dynamic& a) { return linalg::operation_tables(a).has_value(); }

}  // namespace

TEST_CASE("tables: the formats that have them") {
  for (const Format& f : {e2m1, integer(4), integer(3), integer(2), unsigned_4, symmetric_4, fixed(4, 2),
                          fp(1, 2, {.specials = Specials::finite})})
    for (const Rounding r : {rne, rna, rnz, rz, ru, ro}) CHECK(has_tables({f, r}));
  CHECK(has_tables({integer(4), rne, Overflow::wrap}));
  CHECK(!has_tables({integer(4), rne, Overflow::error}));
  CHECK(!has_tables({e2m1, rd}));  // sums of zero are -0
  CHECK(!has_tables({e2m1, sr}));
  CHECK(!has_tables({integer(5)}));
  CHECK(!has_tables({fp(3, 0, {.specials = Specials::finite})}));                       // its sums are up to 128 quanta
  CHECK(!has_tables({fp(2, 1, {.specials = Specials::fn})}));                           // NaN
  CHECK(!has_tables({fp(2, 1, {.specials = Specials::finite, .subnormals = false})}));  // 1 - 1.5 is rounded to -0
  Dynamic observed(e2m1);
  observed.observe(true);
  CHECK(!has_tables(observed));
}

TEST_CASE("tables: every sum of two products") {
  std::vector<Trial> trials;
  for (const Rounding r : {rne, rna, rnz, rz, ru, ro}) trials.push_back(all_pairs({e2m1, r}, "e2m1@" + cases::name(r)));
  for (const Rounding r : {rne, rz}) trials.push_back(all_pairs({fixed(4, 2), r}, "fixed(4,2)@" + cases::name(r)));
  trials.push_back(all_pairs({integer(4)}, "int4"));
  trials.push_back(all_pairs({integer(4), rne, Overflow::wrap}, "int4, wrapping"));
  trials.push_back(all_pairs({unsigned_4}, "uint4"));
  trials.push_back(all_pairs({symmetric_4}, "int4, symmetric"));
  trials.push_back(all_pairs({integer(3)}, "int3"));
  trials.push_back(all_pairs({integer(2)}, "int2"));
  trials.push_back(all_pairs({e2m1, rd}, "e2m1@rd, not by tables"));
  matrices::run_on_every_target(trials);
}

TEST_CASE("tables: sizes across the borders of tiles and blocks") {
  std::vector<Trial> trials;
  for (const Shape n : {Shape{1, 1, 1},
                        {1, 5, 300},
                        {3, 64, 64},
                        {4, 65, 128},
                        {5, 513, 129},
                        {7, 0, 3},
                        {9, 1, 255},
                        {513, 2, 130},
                        {6, 3, 513},
                        {2, 1100, 7}})
    for (const Format& f : {e2m1, integer(4)}) trials.push_back(some({f}, n, f == e2m1 ? "e2m1" : "int4"));
  matrices::run_on_every_target(trials);
}

TEST_CASE("tables: layouts") {
  const std::vector<Trial> trials{some({e2m1}, {6, 37, 131}, "e2m1")};
  std::vector<matrices::Layouts> layouts;
  for (const Layout l : matrices::kLayouts) {
    layouts.push_back({.a = l});
    layouts.push_back({.b = l});
    layouts.push_back({.c = l});
  }
  matrices::run_on_every_target(trials, layouts);
}

TEST_CASE("tables: the last term decides; operands that are no numbers of the format; matrices added to") {
  std::vector<Trial> trials;
  for (const Format& f : {e2m1, integer(4)}) {
    const Shape n{6, 130, 140};
    const std::string name = f == e2m1 ? "e2m1" : "int4";
    Trial t = some({f}, n, name);
    for (const double last : {f.max(), f.lowest()})
      for (std::size_t i = 0; i < n.rows; ++i) t.a[i * n.depth + n.depth - 1] = last;
    trials.emplace_back(t.setting, n, t.a, t.b, t.e, name + ", large last terms");
    for (const double odd : {kNan, kInf, -kInf, 0.3125, -100.0, -0.0, 0x1p-100}) {
      Doubles a = t.a, b = t.b;
      a.back() = odd;
      trials.emplace_back(t.setting, n, a, t.b, t.e, name + ", " + cases::hex(odd) + " in A");
      b.back() = odd;
      trials.emplace_back(t.setting, n, t.a, b, t.e, name + ", " + cases::hex(odd) + " in B");
    }
    trials.emplace_back(t.setting, n, t.a, t.b, some_numbers(f, n.rows * n.columns, 3), name + ", added to");
    trials.emplace_back(plain::Setting({f}, {integer(6)}), n, t.a, t.b, t.e, name + ", sums in int6");
    trials.emplace_back(plain::Setting({f}, {f, rz}), n, t.a, t.b, t.e, name + ", sums toward zero");
    trials.emplace_back(plain::Setting({f}, chunk(7)), n, t.a, t.b, t.e, name + ", chunks");
  }
  matrices::run_on_every_target(trials);
}
