#include "cli/terminal/output.h"

#include "cli/terminal/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>

#include "lowprec/exact/wide_text.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec::cli {
namespace {

Error cannot_write(const std::string& name, int reason) {
  return Error(fmt::format("{}: cannot be written: {}", name, std::strerror(reason)));
}

// The file that a name stands for: links are followed, those to files that are not there yet too.
std::string resolved(const std::string& name) {
  constexpr int most_links = 40;
  std::error_code none;
  std::filesystem::path path = name;
  for (int i = 0; i < most_links && std::filesystem::is_symlink(path, none); ++i)
    path = path.parent_path() / std::filesystem::read_symlink(path, none);
  const auto directory = std::filesystem::canonical(path.parent_path().empty() ? "." : path.parent_path(), none);
  return none ? path.string() : (directory / path.filename()).string();
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

// Writes, closes. Error of the system's reason.
void write_and_close(int descriptor, std::string_view text, const std::string& name) {
  if (descriptor < 0) throw cannot_write(name, errno);
  int reason = write_all(descriptor, text);
  if (close(descriptor) != 0 && reason == 0) reason = errno;
  if (reason != 0) throw cannot_write(name, reason);
}

// The mode that open() would give a new file.
mode_t new_file_mode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

constexpr int kDeadly[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

// The file that a deadly signal removes before it ends the program. One file is written at a time.
char doomed[4096];
std::atomic<bool> is_doomed = false;

extern "C" void remove_and_die(int signal) {
  if (is_doomed) unlink(doomed);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// Names the file to be removed. Signals that somebody ignores or handles already stay as they are.
void doom(const std::string& path) {
  if (path.size() >= sizeof doomed) return;
  std::memcpy(doomed, path.c_str(), path.size() + 1);
  is_doomed = true;
  for (const int signal : kDeadly) {
    struct sigaction known {};
    if (sigaction(signal, nullptr, &known) == 0 && known.sa_handler == SIG_DFL) std::signal(signal, remove_and_die);
  }
}

// A file that gets its name only when it is complete. Until then it stands beside it under another; without commit() or
// under a signal it vanishes.
class NewFile {
 public:
  explicit NewFile(const std::string& name) : name_(name), target_(resolved(name)) {
    temporary_ = directory_of(target_) + "/.lowprec-XXXXXX";
    descriptor_ = mkstemp(temporary_.data());
    if (descriptor_ < 0) throw cannot_write(name_, errno);
    doom(temporary_);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!is_committed_) unlink(temporary_.c_str());
    is_doomed = false;
  }

  void write(std::string_view text) {
    struct stat replaced {};
    const bool exists = stat(target_.c_str(), &replaced) == 0;
    fchmod(descriptor_, exists ? replaced.st_mode & 07777 : new_file_mode());
    write_and_close(descriptor_, text, name_);
  }
  void commit() {
    if (rename(temporary_.c_str(), target_.c_str()) != 0) throw cannot_write(name_, errno);
    is_committed_ = true;
  }

 private:
  std::string name_, target_, temporary_;
  int descriptor_ = -1;
  bool is_committed_ = false;
};

}  // namespace

void check_writable(const std::string& name) {
  const std::string target = resolved(name);
  if (std::filesystem::is_directory(target)) throw cannot_write(name, EISDIR);
  const bool exists = access(target.c_str(), F_OK) == 0;
  if (exists && access(target.c_str(), W_OK) != 0) throw cannot_write(name, errno);
  if (!is_special(name) && access(directory_of(target).c_str(), W_OK | X_OK) != 0) throw cannot_write(name, errno);
}

void check_distinct(const std::vector<std::string>& names) {
  std::map<std::string, std::string> known;
  for (const auto& name : names) {
    if (is_special(name)) continue;
    const auto [other, is_new] = known.insert({is_stdout(name) ? "" : resolved(name), name});
    if (is_new) continue;
    if (is_stdout(name)) throw Error("two results go to standard output: give one of them a file");
    throw Error(fmt::format("two results go to one file: {} and {}", io::shown(other->second), io::shown(name)));
  }
}

Output::Output(std::string name) : name_(std::move(name)) {
  if (!is_stdout(name_)) check_writable(name_);
}

void Output::write(std::string_view text) const {
  if (is_stdout(name_)) {
    const int reason = write_all(STDOUT_FILENO, text);
    if (reason != 0 && reason != EPIPE) throw cannot_write("stdout", reason);
  } else if (is_special(name_)) {
    write_and_close(open(name_.c_str(), O_WRONLY), text, name_);
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
