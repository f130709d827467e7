// Packed codes: the documented bytes, random access, and bulk encode and decode equal to the definition, for every
// width, length and target.
#include "lowprec/array/packed.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/format/names.h"
#include "lowprec/system/threads.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A format of each width.
const std::vector<std::pair<int, const char*>> kWidths{
    {2, "int2"},     {3, "binary3p1se"}, {4, "e2m1"},   {5, "fp(2,2)"},  {6, "e3m2"},     {7, "fp(3,3)"},
    {8, "e4m3"},     {9, "fp(4,4)"},     {10, "int10"}, {11, "fp(5,5)"}, {12, "fp(4,7)"}, {13, "uint13"},
    {14, "fp(6,7)"}, {15, "fp(7,7;fn)"}, {16, "bf16"},  {16, "fp16"},    {6, "uint6"},    {8, "e8m0"}};

// Code i of an arbitrary sequence, of a number rather than of a NaN or infinity.
std::uint32_t some_code(const Format& f, std::size_t i) {
  const Stream stream{3, 8};
  const std::uint32_t code = stream.draw(i) >> (32 - f.bits);
  const format::CodeClass kind = format::classify(f, code);
  return kind == format::CodeClass::nan || kind == format::CodeClass::infinity ||
                 (f.symmetric && decode(f, code) < f.lowest())
             ? 1
             : code;
}

// The layout, bit by bit.
std::vector<std::uint8_t> bytes_by_bits(const Format& f, std::size_t n) {
  std::vector<std::uint8_t> bytes((n * static_cast<std::size_t>(f.bits) + 7) / 8);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < static_cast<std::size_t>(f.bits); ++k) {
      const std::size_t bit = i * static_cast<std::size_t>(f.bits) + k;
      bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (some_code(f, i) >> k & 1) << (bit % 8));
    }
  return bytes;
}

template <class T>
std::vector<T> some_values(const Format& f, std::size_t n) {
  std::vector<T> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<T>(decode(f, some_code(f, i)));
  return values;
}

template <class T>
void check_bulk(const Format& f, std::size_t n, const std::string& what, cases::Tally& tally) {
  const auto values = some_values<T>(f, n);
  const auto want = bytes_by_bits(f, n);
  constexpr std::size_t kGuard = 24;
  std::vector<std::uint8_t> memory(want.size() + kGuard, 0xA5);
  array::encode_packed(f, std::span<const T>(values), std::span(memory).first(want.size()));
  tally.expect(std::equal(want.begin(), want.end(), memory.begin()), [&] { return what + ": bytes"; });
  tally.expect(std::all_of(memory.end() - kGuard, memory.end(), [](auto byte) { return byte == 0xA5; }),
               [&] { return what + ": writes beside its bytes"; });
  std::vector<T> memory_back(n + 5, T{55});  // values not where vectors begin
  const auto back = std::span(memory_back).subspan(2, n);
  array::decode_packed(f, std::span<const std::uint8_t>(want), back);
  tally.expect(std::equal(values.begin(), values.end(), back.begin(), cases::Bits()),
               [&] { return what + ": values"; });
  tally.expect(
      memory_back[1] == 55 && std::all_of(memory_back.end() - 3, memory_back.end(), [](T x) { return x == 55; }),
      [&] { return what + ": writes beside its values"; });
}

}  // namespace

TEST_CASE("bulk encode and decode are the layout, bit by bit: every width, 0 to 70 elements, every target") {
  cases::for_each_target([](const std::string& target) {
    cases::Tally tally;
    for (const auto& [bits, name] : kWidths) {
      const Format f = parse_format(name);
      REQUIRE(f.bits == bits);
      for (std::size_t n = 0; n <= 70; ++n) {
        check_bulk<float>(f, n, std::string(name) + " " + std::to_string(n), tally);
        check_bulk<double>(f, n, std::string(name) + " " + std::to_string(n), tally);
      }
      check_bulk<float>(f, 40007, name, tally);
    }
    tally.report(target);
  });
}

TEST_CASE("arrays that are written past the caches, and threads: the same") {
  cases::Tally tally;
  for (const unsigned threads : {1U, 3U}) {
    use_threads(threads);
    for (const char* name : {"e2m1", "fp(4,7)"}) {
      check_bulk<float>(parse_format(name), 4300001, name, tally);
      check_bulk<float>(parse_format(name), (1 << 21) + 1, name, tally);  // a last piece of one code
    }
    use_threads(1);
  }
  tally.report("large");
}

TEST_CASE("the documented layout by hand") {
  const Packed four(e2m1, std::vector<double>{0.5, -6, 1});
  CHECK(std::ranges::equal(four.bytes(), std::vector<std::uint8_t>{0xF1, 0x02}));
  const Packed six(e3m2, std::vector<float>{0.0625F, 0.125F, 0.1875F, -28});  // codes 1, 2, 3, 0x3F
  CHECK(std::ranges::equal(six.bytes(), std::vector<std::uint8_t>{0x81, 0x30, 0xFC}));
  const Packed sixteen(binary16, std::vector<double>{1});
  CHECK(std::ranges::equal(sixteen.bytes(), std::vector<std::uint8_t>{0x00, 0x3C}));
  CHECK(array::packed_bytes(6, 5) == 4);
  CHECK(array::packed_bytes(1, 9) == 2);
}

TEST_CASE("cells: reading and writing one changes no other; iterators are of random access") {
  static_assert(std::random_access_iterator<Packed::Iterator>);
  for (const auto& [bits, name] : kWidths) {
    const Format f = parse_format(name);
    constexpr std::size_t n = 41;
    Packed array(f, n);
    CHECK(array.code(n - 1) == 0);
    for (std::size_t i = n; i-- > 0;) array.set(i, decode(f, some_code(f, i)));
    CHECK(std::ranges::equal(array.bytes(), bytes_by_bits(f, n)));
    CHECK(std::ranges::equal(array, some_values<double>(f, n)));
    CHECK(array.end() - array.begin() == static_cast<std::ptrdiff_t>(n));
    CHECK(array.begin()[7] == array[7]);
    CHECK(*(array.end() - 1) == array[n - 1]);
    array.set_code(20, 1);
    for (std::size_t i = 0; i < n; ++i) CHECK(array.code(i) == (i == 20 ? 1 : some_code(f, i)));
    CHECK_THROWS_AS(array.set_code(0, 1U << bits), Error);
    CHECK(Packed::from_bytes(f, n, array.bytes()) == array);
  }
}

TEST_CASE("refused: values and sizes that do not fit, bits after the last code") {
  const std::vector<double> values{1, 2, 3, 2.5, 7};
  CHECK_THROWS_WITH_AS(Packed(e2m1, values), doctest::Contains("element 3: 2.5"), Error);
  std::vector<float> many(70000, 1.0F);
  many[66000] = 5;
  CHECK_THROWS_WITH_AS(Packed(e2m1, many), doctest::Contains("element 66000: 5"), Error);
  CHECK_THROWS_WITH_AS(Packed(binary32, 3), doctest::Contains("1 to 16 bits, not 32"), Error);
  CHECK_THROWS_WITH_AS(array::packed_bytes(16, std::numeric_limits<std::size_t>::max()), doctest::Contains("memory"),
                       Error);
  CHECK_NOTHROW(array::packed_bytes(8, std::numeric_limits<std::size_t>::max()));
  std::vector<std::uint8_t> bytes{0x21, 0x43, 0x05};
  CHECK(Packed::from_bytes(e2m1, 5, bytes)[4] == 3);
  CHECK_THROWS_WITH_AS(Packed::from_bytes(e2m1, 4, bytes), doctest::Contains("take 2 bytes, not 3"), Error);
  bytes.back() = 0x15;
  CHECK_THROWS_WITH_AS(Packed::from_bytes(e2m1, 5, bytes), doctest::Contains("byte 2"), Error);
}

TEST_CASE("NaN under each policy") {
  const std::vector<double> values{1, kNan};
  CHECK(Packed(e4m3fn, values).code(1) == 0x7F);
  CHECK_THROWS_WITH_AS(Packed(e2m1, values), doctest::Contains("element 1"), Error);
  CHECK(Packed(e2m1, values, format::NanPolicy::replace_by(7)).code(1) == 7);
  CHECK_THROWS_AS(Packed(e2m1, values, format::NanPolicy::replace_by(16)), Error);
  std::uint8_t byte = 0;
  Events events;
  array::encode_packed(e2m1, std::span<const double>(values), {&byte, 1}, format::NanPolicy::replace_by(0), &events);
  CHECK(events.nan == 1);
}
