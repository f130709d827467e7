#include "cli/terminal/output.h"

#include "cli/terminal/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>

#include "lowprec/exact/wide_text.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec::cli {
namespace {

Error cannot_write(const std::string& name, int reason) {
  return Error(fmt::format("{}: cannot be written: {}", name, std::strerror(reason)));
}

// The file that a name stands for, links followed.
std::string resolved(const std::string& name) {
  std::error_code none;
  const auto path = std::filesystem::canonical(name, none);
  return none ? name : path.string();
}

std::string directory_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

// Devices and pipes cannot be replaced; they are written to.
bool is_special(const std::string& name) {
  struct stat status {};
  return stat(name.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

// 0, or the system's reason.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// Opens with `flags`, writes, closes.
void write_file(const std::string& path, int flags, std::string_view text, const std::string& name) {
  const int descriptor = open(path.c_str(), flags, 0666);
  if (descriptor < 0) throw cannot_write(name, errno);
  int reason = write_all(descriptor, text);
  if (close(descriptor) != 0 && reason == 0) reason = errno;
  if (reason != 0) throw cannot_write(name, reason);
}

}  // namespace

void check_writable(const std::string& name) {
  const std::string target = resolved(name);
  if (std::filesystem::is_directory(target)) throw cannot_write(name, EISDIR);
  const bool exists = access(target.c_str(), F_OK) == 0;
  if (exists && access(target.c_str(), W_OK) != 0) throw cannot_write(name, errno);
  if (!is_special(name) && access(directory_of(target).c_str(), W_OK | X_OK) != 0) throw cannot_write(name, errno);
}

NewFile::NewFile(const std::string& name) : name_(name), target_(resolved(name)) {
  static int count = 0;
  temporary_ = fmt::format("{}/.lowprec-{}-{}.tmp", directory_of(target_), getpid(), count++);
}

NewFile::~NewFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void NewFile::write(std::string_view text) { write_file(temporary_, O_WRONLY | O_CREAT | O_EXCL, text, name_); }

void NewFile::commit() {
  struct stat replaced {};
  if (stat(target_.c_str(), &replaced) == 0) chmod(temporary_.c_str(), replaced.st_mode & 07777);
  if (rename(temporary_.c_str(), target_.c_str()) != 0) throw cannot_write(name_, errno);
  temporary_.clear();
}

Output::Output(std::string name) : name_(std::move(name)) {
  if (!name_.empty()) check_writable(name_);
}

void Output::write(std::string_view text) const {
  if (name_.empty()) {
    const int reason = write_all(STDOUT_FILENO, text);
    if (reason != 0 && reason != EPIPE) throw cannot_write("stdout", reason);
  } else if (is_special(name_)) {
    write_file(name_, O_WRONLY, text, name_);
  } else {
    NewFile file(name_);
    file.write(text);
    file.commit();
  }
}

bool write_to_stdout(std::string_view text) {
  const int reason = write_all(STDOUT_FILENO, text);
  if (reason != 0 && reason != EPIPE) throw cannot_write("stdout", reason);
  return reason == 0;
}

void append_number(std::string& out, double x, bool hexadecimal) {
  if (x != x)
    out += "nan";
  else if (hexadecimal)
    fmt::format_to(std::back_inserter(out), "{:a}", x);
  else
    out += to_string(x);
}

void append_number(std::string& out, const Wide& x, const Format& f, bool hexadecimal) {
  out += hexadecimal ? exact::to_hex(x) : to_string(x, f);
}

void append_code(std::string& out, format::Uint128 code, int bits) {
  const auto upper = static_cast<std::uint64_t>(code >> 64), lower = static_cast<std::uint64_t>(code);
  const int digits = (bits + 3) / 4;
  out += "0x";
  if (digits > 16) fmt::format_to(std::back_inserter(out), "{:0{}x}", upper, digits - 16);
  fmt::format_to(std::back_inserter(out), "{:0{}x}", lower, std::min(digits, 16));
}

std::optional<format::Uint128> nan_code(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return parse_code(text);
}

format::Uint128 code_of(const Format& f, const Wide& value, std::optional<format::Uint128> nan_code) {
  if (!value.is_nan() || f.has_nan() || !nan_code) return format::encode_wide(f, value);
  if (f.bits < 128 && *nan_code >> f.bits != 0) throw Error("--nan-code: the code has more bits than the format");
  return *nan_code;
}

}  // namespace lowprec::cli
