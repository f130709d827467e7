// Values of an experiment's fields from TOML. An Error says what is expected, without the key and the place.
#pragma once

#include <toml++/toml.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/fields.h"

namespace lowprec::experiment {

// The value that a text is in TOML, or else the text itself as a string. A text of several lines is a value if it is
// one list or one string to its end.
std::unique_ptr<toml::node> parse_value(const std::string& text);

// A value as TOML text on one line: parse_value reads it back. Numbers have the fewest digits that do.
std::string node_text(const toml::node& node);

// A string, or a list where the field takes one.
std::string read_text(const toml::node& node, FieldText text, bool takes_list);

void read_field(const toml::node& node, std::string& value, FieldText text, NumberRange range);
void read_field(const toml::node& node, double& value, FieldText text, NumberRange range);
void read_field(const toml::node& node, bool& value, FieldText text, NumberRange range);
void read_field(const toml::node& node, std::uint64_t& value, FieldText text, NumberRange range);
void read_field(const toml::node& node, std::vector<std::uint64_t>& value, FieldText text, NumberRange range);
// Strings, or integers, which stand for their digits.
void read_field(const toml::node& node, std::vector<std::string>& value, FieldText text, NumberRange range);
void read_field(const toml::node& node, Summation& value, FieldText text, NumberRange range);
void read_field(const toml::node& node, Quantizer& value, FieldText text, NumberRange range);

// The types that are made from their texts.
template <class T>
concept TypedText = std::same_as<T, sgd::Spectrum> || std::same_as<T, sgd::Target> || std::same_as<T, sgd::Tails> ||
    std::same_as<T, sgd::Schedule>;
template <TypedText T>
void read_field(const toml::node& node, T& value, FieldText text, NumberRange) {
  constexpr bool takes_list = std::same_as<T, sgd::Spectrum> || std::same_as<T, sgd::Target>;
  value = T(read_text(node, text, takes_list));
}

}  // namespace lowprec::experiment
