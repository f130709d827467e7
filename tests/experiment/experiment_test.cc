#include "lowprec/experiment/experiment.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "lowprec/experiment/train.h"
#include "lowprec/format/error.h"

using namespace lowprec;

namespace {

constexpr const char* kFull = R"toml(title = "all \"keys\""
[problem]
dimension = 3
spectrum  = [1.0, 0.5, 0.25]
scale     = 2
target    = "alternating"
rotation  = "random"
tails     = "student(5)"
noise     = 0.25
[sgd]
updates   = [10, 20]
batch     = 4
step_size_absolute = 0.125
schedule  = "polynomial(0.5)"
tail_average = 0.25
epochs = 3
reshuffle = false
momentum = 0.5
error_feedback = true
[compare.zeta]
all = "int8:step=2^-5,symmetric@sr"
weights = "bf16"
[compare.alpha]
data  = "additive(0.01):noise=rademacher"
label = "e4m3:overflow=saturate@sr(8,a)"
[compare."with.dot"]
arithmetic = "bf16@rne"
master = true
accumulate = "fp32"
order = "chunk(128)"
[compare.scaled]
all = "int4:absmax=group(32),symmetric@sr"
[run]
seeds = 2
seed  = 9
grid = { "problem.noise" = [0.1, 1.0], "sgd.batch" = [1, 2] }
)toml";

std::string message(const std::string& text, const std::vector<std::string>& settings = {}) {
  try {
    parse_experiment(text, "file.toml", settings);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

void check_refused(const std::string& text, const std::string& expected) {
  CAPTURE(text);
  CHECK(message(text).find(expected) != std::string::npos);
  CAPTURE(message(text));
}

}  // namespace

TEST_CASE("infinitely many updates come last, and training skips them") {
  const Experiment e = parse_experiment("[sgd]\nupdates = [10, inf]", "f.toml");
  CHECK(e.sgd.updates == std::vector<std::uint64_t>{10, experiment::kPopulation});
  CHECK(parse_experiment(to_string(e), "printed") == e);
  CHECK_FALSE(message("[sgd]\nupdates = [inf, 10]").empty());
  CHECK(train(parse_experiment("[sgd]\nupdates = [1, inf]\n[run]\nseeds = 1", "f.toml")).back().updates == 1);
  CHECK_THROWS_AS(train(parse_experiment("[sgd]\nupdates = [inf]", "f.toml")), Error);
}

TEST_CASE("defaults are those of an empty file") {
  Experiment e = parse_experiment("", "empty.toml");
  CHECK(e.compare.size() == 1);
  CHECK(e.compare[0].name == "baseline");
  e.compare.clear();
  CHECK(e == Experiment{});
}

TEST_CASE("every key is read, configurations keep the order of the file") {
  const Experiment e = parse_experiment(kFull, "file.toml");
  CHECK(e.title == "all \"keys\"");
  CHECK(e.problem.dimension == 3);
  CHECK(sgd::eigenvalues(e.problem) == std::vector{2.0, 1.0, 0.5});
  CHECK(e.sgd.updates == std::vector<std::uint64_t>{10, 20});
  CHECK(e.sgd.step_size_absolute == 0.125);
  REQUIRE(e.compare.size() == 4);
  CHECK(e.compare[0].name == "zeta");
  CHECK(e.compare[0].sites.gradient == parse_quantizer("int8:step=2^-5,symmetric@sr"));
  CHECK(e.compare[0].sites.weights == parse_quantizer("bf16"));
  CHECK(e.compare[1].name == "alpha");
  CHECK(e.compare[1].sites.gradient == Quantizer{});
  CHECK(e.compare[2].name == "with.dot");
  CHECK(e.compare[2].sites.master);
  CHECK(e.compare[2].sites.accumulate == parse_quantizer("fp32"));
  CHECK(e.compare[2].sites.order == chunk(128));
  CHECK(e.compare[3].sites.data.rounded()->scale.group == block::Group::run(32));
  CHECK(sgd::is_rotated(e.problem));
  CHECK(sgd::student_freedom(e.problem) == 5);
  CHECK(e.sgd.epochs == 3);
  CHECK_FALSE(e.sgd.reshuffle);
  CHECK(e.sgd.momentum == 0.5);
  CHECK(e.sgd.error_feedback);
  CHECK(e.run.grid.size() == 2);
  CHECK(e.run.grid.front().second == std::vector<std::string>{"0.1", "1.0"});
}

TEST_CASE("printing and parsing are inverses, and a result is an experiment") {
  const Experiment e = parse_experiment(kFull, "file.toml");
  CHECK(parse_experiment(to_string(e), "printed") == e);
  CHECK(parse_experiment(experiment::to_csv(e, train(e, 1)), "result.csv") == e);
  const Experiment d = parse_experiment("", "empty.toml");
  CHECK(parse_experiment(to_string(d), "printed") == d);
}

TEST_CASE("the default study parses") {
  const char* source = std::getenv("LOWPREC_SOURCE_DIR");
  REQUIRE(source != nullptr);
  const Experiment e = read_experiment(std::string(source) + "/experiments/int-vs-fp.toml");
  CHECK(e.compare.size() >= 6);
}

TEST_CASE("settings replace and add keys") {
  const Experiment e = parse_experiment(
      kFull, "file.toml",
      {"problem.noise=3", "compare.new.all=e5m2@rz", "problem.spectrum=power(1.5)", "sgd.updates=[7]"});
  CHECK(e.problem.noise == 3);
  CHECK(e.problem.spectrum == "power(1.5)");
  CHECK(e.sgd.updates == std::vector<std::uint64_t>{7});
  CHECK(e.compare.back().name == "new");
  CHECK(e.compare.back().sites.label == parse_quantizer("e5m2@rz"));
}

TEST_CASE("bad experiments are refused with file, line, key and what is allowed") {
  check_refused("[problem]\ndimension = 0\n", "file.toml:2: problem.dimension: allowed is an integer from 1, not 0");
  check_refused("[problem]\ndimension = 2.5\n", "file.toml:2: problem.dimension");
  check_refused("[problem]\ndimension = \"many\"\n", "file.toml:2: problem.dimension");
  check_refused("[problem]\nspectrum = \"powr(2)\"\n", "file.toml:2: problem.spectrum");
  check_refused("[problem]\nspectrum = 3\n", "file.toml:2: problem.spectrum");
  check_refused("[problem]\nnoise = -1\n", "allowed is a number from 0, not -1");
  check_refused("[problem]\nscale = 0\n", "allowed is a number above 0");
  check_refused("[problem]\ntarget = \"none\"\n", "file.toml:2: problem.target");
  check_refused("[problem]\ndimensions = 3\n",
                "file.toml:2: problem.dimensions: no such key; those here are data, dimension, noise");
  check_refused("[problems]\n", "file.toml:1: problems: no such key");
  check_refused("problem = 3\n", "problem: a table is expected");
  check_refused("[sgd]\nupdates = []\n", "sgd.updates");
  check_refused("[sgd]\nupdates = [10, 10]\n", "increasing");
  check_refused("[sgd]\nupdates = [\"ten\"]\n", "sgd.updates");
  check_refused("[sgd]\nbatch = 0\n", "sgd.batch");
  check_refused("[sgd]\nstep_size = nan\n", "sgd.step_size");
  check_refused("[sgd]\nstep_size = 0.1\nstep_size_absolute = 0.1\n",
                "file.toml:3: sgd.step_size_absolute: excludes sgd.step_size");
  check_refused("[compare.a]\nall = \"int1\"\n", "file.toml:2: compare.a.all");
  check_refused("[compare.a]\nall = 8\n", "compare.a.all: a quantizer is expected");
  check_refused("[compare.a]\nall = \"none\"\ndata = \"none\"\n", "file.toml:3: compare.a.data");
  check_refused("[compare.a]\nsite = \"none\"\n", "compare.a.site: no such key; those here are accumulate");
  check_refused("[compare.a]\nmaster = true\n", "needs `arithmetic`");
  check_refused("[compare.a]\narithmetic = \"additive(0.1)\"\n", "file.toml:2: compare.a.arithmetic");
  check_refused("[compare.a]\narithmetic = \"int8:step=0.3\"\n", "power of two");
  check_refused("[compare.a]\narithmetic = \"fp(15,40)@rz\"\n", "not all binary64 numbers");
  check_refused("[compare.a]\narithmetic = \"int8:absmax\"\n", "absmax cannot be given");
  check_refused("[compare.a]\naccumulate = \"fp32\"\n", "file.toml:2: compare.a.accumulate: this needs `arithmetic`");
  check_refused("[compare.a]\norder = \"pairwise\"\n", "file.toml:2: compare.a.order: this needs `arithmetic`");
  check_refused("[compare.a]\narithmetic = \"bf16\"\norder = \"upwards\"\n", "allowed are sequential, pairwise");
  check_refused("[compare.a]\narithmetic = \"bf16\"\norder = \"chunk(0)\"\n", "file.toml:3: compare.a.order");
  check_refused("[compare.a]\narithmetic = \"bf16\"\naccumulate = \"additive(1)\"\n", "compare.a.accumulate");
  check_refused("[compare.a]\nlabel = \"int8:absmax=column\"\n", "absmax=column is for data");
  check_refused("[compare.a]\ndata = \"int8:absmax,step=2\"\n", "give either it or step");
  check_refused("[compare.a]\ndata = \"int8:absmax=group(0)\"\n", "file.toml:2: compare.a.data");
  check_refused("[problem]\nrotation = \"yes\"\n",
                "file.toml:2: problem.rotation: rotation 'yes': allowed are none, random");
  check_refused("[problem]\ntails = \"student(4)\"\n", "nu > 4");
  check_refused("[sgd]\nmomentum = 1\n", "allowed is a number from 0, below 1");
  check_refused("[sgd]\nepochs = 0\n", "sgd.epochs");
  check_refused("[sgd]\nreshuffle = 1\n", "sgd.reshuffle");
  check_refused("[problem]\ndimension = 3\nspectrum = [1, 2]\n", "has 2 numbers, the dimension is 3");
  check_refused("[compare]\na = 3\n", "a table is expected");
  check_refused("[run]\nseeds = 0\n", "run.seeds");
  check_refused("[run]\nseed = -1\n", "run.seed");
  check_refused("[run]\ngrid = { \"sgd.batch\" = 3 }\n", "a list of values is expected");
  check_refused("[run]\ngrid = { \"sgd.batches\" = [3] }\n", "file.toml:2: run.grid: sgd.batches: no such key");
  check_refused("[run]\ngrid = { \"problem.dimension\" = [2, 0] }\n",
                "file.toml:2: run.grid: problem.dimension: allowed is");
  check_refused("title = \"a\ndimension\n", "file.toml:1");
  check_refused("[problem\n", "file.toml:1");
  CHECK(message("", {"problem.dimension=0"}).find("problem.dimension: allowed is") != std::string::npos);
  CHECK(message("", {"nonsense"}).find("KEY=VALUE") != std::string::npos);
  CHECK_THROWS_AS(read_experiment("no/such/file.toml"), Error);
}

TEST_CASE("a cell is the experiment in which its values replace the keys") {
  const std::string text =
      "[problem]\ndimension = 3\n[compare.a]\nall = \"int8@sr\"\n[compare.b]\narithmetic = \"fp16\"\n";
  const std::string grid =
      "run.grid={ title = ['one', \"t\\\\wo\"], \"problem.spectrum\" = [[1, 2, 3], 'exp(8)'], \"sgd.batch\" = [1, 16],"
      " \"sgd.momentum\" = [0.5, 0], \"sgd.updates\" = [[1, 2], [5, inf]], \"compare.a.data\" = ['none', 'e4m3'],"
      " 'compare.b.order' = ['chunk(4)'], 'compare.new.all' = ['bf16'], \"sgd.reshuffle\" = [true, false] }";
  const Experiment e = parse_experiment(text, "file.toml", {grid});
  Experiment base = e;
  base.run.grid.clear();
  const auto cells = experiment::grid_cells(e.run);
  REQUIRE(cells.size() == 128);
  for (const auto& cell : cells) {
    std::vector<std::string> settings;
    for (std::size_t k = 0; k < cell.size(); ++k) settings.push_back(e.run.grid[k].first + "=" + cell[k]);
    CHECK(experiment::cell_experiment(e, cell) == parse_experiment(to_string(base), "printed", settings));
  }
}

TEST_CASE("a cell that is no experiment is refused with its key") {
  const auto refused = [](const std::string& head, const std::string& values, const std::string& expected) {
    const std::string text = head + "[run]\ngrid = { " + values + " }\n";
    CAPTURE(text);
    const std::string got = message(text.c_str());
    CAPTURE(got);
    CHECK(got.find("run.grid: " + expected) != std::string::npos);
  };
  const std::string a = "[compare.a]\nall = \"int8\"\n";
  refused("", "\"sgd.batch\" = [1, 0]", "sgd.batch: allowed is an integer from 1, not 0");
  refused("", "\"problem.spectrum\" = [\"powr(2)\"]", "problem.spectrum: spectrum 'powr(2)': allowed are");
  refused("", "\"problem.target\" = [[1, 2]]", "problem.target: '[ 1, 2 ]' has 2 numbers");
  refused("", "\"problem.sketch.size\" = [2]", "problem.dimension: excludes a sketch");
  refused("", "\"sgd.step_size_absolute\" = [0.5]", "sgd.step_size_absolute: excludes sgd.step_size");
  refused("", "\"sgd.updates\" = [[2, 1]]", "sgd.updates: allowed is a list");
  refused("", "\"problem\" = [1]", "problem: a table is expected");
  refused("", "\"run.grid\" = [1]", "run.grid: no such key; those here are grid, seed, seeds");
  refused("[compare.a]\ndata = \"int8\"\n", "\"compare.a.all\" = [\"int4\"]",
          "compare.a.label: this configuration has different quantizers");
  refused(a, "\"compare.a.dat\" = [\"int4\"]",
          "compare.a.dat: no such key; those here are accumulate, activation, all");
  refused(a, "\"compare.a.label\" = [\"int4:absmax=column\"]", "compare.a.label: absmax=column is for data");
  refused(a, "\"compare.a.order\" = [\"exact\"]", "compare.a.order: this needs `arithmetic`");
  refused(a, "\"compare.a.master\" = [true]", "compare.a.master: a master copy needs `arithmetic`");
  refused(a, "\"compare.a.ambient\" = [\"int4\"]", "compare.a.ambient: needs problem.sketch");
}

TEST_CASE("the help names every key") {
  const std::string help = experiment::experiment_help();
  for (const char* key :
       {"problem.dimension", "sgd.updates", "run.seeds", "compare.NAME.all", "compare.NAME.arithmetic"})
    CHECK(help.find(key) != std::string::npos);
}
