#include "experiment/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "format/text_parts.h"

namespace lowprec {
namespace {

// The message of a parse error without its own idea of the place.
std::string reason_of(const toml::parse_error& error) { return std::string(error.description()); }

}  // namespace

std::string experiment::siblings_of(const std::set<std::string>& known, std::string_view prefix) {
  std::set<std::string> siblings;  // keys, and tables by the keys in them
  for (const auto& key : known)
    if (key.starts_with(prefix))
      siblings.insert(experiment::key_part(experiment::key_parts(std::string_view(key).substr(prefix.size())).front()));
  return fmt::format("{}", fmt::join(siblings, ", "));
}

experiment::TomlReader::TomlReader(const std::string& text, std::string file, const std::vector<std::string>& settings)
    : file_(std::move(file)) {
  try {
    root_ = toml::parse(text, file_);
  } catch (const toml::parse_error& error) {
    throw Error(fmt::format("{}:{}: {}", file_, error.source().begin.line, reason_of(error)));
  }
  for (const auto& setting : settings) set(setting);
}

void experiment::TomlReader::set(const std::string& setting) {
  try {
    const auto [key, value] = experiment::split_setting(setting);
    set(experiment::key_parts(key), std::string(format::trimmed(value)));
  } catch (const Error& error) {
    throw Error(fmt::format("{}{}", experiment::kSettingPrefix, error.what()));
  }
}

void experiment::TomlReader::set(const std::vector<std::string>& parts, const std::string& value) {
  const std::string key = experiment::joined_key(parts);
  experiment::quoted_toml(value);  // an Error where no TOML could hold it
  toml::table* table = &root_;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (table->get(parts[i]) == nullptr) table->insert(parts[i], toml::table{});
    table = table->get_as<toml::table>(parts[i]);
    if (table == nullptr) throw Error(fmt::format("{}: {} is not a table", key, experiment::key_part(parts[i])));
  }
  experiment::parse_value(value)->visit([&](auto& node) { table->insert_or_assign(parts.back(), std::move(node)); });
  settings_.insert(key);
}

const toml::node* experiment::TomlReader::find(std::string_view key) const {
  const toml::node* node = &root_;
  for (const auto& part : key_parts(key)) {
    const toml::table* table = node->as_table();
    node = table != nullptr ? table->get(part) : nullptr;
    if (node == nullptr) return nullptr;
  }
  return node;
}

const toml::node* experiment::TomlReader::take(const std::string& key) {
  known_.insert(key);
  return find(key);
}

void experiment::TomlReader::fail_at(const toml::source_region& source, const std::string& key,
                                     const std::string& reason) const {
  if (settings_.contains(key) || source.begin.line == 0)
    throw Error(fmt::format("{}{}: {}", experiment::kSettingPrefix, key, reason));
  throw Error(fmt::format("{}:{}: {}: {}", file_, source.begin.line, key, reason));
}

void experiment::TomlReader::fail(const std::string& key, const std::string& reason) const {
  const toml::node* node = find(key);
  if (node == nullptr) throw Error(fmt::format("{}: {}: {}", file_, key, reason));
  fail_at(node->source(), key, reason);
}

std::vector<std::string> experiment::TomlReader::children(const std::string& table) {
  const toml::node* node = take(table);
  std::vector<std::string> keys;
  if (node == nullptr) return keys;
  if (!node->is_table()) fail(table, "a table is expected");
  std::vector<std::pair<toml::source_position, std::string>> found;
  for (const auto& [key, child] : *node->as_table()) found.emplace_back(child.source().begin, key.str());
  std::ranges::stable_sort(found, {}, [](const auto& entry) {
    return std::pair(entry.first.line == 0 ? ~0U : entry.first.line, entry.first.column);
  });
  for (auto& entry : found) keys.push_back(entry.second);
  return keys;
}

std::vector<std::string> experiment::TomlReader::grid_values(const std::string& table, const std::string& key) {
  const std::string path = table + "." + experiment::key_part(key);
  const toml::node* node = take(path);
  const toml::array* list = node != nullptr ? node->as_array() : nullptr;
  if (list == nullptr || list->empty()) fail(path, "a list of values is expected");
  std::vector<std::string> values;
  for (const auto& element : *list) values.push_back(experiment::node_text(element));
  return values;
}

void experiment::TomlReader::require_read(const toml::table& table, const std::string& prefix) const {
  for (const auto& [key, node] : table) {
    const std::string path = prefix + experiment::key_part(std::string(key.str()));
    if (known_.contains(path) && !node.is_table()) continue;
    const auto below = known_.lower_bound(path + ".");
    const bool is_table = below != known_.end() && below->starts_with(path + ".");
    if (is_table && node.is_table()) {
      require_read(*node.as_table(), path + ".");
      continue;
    }
    if (known_.contains(path)) continue;
    if (is_table) fail_at(node.source(), path, "a table is expected");
    fail_at(node.source(), path, "no such key; those here are " + experiment::siblings_of(known_, prefix));
  }
}

void experiment::TomlReader::require_all_read() const { require_read(root_, ""); }

}  // namespace lowprec
