// Steps that are chosen from the data.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/array/fill.h"
#include "lowprec/array/quantize.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/lane/stream.h"

using namespace lowprec;

namespace {

std::vector<double> normal_vector(std::size_t n) {
  std::vector<double> x(n);
  array::fill_gaussian({11, 1}, 0, x);
  return x;
}

// With the step given, by the definition.
std::vector<double> with_step(array::Rounded q, std::vector<double> x, Stream stream, Events* events = nullptr) {
  double m = 0;
  for (const double a : x) m = std::max(m, std::abs(a));
  double step = m / q.format.max();
  if (std::fma(step, q.format.max(), -m) < 0) step = std::nextafter(step, INFINITY);
  q.scale = block::Scale::given(step);
  quantize(q, x, x, stream, events);
  return x;
}

}  // namespace

TEST_CASE("texts of absmax") {
  for (const char* text : {"int8:absmax", "int8:absmax=row", "e4m3fn:absmax=column,overflow=saturate@sr",
                           "int(4;symmetric):absmax=group(128)"}) {
    const Quantizer q = parse_quantizer(text);
    CHECK(q.is_scaled());
    CHECK(parse_quantizer(to_string(q)) == q);
  }
  CHECK(parse_quantizer("int8:absmax=tensor") == parse_quantizer("int8:absmax"));
  CHECK(parse_quantizer("int8:absmax=group(7)").rounded()->scale == block::Scale::absmax(block::Group::run(7)));
  for (const char* text : {"int8:absmax=", "int8:absmax=rows", "int8:absmax=group", "int8:absmax=group(0)",
                           "int8:absmax=group(2,3)", "int8:absmax,step=2", "none:absmax", "additive(0.1):absmax"})
    CHECK_THROWS_AS(parse_quantizer(text), Error);
}

TEST_CASE("a vector is quantized with the step of its largest magnitude, whatever the rounding") {
  const auto x = normal_vector(203);
  for (const char* text : {"int8", "int4:symmetric", "e4m3", "e2m1", "bf16", "fp32", "uint4", "fixed(8,9)"})
    for (const char* rounding : {"rne", "rz", "ru", "rd", "ro", "sr", "sr(3,a)", "sre"}) {
      const std::string given = std::string(text) + (std::string(text).find(':') == std::string::npos ? ":" : ",");
      const Quantizer q = parse_quantizer(given + "absmax@" + rounding);
      CAPTURE(to_string(q));
      std::vector<double> y(x.size());
      Events events, expected;
      quantize(q, x, y, {1, 2}, &events);
      CHECK(y == with_step(*q.rounded(), x, {1, 2}, &expected));
      CHECK(events == expected);
      const Format& f = q.rounded()->format;
      if (f.is_signed && f.max() == -f.lowest()) CHECK(events.saturated == 0);
    }
}

TEST_CASE("rows, columns, groups and the whole of a matrix, with the draws of their places") {
  const auto x = normal_vector(6);  // 2 x 3
  const Stream stream{5, 5};
  const auto scaled = [&](const block::Group& group) {
    std::vector<double> y(6);
    quantize(Quantizer(integer(8), sr, Overflow::saturate, block::Scale::absmax(group)),
             MatrixView<const double>(x.data(), 2, 3), MatrixView<double>(y.data(), 2, 3), stream);
    return y;
  };
  const auto expect = [&](const block::Group& group_of_all, const std::vector<std::vector<std::size_t>>& groups) {
    CAPTURE(group_of_all.rows);
    CAPTURE(group_of_all.columns);
    const auto y = scaled(group_of_all);
    for (const auto& group : groups) {
      double m = 0;
      for (const std::size_t i : group) m = std::max(m, std::abs(x[i]));
      double step = m / 127;
      if (std::fma(step, 127.0, -m) < 0) step = std::nextafter(step, INFINITY);
      const Quantizer q(integer(8), sr, Overflow::saturate, block::Scale::given(step));
      for (const std::size_t i : group) {
        std::vector<double> alone(6);
        alone[i] = x[i];
        quantize(q, alone, alone, stream);
        CHECK(y[i] == alone[i]);
      }
    }
  };
  using block::Group;
  expect(Group::row(), {{0, 1, 2}, {3, 4, 5}});
  expect(Group::column(), {{0, 3}, {1, 4}, {2, 5}});
  expect(Group::tensor(), {{0, 1, 2, 3, 4, 5}});
  expect(Group::run(2), {{0, 1}, {2}, {3, 4}, {5}});
  expect({2, 2}, {{0, 1, 3, 4}, {2, 5}});
  expect({5, 7}, {{0, 1, 2, 3, 4, 5}});
  std::vector<double> y(6);
  CHECK_THROWS_AS(quantize(parse_quantizer("int8:absmax=column"), x, y), Error);
}

TEST_CASE("texts name these groups; a scale that is not an unrounded binary64 number is refused") {
  using block::Group;
  const auto text = [](const Group& group) {
    return to_string(Quantizer(integer(8), rne, Overflow::saturate, block::Scale::absmax(group)));
  };
  CHECK(text(Group::tensor()) == "int8:absmax");
  CHECK(text(Group::row()) == "int8:absmax=row");
  CHECK(text(Group::column()) == "int8:absmax=column");
  CHECK(text(Group::run(32)) == "int8:absmax=group(32)");
  CHECK(text({16, 16}) == "int8:block=16x16");
  block::Scale power_of_two = block::Scale::absmax(Group::run(32)), nearest = power_of_two;
  power_of_two.format = e8m0;
  nearest.rounding = rne;
  for (const auto& scale : {power_of_two, nearest})
    CHECK_THROWS_AS(quantize(Quantizer(e2m1, rne, Overflow::saturate, scale), 1.0), Error);
}

TEST_CASE("zeros stay, infinities and NaN spoil those that share their step, extremes are met") {
  const double nan = std::nan(""), infinity = INFINITY;
  const Quantizer q = parse_quantizer("int8:absmax=group(2)");
  const std::vector<double> x{0, 0, infinity, 1, 2, nan, 1e300, -1e300, 5e-324, 0, -127e-300, 1e-300};
  std::vector<double> y(x.size());
  Events events;
  quantize(q, x, y, {}, &events);
  CHECK(y[0] == 0);
  CHECK(y[1] == 0);
  for (const std::size_t i : {2, 3, 4, 5}) CHECK(std::isnan(y[i]));
  CHECK(events.nan == 4);
  CHECK(y[6] == doctest::Approx(1e300).epsilon(1e-15));
  CHECK(y[7] == -y[6]);
  CHECK(y[8] == 5e-324);
  CHECK(y[10] == doctest::Approx(-127e-300).epsilon(1e-14));
  CHECK(y[11] == doctest::Approx(1e-300).epsilon(1e-14));
}

TEST_CASE("floats are those of binary64, rounded to binary32") {
  const auto x = normal_vector(301);
  std::vector<float> narrow(x.begin(), x.end()), rounded(x.size());
  std::vector<double> wide(narrow.begin(), narrow.end());
  const Quantizer q = parse_quantizer("e4m3:absmax=group(64)@sr");
  quantize(q, wide, wide, {3, 3});
  quantize(q, narrow, rounded, {3, 3});
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(rounded[i] == static_cast<float>(wide[i]));
}

TEST_CASE("a prepared quantizer takes its draws from an index on") {
  const auto x = normal_vector(40);
  for (const char* text : {"int8:step=0.03@sr", "e4m3@sr", "additive(0.1)", "multiplicative_iid(0.1)", "fp32@sr",
                           "additive(0.1):noise=rademacher"}) {
    CAPTURE(text);
    const Quantizer q = parse_quantizer(text);
    std::vector<double> all(x), part(x);
    quantize(q, all, all, {7, 7});
    const array::PreparedQuantizer prepared(q);
    prepared(std::span(x).subspan(13, 20), std::span(part).subspan(13, 20), {7, 7}, 13, nullptr);
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(part[i] == (i >= 13 && i < 33 ? all[i] : x[i]));
    if (q.rounded() == nullptr) continue;
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(prepared.rounded(x[i], Stream{7, 7}.draw(i), nullptr) == all[i]);
  }
}
