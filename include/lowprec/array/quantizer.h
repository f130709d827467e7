// Quantizers: what is applied to data, labels, parameters, activations and gradients. Real formats, and the ideal
// noises of the papers (arXiv 2510.18259, section 3; arXiv 2602.19241).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "lowprec/block/scale.h"
#include "lowprec/format/format.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/rounding.h"

namespace lowprec::array {

// Q(u) = u.
struct Identity {
  constexpr bool operator==(const Identity&) const = default;
};

// Q(u)_i = s round(u_i / s), where s is the scale of the group of element i.
struct Rounded {
  Format format = binary64;
  Rounding rounding = rne;
  Overflow overflow = default_overflow(format);
  block::Scale scale{};

  constexpr bool operator==(const Rounded&) const = default;
};

// The numbers xi have mean 0 and variance 1.
struct Noise {
  enum class Law : std::uint8_t {
    additive,            // Q(u)_i = u_i + sqrt(eps) xi_i
    multiplicative,      // Q(u)   = u (1 + sqrt(eps) xi), one xi for the whole vector: E[e e^T | u] = eps u u^T
    multiplicative_iid,  // Q(u)_i = u_i (1 + sqrt(eps) xi_i)
  };
  enum class Distribution : std::uint8_t { gaussian, rademacher };

  Law law = Law::additive;
  double epsilon = 0;  // non-negative
  Distribution distribution = Distribution::gaussian;

  constexpr bool operator==(const Noise&) const = default;
  // Whether all elements of a vector share one number.
  constexpr bool is_common() const { return law == Law::multiplicative; }
};

// One function object that calls the function for its argument's type.
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace lowprec::array

namespace lowprec {

// One of array::Identity, array::Rounded and array::Noise. Code whose result depends on which calls visit(), so that it
// does not compile until it handles an alternative that is added here.
class Quantizer {
 public:
  constexpr Quantizer() = default;  // the identity
  constexpr Quantizer(const array::Rounded& q) : value_(q) {}
  constexpr Quantizer(const array::Noise& q) : value_(q) {}
  explicit constexpr Quantizer(const Format& f, Rounding r = rne) : Quantizer(f, r, default_overflow(f)) {}
  constexpr Quantizer(const Format& f, Rounding r, Overflow o, const block::Scale& scale = {})
      : value_(array::Rounded{f, r, o, scale}) {}

  constexpr bool operator==(const Quantizer&) const = default;

  // What the function among `functions` that takes the quantizer's alternative returns.
  template <class... F>
  constexpr decltype(auto) visit(F&&... functions) const {
    return std::visit(array::Overloaded{std::forward<F>(functions)...}, value_);
  }

  // The alternative, or null where the quantizer is another one.
  constexpr const array::Rounded* rounded() const { return std::get_if<array::Rounded>(&value_); }
  constexpr const array::Noise* noise() const { return std::get_if<array::Noise>(&value_); }

  constexpr bool is_none() const { return std::holds_alternative<array::Identity>(value_); }
  // Whether scales are chosen from the data.
  constexpr bool is_scaled() const { return rounded() != nullptr && rounded()->scale.is_from_data(); }
  // Whether Q(u) depends on random numbers.
  constexpr bool is_random() const {
    return visit([](const array::Identity&) { return false; },
                 [](const array::Rounded& q) { return q.rounding.is_stochastic(); },
                 [](const array::Noise&) { return true; });
  }

 private:
  std::variant<array::Identity, array::Rounded, array::Noise> value_;
};

// FORMAT[:option,...][@ROUNDING] with options step=S, symmetric, overflow=O, absmax (of the tensor),
// absmax=row|column|tensor|group(N) instead of a step; or none, additive(EPS),
// multiplicative(EPS), multiplicative_iid(EPS) with option noise=gaussian|rademacher. Error says where and what is
// allowed.
Quantizer parse_quantizer(std::string_view text);
// The text that parse_quantizer reads; tiles of several rows and columns are written block=ROWSxCOLUMNS.
std::string to_string(const Quantizer& q);

}  // namespace lowprec
