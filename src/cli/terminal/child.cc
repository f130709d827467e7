#include "cli/terminal/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>

extern char** environ;

namespace lowprec::cli {
namespace {

// One end of a pipe, closed at the end.
class End {
 public:
  explicit End(int descriptor) : descriptor_(descriptor) {}
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  ~End() { shut(); }

  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  void shut() {
    if (is_open()) close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
};

struct Pipe {
  explicit Pipe(const int (&ends)[2]) : out(ends[0]), in(ends[1]) {}
  End out, in;  // what is written to `in` is read from `out`
};

bool make_pipe(std::optional<Pipe>& made) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  made.emplace(ends);
  return true;
}

// The child has the default signals, whatever this process ignores, and the pipes as its standard input and output.
bool spawn(const std::vector<std::string>& arguments, const Pipe& input, const Pipe& output, pid_t& child) {
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input.out.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.in.get(), STDOUT_FILENO);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGXFSZ}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int problem = posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return problem == 0;
}

// Writes some of the input, and closes the pipe after the last of it or where the child does not read on.
void feed(End& to, std::string_view& input) {
  const auto written = write(to.get(), input.data(), input.size());
  if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (written >= 0) input.remove_prefix(static_cast<std::size_t>(written));
  if (written < 0 || input.empty()) to.shut();
}

void drain(End& from, std::string& output) {
  char buffer[1 << 16];
  const auto count = read(from.get(), buffer, sizeof buffer);
  if (count > 0) output.append(buffer, static_cast<std::size_t>(count));
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) from.shut();
}

// Both pipes at once: a child may write before it has read everything.
void exchange(End& to, std::string_view input, End& from, std::string& output) {
  fcntl(to.get(), F_SETFL, O_NONBLOCK);
  if (input.empty()) to.shut();
  while (from.is_open()) {
    pollfd ends[] = {{from.get(), POLLIN, 0}, {to.get(), POLLOUT, 0}};
    if (poll(ends, 2, -1) < 0 && errno != EINTR) return;
    if (to.is_open() && ends[1].revents != 0) feed(to, input);
    if (ends[0].revents != 0) drain(from, output);
  }
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& arguments, std::string_view input) {
  ChildResult result;
  std::optional<Pipe> to, from;
  pid_t child = 0;
  if (!make_pipe(to) || !make_pipe(from) || !spawn(arguments, *to, *from, child)) return result;
  to->out.shut();
  from->in.shut();
  exchange(to->in, input, from->out, result.output);
  to->in.shut();
  int status = 0;
  pid_t ended = 0;
  do ended = waitpid(child, &status, 0);
  while (ended < 0 && errno == EINTR);
  result.ended_well = ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return result;
}

}  // namespace lowprec::cli
