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

bool sgd::is_list(std::string_view text) { return text.starts_with('[') && text.ends_with(']'); }

bool sgd::is_file(std::string_view text) { return text.starts_with(kFile); }

std::vector<double> sgd::listed_numbers(std::string_view text) {
  std::vector<double> values;
  for (const auto piece : format::split(text.substr(1, text.size() - 2), ","))
    values.push_back(format::parse_number(piece));
  return values;
}

std::string sgd::path_of(std::string_view text) { return std::string(text.substr(kFile.size())); }

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
