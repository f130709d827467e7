// Writing results: whole or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

void append_number(std::string& out, double x, bool hexadecimal);  // NaN prints as nan, whatever its sign
void append_code(std::string& out, std::uint64_t code, int bits);  // 0x and all hexadecimal digits of `bits` bits

}  // namespace lowprec::cli
