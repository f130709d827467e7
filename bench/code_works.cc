// Codes of float arrays.
#include <cstdint>
#include <memory>

#include "lowprec/array/codec.h"
#include "lowprec/array/packed.h"
#include "lowprec/format/names.h"
#include "works.h"

namespace lowprec::bench {
namespace {

// Numbers of a format, their codes, and room for the numbers that come back.
template <class Code>
struct Numbers {
  array::Rounded q;
  std::vector<float> values, out;
  std::vector<Code> codes;

  Numbers(const std::string& quantizer, std::size_t n)
      : q(*parse_quantizer(quantizer).rounded()), values(normal_numbers<float>(n, 2)), out(n), codes(n) {
    quantize(q, values, values);
    encode(q.format, values, codes);
  }
};

template <class Code>
void check_codes(const std::string& name, const Numbers<Code>& numbers) {
  for (const std::size_t i : tested_indices(numbers.values.size())) {
    const auto code = encode(numbers.q.format, static_cast<double>(numbers.values[i]));
    require_same(name, i, static_cast<double>(numbers.codes[i]), static_cast<double>(code));
  }
}

template <class Code>
void check_values(const std::string& name, const Numbers<Code>& numbers) {
  for (const std::size_t i : tested_indices(numbers.values.size())) {
    const double value = decode(numbers.q.format, numbers.codes[i]);
    require_same(name, i, static_cast<double>(numbers.out[i]), value);
  }
}

std::size_t floats(std::size_t bytes) { return bytes / sizeof(float); }

// `make` is told the type of codes.
template <class F>
Work work(const std::string& what, const std::string& quantizer, std::size_t bytes, F make) {
  const std::string name = what + "/" + quantizer + "/" + size_name(bytes);
  const bool is_byte = parse_quantizer(quantizer).rounded()->format.bits <= 8;
  const auto prepare = [=] {
    return is_byte ? make(name, std::make_shared<Numbers<std::uint8_t>>(quantizer, floats(bytes)))
                   : make(name, std::make_shared<Numbers<std::uint16_t>>(quantizer, floats(bytes)));
  };
  return {name, static_cast<double>(floats(bytes)), prepare, missing_memory(3 * static_cast<double>(bytes))};
}

}  // namespace

Work requantizing(const std::string& quantizer, std::size_t bytes) {
  return work("requantize", quantizer, bytes, [](const std::string& name, auto numbers) {
    quantize(numbers->q, numbers->values, numbers->out);
    check_values(name, *numbers);
    return repeated([numbers] { quantize(numbers->q, numbers->values, numbers->out); });
  });
}

Work encoding(const std::string& quantizer, std::size_t bytes) {
  return work("encode", quantizer, bytes, [](const std::string& name, auto numbers) {
    check_codes(name, *numbers);
    return repeated([numbers] { encode(numbers->q.format, numbers->values, numbers->codes); });
  });
}

Work decoding(const std::string& quantizer, std::size_t bytes) {
  return work("decode", quantizer, bytes, [](const std::string& name, auto numbers) {
    decode(numbers->q.format, numbers->codes, numbers->out);
    check_values(name, *numbers);
    return repeated([numbers] { decode(numbers->q.format, numbers->codes, numbers->out); });
  });
}

Work packing(const std::string& quantizer, std::size_t bytes) {
  const std::string name = "pack/" + quantizer + "/" + size_name(bytes);
  const auto prepare = [=] {
    const auto numbers = std::make_shared<Numbers<std::uint8_t>>(quantizer, floats(bytes));
    const Format f = numbers->q.format;
    numbers->codes.resize(array::packed_bytes(f.bits, numbers->values.size()));
    const auto run = [=] {
      array::encode_packed(f, std::span<const float>(numbers->values), numbers->codes);
      array::decode_packed(f, std::span<const std::uint8_t>(numbers->codes), std::span<float>(numbers->out));
    };
    run();
    for (const std::size_t i : tested_indices(numbers->values.size())) {
      require_same(name, i, static_cast<double>(numbers->out[i]), static_cast<double>(numbers->values[i]));
      const std::uint64_t code = encode(f, static_cast<double>(numbers->values[i]));
      require_same(name, i, static_cast<double>(array::packed_code(numbers->codes, f.bits, i)),
                   static_cast<double>(code));
    }
    return repeated(run);
  };
  return {name, static_cast<double>(floats(bytes)), prepare, missing_memory(3 * static_cast<double>(bytes))};
}

}  // namespace lowprec::bench
