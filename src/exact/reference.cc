#include "lowprec/exact/reference.h"

#include <fmt/format.h>

#include <cmath>

#include "exact/real.h"
#include "exact/wide_lane.h"
#include "format/checks.h"
#include "lane/with_kind.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {

using exact::Real;

struct Reference::Grids {
  Format format;
  Rounding rounding;
  Overflow overflow;
  lane::LaneConstants<exact::WideLane> grid;
  lane::LaneConstants<exact::WideLane> up, down;  // of the neighbours
  lane::LaneConstants<exact::WideLane>
      finer;  // as `grid`, with the precision of normal numbers one binade further down
};

namespace {

constexpr one_lane::OneLane<exact::WideLane> kLane;

// Returns the real number in a lane: exact, or rounded to odd a second time, which is rounding to odd.
exact::WideLane lane_of(const Real& x) {
  using L = std::numeric_limits<exact::WideLane>;
  if (x.is_nan()) return L::quiet_NaN();
  exact::WideLane lane = L::infinity();
  if (x.is_finite()) {
    exact::Integer n = x.significand;
    const int excess = n == 0 ? 0 : std::max(static_cast<int>(msb(n)) + 1 - lane::Lane<exact::WideLane>::precision, 0);
    const bool inexact = excess > 0 && static_cast<int>(lsb(n)) < excess;
    n >>= excess;
    if (inexact) n |= 1;
    lane = ldexp(exact::WideLane(n), x.exponent + excess);
  }
  return x.negative ? exact::WideLane(-lane) : lane;
}

// Returns the number of a lane that has at most 128 significant bits.
Wide wide_of(const exact::WideLane& x) {
  const bool negative = signbit(x) != 0;
  if (x != x) return Wide::nan();
  if (x == 0) return {0, 0, negative};
  if ((boost::multiprecision::isinf)(x)) return Wide::infinity(negative);
  const int exponent = ilogb(x) - 127;
  const exact::WideLane quanta = ldexp(lane::Lane<exact::WideLane>::abs(x), -exponent);
  const exact::WideLane upper = floor(exact::WideLane(ldexp(quanta, -64)));
  const exact::WideLane lower = quanta - ldexp(upper, 64);
  return {format::Uint128{static_cast<std::uint64_t>(upper)} << 64 | static_cast<std::uint64_t>(lower), exponent,
          negative};
}

exact::WideLane round_lane(Rounding r, const lane::LaneConstants<exact::WideLane>& g, const exact::WideLane& x,
                           std::uint32_t draw, Events& events) {
  exact::WideLane result = 0;
  const exact::WideLane random = r.is_stochastic() ? exact::WideLane(draw >> g.random_shift) : exact::WideLane(0);
  lane::with_kind(r.kind, [&](auto kind) { result = one_lane::RoundCounting<kind()>(kLane, g, x, random, events); });
  return result;
}

lane::LaneConstants<exact::WideLane> finer_grid(lane::LaneConstants<exact::WideLane> g) {
  g.least = g.least / 2;
  g.flush_magic = 0;
  return g;
}

}  // namespace

Reference::Reference(const Format& f, Rounding r, Overflow o) {
  format::check(r);
  format::check(o);
  const auto grid = [&](Rounding kind) {
    return lane::make_lane_constants<exact::WideLane>(format::checked(f), kind, o);
  };
  grids_ = std::make_shared<const Grids>(Grids{f, r, o, grid(r), grid(ru), grid(rd), finer_grid(grid(r))});
}

const Format& Reference::format() const { return grids_->format; }
Rounding Reference::rounding() const { return grids_->rounding; }
Overflow Reference::overflow() const { return grids_->overflow; }

// Rounding of exact results.
struct Rounder {
  const Format& format;
  Rounding rounding;
  Overflow overflow;
  const lane::LaneConstants<exact::WideLane>& grid;
  const lane::LaneConstants<exact::WideLane>& finer;
  std::uint32_t draw;

  Wide operator()(const Real& x, format::Flags& flags) const {
    const exact::WideLane lane = lane_of(x);
    Events events;
    const exact::WideLane y = round_lane(rounding, grid, lane, draw, events);
    const bool is_nan = y != y;
    if (overflow == Overflow::error && is_nan && !x.is_nan()) fail(lane);
    flags.overflow = flags.overflow || events.overflow != 0;
    if (!x.is_nan() && y != lane) flags.inexact = true;
    flags.underflow = flags.underflow || (y != lane && is_tiny(x, lane));
    return wide_of(y);
  }

 private:
  // Below the least normal number, if rounded as if exponents went on (IEEE 754-2019, 7.5, after rounding).
  bool is_tiny(const Real& x, const exact::WideLane& lane) const {
    const exact::WideLane least = grid.least;
    if (!x.is_finite() || format.twos_complement || !format.has_zero || lane::Lane<exact::WideLane>::abs(lane) >= least)
      return false;
    Events events;
    return lane::Lane<exact::WideLane>::abs(round_lane(rounding, finer, lane, draw, events)) < least;
  }

  [[noreturn]] void fail(const exact::WideLane& x) const {
    throw Error(fmt::format("the result {} lies beyond the range of {}", x.str(17), to_string(format)));
  }
};

namespace {

template <class Grids>
Rounder rounder(const Grids& g, std::uint32_t draw) {
  return {g.format, g.rounding, g.overflow, g.grid, g.finer, draw};
}

// Rounds what `operation(flags)` gives, and reports.
template <class Grids, class F>
Wide rounded(const Grids& g, std::uint32_t draw, format::Flags* flags, F operation) {
  format::Flags local = flags == nullptr ? format::Flags{} : *flags;
  const Wide result = rounder(g, draw)(operation(local), local);
  if (flags != nullptr) *flags = local;
  return result;
}

bool zero_negative(Rounding r) { return r.kind == Rounding::down; }

}  // namespace

Wide Reference::convert(const Wide& x, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags&) { return Real(x); });
}

Wide Reference::round(const Real& x, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags&) { return x; });
}

Wide Reference::parse(std::string_view text, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags&) { return exact::parse(text); });
}

Wide Reference::add(const Wide& a, const Wide& b, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) {
    return exact::sum(Real(a), Real(b), zero_negative(rounding()), raised);
  });
}

Wide Reference::sub(const Wide& a, const Wide& b, std::uint32_t draw, format::Flags* flags) const {
  return add(a, -b, draw, flags);
}

Wide Reference::mul(const Wide& a, const Wide& b, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) { return exact::product(Real(a), Real(b), raised); });
}

Wide Reference::div(const Wide& a, const Wide& b, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags,
                 [&](format::Flags& raised) { return exact::quotient(Real(a), Real(b), format().is_p3109, raised); });
}

Wide Reference::sqrt(const Wide& a, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) { return exact::square_root(Real(a), raised); });
}

Wide Reference::fma(const Wide& a, const Wide& b, const Wide& c, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) {
    return exact::sum(exact::product(Real(a), Real(b), raised), Real(c), zero_negative(rounding()), raised);
  });
}

Wide Reference::faa(const Wide& a, const Wide& b, const Wide& c, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) {
    return exact::sum(Real(a), Real(b), Real(c), zero_negative(rounding()), raised);
  });
}

Wide Reference::remainder(const Wide& a, const Wide& b, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) {
    return exact::remainder(Real(a), Real(b), exact::Division::nearest, raised);
  });
}

Wide Reference::fmod(const Wide& a, const Wide& b, std::uint32_t draw, format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) {
    return exact::remainder(Real(a), Real(b), exact::Division::truncated, raised);
  });
}

Wide Reference::scaled_add(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw,
                           format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) {
    return exact::sum(exact::product(Real(a), Real(s), raised), exact::product(Real(b), Real(t), raised),
                      zero_negative(rounding()), raised);
  });
}

Wide Reference::scaled_sub(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw,
                           format::Flags* flags) const {
  return scaled_add(a, s, -b, t, draw, flags);
}

Wide Reference::scaled_mul(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw,
                           format::Flags* flags) const {
  return rounded(*grids_, draw, flags, [&](format::Flags& raised) {
    return exact::product(exact::product(Real(a), Real(s), raised), exact::product(Real(b), Real(t), raised), raised);
  });
}

namespace {

template <class Grids>
Wide neighbour(const Grids& g, const Wide& x, bool up) {
  const Format& f = g.format;
  if (x.is_infinite() && x.is_negative() == up) return up ? f.template lowest<Wide>() : f.template max<Wide>();
  format::Flags flags;
  const lane::LaneConstants<exact::WideLane>& grid = up ? g.up : g.down;
  const Rounder round{f, up ? ru : rd, g.overflow, grid, g.finer, 0};
  return round(exact::nudged(Real(x), up), flags);
}

// The format of 64-bit integers. integer() ends at 32 bits.
constexpr Format native_integer(bool is_signed) {
  Format f;
  f.bits = 64;
  f.precision = 64;
  f.least_exponent = 63;
  f.is_signed = is_signed;
  f.twos_complement = true;
  return f;
}

Wide integer_of(const Wide& x, bool is_signed, Rounding r, std::uint32_t draw) {
  if (x.is_nan()) throw Error("NaN has no integer");
  return Reference(native_integer(is_signed), r, Overflow::error).convert(x, draw);
}

std::uint64_t integer_magnitude(const Wide& x) {
  return x.is_zero() ? 0 : static_cast<std::uint64_t>(x.significand() << x.exponent());
}

}  // namespace

Wide Reference::next_up(const Wide& x) const { return neighbour(*grids_, x, true); }
Wide Reference::next_down(const Wide& x) const { return neighbour(*grids_, x, false); }
Wide Reference::next_after(const Wide& x, const Wide& y) const {
  if (x.is_nan() || y.is_nan()) return Wide::nan();
  if (x == y) return y;
  return x < y ? next_up(x) : next_down(x);
}

void exact::count(const Format& f, Overflow overflow, const Wide& result, const format::Flags& flags, Events& events) {
  const bool wraps = overflow == Overflow::wrap;
  const bool loses_bits = flags.inexact && !flags.overflow;
  const bool has_subnormals = !f.twos_complement;
  ++events.rounded;
  events.inexact += flags.inexact ? 1 : 0;
  events.overflow += flags.overflow ? 1 : 0;
  events.saturated += flags.overflow && result.is_finite() && !wraps ? 1 : 0;
  events.underflow += loses_bits && result.is_zero() ? 1 : 0;
  events.subnormal += loses_bits && has_subnormals && !result.is_zero() && result.abs() < f.min_normal<Wide>() ? 1 : 0;
  events.nan += result.is_nan() ? 1 : 0;
  events.nan_created += result.is_nan() && (flags.invalid || flags.overflow || flags.division_by_zero) ? 1 : 0;
}

std::int64_t exact::to_int64(const Wide& x, Rounding r, std::uint32_t draw) {
  const Wide y = integer_of(x, true, r, draw);
  const std::uint64_t magnitude = integer_magnitude(y);
  return static_cast<std::int64_t>(y.is_negative() ? 0 - magnitude : magnitude);
}

std::uint64_t exact::to_uint64(const Wide& x, Rounding r, std::uint32_t draw) {
  return integer_magnitude(integer_of(x, false, r, draw));
}

}  // namespace lowprec
