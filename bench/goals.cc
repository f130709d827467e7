// The goals: each limit stands here and nowhere else.
#include "bench.h"
#include "works.h"

namespace lowprec::bench {
namespace {

// float in, float out, to nearest even: times memcpy of the array. In caches goals depend on the format, beyond them on
// memory only.
struct BulkGoal {
  const char* quantizer;
  double in_first_cache;
};
constexpr BulkGoal kNearestEven[] = {
    {"e4m3", 2.0},     {"e4m3:overflow=saturate", 1.5}, {"e5m2", 2.0}, {"fp(6,9)", 2.0}, {"binary16", 0.95},
    {"bfloat16", 1.3},
};
constexpr double kNearestEven4MB = 1.10, kNearestEven64MB = 1.05, kNearestEvenInPlace = 0.70;

constexpr const char* kStochastic[] = {"e4m3@sr", "binary16@sr", "bfloat16@sr"};
constexpr double kStochastic16KB = 4.5, kStochastic4MB = 1.7, kStochastic64MB = 1.05;

constexpr const char* kInteger = "int8:step=2^-4";
constexpr double kInteger16KB = 1.2;

// Times rounding the array.
constexpr const char* kCodes[] = {"e4m3", "binary16", "bfloat16", "int8", "e2m1"};
constexpr double kEncoding = 1.0, kDecoding = 1.0;

// Counting events, times rounding without; packed codes there and back, times memcpy of the floats.
constexpr const char* kCounted[] = {"e4m3",   "e4m3:overflow=saturate", "binary16", "int8:step=2^-4", "e4m3@rz",
                                    "e4m3@sr"};
constexpr double kCounting = 1.3, kPacking = 1.5;

// 8-bit formats in a plain loop: times a native loop in the first cache; a sixtieth of the time of a loop over codes.
constexpr const char* kNumFormats[] = {"e4m3fn", "e5m2"};
constexpr double kNumTimesFloat = 10, kNumTimesCodes = 1.0 / 60;
constexpr std::size_t kLoopInCache = 2048, kLoopBeyond = std::size_t{1} << 20;

// Cycles a multiply-add, as additions in a chain, which are 2 cycles each where the goals were set (Zen 5).
constexpr double kCyclesOfAddition = 2;
constexpr const char* kDots8[] = {"e4m3", "e5m2", "int8"};
constexpr const char* kDotsWider[] = {"binary16", "bfloat16", "fp(6,9)"};
constexpr double kDot8Cycles = 7, kDotWiderCycles = 10.5;

// Times OpenBLAS, 256^3.
constexpr std::size_t kMatrix = 256;
constexpr double kGemmE4m3 = 3.0, kGemmE4m3Stretch = 2.0, kGemmBfloat16 = 2.2, kGemmE2m1 = 0.4, kGemmAny = 8.5;
constexpr const char* kGemv[] = {"e4m3", "bfloat16", "fp(6,9)"};
constexpr double kGemvTimesGemm = 1.5;

// Times drawing the Gaussian sample; 1.5 ns a Gaussian at 3.9 GHz, in additions.
constexpr double kSgdFormats = 1.5, kSgdNoise = 3.5, kGaussian = 1.5 * 3.9 / kCyclesOfAddition;

void add_bulk(std::vector<Goal>& all) {
  for (const auto& [q, in_first_cache] : kNearestEven) {
    all.push_back({rounding(q, 16_KB), copying(16_KB), in_first_cache, true});
    all.push_back({rounding(q, 4_MB), copying(4_MB), kNearestEven4MB, true});
    all.push_back({rounding(q, 64_MB), copying(64_MB), kNearestEven64MB});
    all.push_back({rounding(q, 64_MB, Place::in_place), copying(64_MB), kNearestEvenInPlace});
  }
  all.push_back({rounding(kInteger, 16_KB), copying(16_KB), kInteger16KB, true});
  for (const char* q : kStochastic) {
    all.push_back({rounding(q, 16_KB), copying(16_KB), kStochastic16KB, true});
    all.push_back({rounding(q, 4_MB), copying(4_MB), kStochastic4MB, true});
    all.push_back({rounding(q, 64_MB), copying(64_MB), kStochastic64MB, true});
  }
}

void add_counting(std::vector<Goal>& all) {
  for (const char* q : kCounted)
    for (const std::size_t bytes : {16_KB, 4_MB, 64_MB})
      all.push_back({counting(q, bytes), rounding(q, bytes), kCounting, true});
}

void add_codes(std::vector<Goal>& all) {
  for (const char* q : {"e2m1", "int4"}) all.push_back({packing(q, 64_MB), copying(64_MB), kPacking, true});
  for (const char* q : kCodes) {
    for (const std::size_t bytes : {16_KB, 64_MB}) {
      all.push_back({encoding(q, bytes), requantizing(q, bytes), kEncoding, true});
      all.push_back({decoding(q, bytes), requantizing(q, bytes), kDecoding, true});
    }
  }
}

void add_scalars(std::vector<Goal>& all) {
  for (const char* format : kNumFormats) {
    all.push_back({num_axpy(format, kLoopInCache), native_axpy(kLoopInCache), kNumTimesFloat, true});
    if (format == std::string("e4m3fn"))
      all.push_back({num_axpy(format, kLoopBeyond), code_axpy(kLoopBeyond), kNumTimesCodes, true});
  }
  for (const char* q : kDots8) all.push_back({sequential_dot(q), addition_chain(), kDot8Cycles / kCyclesOfAddition});
  for (const char* q : kDotsWider)
    all.push_back({sequential_dot(q), addition_chain(), kDotWiderCycles / kCyclesOfAddition});
}

void add_matrices(std::vector<Goal>& all) {
  const auto gemm = [](const char* q) { return rounded_gemm(q, kMatrix); };
  all.push_back({gemm("e4m3"), sgemm(kMatrix), kGemmE4m3, true, kGemmE4m3Stretch});
  all.push_back({gemm("bfloat16"), sgemm(kMatrix), kGemmBfloat16, true});
  all.push_back({gemm("e2m1"), sgemm(kMatrix), kGemmE2m1, true});
  all.push_back({gemm("fp(6,9)"), sgemm(kMatrix), kGemmAny, true});
  for (const char* q : kGemv) {
    for (const Order order : {Order::row_major, Order::column_major})
      all.push_back({rounded_gemv(q, kMatrix, order), gemm(q), kGemvTimesGemm, true});
  }
}

void add_training(std::vector<Goal>& all) {
  all.push_back({gaussians(), addition_chain(), kGaussian, true});
  for (const char* q : {"int8:step=2^-5,symmetric@sr", "e4m3:overflow=saturate@sr"})
    all.push_back({sgd_update(q), gaussians(), kSgdFormats, true});
  all.push_back({sgd_update("additive(0.01)"), gaussians(), kSgdNoise, true});
}

}  // namespace

std::vector<Goal> goals() {
  std::vector<Goal> all;
  add_bulk(all);
  add_counting(all);
  add_codes(all);
  add_scalars(all);
  add_matrices(all);
  add_training(all);
  for (auto& peer : peers()) all.push_back(std::move(peer));
  return all;
}

std::vector<Goal> growth() {
  std::vector<Goal> all;
  for (const unsigned threads : {1U, 2U}) {
    for (std::size_t bytes = 4_KB; bytes <= 1_GB; bytes *= 4)
      all.push_back({rounding("e4m3", bytes, Place::out_of_place, threads), copying(bytes, threads)});
  }
  for (const char* q : {"e4m3", "fp(6,9)"}) {
    for (const unsigned threads : {1U, 2U})
      for (std::size_t n = 64; n <= 2048; n *= 2) all.push_back({rounded_gemm(q, n, threads), sgemm(n, threads)});
  }
  return all;
}

}  // namespace lowprec::bench
