// What the works share.
#include "works.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "lowprec/array/fill.h"
#include "lowprec/format/error.h"
#include "lowprec/lane/stream.h"

namespace lowprec::bench {

std::string threads_name(unsigned threads) { return threads == 1 ? "" : fmt::format("/{} threads", threads); }

std::string size_name(std::size_t bytes) {
  if (bytes >= 1_GB) return fmt::format("{}GB", bytes >> 30);
  return bytes >= 1_MB ? fmt::format("{}MB", bytes >> 20) : fmt::format("{}KB", bytes >> 10);
}

std::string missing_memory(double bytes) {
  const double free = static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return bytes <= free ? "" : fmt::format("needs {:.1f} GB of free memory", bytes / static_cast<double>(1_GB));
}

template <class T>
std::vector<T> normal_numbers(std::size_t n, double scale, std::uint64_t stream) {
  std::vector<double> wide(std::min(n, std::size_t{1} << 16));
  array::fill_gaussian({2026, stream}, 0, wide);
  std::vector<T> numbers(n);
  for (std::size_t i = 0; i < n; ++i) numbers[i] = static_cast<T>(scale * wide[i % wide.size()]);
  return numbers;
}
template std::vector<float> normal_numbers(std::size_t, double, std::uint64_t);
template std::vector<double> normal_numbers(std::size_t, double, std::uint64_t);

std::vector<std::size_t> tested_indices(std::size_t n) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < n; i += n / 4096 + 1) indices.push_back(i);
  if (n > 0) indices.push_back(n - 1);
  return indices;
}

void require_same(const std::string& work, std::size_t i, double result, double definition, double tolerance) {
  const bool both_nan = result != result && definition != definition;
  if (both_nan || std::bit_cast<std::uint64_t>(result) == std::bit_cast<std::uint64_t>(definition)) return;
  if (tolerance > 0 && std::abs(result - definition) <= tolerance * std::abs(definition)) return;
  throw Error(fmt::format("{}: element {} is {:a}, by its definition {:a}", work, i, result, definition));
}

}  // namespace lowprec::bench
