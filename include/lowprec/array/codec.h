// Between arrays of numbers and arrays of codes.
#pragma once

#include <cstdint>
#include <span>

#include "lowprec/format/code.h"
#include "lowprec/format/events.h"
#include "lowprec/format/format.h"

namespace lowprec {

// out[i] = decode(in[i]), for spans of equal size. Codes of any unsigned type of at least f.bits, values of any type
// that holds every number of the format. An Error names the index and the code; what is in `out` then is unspecified.
void decode(const Format& f, std::span<const std::uint8_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint16_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint32_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint64_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint8_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint16_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint32_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint64_t> in, std::span<double> out);

// out[i] = encode(in[i], policy), in the same way. NaNs replaced are added to events->nan.
void encode(const Format& f, std::span<const float> in, std::span<std::uint8_t> out, format::NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const float> in, std::span<std::uint16_t> out, format::NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const float> in, std::span<std::uint32_t> out, format::NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const float> in, std::span<std::uint64_t> out, format::NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const double> in, std::span<std::uint8_t> out, format::NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const double> in, std::span<std::uint16_t> out, format::NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const double> in, std::span<std::uint32_t> out, format::NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const double> in, std::span<std::uint64_t> out, format::NanPolicy policy = {},
            Events* events = nullptr);

}  // namespace lowprec
