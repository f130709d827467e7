// Sequences of numbers that the texts of spectra and targets name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lowprec::sgd {

// i^-a as the nearest binary64 number: 50 digits are rounded once, so the bits do not depend on a mathematical library.
double inverse_power(std::size_t i, double a);
// exp(-i / rate), likewise.
double exponential_decay(std::size_t i, double rate);

// Whether a text gives its numbers one by one: it holds them, "[x1, x2, ...]", or names a file of them, "file:PATH".
enum class Given { no, list, file };
// Sets `list` to the numbers of a list, or `path` to that of a file. Error for a list of anything but numbers.
Given take_given(std::string_view text, std::vector<double>& list, std::string& path);
// One number on each line; blank lines are skipped. Error names file and line.
std::vector<double> read_numbers(const std::string& path);

// Error if there are not n numbers.
void require_length(std::string_view text, const std::vector<double>& values, std::size_t n);

}  // namespace lowprec::sgd
