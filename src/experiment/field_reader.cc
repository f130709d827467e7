#include "experiment/field_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <sstream>

#include "experiment/key_text.h"
#include "lowprec/format/error.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

Error not_allowed(const toml::node& node, experiment::FieldText text) {
  return Error(fmt::format("allowed is {}, not {}", text.allowed, experiment::node_text(node)));
}

std::uint64_t natural(const toml::node& node, experiment::FieldText text, experiment::NumberRange range) {
  const auto number = node.value_exact<std::int64_t>();
  if (!number || *number < static_cast<std::int64_t>(range.least)) throw not_allowed(node, text);
  return static_cast<std::uint64_t>(*number);
}

// The whole text as a decimal number without signs of grouping; nothing for what only the TOML parser judges.
template <class T>
std::unique_ptr<toml::node> plain_number(const std::string& text) {
  T number{};
  const char* const last = text.data() + text.size();
  const auto [end, status] = std::from_chars(text.data(), last, number);
  if (status != std::errc() || end != last) return nullptr;
  return std::make_unique<toml::value<T>>(number);
}

// What most values are, sooner than the TOML parser: 16, 0.5, "text".
std::unique_ptr<toml::node> plain_node(const std::string& text) {
  const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
  if (text.size() < 2) return text.empty() || !is_digit(text[0]) ? nullptr : plain_number<std::int64_t>(text);
  if ('1' <= text[0] && text[0] <= '9' && text.find_first_not_of("0123456789") == std::string::npos)
    return plain_number<std::int64_t>(text);
  const bool is_decimal = is_digit(text[0]) && text[1] == '.' && text.find_first_not_of("0123456789", 2) == text.npos;
  if (is_decimal && text.size() > 2) return plain_number<double>(text);
  const bool is_quoted = text.front() == '"' && text.find('"', 1) == text.size() - 1;
  const auto is_special = [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (!is_quoted || std::ranges::any_of(text, is_special)) return nullptr;
  return std::make_unique<toml::value<std::string>>(text.substr(1, text.size() - 2));
}

std::string number_text(double x) {
  const std::string text = to_string(x);
  return std::isfinite(x) && text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string list_text(const toml::array& list) {
  std::string text;
  for (const auto& element : list) text += (text.empty() ? "" : ", ") + experiment::node_text(element);
  return text.empty() ? "[]" : "[ " + text + " ]";
}

}  // namespace

std::unique_ptr<toml::node> experiment::parse_value(const std::string& text) {
  if (auto plain = plain_node(text)) return plain;
  try {
    toml::table parsed = toml::parse("v = " + text);
    const bool is_scalar = !parsed.get("v")->is_array() && !parsed.get("v")->is_string();
    if (parsed.size() != 1 || (is_scalar && text.find('\n') != std::string::npos))
      return std::make_unique<toml::value<std::string>>(text);
    std::unique_ptr<toml::node> node;
    parsed.get("v")->visit(
        [&node](auto& value) { node = std::make_unique<std::remove_reference_t<decltype(value)>>(std::move(value)); });
    return node;
  } catch (const toml::parse_error&) {
    return std::make_unique<toml::value<std::string>>(text);
  }
}

std::string experiment::node_text(const toml::node& node) {
  if (const auto string = node.value_exact<std::string>()) return experiment::quoted_toml(*string);
  if (const auto number = node.value_exact<double>()) return number_text(*number);
  if (node.is_array()) return list_text(*node.as_array());
  std::ostringstream out;
  node.visit([&out](const auto& value) { out << value; });
  return out.str();
}

std::string experiment::read_text(const toml::node& node, experiment::FieldText text, bool takes_list) {
  if (const auto string = node.value_exact<std::string>()) return *string;
  if (takes_list && node.is_array()) return experiment::node_text(node);
  throw Error(fmt::format("{} is expected", text.allowed));
}

void experiment::read_field(const toml::node& node, std::string& value, experiment::FieldText text,
                            experiment::NumberRange) {
  value = experiment::read_text(node, text, false);
}

void experiment::read_field(const toml::node& node, double& value, experiment::FieldText text,
                            experiment::NumberRange range) {
  const auto number = node.is_number() ? node.value<double>() : std::nullopt;
  if (!number || !(range.open ? *number > range.least : *number >= range.least) || *number > range.most)
    throw not_allowed(node, text);
  value = *number;
}

void experiment::read_field(const toml::node& node, bool& value, experiment::FieldText text, experiment::NumberRange) {
  const auto flag = node.value_exact<bool>();
  if (!flag) throw not_allowed(node, text);
  value = *flag;
}

void experiment::read_field(const toml::node& node, std::uint64_t& value, experiment::FieldText text,
                            experiment::NumberRange range) {
  value = natural(node, text, range);
}

void experiment::read_field(const toml::node& node, std::vector<std::uint64_t>& value, experiment::FieldText text,
                            experiment::NumberRange range) {
  const toml::array* list = node.as_array();
  if (list == nullptr) throw not_allowed(node, text);
  value.clear();
  for (const auto& element : *list) {
    const auto number = element.value_exact<double>();
    value.push_back(number == HUGE_VAL ? experiment::kPopulation : natural(element, text, range));
  }
}

void experiment::read_field(const toml::node& node, std::vector<std::string>& value, experiment::FieldText text,
                            experiment::NumberRange) {
  const toml::array* list = node.as_array();
  if (list == nullptr) throw not_allowed(node, text);
  value.clear();
  for (const auto& element : *list) {
    if (!element.is_string() && !element.is_integer()) throw not_allowed(node, text);
    value.push_back(element.is_string() ? *element.value_exact<std::string>() : experiment::node_text(element));
  }
}

void experiment::read_field(const toml::node& node, Summation& value, experiment::FieldText text,
                            experiment::NumberRange) {
  value = linalg::parse_summation(experiment::read_text(node, text, false));
}

void experiment::read_field(const toml::node& node, Quantizer& value, experiment::FieldText text,
                            experiment::NumberRange) {
  value = parse_quantizer(experiment::read_text(node, text, false));
}

}  // namespace lowprec
