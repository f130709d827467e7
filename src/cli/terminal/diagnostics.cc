#include "cli/terminal/diagnostics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace lowprec::cli {
namespace {

constexpr std::size_t kLongest = 4000;  // bytes of a message
constexpr std::size_t kEnd = 1000;      // of them from its end

// The least place from `place` on where a UTF-8 character begins.
std::size_t character_at(const std::string& text, std::size_t place) {
  while (place < text.size() && (text[place] & 0xC0) == 0x80) ++place;
  return place;
}

}  // namespace

void say(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto written = write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void say_notes(const std::vector<std::string>& notes) {
  for (const auto& note : notes) say("lowprec: note: " + bounded(note) + "\n");
}

std::string bounded(std::string text) {
  if (text.size() <= kLongest) return text;
  const std::size_t begin = character_at(text, kLongest - kEnd), end = character_at(text, text.size() - kEnd);
  return fmt::format("{} [... {} bytes ...] {}", std::string_view(text).substr(0, begin), end - begin,
                     std::string_view(text).substr(end));
}

}  // namespace lowprec::cli
