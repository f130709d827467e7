// Packed holds narrow codes in memory without unused bits between them.
//
// Layout: code i of a format of b bits takes bits b i .. b i + b - 1 of a string of bits; its least significant bit
// comes first. Bit k of the string is bit k mod 8 (from the least significant one) of byte floor(k / 8). So codes of 8
// bits are bytes, and codes of 16 bits are little-endian. Even codes of 4 bits are the lower halves of bytes. Four
// codes of 6 bits are a little-endian number of three bytes. The bits after the last code are 0.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/array/codec.h"
#include "lowprec/format/error.h"
#include "lowprec/format/events.h"
#include "lowprec/format/format.h"

namespace lowprec::array {

inline constexpr int max_packed_bits = 16;

// Returns the number of bytes that n codes take. Throws Error if `bits` is not 1 to 16, or if the bytes overflow.
std::size_t packed_bytes(int bits, std::size_t n);

// Read and write code i of those in `bytes`. Neither checks the index, the code, or that `bits` is 1 to 16.
constexpr std::uint32_t packed_code(std::span<const std::uint8_t> bytes, int bits, std::size_t i) {
  const std::size_t width = static_cast<std::size_t>(bits), shift = i % 8 * width % 8;
  const std::size_t first = i / 8 * width + i % 8 * width / 8;
  std::uint32_t word = 0;
  for (std::size_t k = 0; 8 * k < shift + width; ++k) word |= std::uint32_t{bytes[first + k]} << (8 * k);
  return word >> shift & ((std::uint32_t{1} << bits) - 1);
}
constexpr void set_packed_code(std::span<std::uint8_t> bytes, int bits, std::size_t i, std::uint32_t code) {
  const std::size_t width = static_cast<std::size_t>(bits), shift = i % 8 * width % 8;
  const std::size_t first = i / 8 * width + i % 8 * width / 8;
  const std::uint32_t kept = ~(((std::uint32_t{1} << bits) - 1) << shift), word = code << shift;
  for (std::size_t k = 0; 8 * k < shift + width; ++k)
    bytes[first + k] = static_cast<std::uint8_t>((bytes[first + k] & kept >> (8 * k)) | word >> (8 * k));
}

// Encode numbers to packed codes, and decode them, as encode() and decode() of codec.h do. Large arrays are shared
// among threads. The bytes must be packed_bytes(f.bits, numbers). Throw Error, with the index of the element, as those
// do.
void encode_packed(const Format& f, std::span<const float> in, std::span<std::uint8_t> out,
                   format::NanPolicy policy = {}, Events* events = nullptr);
void encode_packed(const Format& f, std::span<const double> in, std::span<std::uint8_t> out,
                   format::NanPolicy policy = {}, Events* events = nullptr);
void decode_packed(const Format& f, std::span<const std::uint8_t> in, std::span<float> out);
void decode_packed(const Format& f, std::span<const std::uint8_t> in, std::span<double> out);

}  // namespace lowprec::array

namespace lowprec {

// An array of numbers of one format of 1 to 16 bits, which owns its bytes. Elements are read as doubles and written as
// numbers of the format. Nothing is rounded here.
class Packed {
 public:
  class Iterator;
  using value_type = double;
  using const_iterator = Iterator;

  // Makes n elements whose code is 0.
  Packed(const Format& f, std::size_t n)
      : format_(format::checked(f)), size_(n), bytes_(array::packed_bytes(f.bits, n)) {}
  // Encodes values. Throws Error, with the index, for a value that is not a number of the format.
  Packed(const Format& f, std::span<const float> values, format::NanPolicy policy = {}) : Packed(f, values.size()) {
    array::encode_packed(f, values, bytes_, policy);
  }
  Packed(const Format& f, std::span<const double> values, format::NanPolicy policy = {}) : Packed(f, values.size()) {
    array::encode_packed(f, values, bytes_, policy);
  }
  // Takes bytes as bytes() gave them. Throws Error if n codes take another number of bytes, or if a bit after the last
  // code is not 0.
  static Packed from_bytes(const Format& f, std::size_t n, std::span<const std::uint8_t> bytes);

  const Format& format() const { return format_; }
  std::size_t size() const { return size_; }
  std::span<const std::uint8_t> bytes() const { return bytes_; }

  std::uint32_t code(std::size_t i) const { return array::packed_code(bytes_, format_.bits, i); }
  // Throws Error if the code has more bits than the format.
  void set_code(std::size_t i, std::uint32_t code) {
    if (code >> format_.bits != 0) throw Error("the code has more bits than the format");
    array::set_packed_code(bytes_, format_.bits, i, code);
  }
  double operator[](std::size_t i) const { return lowprec::decode(format_, code(i)); }
  // Throws Error if x is not a number of the format.
  void set(std::size_t i, double x, format::NanPolicy policy = {}) {
    set_code(i, static_cast<std::uint32_t>(lowprec::encode(format_, x, policy)));
  }

  // Decodes all elements.
  void decode(std::span<float> out) const { array::decode_packed(format_, bytes_, out); }
  void decode(std::span<double> out) const { array::decode_packed(format_, bytes_, out); }

  Iterator begin() const;
  Iterator end() const;

  bool operator==(const Packed&) const = default;  // of formats and codes

 private:
  Format format_;
  std::size_t size_;
  std::vector<std::uint8_t> bytes_;
};

// Gives random access to the numbers, by value.
class Packed::Iterator {
 public:
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = double;
  using difference_type = std::ptrdiff_t;
  using reference = double;
  using pointer = void;

  Iterator() = default;
  Iterator(const Packed& array, std::ptrdiff_t i) : array_(&array), i_(i) {}

  double operator*() const { return (*array_)[static_cast<std::size_t>(i_)]; }
  double operator[](difference_type n) const { return *(*this + n); }
  Iterator& operator+=(difference_type n) {
    i_ += n;
    return *this;
  }
  Iterator& operator-=(difference_type n) { return *this += -n; }
  Iterator& operator++() { return *this += 1; }
  Iterator& operator--() { return *this += -1; }
  Iterator operator++(int) {
    const Iterator before = *this;
    ++*this;
    return before;
  }
  Iterator operator--(int) {
    const Iterator before = *this;
    --*this;
    return before;
  }
  friend Iterator operator+(Iterator a, difference_type n) { return a += n; }
  friend Iterator operator+(difference_type n, Iterator a) { return a += n; }
  friend Iterator operator-(Iterator a, difference_type n) { return a -= n; }
  friend difference_type operator-(const Iterator& a, const Iterator& b) { return a.i_ - b.i_; }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.i_ == b.i_; }
  friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.i_ <=> b.i_; }

 private:
  const Packed* array_ = nullptr;
  difference_type i_ = 0;
};

inline Packed::Iterator Packed::begin() const { return {*this, 0}; }
inline Packed::Iterator Packed::end() const { return {*this, static_cast<std::ptrdiff_t>(size_)}; }

}  // namespace lowprec
