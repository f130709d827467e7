// Names of any text reach every place that a user can give them, and come back the same: TOML, --set, the grid, CSV.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "experiment/field_reader.h"
#include "experiment/key_text.h"
#include "lowprec/experiment/experiment.h"
#include "lowprec/experiment/results.h"
#include "lowprec/format/error.h"
#include "lowprec/io/csv.h"

using namespace lowprec;

namespace {

// Names that some layer gives a meaning, then random ones of such characters.
std::vector<std::string> hostile_names() {
  std::vector<std::string> names = {"8\"",   "\"coarse\"", "coarse", "a.b",       "a=b",    "#x",     "#",      "''",
                                    "'tis",  "50%",        "a\\",    "\\u0041",   "\n",     "\r\n",   " a ",    "",
                                    "a,b",   "[x]",        "\t",     "\x7f",      "\x01",   "|ls",    "`ls`",   "$x",
                                    "größe", "≤",          "😀",      "all",       "a\"b'c", "\"\"\"", "1e5",    "true",
                                    "inf",   "-",          "a b",    "compare.x", "=",      ".",      "a\n# b", "@x"};
  names.emplace_back(1, '\0');
  const std::vector<std::string> alphabet = {"\"", "'", "\\", ".", "=", "#", ",", "\n", "\r", " ", "\t", "a",   "u",
                                             "0",  "%", "[",  "]", "{", "}", "`", "|",  "~",  "@", "é",  "\x7f"};
  std::mt19937 random(1);
  for (int i = 0; i < 400; ++i) {
    std::string name;
    for (auto length = random() % 8; length-- > 0;) name += alphabet[random() % alphabet.size()];
    names.push_back(name);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

const experiment::Configuration& configuration(const Experiment& e, const std::string& name) {
  const auto found = std::ranges::find(e.compare, name, &experiment::Configuration::name);
  REQUIRE(found != e.compare.end());
  return *found;
}

const Quantizer kCoarse = parse_quantizer("int4:step=2^-2");
const std::string kCoarseText = "\"int4:step=2^-2\"";

}  // namespace

TEST_CASE("key_parts is the inverse of joined_key") {
  const auto names = hostile_names();
  for (const auto& a : names) {
    CHECK(experiment::key_parts(experiment::key_part(a)) == std::vector<std::string>{a});
    CHECK(experiment::parse_value(experiment::quoted_toml(a))->value_exact<std::string>() == a);
    const std::vector<std::string> three{"compare", a, names[a.size()]};
    CHECK(experiment::key_parts(experiment::joined_key(three)) == three);
    const auto [key, value] = experiment::split_setting(experiment::joined_key(three) + "=a=b");
    CHECK((experiment::key_parts(key) == three && value == "a=b"));
  }
}

TEST_CASE("an experiment with any title and any names is read from its own text and from its results") {
  Experiment e;
  for (const auto& name : hostile_names()) {
    e.compare.push_back({name, {}});
    e.compare.back().sites.data = kCoarse;
  }
  for (const auto& title : hostile_names()) {
    e.title = title;
    if (title.size() % 8 == 1) CHECK(parse_experiment(to_string(e), "x.toml") == e);
  }
  CHECK(parse_experiment(to_string(e), "x.toml") == e);
  CHECK(parse_experiment(experiment::to_csv(e, {}), "x.csv") == e);
}

TEST_CASE("every configuration of a file is read, whatever its name") {
  std::string text;
  const auto names = hostile_names();
  for (const auto& name : names)
    text += fmt::format("[compare.{}]\nall = {}\n", experiment::quoted_toml(name), kCoarseText);
  const Experiment e = parse_experiment(text, "x.toml");
  REQUIRE(e.compare.size() == names.size());
  for (const auto& name : names) CHECK(configuration(e, name).sites.gradient == kCoarse);
}

TEST_CASE("a key that was not read is an error below any name") {
  for (const auto& name : hostile_names()) {
    const std::string table = experiment::quoted_toml(name);
    CHECK_THROWS_AS(parse_experiment(fmt::format("[compare.{}]\nalll = \"none\"\n", table), "x.toml"), Error);
    CHECK_THROWS_AS(parse_experiment(fmt::format("[compare.{}.data]\nx = 1\n", table), "x.toml"), Error);
    CHECK_THROWS_AS(parse_experiment(fmt::format("[compare]\n{} = 1\n", table), "x.toml"), Error);
    if (name != "title") CHECK_THROWS_AS(parse_experiment(fmt::format("{} = 1\n", table), "x.toml"), Error);
  }
}

TEST_CASE("settings reach every configuration, old or new") {
  for (const auto& name : hostile_names()) {
    const std::string key = experiment::joined_key({"compare", name, "label"});
    for (const char* file : {"", "[compare.coarse]\n", "[compare.\"\\\"coarse\\\"\"]\n"}) {
      const Experiment e = parse_experiment(file, "x.toml", {key + " = " + kCoarseText});
      CHECK(configuration(e, name).sites.label == kCoarse);
      for (const auto& other : e.compare) CHECK((other.name == name || other.sites.label.is_none()));
    }
  }
}

TEST_CASE("a grid reaches every configuration, and its results are read again") {
  for (const auto& name : hostile_names()) {
    if (name.find('\0') != std::string::npos) continue;  // a table with a byte 0 is refused as a binary file
    Experiment e = parse_experiment(fmt::format("[compare.{}]\nall = \"int8\"\n", experiment::quoted_toml(name)), "x");
    const std::string key = experiment::joined_key({"compare", name, "all"});
    e.run.grid = {{key, {"\"none\"", kCoarseText}}};
    const Experiment again = parse_experiment(to_string(e), "x.toml");
    REQUIRE(again == e);
    CHECK(configuration(experiment::cell_experiment(again, {kCoarseText}), name).sites.data == kCoarse);

    experiment::ResultRow row;
    row.config = name;
    row.grid = {experiment::plain_value(experiment::quoted_toml(name))};
    row.iterate = "last";
    const io::Csv csv = io::parse_csv(experiment::to_csv(e, {row}), "x.csv");
    REQUIRE(csv.lines.size() == 1);
    CHECK(csv.lines[0].cells[csv.column("config")] == name);
    CHECK(csv.lines[0].cells[csv.column(key)] == name);
  }
}

TEST_CASE("an axis of `all` replaces one quantizer of all five sites, and never one that a site has of its own") {
  const std::string grid = "[run]\ngrid = { \"compare.x.all\" = [\"none\", \"bf16\"] }\n";
  const auto cell = [&](const std::string& table) {
    return experiment::cell_experiment(parse_experiment("[compare.x]\n" + table + grid, "x"), {"\"bf16\""}).compare[0];
  };
  CHECK(cell("").sites.data == Quantizer(bfloat16));
  CHECK(cell("all = \"int8\"\n").sites.activation == Quantizer(bfloat16));
  CHECK_THROWS_AS(cell("data = \"int8\"\n"), Error);
  const std::string both = "[run]\ngrid = { \"compare.x.all\" = [\"bf16\"], \"compare.x.data\" = [\"int8\"] }\n";
  CHECK_THROWS_AS(parse_experiment(both, "x"), Error);
}

TEST_CASE("two texts of one axis, and a value that is listed twice, are errors") {
  const auto parse = [](const std::string& grid) { return parse_experiment("[run]\ngrid = {" + grid + "}\n", "x"); };
  CHECK_THROWS_AS(parse("\"compare.x.data\" = [\"int8\"], \"compare.\\\"x\\\".data\" = [\"bf16\"]"), Error);
  CHECK_THROWS_AS(parse("\"run.seeds\" = [4, 4]"), Error);
  CHECK_THROWS_AS(parse("\"compare.\\\"x.data\" = [\"int8\"]"), Error);
  CHECK(parse("\"compare.'x'.data\" = [\"int8\"]").run.grid[0].first == "compare.x.data");
}

TEST_CASE("values of a grid print as text that reads back") {
  for (const std::string text :
       {"1", "0.1", "1e300", "-5", "true", "[1, 2.5, \"a\\\"b\"]", "[[1], [\"\\n\"]]", "2.0"}) {
    const auto node = experiment::parse_value(text);
    const std::string printed = experiment::node_text(*node);
    CHECK(experiment::node_text(*experiment::parse_value(printed)) == printed);
    CHECK(experiment::parse_value(printed)->type() == node->type());
  }
}

TEST_CASE("nothing may follow the value of a setting, and a setting is UTF-8 text") {
  for (const std::string setting : {"run.seeds=2\nrun.seed=3", "run.seeds=2\n# x", "run.seeds=2\n[x]", "title=\xff",
                                    "compare.\xff.all=none", "=1", "run.seeds", "\"run=1", "\"run\"x.seeds=1"})
    CHECK_THROWS_AS(parse_experiment("", "x.toml", {setting}), Error);
  CHECK(parse_experiment("", "x.toml", {"title=one\ntwo"}).title == "one\ntwo");
  CHECK(parse_experiment("", "x.toml", {"sgd.updates=[1,\n2]"}).sgd.updates.size() == 2);
}
