#include "experiment/print.h"

#include <fmt/format.h>

#include "experiment/fields.h"
#include "experiment/toml_reader.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

std::string toml_text(const std::string& x) { return experiment::quoted_toml(x); }
template <experiment::TypedText T>
std::string toml_text(const T& x) {
  return experiment::quoted_toml(to_string(x));
}
std::string toml_text(std::uint64_t x) { return fmt::format("{}", x); }
std::string toml_text(double x) { return to_string(x); }
std::string toml_text(bool x) { return x ? "true" : "false"; }
std::string toml_text(const Summation& x) { return experiment::quoted_toml(to_string(x)); }
std::string toml_text(const Quantizer& x) { return experiment::quoted_toml(to_string(x)); }
std::string toml_text(const std::vector<std::uint64_t>& updates) {
  std::string text;
  for (const std::uint64_t n : updates) text += (text.empty() ? "" : ", ") + experiment::updates_text(n);
  return "[" + text + "]";
}
std::string toml_text(const std::vector<std::string>& texts) {
  std::string text;
  for (const auto& each : texts) text += (text.empty() ? "" : ", ") + experiment::quoted_toml(each);
  return "[" + text + "]";
}

bool is_given(bool x) { return x; }
bool is_given(const Quantizer& x) { return !x.is_none(); }
bool is_given(const Summation& x) { return x != Summation{}; }

// Prints "table.key" under its table's heading.
class TomlPrinter {
 public:
  void line(std::string_view table, std::string_view key, const std::string& value) {
    if (table != table_) text_ += fmt::format("{}[{}]\n", text_.empty() ? "" : "\n", table);
    table_ = table;
    text_ += fmt::format("{} = {}\n", key, value);
  }
  std::string text() const { return text_; }

 private:
  std::string text_, table_;
};

}  // namespace

std::string experiment::updates_text(std::uint64_t updates) {
  return updates == experiment::kPopulation ? "inf" : fmt::format("{}", updates);
}

bool experiment::is_printed(const Experiment& e, std::string_view key) {
  if (key == "sgd.step_size") return !(e.sgd.step_size_absolute > 0);
  if (key == "sgd.step_size_absolute") return e.sgd.step_size_absolute > 0;
  if (!key.starts_with("problem.")) return true;
  const bool of_data = key.starts_with("problem.data"), of_sketch = key.starts_with("problem.sketch");
  if (e.problem.data.is_given() || of_data) return e.problem.data.is_given() && of_data;
  return e.problem.sketch.size > 0 ? key != "problem.dimension" : !of_sketch;
}

std::string to_string(const Experiment& e) {
  TomlPrinter printer;
  experiment::visit_fields(
      e, [&](std::string_view path, const auto& member, experiment::FieldText, experiment::NumberRange = {}) {
        if (!experiment::is_printed(e, path)) return;
        const auto dot = path.rfind('.');
        const bool in_table = dot != std::string_view::npos;
        printer.line(in_table ? path.substr(0, dot) : "", in_table ? path.substr(dot + 1) : path, toml_text(member));
      });
  std::string grid;
  for (const auto& [key, values] : e.run.grid)
    grid += fmt::format("{}{} = [{}]", grid.empty() ? "" : ", ", experiment::quoted_toml(key), fmt::join(values, ", "));
  if (!grid.empty()) printer.line("run", "grid", "{ " + grid + " }");
  for (const auto& configuration : e.compare) {
    const std::string table = "compare." + experiment::quoted_toml(configuration.name);
    experiment::visit_sites(configuration.sites, [&](std::string_view key, const auto& member, experiment::FieldText) {
      const bool of_arithmetic = key == "master" || key == "accumulate" || key == "order";
      if (!of_arithmetic || is_given(member)) printer.line(table, key, toml_text(member));
    });
  }
  return printer.text();
}

std::string experiment::experiment_help() {
  std::string help;
  Experiment defaults;
  experiment::visit_fields(defaults, [&](std::string_view key, const auto& member, experiment::FieldText text,
                                         experiment::NumberRange = {}) {
    help += fmt::format("  {:<24} {:<22} {}; {}\n", key, toml_text(member), text.meaning, text.allowed);
  });
  help += fmt::format("  {:<24} {:<22} {}; {}\n", "run.grid", "{ }", "run the cartesian product",
                      "a table: \"full.key\" = [values]");
  help += fmt::format("  {:<24} {:<22} {}\n", "compare.NAME.all", "\"none\"", "the next five at once; a quantizer");
  experiment::visit_sites(defaults.compare.emplace_back().sites,
                          [&](std::string_view key, const auto& member, experiment::FieldText text) {
                            help += fmt::format("  {:<24} {:<22} {}; {}\n", fmt::format("compare.NAME.{}", key),
                                                toml_text(member), text.meaning, text.allowed);
                          });
  return help;
}

}  // namespace lowprec
