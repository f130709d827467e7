// The table that an experiment gives, whether it is simulated or computed.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/experiment/experiment.h"

namespace lowprec::experiment {

// In place of a number that is not known.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// What theory says beyond the risk, which is bias + variance + approximation. The meanings stand in
// visit_theory_columns.
struct TheoryParts {
  double bias = kUnknown, variance = kUnknown, approximation = kUnknown, bound = kUnknown;
  double model_size = kUnknown, data_size = kUnknown;
  std::string method;
};

// One line of the result; (config, grid, updates, iterate, metric) is unique. The meanings stand in visit_columns.
struct ResultRow {
  std::string config;
  std::vector<std::string> grid;
  std::uint64_t updates = 0;
  std::string iterate, metric;
  double excess_risk = kUnknown, standard_error = kUnknown;
  std::uint64_t seeds = 0;
  double saturated = kUnknown, underflow = kUnknown, nan = kUnknown;
  double difference = kUnknown, difference_error = kUnknown;
  std::optional<TheoryParts> theory;  // of rows that are computed, not simulated
};

// The one list of the columns of a result, as visit(name, member of ResultRow, meaning). In place of the grid, whose
// name is empty, a table has one column for each key.
template <class V>
constexpr void visit_columns(V&& visit) {
  visit("config", &ResultRow::config, "the configuration");
  visit("", &ResultRow::grid, "the value of each key of the experiment's grid, in its order");
  visit("updates", &ResultRow::updates, "N; inf for the limit of infinitely many");
  visit("iterate", &ResultRow::iterate,
        "average: of w_0 ... w_{N-1}; last: w_N; tail: the average of a share of the end; limit: the minimiser of the "
        "population risk");
  visit("metric", &ResultRow::metric, "clean: test on x; quantized: test on Q(x)");
  visit("excess_risk", &ResultRow::excess_risk, "mean over seeds of E(y - <w, x>)^2 - sigma^2, no factor 1/2");
  visit("stderr", &ResultRow::standard_error, "the standard error of this mean");
  visit("seeds", &ResultRow::seeds, "how many the mean is over; 0: exact");
  visit("saturated", &ResultRow::saturated, "share of all roundings up to N that were out of range");
  visit("underflow", &ResultRow::underflow, "share of all roundings up to N that underflowed");
  visit("nan", &ResultRow::nan, "share of all roundings up to N that gave NaN");
  visit("difference", &ResultRow::difference,
        "excess_risk less that of the experiment's first configuration in the same row");
  visit("difference_stderr", &ResultRow::difference_error,
        "the standard error of this difference, paired by seeds: all configurations share their samples");
}

// The columns that follow where theory computes the rows, as visit(name, member of TheoryParts, meaning).
template <class V>
constexpr void visit_theory_columns(V&& visit) {
  visit("bias", &TheoryParts::bias, "risk of the mean iterate");
  visit("variance", &TheoryParts::variance, "of the iterate about its mean");
  visit("approximation", &TheoryParts::approximation, "risk that no weights reach");
  visit("bound", &TheoryParts::bound, "of the paper's form; NaN where it says nothing");
  visit("m_eff", &TheoryParts::model_size,
        "with a sketch, else NaN: the number of features of an unquantized model that could express as much");
  visit("n_eff", &TheoryParts::data_size,
        "with a sketch, else NaN: the number of unquantized updates after which the risk is as near to its limit");
  visit("method", &TheoryParts::method,
        "exact; approximate: some site is modelled as noise, or as rounding along other axes; surrogate: normal "
        "features stand for others");
}

// The name of a member's column. A member that has none does not compile.
template <class R, class T>
consteval std::string_view column_of(T R::*member) {
  std::string_view found;
  const auto compare = [&](std::string_view name, auto candidate, std::string_view) {
    if constexpr (std::same_as<decltype(candidate), T R::*>)
      if (candidate == member) found = name;
  };
  visit_columns(compare);
  visit_theory_columns(compare);
  if (found.empty()) throw "not a column";
  return found;
}

// Called with the share of the work done, 0 to 1, from one thread at a time.
using Progress = std::function<void(double)>;

// The values of one cell of the grid as ", key=value, ..."; the last part of each key.
std::string grid_label(const RunSettings& run, const std::vector<std::string>& cell);

// Returns a cell of a CSV line: in quotes where RFC 4180 asks for them, and where it begins with the '#' of a comment.
std::string csv_cell(const std::string& cell);

// The experiment as lines that begin with '#', then a header and one CSV line a row.
std::string to_csv(const Experiment& experiment, const std::vector<ResultRow>& rows);

}  // namespace lowprec::experiment
