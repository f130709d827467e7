// + - x / of two lanes, rounded to odd: the result is exact if it is a number of the lane type, and otherwise the
// neighbour of it whose significand is odd. A second rounding to at least two bits less is then correct in every mode
// (Boldo & Melquiond, "When double rounding is odd", inria-00070603). Fused operations are not used, because their
// speed differs between targets, though their bits do not. There is no include guard: the file is included once for
// each set of lanes.

namespace lowprec::LOWPREC_LANES {

// Returns the result rounded to odd. s is the result rounded to nearest, and `error` has the sign of (exact result -
// s).
template <class D, class V = Vec<D>>
LOWPREC_TEXT V ToOdd(D d, V s, V error) {
  const auto bits = BitsOf<D>();
  const auto one = Set(bits, typename lane::Lane<TFromD<D>>::Bits{1});
  const V zero = Zero(d);
  const V larger = BitCast(d, Add(BitCast(bits, s), one));
  const V smaller = BitCast(d, Sub(BitCast(bits, s), one));
  const auto is_even = Eq(And(s, BitCast(d, one)), zero);
  const auto is_inexact_and_finite =
      And(Lt(zero, Abs(error)), Lt(Abs(s), Set(d, std::numeric_limits<TFromD<D>>::infinity())));
  const auto away = Lt(zero, CopySignToAbs(Set(d, TFromD<D>{1}), Xor(error, s)));
  return IfThenElse(And(is_even, is_inexact_and_finite), IfThenElse(away, larger, smaller), s);
}

// Returns a + b - s, exactly. s must be a + b rounded to nearest (Knuth's TwoSum; TAOCP 2, 4.2.2, theorem B).
template <class V>
LOWPREC_TEXT V SumError(V a, V b, V s) {
  const V b_part = Sub(s, a);
  const V a_part = Sub(s, b_part);
  return Add(Sub(a, a_part), Sub(b, b_part));
}

// Returns the upper half of the significand of a (Veltkamp's splitting with 2^ceil(P/2) + 1).
template <class D, class V = Vec<D>>
LOWPREC_TEXT V UpperHalf(D d, V a) {
  using T = TFromD<D>;
  constexpr int kShift = (lane::Lane<T>::precision + 1) / 2;
  const V scaled = Mul(a, Set(d, static_cast<T>((std::uint64_t{1} << kShift) + 1)));
  return Sub(scaled, Sub(scaled, a));
}

// a b - s for s the nearest product of a and b, exact where no part underflows (Dekker 1971, Numer. Math. 18, 224).
template <class D, class V = Vec<D>>
LOWPREC_TEXT V ProductError(D d, V a, V b, V s) {
  const V a_upper = UpperHalf(d, a);
  const V b_upper = UpperHalf(d, b);
  const V a_lower = Sub(a, a_upper);
  const V b_lower = Sub(b, b_upper);
  const V upper = Sub(s, Mul(a_upper, b_upper));
  const V middle = Sub(Sub(upper, Mul(a_lower, b_upper)), Mul(a_upper, b_lower));
  return Sub(Mul(a_lower, b_lower), middle);
}

template <class D, class V = Vec<D>>
LOWPREC_TEXT V SumToOdd(D d, V a, V b) {
  const V s = Add(a, b);
  return ToOdd(d, s, SumError(a, b, s));
}

template <class D, class V = Vec<D>>
LOWPREC_TEXT V ProductToOdd(D d, V a, V b) {
  const V s = Mul(a, b);
  return ToOdd(d, s, ProductError(d, a, b, s));
}

// The remainder a - s b of a nearest quotient is exact (Markstein 1990), and a / b - s has its sign times that of b.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V QuotientToOdd(D d, V a, V b) {
  const V s = Div(a, b);
  const V product = Mul(s, b);
  const V remainder = Sub(Sub(a, product), ProductError(d, s, b, product));
  return ToOdd(d, s, CopySignToAbs(Abs(remainder), Xor(remainder, b)));
}

// So is the remainder a - s^2 of a nearest square root (Markstein 1990), and sqrt(a) - s has its sign.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V SquareRootToOdd(D d, V a) {
  const V s = Sqrt(a);
  const V square = Mul(s, s);
  return ToOdd(d, s, Sub(Sub(a, square), ProductError(d, s, s, square)));
}

// A product or quotient y of a and b, where it left the range of the lane: a result of finite numbers other than zero
// is neither zero nor infinite all the same.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V KeepInRange(D d, V a, V b, V y) {
  using L = std::numeric_limits<TFromD<D>>;
  const V zero = Zero(d);
  const V infinity = Set(d, L::infinity());
  const auto is_finite = And(Lt(Abs(a), infinity), Lt(Abs(b), infinity));
  const auto is_nonzero = And(Lt(zero, Abs(a)), Lt(zero, Abs(b)));
  const V clamped = CopySignToAbs(Min(Max(Abs(y), Set(d, L::denorm_min())), Set(d, L::max())), y);
  return IfThenElse(And(is_finite, is_nonzero), clamped, y);
}

// Sum, Product, Quotient and SquareRoot for a grid: what Round may be applied to (see Operations).
template <class D, class V = Vec<D>>
LOWPREC_TEXT V SignZeroSum(D d, lane::LaneConstants<TFromD<D>> g, V a, V b, V s) {
  return g.zero_sums_negative ? IfThenElse(Eq(s, Zero(d)), CopySignToAbs(Zero(d), Or(a, b)), s) : s;
}
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Sum(D d, lane::LaneConstants<TFromD<D>> g, V a, V b) {
  return SignZeroSum(d, g, a, b, g.round_odd ? SumToOdd(d, a, b) : Add(a, b));
}
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Product(D d, lane::LaneConstants<TFromD<D>> g, V a, V b) {
  return g.round_odd ? ProductToOdd(d, a, b) : Mul(a, b);
}
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Quotient(D d, lane::LaneConstants<TFromD<D>> g, V a, V b) {
  const V quotient = g.round_odd ? QuotientToOdd(d, a, b) : Div(a, b);
  if (!g.zero_quotients_nan) return quotient;
  return IfThenElse(Eq(b, Zero(d)), Set(d, std::numeric_limits<TFromD<D>>::quiet_NaN()), quotient);
}
template <class D, class V = Vec<D>>
LOWPREC_TEXT V SquareRoot(D d, lane::LaneConstants<TFromD<D>> g, V a) {
  return g.round_odd ? SquareRootToOdd(d, a) : Sqrt(a);
}

// a b + c, where `fuses` holds: the product is exact.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V FusedMultiplyAdd(D d, lane::LaneConstants<TFromD<D>> g, V a, V b, V c) {
  const V product = Mul(a, b);
  return SignZeroSum(d, g, product, c, SumToOdd(d, product, c));
}

// s a and a / s for an s that need not be a number of the format. Binary64 itself, rounded to nearest, takes them as
// they are.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Scaling(D d, lane::LaneConstants<TFromD<D>> g, V s, V a) {
  return g.odd_scaling ? KeepInRange(d, s, a, ProductToOdd(d, s, a)) : Mul(s, a);
}
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Ratio(D d, lane::LaneConstants<TFromD<D>> g, V a, V s) {
  return g.odd_scaling ? KeepInRange(d, a, s, QuotientToOdd(d, a, s)) : Div(a, s);
}

}  // namespace lowprec::LOWPREC_LANES
