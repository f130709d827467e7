// How lowprec round rounds numbers and writes results.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/terminal/output.h"
#include "io/tensor.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"

namespace lowprec::cli {

// Writes numbers as text, as codes if wanted.
class NumberWriter {
 public:
  NumberWriter(const Format& format, bool hexadecimal, bool codes, std::optional<format::Uint128> nan_code)
      : format_(format), hexadecimal_(hexadecimal), codes_(codes), nan_code_(nan_code) {}

  bool writes_codes() const { return codes_; }
  const Format& format() const { return format_; }
  format::Uint128 code(const Wide& x) const { return code_of(format_, x, nan_code_); }
  void append(std::string& text, double x) const;
  void append(std::string& text, const Wide& x) const;

 private:
  Format format_;
  bool hexadecimal_, codes_;
  std::optional<format::Uint128> nan_code_;
};

// Rows of a text, with the line of each.
template <class T>
struct RowBatch {
  std::vector<T> values;
  std::vector<std::size_t> ends;     // of each row in `values`
  std::vector<std::uint64_t> lines;  // of each row

  // The line of value i.
  std::uint64_t line_of(std::size_t i) const {
    return lines[static_cast<std::size_t>(std::ranges::upper_bound(ends, i) - ends.begin())];
  }
  void clear() { values.clear(), ends.clear(), lines.clear(); }
};

// The rows as a tensor: one column, or rows of different lengths, are a vector.
io::Tensor tensor_of(const RowBatch<double>& batch);

// Rounds the numbers of one command, which are counted from 0 over all files: number i takes random draw i.
class NumberRounder {
 public:
  NumberRounder(const Quantizer& q, std::uint64_t seed);

  const Quantizer& quantizer() const { return q_; }
  // The format of the results, with a step that is a power of two.
  const Format& format() const { return format_; }
  // Whether a text is rounded once, from its digits: by way of a binary64 number that is rounded to odd, or, where even
  // that is too narrow, by the reference.
  bool reads_to_odd() const { return to_odd_; }
  bool reads_text() const { return by_text_; }
  // Whether results depend on numbers that come later.
  bool needs_all() const { return q_.is_scaled(); }

  // Each rounds the next numbers; an Error has the place in front.
  std::vector<double> next(const RowBatch<double>& batch, const std::string& file);
  std::vector<Wide> next(const RowBatch<std::string>& batch, const std::string& file);
  // The values of a tensor whose lines lie along the axis.
  std::vector<double> next(io::Tensor tensor, int axis, const std::string& file);
  std::vector<Wide> next_wide(const io::Tensor& tensor, const std::string& file);

 private:
  void check_range(std::span<const double> numbers, const std::string& file) const;
  std::size_t first_refused(std::span<const double> numbers) const;
  bool accepts(std::span<const double> numbers) const;
  Error out_of_range(double x, const std::string& place) const;
  std::uint64_t first_draw() const;

  Quantizer q_;
  array::PreparedQuantizer prepared_;
  Stream stream_;
  Format format_;
  bool to_odd_ = false, by_text_ = false;
  std::optional<Reference> reference_;
  std::uint64_t done_ = 0;
};

// The format whose codes the quantizer's results have. Throws Error if they have none.
Format code_format(const Quantizer& q);

}  // namespace lowprec::cli
