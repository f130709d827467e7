#include "lowprec/system/threads.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "system/parallel.h"

namespace lowprec {
namespace {

std::atomic<unsigned> allowed = 1;
thread_local bool is_beside_others = false;  // this thread runs a piece while other threads run others

// The pieces of one call, handed out in ascending order.
class Pieces {
 public:
  Pieces(std::size_t pieces, const std::function<void(std::size_t)>& f) : end_(pieces), f_(f) {}

  void work() {
    const bool outer = is_beside_others;
    is_beside_others = true;
    for (std::size_t k = next_++; k < end_; k = next_++) run(k);
    is_beside_others = outer;
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void run(std::size_t k) {
    try {
      f_(k);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (failure_ == nullptr || k < failed_) {
        failure_ = std::current_exception();
        failed_ = k;
      }
      next_ = end_;
    }
  }

  std::atomic<std::size_t> next_ = 0;
  std::size_t end_;
  const std::function<void(std::size_t)>& f_;
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::size_t failed_ = 0;
};

}  // namespace

unsigned system::thread_count(unsigned n) {
  if (n > 0) return n;
  const unsigned machine = std::thread::hardware_concurrency();
  return machine > 0 ? machine : 1;
}

void use_threads(unsigned n) { allowed = system::thread_count(n); }

unsigned system::threads() { return is_beside_others ? 1 : allowed.load(); }

void system::parallel_pieces(std::size_t pieces, unsigned threads, const std::function<void(std::size_t)>& f) {
  if (threads <= 1 || pieces <= 1) {
    for (std::size_t k = 0; k < pieces; ++k) f(k);
    return;
  }
  Pieces shared(pieces, f);
  {
    std::vector<std::jthread> others;
    try {
      for (unsigned t = 1; t < threads && t < pieces; ++t) others.emplace_back([&shared] { shared.work(); });
    } catch (const std::system_error&) {  // the system grants no more: those there are do all pieces
    }
    shared.work();
  }
  shared.rethrow();
}

}  // namespace lowprec
