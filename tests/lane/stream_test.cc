// AES and ARS-5 against known answers, the layout of a stream, and the distribution of its draws.
#include "lowprec/lane/stream.h"
#include "lowprec/array/fill.h"

#include <algorithm>
#include <bit>
#include <boost/math/constants/constants.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "support/cases.h"

using namespace lowprec;

namespace {

using Digits50 = boost::multiprecision::cpp_bin_float_50;

// Box & Muller 1958 in 50 digits, on the draws that normal number i is made of: first word u in (0, 1), second the
// angle.
Digits50 reference_gaussian(const Stream& stream, std::uint64_t i) {
  const bool is_sine = i % 16 >= 8;
  const std::uint64_t first = i - i % 16 + i % 8 * 2;
  const Digits50 two32 = Digits50(4294967296.0);
  const Digits50 u = (Digits50(stream.draw(first)) + Digits50(0.5)) / two32;
  const Digits50 turn = (Digits50(stream.draw(first + 1)) + Digits50(0.5)) / two32 - Digits50(0.5);
  const Digits50 angle = 2 * boost::math::constants::pi<Digits50>() * turn;
  const Digits50 radius = sqrt(-2 * log(u));
  return is_sine ? Digits50(radius * sin(angle)) : Digits50(radius * cos(angle));
}

}  // namespace

// FIPS 197, appendix B: the first round and the last.
TEST_CASE("AES rounds give the published values") {
  constexpr lane::Block start{0x2BE2F4A0BEE33D19, 0x0848F8E92A8DC69A}, key1{0xB12C548817FEFAA0, 0x05766C2A3939A323};
  static_assert(lane::aes_round(start, key1) == lane::Block{0x2B359F68F27F9CA4, 0x49506A0243EA5B6B});
  CHECK(lane::aes_round(start, key1) == lane::Block{0x2B359F68F27F9CA4, 0x49506A0243EA5B6B});  // and at run time
  constexpr lane::Block start10{0x84382E591EF240EB, 0xD242C31BE713A18B}, key10{0x8925EEC9A8F914D0, 0xA60C63B6C80C3FE1};
  static_assert(lane::aes_last_round(start10, key10) == lane::Block{0xFB09DC021D842539, 0x320B6A19978511DC});
}

// Computed in Python by another AES (inverses found by search, the matrix of MixColumns) with the additions of
// Random123's ars1xm128i, which gives the values that other implementations publish for 1 and 10 rounds.
TEST_CASE("ARS-5 gives known answers") {
  constexpr std::uint64_t ones = ~std::uint64_t{0};
  static_assert(lane::ars5({0, 0}, {0, 0}) == lane::Block{0x7CDC3BCA7ECCE06F, 0x29D24C9B15513C87});
  static_assert(lane::ars5({ones, ones}, {ones, ones}) == lane::Block{0x870ACD82524F3D4C, 0x915B1320835B5954});
  constexpr lane::Block counter{0x85A308D3243F6A88, 0x0370734413198A2E}, key{0x299F31D0A4093822, 0xEC4E6C89082EFA98};
  static_assert(lane::ars5(counter, key) == lane::Block{0x525AF5359150862D, 0xE2A606486612F4FA});
  CHECK(lane::ars5(counter, key) == lane::Block{0x525AF5359150862D, 0xE2A606486612F4FA});
}

TEST_CASE("draw i is word i % 4 of the block with counter (i / 4, id) and key (seed, 0)") {
  const Stream stream{0xA4093822299F31D0, 0x85A308D313198A2E};
  for (const std::uint64_t b :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x12345678}, (~std::uint64_t{0}) >> 2}) {
    const lane::Block words = lane::ars5({b, stream.id}, {stream.seed, 0});
    CHECK(stream.block(b) == words);
    CHECK(stream.draw(4 * b) == static_cast<std::uint32_t>(words.lower));
    CHECK(stream.draw(4 * b + 1) == words.lower >> 32);
    CHECK(stream.draw(4 * b + 2) == static_cast<std::uint32_t>(words.upper));
    CHECK(stream.draw(4 * b + 3) == words.upper >> 32);
  }
}

TEST_CASE("substream k is the stream whose id is the lower word of the block with counter (k, id) and key (seed, 1)") {
  const Stream stream{3, 4};
  CHECK(stream.substream(5) == Stream{3, lane::ars5({5, 4}, {3, 1}).lower});
}

TEST_CASE("operators in a ScopedStream take its draws in turn") {
  const Stream stream{31, 41};
  const ScopedStream scope(stream);
  for (std::uint64_t i = 0; i < 11; ++i) CHECK(ScopedStream::next() == stream.draw(i));
}

TEST_CASE("substreams differ from each other and from their parent") {
  const Stream stream{7, 8};
  std::vector<std::uint64_t> ids{stream.id};
  for (std::uint64_t k = 0; k < 1000; ++k) {
    CHECK(stream.substream(k).seed == stream.seed);
    ids.push_back(stream.substream(k).id);
    ids.push_back(stream.substream(k).substream(k).id);
  }
  std::ranges::sort(ids);
  CHECK(std::ranges::adjacent_find(ids) == ids.end());
  CHECK(stream.substream(3) == Stream{7, 8}.substream(3));
  CHECK(stream.substream(3) != Stream{8, 8}.substream(3));
}

TEST_CASE("fill_draws and fill_gaussian equal draw and gaussian, for odd starts and lengths, on every target") {
  const Stream stream{0xDEADBEEF12345678, 0x9876543210FEDCBA};
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{63}, std::uint64_t{64},
                                      std::uint64_t{1001}, (std::uint64_t{1} << 38) - 5, ~std::uint64_t{0} - 200}) {
      for (const std::size_t n : {0, 1, 2, 15, 16, 17, 63, 64, 65, 150}) {
        std::vector<std::uint32_t> draws(n + 1, 12345);
        std::vector<double> normal(n + 1, 12345.0);
        array::fill_draws(stream, first, std::span(draws).first(n));
        array::fill_gaussian(stream, first, std::span(normal).first(n));
        for (std::size_t i = 0; i < n; ++i) {
          tally.expect(draws[i] == stream.draw(first + i), [&] { return "draw " + std::to_string(first + i); });
          tally.expect(cases::same_bits(normal[i], stream.gaussian(first + i)),
                       [&] { return "gaussian " + std::to_string(first + i); });
        }
        tally.expect(draws[n] == 12345 && normal[n] == 12345.0, [&] { return "wrote beyond " + std::to_string(n); });
      }
    }
    tally.report(target);
  });
}

TEST_CASE("normal numbers are those of Box and Muller to 1e-12") {
  const Stream stream{2024, 6};
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const double got = stream.gaussian(i);
    const Digits50 error = abs(Digits50(got) - reference_gaussian(stream, i));
    tally.expect(error <= Digits50(1e-12),
                 [&] { return std::to_string(i) + ": " + cases::hex(got) + " is off by " + error.str(3); });
  }
  tally.report("gaussian");
}

TEST_CASE("logarithms of uniform numbers have a relative error below 2^-45") {
  const Stream stream{23, 32};
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const double u = i % 3 == 0 ? 1 - (stream.draw(i) + 0.5) * 0x1p-44 : (stream.draw(i) + 0.5) * 0x1p-32;
    const Digits50 want = log(Digits50(u));
    const Digits50 got = one_lane::Log(one_lane::OneLane<double>(), u);
    tally.expect(abs(got - want) <= abs(want) * Digits50(0x1p-45), [&] { return cases::hex(u); });
  }
  tally.report("log");
}

TEST_CASE("Box-Muller at its extremes: the least and the greatest uniform numbers, quarter turns") {
  const auto check = [](std::uint64_t first, std::uint64_t second) {
    double cosine = 0, sine = 0;
    one_lane::BoxMuller(one_lane::OneLane<double>(), first | second << 32, cosine, sine);
    const Digits50 u = (Digits50(first) + Digits50(0.5)) / Digits50(4294967296.0);
    const Digits50 angle = 2 * boost::math::constants::pi<Digits50>() *
                           ((Digits50(second) + Digits50(0.5)) / Digits50(4294967296.0) - Digits50(0.5));
    const Digits50 radius = sqrt(-2 * log(u));
    CAPTURE(first);
    CAPTURE(second);
    CHECK(static_cast<double>(abs(Digits50(cosine) - radius * cos(angle))) < 1e-12);
    CHECK(static_cast<double>(abs(Digits50(sine) - radius * sin(angle))) < 1e-12);
    CHECK(std::hypot(cosine, sine) < 6.8);
  };
  for (const std::uint64_t first :
       {0x0ULL, 0x1ULL, 0x7FFFFFFFULL, 0xC0000000ULL, 0xBFFFFFFFULL, 0xFFFFFFFEULL, 0xFFFFFFFFULL})
    for (const std::uint64_t second :
         {0x0ULL, 0x3FFFFFFFULL, 0x40000000ULL, 0x7FFFFFFFULL, 0x80000000ULL, 0xC0000000ULL, 0xFFFFFFFFULL})
      check(first, second);
}

// The seeds are fixed, so these cannot fail by chance; for a random seed each would fail with probability below 1e-6.
TEST_CASE("moments of 10^6 normal numbers lie within 5 standard errors") {
  constexpr std::size_t n = 1000000;
  std::vector<double> x(n);
  array::fill_gaussian({1, 1}, 0, x);
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0, neighbour = 0, pair = 0;
  for (std::size_t i = 0; i < n; ++i) {
    m1 += x[i];
    m2 += x[i] * x[i];
    m3 += x[i] * x[i] * x[i];
    m4 += x[i] * x[i] * x[i] * x[i];
    neighbour += i > 0 ? x[i] * x[i - 1] : 0;
    pair += i >= 8 ? x[i] * x[i - 8] : 0;  // cosine and sine of one angle
  }
  const double root = std::sqrt(static_cast<double>(n));
  CHECK(std::fabs(m1 / n) < 5 * 1 / root);
  CHECK(std::fabs(m2 / n - 1) < 5 * std::sqrt(2) / root);   // Var x^2 = 2
  CHECK(std::fabs(m3 / n) < 5 * std::sqrt(15) / root);      // Var x^3 = 15
  CHECK(std::fabs(m4 / n - 3) < 5 * std::sqrt(96) / root);  // Var x^4 = 105 - 9
  CHECK(std::fabs(neighbour / n) < 5 / root);
  CHECK(std::fabs(pair / n) < 5 / root);
}

TEST_CASE("Kolmogorov-Smirnov distance of 10^5 normal numbers from the normal distribution") {
  constexpr std::size_t n = 100000;
  std::vector<double> x(n);
  array::fill_gaussian({2, 3}, 12345, x);
  std::ranges::sort(x);
  double distance = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double p = 0.5 * std::erfc(-x[i] / std::sqrt(2));
    distance =
        std::max({distance, std::fabs(p - static_cast<double>(i) / n), std::fabs(p - static_cast<double>(i + 1) / n)});
  }
  // P(sqrt(n) D > t) ~ 2 exp(-2 t^2): 1e-6 at t = 2.69.
  CHECK(std::sqrt(static_cast<double>(n)) * distance < 2.69);
}

// Over n pairs of draws f(i), g(i), the number of equal bits, less its mean, in standard deviations.
template <class F, class G>
double agreement(std::size_t n, F f, G g) {
  std::int64_t excess = 0;
  for (std::size_t i = 0; i < n; ++i) excess += 16 - std::popcount(f(i) ^ g(i));
  return static_cast<double>(excess) / std::sqrt(8.0 * static_cast<double>(n));
}

// z < 5.5 in magnitude: for a random seed each comparison would fail with probability 4e-8.
constexpr double kFar = 5.5;

TEST_CASE("each bit of the draws is 1 half of the time, and as often as it was one draw before") {
  constexpr std::size_t n = 1 << 20;
  std::vector<std::uint32_t> draws(n + 1);
  for (const Stream stream : {Stream{0, 0}, Stream{1, 0}, Stream{0, 1}, Stream{2, 3}.substream(4)}) {
    array::fill_draws(stream, 0, draws);
    for (int bit = 0; bit < 32; ++bit) {
      std::int64_t ones = 0, changes = 0;
      for (std::size_t i = 0; i < n; ++i) {
        ones += draws[i] >> bit & 1;
        changes += (draws[i] ^ draws[i + 1]) >> bit & 1;
      }
      const double deviation = std::sqrt(n / 4.0);
      CAPTURE(bit);
      CHECK(std::fabs(static_cast<double>(ones) - n / 2.0) < kFar * deviation);
      CHECK(std::fabs(static_cast<double>(changes) - n / 2.0) < kFar * deviation);
    }
  }
}

TEST_CASE("draws do not resemble those at other indices, of other streams and of other seeds") {
  constexpr std::size_t n = 1 << 18;
  const auto draws = [](Stream stream, std::uint64_t first) {
    std::vector<std::uint32_t> result(n);
    array::fill_draws(stream, first, result);
    return result;
  };
  const Stream stream{5, 6};
  const auto base = draws(stream, 0);
  const auto same = [&](const std::vector<std::uint32_t>& other) {
    return agreement(
        n, [&](std::size_t i) { return base[i]; }, [&](std::size_t i) { return other[i]; });
  };
  for (const std::uint64_t lag : {1, 2, 3, 4, 5, 8, 16, 64, 256, 1024, 1 << 16}) {
    CAPTURE(lag);
    CHECK(std::fabs(same(draws(stream, lag))) < kFar);
  }
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t flip = std::uint64_t{1} << bit;
    CAPTURE(bit);
    CHECK(std::fabs(same(draws({stream.seed ^ flip, stream.id}, 0))) < kFar);
    CHECK(std::fabs(same(draws({stream.seed, stream.id ^ flip}, 0))) < kFar);
    CHECK(std::fabs(same(draws(stream.substream(flip), 0))) < kFar);
    // Key and counter are added modulo 2 first: changed in the same bit, they differ from the second round on only.
    if (bit < 16) {
      const auto other = draws({stream.seed ^ flip, stream.id}, 0);
      CHECK(std::fabs(agreement(
                n, [&](std::size_t i) { return base[i]; }, [&](std::size_t i) { return other[i ^ (4 * flip)]; })) <
            kFar);
    }
  }
}

TEST_CASE("chi-square of 2^20 draws over the values of their highest and of their lowest byte") {
  constexpr std::size_t n = 1 << 20;
  std::vector<std::uint32_t> draws(n);
  array::fill_draws({4, 5}, 77, draws);
  for (const int shift : {0, 24}) {
    std::vector<double> counts(256);
    for (const std::uint32_t draw : draws) counts[(draw >> shift) & 255] += 1;
    double chi_square = 0;
    for (const double count : counts) chi_square += (count - n / 256.0) * (count - n / 256.0) / (n / 256.0);
    // 255 degrees of freedom: mean 255, standard deviation 22.6; the quantile of 1e-6 above is 373, below 162.
    CHECK(chi_square > 162);
    CHECK(chi_square < 373);
  }
}
