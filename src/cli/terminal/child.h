// Other programs: started, fed and read through pipes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lowprec::cli {

struct ChildResult {
  bool ended_well = false;  // it could be started, and ended with status 0
  std::string output;       // what it wrote to its standard output
};

// Runs the program `arguments[0]`, found as a shell finds it, with `input` as its standard input. Its standard error is
// that of this process. No shell reads the arguments.
ChildResult run_child(const std::vector<std::string>& arguments, std::string_view input);

}  // namespace lowprec::cli
