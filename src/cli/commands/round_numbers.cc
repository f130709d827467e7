#include "cli/commands/round_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/terminal/lines_along.h"
#include "io/cell.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::cli {
namespace {

// Whether numbers must be rounded from their text, one by one: binary64 is too narrow for them to pass through.
bool needs_reference(const array::Rounded& q, const Format& f) {
  return !lane::fits_lane<double>(f) || q.overflow == Overflow::wrap || !lane::rounds_odd<double>(f, q.rounding);
}

bool is_common_noise(const Quantizer& q) { return q.noise() != nullptr && q.noise()->is_common(); }

std::string place_of(const std::string& file, std::uint64_t line) { return fmt::format("{}:{}", file, line); }

}  // namespace

Format code_format(const Quantizer& q) {
  if (q.rounded() == nullptr)
    throw Error("--codes: " + to_string(q) + " has no codes: a quantizer with a format is needed");
  const auto stepped = array::stepped_format(*q.rounded());
  if (stepped.step != 1 || q.is_scaled())
    throw Error("--codes: " + to_string(q) + " needs a step that is a power of two");
  return stepped.format;
}

io::Tensor tensor_of(const RowBatch<double>& batch) {
  const std::size_t rows = batch.ends.size(), width = batch.ends.front();
  bool is_matrix = rows > 1 && width > 1;
  for (std::size_t i = 0; i < rows; ++i) is_matrix &= batch.ends[i] == (i + 1) * width;
  return {is_matrix ? std::vector{rows, width} : std::vector{batch.values.size()}, batch.values, "", {}};
}

void NumberWriter::append(std::string& text, double x) const {
  if (codes_)
    append_code(text, code(x), format_.bits);
  else
    append_number(text, x, hexadecimal_);
}

void NumberWriter::append(std::string& text, const Wide& x) const {
  if (codes_)
    append_code(text, code(x), format_.bits);
  else
    append_number(text, x, format_, hexadecimal_);
}

NumberRounder::NumberRounder(const Quantizer& q, std::uint64_t seed) : q_(q), stream_{seed}, format_(binary64) {
  const array::Rounded* r = q.rounded();
  if (r != nullptr) {
    const auto stepped = array::stepped_format(*r);
    format_ = stepped.format;
    to_odd_ = !r->scale.is_from_data() && stepped.step == 1;
    by_text_ = to_odd_ && needs_reference(*r, format_);
    if (by_text_) reference_.emplace(format_, r->rounding, r->overflow);
  }
  if (!by_text_) prepared_ = array::PreparedQuantizer(q);
}

// One common noise is number 0 whatever the batch.
std::uint64_t NumberRounder::first_draw() const { return is_common_noise(q_) ? 0 : done_; }

bool NumberRounder::accepts(std::span<const double> numbers) const {
  std::vector<double> results(numbers.size());
  try {
    prepared_(numbers, results, stream_, first_draw(), nullptr);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The index of the first number that the quantizer refuses, given that it refuses one.
std::size_t NumberRounder::first_refused(std::span<const double> numbers) const {
  std::size_t good = 0, bad = numbers.size();
  while (bad - good > 1) {
    const std::size_t middle = good + (bad - good) / 2;
    (accepts(numbers.first(middle)) ? good : bad) = middle;
  }
  return good;
}

Error NumberRounder::out_of_range(double x, const std::string& place) const {
  const array::Rounded& r = *q_.rounded();  // the other quantizers refuse no number
  return Error(fmt::format("{}: {} is out of range under overflow=error: {} to {} are allowed", place,
                           fmt::format("{:.15g}", x), to_string(r.format.lowest() * r.scale.step),
                           to_string(r.format.max() * r.scale.step)));
}

std::vector<double> NumberRounder::next(const RowBatch<double>& batch, const std::string& file) {
  const std::span<const double> numbers(batch.values);
  std::vector<double> results(numbers.size());
  try {
    prepared_(numbers, results, stream_, first_draw(), nullptr);
  } catch (const Error&) {
    if (numbers.empty() || !accepts({})) throw;
    const std::size_t i = first_refused(numbers);
    throw out_of_range(numbers[i], place_of(file, batch.line_of(i)));
  }
  done_ += numbers.size();
  return results;
}

std::vector<Wide> NumberRounder::next(const RowBatch<std::string>& batch, const std::string& file) {
  std::vector<Wide> results;
  const bool draws = q_.rounded()->rounding.is_stochastic();
  for (std::size_t i = 0; i < batch.values.size(); ++i, ++done_) {
    const std::uint32_t draw = draws ? stream_.draw(done_) : 0;
    results.push_back(io::parsed_cell(batch.values[i], {file, batch.line_of(i), 0, 1},
                                      [&](std::string_view text) { return reference_->parse(text, draw); }));
  }
  return results;
}

std::vector<double> NumberRounder::next(io::Tensor tensor, int axis, const std::string& file) {
  const LinesAlong along(tensor.shape, axis);
  if (q_.rounded() != nullptr && q_.rounded()->overflow == Overflow::error) check_range(tensor.values, file);
  std::vector<double> numbers = along.to_lines(std::move(tensor.values));
  const std::span<double> all(numbers);
  const Quantizer q = along.quantizer(q_);
  try {
    if (along.is_vector() && done_ == 0)
      quantize(q, all, all, stream_);
    else if (along.is_vector())
      prepared_(std::span<const double>(all), all, stream_, first_draw(), nullptr);
    else if (done_ == 0)
      quantize(q, along.matrix(std::span<const double>(all)), along.matrix(all), stream_);
    else
      array::PreparedQuantizer{q}(along.matrix(std::span<const double>(all)), along.matrix(all), stream_, first_draw(),
                                  nullptr);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", file, error.what()));
  }
  done_ += numbers.size();
  return along.from_lines(std::move(numbers));
}

// Throws Error with the place of the first number that overflow=error refuses.
void NumberRounder::check_range(std::span<const double> numbers, const std::string& file) const {
  if (q_.is_scaled() || accepts(numbers)) return;
  const std::size_t i = first_refused(numbers);
  throw out_of_range(numbers[i], place_of(file, i + 1));
}

std::vector<Wide> NumberRounder::next_wide(const io::Tensor& tensor, const std::string& file) {
  RowBatch<std::string> batch;
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    batch.values.push_back(exact::to_hex(tensor.values[i]));
    batch.ends.push_back(i + 1);
    batch.lines.push_back(i + 1);
  }
  return next(batch, file);
}

}  // namespace lowprec::cli
