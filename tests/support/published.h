// Expected excess risks of experiments as an independent implementation of the exact theory gives them, to six
// decimals: what `theory` must give, and `train` within its errors.
#pragma once

#include <cstdint>
#include <vector>

namespace lowprec {

struct PublishedRisk {
  const char* config;
  std::uint64_t updates;
  const char* iterate;
  const char* metric;
  double value;
  double deviation = 0;  // standard deviation of one seed; 0: not known
};

struct PublishedRun {
  const char* name;
  const char* experiment;
  double tolerance;  // relative
  std::vector<PublishedRisk> risks;
};

// Its noises look alike from every basis but for multiplicative_iid.
inline constexpr const char* kFiveNoisySites = "noise at all five sites: d = 200, a = 2";

inline const std::vector<PublishedRun>& published_runs() {
  static const std::vector<PublishedRun> runs = {
      {kFiveNoisySites,
       R"toml(
[sgd]
updates = [100, 1000, 10000]
[compare.none]
all = "none"
[compare.additive]
all = "additive(0.01)"
[compare.multiplicative]
all = "multiplicative(0.01)"
[compare.iid]
all = "multiplicative_iid(0.01)"
)toml",
       1e-5,
       {{"none", 100, "average", "clean", .413491, .0615},
        {"none", 1000, "average", "clean", .126589, .0096},
        {"none", 10000, "average", "clean", .036530, .0015},
        {"none", 10000, "last", "clean", .075880, .055},
        {"additive", 1000, "average", "clean", .145786, .0122},
        {"additive", 1000, "average", "quantized", .207540},
        {"additive", 10000, "average", "clean", .082038, .0034},
        {"additive", 10000, "average", "quantized", .168788},
        {"multiplicative", 1000, "average", "clean", .128463},
        {"multiplicative", 1000, "average", "quantized", .141609},
        {"multiplicative", 10000, "average", "clean", .037266, .0016},
        {"multiplicative", 10000, "average", "quantized", .052414},
        {"iid", 1000, "average", "clean", .128462},
        {"iid", 1000, "average", "quantized", .141608},
        {"iid", 10000, "average", "clean", .037262},
        {"iid", 10000, "average", "quantized", .052410}}},
      {"additive noise at all five sites, d = 50",
       R"toml(
[problem]
dimension = 50
[sgd]
updates = [10000]
[compare.additive]
all = "additive(0.01)"
)toml",
       1e-5,
       {{"additive", 10000, "average", "clean", .067317, .0032}, {"additive", 10000, "average", "quantized", .138295}}},
      {"additive noise at all five sites, d = 400",
       R"toml(
[problem]
dimension = 400
[sgd]
updates = [10000]
[compare.additive]
all = "additive(0.01)"
)toml",
       1e-5,
       {{"additive", 10000, "average", "clean", .084712, .0034}, {"additive", 10000, "average", "quantized", .195448}}},
      {"formats on the data alone, to their moments' accuracy",
       R"toml(
[sgd]
updates = [10000]
[compare.e4m3]
data = "e4m3:overflow=saturate@sr"
[compare.int6]
data = "int6:step=2^-3,symmetric@sr"
[compare.int6-nearest]
data = "int6:step=2^-3,symmetric@rne"
)toml",
       1e-4,
       {{"e4m3", 10000, "average", "clean", .036597},
        {"e4m3", 10000, "average", "quantized", .038770},
        {"int6", 10000, "average", "clean", .050128},
        {"int6", 10000, "average", "quantized", .080829, .0023},
        {"int6-nearest", 10000, "average", "clean", .047951},
        {"int6-nearest", 10000, "average", "quantized", .066248, .0018}}},
      {"batches: one noisy site at a time, B = 8, a = 1.5",
       R"toml(
[problem]
dimension = 100
spectrum = "power(1.5)"
[sgd]
updates = [2000]
batch = 8
step_size = 0.3
[compare.activation-common]
activation = "multiplicative(0.5)"
[compare.activation-iid]
activation = "multiplicative_iid(0.5)"
[compare.activation-additive]
activation = "additive(0.5)"
[compare.parameter-additive]
parameter = "additive(0.1)"
)toml",
       1e-5,
       {{"activation-common", 2000, "average", "clean", .116391, .004},
        {"activation-common", 2000, "last", "clean", .138864},
        {"activation-iid", 2000, "average", "clean", .115854, .004},
        {"activation-iid", 2000, "last", "clean", .100786},
        {"activation-additive", 2000, "average", "clean", .114856, .004},
        {"activation-additive", 2000, "last", "clean", .077608},
        {"parameter-additive", 2000, "average", "clean", .114580, .004},
        {"parameter-additive", 2000, "last", "clean", .081709}}},
      {"a geometric schedule, last iterate",
       R"toml(
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
)toml",
       1e-5,
       {{"none", 4096, "last", "clean", .180563, .010},
        {"multiplicative", 4096, "last", "clean", .209742, .013},
        {"multiplicative", 4096, "last", "quantized", .395672, .013},
        {"additive", 4096, "last", "clean", .278745, .016},
        {"additive", 4096, "last", "quantized", .633251, .016}}},
  };
  return runs;
}

}  // namespace lowprec
