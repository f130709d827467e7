#include "lowprec/sgd/problem.h"

#include <fmt/format.h>
#include <boost/multiprecision/cpp_bin_float.hpp>

#include <cmath>
#include <fstream>
#include <functional>

#include "format/text_parts.h"
#include "lowprec/array/fill.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

// 50 digits, then rounded once: the bits do not depend on a mathematical library.
using Wide = boost::multiprecision::cpp_bin_float_50;

std::vector<double> generate(std::size_t n, const std::function<double(std::size_t)>& f) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = f(i + 1);
  return values;
}

std::vector<double> powers(std::size_t n, double a) {
  return generate(n, [a](std::size_t i) { return static_cast<double>(pow(Wide(i), Wide(-a))); });
}

std::vector<double> listed(std::string_view text) {
  std::vector<double> values;
  for (const auto piece : format::split(text.substr(1, text.size() - 2), ","))
    values.push_back(format::parse_number(piece));
  return values;
}

std::vector<double> read_numbers(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error("cannot read '" + path + "'");
  std::vector<double> values;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (format::trimmed(line).empty()) continue;
    try {
      values.push_back(format::parse_number(format::trimmed(line)));
    } catch (const Error& error) {
      throw Error(fmt::format("{}:{}: {}", path, number, error.what()));
    }
  }
  return values;
}

// A list or a file, of the problem's dimension; nothing for other texts.
bool is_given(std::string_view text) {
  return (text.starts_with('[') && text.ends_with(']')) || text.starts_with("file:");
}

std::vector<double> given(const sgd::Problem& problem, std::string_view text) {
  auto values = text.starts_with('[') ? listed(text) : read_numbers(std::string(text.substr(5)));
  if (values.size() != problem.dimension)
    throw Error(fmt::format("'{}' has {} numbers, the dimension is {}", text, values.size(), problem.dimension));
  return values;
}

double parameter(const format::TextCall& call, std::size_t i) { return format::parse_number(call.arguments[i]); }

std::vector<double> spectrum(const sgd::Problem& problem) {
  const std::string_view text = format::trimmed(problem.spectrum);
  const std::size_t n = problem.dimension;
  if (is_given(text)) return given(problem, text);
  const format::TextCall call = format::parse_call(text);
  const std::size_t arguments = call.arguments.size();
  if (call.name == "isotropic" && arguments == 0) return std::vector<double>(n, 1.0);
  if (call.name == "power" && arguments == 1) return powers(n, parameter(call, 0));
  if (call.name == "exp" && arguments == 1 && parameter(call, 0) > 0) {
    const Wide rate = parameter(call, 0);
    return generate(n, [&rate](std::size_t i) { return static_cast<double>(exp(-Wide(i) / rate)); });
  }
  if (call.name == "step" && arguments == 2) {
    const double k = parameter(call, 0), ratio = parameter(call, 1);
    return generate(n, [=](std::size_t i) { return static_cast<double>(i) <= k ? 1.0 : ratio; });
  }
  throw Error(fmt::format(
      "spectrum '{}': allowed are power(a), exp(r) with r > 0, step(k,ratio), isotropic, a list, file:PATH", text));
}

}  // namespace

std::vector<double> sgd::eigenvalues(const sgd::Problem& problem) {
  std::vector<double> values = spectrum(problem);
  for (double& value : values) {
    value *= problem.scale;
    if (!(value > 0) || !std::isfinite(value))
      throw Error(
          fmt::format("spectrum '{}': every eigenvalue must be positive and finite, not {}", problem.spectrum, value));
  }
  return values;
}

std::vector<double> sgd::target_vector(const sgd::Problem& problem, Stream stream) {
  const std::string_view text = format::trimmed(problem.target);
  if (is_given(text)) return given(problem, text);
  if (text == "ones") return std::vector<double>(problem.dimension, 1.0);
  if (text == "alternating") return generate(problem.dimension, [](std::size_t i) { return i % 2 != 0 ? -1.0 : 1.0; });
  if (text == "prior") {
    std::vector<double> values(problem.dimension);
    array::fill_gaussian(stream, 0, values);
    return values;
  }
  const format::TextCall call = format::parse_call(text);
  if (call.name == "power" && call.arguments.size() == 1) return powers(problem.dimension, parameter(call, 0));
  throw Error(fmt::format("target '{}': allowed are ones, power(a), alternating, prior, a list, file:PATH", text));
}

bool sgd::is_rotated(const sgd::Problem& problem) {
  const std::string_view text = format::trimmed(problem.rotation);
  if (text != "none" && text != "random")
    throw Error(fmt::format("rotation '{}': allowed are none, random", problem.rotation));
  return text == "random";
}

double sgd::student_freedom(const sgd::Problem& problem) {
  const format::TextCall call = format::parse_call(format::trimmed(problem.tails));
  if (call.name == "gaussian" && call.arguments.empty()) return 0;
  if (call.name == "student" && call.arguments.size() == 1) {
    const double nu = parameter(call, 0);
    if (nu > 4 && std::isfinite(nu)) return nu;
  }
  throw Error(fmt::format("tails '{}': allowed are gaussian, student(nu) with nu > 4", problem.tails));
}

}  // namespace lowprec
