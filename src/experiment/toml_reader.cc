#include "experiment/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "format/text_parts.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

template <class T>
std::string toml_text(const T& node) {
  std::ostringstream out;
  node.visit([&out](const auto& value) { out << value; });
  return out.str();
}

// A value of a grid. Floating-point numbers in the fewest digits that read back, where toml++ writes 17 of them.
std::string grid_text(const toml::node& node) {
  const auto number = node.value_exact<double>();
  if (!number || !std::isfinite(*number)) return toml_text(node);
  const std::string text = to_string(*number);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

// Keys are parted at dots outside quotes: compare."a.b".data
std::vector<std::string> key_parts(std::string_view key) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : key) {
    if (c == '"')
      quoted = !quoted;
    else if (c == '.' && !quoted)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

Summation parse_order(std::string_view text, std::string_view allowed) {
  const format::TextCall call = format::parse_call(text);
  const auto is = [&](std::string_view name, std::size_t arguments) {
    return call.name == name && call.arguments.size() == arguments && call.options.empty();
  };
  const auto count = [&](std::size_t i) { return static_cast<std::size_t>(std::max(call.integer(i), 0)); };
  if (is("sequential", 0)) return sequential;
  if (is("pairwise", 0)) return pairwise;
  if (is("strands", 0)) return strands();
  if (is("strands", 1)) return strands(count(0));
  if (is("chunk", 1)) return chunk(count(0));
  if (is("exact", 0)) return exact_sum;
  if (is("tensor_core", 2)) return tensor_core(count(0), call.integer(1));
  throw Error(fmt::format("allowed are {}", allowed));
}

// The message of a parse error without its own idea of the place.
std::string reason_of(const toml::parse_error& error) { return std::string(error.description()); }

}  // namespace

std::string experiment::quoted_toml(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      result += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      result += c;
  }
  return result + "\"";
}

std::string to_string(const Summation& order) {
  switch (order.kind) {
    case Summation::sequential:
      return "sequential";
    case Summation::pairwise:
      return "pairwise";
    case Summation::strands:
      return fmt::format("strands({})", order.n);
    case Summation::chunk:
      return fmt::format("chunk({})", order.n);
    case Summation::exact:
      return "exact";
    case Summation::tensor_core:
      return fmt::format("tensor_core({},{})", order.n, order.bits);
  }
  return {};
}

std::string experiment::key_part(const std::string& name) {
  return name.find('.') == std::string::npos ? name : fmt::format("\"{}\"", name);
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
  const auto equals = setting.find('=');
  const std::string key(format::trimmed(std::string_view(setting).substr(0, equals)));
  if (equals == std::string::npos || key.empty())
    throw Error(fmt::format("{}'{}': KEY=VALUE is expected", experiment::kSettingPrefix, setting));
  const std::string value(format::trimmed(std::string_view(setting).substr(equals + 1)));

  toml::table parsed;
  try {
    parsed = toml::parse("v = " + value);
  } catch (const toml::parse_error&) {
    parsed = toml::table{{"v", value}};
  }
  toml::table* table = &root_;
  const auto parts = key_parts(key);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (table->get(parts[i]) == nullptr) table->insert(parts[i], toml::table{});
    table = table->get_as<toml::table>(parts[i]);
    if (table == nullptr)
      throw Error(fmt::format("{}{}: '{}' is not a table", experiment::kSettingPrefix, setting, parts[i]));
  }
  table->insert_or_assign(parts.back(), std::move(*parsed.get("v")));
  settings_.insert(key);
}

const toml::node* experiment::TomlReader::find(const std::string& key) const {
  const toml::node* node = &root_;
  for (const auto& part : key_parts(key)) {
    const toml::table* table = node->as_table();
    node = table != nullptr ? table->get(part) : nullptr;
    if (node == nullptr) return nullptr;
  }
  return node;
}

const toml::node* experiment::TomlReader::take(const std::string& key, bool& given) {
  known_.insert(key);
  const toml::node* node = find(key);
  given = node != nullptr;
  return node;
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

void experiment::TomlReader::read(const std::string& key, std::string& value, bool& given, experiment::FieldText text,
                                  experiment::NumberRange) {
  const toml::node* node = take(key, given);
  if (!given) return;
  if (const auto string = node->value_exact<std::string>())
    value = *string;
  else if (const toml::array* list = node->as_array();
           list != nullptr && text.allowed.find("a list") != std::string_view::npos) {
    value = toml_text(*list);
  } else {
    fail(key, fmt::format("{} is expected", text.allowed));
  }
}

void experiment::TomlReader::read(const std::string& key, double& value, bool& given, experiment::FieldText text,
                                  experiment::NumberRange range) {
  const toml::node* node = take(key, given);
  if (!given) return;
  const auto number = node->is_number() ? node->value<double>() : std::nullopt;
  if (!number || !(range.open ? *number > range.least : *number >= range.least) || *number > range.most)
    fail(key, fmt::format("allowed is {}, not {}", text.allowed, toml_text(*node)));
  value = *number;
}

void experiment::TomlReader::read(const std::string& key, bool& value, bool& given, experiment::FieldText text,
                                  experiment::NumberRange) {
  const toml::node* node = take(key, given);
  if (!given) return;
  const auto flag = node->value_exact<bool>();
  if (!flag) fail(key, fmt::format("allowed is {}, not {}", text.allowed, toml_text(*node)));
  value = *flag;
}

std::uint64_t experiment::TomlReader::natural(const toml::node& node, const std::string& key,
                                              experiment::FieldText text, std::uint64_t least) const {
  const auto number = node.value_exact<std::int64_t>();
  if (!number || *number < static_cast<std::int64_t>(least))
    fail(key, fmt::format("allowed is {}, not {}", text.allowed, toml_text(node)));
  return static_cast<std::uint64_t>(*number);
}

void experiment::TomlReader::read(const std::string& key, std::uint64_t& value, bool& given, experiment::FieldText text,
                                  experiment::NumberRange) {
  const toml::node* node = take(key, given);
  if (given) value = natural(*node, key, text, text.allowed == "an integer from 0" ? 0 : 1);
}

void experiment::TomlReader::read(const std::string& key, std::vector<std::uint64_t>& value, bool& given,
                                  experiment::FieldText text, experiment::NumberRange) {
  const toml::node* node = take(key, given);
  if (!given) return;
  const toml::array* list = node->as_array();
  if (list == nullptr) fail(key, fmt::format("allowed is {}, not {}", text.allowed, toml_text(*node)));
  value.clear();
  for (const auto& element : *list) {
    const auto number = element.value_exact<double>();
    value.push_back(number == HUGE_VAL ? experiment::kPopulation : natural(element, key, text, 1));
  }
}

void experiment::TomlReader::read(const std::string& key, Summation& value, bool& given, experiment::FieldText text,
                                  experiment::NumberRange range) {
  std::string name;
  read(key, name, given, text, range);
  if (!given) return;
  try {
    value =
        format::parse_named("order", name, [&](std::string_view lower) { return parse_order(lower, text.allowed); });
  } catch (const Error& error) {
    fail(key, error.what());
  }
}

void experiment::TomlReader::read(const std::string& key, Quantizer& value, bool& given, experiment::FieldText text,
                                  experiment::NumberRange) {
  std::string name;
  read(key, name, given, text);
  if (!given) return;
  try {
    value = parse_quantizer(name);
  } catch (const Error& error) {
    fail(key, error.what());
  }
}

std::vector<std::string> experiment::TomlReader::children(const std::string& table) {
  bool given = false;
  const toml::node* node = take(table, given);
  std::vector<std::string> keys;
  if (!given) return keys;
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
  bool given = false;
  const toml::node* node = take(path, given);
  const toml::array* list = node->as_array();
  if (list == nullptr || list->empty()) fail(path, "a list of values is expected");
  std::vector<std::string> values;
  for (const auto& element : *list) values.push_back(grid_text(element));
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
    std::string siblings;
    for (const auto& known : known_)
      if (known.starts_with(prefix) && known.find('.', prefix.size()) == std::string::npos)
        siblings += fmt::format("{}{}", siblings.empty() ? "" : ", ", std::string_view(known).substr(prefix.size()));
    fail_at(node.source(), path, "no such key; those here are " + siblings);
  }
}

void experiment::TomlReader::require_all_read() const { require_read(root_, ""); }

}  // namespace lowprec
