// One sequential sum: by tables of rounded sums, in one binary32 lane, and operation by operation, one after the other
// where operands ask for it. Bit for bit against loops over scalar operations, on arrays of double and float, on every
// target.
#include "linalg/dot_chain.h"

#include "lowprec/array/codec.h"
#include "lowprec/format/presets.h"
#include "lowprec/linalg/linalg.h"
#include "support/matrices.h"

using namespace lowprec;
using matrices::kInf;
using matrices::kNan;
using matrices::same;
using plain::Definition;
using plain::Setting;
using plain::Spec;

namespace {

using Doubles = std::vector<double>;

// Enough to have a table.
constexpr std::size_t kMany = 60000;

// Its dots of one format go by a table, if any do.
void make_table(matrices::Machines& machines) {
  const std::vector<double> zeros(kMany);
  for (int i = 0; i < 2; ++i) dot(machines.mixed, VectorView<const double>(zeros), VectorView<const double>(zeros));
}

template <class T>
double dot_of(const linalg::DynamicMixed& m, const Doubles& x, const Doubles& y, std::ptrdiff_t stride) {
  std::vector<T> xs(x.size() * static_cast<std::size_t>(stride) + 1), ys(y.begin(), y.end());
  for (std::size_t k = 0; k < x.size(); ++k) xs[k * static_cast<std::size_t>(stride)] = static_cast<T>(x[k]);
  return static_cast<double>(dot(m, VectorView<const T>(xs.data(), x.size(), stride), VectorView<const T>(ys)));
}

struct Trial {
  Doubles x, y;
  std::string name;
};

// As the elements of arrays of T.
template <class T>
Doubles narrowed(const Doubles& x) {
  Doubles result;
  for (const double v : x) result.push_back(static_cast<T>(v));
  return result;
}

template <class T>
void check(cases::Tally& tally, const Setting& s, const std::vector<Trial>& trials, bool by_table) {
  if (!matrices::fits<T>(s)) return;
  matrices::Machines machines(s);
  if (by_table) make_table(machines);
  for (const Trial& t : trials) {
    const double want = Definition(s).dot(narrowed<T>(t.x), narrowed<T>(t.y), {});
    for (const std::ptrdiff_t stride : {1, 3}) {
      const double got = dot_of<T>(machines.mixed, t.x, t.y, stride);
      tally.expect(same(got, want), [&] {
        return t.name + ", " + std::to_string(t.x.size()) + (sizeof(T) == 4 ? " floats" : " doubles") +
               (by_table ? ", by table: " : ": ") + cases::hex(got) + ", not " + cases::hex(want);
      });
    }
  }
}

Doubles with(Doubles x, std::size_t at, double value) {
  x[at] = value;
  return x;
}

std::vector<Trial> of_lengths(const Format& f) {
  std::vector<Trial> result;
  for (const std::size_t n : {0, 1, 2, 3, 15, 16, 17, 63, 64, 65, 1023, 1024, 1025, 3000})
    result.push_back({matrices::numbers(f, n, 1), matrices::numbers(f, n, 2), "numbers"});
  return result;
}

// Where a chain would go wrong: at its last term, or in its second piece.
std::vector<Trial> adversarial(const Format& f) {
  const std::size_t n = 1100;
  const double m = f.max(), q = f.min_positive();
  Doubles small(n, q), one(n, 1), halves(n, 0.5), x = matrices::numbers(f, n, 3);
  for (double& v : x) v = std::abs(v) > 1 ? 1 : v;
  Doubles there_and_back(n, m / 16);
  for (std::size_t k = n / 2; k < n; ++k) there_and_back[k] = -m / 16;
  std::vector<Trial> result{
      {Doubles(n, m / 16), one, "sums grow out of range"},
      {Doubles(n, m / 16), Doubles(n, -1), "sums grow out of range below zero"},
      {there_and_back, one, "sums leave the range and come back"},
      {with(small, n - 1, m), one, "the last term is the largest number"},
      {with(with(x, n - 2, m), n - 1, m), one, "overflow at the last term"},
      {with(with(x, 5, m), 6, m), one, "overflow at an early term"},
      {with(with(x, n - 2, f.lowest()), n - 1, f.lowest()), one, "overflow downwards"},
      {with(with(with(x, 7, m), 8, m), 9, -m), one, "a sum comes back"},
      {with(x, 1050, m), with(one, 1050, m), "a product overflows"},
      {small, halves, "products of half the least number"},
      {Doubles(n, -q), one, "least numbers below zero"},
      {with(Doubles(n), 3, 1.1875 + 0x1p-23), with(one, 3, 1 - 0x1p-23), "a product rounded to a tie by binary32"},
      {Doubles(n, -0.0), one, "negative zeros"},
      {Doubles(n, 0.0), Doubles(n, -1), "products of -0"},
  };
  for (const double odd : {kNan, kInf, -kInf, 0.3, -0.0, 1e300, 1e-300, 0x1p-149, 1 + 0x1p-23})
    for (const std::size_t at : {std::size_t{0}, std::size_t{500}, n - 1})
      result.push_back({with(x, at, odd), one, "operand " + cases::hex(odd) + " at " + std::to_string(at)});
  result.push_back({with(x, 3, kInf), with(one, 3, 0), "infinity times zero"});
  return result;
}

void check_on_every_target(const Setting& s, const std::string& name) {
  std::vector<Trial> trials = of_lengths(s.products.format);
  for (Trial& t : adversarial(s.products.format)) trials.push_back(std::move(t));
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const bool by_table : {false, true}) {
      check<double>(tally, s, trials, by_table);
      check<float>(tally, s, trials, by_table);
    }
    tally.report(name + " on " + target);
  });
}

}  // namespace

TEST_CASE("tables of rounded sums: every pair of codes") {
  const Spec specs[] = {{e4m3fn},
                        {e4m3fn, rd},
                        {e4m3fn, ro, Overflow::saturate},
                        {e5m2},
                        {e5m2, rna},
                        {e4m3fnuz},
                        {integer(8)},
                        {integer(8), rne, Overflow::wrap},
                        {fixed(7, 3), rz},
                        {e2m3, ru},
                        {p3109(8, 4, true, true)}};
  cases::for_each_target([&](const std::string& target) {
    for (const Spec& spec : specs) {
      Dynamic a = spec.dynamic();
      const auto table = linalg::sum_codes(a);
      REQUIRE(table != nullptr);
      cases::Tally tally;
      const unsigned n = 1U << spec.format.bits;
      for (unsigned p = 0; p < n; ++p)
        for (unsigned s = 0; s < n; ++s) {
          const double want = a.add(decode(spec.format, s), decode(spec.format, p), {});
          const double got = decode(spec.format, table[256 * p + s]);
          tally.expect(same(got, want), [&] {
            return std::to_string(p) + " + " + std::to_string(s) + ": " + cases::hex(got) + ", not " + cases::hex(want);
          });
        }
      tally.report(target);
    }
  });
  CHECK(linalg::sum_codes(Dynamic(e4m3fn, sr)) == nullptr);
  CHECK(linalg::sum_codes(Dynamic(e4m3fn, rne, Overflow::error)) == nullptr);
  CHECK(linalg::sum_codes(Dynamic(e8m0)) == nullptr);
  CHECK(linalg::sum_codes(Dynamic(binary16)) == nullptr);
}

TEST_CASE("dots: every sum of two numbers of 8-bit formats, by table") {
  cases::for_each_target([&](const std::string& target) {
    for (const Format& f : {e4m3fn, e5m2, integer(8)}) {
      matrices::Machines machines(Spec{f});
      make_table(machines);
      Dynamic plain(f);
      cases::Tally tally;
      const float one[] = {1, 1};
      for (unsigned p = 0; p < 256; ++p)
        for (unsigned s = 0; s < 256; ++s) {
          const float terms[] = {static_cast<float>(decode(f, s)), static_cast<float>(decode(f, p))};
          const double want = plain.add(plain.add(0, terms[0], {}), terms[1], {});
          const double got = dot(machines.mixed, VectorView<const float>(terms), VectorView<const float>(one));
          tally.expect(same(got, want), [&] { return cases::hex(got) + ", not " + cases::hex(want); });
        }
      tally.report(target);
    }
  });
}

TEST_CASE("dots: formats of 8 bits") {
  check_on_every_target(Spec{e4m3fn}, "e4m3");
  check_on_every_target(Spec{e4m3fn, rne, Overflow::saturate}, "saturating e4m3");
  check_on_every_target(Spec{e5m2}, "e5m2");
  check_on_every_target(Spec{integer(8)}, "int8");
  check_on_every_target(Spec{fixed(8, 4), rd}, "fixed(8,4)@rd");
  check_on_every_target(Spec{integer(8), rna, Overflow::wrap}, "wrapping int8@rna");
}

TEST_CASE("dots: formats in one binary32 lane") {
  check_on_every_target(Spec{binary16}, "binary16");
  check_on_every_target(Spec{bfloat16}, "bfloat16");
  check_on_every_target(Spec{fp(6, 9), rne, Overflow::saturate}, "saturating fp(6,9)");
  check_on_every_target(Spec{integer(16)}, "int16");
  check_on_every_target(Spec{binary32}, "binary32");
}

TEST_CASE("dots: sums of another format, other roundings, formats beyond binary32") {
  check_on_every_target({Spec{e4m3fn}, Spec{binary16}}, "e4m3 into binary16");
  check_on_every_target({Spec{bfloat16}, Spec{binary32}}, "bfloat16 into binary32");
  check_on_every_target({Spec{e4m3fn}, Spec{e4m3fn, rz}}, "e4m3 into e4m3@rz");
  check_on_every_target(Spec{binary16, ru}, "binary16@ru");
  check_on_every_target(Spec{fp(9, 12)}, "fp(9,12)");
}

TEST_CASE("dots: what is observed is counted all the same") {
  matrices::Machines machines(Spec{e4m3fn});
  make_table(machines);
  machines.products.observe(true);
  const std::vector<double> x(100, 448), y(100, 2);
  dot(machines.mixed, VectorView<const double>(x), VectorView<const double>(y));
  CHECK(machines.products.events().rounded == 100);
  CHECK(machines.products.events().overflow == 100);
}
