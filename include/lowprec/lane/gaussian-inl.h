// Standard normal numbers over the lane vocabulary, from + - x / sqrt alone, which every target rounds alike.
// No include guard: included once for each set of lanes.

namespace lowprec::LOWPREC_LANES {

// Integer lanes below 2^52 as numbers: exact.
template <class D, class U>
LOWPREC_TEXT Vec<D> ToDouble(D d, U integer) {
  const auto bits = BitsOf<D>();
  const Vec<D> two52 = Set(d, 0x1p52);
  return Sub(BitCast(d, Or(integer, BitCast(bits, two52))), two52);
}

template <class D, class V = Vec<D>>
LOWPREC_TEXT V Horner(D, V, V value) {
  return value;
}
// value * x^n + c1 x^(n-1) + ... + cn
template <class D, class V = Vec<D>, class... C>
LOWPREC_TEXT V Horner(D d, V x, V value, double c, C... rest) {
  return Horner(d, x, Add(Mul(value, x), Set(d, c)), rest...);
}

// ln u for normal u > 0, relative error below 2^-45: u = 2^e m, 3/4 <= m < 3/2, ln m = 2 artanh((m-1)/(m+1)).
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Log(D d, V u) {
  const auto bits = BitsOf<D>();
  const auto offset = Set(bits, std::uint64_t{0x3FE8000000000000});
  const auto shifted = Add(Sub(BitCast(bits, u), offset), Set(bits, std::uint64_t{1} << 62));
  const V e = Sub(ToDouble(d, ShiftRight<52>(shifted)), Set(d, 1024.0));
  const auto fraction = And(shifted, Set(bits, (std::uint64_t{1} << 52) - 1));
  const V m = BitCast(d, Add(fraction, offset));
  const V s = Div(Sub(m, Set(d, 1.0)), Add(m, Set(d, 1.0)));
  const V s2 = Mul(s, s);
  const V series =
      Horner(d, s2, Set(d, 2.0 / 19), 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3, 2.0);
  return Add(Mul(e, Set(d, 0x1.62e42fefa39efp-1)), Mul(s, series));
}

// cos and sin of 2 pi t for |t| <= 1/2, from the Taylor series at a quarter of the angle, doubled twice.
template <class D, class V = Vec<D>>
LOWPREC_TEXT void CosSinTurn(D d, V t, V& cosine, V& sine) {
  const V a = Mul(t, Set(d, 0x1.921fb54442d18p+0));  // pi / 2
  const V a2 = Mul(a, a);
  V s = Mul(a, Horner(d, a2, Set(d, -1.0 / 1307674368000), 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040,
                      1.0 / 120, -1.0 / 6, 1.0));
  V c = Horner(d, a2, Set(d, 1.0 / 20922789888000), -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320,
               -1.0 / 720, 1.0 / 24, -1.0 / 2, 1.0);
  for (int doubling = 0; doubling < 2; ++doubling) {
    const V next = Mul(Mul(Set(d, 2.0), s), c);
    c = Sub(Set(d, 1.0), Mul(Mul(Set(d, 2.0), s), s));
    s = next;
  }
  cosine = c;
  sine = s;
}

// Two independent standard normal numbers from the two draws in each 64-bit word, the lower one first: Box & Muller
// 1958.
template <class D, class U, class V = Vec<D>>
LOWPREC_TEXT void BoxMuller(D d, U words, V& cosine, V& sine) {
  const V half = Set(d, 0.5);
  const V scale = Set(d, 0x1p-32);
  const U lower = And(words, Set(BitsOf<D>(), std::uint64_t{0xFFFFFFFFU}));
  const V u = Mul(Add(ToDouble(d, lower), half), scale);
  const V t = Sub(Mul(Add(ToDouble(d, ShiftRight<32>(words)), half), scale), half);
  const V radius = Sqrt(Mul(Set(d, -2.0), Log(d, u)));
  CosSinTurn(d, t, cosine, sine);
  cosine = Mul(radius, cosine);
  sine = Mul(radius, sine);
}

}  // namespace lowprec::LOWPREC_LANES
