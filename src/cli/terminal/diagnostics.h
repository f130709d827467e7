// What the program says beside its results, on standard error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lowprec::cli {

// Writes a text to standard error. A standard error that is closed, full or gone loses the text and changes nothing
// else: no diagnostic may cost a result.
void say(std::string_view text) noexcept;

// Says each note on a line of its own.
void say_notes(const std::vector<std::string>& notes);

// Returns the text, or its beginning and its end where it is longer than a terminal shows. No message is longer.
std::string bounded(std::string text);

}  // namespace lowprec::cli
