// Converts between numbers and codes, written once over the lane vocabulary. CodeConstants has the constants and
// CodeLayout the formulas. Each function takes the numbers of the format, exactly, and returns a mask of the lanes that
// are such numbers. The functions named Specials deal with the others: infinities, NaN, and the one exceptional code.
// There is no include guard: the file is included once for each set of lanes (LOWPREC_LANES, LOWPREC_TEXT).
#include "lowprec/lane/code_constants.h"

namespace lowprec::LOWPREC_LANES {

// Chooses codes by a mask of values.
template <class D, class M, class B>
LOWPREC_TEXT B ChooseCodes(D d, M mask, B yes, B no) {
  return BitCast(BitsOf<D>(), IfThenElse(mask, BitCast(d, yes), BitCast(d, no)));
}

// x + magic = 2^(P-1) q + (x / q + 2^(k-1)) q has the unit in the last place q, so its last k bits are the code with
// the sign bit turned over; exact, or subtracting magic does not give x back.
template <class D, class B, class V = Vec<D>>
LOWPREC_TEXT auto EncodeFixedPoint(D d, lane::CodeConstants<TFromD<D>> g, V x, B& code) {
  const auto bits = BitsOf<D>();
  const V magic = Set(d, g.magic);
  const V inside = Min(Max(x, Set(d, g.lowest)), Set(d, g.highest));
  const V sum = Add(inside, magic);
  code = Xor(BitCast(bits, sum), Set(bits, g.offset));
  return Eq(Sub(sum, magic), x);
}

// Returns whether x is not below the range. If there are no subnormal numbers, x must not lie between 0 and 2^e_min
// either.
template <class D, class V = Vec<D>>
LOWPREC_TEXT auto HasCode(D d, lane::CodeConstants<TFromD<D>> g, V x) {
  const auto in_range = Not(Lt(x, Set(d, g.lowest)));
  const auto is_normal = Not(Lt(Abs(x), Set(d, g.least)));
  return g.flushes ? And(in_range, Or(is_normal, Eq(x, Zero(d)))) : in_range;
}

// sum = a + base, base = max(a, 2^e_min), is 2a for a normal number and lies in the binade of 2^e_min for a subnormal
// one: over all a >= 0 the bits of sum count upwards from those of 2^e_min, 2^(P-p) a number of the format. Without the
// last P - p bits, sum - base is exact (Sterbenz), so it is a if and only if a is a number of the format.
template <lane::CodeLayout kLayout, class D, class B, class V = Vec<D>>
LOWPREC_TEXT auto EncodeFloatingPoint(D d, lane::CodeConstants<TFromD<D>> g, V x, B& code) {
  const auto bits = BitsOf<D>();
  const V y = Add(x, Set(d, g.zero));
  const V sign = And(y, Set(d, g.sign_mask));
  const V a = Xor(y, sign);
  const V inside = Min(a, Set(d, g.highest));
  const V base = kLayout == lane::CodeLayout::rebased ? Max(inside, Set(d, g.least)) : Zero(d);
  const V sum = kLayout == lane::CodeLayout::rebased ? Add(inside, base) : inside;
  const V kept = And(sum, Set(d, g.kept));
  const V back = kLayout == lane::CodeLayout::rebased ? Sub(kept, base) : kept;
  const B magnitude = ShiftRightSame(Sub(BitCast(bits, sum), Set(bits, g.offset)), g.shift);
  code = Or(magnitude, ShiftRightSame(BitCast(bits, sign), g.sign_shift));
  const auto valid = Eq(back, a);
  return g.checks_values ? And(valid, HasCode(d, g, x)) : valid;
}

template <class D, class B, class M, class V = Vec<D>>
LOWPREC_TEXT auto EncodeSpecials(D d, lane::CodeConstants<TFromD<D>> g, V x, M valid, B& code) {
  const auto bits = BitsOf<D>();
  const V sign = And(x, Set(d, g.sign_mask));
  const V a = Xor(x, sign);
  const B sign_code = ShiftRightSame(BitCast(bits, sign), g.sign_shift);
  const auto infinite = Eq(a, Set(d, g.infinity));
  const auto odd = Eq(a, Set(d, g.exceptional_value));
  const auto nan = Not(Eq(x, x));
  code = ChooseCodes(d, infinite, Or(Set(bits, g.infinity_code), sign_code), code);
  code = ChooseCodes(d, odd, Set(bits, g.exceptional_code), code);
  code = ChooseCodes(d, nan, Set(bits, g.nan_code), code);
  const auto known = Or(valid, Or(infinite, odd));
  return g.encodes_nan ? Or(known, nan) : known;
}

template <lane::CodeLayout kLayout, class D, class B, class V = Vec<D>>
LOWPREC_TEXT auto EncodeNumbers(D d, lane::CodeConstants<TFromD<D>> g, V x, B& code) {
  if constexpr (kLayout == lane::CodeLayout::fixed_point)
    return EncodeFixedPoint(d, g, x, code);
  else
    return EncodeFloatingPoint<kLayout>(d, g, x, code);
}

// The codes of x; clears all_valid if a lane is not a number of the format.
template <lane::CodeLayout kLayout, class D, class V = Vec<D>>
LOWPREC_TEXT auto Encode(D d, lane::CodeConstants<TFromD<D>> g, V x, bool& all_valid) {
  auto code = BitCast(BitsOf<D>(), x);
  const auto valid = EncodeNumbers<kLayout>(d, g, x, code);
  if (!AllTrue(d, valid)) all_valid &= AllTrue(d, EncodeSpecials(d, g, x, valid, code));
  return code;
}

template <class D, class B, class V = Vec<D>>
LOWPREC_TEXT auto DecodeFixedPoint(D d, lane::CodeConstants<TFromD<D>> g, B code, V& value) {
  const auto bits = BitsOf<D>();
  value = Sub(BitCast(d, Xor(code, Set(bits, g.offset))), Set(d, g.magic));
  return Not(Lt(Set(bits, g.max_code), code));
}

// EncodeFloatingPoint backwards: base = max(sum / 2, 2^e_min), and a = sum - base is exact.
template <lane::CodeLayout kLayout, class D, class B, class V = Vec<D>>
LOWPREC_TEXT auto DecodeFloatingPoint(D d, lane::CodeConstants<TFromD<D>> g, B code, V& value) {
  const auto bits = BitsOf<D>();
  const B magnitude = And(code, Set(bits, g.unsign));
  const B sign = ShiftLeftSame(Xor(code, magnitude), g.sign_shift);
  V a = BitCast(d, Add(ShiftLeftSame(magnitude, g.shift), Set(bits, g.offset)));
  if constexpr (kLayout == lane::CodeLayout::rebased) a = Sub(a, Max(Mul(a, Set(d, TFromD<D>{0.5})), Set(d, g.least)));
  const auto valid = Not(Lt(Set(bits, g.max_code), magnitude));
  if (!g.checks_codes) [[likely]] {
    value = Or(a, BitCast(d, sign));
    return valid;
  }
  if (g.flushes) a = IfThenElse(Lt(a, Set(d, g.least)), Zero(d), a);
  value = Or(a, BitCast(d, sign));
  return And(valid, Not(Eq(code, Set(bits, g.exceptional_code))));
}

template <class D, class B, class V = Vec<D>>
LOWPREC_TEXT auto DecodeSpecials(D d, lane::CodeConstants<TFromD<D>> g, B code, V& value) {
  using Bits = typename lane::CodeConstants<TFromD<D>>::Bits;
  const auto bits = BitsOf<D>();
  const V infinity = Set(d, std::numeric_limits<TFromD<D>>::infinity());
  const V nan = Set(d, std::numeric_limits<TFromD<D>>::quiet_NaN());
  const B magnitude = And(code, Set(bits, g.unsign));
  const B sign = ShiftLeftSame(Xor(code, magnitude), g.sign_shift);
  B result = IfThenElse(Lt(Set(bits, g.max_code), magnitude), BitCast(bits, nan), BitCast(bits, value));
  result = IfThenElse(Eq(magnitude, Set(bits, g.infinity_code)), Or(BitCast(bits, infinity), sign), result);
  result = IfThenElse(Eq(code, Set(bits, g.exceptional_code)), BitCast(bits, Set(d, g.exceptional_value)), result);
  value = BitCast(d, result);
  return Eq(And(code, Set(bits, static_cast<Bits>(~g.codes))), Zero(bits));
}

template <lane::CodeLayout kLayout, class D, class B, class V = Vec<D>>
LOWPREC_TEXT auto DecodeNumbers(D d, lane::CodeConstants<TFromD<D>> g, B code, V& value) {
  if constexpr (kLayout == lane::CodeLayout::fixed_point)
    return DecodeFixedPoint(d, g, code, value);
  else
    return DecodeFloatingPoint<kLayout>(d, g, code, value);
}

// The values of codes; clears all_valid if a lane has more bits than the format.
template <lane::CodeLayout kLayout, class D, class B>
LOWPREC_TEXT auto Decode(D d, lane::CodeConstants<TFromD<D>> g, B code, bool& all_valid) {
  auto value = BitCast(d, code);
  const auto valid = DecodeNumbers<kLayout>(d, g, code, value);
  if (!AllTrue(BitsOf<D>(), valid)) all_valid &= AllTrue(BitsOf<D>(), DecodeSpecials(d, g, code, value));
  return value;
}

}  // namespace lowprec::LOWPREC_LANES
