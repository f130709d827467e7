#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <limits>

#include "cli/commands/commands.h"
#include "lowprec/format/number_text.h"
#include "lowprec/io/csv.h"

namespace lowprec::cli {
namespace {

template <class T>
bool read_whole(const std::string& text, T& value) {
  const char* const last = text.data() + text.size();
  const auto [end, status] = std::from_chars(text.data(), last, value);
  return status == std::errc() && end == last;
}

}  // namespace

std::string whole_number(const std::string& text) {
  std::uint64_t value = 0;
  if (read_whole(text, value)) return "";
  return fmt::format("{}: a whole number from 0 to {} is expected", io::shown(text),
                     std::numeric_limits<std::uint64_t>::max());
}

std::function<std::string(std::string)> number_within(double least, double most) {
  return [=](const std::string& text) -> std::string {
    double value = 0;
    if (read_whole(text, value) && value >= least && value <= most) return "";
    return fmt::format("{}: a number from {} to {} is expected", io::shown(text), to_string(least), to_string(most));
  };
}

}  // namespace lowprec::cli
