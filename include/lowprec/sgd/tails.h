// The distribution of a problem's features, as a user types it.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "lowprec/format/language.h"

namespace lowprec::sgd {

// The texts are gaussian, and student(nu) with nu > 4: each x_i / sqrt(lambda_i) is an independent Student variate of
// nu degrees of freedom over its standard deviation. With nu <= 4 SGD has no expected risk, since its second moments
// depend on E x_i^4.
class Tails {
 public:
  Tails() = default;  // gaussian
  // Error for a text of another form, naming what is allowed.
  template <std::convertible_to<std::string_view> Text>
  Tails(const Text& text) : Tails(std::string_view(text), Parse{}) {}

  // nu; 0 for gaussian.
  double freedom() const { return freedom_; }

  // The text as it was typed.
  friend const std::string& to_string(const Tails& tails) { return tails.text_; }
  bool operator==(const Tails& other) const { return text_ == other.text_; }

 private:
  struct Parse {};
  Tails(std::string_view text, Parse);

  std::string text_ = "gaussian";
  double freedom_ = 0;
};

}  // namespace lowprec::sgd
