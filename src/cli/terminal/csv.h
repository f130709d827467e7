// Results of the program as it reads them back.
#pragma once

#include <string>

#include "lowprec/io/csv.h"

namespace lowprec::cli {

// The file of this name, "-" being standard input.
io::Csv read_csv(const std::string& name);

}  // namespace lowprec::cli
