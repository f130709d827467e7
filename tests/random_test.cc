// Philox against its published known answers, the layout of a stream, and the distribution of its draws.
#include "lowprec/random.h"

#include <algorithm>
#include <array>
#include <boost/math/constants/constants.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "cases.h"

using namespace lowprec;

namespace {

using Block = std::array<std::uint32_t, 4>;
using Wide = boost::multiprecision::cpp_bin_float_50;

// Box & Muller 1958 in 50 digits, on the draws that normal number i is made of: first word u in (0, 1), second the
// angle.
Wide reference_gaussian(const Stream& stream, std::uint64_t i) {
  const bool is_sine = i / 16 % 2 != 0;
  const std::uint64_t first = is_sine ? i - 16 : i;
  const Wide two32 = Wide(4294967296.0);
  const Wide u = (Wide(stream.draw(first)) + Wide(0.5)) / two32;
  const Wide turn = (Wide(stream.draw(first + 16)) + Wide(0.5)) / two32 - Wide(0.5);
  const Wide angle = 2 * boost::math::constants::pi<Wide>() * turn;
  const Wide radius = sqrt(-2 * log(u));
  return is_sine ? Wide(radius * sin(angle)) : Wide(radius * cos(angle));
}

}  // namespace

// Random123, kat_vectors: philox 4x32 10.
TEST_CASE("Philox4x32-10 gives the published known answers") {
  static_assert(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8});
  static_assert(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}) == Block{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD});
  static_assert(philox({0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}, {0xA4093822, 0x299F31D0}) ==
                Block{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1});
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8});  // and at run time
}

TEST_CASE("word w of block b of page n is draw 64 n + 16 w + b; the counter is (block, id), the key the seed") {
  const Stream stream{0xA4093822299F31D0, 0x85A308D313198A2E};
  for (const std::uint64_t page :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x12345678}, std::uint64_t{1} << 40}) {
    for (std::uint64_t b = 0; b < 16; ++b) {
      const std::uint64_t counter = 16 * page + b;
      const Block words = philox(
          {static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 0x13198A2E, 0x85A308D3},
          {0x299F31D0, 0xA4093822});
      for (std::uint64_t w = 0; w < 4; ++w) CHECK(stream.draw(64 * page + 16 * w + b) == words[w]);
    }
  }
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
        fill_draws(stream, first, std::span(draws).first(n));
        fill_gaussian(stream, first, std::span(normal).first(n));
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
    const Wide error = abs(Wide(got) - reference_gaussian(stream, i));
    tally.expect(error <= Wide(1e-12),
                 [&] { return std::to_string(i) + ": " + cases::hex(got) + " is off by " + error.str(3); });
  }
  tally.report("gaussian");
}

TEST_CASE("logarithms of uniform numbers have a relative error below 2^-45") {
  const Stream stream{23, 32};
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const double u = i % 3 == 0 ? 1 - (stream.draw(i) + 0.5) * 0x1p-44 : (stream.draw(i) + 0.5) * 0x1p-32;
    const Wide want = log(Wide(u));
    const Wide got = one_lane::Log(one_lane::OneLane<double>(), u);
    tally.expect(abs(got - want) <= abs(want) * Wide(0x1p-45), [&] { return cases::hex(u); });
  }
  tally.report("log");
}

TEST_CASE("Box-Muller at its extremes: the least and the greatest uniform numbers, quarter turns") {
  const auto check = [](std::uint64_t first, std::uint64_t second) {
    double cosine = 0, sine = 0;
    one_lane::BoxMuller(one_lane::OneLane<double>(), first, second, cosine, sine);
    const Wide u = (Wide(first) + Wide(0.5)) / Wide(4294967296.0);
    const Wide angle =
        2 * boost::math::constants::pi<Wide>() * ((Wide(second) + Wide(0.5)) / Wide(4294967296.0) - Wide(0.5));
    const Wide radius = sqrt(-2 * log(u));
    CAPTURE(first);
    CAPTURE(second);
    CHECK(static_cast<double>(abs(Wide(cosine) - radius * cos(angle))) < 1e-12);
    CHECK(static_cast<double>(abs(Wide(sine) - radius * sin(angle))) < 1e-12);
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
  fill_gaussian({1, 1}, 0, x);
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0, neighbour = 0, pair = 0;
  for (std::size_t i = 0; i < n; ++i) {
    m1 += x[i];
    m2 += x[i] * x[i];
    m3 += x[i] * x[i] * x[i];
    m4 += x[i] * x[i] * x[i] * x[i];
    neighbour += i > 0 ? x[i] * x[i - 1] : 0;
    pair += i >= 16 ? x[i] * x[i - 16] : 0;  // cosine and sine of one angle
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
  fill_gaussian({2, 3}, 12345, x);
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

TEST_CASE("chi-square of 2^20 draws over the values of their highest and of their lowest byte") {
  constexpr std::size_t n = 1 << 20;
  std::vector<std::uint32_t> draws(n);
  fill_draws({4, 5}, 77, draws);
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
