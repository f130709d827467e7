// encode() and decode() of arrays.
#pragma once

#include <cstdint>
#include <span>

#include "lowprec/format/code.h"
#include "lowprec/format/events.h"
#include "lowprec/format/format.h"

namespace lowprec {

// Sets out[i] = decode(f, in[i]). The spans must have equal sizes, the codes at least f.bits bits each, and the type of
// the values must hold every number of the format. Throws Error with the index and the code if a code has more bits
// than the format; the contents of `out` are then unspecified.
void decode(const Format& f, std::span<const std::uint8_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint16_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint32_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint64_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint8_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint16_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint32_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint64_t> in, std::span<double> out);

// Sets out[i] = encode(f, in[i], policy), under the same conditions. Throws Error with the index if the format does not
// have a value. events->nan counts the NaNs that the policy replaces.
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
