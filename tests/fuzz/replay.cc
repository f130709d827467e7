// Runs a fuzz target on every file of the directories and files named, as libFuzzer does with a corpus, and fails if
// there are none. Built with clang and -fsanitize=fuzzer, libFuzzer's main takes its place (Meson option `fuzz`).
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "bytes.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& place) {
  if (!fs::is_directory(place)) return {place};
  std::vector<fs::path> result;
  for (const auto& entry : fs::directory_iterator(place))
    if (entry.is_regular_file()) result.push_back(entry.path());
  std::ranges::sort(result);
  return result;
}

// The name goes first, so that it stands before the message of a failure.
void replay(const fs::path& file) {
  std::fprintf(stderr, "%s\n", file.c_str());
  std::ifstream in(file, std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i)
    for (const fs::path& file : files_of(argv[i])) {
      replay(file);
      ++count;
    }
  std::printf("%zu inputs replayed\n", count);
  return count > 0 ? 0 : 1;
}
