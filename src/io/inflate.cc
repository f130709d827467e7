#include "io/inflate.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "lowprec/format/error.h"

namespace lowprec {
namespace {

[[noreturn]] void fail_damaged() { throw Error("the compressed data are damaged"); }

// Bits of the data, the lowest of each byte first.
class Bits {
 public:
  explicit Bits(std::string_view data) : data_(data) {}

  unsigned take(int count) {
    unsigned value = 0;
    for (int i = 0; i < count; ++i) value |= take_one() << i;
    return value;
  }
  unsigned take_one() {
    if (at_ == 8 * data_.size()) fail_damaged();
    const auto byte = static_cast<unsigned char>(data_[at_ / 8]);
    return byte >> (at_++ % 8) & 1U;
  }
  std::string_view take_bytes(std::size_t count) {
    const std::size_t first = at_ / 8;
    if (count > data_.size() - first) fail_damaged();
    at_ += 8 * count;
    return data_.substr(first, count);
  }
  void skip_to_byte() { at_ = (at_ + 7) / 8 * 8; }

 private:
  std::string_view data_;
  std::size_t at_ = 0;
};

constexpr int kMaxLength = 15;  // of a Huffman code

// A Huffman code in its canonical order: symbols of short codes first, of equal lengths by number.
class Huffman {
 public:
  explicit Huffman(std::span<const int> lengths) {
    for (const int length : lengths) ++counts_[static_cast<std::size_t>(length)];
    counts_[0] = 0;
    int left = 1;  // codes of this length that no shorter code begins
    for (int length = 1; length <= kMaxLength; ++length) {
      left = 2 * left - counts_[static_cast<std::size_t>(length)];
      if (left < 0) fail_damaged();
    }
    for (int length = 1; length <= kMaxLength; ++length)
      for (std::size_t s = 0; s < lengths.size(); ++s)
        if (lengths[s] == length) symbols_.push_back(static_cast<int>(s));
  }

  int symbol(Bits& bits) const {
    int code = 0, first = 0, index = 0;
    for (std::size_t length = 1; length <= kMaxLength; ++length) {
      code |= static_cast<int>(bits.take_one());
      const int count = counts_[length];
      if (code - first < count) return symbols_[static_cast<std::size_t>(index + code - first)];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    fail_damaged();
  }

 private:
  std::array<int, kMaxLength + 1> counts_{};
  std::vector<int> symbols_;
};

// The tables of RFC 1951, section 3.2.5: the least length or distance of a symbol, and the bits that add to it.
constexpr int kLengthBase[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                               31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr int kLengthBits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr int kDistanceBase[] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                 33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr int kDistanceBits[] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

class Inflater {
 public:
  Inflater(std::string_view packed, std::size_t size) : bits_(packed), size_(size) {}

  std::string run() {
    bool is_last = false;
    while (!is_last) {
      is_last = bits_.take_one() == 1;
      block(bits_.take(2));
    }
    return std::move(out_);
  }

 private:
  void require_room(std::size_t count) const {
    if (count > size_ - out_.size()) fail_damaged();
  }

  void block(unsigned kind) {
    if (kind == 0) return stored();
    if (kind == 1) return fixed();
    if (kind == 2) return dynamic();
    fail_damaged();
  }

  void stored() {
    bits_.skip_to_byte();
    const unsigned count = bits_.take(16), inverse = bits_.take(16);
    if ((count ^ inverse) != 0xFFFFU) fail_damaged();
    require_room(count);
    out_ += bits_.take_bytes(count);
  }

  void fixed() {
    std::array<int, 288> lengths{};
    for (std::size_t s = 0; s < lengths.size(); ++s) lengths[s] = s < 144 ? 8 : s < 256 ? 9 : s < 280 ? 7 : 8;
    const std::array<int, 30> distances = [] {
      std::array<int, 30> all{};
      all.fill(5);
      return all;
    }();
    codes(Huffman(lengths), Huffman(distances));
  }

  void dynamic() {
    constexpr std::size_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    const std::size_t literals = bits_.take(5) + 257, distances = bits_.take(5) + 1, count = bits_.take(4) + 4;
    std::array<int, 19> of_lengths{};
    for (std::size_t i = 0; i < count; ++i) of_lengths[order[i]] = static_cast<int>(bits_.take(3));
    const Huffman code(of_lengths);
    std::vector<int> lengths;
    while (lengths.size() < literals + distances) append_lengths(code, lengths);
    if (lengths.size() != literals + distances) fail_damaged();
    codes(Huffman(std::span(lengths).first(literals)), Huffman(std::span(lengths).subspan(literals)));
  }

  // One length, or several equal ones.
  void append_lengths(const Huffman& code, std::vector<int>& lengths) {
    const int symbol = code.symbol(bits_);
    if (symbol < 16) return lengths.push_back(symbol);
    if (symbol == 16 && lengths.empty()) fail_damaged();
    const int value = symbol == 16 ? lengths.back() : 0;
    const unsigned count = symbol == 16 ? 3 + bits_.take(2) : symbol == 17 ? 3 + bits_.take(3) : 11 + bits_.take(7);
    lengths.insert(lengths.end(), count, value);
  }

  void codes(const Huffman& literals, const Huffman& distances) {
    constexpr int end = 256;
    for (int symbol = literals.symbol(bits_); symbol != end; symbol = literals.symbol(bits_)) {
      if (symbol > end) {
        copy(static_cast<std::size_t>(symbol - end - 1), distances);
        continue;
      }
      require_room(1);
      out_ += static_cast<char>(symbol);
    }
  }

  void copy(std::size_t symbol, const Huffman& distances) {
    if (symbol >= std::size(kLengthBase)) fail_damaged();
    const std::size_t length = static_cast<unsigned>(kLengthBase[symbol]) + bits_.take(kLengthBits[symbol]);
    const auto d = static_cast<std::size_t>(distances.symbol(bits_));
    if (d >= std::size(kDistanceBase)) fail_damaged();
    const std::size_t distance = static_cast<unsigned>(kDistanceBase[d]) + bits_.take(kDistanceBits[d]);
    if (distance > out_.size()) fail_damaged();
    require_room(length);
    for (std::size_t i = 0; i < length; ++i) out_ += out_[out_.size() - distance];
  }

  Bits bits_;
  std::size_t size_;
  std::string out_;
};

}  // namespace

std::string io::inflated(std::string_view packed, std::size_t size) { return Inflater(packed, size).run(); }

std::uint32_t io::crc32(std::string_view bytes) {
  static constexpr auto table = [] {
    std::array<std::uint32_t, 256> result{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      result[i] = i;
      for (int k = 0; k < 8; ++k) result[i] = result[i] >> 1 ^ ((result[i] & 1) != 0 ? 0xEDB88320U : 0U);
    }
    return result;
  }();
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char c : bytes) crc = table[(crc ^ static_cast<unsigned char>(c)) & 255U] ^ crc >> 8;
  return ~crc;
}

}  // namespace lowprec
