// Products and sums of different formats: each addition rounds the exact sum of an accumulator and a product once, also
// where the product is no number of the sums' format. Against the reference arithmetic, which shares no lane with them,
// on every target, on arrays of double and float, and over Num.
#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "lowprec/linalg/linalg.h"
#include "lowprec/num.h"
#include "support/matrices.h"

using namespace lowprec;
using matrices::kInf;
using matrices::kNan;
using matrices::numbers;
using matrices::Trial;
using plain::Setting;
using plain::Shape;
using plain::Spec;

namespace {

using Doubles = std::vector<double>;

std::uint32_t draw(const Spec& s, Stream stream, std::uint64_t index) {
  return s.rounding.is_stochastic() ? stream.draw(index) : 0;
}

// Sequential sums, every operation the reference's.
Doubles by_reference(const Setting& s, Shape n, const Doubles& a, const Doubles& b, const Doubles& e) {
  const Reference products(s.products.format, s.products.rounding, s.products.overflow);
  const Reference sums(s.sums.format, s.sums.rounding, s.sums.overflow);
  const Stream of_products = s.products.stream.substream(0), of_sums = s.sums.stream.substream(1);
  Doubles c;
  for (std::size_t i = 0; i < n.rows; ++i)
    for (std::size_t j = 0; j < n.columns; ++j) {
      Wide sum = e.empty() ? Wide(0.0) : Wide(e[i * n.columns + j]);
      for (std::size_t k = 0; k < n.depth; ++k) {
        const std::uint64_t index = (k * n.rows + i) * n.columns + j;
        const Wide product =
            products.mul(a[i * n.depth + k], b[k * n.columns + j], draw(s.products, of_products, index));
        sum = sums.add(sum, product, draw(s.sums, of_sums, index));
      }
      c.push_back(static_cast<double>(sum));
    }
  return c;
}

// The plain definition agrees with the reference; the trials are for the targets.
void add(std::vector<Trial>& trials, const Setting& s, Shape n, const std::string& what) {
  Doubles a = numbers(s.products.format, n.rows * n.depth, 1), b = numbers(s.products.format, n.depth * n.columns, 2);
  for (const bool has_e : {false, true}) {
    const Doubles e = has_e ? numbers(s.sums.format, n.rows * n.columns, 3) : Doubles{};
    trials.emplace_back(s, n, a, b, e, what);
    INFO(what);
    CHECK(matrices::same(trials.back().want, by_reference(s, n, a, b, e)));
  }
}

std::string name(const Spec& s) {
  return std::to_string(s.format.exponent_bits()) + "," + std::to_string(s.format.fraction_bits()) + "@" +
         cases::name(s.rounding) + " overflow=" + cases::name(s.overflow);
}

const std::vector<Spec> kProducts{Spec{binary32},     Spec{binary32, rz}, Spec{binary16, sr},
                                  Spec{bfloat16, ru}, Spec{e4m3fn},       Spec{integer(8)}};

template <Format P, Rounding Rp, Format S, Rounding Rs, Overflow Os = default_overflow(S)>
void check_num(Summation m) {
  using A = Scalarwise<Num<P, Rp>>;
  using B = Scalarwise<Num<S, Rs, Os>>;
  const Setting setting(Spec{P, Rp}, Spec{S, Rs, Os, {8, 9}}, m);
  const Shape n{3, 19, 4};
  const Doubles a = numbers(P, 3 * 19, 1), b = numbers(P, 19 * 4, 2), e = numbers(S, 3 * 4, 3);
  const auto nums = []<class N>(const Doubles& x, N) {
    std::vector<N> result;
    for (const double v : x) result.push_back(N(v, 0));
    return result;
  };
  const auto na = nums(a, Num<P, Rp>{}), nb = nums(b, Num<P, Rp>{});
  const auto ne = nums(e, Num<S, Rs, Os>{});
  auto nc = ne;
  A products(setting.products.stream);
  B sums(setting.sums.stream);
  using N = Num<S, Rs, Os>;
  gemm(Mixed(products, sums, m), MatrixView(na.data(), 3, 19), MatrixView(nb.data(), 19, 4),
       MatrixView<const N>(ne.data(), 3, 4), MatrixView<N>(nc.data(), 3, 4));
  Doubles got;
  for (const N x : nc) got.push_back(static_cast<double>(x));
  plain::Definition definition(setting);
  CHECK(matrices::same(got, plain::gemm(definition, n, a, b, e)));
}

}  // namespace

TEST_CASE("a product wider than the sums is not rounded before it is added") {
  // 1 + (2^-8 + 2^-20) rounds up in bfloat16; the product rounded first would be 2^-8, a tie that goes to 1.
  Dynamic wide(binary32), narrow(bfloat16);
  const Doubles x{1, 0x1p-8 + 0x1p-20}, ones{1, 1};
  const VectorView<const double> vx(x), vy(ones);
  CHECK(dot(Mixed(wide, narrow), vx, vy) == 1 + 0x1p-7);
  Dynamic equal(bfloat16);
  CHECK(dot(Mixed(equal, narrow), vx, VectorView<const double>(ones)) == 1);
  // 1 + 2^-8 is a tie that goes to 1, with 2^-60, beyond the last bit of binary64, it is none.
  const Doubles far_apart{0x1p-60, 1 + 0x1p-8};
  CHECK(dot(Mixed(wide, narrow), VectorView<const double>(far_apart), vy) == 1 + 0x1p-7);
  double c = 0;
  gemm(Mixed(wide, narrow), MatrixView<const double>(far_apart.data(), 1, 2),
       MatrixView<const double>(ones.data(), 2, 1), MatrixView<double>(&c, 1, 1));
  CHECK(c == 1 + 0x1p-7);
  // In e4m3fn 448 + 16 is a tie that stays; 448 + 16 + 2^-15 is not.
  Dynamic e4m3(e4m3fn);
  const Doubles tie{448, 16}, above{448, 16 + 0x1p-15};
  CHECK(dot(Mixed(wide, e4m3), VectorView<const double>(tie), vy) == 448);
  CHECK(std::isnan(dot(Mixed(wide, e4m3), VectorView<const double>(above), vy)));
  // A product out of the sums' range that the accumulator brings back: one rounding sees -448 + 800 only.
  const Doubles far{-448, 800};
  CHECK(dot(Mixed(wide, e4m3), VectorView<const double>(far), vy) == 352);
  // Products below the sums' least number: -2^-10 - 2^-40 is past the half of 2^-9.
  const Doubles small{-0x1p-10 - 0x1p-33};
  CHECK(dot(Mixed(wide, e4m3), VectorView<const double>(small), VectorView<const double>(ones.data(), 1)) == -0x1p-9);
}

TEST_CASE("wide, narrow, finite, fixed sums of wide, narrow, fixed products, by the reference, on every target") {
  std::vector<Trial> trials;
  for (const Spec& p : kProducts)
    for (const Spec& s : {Spec{bfloat16}, Spec{binary16}, Spec{binary16, sr}, Spec{e4m3fn}, Spec{e2m1},
                          Spec{e4m3fn, rd, Overflow::saturate}, Spec{e5m2, ro, Overflow::propagate}, Spec{binary32},
                          Spec{fixed(8, 4)}, Spec{integer(8), rne, Overflow::wrap}, Spec{integer(32)}, Spec{tf32, sre},
                          Spec{fp(9, 30), ru}, Spec{binary64}, Spec{fp(4, 3, {.subnormals = false})}})
      add(trials, {p, s}, {3, 17, 5}, name(p) + " products, " + name(s) + " sums");
  matrices::run_on_every_target(trials);
}

TEST_CASE("random products and random sums, of one seed and of two") {
  std::vector<Trial> trials;
  for (const Stream second : {Stream{5, 6}, Stream{8, 9}})
    for (const Rounding r : {sr, sre, stochastic(3, Rounding::stochastic_a), stochastic(12, Rounding::stochastic_b)}) {
      add(trials, {Spec{binary16, sr}, Spec{bfloat16, r, Overflow::infinity, second}}, {3, 30, 7}, cases::name(r));
      add(trials, {Spec{e4m3fn, r}, Spec{e4m3fn, sr, Overflow::saturate, second}}, {3, 30, 7}, cases::name(r));
      add(trials, {Spec{e5m2, rne}, Spec{e5m2, r, Overflow::infinity, second}}, {3, 30, 7}, cases::name(r));
    }
  matrices::run_on_every_target(trials);
}

TEST_CASE("every model of summation with wide products and narrow sums") {
  std::vector<Trial> trials;
  for (const Summation& m : {pairwise, strands(5), chunk(6), exact_sum, tensor_core(4, 20)})
    for (const Spec& s : {Spec{bfloat16}, Spec{e4m3fn, sr}, Spec{fixed(8, 4), rz}}) {
      const Shape n{3, 29, 6};
      trials.emplace_back(Setting(Spec{binary32}, s, m), n, numbers(binary32, 3 * 29, 1), numbers(binary32, 29 * 6, 2),
                          numbers(s.format, 3 * 6, 3), "model " + std::to_string(m.kind) + " " + name(s));
    }
  matrices::run_on_every_target(trials);
}

TEST_CASE("NaN and infinities among the operands") {
  std::vector<Trial> trials;
  for (const Spec& p : {Spec{binary32}, Spec{e5m2}, Spec{e4m3fn}, Spec{e2m1}})
    for (const Spec& s : {Spec{binary16}, Spec{e5m2, rne, Overflow::saturate}, Spec{e4m3fn}, Spec{integer(8)}})
      for (const double special : {kNan, kInf, -kInf}) {
        const Shape n{3, 9, 5};
        Doubles a = numbers(p.format, 27, 1), b = numbers(p.format, 45, 2), e = numbers(s.format, 15, 3);
        a[13] = special;
        b[44] = special;
        e[0] = special;
        b[9] = 0;
        trials.emplace_back(Setting(p, s), n, a, b, e, "specials");
        CHECK(matrices::same(trials.back().want, by_reference({p, s}, n, a, b, e)));
      }
  matrices::run_on_every_target(trials);
}

TEST_CASE("over Num: wide products into narrow sums, random both, every model") {
  for (const Summation& m : {sequential, pairwise, strands(3), chunk(4), exact_sum, tensor_core(4, 18)}) {
    check_num<binary32, rne, bfloat16, rne>(m);
    check_num<binary32, rne, e4m3fn, sr, Overflow::saturate>(m);
    check_num<e4m3fn, sr, binary16, sr>(m);
    check_num<binary16, rz, fixed(8, 4), ru>(m);
  }
}

TEST_CASE("over Num: an outer arithmetic of another type takes chunks as they are, other sums rounded") {
  using N = Num<bfloat16>;
  Scalarwise<N> narrow;
  Scalarwise<double> wide;
  const std::vector<N> x{N(1.0), N(0x1p-8), N(0x1p-8)}, ones(3, N(1.0));
  const auto sum = [&](Summation m) {
    return dot(Mixed<Scalarwise<N>, Scalarwise<N>, Scalarwise<double>>(narrow, narrow, wide, m), VectorView<const N>(x),
               VectorView<const N>(ones));
  };
  CHECK(sum(chunk(1)) == 1 + 0x1p-7);
  CHECK(sum(chunk(2)) == 1 + 0x1p-8);
  CHECK(sum(sequential) == 1);
  CHECK(sum(exact_sum) == 1 + 0x1p-7);
}
