// Pieces on several threads: each once, nothing after a failure, the first failure reported, no threads inside threads.
#include "lowprec/system/threads.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "lowprec/format/error.h"
#include "system/parallel.h"

using namespace lowprec;

namespace {

// While it lives, calls may use n threads.
struct Threads {
  explicit Threads(unsigned n) { use_threads(n); }
  ~Threads() { use_threads(1); }
};

}  // namespace

TEST_CASE("one thread unless more are asked for; 0 asks for those of the machine") {
  CHECK(system::threads() == 1);
  const Threads all(0);
  CHECK(system::threads() == system::thread_count(0));
  CHECK(system::threads() >= 1);
  use_threads(3);
  CHECK(system::threads() == 3);
}

TEST_CASE("each index once, in pieces of the grain, for any number of threads: no pieces, one, more than threads") {
  for (const unsigned n : {1U, 2U, 3U, 16U}) {
    const Threads allowed(n);
    for (const std::size_t size : {0U, 1U, 7U, 64U, 1000U}) {
      for (const std::size_t grain : {1U, 3U, 64U, 5000U}) {
        std::vector<int> seen(size);
        std::atomic<bool> is_piece = true;
        system::parallel_for(size, grain, [&](std::size_t first, std::size_t last) {
          if (first % grain != 0 || !(last == size || last == first + grain) || first >= last) is_piece = false;
          for (std::size_t i = first; i < last; ++i) ++seen[i];
        });
        CHECK(is_piece);
        CHECK(seen == std::vector<int>(size, 1));
      }
    }
  }
}

TEST_CASE("two threads work at the same time") {
  const Threads allowed(2);
  std::atomic<int> arrived = 0;
  system::parallel_for(2, 1, [&](std::size_t, std::size_t) {
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
  });
  CHECK(arrived == 2);
}

TEST_CASE("of several failures the first in order is reported, as on one thread") {
  for (const unsigned n : {1U, 2U, 4U}) {
    const Threads allowed(n);
    for (int round = 0; round < 50; ++round) {
      const auto fail = [](std::size_t first, std::size_t) {
        if (first == 37) std::this_thread::sleep_for(std::chrono::microseconds(100));
        if (first >= 37) throw Error("piece " + std::to_string(first));
      };
      CHECK_THROWS_WITH_AS(system::parallel_for(1000, 1, fail), "piece 37", Error);
    }
  }
}

TEST_CASE("inside a call that uses several threads calls use one; afterwards as many as before") {
  const Threads allowed(2);
  std::atomic<unsigned> most = 0;
  system::parallel_for(8, 1, [&](std::size_t, std::size_t) {
    if (system::threads() > most) most = system::threads();
    system::parallel_for(4, 1, [&](std::size_t, std::size_t) {});
    if (system::threads() > most) most = system::threads();
  });
  CHECK(most == 1);
  CHECK(system::threads() == 2);
  try {
    system::parallel_for(8, 1, [](std::size_t, std::size_t) { throw Error("no"); });
  } catch (const Error&) {
  }
  CHECK(system::threads() == 2);
}
