// The works and yardsticks that goals are made of.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>

#include "bench.h"
#include "lowprec/array/quantize.h"
#include "lowprec/system/threads.h"

namespace lowprec::bench {

// While it lives, the library may use that many threads.
class Threads {
 public:
  explicit Threads(unsigned n) { use_threads(n); }
  ~Threads() { use_threads(1); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
};

// f() in each iteration, on that many threads; everything that it wrote counts as read.
template <class F>
Loop repeated(F f, unsigned threads = 1) {
  return [f, threads](benchmark::State& state) mutable {
    const Threads scope(threads);
    for (auto _ : state) {
      f();
      benchmark::ClobberMemory();
    }
  };
}

// " 2 threads" as part of a name; nothing for one.
std::string threads_name(unsigned threads);

// Sizes of arrays, in bytes, with the names they have in goals.
std::string size_name(std::size_t bytes);
constexpr std::size_t operator""_KB(unsigned long long n) { return n << 10; }
constexpr std::size_t operator""_MB(unsigned long long n) { return n << 20; }
constexpr std::size_t operator""_GB(unsigned long long n) { return n << 30; }

// Empty, or that the machine has less free memory than this.
std::string missing_memory(double bytes);

// n floats or doubles, the first 2^16 normal numbers times `scale`, over and over.
template <class T>
std::vector<T> normal_numbers(std::size_t n, double scale, std::uint64_t stream = 1);

// At most 4096 indices below n, evenly spread: what is compared of a large result.
std::vector<std::size_t> tested_indices(std::size_t n);

// Error, naming the work and the element, unless both are the same bits, or both NaN, or no farther apart than the
// tolerance allows, relative to the definition.
void require_same(const std::string& work, std::size_t i, double result, double definition, double tolerance = 0);

// Float arrays of that many bytes (bulk_works.cc).
enum class Place { out_of_place, in_place };
Work copying(std::size_t bytes, unsigned threads = 1);
Work rounding(const std::string& quantizer, std::size_t bytes, Place place = Place::out_of_place, unsigned threads = 1);

// The same, into memory that is not in place, with its events counted (bulk_works.cc).
Work counting(const std::string& quantizer, std::size_t bytes);

// Numbers of a format: rounded again, encoded, decoded. `bytes` are those of the floats (code_works.cc).
Work requantizing(const std::string& quantizer, std::size_t bytes);
Work encoding(const std::string& quantizer, std::size_t bytes);
Work decoding(const std::string& quantizer, std::size_t bytes);
// Encoded to packed codes and decoded from them again, one after the other.
Work packing(const std::string& quantizer, std::size_t bytes);

// z_i = a x_i + y_i, n elements, product and sum rounded each: in Num of a preset, in binary32, and as array libraries
// over 8-bit codes do it (num_works.cc).
Work num_axpy(const std::string& preset, std::size_t n);
Work native_axpy(std::size_t n);
Work code_axpy(std::size_t n);

// The same by other number types; those that this build has (peer_works.cc).
std::vector<Goal> peers();

// linalg_works.cc. Units are multiply-adds, or additions each of which awaits the one before.
Work addition_chain();
Work sequential_dot(const std::string& quantizer);
Work sgemm(std::size_t n, unsigned threads = 1);
Work rounded_gemm(const std::string& quantizer, std::size_t n, unsigned threads = 1);
enum class Order { row_major, column_major };
Work rounded_gemv(const std::string& quantizer, std::size_t n, Order order);

// A unit is one normal number (train_works.cc).
Work gaussians();
// One SGD update with one sample of `gaussians()`, the quantizer at the five sites.
Work sgd_update(const std::string& quantizer);

}  // namespace lowprec::bench
