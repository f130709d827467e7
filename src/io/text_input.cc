#include "io/text_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/npz.h"
#include "lowprec/format/error.h"

namespace lowprec {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16;

// Files that are taken for text by mistake, by their first bytes.
struct Kind {
  std::string_view front, what;
};
constexpr Kind kKinds[] = {
    {"\xFF\xFE", "is text in UTF-16; save it as UTF-8"},
    {"\xFE\xFF", "is text in UTF-16; save it as UTF-8"},
    {"\x1F\x8B", "is compressed by gzip; decompress it first, with gunzip"},
    {"BZh91AY&SY", "is compressed by bzip2; decompress it first, with bunzip2"},
    {"\xFD"
     "7zXZ",
     "is compressed by xz; decompress it first, with unxz"},
    {"\x28\xB5\x2F\xFD", "is compressed by zstd; decompress it first, with unzstd"},
    {"\x89HDF\r\n\x1A\n", "is an HDF5 file; write its array as .npy"},
    {"PAR1", "is a Parquet file; write it as CSV or .npy"},
    {"ARROW1", "is an Arrow file; write it as CSV or .npy"},
    {"\xD0\xCF\x11\xE0", "is a workbook of Excel; save the sheet as CSV"},
    {"\x80\x02", "is a pickle of Python; write the array with numpy.save"},
    {"\x80\x03", "is a pickle of Python; write the array with numpy.save"},
    {"\x80\x04", "is a pickle of Python; write the array with numpy.save"},
    {"\x80\x05", "is a pickle of Python; write the array with numpy.save"},
};

constexpr std::string_view kMark = "\xEF\xBB\xBF";  // of UTF-8

[[noreturn]] void fail_reading(const std::string& file, int reason) {
  throw Error(fmt::format("{}: cannot be read: {}", file, std::strerror(reason)));
}

// Opens a file for reading. Returns -1, with errno, if that fails.
int opened(const std::string& name) {
  const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor < 0 || fstat(descriptor, &status) != 0 || !S_ISDIR(status.st_mode)) return descriptor;
  close(descriptor);
  errno = EISDIR;
  return -1;
}

}  // namespace

io::TextInput::TextInput(std::string bytes, std::string file)
    : is_at_end_(true), file_(std::move(file)), buffer_(std::move(bytes)) {}

io::TextInput::TextInput(int descriptor, std::string file)
    : descriptor_(descriptor), is_owned_(descriptor != STDIN_FILENO), file_(std::move(file)) {}

io::TextInput::TextInput(TextInput&& other) noexcept
    : descriptor_(other.descriptor_),
      is_owned_(std::exchange(other.is_owned_, false)),
      is_at_end_(other.is_at_end_),
      file_(std::move(other.file_)),
      buffer_(std::move(other.buffer_)),
      taken_(other.taken_),
      scanned_(other.scanned_),
      lines_(other.lines_) {}

io::TextInput::~TextInput() {
  if (is_owned_) close(descriptor_);
}

io::TextInput io::TextInput::open(const std::string& name) {
  if (name == "-") return {STDIN_FILENO, "stdin"};
  const int descriptor = opened(name);
  if (descriptor >= 0) return {descriptor, name};
  const int reason = errno;
  const auto hash = name.rfind('#');
  if (reason != ENOENT || hash == std::string::npos) fail_reading(name, reason);
  const std::string archive = name.substr(0, hash);
  const int archive_descriptor = opened(archive);
  if (archive_descriptor < 0) fail_reading(archive, errno);
  return {io::npz_member(TextInput(archive_descriptor, archive).rest(), archive, name.substr(hash + 1)), name};
}

bool io::TextInput::fill() {
  if (is_at_end_) return false;
  if (taken_ >= kPiece) {
    buffer_.erase(0, taken_);
    scanned_ -= taken_;
    taken_ = 0;
  }
  const std::size_t size = buffer_.size();
  const std::size_t more = kPiece;
  buffer_.resize(size + more);
  ssize_t count = 0;
  do count = read(descriptor_, buffer_.data() + size, more);
  while (count < 0 && errno == EINTR);
  buffer_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0) fail_reading(file_, errno);
  is_at_end_ = count == 0;
  return count > 0;
}

std::string_view io::TextInput::at_hand() {
  if (left().empty()) fill();
  return left();
}

void io::TextInput::require_text() {
  while (left().size() < 16 && left().find('\n') == std::string_view::npos && fill()) continue;
  for (const auto& [front, what] : kKinds)
    if (left().starts_with(front)) throw Error(fmt::format("{}: this file {}", file_, what));
  if (io::is_zip(left())) io::fail_archive(rest(), file_);
  if (left().substr(0, kPiece).find('\0') != std::string_view::npos)
    throw Error(
        fmt::format("{}: this file holds a byte 0: it is binary, or text in UTF-16; text in UTF-8 is expected", file_));
  if (lines_ == 0 && left().starts_with(kMark)) taken_ += kMark.size();
  scanned_ = std::max(scanned_, taken_);
}

bool io::TextInput::has_line() const {
  return is_at_end_ || buffer_.find_first_of("\n\r", taken_) != std::string::npos;
}

bool io::TextInput::next(TextLine& line) {
  std::size_t end = buffer_.find_first_of("\n\r", scanned_);
  while (end == std::string::npos) {
    const std::size_t known = buffer_.size() - taken_;
    if (!fill()) break;
    end = buffer_.find_first_of("\n\r", taken_ + known);
  }
  if (end == std::string::npos && left().empty()) return false;
  end = std::min(end, buffer_.size());
  if (end + 1 == buffer_.size() && buffer_[end] == '\r') {  // LF may follow
    const std::size_t length = end - taken_;
    fill();
    end = taken_ + length;
  }
  line.number = ++lines_;
  line.text.assign(buffer_, taken_, end - taken_);
  const auto rest = std::string_view(buffer_).substr(end);
  line.end = rest.substr(0, rest.starts_with("\r\n") ? 2 : 1);
  taken_ = scanned_ = end + line.end.size();
  return true;
}

std::string io::TextInput::rest() {
  struct stat status {};
  const bool is_file = !is_at_end_ && fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  if (is_file) buffer_.reserve(buffer_.size() + static_cast<std::size_t>(status.st_size));
  while (fill()) continue;
  std::string bytes = taken_ == 0 ? std::move(buffer_) : buffer_.substr(taken_);
  buffer_.clear();
  taken_ = scanned_ = 0;
  return bytes;
}

}  // namespace lowprec
