// The text of keys and settings: how any string is quoted, and how the quotes are taken off again. joined_key and
// key_parts are inverses for all UTF-8 strings; the inverse of quoted_toml is the TOML parser.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lowprec::experiment {

// Returns the string as a TOML basic string on one line. Throws Error if the string is not UTF-8, which TOML demands.
std::string quoted_toml(std::string_view text);

// Returns one part of a dotted key: bare where TOML allows it (letters, digits, _ and -), else quoted.
std::string key_part(std::string_view name);

// Returns the parts of a dotted key without their quotes. A part that begins with a quote is a TOML string; any other
// part runs to the next dot and may hold what TOML would have in quotes. Throws Error if a quote does not end.
std::vector<std::string> key_parts(std::string_view key);

// Returns the one text of a key: its parts, each as key_part writes it, with dots between them.
std::string joined_key(const std::vector<std::string>& parts);

// Splits KEY=VALUE at the first equals sign outside the quotes of the key. Returns both parts as they are written.
// Throws Error where there is no key or no equals sign.
std::pair<std::string, std::string> split_setting(std::string_view text);

}  // namespace lowprec::experiment
