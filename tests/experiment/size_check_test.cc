// Products of what an experiment asks for do not wrap around at 2^64, and no size passes that a limit forbids.
#include "experiment/size_check.h"

#include <doctest/doctest.h>

#include <string>

#include "lowprec/format/error.h"

using namespace lowprec;

namespace {

class PlainKeys final : public experiment::Keys {
 public:
  bool has(std::string_view) const override { return false; }
  [[noreturn]] void fail(const std::string& key, const std::string& reason) const override {
    throw Error(key + ": " + reason);
  }
};

// The key that is refused, or nothing.
std::string refused(const Experiment& e) {
  try {
    experiment::check_sizes(PlainKeys(), e);
    return "";
  } catch (const Error& error) {
    return std::string(error.what()).substr(0, std::string(error.what()).find(':'));
  }
}

}  // namespace

TEST_CASE("updates times epochs times batch never wraps") {
  constexpr std::uint64_t powers = 63;
  for (std::uint64_t a = 0; a <= powers; ++a)
    for (std::uint64_t b = 0; b <= powers; b += 3)
      for (std::uint64_t c = 0; c <= powers; c += 3) {
        Experiment e;
        e.problem.dimension = 1;
        e.compare.resize(1);
        e.sgd.updates = {std::uint64_t{1} << a};
        e.sgd.epochs = std::uint64_t{1} << b;
        e.sgd.batch = std::uint64_t{1} << c;
        const std::string key = a > 40           ? "sgd.updates"
                                : a + b > 40     ? "sgd.epochs"
                                : a + b + c > 40 ? "sgd.batch"
                                : c > 28         ? "sgd.batch"
                                                 : "";
        CHECK(refused(e) == key);
      }
}

TEST_CASE("the cells of a grid are counted before they are made") {
  experiment::RunSettings run;
  for (int axes = 1; axes <= 80; ++axes) {
    run.grid.push_back({"run.seed", {"1", "2"}});
    if (axes <= 20)
      CHECK(experiment::cell_count(run) == std::uint64_t{1} << axes);
    else
      CHECK_THROWS_AS(experiment::grid_cells(run), Error);
  }
}
