// The program lowprec: exit 0 done, 1 the input is bad, 2 the command line is.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/terminal/diagnostics.h"
#include "lowprec/format/error.h"
#include "lowprec/system/self_check.h"
#include "lowprec/system/simd.h"

namespace {

using lowprec::cli::bounded;
using lowprec::cli::say;

constexpr const char* footer = R"(Example:
  printf '1.3\n465\n' | lowprec round e4m3:overflow=saturate

The environment variable LOWPREC_TARGETS restricts the SIMD targets used, for example LOWPREC_TARGETS=AVX2,SSE4.
Results never depend on it. This machine has: )";

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

void restrict_simd_targets() {
  const char* variable = std::getenv("LOWPREC_TARGETS");
  std::vector<std::string> names;
  std::istringstream list(variable == nullptr ? "" : variable);
  for (std::string name; std::getline(list, name, ',');) names.push_back(name);
  if (names.empty()) return;
  try {
    lowprec::system::use_simd_targets(names);
  } catch (const lowprec::Error& error) {
    throw lowprec::Error(std::string("LOWPREC_TARGETS: ") + error.what());
  }
}

void build(CLI::App& app) {
  app.name("lowprec");
  app.set_version_flag("--version", "lowprec " LOWPREC_VERSION);
  app.footer(footer + joined(lowprec::system::simd_targets()));
  app.require_subcommand(1);
  app.parse_complete_callback(restrict_simd_targets);
  lowprec::cli::add_formats(app);
  lowprec::cli::add_round(app);
  lowprec::cli::add_calc(app);
  lowprec::cli::add_stats(app);
  lowprec::cli::add_train(app);
  lowprec::cli::add_theory(app);
  lowprec::cli::add_fit(app);
  lowprec::cli::add_allocate(app);
  lowprec::cli::add_plot(app);
  lowprec::cli::add_bench(app);
}

// What is wrong with the command line; of a command that it does not know, CLI11 says only that one is missing.
std::string complaint(const CLI::App& app, const CLI::ParseError& error) {
  const auto unknown = app.remaining();
  if (!app.get_subcommands().empty() || unknown.empty()) return error.what();
  if (unknown.front().starts_with('-')) return "'" + unknown.front() + "' is not an option here";
  std::string text = "'" + unknown.front() + "' is not a command; commands are:";
  for (const auto* command : app.get_subcommands({})) text += " " + command->get_name();
  return text;
}

int usage(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  const auto commands = app.get_subcommands();
  const std::string command = commands.empty() ? "" : commands.front()->get_name() + " ";
  say(fmt::format("lowprec: {}\nTry: lowprec {}--help\n", bounded(complaint(app, error)), command));
  return 2;
}

// A standard stream that is closed would be the next file that is opened. Each is taken by /dev/null, which fails where
// input is read or results are written, and swallows diagnostics.
void open_standard_streams() {
  constexpr int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
  for (int stream = 0; stream < 3; ++stream)
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", modes[stream]);
}

int bad_input(const char* message) {
  say(fmt::format("lowprec: {}\n", bounded(message)));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  for (const int signal : {SIGPIPE, SIGXFSZ})
    std::signal(signal, SIG_IGN);  // write() says so, and results are cleaned up
  try {
    lowprec::self_check();
    CLI::App app("Emulates low-precision INT and FP arithmetic: every result rounded to the format.");
    build(app);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return usage(app, error);
    }
    return 0;
  } catch (const std::bad_alloc&) {
    return bad_input("the memory of this machine does not suffice");
  } catch (const std::exception& error) {
    return bad_input(error.what());
  }
}
