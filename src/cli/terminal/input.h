// Reading numbers, with the place of each for messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/format/error.h"
#include "lowprec/format/format.h"
#include "lowprec/io/csv.h"

namespace lowprec::cli {

// The bytes of a file, "-" being standard input; ARCHIVE.npz#NAME is an array of an archive. Error names the file and
// the reason.
std::string read_file(const std::string& name);

// Where the records of the input stand.
class Places {
 public:
  void begin_file(const std::string& name) { files_.push_back({name == "-" ? "stdin" : name, lines_.size()}); }
  void add(std::uint64_t line) { lines_.push_back(line); }
  std::size_t size() const { return lines_.size(); }
  std::string operator[](std::size_t record) const;  // "FILE:LINE"

 private:
  struct File {
    std::string name;
    std::size_t first;
  };
  std::vector<File> files_;
  std::vector<std::uint64_t> lines_;
};

// `width` values a record, one record after the other.
template <class T>
struct Records {
  std::vector<T> values;
  Places places;
};

// Each line of the files (of standard input if there are none) holds `width` numbers between blanks. Lines that are
// empty or begin with '#' are skipped. Error: FILE:LINE, the text there and what is expected. A file of NumPy (.npy) is
// read too: `width` elements of the array, in C order, are a record and count as a line.
Records<double> read_numbers(const std::vector<std::string>& files, std::size_t width);

// The same, numbers rounded to odd in binary64; see parse_number_to_odd. Elements of arrays are what they are.
Records<double> read_numbers_to_odd(const std::vector<std::string>& files, std::size_t width);

// The same as text, not looked at; elements of arrays as hexadecimal numbers.
Records<std::string> read_fields(const std::vector<std::string>& files, std::size_t width);

// A code: 0x and up to 32 hexadecimal digits, or decimal digits below 2^64.
format::Uint128 parse_code(std::string_view field);

using io::shown;

// parse(field); an Error does not repeat text that cannot be shown as it is.
template <class F>
auto parse_shown(std::string_view field, F parse) {
  try {
    return parse(field);
  } catch (const Error&) {
    if (io::shown(field) == "'" + std::string(field) + "'") throw;
    throw Error(io::shown(field) + " is not a number: a decimal or hexadecimal number, inf or nan is expected");
  }
}

// Calls f; an Error gets the place of the record in front.
template <class F>
auto at_place(const Places& places, std::size_t record, F f) {
  try {
    return f();
  } catch (const Error& error) {
    throw Error(places[record] + ": " + error.what());
  }
}

}  // namespace lowprec::cli
