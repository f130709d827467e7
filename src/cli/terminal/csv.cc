#include "cli/terminal/csv.h"

#include "cli/terminal/input.h"

namespace lowprec::cli {

io::Csv read_csv(const std::string& name) { return io::parse_csv(read_file(name), name == "-" ? "stdin" : name); }

}  // namespace lowprec::cli
