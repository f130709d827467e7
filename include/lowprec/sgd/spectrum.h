// The eigenvalues of a problem's covariance, as a user types them.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/format/language.h"

namespace lowprec::sgd {

// lambda_i for i = 1, 2, ... before the problem's scale.
class Spectrum {
 public:
  enum class Kind : std::uint8_t {
    power,        // power(a): i^-a
    exponential,  // exp(r): exp(-i/r), r > 0
    step,         // step(k,ratio): 1 for i <= k, then ratio
    isotropic,    // isotropic: 1
    list,         // [l1, l2, ...]
    file,         // file:PATH, one number on each line
  };

  Spectrum() = default;  // power(2)
  // Error for a text of another form, naming what is allowed.
  template <std::convertible_to<std::string_view> Text>
  Spectrum(const Text& text) : Spectrum(std::string_view(text), Parse{}) {}

  Kind kind() const { return kind_; }
  // a, r, or k of the text; 0 for the others.
  double parameter() const { return parameter_; }

  // The first n, each the nearest binary64 number. Error if a list or a file has another length, or the file cannot be
  // read.
  std::vector<double> values(std::size_t n) const;
  // Whether values(n), multiplied by scale, are known to be positive and finite without computing them. False also
  // where they are not known to be, as of lists and files.
  bool is_surely_positive(std::size_t n, double scale) const;

  // The text as it was typed.
  friend const std::string& to_string(const Spectrum& spectrum) { return spectrum.text_; }
  bool operator==(const Spectrum& other) const { return text_ == other.text_; }

 private:
  struct Parse {};
  Spectrum(std::string_view text, Parse);
  double value(std::size_t i) const;

  std::string text_ = "power(2)";
  Kind kind_ = Kind::power;
  double parameter_ = 2, ratio_ = 0;
  std::vector<double> list_;
  std::string path_;
};

}  // namespace lowprec::sgd
