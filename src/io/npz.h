// Reads the arrays of .npz files, which are zip archives of .npy files.
#pragma once

#include <string>
#include <string_view>

namespace lowprec::io {

// Returns whether the bytes begin as a zip archive does.
bool is_zip(std::string_view bytes);

// Returns the bytes of the member NAME or NAME.npy of an archive; `file` is its name in messages. Throws Error if there
// is none (the message lists the members), or if the archive is damaged.
std::string npz_member(std::string_view bytes, const std::string& file, const std::string& name);

// Throws Error that says what the archive is and, of an .npz file, how its arrays are named.
[[noreturn]] void fail_archive(std::string_view bytes, const std::string& file);

}  // namespace lowprec::io
