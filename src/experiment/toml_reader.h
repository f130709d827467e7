// Reads typed values by dotted key from TOML, remembers which keys were read, and words errors with file, line and key.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/fields.h"
#include "lowprec/array/quantize.h"

namespace lowprec::experiment {

// What messages about a setting begin with: it has no file and line.
inline constexpr std::string_view kSettingPrefix = "--set ";

// A TOML basic string.
std::string quoted_toml(const std::string& text);

}  // namespace lowprec::experiment

namespace lowprec {

// As the key `order` has it.
std::string to_string(const Summation& order);

}  // namespace lowprec

namespace lowprec::experiment {

// One part of a dotted key: quoted where it holds a dot itself.
std::string key_part(const std::string& name);

class TomlReader {
 public:
  // `settings` are KEY=VALUE texts that replace or add keys; a VALUE that is no TOML value is taken as a string.
  TomlReader(const std::string& text, std::string file, const std::vector<std::string>& settings);

  // Sets `value` and `given` where the key exists; Error where its type or range is wrong.
  void read(const std::string& key, std::string& value, bool& given, FieldText text, NumberRange range = {});
  void read(const std::string& key, double& value, bool& given, FieldText text, NumberRange range = {});
  void read(const std::string& key, bool& value, bool& given, FieldText text, NumberRange range = {});
  void read(const std::string& key, std::uint64_t& value, bool& given, FieldText text, NumberRange range = {});
  void read(const std::string& key, std::vector<std::uint64_t>& value, bool& given, FieldText text,
            NumberRange range = {});
  void read(const std::string& key, Summation& value, bool& given, FieldText text, NumberRange range = {});
  void read(const std::string& key, Quantizer& value, bool& given, FieldText text, NumberRange range = {});

  // The keys of a table (plain, not quoted), in the order of the file; none where it is absent.
  std::vector<std::string> children(const std::string& table);
  // The values of a list under a key of a table, each as TOML text.
  std::vector<std::string> grid_values(const std::string& table, const std::string& key);

  bool has(const std::string& key) const { return find(key) != nullptr; }
  // Error for a key that nobody asked for, with those that exist.
  void require_all_read() const;
  [[noreturn]] void fail(const std::string& key, const std::string& reason) const;

 private:
  const toml::node* find(const std::string& key) const;
  const toml::node* take(const std::string& key, bool& given);
  std::uint64_t natural(const toml::node& node, const std::string& key, FieldText text, std::uint64_t least) const;
  void set(const std::string& setting);
  [[noreturn]] void fail_at(const toml::source_region& source, const std::string& key, const std::string& reason) const;
  void require_read(const toml::table& table, const std::string& prefix) const;

  toml::table root_;
  std::string file_;
  std::set<std::string> known_;                  // every key asked for
  std::set<std::string, std::less<>> settings_;  // keys given by settings
};

}  // namespace lowprec::experiment
