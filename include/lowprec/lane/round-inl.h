// The rounding formula, written once over the lane vocabulary:
//     round(x) = q R(|x| / q) with the sign of x,  q = 2^(max(floor(log2 |x|), e_min) + 1 - p).
// A format chooses q, a rounding chooses R, overflow is data; see LaneConstants for the constants.
// No include guard: included once for each set of lanes (LOWPREC_LANES, LOWPREC_TEXT).

namespace lowprec::LOWPREC_LANES {

// Observers of Round: one that does not look, and one that counts.
struct NoEvents {
  template <class D, class V>
  LOWPREC_TEXT void operator()(D, lane::LaneConstants<TFromD<D>>, V, V, V) {}
};

// The definition of Events, but for `rounded` and operands other than x: of x rounded to `unlimited`, and that, with
// the range looked at, to y.
struct CountEvents {
  Events& events;

  template <class D, class V>
  LOWPREC_TEXT void operator()(D d, lane::LaneConstants<TFromD<D>> g, V x, V unlimited, V y) {
    const V highest = Set(d, g.highest), lowest = Set(d, g.lowest);
    const auto changed = And(Not(Eq(x, y)), Eq(x, x));
    const auto beyond = And(changed, Or(Lt(highest, unlimited), Lt(unlimited, lowest)));
    const auto within = And(changed, Not(beyond));
    const auto zero = Eq(y, Zero(d));
    const auto nan = Not(Eq(y, y));
    events.inexact += CountTrue(d, changed);
    events.overflow += CountTrue(d, beyond);
    if (g.wrap_modulus == 0) events.saturated += CountTrue(d, And(beyond, Or(Eq(y, highest), Eq(y, lowest))));
    events.underflow += CountTrue(d, And(within, zero));
    events.subnormal += CountTrue(d, And(within, And(Lt(Abs(y), Set(d, g.least_normal)), Not(zero))));
    events.nan += CountTrue(d, nan);
    events.nan_created += CountTrue(d, And(nan, Eq(x, x)));
  }
};

// 2^(P-1) q: numbers of that magnitude have the unit in the last place q, so that adding and subtracting it rounds a
// smaller number to a multiple of q, ties to even (exact for 0 <= ax < 2^(P-1) q; Higham, Accuracy and Stability, 2.2).
template <class D, class V = Vec<D>>
LOWPREC_TEXT V RoundingConstant(D d, lane::LaneConstants<TFromD<D>> g, V ax) {
  const V binade = Min(Max(Binade(d, ax), Set(d, g.least)), Set(d, g.top));
  const V c = Mul(binade, Set(d, g.magic));
  return g.flush_magic != 0 ? IfThenElse(Lt(ax, Set(d, g.least)), Set(d, g.flush_magic), c) : c;
}

// 3/2 of that, for numbers of either sign: where |x| < 2^(P-2) q, so that p <= P - 2, x + c has the unit in the last
// place q whatever the sign of x. Ties go to even since c / q is even. c comes from the binade (least: a normal number)
// by adding P - p to the exponent and setting the first bit of the fraction.
template <lane::RoundingForm kForm, class D, class V = Vec<D>>
LOWPREC_TEXT V SignedRoundingConstant(D d, lane::LaneConstants<TFromD<D>> g, V x) {
  using Bits = typename lane::Lane<TFromD<D>>::Bits;
  constexpr int kFraction = lane::Lane<TFromD<D>>::precision - 1;
  const auto bits = BitsOf<D>();
  const auto step = Set(bits, static_cast<Bits>((Bits{2} * static_cast<Bits>(g.dropped_bits) + 1) << (kFraction - 1)));
  V binade = Set(d, g.least);
  if constexpr (kForm == lane::RoundingForm::binades)
    binade = MinMagnitude(d, MaxMagnitude(d, Binade(d, x), binade), Set(d, g.top));
  return BitCast(d, Add(BitCast(bits, binade), step));
}

// The bits of |x| count its numbers upwards, so rounding to nearest, ties to even, off the last k of them is adding
// 2^(k-1) - 1 and the last bit kept, and cutting off. A carry out of the largest binade gives infinity. NaN stays NaN.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V RoundFields(D d, lane::LaneConstants<TFromD<D>> g, V x) {
  using Bits = typename lane::Lane<TFromD<D>>::Bits;
  const auto bits = BitsOf<D>();
  const auto below_half = Set(bits, static_cast<Bits>((Bits{1} << (g.dropped_bits - 1)) - 1));
  const auto kept = Set(bits, static_cast<Bits>(~Bits{0} << g.dropped_bits));
  const auto code = BitCast(bits, x);
  const auto odd = And(ShiftRightSame(code, g.dropped_bits), Set(bits, Bits{1}));
  return IfThenElse(Eq(x, x), BitCast(d, And(Add(Add(code, below_half), odd), kept)), Add(x, x));
}

// x rounded to nearest, ties to even, the range not yet looked at, for grids of a form other than general.
template <lane::RoundingForm kForm, class D, class V = Vec<D>>
LOWPREC_TEXT V RoundNearest(D d, lane::LaneConstants<TFromD<D>> g, V x) {
  if constexpr (kForm == lane::RoundingForm::fields) {
    return RoundFields(d, g, x);
  } else if constexpr (kForm == lane::RoundingForm::half) {
    // NaN made quiet, as x + x would, in units that conversions do not need.
    return IfThenElse(Eq(x, x), RoundToHalf(d, x), Or(x, Set(d, std::numeric_limits<TFromD<D>>::quiet_NaN())));
  } else {
    const V c = SignedRoundingConstant<kForm>(d, g, x);
    const V y = Sub(Add(x, c), c);
    return kForm == lane::RoundingForm::one_quantum ? y : Or(y, And(x, Set(d, g.zero)));
  }
}

// Whether `lower`, a multiple of the quantum in the binade of x, has an odd code.
template <class D, class V = Vec<D>>
LOWPREC_TEXT auto OddCode(D d, lane::LaneConstants<TFromD<D>> g, V lower, V c) {
  if (g.power_of_two) {
    const auto odd_exponent = OddExponent(d, lower);
    const auto odd = g.parity_is_exponent ? odd_exponent : Not(odd_exponent);
    return And(odd, Lt(Zero(d), lower));
  }
  const V twice = Add(c, c);
  return Not(Eq(Sub(Add(lower, twice), twice), lower));
}

// R: whether lower + fraction, 0 <= fraction < q, goes up to lower + q. `random` holds N-bit integers.
template <Rounding::Kind kKind, class D, class V = Vec<D>>
LOWPREC_TEXT auto GoesUp(D d, lane::LaneConstants<TFromD<D>> g, V x, V fraction, V q, V c, V lower, V random) {
  const V zero = Zero(d);
  const V rest = Sub(q, fraction);
  const auto inexact = Lt(zero, fraction);
  if constexpr (kKind == Rounding::nearest_even)
    return Or(Lt(rest, fraction), And(Eq(rest, fraction), OddCode(d, g, lower, c)));
  else if constexpr (kKind == Rounding::nearest_away)
    return Not(Lt(fraction, rest));
  else if constexpr (kKind == Rounding::nearest_zero)
    return Lt(rest, fraction);
  else if constexpr (kKind == Rounding::toward_zero)
    return Lt(fraction, zero);
  else if constexpr (kKind == Rounding::up)
    return And(inexact, Lt(zero, x));
  else if constexpr (kKind == Rounding::down)
    return And(inexact, Lt(x, zero));
  else if constexpr (kKind == Rounding::to_odd)
    return And(inexact, Not(OddCode(d, g, lower, c)));
  else if constexpr (kKind == Rounding::stochastic_equal)
    return And(inexact, Lt(zero, random));
  else {
    // d 2^N in units of step = q 2^-N, compared with (2^N - r) steps: all exact.
    const V scale = Set(d, g.random_scale);
    const V step = Mul(q, scale);
    const V threshold = Sub(q, Mul(random, step));
    if constexpr (kKind == Rounding::stochastic_a) {
      return And(inexact, Not(Lt(fraction, threshold)));
    } else if constexpr (kKind == Rounding::stochastic_b) {
      return And(inexact, Not(Lt(fraction, Sub(threshold, Mul(step, Set(d, TFromD<D>{0.5}))))));
    } else {
      static_assert(kKind == Rounding::stochastic_c, "a rounding needs a formula here");
      const V fine = Mul(c, scale);
      return And(inexact, Not(Lt(Sub(Add(fraction, fine), fine), threshold)));
    }
  }
}

// The magnitude of the rounded number, the range not yet looked at.
template <Rounding::Kind kKind, class D, class V = Vec<D>>
LOWPREC_TEXT V RoundMagnitude(D d, lane::LaneConstants<TFromD<D>> g, V x, V ax, V random) {
  const V c = RoundingConstant(d, g, ax);
  const V nearest = IfThenElse(Lt(ax, Set(d, g.exact_above)), Sub(Add(ax, c), c), ax);
  if constexpr (kKind == Rounding::nearest_even) {
    if (!g.power_of_two) return nearest;
  }
  const V q = Mul(c, Set(d, std::numeric_limits<TFromD<D>>::epsilon()));
  const V lower = IfThenElse(Lt(ax, nearest), Sub(nearest, q), nearest);
  const auto up = GoesUp<kKind>(d, g, x, Sub(ax, lower), q, c, lower, random);
  return IfThenElse(up, Add(lower, q), lower);
}

// x rounded, the range not yet looked at. kGeneral = false requires !g.general and gives the same result.
template <Rounding::Kind kKind, bool kGeneral, class D, class V = Vec<D>>
LOWPREC_TEXT V RoundUnlimited(D d, lane::LaneConstants<TFromD<D>> g, V x, V random) {
  if constexpr (!kGeneral) {
    return RoundNearest<lane::RoundingForm::binades>(d, g, x);
  } else {
    const V ax = Abs(x);
    const auto high = Lt(Set(d, g.scale_above), ax);
    const V scaled = IfThenElse(high, Mul(ax, Set(d, g.scale_down)), ax);
    const V magnitude = RoundMagnitude<kKind>(d, g, x, scaled, random);
    const V restored = IfThenElse(high, Mul(magnitude, Set(d, g.scale_up)), magnitude);
    return Add(CopySignToAbs(restored, x), Set(d, g.zero));
  }
}

// y modulo 2^k quanta, into the range of the format; exact (all scalings are by powers of two). From 2^(P-1) moduli on,
// every lane number is a multiple of the modulus.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Wrap(D d, lane::LaneConstants<TFromD<D>> g, V y) {
  const V modulus = Set(d, g.wrap_modulus);
  const V turns_limit = Set(d, TFromD<D>{1} / std::numeric_limits<TFromD<D>>::epsilon());
  const V near = IfThenElse(Lt(Abs(y), Mul(modulus, turns_limit)), y, Zero(d));
  const V turns = Div(near, modulus);
  const V wrapped = Mul(Sub(turns, Floor(turns)), modulus);
  return IfThenElse(Lt(Set(d, g.highest), wrapped), Sub(wrapped, modulus), wrapped);
}

// Steps that few formats need, before the range is looked at ...
template <class D, class V = Vec<D>>
LOWPREC_TEXT V BeforeLimits(D d, lane::LaneConstants<TFromD<D>> g, V x, V y) {
  const V zero = Zero(d);
  if (g.underflow != 0) y = IfThenElse(And(Eq(y, zero), Lt(zero, x)), Set(d, g.underflow), y);
  return y;
}

// ... and after: infinities do not always become what finite numbers beyond the range do.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V RoundInfinities(D d, lane::LaneConstants<TFromD<D>> g, V x, V y) {
  const V infinity = Set(d, std::numeric_limits<TFromD<D>>::infinity());
  y = IfThenElse(Eq(x, infinity), Set(d, g.plus_infinity), y);
  return IfThenElse(Eq(x, Sub(Zero(d), infinity)), Set(d, g.minus_infinity), y);
}

// x rounded to the grid. NaN stays NaN. kGeneral = false requires !g.general and gives the same result.
template <Rounding::Kind kKind, bool kGeneral, class D, class Observer, class V = Vec<D>>
LOWPREC_TEXT V Round(D d, lane::LaneConstants<TFromD<D>> g, V x, V random, Observer& observer) {
  V y = RoundUnlimited<kKind, kGeneral>(d, g, x, random);
  if constexpr (kGeneral) y = BeforeLimits(d, g, x, y);
  const V unlimited = y;
  const auto above = Lt(Set(d, g.highest), y);
  const auto below = Lt(y, Set(d, g.lowest));
  if (kGeneral && g.wrap_modulus != 0)
    y = IfThenElse(Or(above, below), Wrap(d, g, y), y);
  else
    y = IfThenElse(above, Set(d, g.above), IfThenElse(below, Set(d, g.below), y));
  if constexpr (kGeneral) y = RoundInfinities(d, g, x, y);
  observer(d, g, x, unlimited, y);
  return y;
}

// Round, uncounted; for deterministic roundings without random numbers.
template <Rounding::Kind kKind, bool kGeneral, class D, class V = Vec<D>>
LOWPREC_TEXT V RoundQuietly(D d, lane::LaneConstants<TFromD<D>> g, V x) {
  NoEvents observer;
  return Round<kKind, kGeneral>(d, g, x, Zero(d), observer);
}

// Round for arrays, in the form g.form (but general) of the formula and with g.limits; the same result. Where numbers
// beyond the range become its ends, they may as well before they are rounded.
template <lane::RoundingForm kForm, lane::RangeForm kLimits, class D, class V = Vec<D>>
LOWPREC_TEXT V RoundInForm(D d, lane::LaneConstants<TFromD<D>> g, V x) {
  const V highest = Set(d, g.highest);
  const V lowest = Set(d, g.lowest);
  if constexpr (kLimits == lane::RangeForm::saturate) return RoundNearest<kForm>(d, g, ClampNumber(x, lowest, highest));
  const V y = RoundNearest<kForm>(d, g, x);
  if constexpr (kLimits == lane::RangeForm::infinity) return y;
  return IfThenElse(Lt(highest, y), Set(d, g.above), IfThenElse(Lt(y, lowest), Set(d, g.below), y));
}

template <Rounding::Kind kKind, class D, class V = Vec<D>>
LOWPREC_TEXT V RoundCounting(D d, lane::LaneConstants<TFromD<D>> g, V x, V random, Events& events) {
  CountEvents observer{events};
  return Round<kKind, true>(d, g, x, random, observer);
}

// The N-bit integers, as numbers, of draws.
template <class D>
LOWPREC_TEXT Vec<D> RandomLanes(D d, lane::LaneConstants<TFromD<D>> g, const std::uint32_t* draws) {
  return ToDouble(d, ShiftRightSame(LoadWords(BitsOf<D>(), draws), g.random_shift));
}

}  // namespace lowprec::LOWPREC_LANES
