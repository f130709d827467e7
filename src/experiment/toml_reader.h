// Reads typed values by dotted key from TOML, remembers which keys were read, and words errors with file, line and key.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/check.h"
#include "experiment/field_reader.h"
#include "experiment/key_text.h"
#include "lowprec/format/error.h"

namespace lowprec::experiment {

// What messages about a setting begin with: it has no file and line.
inline constexpr std::string_view kSettingPrefix = "--set ";

// The keys at one level, for messages: those of `known` that add one part to the prefix, which is empty or ends with a
// dot.
std::string siblings_of(const std::set<std::string>& known, std::string_view prefix);

class TomlReader final : public Keys {
 public:
  // `settings` are KEY=VALUE texts that replace or add keys; a VALUE that is no TOML value is taken as a string.
  TomlReader(const std::string& text, std::string file, const std::vector<std::string>& settings);

  // Sets the value if the key exists, and says whether it does. Error where its type or range is wrong.
  template <class T>
  bool read(const std::string& key, T& value, FieldText text, NumberRange range = {}) {
    const toml::node* node = take(key);
    if (node == nullptr) return false;
    try {
      read_field(*node, value, text, range);
    } catch (const Error& error) {
      fail(key, error.what());
    }
    return true;
  }

  // The keys of a table (plain, not quoted), in the order of the file; none where it is absent.
  std::vector<std::string> children(const std::string& table);
  // The values of a list under a key of a table, each as TOML text.
  std::vector<std::string> grid_values(const std::string& table, const std::string& key);

  bool has(std::string_view key) const override { return find(key) != nullptr; }
  // Error for a key that nobody asked for, with those that exist.
  void require_all_read() const;
  [[noreturn]] void fail(const std::string& key, const std::string& reason) const override;

 private:
  const toml::node* find(std::string_view key) const;
  const toml::node* take(const std::string& key);
  void set(const std::string& setting);
  void set(const std::vector<std::string>& parts, const std::string& value);
  [[noreturn]] void fail_at(const toml::source_region& source, const std::string& key, const std::string& reason) const;
  void require_read(const toml::table& table, const std::string& prefix) const;

  toml::table root_;
  std::string file_;
  std::set<std::string> known_;                  // every key asked for
  std::set<std::string, std::less<>> settings_;  // keys given by settings
};

}  // namespace lowprec::experiment
