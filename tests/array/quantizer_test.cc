// The three alternatives of a quantizer: how they are made, told apart and compared.
#include "lowprec/array/quantizer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "lowprec/array/quantization_stats.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/names.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/sgd/quantizer_site.h"

using namespace lowprec;
using array::Noise;
using array::Rounded;
using block::Group;
using block::Scale;

namespace {

constexpr std::string_view name_of(const Quantizer& q) {
  return q.visit([](const array::Identity&) { return std::string_view("identity"); },
                 [](const Rounded&) { return std::string_view("rounded"); },
                 [](const Noise&) { return std::string_view("noise"); });
}

}  // namespace

TEST_CASE("visit calls the function of the alternative, at compile time too") {
  static_assert(name_of(Quantizer()) == "identity");
  static_assert(name_of(Quantizer(e4m3fn)) == "rounded");
  static_assert(name_of(Noise{}) == "noise");
  CHECK(name_of(parse_quantizer("none")) == "identity");
  CHECK(name_of(parse_quantizer("int8:absmax")) == "rounded");
  CHECK(name_of(parse_quantizer("multiplicative_iid(0.1)")) == "noise");
}

TEST_CASE("a format alone rounds to nearest even, with the format's own overflow and no scale") {
  const Quantizer q(e4m3fn);
  CHECK(q == parse_quantizer("e4m3"));
  REQUIRE(q.rounded() != nullptr);
  CHECK(*q.rounded() == Rounded{e4m3fn, rne, Overflow::nan, Scale::given(1)});
  CHECK(Rounded{.format = integer(8)}.overflow == Overflow::saturate);
  CHECK(Quantizer(bfloat16, sr) == parse_quantizer("bf16@sr"));
  CHECK(Quantizer(e4m3fn, rz, Overflow::saturate) == parse_quantizer("e4m3:overflow=saturate@rz"));
  static_assert(!std::is_convertible_v<Format, Quantizer>);
}

TEST_CASE("each alternative answers for itself alone") {
  const Quantizer none, format(e2m1), noise = Noise{Noise::Law::multiplicative, 0.5};
  CHECK((none.is_none() && !format.is_none() && !noise.is_none()));
  CHECK((none.rounded() == nullptr && noise.rounded() == nullptr && format.rounded()->format == e2m1));
  CHECK((none.noise() == nullptr && format.noise() == nullptr && noise.noise()->epsilon == 0.5));
  CHECK((noise.noise()->is_common() && !Noise{Noise::Law::multiplicative_iid}.is_common()));
}

TEST_CASE("noises and stochastic roundings are random; absmax alone chooses scales from the data") {
  for (const char* text : {"additive(0.1)", "multiplicative(0.1)", "int8@sr", "int8:absmax@sre"})
    CHECK(parse_quantizer(text).is_random());
  for (const char* text : {"none", "int8", "int8:absmax@ru"}) CHECK(!parse_quantizer(text).is_random());
  for (const char* text : {"none", "int8:step=0.5", "additive(0.1)"}) CHECK(!parse_quantizer(text).is_scaled());
  CHECK(parse_quantizer("int8:absmax=row").is_scaled());
}

TEST_CASE("quantizers are equal where the alternative and all that it holds are") {
  CHECK(Quantizer() == Quantizer());
  CHECK(Quantizer() != Quantizer(binary64));
  CHECK(Quantizer(Noise{}) != Quantizer());
  CHECK(parse_quantizer("int8:step=0.5") != parse_quantizer("int8"));
  CHECK(parse_quantizer("int8:absmax=group(2)") != parse_quantizer("int8:absmax=group(3)"));
  CHECK(parse_quantizer("additive(0.1)") != parse_quantizer("additive(0.1):noise=rademacher"));
}

namespace {

template <class F>
bool refuses(F f) {
  try {
    f();
    return false;
  } catch (const Error&) {
    return true;
  }
}

// Every way by which a quantizer comes to numbers.
void check_refused(const Quantizer& q) {
  std::vector<double> x{1, -2, 3, 4};
  std::vector<float> f{1, -2, 3, 4};
  CHECK(refuses([&] { quantize(q, x, x, {}); }));
  CHECK(refuses([&] { quantize(q, f, f, {}); }));
  CHECK(
      refuses([&] { quantize(q, MatrixView<const double>(x.data(), 2, 2), MatrixView<double>(x.data(), 2, 2), {}); }));
  CHECK(refuses([&] { quantize(q, 1.0); }));
  CHECK(refuses([&] { quantization_stats(q, std::span<const double>(x), {}); }));
  CHECK(refuses([&] { array::PreparedQuantizer{q}; }));
  CHECK(refuses([&] { sgd::QuantizerSite(q, {}); }));
  CHECK(refuses([&] { Dynamic{q}; }));
  CHECK(x == std::vector<double>{1, -2, 3, 4});
}

std::vector<Rounding> bad_roundings() {
  std::vector<Rounding> bad;
  for (int kind = 0; kind < 256; ++kind)
    for (const int bits : {-1, 0, 1, 2, 32, 33, 99, std::numeric_limits<int>::max()}) {
      const Rounding r{static_cast<Rounding::Kind>(kind), bits};
      const bool is_kind = static_cast<std::size_t>(kind) < format::rounding_kinds.size();
      const bool takes_bits = is_kind && format::traits(r.kind).has_random_bits();
      const bool is_good =
          is_kind && (takes_bits ? bits >= 1 && bits <= 32 : bits == format::traits(r.kind).random_bits);
      if (!is_good) bad.push_back(r);
    }
  return bad;
}

}  // namespace

TEST_CASE("fields out of their ranges are errors wherever a quantizer enters") {
  for (const Rounding r : bad_roundings()) {
    check_refused(Rounded{.format = e4m3fn, .rounding = r, .overflow = Overflow::nan});
    CHECK(refuses([&] { Reference(e4m3fn, r); }));
    CHECK(refuses([&] { to_string(r); }));
  }
  for (int o = static_cast<int>(Overflow::error) + 1; o < 256; ++o) {
    check_refused(Rounded{.format = e4m3fn, .overflow = static_cast<Overflow>(o)});
    CHECK(refuses([&] { Reference(e4m3fn, rne, static_cast<Overflow>(o)); }));
    CHECK(refuses([&] { to_string(static_cast<Overflow>(o)); }));
  }
  for (int k = 2; k < 256; ++k) check_refused(Rounded{.scale = {.rule = static_cast<block::Rule>(k)}});
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double step : {0.0, -0.0, -1.0, infinity, -infinity, std::nan("")})
    check_refused(Rounded{.scale = Scale::given(step)});
  for (const double epsilon : {-1.0, -1e-300, infinity, -infinity, std::nan("")})
    check_refused(Noise{.epsilon = epsilon});
  for (int k = 3; k < 256; ++k) check_refused(Noise{.law = static_cast<Noise::Law>(k)});
  for (int k = 2; k < 256; ++k) check_refused(Noise{.distribution = static_cast<Noise::Distribution>(k)});
}

TEST_CASE("a group of no rows or no columns is one of all of them") {
  const std::vector<double> x{1, -2, 3, 40};
  std::vector<double> tensor(4), zero(4);
  quantize(Rounded{.format = integer(4), .overflow = Overflow::saturate, .scale = Scale::absmax(Group::tensor())}, x,
           tensor, {});
  quantize(Rounded{.format = integer(4), .overflow = Overflow::saturate, .scale = Scale::absmax(Group::run(0))}, x,
           zero, {});
  CHECK(zero == tensor);
}
