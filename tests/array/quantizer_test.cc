// The three alternatives of a quantizer: how they are made, told apart and compared.
#include "lowprec/array/quantizer.h"

#include <doctest/doctest.h>

#include <string_view>
#include <type_traits>

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
