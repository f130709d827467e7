// Simulated risk against values of the exact theory and of an independent simulator. Each check fails with probability
// below 1e-4 for a correct trainer (4 standard errors, nearly normal means over 200 seeds); the seed is fixed.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "lowprec/train/run.h"

using namespace lowprec;

namespace {

struct Expected {
  const char* config;
  std::uint64_t updates;
  const char* iterate;
  const char* metric;
  double value;
  double standard_error = 0;  // of the value, where it was simulated
  double deviation = 0;       // of one seed; 0: the run's own
};

void check(const std::vector<Row>& rows, const Expected& e) {
  const std::string name =
      std::string(e.config) + ", N = " + std::to_string(e.updates) + ", " + e.iterate + ", " + e.metric;
  CAPTURE(name);
  bool found = false;
  for (const Row& row : rows) {
    if (row.config != e.config || row.updates != e.updates || row.iterate != e.iterate || row.metric != e.metric)
      continue;
    found = true;
    const double own = e.deviation > 0 ? e.deviation / std::sqrt(static_cast<double>(row.seeds)) : row.standard_error;
    CHECK(std::abs(row.excess_risk - e.value) <= 4 * std::hypot(own, e.standard_error));
  }
  CHECK(found);
}

std::vector<Row> run(const std::string& text) {
  return train(parse_experiment(text + "\n[run]\nseeds = 200\nseed = 20261121\n", "test"));
}

}  // namespace

TEST_CASE("full precision, additive and multiplicative noise at all five sites: d = 200, a = 2, exact theory") {
  const auto rows = run(R"toml(
[sgd]
updates = [100, 1000, 10000]
[compare.none]
all = "none"
[compare.additive]
all = "additive(0.01)"
[compare.multiplicative]
all = "multiplicative(0.01)"
[compare.multiplicative_iid]
all = "multiplicative_iid(0.01)"
)toml");
  for (const Expected& e : {
           Expected{"none", 100, "average", "clean", .413491, 0, .0615},
           Expected{"none", 1000, "average", "clean", .126589, 0, .0096},
           Expected{"none", 10000, "average", "clean", .036530, 0, .0015},
           Expected{"none", 10000, "last", "clean", .075880, 0, .055},
           Expected{"additive", 1000, "average", "clean", .145786, 0, .0122},
           Expected{"additive", 1000, "average", "quantized", .207540},
           Expected{"additive", 10000, "average", "clean", .082038, 0, .0034},
           Expected{"additive", 10000, "average", "quantized", .168788},
           Expected{"multiplicative", 1000, "average", "clean", .128463},
           Expected{"multiplicative", 1000, "average", "quantized", .141609},
           Expected{"multiplicative", 10000, "average", "clean", .037266, 0, .0016},
           Expected{"multiplicative", 10000, "average", "quantized", .052414},
           Expected{"multiplicative_iid", 1000, "average", "clean", .128462},
           Expected{"multiplicative_iid", 1000, "average", "quantized", .141608},
           Expected{"multiplicative_iid", 10000, "average", "clean", .037262},
           Expected{"multiplicative_iid", 10000, "average", "quantized", .052410},
       })
    check(rows, e);
}

TEST_CASE("additive noise at all five sites in other dimensions, exact theory") {
  const std::string text =
      "[sgd]\nupdates = [10000]\n[compare.additive]\nall = \"additive(0.01)\"\n[problem]\ndimension = ";
  const auto small = run(text + "50");
  check(small, {"additive", 10000, "average", "clean", .067317, 0, .0032});
  check(small, {"additive", 10000, "average", "quantized", .138295});
  const auto large = run(text + "400");
  check(large, {"additive", 10000, "average", "clean", .084712, 0, .0034});
  check(large, {"additive", 10000, "average", "quantized", .195448});
}

TEST_CASE("formats on the data alone, exact theory") {
  const auto rows = run(R"toml(
[sgd]
updates = [10000]
[compare.e4m3]
data = "e4m3:overflow=saturate@sr"
[compare.int6]
data = "int6:step=2^-3,symmetric@sr"
[compare.int6-nearest]
data = "int6:step=2^-3,symmetric@rne"
)toml");
  check(rows, {"e4m3", 10000, "average", "clean", .036597});
  check(rows, {"e4m3", 10000, "average", "quantized", .038770});
  check(rows, {"int6", 10000, "average", "clean", .050128});
  check(rows, {"int6", 10000, "average", "quantized", .080829, 0, .0023});
  check(rows, {"int6-nearest", 10000, "average", "clean", .047951});
  check(rows, {"int6-nearest", 10000, "average", "quantized", .066248, 0, .0018});
}

TEST_CASE("batches: one noisy site at a time, B = 8, a = 1.5, exact theory") {
  const auto rows = run(R"toml(
[problem]
dimension = 100
spectrum = "power(1.5)"
[sgd]
updates = [2000]
batch = 8
step_size = 0.3
[compare.activation-multiplicative]
activation = "multiplicative(0.5)"
[compare.activation-multiplicative-iid]
activation = "multiplicative_iid(0.5)"
[compare.activation-additive]
activation = "additive(0.5)"
[compare.parameter-additive]
parameter = "additive(0.1)"
)toml");
  check(rows, {"activation-multiplicative", 2000, "average", "clean", .116391, 0, .004});
  check(rows, {"activation-multiplicative-iid", 2000, "average", "clean", .115854, 0, .004});
  check(rows, {"activation-additive", 2000, "average", "clean", .114856, 0, .004});
  check(rows, {"parameter-additive", 2000, "average", "clean", .114580, 0, .004});
  check(rows, {"activation-multiplicative", 2000, "last", "clean", .138864});
  check(rows, {"activation-multiplicative-iid", 2000, "last", "clean", .100786});
  check(rows, {"activation-additive", 2000, "last", "clean", .077608});
  check(rows, {"parameter-additive", 2000, "last", "clean", .081709});
}

TEST_CASE("stored weights without a master copy: the floor of SR and the stagnation of RNE, independent simulation") {
  const auto rows = run(R"toml(
[sgd]
updates = [10000]
step_size = 0.02
[compare.int8-stochastic]
weights = "int8:step=2^-5,symmetric@sr"
[compare.int8-nearest]
weights = "int8:step=2^-5,symmetric@rne"
[compare.bfloat16]
weights = "bf16:overflow=saturate@rne"
)toml");
  check(rows, {"int8-stochastic", 10000, "average", "clean", .090577, .000412, .0082});
  check(rows, {"int8-nearest", 10000, "average", "clean", .223365, .000390, .0078});
  check(rows, {"bfloat16", 10000, "average", "clean", .086040, .000113, .0023});
}

// Additive Gaussian noise and noise common to a vector look alike from every basis, so the values are those without a
// rotation.
TEST_CASE("rotated data, exact theory of noise that no rotation changes") {
  const auto rows = run(R"toml(
[problem]
rotation = "random"
[sgd]
updates = [10000]
[compare.additive]
all = "additive(0.01)"
[compare.multiplicative]
all = "multiplicative(0.01)"
)toml");
  check(rows, {"additive", 10000, "average", "clean", .082038, 0, .0034});
  check(rows, {"additive", 10000, "average", "quantized", .168788});
  check(rows, {"multiplicative", 10000, "average", "clean", .037266, 0, .0016});
  check(rows, {"multiplicative", 10000, "average", "quantized", .052414});
}

TEST_CASE("a geometric schedule, last iterate, exact theory") {
  const auto rows = run(R"toml(
[problem]
dimension = 256
spectrum = "power(1.5)"
[sgd]
updates = [4096]
step_size_absolute = 0.2
schedule = "geometric"
[compare.none]
all = "none"
[compare.multiplicative]
data = "multiplicative(0.1)"
[compare.additive]
data = "additive(0.01)"
)toml");
  check(rows, {"none", 4096, "last", "clean", .180563, 0, .010});
  check(rows, {"multiplicative", 4096, "last", "clean", .209742, 0, .013});
  check(rows, {"multiplicative", 4096, "last", "quantized", .395672, 0, .013});
  check(rows, {"additive", 4096, "last", "clean", .278745, 0, .016});
  check(rows, {"additive", 4096, "last", "quantized", .633251, 0, .016});
}
