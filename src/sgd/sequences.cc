#include "sgd/sequences.h"

#include <fmt/format.h>
#include <boost/multiprecision/cpp_bin_float.hpp>

#include <fstream>

#include "format/text_parts.h"
#include "lowprec/format/error.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

using Digits50 = boost::multiprecision::cpp_bin_float_50;

constexpr std::string_view kFile = "file:";

}  // namespace

double sgd::inverse_power(std::size_t i, double a) { return static_cast<double>(pow(Digits50(i), Digits50(-a))); }

double sgd::exponential_decay(std::size_t i, double rate) {
  return static_cast<double>(exp(-Digits50(i) / Digits50(rate)));
}

sgd::Given sgd::take_given(std::string_view text, std::vector<double>& list, std::string& path) {
  if (text.starts_with('[') && text.ends_with(']')) {
    for (const auto piece : format::split(text.substr(1, text.size() - 2), ","))
      list.push_back(format::parse_number(piece));
    return sgd::Given::list;
  }
  if (!text.starts_with(kFile)) return sgd::Given::no;
  path = text.substr(kFile.size());
  return sgd::Given::file;
}

std::vector<double> sgd::read_numbers(const std::string& path) {
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

void sgd::require_length(std::string_view text, const std::vector<double>& values, std::size_t n) {
  if (values.size() != n)
    throw Error(fmt::format("'{}' has {} numbers, the dimension is {}", format::trimmed(text), values.size(), n));
}

}  // namespace lowprec
