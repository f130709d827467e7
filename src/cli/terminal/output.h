// Writing results: whole or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lowprec/format/wide.h"

namespace lowprec::cli {

// Error where a file of this name could not be written.
void check_writable(const std::string& name);

// A file that gets its name only when it is complete. Until then it stands beside it under another; without commit()
// it vanishes.
class NewFile {
 public:
  explicit NewFile(const std::string& name);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  const std::string& temporary() const { return temporary_; }
  void write(std::string_view text);
  void commit();

 private:
  std::string name_, target_, temporary_;
};

// Where the results of a command go: a file, or standard output where the name is empty.
class Output {
 public:
  // Error, before any work is done, where the file could not be written.
  explicit Output(std::string name);
  // Writes everything there is to write. A reader of standard output that has left is no error.
  void write(std::string_view text) const;

 private:
  std::string name_;
};

// Writes to standard output at once. Returns false if its reader has left.
bool write_to_stdout(std::string_view text);

// The shortest decimal that reads back, as binary64 or in the format; NaN prints as nan, whatever its sign.
void append_number(std::string& out, double x, bool hexadecimal);
void append_number(std::string& out, const Wide& x, const Format& f, bool hexadecimal);
void append_code(std::string& out, format::Uint128 code, int bits);  // 0x and all hexadecimal digits of `bits` bits

// The code that stands for NaN in formats that have none, for commands with --codes; no text, no code.
std::optional<format::Uint128> nan_code(const std::string& text);
constexpr const char* nan_code_help = "With --codes: the code written for NaN, where the format has none";

// The code of a result. Error for NaN where the format has no code of it and none is given.
format::Uint128 code_of(const Format& f, const Wide& value, std::optional<format::Uint128> nan_code);

}  // namespace lowprec::cli
