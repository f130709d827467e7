// CSV in every manner of writing gives the cells that were written.
#include "lowprec/io/csv.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lowprec/format/error.h"

using namespace lowprec;

namespace {

using Cells = std::vector<std::vector<std::string>>;

// Cells that mean something to a reader, and a row of plain ones.
const Cells kTable{{"name", "b m i", "x\"y", "last,one;"},
                   {"plain", "1.5", "-2", "0"},
                   {" blank", "two\nlines", "", "tab\there"},
                   {"#no comment", "\"quoted\"", "a,b", "end "}};

// How a program writes tables.
struct Manner {
  std::string delimiter, end, mark, blank;
  bool quotes_all = false, ends_last_line = true;
};

std::string cell_text(const std::string& cell, const Manner& m) {
  const bool is_plain = !cell.empty() && cell.find_first_of("#\"\n\r\t,; ") == std::string::npos;
  if (is_plain && !m.quotes_all) return cell;
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::string written(const Cells& table, const Manner& m) {
  std::string text = m.mark;
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t j = 0; j < table[i].size(); ++j)
      text += (j > 0 ? m.delimiter + m.blank : "") + cell_text(table[i][j], m);
    if (i + 1 < table.size() || m.ends_last_line) text += m.end;
  }
  return text;
}

void check(const Cells& table, const Manner& m) {
  const std::string text = written(table, m);
  CAPTURE(text);
  const io::Csv csv = io::parse_csv(text, "x");
  CHECK(csv.columns == table.front());
  REQUIRE(csv.lines.size() + 1 == table.size());
  for (std::size_t i = 0; i < csv.lines.size(); ++i) CHECK(csv.lines[i].cells == table[i + 1]);
}

}  // namespace

TEST_CASE("cells read back in every manner of writing") {
  for (const char* delimiter : {",", ";", "\t", " "})
    for (const char* end : {"\n", "\r\n", "\r"})
      for (const char* mark : {"", "\xEF\xBB\xBF"})
        for (const char* blank : {"", " "})
          for (const int bits : {0, 1, 2, 3}) check(kTable, {delimiter, end, mark, blank, (bits & 1) != 0, bits < 2});
}

TEST_CASE("comments, blank lines and blanks lie between records") {
  const io::Csv csv = io::parse_csv("# one\n  \n\ta , b\t,\"c\" \n# two\n\n 1,2 , 3\n \t\n", "x");
  CHECK(csv.columns == std::vector<std::string>{"a", "b", "c"});
  REQUIRE(csv.lines.size() == 1);
  CHECK(csv.lines[0].cells == std::vector<std::string>{"1", "2", "3"});
  CHECK(csv.place(csv.lines[0]) == "x:6");
  CHECK(csv.header == 3);
}

TEST_CASE("of several delimiters in the first line the second line shows the one") {
  CHECK(io::parse_csv("T (C; F),x\n1,2\n", "x").columns == std::vector<std::string>{"T (C; F)", "x"});
  CHECK(io::parse_csv("a,b;c\n1;2\n", "x").columns == std::vector<std::string>{"a,b", "c"});
  CHECK(io::parse_csv("0,x;1,y\n0,5;1,5\n", "x").lines[0].cells == std::vector<std::string>{"0,5", "1,5"});
}

TEST_CASE("an index without a name is left out; a nameless column of numbers is not") {
  CHECK(io::parse_csv(",a\n0,1.5\n1,2.5\n", "x").columns == std::vector<std::string>{"a"});
  CHECK(io::parse_csv("a\tb\nr1\t1\t2\n", "x").lines[0].cells == std::vector<std::string>{"1", "2"});
  CHECK(io::parse_csv(",a\n0.5,1.5\n", "x").lines[0].cells == std::vector<std::string>{"0.5", "1.5"});
  CHECK_THROWS_WITH_AS(io::parse_csv(",a\n0,1\n0.5,2\n", "x"), doctest::Contains("x:3: column 1 has no name"), Error);
}

TEST_CASE("what is no table is refused with file and line") {
  const auto refuses = [](const std::string& text, const char* words) {
    CHECK_THROWS_WITH_AS(io::parse_csv(text, "x"), doctest::Contains(words), Error);
  };
  refuses("", "x: no line names columns");
  refuses("1,2\n3,4\n", "x:1: names of columns are expected, not numbers");
  refuses("a,b,a\n", "x:1: two columns are called 'a'");
  refuses("a,b\n1,2\n3\n", "x:3: 1 cells, but 2 columns are named on line 1");
  refuses("a,b\n1,\"2\n3,4\n", "x:2: a quote that begins here does not end");
  refuses("a,b\n\"1\"2,3\n", "x:2: a comma is expected after a quoted cell");
  refuses(std::string("\xFF\xFE"
                      "a\0",
                      4),
          "UTF-16");
  refuses("\x1F\x8B\x08", "gzip");
}

TEST_CASE("a hundred thousand columns are found by name") {
  std::string names = "c0", row = "0";
  for (int i = 1; i < 100'000; ++i) names += ",c" + std::to_string(i), row += "," + std::to_string(i);
  const io::Csv csv = io::parse_csv(names + "\n" + row + "\n", "x");
  CHECK(csv.lines[0].cells[csv.column("c99999")] == "99999");
}

TEST_CASE("header texts") {
  CHECK(io::parse_header("auto") == io::Header::automatic);
  CHECK(io::parse_header("yes") == io::Header::yes);
  CHECK(io::parse_header("no") == io::Header::no);
  CHECK_THROWS_WITH_AS(io::parse_header("YES"), doctest::Contains("auto, yes or no"), Error);
}
