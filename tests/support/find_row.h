// The row of a result that a test asks for.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "lowprec/experiment/results.h"

namespace lowprec {

inline const experiment::ResultRow& find_row(const std::vector<experiment::ResultRow>& rows, const std::string& config,
                                             std::uint64_t updates, const std::string& iterate,
                                             const std::string& metric) {
  const auto row = std::ranges::find_if(rows, [&](const experiment::ResultRow& r) {
    return r.config == config && r.updates == updates && r.iterate == iterate && r.metric == metric;
  });
  REQUIRE(row != rows.end());
  return *row;
}

}  // namespace lowprec
