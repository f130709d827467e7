// Reads a file or standard input piece by piece: lines of text, or all bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lowprec::io {

// A line without its end, which is LF, CR LF or CR.
struct TextLine {
  std::uint64_t number = 0;  // in the file, from 1
  std::string text, end;
};

class TextInput {
 public:
  // Opens a file, "-" being standard input. FILE#NAME is the array NAME of an .npz archive. Throws Error with the name
  // and the reason if the file cannot be read or is a directory.
  static TextInput open(const std::string& name);
  // Reads from bytes that are there; `file` is their name in messages.
  TextInput(std::string bytes, std::string file);
  TextInput(TextInput&& other) noexcept;
  TextInput(const TextInput&) = delete;
  TextInput& operator=(const TextInput&) = delete;
  TextInput& operator=(TextInput&&) = delete;
  ~TextInput();

  const std::string& file() const { return file_; }  // its name in messages
  // The bytes that are read and not taken yet. The first call waits for some.
  std::string_view at_hand();
  // Takes a mark of UTF-8 off the front. Throws Error that names the kind of file if the bytes are no text: another
  // encoding, a compressed file, an archive, a workbook.
  void require_text();
  // Takes the next line; false at the end.
  bool next(TextLine& line);
  // Whether next() would return without waiting for more bytes.
  bool has_line() const;
  // Takes all bytes that are left.
  std::string rest();

 private:
  TextInput(int descriptor, std::string file);
  bool fill();
  std::string_view left() const { return std::string_view(buffer_).substr(taken_); }

  int descriptor_ = -1;
  bool is_owned_ = false, is_at_end_ = false;
  std::string file_, buffer_;
  std::size_t taken_ = 0, scanned_ = 0;  // of buffer_; no end of line lies between
  std::uint64_t lines_ = 0;
};

}  // namespace lowprec::io
