// Real data: files, split, standardisation, reference, risks.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "experiment/dataset.h"
#include "io/table_file.h"
#include "lowprec/array/fill.h"
#include "lowprec/experiment/theory.h"
#include "lowprec/experiment/train.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/sgd/sample_order.h"
#include "lowprec/theory/sketch.h"

using namespace lowprec;

namespace {

// A file that lasts as long as this does.
struct TemporaryFile {
  explicit TemporaryFile(const std::string& text) {
    static int count = 0;
    path = std::filesystem::temp_directory_path() / fmt::format("lowprec-data-{}-{}", ::getpid(), count++);
    std::ofstream(path, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::string path;
};

constexpr std::size_t kRows = 60, kFeatures = 3;

// Correlated features of different scales, a label with noise.
std::string csv_text() {
  std::vector<double> u(kRows * 4);
  lowprec::array::fill_gaussian(Stream{7, 0}, 0, u);
  std::string text = "a,b,y,c\n";
  for (std::size_t i = 0; i < kRows; ++i) {
    const double a = 3 + u[4 * i], b = 0.1 * u[4 * i] + u[4 * i + 1], c = 20 * u[4 * i + 2] - 5;
    text += fmt::format("{},{},{},{}\n", to_string(a), to_string(b),
                        to_string(2 * a - b + 0.05 * c + 0.3 * u[4 * i + 3]), to_string(c));
  }
  return text;
}

Experiment experiment_of(const std::string& file, const std::vector<std::string>& settings = {}) {
  const std::string text = fmt::format(R"([problem]
data = {{ file = "{}", target_column = "y", test_fraction = 0.25 }}
[sgd]
updates = [10, 45]
[run]
seeds = 2
)",
                                       file);
  return parse_experiment(text, "data.toml", settings);
}

std::string npy(const std::string& type, const std::string& shape, const std::string& data) {
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", type, shape);
  header.resize((header.size() + 11 + 63) / 64 * 64 - 11, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size() % 256) +
         static_cast<char>(header.size() / 256) + header + data;
}

template <class T>
std::string bytes_of(const std::vector<T>& x) {
  std::string bytes(x.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), x.data(), bytes.size());
  return bytes;
}

void check_refused(const std::string& bytes, const std::string& target, const std::vector<const char*>& words) {
  std::string message = "accepted";
  try {
    io::parse_table(bytes, "x", {.target = target});
  } catch (const Error& error) {
    message = error.what();
  }
  CAPTURE(message);
  for (const char* word : words) CHECK(message.find(word) != std::string::npos);
}

double mean_square(const experiment::Dataset& d, std::span<const double> rows, std::span<const double> w) {
  double sum = 0;
  for (std::size_t i = 0; i < d.test_rows; ++i) {
    double residual = d.y[d.train_rows + i];
    for (std::size_t j = 0; j < d.dimension; ++j) residual -= w[j] * rows[i * d.dimension + j];
    sum += residual * residual / static_cast<double>(d.test_rows);
  }
  return sum;
}

}  // namespace

TEST_CASE("the same table from CSV, .npy of both types and LIBSVM") {
  const std::vector<double> x{1.5, 0, -2, 0, 4, 8}, y{1, -1, 3};
  const std::vector<std::pair<std::string, std::string>> files{
      {"# note\na,b,y\n1.5,0,1\n\n-2,0,-1\n4,8,3\n", "y"},
      {"y,a,b\r\n1,1.5,0\r\n-1,-2,0\r\n3,0x4p0,8e0\r\n", "y"},
      {"1 1:1.5 # note\n\n-1 1:-2\n3 1:4\t2:8", "ignored"},
      {npy("<f8", "(3, 3)", bytes_of<double>({1.5, 0, 1, -2, 0, -1, 4, 8, 3})), ""},
      {npy("<f4", "(3, 3)", bytes_of<float>({1.5F, 1, 0, -2, -1, 0, 4, 3, 8})), "1"}};
  for (const auto& [bytes, target] : files) {
    const io::TableFile t = io::parse_table(bytes, "x", {.target = target});
    CHECK(t.rows == 3);
    CHECK(t.columns.size() == 2);
    CHECK(t.x == x);
    CHECK(t.y == y);
  }
}

TEST_CASE("bad tables are refused with line and column") {
  check_refused("a,b\n1,2\n,3\n", "", {"x:3: ", "column 1 'a'", "missing"});
  check_refused("a,b\n1,2\nNaN,3\n", "", {"x:3: ", "column 1 'a'", "missing"});
  check_refused("a,b\n1,2\n3,red\n", "", {"x:3: ", "column 2 'b'", "'red' is not a number"});
  check_refused("a,b\n1,2\n3,inf\n", "", {"x:3: ", "column 2 'b'", "not finite"});
  check_refused("a,b\n1,2\n3\n", "", {"x:3: ", "1 cells"});
  check_refused("a,b\n1,2\n3,4\n", "c", {"x:1: ", "'c'", "a, b"});
  check_refused("a\n1\n2\n", "", {"x:1: ", "one column"});
  check_refused("1.5,2\n3,4\n", "y", {"x: ", "'y'", "no names", "from 0 to 1"});
  check_refused("a,b\n1,2\n", "", {"x: ", "1 rows"});
  check_refused("", "", {"x: "});
  check_refused("1 2:1\n1 3:1 2:1\n", "", {"x:2: ", "'2:1'", "ascending"});
  check_refused("1 2:1\n1 -1:1\n", "", {"x:2: ", "'-1:1'"});
  check_refused("1 0:1\n1 1:1 1:1\n", "", {"x:2: ", "'1:1'"});
  check_refused("1 2:1\n1 2:z\n", "", {"x:2: ", "column 2", "'z'"});
  check_refused("1 2:1\nred 2:1\n", "", {"x:2: ", "the label", "'red'"});
  check_refused(npy("<f8", "(2, 2)", bytes_of<double>({1, 2, std::nan(""), 4})), "", {"x: row 1, column 0", "missing"});
  check_refused(npy("<f8", "(2, 2)", bytes_of<double>({1, 2, 3, 4})), "y", {"'y'", "from 0 to 1"});
  check_refused(npy("<f8", "(2, 2)", bytes_of<double>({1, 2, 3, 4})), "2", {"'2'", "from 0 to 1"});
  check_refused(npy("<f8", "(4,)", bytes_of<double>({1, 2, 3, 4})), "", {"a matrix is expected"});
  check_refused(npy("<f8", "(2, 3)", bytes_of<double>({1, 2, 3, 4})), "", {"32 bytes", "needs 48"});
  check_refused(npy("<f8", "(4, 1)", bytes_of<double>({1, 2, 3, 4})), "", {"one column"});
  check_refused(npy("<c8", "(1, 1)", bytes_of<double>({1})), "", {"x: "});
}

TEST_CASE("columns are chosen by name or index; those left out need not hold numbers") {
  const std::string text = "date,a,b,y,colour\n2020-01-01,1,2,3,red\n2020-01-02,4,5,6,\n";
  const std::vector<double> one{1, 4}, both{1, 2, 4, 5}, y{3, 6};
  const io::TableFile chosen = io::parse_table(text, "x", {.target = "y", .features = {"a"}});
  CHECK(chosen.x == one);
  CHECK(chosen.y == y);
  CHECK(chosen.columns == std::vector<std::string>{"column 2 'a'"});
  CHECK(io::parse_table(text, "x", {.target = "y", .drop = {"colour", "date"}}).x == both);
  const std::string plain = npy("<f8", "(2, 3)", bytes_of<double>({1, 2, 3, 4, 5, 6}));
  CHECK(io::parse_table(plain, "x", {.features = {"0"}}).x == one);
  CHECK(io::parse_table(plain, "x", {.drop = {"1"}}).x == one);
  CHECK(io::parse_table("3 1:1 2:2\n6 1:4 2:5\n", "x", {.drop = {"2"}}).x == one);
  const auto refuses = [&](const io::TableOptions& options, const char* words) {
    CHECK_THROWS_WITH_AS(io::parse_table(text, "x", options), doctest::Contains(words), Error);
  };
  refuses({.target = "y", .features = {"c"}}, "features 'c': there is no such column; those there are: date, a");
  refuses({.target = "y", .features = {"y"}}, "'y' is the target");
  refuses({.target = "y", .features = {"a", "date"}}, "x:2: column 1 'date': '2020-01-01' is not a number");
  refuses({.target = "y", .features = {"a"}, .drop = {"a"}}, "leave no feature");
}

TEST_CASE("labels come from a file of their own, one for each row") {
  const TemporaryFile features("a,b\n1,2\n3,4\n5,7\n"), labels("label\n7\n8\n9\n"), few("7\n8\n");
  const io::TableFile t = io::read_table(features.path, {.labels = labels.path});
  CHECK(t.x == std::vector<double>{1, 2, 3, 4, 5, 7});
  CHECK(t.y == std::vector<double>{7, 8, 9});
  CHECK_THROWS_WITH_AS(io::read_table(features.path, {.labels = few.path}), doctest::Contains("3 labels in one column"),
                       Error);
  CHECK_THROWS_WITH_AS(experiment_of(features.path, {"problem.data.labels=" + labels.path}),
                       doctest::Contains("excludes target_column"), Error);
}

TEST_CASE("drop_constant leaves constant features out and says so") {
  const TemporaryFile file("a,b,y,c\n1,5,1,0\n2,5,3,0\n3,5,1,0\n4,5,2,0\n");
  const TemporaryFile without("a,y\n1,1\n2,3\n3,1\n4,2\n"), nothing("a,y\n1,1\n1,3\n1,1\n1,2\n");
  const std::vector<std::string> drop{"problem.data.drop_constant=true"};
  const auto d = experiment::load_dataset(experiment_of(file.path, drop));
  CHECK(d->x == experiment::load_dataset(experiment_of(without.path))->x);
  REQUIRE(d->notes.size() == 1);
  CHECK(d->notes.front().find("2 of 3 features are constant") != std::string::npos);
  CHECK_THROWS_WITH_AS(experiment::load_dataset(experiment_of(nothing.path, drop)),
                       doctest::Contains("no feature varies"), Error);
}

TEST_CASE("features without variation are refused by name") {
  const TemporaryFile constant("a,b,y\n1,5,1\n2,5,3\n3,5,1\n4,5,2\n"), zero("a,b,y\n1,0,1\n2,0,3\n3,0,1\n4,0,2\n");
  CHECK_THROWS_WITH_AS(experiment::load_dataset(experiment_of(constant.path)),
                       doctest::Contains("column 2 'b' is constant: 5"), Error);
  const std::vector<std::string> raw{"problem.data.standardize=false"};
  CHECK(experiment::load_dataset(experiment_of(constant.path, raw))->dimension == 2);
  CHECK_THROWS_WITH_AS(experiment::load_dataset(experiment_of(zero.path, raw)),
                       doctest::Contains("column 2 'b' is constant"), Error);
  const TemporaryFile twice("a,b,y\n1,1,1\n2,2,3\n3,3,1\n4,4,2\n5,5,9\n");
  CHECK_THROWS_WITH_AS(experiment::load_dataset(experiment_of(twice.path, {"problem.data.ridge=0"})),
                       doctest::Contains("ridge"), Error);
  CHECK(experiment::load_dataset(experiment_of(twice.path))->dimension == 2);
}

TEST_CASE("split and standardisation use the training rows alone; w* solves the ridge equations") {
  const TemporaryFile file(csv_text());
  const auto d = experiment::load_dataset(experiment_of(file.path));
  CHECK(d->train_rows == 45);
  CHECK(d->test_rows == 15);
  for (std::size_t j = 0; j < kFeatures; ++j) {
    double mean = 0;
    for (std::size_t i = 0; i < d->train_rows; ++i) mean += d->row(i)[j] / 45;
    CHECK(std::abs(mean) < 1e-12);
    CHECK(d->covariance[j * kFeatures + j] == doctest::Approx(1).epsilon(1e-12));
    double sum = d->ridge * d->reference[j] - d->cross[j];
    for (std::size_t k = 0; k < kFeatures; ++k) sum += d->covariance[j * kFeatures + k] * d->reference[k];
    CHECK(std::abs(sum) < 1e-12);
  }
  CHECK(d->reference_risk == doctest::Approx(mean_square(*d, std::span(d->x).subspan(45 * kFeatures), d->reference)));
  // Raw rows: each of the file once, in another order for another seed.
  const std::vector<std::string> raw{"problem.data.standardize=false"};
  const io::TableFile table = io::read_table(file.path, {.target = "y"});
  const auto e = experiment_of(file.path, raw);
  const auto plain = experiment::load_dataset(e);
  CHECK(std::multiset(plain->y.begin(), plain->y.end()) == std::multiset(table.y.begin(), table.y.end()));
  CHECK(experiment::load_dataset(e) == plain);
  CHECK(experiment::load_dataset(experiment_of(file.path, {raw[0], "run.seed=2"}))->y != plain->y);
}

TEST_CASE("training takes the rows in the seed's order; both risks are those of the test rows") {
  const TemporaryFile file(csv_text());
  Experiment e = experiment_of(file.path, {"compare.q.data=int4:step=0.25@rne"});
  e.compare.push_back({"none", {}});
  e.run.seeds = 1;
  const auto d = experiment::load_dataset(e);
  const Quantizer q = parse_quantizer("int4:step=0.25@rne");
  std::vector<double> z(d->x.size());
  quantize(q, d->x, z);
  const auto test = std::span<const double>(d->x).subspan(45 * kFeatures);
  const auto rounded = std::span<const double>(z).subspan(45 * kFeatures);
  const auto rows = train(e, 1);
  for (const bool rounds : {false, true}) {
    const auto& x = rounds ? z : d->x;
    sgd::SampleOrder order(d->train_rows, true, experiment::stream_of(e.run, 0, experiment::StreamOf::rows));
    std::vector<double> w(kFeatures), sum(kFeatures);
    for (std::uint64_t t = 0; t < 45; ++t) {
      const std::size_t i = order(1, t);
      double residual = d->y[i];
      for (std::size_t j = 0; j < kFeatures; ++j) residual -= w[j] * x[i * kFeatures + j], sum[j] += w[j] / 45;
      for (std::size_t j = 0; j < kFeatures; ++j) w[j] += 0.1 / d->trace() * residual * x[i * kFeatures + j];
    }
    for (const experiment::ResultRow& row : rows) {
      if (row.updates != 45 || row.config != (rounds ? "q" : "none")) continue;
      const auto& weights = row.iterate == "last" ? w : sum;
      const double risk = mean_square(*d, row.metric == "quantized" && rounds ? rounded : test, weights);
      CAPTURE(row.iterate);
      CAPTURE(row.metric);
      CHECK(row.excess_risk == doctest::Approx(risk - d->reference_risk).epsilon(1e-10));
    }
  }
  CHECK(rows.size() == 16);
}

TEST_CASE("epochs repeat the same rows; more samples than rows are refused with the numbers") {
  const TemporaryFile file(csv_text());
  const auto last = [&](const std::vector<std::string>& settings) {
    const auto rows = train(experiment_of(file.path, settings), 1);
    return rows[rows.size() - 2].excess_risk;
  };
  const double once = last({}), often = last({"sgd.epochs=400"});
  CHECK(once > 0.1);
  CHECK(std::abs(often) < 0.05);
  CHECK_THROWS_WITH_AS(train(experiment_of(file.path, {"sgd.updates=[46]"})), doctest::Contains("has 45 (of 60)"),
                       Error);
  CHECK_THROWS_WITH_AS(train(experiment_of(file.path, {"sgd.updates=[23]", "sgd.batch=2"})), doctest::Contains("46"),
                       Error);
  CHECK_NOTHROW(train(experiment_of(file.path, {"sgd.updates=[22]", "sgd.batch=2", "compare.q.all=e4m3:absmax@sr"})));
}

TEST_CASE("the experiment prints as it reads; keys of the Gaussian problem are refused") {
  const Experiment e =
      experiment_of("some.csv", {"problem.data.ridge=0.5", "problem.data.features=['a', 2]", "problem.data.header=no"});
  CHECK(e.problem.data.features == std::vector<std::string>{"a", "2"});
  CHECK_THROWS_WITH_AS(experiment_of("some.csv", {"problem.data.header=maybe"}), doctest::Contains("auto, yes or no"),
                       Error);
  CHECK(parse_experiment(to_string(e), "again") == e);
  CHECK(to_string(e).find("dimension") == std::string::npos);
  for (const char* setting :
       {"problem.dimension=3", "problem.spectrum=isotropic", "problem.scale=2", "problem.target=ones",
        "problem.noise=0", "problem.rotation=none", "problem.tails=gaussian", "problem.sketch.size=2"})
    CHECK_THROWS_WITH_AS(experiment_of("some.csv", {setting}), doctest::Contains("excludes problem.data"), Error);
  CHECK_THROWS_AS(parse_experiment("[problem]\ndata = { ridge = 1 }", "x"), Error);
  CHECK_THROWS_AS(experiment_of("some.csv", {"problem.data.test_fraction=1.0"}), Error);
  CHECK_THROWS_WITH_AS(experiment::load_dataset(experiment_of("/no/such.csv")), doctest::Contains("/no/such.csv"),
                       Error);
}

TEST_CASE("theory computes the normal problem with the second moments of the training rows") {
  const TemporaryFile file(csv_text());
  const auto d = experiment::load_dataset(experiment_of(file.path));
  risk::SketchedFeatures f;
  f.size = kFeatures;
  f.covariance = d->covariance;
  f.cross = d->cross;
  f.signal = d->label_square;
  const risk::ReducedProblem reduced = risk::reduced_problem(f);
  const auto list = [](const std::vector<double>& x) {
    std::string text;
    for (const double number : x) text += (text.empty() ? "" : ", ") + to_string(number);
    return "[" + text + "]";
  };
  const std::vector<std::string> noise{"compare.q.all=additive(0.01)"};
  const auto surrogate = theory(experiment_of(file.path, noise)).rows;
  const auto normal =
      theory(parse_experiment("[problem]\ndimension = 3\n[sgd]\nupdates = [10, 45]\n", "normal",
                              {noise[0], "problem.spectrum=" + list(reduced.lambda),
                               "problem.target=" + list(reduced.target), "problem.noise=" + to_string(reduced.beyond)}))
          .rows;
  REQUIRE(surrogate.size() == normal.size());
  for (std::size_t i = 0; i < normal.size(); ++i) {
    CHECK(surrogate[i].excess_risk == doctest::Approx(normal[i].excess_risk).epsilon(1e-6));
    CHECK(surrogate[i].theory->method == "surrogate");
  }
  const auto rounded = theory(experiment_of(file.path, {"compare.q.all=int6:step=2^-3@sr"})).rows;
  for (const experiment::ResultRow& row : rounded) CHECK(row.metric == "quantized");
}
