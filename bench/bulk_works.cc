// Rounding of float arrays, and copying them.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <span>

#include "lowprec/exact/reference.h"
#include "lowprec/format/names.h"
#include "system/parallel.h"
#include "works.h"

namespace lowprec::bench {
namespace {

constexpr float kUnwritten = 123.456F;  // a number of no format measured here

// n input and n output floats. Their addresses differ by half a page: where they agree in the last 12 bits, loads seem
// to depend on the stores before, and memcpy and kernels alike are slowed down.
class Arrays {
 public:
  explicit Arrays(std::size_t n) : n_(n), memory_(new (kPage) std::byte[2 * padded()]) {
    const auto values = normal_numbers<float>(n, 4);
    std::ranges::copy(values, in().begin());
    std::ranges::fill(out(), kUnwritten);
  }
  std::span<float> in() { return {reinterpret_cast<float*>(memory_.get()), n_}; }
  std::span<float> out() { return {reinterpret_cast<float*>(memory_.get() + padded() - kHalfPage), n_}; }

 private:
  static constexpr std::align_val_t kPage{4096};
  static constexpr std::size_t kHalfPage = 2048;
  struct Delete {
    void operator()(std::byte* p) const { operator delete[](p, kPage); }
  };

  std::size_t padded() const { return (n_ * sizeof(float) + kHalfPage + 4095) / 4096 * 4096; }

  std::size_t n_;
  std::unique_ptr<std::byte[], Delete> memory_;
};

// One pair of arrays for all works of a size, as long as one of them lives: all then meet the same pages.
std::shared_ptr<Arrays> shared_arrays(std::size_t bytes) {
  static std::map<std::size_t, std::weak_ptr<Arrays>> known;
  auto arrays = known[bytes].lock();
  if (!arrays) known[bytes] = arrays = std::make_shared<Arrays>(bytes / sizeof(float));
  return arrays;
}

double elements(std::size_t bytes) {
  const std::size_t count = bytes / sizeof(float);
  return static_cast<double>(count);
}

// The definition: exact integers, rounded once; draw i for element i.
void check(const std::string& name, const Quantizer& q, std::span<const float> in, std::span<const float> out) {
  const array::Rounded& r = *q.rounded();
  const Reference reference(array::stepped_format(r).format, r.rounding, r.overflow);
  for (const std::size_t i : tested_indices(in.size())) {
    const std::uint32_t draw = q.is_random() ? Stream{}.draw(i) : 0;
    const Wide rounded = reference.convert(static_cast<double>(in[i]), draw);
    require_same(name, i, static_cast<double>(out[i]), static_cast<double>(rounded));
  }
}

Loop rounding_loop(const std::string& name, const Quantizer& q, std::size_t bytes, unsigned threads) {
  const auto arrays = shared_arrays(bytes);
  std::ranges::fill(arrays->out(), kUnwritten);
  {
    const Threads scope(threads);
    quantize(q, arrays->in(), arrays->out());
  }
  check(name, q, arrays->in(), arrays->out());
  return repeated([arrays, q] { quantize(q, arrays->in(), arrays->out()); }, threads);
}

Loop rounding_in_place_loop(const std::string& name, const Quantizer& q, std::size_t bytes) {
  const auto numbers = std::make_shared<std::vector<float>>(normal_numbers<float>(bytes / sizeof(float), 4));
  const auto before = *numbers;
  quantize(q, *numbers, *numbers);
  check(name, q, before, *numbers);
  return repeated([numbers, q] { quantize(q, *numbers, *numbers); });
}

// By threads where that pays, and then in pieces large enough for memcpy to know that the whole is.
void copy(std::span<const float> in, std::span<float> out) {
  constexpr std::size_t least = std::size_t{1} << 18;
  const std::size_t piece = std::max(least, (in.size() + system::threads() - 1) / system::threads());
  system::parallel_for(in.size(), piece, [in, out](std::size_t first, std::size_t last) {
    std::memcpy(out.data() + first, in.data() + first, (last - first) * sizeof(float));
  });
}

Loop counting_loop(const std::string& name, const Quantizer& q, std::size_t bytes) {
  const auto arrays = shared_arrays(bytes);
  Events events;
  quantize(q, arrays->in(), arrays->out(), {}, &events);
  check(name, q, arrays->in(), arrays->out());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < arrays->in().size(); ++i) changed += arrays->in()[i] != arrays->out()[i] ? 1 : 0;
  require_same(name, 0, static_cast<double>(events.inexact), static_cast<double>(changed));
  return repeated([arrays, q, events]() mutable { quantize(q, arrays->in(), arrays->out(), {}, &events); });
}

}  // namespace

Work counting(const std::string& quantizer, std::size_t bytes) {
  const std::string name = fmt::format("count/{}/{}", quantizer, size_name(bytes));
  return {name, elements(bytes), [=] { return counting_loop(name, parse_quantizer(quantizer), bytes); },
          missing_memory(3 * static_cast<double>(bytes))};
}

Work copying(std::size_t bytes, unsigned threads) {
  return {"memcpy/" + size_name(bytes) + threads_name(threads), elements(bytes),
          [=] {
            const auto arrays = shared_arrays(bytes);
            if (threads > 1) return repeated([arrays] { copy(arrays->in(), arrays->out()); }, threads);
            return repeated([arrays, bytes] { std::memcpy(arrays->out().data(), arrays->in().data(), bytes); });
          },
          "", threads};
}

Work rounding(const std::string& quantizer, std::size_t bytes, Place place, unsigned threads) {
  const bool in_place = place == Place::in_place;
  const std::string name =
      fmt::format("round/{}/{}{}{}", quantizer, size_name(bytes), in_place ? "/in place" : "", threads_name(threads));
  const auto prepare = [=] {
    const Quantizer q = parse_quantizer(quantizer);
    return in_place ? rounding_in_place_loop(name, q, bytes) : rounding_loop(name, q, bytes, threads);
  };
  return {name, elements(bytes), prepare, missing_memory(3 * static_cast<double>(bytes)), threads};
}

}  // namespace lowprec::bench
