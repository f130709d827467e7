// Goals that cannot be met, with what bounds them, and what a measurement says of a goal.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "bench.h"

namespace lowprec::bench {

struct Limit {
  double best;           // the least ratio reached
  std::string analysis;  // what bounds it
};
using Limits = std::map<std::string, Limit>;  // by name of the goal

// bench/limits.toml, as it was when the program was built.
std::string_view built_in_limits();

// A table for each goal, named by it, with the keys `best` and `analysis`. Error, with file and line, for what is not
// so and for a name that is none of the goals'.
Limits parse_limits(std::string_view text, const std::string& file, std::span<const Goal> goals);

enum class Verdict {
  none,  // not a goal
  met,
  missed,
  explained,     // missed, and listed with its analysis
  obsolete,      // met, and listed all the same
  inapplicable,  // set for other machines
  unmeasured,    // this build or machine lacks something
};
Verdict verdict(const Goal& goal, const Measurement& measured, const Limits& limits);
std::string text(Verdict verdict, const Goal& goal, const Measurement& measured);

// Whether `lowprec bench --check` fails over it.
bool is_failure(Verdict verdict);

}  // namespace lowprec::bench
