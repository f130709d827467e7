// Unpacks data that were packed by deflate (RFC 1951), as zip archives hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lowprec::io {

// Returns the unpacked bytes, which are `size` at most. Throws Error if the data are damaged or give more.
std::string inflated(std::string_view packed, std::size_t size);

// Returns the checksum of zip archives (RFC 1952, section 8).
std::uint32_t crc32(std::string_view bytes);

}  // namespace lowprec::io
