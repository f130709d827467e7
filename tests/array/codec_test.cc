// Spans of codes and values: every SIMD target gives what the scalar functions of format/code.h define.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernel/kernels.h"
#include "lowprec/array/codec.h"
#include "lowprec/format/presets.h"
#include "lowprec/system/threads.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Named {
  std::string name;
  Format format;
};

std::vector<Named> p3109_formats() {
  std::vector<Named> result;
  for (int k = 3; k <= 10; ++k)
    for (int p = 1; p <= k; ++p)
      for (const bool is_signed : {false, true})
        for (const bool extended : {false, true})
          if (p < k || !is_signed)
            result.push_back({"Binary" + std::to_string(k) + "p" + std::to_string(p) + (is_signed ? "s" : "u") +
                                  (extended ? "e" : "f"),
                              p3109(k, p, is_signed, extended)});
  return result;
}

std::vector<Named> small_formats() {
  std::vector<Named> result;
  for (const auto& c : cases::small_formats()) result.push_back({c.name, c.format});
  return result;
}

std::vector<Named> all_formats() {
  auto result = small_formats();
  for (const auto& c : cases::medium_formats()) result.push_back({c.name, c.format});
  result.push_back({"int(12;unsigned)", integer(12, {.is_signed = false})});
  result.push_back({"fixed(16,300)", fixed(16, 300)});
  result.push_back({"fp(8,3;nosubnormals)", fp(8, 3, {.subnormals = false})});
  result.push_back({"fp(9,2)", fp(9, 2)});
  for (const auto& f : p3109_formats()) result.push_back(f);
  return result;
}

// Calls test(Code(), T()) for each pair of types that can hold the format.
template <class F>
void for_each_type(const Format& f, F test) {
  const auto with_value = [&](auto value) {
    if (f.bits <= 8) test(std::uint8_t{}, value);
    if (f.bits <= 16) test(std::uint16_t{}, value);
    test(std::uint32_t{}, value);
    test(std::uint64_t{}, value);
  };
  if (lane::fits_lane<float>(f)) with_value(float{});
  with_value(double{});
}

// The codes of a format, each with its value and the code that comes back; without the code that `symmetric` drops.
struct Pairs {
  std::vector<std::uint64_t> codes, encoded;
  std::vector<double> values;

  explicit Pairs(const Format& f) {
    for (std::uint64_t code = 0; code < std::uint64_t{1} << f.bits; ++code) {
      const double value = decode(f, code);
      if (f.symmetric && value < f.lowest()) continue;
      codes.push_back(code);
      values.push_back(value);
      encoded.push_back(encode(f, value));
    }
  }
};

template <class To, class From>
std::vector<To> as(const std::vector<From>& from) {
  std::vector<To> to(from.size());
  std::ranges::transform(from, to.begin(), [](From x) { return static_cast<To>(x); });
  return to;
}

// What the span functions say of an array: "" or the message of their Error.
template <class In, class Out>
std::string complaint(const Format& f, const std::vector<In>& in, std::vector<Out>& out, format::NanPolicy policy = {},
                      Events* events = nullptr) {
  try {
    if constexpr (std::is_integral_v<In>)
      decode(f, in, out);
    else
      encode(f, in, out, policy, events);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

// Whether an array of x is refused from its first element on.
template <class T>
bool refuses(const Format& f, T value) {
  std::vector<T> in(19, value);
  std::vector<std::uint32_t> out(in.size());
  const std::string said = complaint(f, in, out);
  return said.starts_with("element 0: ");
}

bool scalar_refuses(const Format& f, double value) {
  try {
    encode(f, value);
    return false;
  } catch (const Error&) {
    return true;
  }
}

}  // namespace

TEST_CASE(
    "every code of every format up to 16 bits, of every pair of types: every target equals the scalar functions") {
  for (const auto& c : all_formats()) {
    const Pairs pairs(c.format);
    cases::for_each_target([&](const std::string& target) {
      cases::Tally tally;
      for_each_type(c.format, [&](auto code_type, auto value_type) {
        using Code = decltype(code_type);
        using T = decltype(value_type);
        const auto codes = as<Code>(pairs.codes), encoded = as<Code>(pairs.encoded);
        const auto values = as<T>(pairs.values);
        std::vector<T> decoded(codes.size());
        std::vector<Code> back(codes.size());
        const std::string said = complaint(c.format, codes, decoded) + complaint(c.format, values, back);
        tally.expect(said.empty(), [&] { return said; });
        for (std::size_t i = 0; i < codes.size(); ++i) {
          tally.expect(cases::same_bits(decoded[i], values[i]),
                       [&] { return "code " + std::to_string(codes[i]) + " gives " + cases::hex(decoded[i]); });
          tally.expect(back[i] == encoded[i],
                       [&] { return cases::hex(values[i]) + " gives code " + std::to_string(back[i]); });
        }
      });
      tally.report(c.name + " " + target);
    });
  }
}

TEST_CASE("what is not a number of the format is refused, as by the scalar function") {
  auto all = small_formats();
  for (const auto& f : {p3109(6, 3, true, true), p3109(6, 3, false, false), p3109(8, 1, false, true), bfloat16})
    all.push_back({"p = " + std::to_string(f.precision), f});
  cases::for_each_target([&](const std::string& target) {
    for (const auto& c : all) {
      cases::Tally tally;
      const auto check = [&](auto x) {
        tally.expect(refuses(c.format, x) == scalar_refuses(c.format, static_cast<double>(x)),
                     [&] { return cases::hex(x); });
      };
      const std::uint64_t step = c.format.bits > 8 ? 97 : 1;
      for (std::uint64_t code = 0; code < std::uint64_t{1} << c.format.bits; code += step) {
        const double x = decode(c.format, code), next = x * (1 + std::ldexp(0.5, -c.format.precision));
        check(static_cast<float>(next));
        check(next);
        check(std::nextafter(static_cast<float>(x), INFINITY));
        check(std::nextafter(static_cast<float>(x), 0.0F));
        check(std::nextafter(x, 0.0));
        check(-x);
      }
      for (const double x : {0.0, -0.0, kInf, -kInf, kNan, 0x1p-149, 0x1p-127, 0x1p127, 1e300, -1e-300, 0.5, 3.0, -1.0})
        check(x), check(static_cast<float>(x));
      tally.report(c.name + " " + target);
    }
  });
}

TEST_CASE(
    "0 to 70 elements, 0 to 15 off alignment: every target equals the scalar functions, nothing else is written") {
  constexpr std::size_t kLongest = 70, kOffsets = 16, kGuard = 16;
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const Format& f : {e4m3fn, binary16, bfloat16, integer(8), e2m1, e4m3fnuz, e8m0, p3109(8, 3, true, true)}) {
      const Pairs pairs(f);
      for_each_type(f, [&](auto code_type, auto value_type) {
        using Code = decltype(code_type);
        using T = decltype(value_type);
        alignas(64) Code codes[kLongest + kOffsets + 2 * kGuard], back[kLongest + kOffsets + 2 * kGuard];
        alignas(64) T values[kLongest + kOffsets + 2 * kGuard];
        for (std::size_t n = 0; n <= kLongest; ++n) {
          const std::size_t a = kGuard + n % kOffsets, b = kGuard + (5 * n + 3) % kOffsets;
          const auto pick = [&](std::size_t i) { return (131 * i + 17 * n) % pairs.codes.size(); };
          std::ranges::fill(back, Code{99});
          std::ranges::fill(values, T{99});
          for (std::size_t i = 0; i < n; ++i) codes[a + i] = static_cast<Code>(pairs.codes[pick(i)]);
          decode(f, std::span<const Code>(codes + a, n), std::span<T>(values + b, n));
          encode(f, std::span<const T>(values + b, n), std::span<Code>(back + a, n));
          bool right = true;
          for (std::size_t i = 0; i < n; ++i)
            right = right && back[a + i] == pairs.encoded[pick(i)] &&
                    cases::same_bits(values[b + i], static_cast<T>(pairs.values[pick(i)]));
          tally.expect(right, [&] { return std::to_string(n) + " elements"; });
          const auto untouched = [n](const auto& array, std::size_t first) {
            const auto is_guard = [](auto x) { return x == 99; };
            return std::all_of(array, array + first, is_guard) &&
                   std::all_of(array + first + n, std::end(array), is_guard);
          };
          tally.expect(untouched(back, a) && untouched(values, b), [] { return "writes beside its array"; });
        }
      });
    }
    tally.report(target);
  });
}

TEST_CASE("an error names the first element that has no code or value, wherever it stands") {
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const Format& f : {e4m3fn, binary16, bfloat16, integer(4), e2m1, e8m0}) {
      for_each_type(f, [&](auto code_type, auto value_type) {
        using Code = decltype(code_type);
        using T = decltype(value_type);
        for (std::size_t at = 0; at < 70; ++at) {
          const auto place = "element " + std::to_string(at) + ": ";
          std::vector<T> values(70, T{1});
          std::vector<Code> codes(70, Code{1});
          values[at] = T{0.3};
          values[69] = at < 69 ? T{1e6} : values[69];
          const auto said = complaint(f, values, codes);
          tally.expect(said.starts_with(place + "0.3") && said.ends_with(" is not a number of the format"),
                       [&] { return said; });
          codes.assign(70, Code{1});
          if (f.bits == 8 * static_cast<int>(sizeof(Code))) continue;
          codes[at] =
              static_cast<Code>(std::uint64_t{1} << (at % 2 == 0 ? f.bits : 8 * static_cast<int>(sizeof(Code)) - 1));
          const auto refused = complaint(f, codes, values);
          tally.expect(refused.starts_with(place + "the code 0x"), [&] { return refused; });
        }
      });
    }
    tally.report(target);
  });
}

TEST_CASE("NaN where the format has no code for it: an error that names the index, or a chosen code, counted") {
  CHECK_THROWS_AS(encode(e2m1, kNan), Error);
  CHECK(encode(e2m1, kNan, format::NanPolicy::replace_by(5)) == 5);
  CHECK(encode(e4m3fn, kNan, format::NanPolicy::replace_by(5)) == 0x7F);
  CHECK_THROWS_AS(encode(e2m1, kNan, format::NanPolicy::replace_by(16)), Error);
  Events scalar;
  encode(e2m1, kNan, format::NanPolicy::replace_by(5), &scalar);
  encode(e4m3fn, kNan, format::NanPolicy::replace_by(5), &scalar);
  encode(e2m1, 1, format::NanPolicy::replace_by(5), &scalar);
  CHECK(scalar == Events{.nan = 1});
  cases::for_each_target([&](const std::string& target) {
    INFO(target);
    for (const Format& f : {e2m1, integer(4), integer(4, {.is_signed = false}), e4m3fn}) {
      for_each_type(f, [&](auto code_type, auto value_type) {
        std::vector<decltype(value_type)> values(71, 1);
        std::vector<decltype(code_type)> codes(71);
        values[9] = values[40] = values[70] = std::numeric_limits<decltype(value_type)>::quiet_NaN();
        Events events;
        CHECK(complaint(f, values, codes, format::NanPolicy::error(), &events) ==
              (f.has_nan() ? "" : "element 9: the format has no code for NaN"));
        CHECK(events == Events{});
        CHECK(complaint(f, values, codes, format::NanPolicy::replace_by(7), &events) == "");
        CHECK(events.nan == (f.has_nan() ? 0 : 3));
        for (std::size_t i = 0; i < codes.size(); ++i)
          CHECK(codes[i] == (values[i] == 1 ? encode(f, 1) : f.has_nan() ? 0x7F : 7));
        CHECK(complaint(f, values, codes, format::NanPolicy::replace_by(256)).empty() == f.has_nan());
      });
    }
  });
}

TEST_CASE("formats of more than 16 bits, also those that no kernel knows") {
  const Format unknown = fp(10, 40, {.bias = 1020});
  CHECK(lane::code_layout<double>(unknown) == lane::CodeLayout::none);
  for (const Format& f : {tf32, binary32, binary64, integer(23), integer(24), integer(32), fixed(24, 10),
                          integer(24, {.is_signed = false}), fp(8, 15, {.bias = 100}), unknown}) {
    std::vector<std::uint64_t> codes;
    const Stream stream{5, 6};
    for (std::uint64_t i = 0; i < 3000; ++i) {
      const std::uint64_t code = (stream.draw(2 * i) | std::uint64_t{stream.draw(2 * i + 1)} << 32) >> (64 - f.bits);
      if (!std::isnan(decode(f, code))) codes.push_back(code);
    }
    for_each_type(f, [&](auto code_type, auto value_type) {
      if (f.bits > 8 * static_cast<int>(sizeof(code_type))) return;
      const auto narrow = as<decltype(code_type)>(codes);
      std::vector<decltype(value_type)> values(codes.size());
      std::vector<decltype(code_type)> back(codes.size());
      cases::Tally tally;
      std::string said = complaint(f, narrow, values);
      said += complaint(f, values, back);
      tally.expect(said.empty() && back == narrow, [&] { return said; });
      for (std::size_t i = 0; i < codes.size(); ++i)
        tally.expect(cases::same_bits(static_cast<double>(values[i]), decode(f, codes[i])),
                     [&] { return "code " + std::to_string(codes[i]); });
      tally.report(std::to_string(f.bits) + " bits");
    });
  }
}

TEST_CASE("-0 becomes +0 where the format has none") {
  for (const Format& f : {e4m3fnuz, integer(8), p3109(8, 3, true, true), p3109(8, 3, false, true), e4m3fn}) {
    const std::vector<float> zeros(40, -0.0F);
    std::vector<std::uint8_t> codes(40);
    encode(f, zeros, codes);
    CHECK(codes == std::vector<std::uint8_t>(40, f == e4m3fn ? 0x80 : 0));
  }
}

TEST_CASE("arrays written past the caches, misaligned and with a ragged end") {
  const std::size_t n = (std::size_t{2} << 20) + 57;
  std::vector<std::uint8_t> codes(n), back(n);
  for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::uint8_t>(i * 37 + i / 256);
  std::vector<float> values(n + 1, 5.0F);
  decode(e3m4, codes, std::span<float>(values).subspan(1));
  cases::Tally tally;
  for (std::size_t i = 0; i < n; ++i) {
    const double want = decode(e3m4, codes[i]);
    tally.expect(std::isnan(want) ? std::isnan(values[i + 1]) : values[i + 1] == want,
                 [&] { return std::to_string(i); });
  }
  encode(e3m4, std::span<const float>(values).subspan(1), std::span<std::uint8_t>(back));
  for (std::size_t i = 0; i < n; ++i)
    tally.expect(back[i] == encode(e3m4, values[i + 1]), [&] { return std::to_string(i) + " does not come back"; });
  tally.expect(values[0] == 5, [] { return "writes beside its array"; });
  tally.report("e3m4");
}

TEST_CASE("several threads: the same codes and values, and the first element that has none is the one named") {
  const std::size_t n = (std::size_t{9} << 19) + 57;  // shared from 2^22 elements on
  std::vector<std::uint8_t> codes(n), back(n);
  for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::uint8_t>(i % 113);
  std::vector<float> values(n), one(n);
  decode(e3m4, codes, std::span<float>(one));
  struct Threads {
    Threads() { use_threads(3); }
    ~Threads() { use_threads(1); }
  } several;
  decode(e3m4, codes, std::span<float>(values));
  CHECK(values == one);
  encode(e3m4, std::span<const float>(values), std::span<std::uint8_t>(back));
  CHECK(back == codes);
  values[3000001] = values[4000000] = values[n - 1] = 0.3F;
  CHECK_THROWS_WITH_AS(encode(e3m4, std::span<const float>(values), std::span<std::uint8_t>(back)),
                       doctest::Contains("element 3000001:"), Error);
}

TEST_CASE("types that do not hold the format are refused") {
  std::vector<std::uint8_t> narrow(1);
  std::vector<std::uint64_t> wide(1);
  std::vector<float> floats(1);
  std::vector<double> doubles(2);
  CHECK_THROWS_WITH_AS(decode(binary16, narrow, floats), doctest::Contains("16 bits"), Error);
  CHECK_THROWS_WITH_AS(encode(binary16, floats, narrow), doctest::Contains("16 bits"), Error);
  CHECK_THROWS_WITH_AS(decode(binary64, wide, floats), doctest::Contains("binary32"), Error);
  CHECK_THROWS_WITH_AS(encode(fixed(8, 200), floats, narrow), doctest::Contains("binary32"), Error);
  CHECK_THROWS_WITH_AS(encode(e4m3fn, doubles, narrow), doctest::Contains("equal size"), Error);
}

// What a kernel refuses, the scalar functions do: right, but slow. So it must refuse nothing that it should take.
TEST_CASE("the kernels take all numbers and codes of formats of up to 16 bits, most of them in lanes of float") {
  const auto check = [](const Format& f, auto grid, auto values) {
    const auto codes = as<std::uint32_t>(Pairs(f).codes);
    std::vector<std::uint32_t> back(codes.size());
    auto decoded = values;
    CHECK(kernel::decode(grid, codes.data(), sizeof(std::uint32_t), decoded.data(), codes.size()));
    CHECK(kernel::encode(grid, values.data(), back.data(), sizeof(std::uint32_t), codes.size()));
  };
  cases::for_each_target([&](const std::string& target) {
    for (const auto& c : all_formats()) {
      INFO(c.name << " " << target);
      REQUIRE(lane::code_layout<double>(c.format) != lane::CodeLayout::none);
      check(c.format, lane::make_code_constants<double>(c.format), Pairs(c.format).values);
      if (lane::code_layout<float>(c.format) != lane::CodeLayout::none)
        check(c.format, lane::make_code_constants<float>(c.format), as<float>(Pairs(c.format).values));
    }
  });
  for (const Format& f : {binary16, bfloat16, tf32, binary32, e5m2, e4m3fn, e4m3ieee, e4m3fnuz, e5m2fnuz, e4m3b11fnuz,
                          e3m4, e3m2, e2m3, e2m1, e8m0, integer(4), integer(8), integer(16), p3109(8, 3, true, true)})
    CHECK(lane::code_layout<float>(f) != lane::CodeLayout::none);
}
