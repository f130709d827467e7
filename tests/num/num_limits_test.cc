// std::numeric_limits and std::hash of Num: limits against every number of the format, and against those of native
// types.
#include "lowprec/num/num_limits.h"
#include "lowprec/format/presets.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "lowprec/num.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

// The finite numbers of a format of at most 16 bits, ascending.
template <class N>
std::vector<double> numbers() {
  std::vector<double> result;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << N::format.bits; ++code) {
    if (N::format.symmetric && code == std::uint64_t{1} << (N::format.bits - 1)) continue;
    const double x = N::from_code(code).value();
    if (std::isfinite(x)) result.push_back(x);
  }
  std::ranges::sort(result);
  return result;
}

// Every limit from the list of numbers.
template <class N>
void check_against_numbers() {
  using L = std::numeric_limits<N>;
  const std::vector<double> all = numbers<N>();
  const double least = *std::ranges::upper_bound(all, 0.0);
  CHECK(L::max() == all.back());
  CHECK(L::lowest() == all.front());
  CHECK(L::max_exponent10 == static_cast<int>(std::floor(std::log10(all.back()) + 1e-12)));
  CHECK(std::ldexp(1.0, L::max_exponent - 1) <= all.back());
  CHECK(std::ldexp(1.0, L::max_exponent) > all.back());
  CHECK(L::denorm_min() == least);
  const auto one = std::ranges::find(all, 1.0);
  if (one != all.end()) CHECK(L::epsilon() == *(one + 1) - 1.0);
  CHECK(L::min() == std::ldexp(1.0, L::min_exponent - 1));
  CHECK((L::has_denorm == std::denorm_present) == (L::denorm_min() != L::min()));
  CHECK(std::pow(10.0, L::min_exponent10) >= static_cast<double>(L::min()));
  CHECK(std::pow(10.0, L::min_exponent10 - 1) < static_cast<double>(L::min()));
}

// Every constant that a native type answers too.
template <class N, class T>
void check_against_native() {
  using A = std::numeric_limits<N>;
  using B = std::numeric_limits<T>;
  CHECK((A::is_specialized && A::is_signed == B::is_signed && A::is_integer == B::is_integer));
  CHECK((A::is_exact == B::is_exact && A::has_infinity == B::has_infinity && A::has_quiet_NaN == B::has_quiet_NaN));
  CHECK((A::has_denorm == B::has_denorm && A::is_iec559 == B::is_iec559 && A::is_bounded == B::is_bounded));
  CHECK((A::digits == B::digits && A::digits10 == B::digits10 && A::max_digits10 == B::max_digits10));
  CHECK((A::radix == B::radix && A::min_exponent == B::min_exponent && A::min_exponent10 == B::min_exponent10));
  CHECK((A::max_exponent == B::max_exponent && A::max_exponent10 == B::max_exponent10));
  CHECK((A::max() == B::max() && A::min() == B::min() && A::lowest() == B::lowest()));
  CHECK((A::epsilon() == B::epsilon() && A::denorm_min() == B::denorm_min() && A::round_error() == B::round_error()));
  CHECK(A::infinity() == B::infinity());
  CHECK(A::quiet_NaN().is_nan() == (B::quiet_NaN() != B::quiet_NaN()));
}

// Presets whose numbers are few enough to list. What of them has no zero is no subject of this test.
constexpr bool is_listed(const Format& f) { return f.bits <= 16 && f.has_zero; }

template <std::size_t... kIndices>
void check_presets(std::index_sequence<kIndices...>) {
  const auto check = []<std::size_t kIndex>(std::integral_constant<std::size_t, kIndex>) {
    if constexpr (is_listed(format::presets[kIndex])) check_against_numbers<Num<format::presets[kIndex]>>();
  };
  (check(std::integral_constant<std::size_t, kIndices>()), ...);
}

}  // namespace

TEST_CASE("limits are those of the list of numbers") {
  check_presets(std::make_index_sequence<std::size(format::presets)>());
  check_against_numbers<Num<fp(4, 3, {.subnormals = false})>>();
  check_against_numbers<Num<fp(2, 3, {.is_signed = false})>>();
  check_against_numbers<Num<p3109(8, 3, true, true)>>();
  check_against_numbers<Num<p3109(8, 1, false, false)>>();
  check_against_numbers<Num<fixed(8, 5)>>();
  check_against_numbers<Num<fixed(12, 3, {.is_signed = false})>>();
  check_against_numbers<Num<fixed(8, 5, {.symmetric = true})>>();
}

TEST_CASE("limits of formats that are native types are theirs") {
  check_against_native<Num<binary32>, float>();
  check_against_native<Num<binary64>, double>();
  check_against_native<Int<8>, signed char>();
  check_against_native<Int<16>, short>();
  check_against_native<Int<32>, int>();
  check_against_native<Num<integer(8, {.is_signed = false})>, unsigned char>();
}

TEST_CASE("limits beyond binary64: binary128") {
  using L = std::numeric_limits<Num<fp(15, 112)>>;
  static_assert(L::digits == 113 && L::digits10 == 33 && L::max_digits10 == 36 && L::max_exponent == 16384);
  static_assert(L::max_exponent10 == 4932 && L::min_exponent10 == -4931 && L::min_exponent == -16381 && L::is_iec559);
  CHECK(L::max().value().is_same((fp(15, 112).max<Wide>())));
  CHECK(L::lowest() == -L::max());
  CHECK(L::epsilon().value().is_same(Wide(1, -112)));
  CHECK((L::denorm_min().value().is_same(Wide(1, -16494)) && L::infinity().is_infinite() && L::quiet_NaN().is_nan()));
}

TEST_CASE("what has no IEEE counterpart: no infinity, no zero, roundings, overflow") {
  using F8 = std::numeric_limits<Num<e4m3fn>>;
  static_assert(!F8::has_infinity && F8::has_quiet_NaN && !F8::is_iec559 && F8::infinity() == 0);
  using Scale = std::numeric_limits<Num<e8m0>>;
  static_assert(Scale::lowest() == 0x1p-127 && Scale::min() == 0x1p-127 && Scale::epsilon() == 1 && Scale::digits == 1);
  static_assert(!std::numeric_limits<Num<e2m1>>::has_quiet_NaN && std::numeric_limits<Num<e2m1>>::max() == 6);
  static_assert(std::numeric_limits<Num<bfloat16, rz>>::round_style == std::round_toward_zero);
  static_assert(std::numeric_limits<Num<bfloat16, sr>>::round_style == std::round_indeterminate);
  static_assert(std::numeric_limits<Num<bfloat16, rz>>::round_error() == 1);
  static_assert(std::numeric_limits<Num<e4m3fn, rne, Overflow::error>>::traps);
  static_assert(std::numeric_limits<Num<integer(8), rne, Overflow::wrap>>::is_modulo);
  static_assert(std::numeric_limits<Int<8>>::lowest() == -128 && std::numeric_limits<Int<8>>::is_integer);
  static_assert(std::numeric_limits<Num<integer(8, {.symmetric = true})>>::lowest() == -127);
  static_assert(std::numeric_limits<const Num<e5m2>>::digits == 3);
}

TEST_CASE("equal numbers hash alike, others do not collide in a format") {
  std::unordered_set<Num<e5m2>> set;
  std::unordered_set<std::size_t> hashes;
  for (unsigned code = 0; code < 256; ++code) {
    const auto x = Num<e5m2>::from_code(code);
    if (x.is_nan()) continue;
    set.insert(x);
    hashes.insert(std::hash<Num<e5m2>>()(x));
  }
  CHECK(set.size() == 2 * 124 - 1 + 2);  // zeros are equal
  CHECK(hashes.size() == set.size());
  using Binary128 = Num<fp(15, 112)>;
  const std::hash<Binary128> hash;
  CHECK(hash(Binary128(-0.0)) == hash(Binary128(0)));
  CHECK(hash(Binary128(1)) != hash(Binary128(2)));
  CHECK(hash(Binary128(1)) != hash(Binary128(-1)));
  CHECK(hash(Binary128(1) / 3) == hash(Binary128(1) / 3));
}
