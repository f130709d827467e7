// The true weights of a problem, as a user types them.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/lane/stream.h"

namespace lowprec::sgd {

// w*_i for i = 1, 2, ...
class Target {
 public:
  enum class Kind : std::uint8_t {
    ones,         // ones: 1
    power,        // power(a): i^-a
    alternating,  // alternating: -1, 1, -1, ...
    prior,        // prior: independent standard normal numbers
    list,         // [w1, w2, ...]
    file,         // file:PATH, one number on each line
  };

  Target() = default;  // ones
  // Error for a text of another form, naming what is allowed.
  template <std::convertible_to<std::string_view> Text>
  Target(const Text& text) : Target(std::string_view(text), Parse{}) {}

  Kind kind() const { return kind_; }
  bool is_prior() const { return kind_ == Kind::prior; }
  // Whether the text holds or names as many numbers as the problem has dimensions.
  bool is_given() const { return kind_ == Kind::list || kind_ == Kind::file; }
  // Whether E w*_i^2 = 1 for every i.
  bool has_unit_squares() const;

  // The first n; a prior draws from the stream. Error if a list or a file has another length, or the file cannot be
  // read.
  std::vector<double> values(std::size_t n, Stream stream) const;

  // The text as it was typed.
  friend const std::string& to_string(const Target& target) { return target.text_; }
  bool operator==(const Target& other) const { return text_ == other.text_; }

 private:
  struct Parse {};
  Target(std::string_view text, Parse);

  std::string text_ = "ones";
  Kind kind_ = Kind::ones;
  double power_ = 0;
  std::vector<double> list_;
  std::string path_;
};

}  // namespace lowprec::sgd
