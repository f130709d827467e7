#include "io/npz.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "io/inflate.h"
#include "lowprec/format/error.h"

namespace lowprec {
namespace {

constexpr std::string_view kEndMark = "PK\5\6", kEntryMark = "PK\1\2", kMemberMark = "PK\3\4", kArray = ".npy";
constexpr std::size_t kEntrySize = 46, kMemberSize = 30;
constexpr int kStored = 0, kDeflated = 8;

struct Member {
  std::string name;
  int method = 0;
  std::uint32_t crc = 0;
  std::size_t packed_size = 0, size = 0, at = 0;  // at: of its own header in the archive
};

// The fields of an archive, in bytes from its begin, lowest byte first.
class Archive {
 public:
  Archive(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  std::vector<Member> members() const {
    const auto end = bytes_.rfind(kEndMark);
    if (end == std::string_view::npos) fail("the list of members is missing: the file is cut off");
    std::vector<Member> result;
    std::size_t at = number(end + 16, 4);
    for (std::size_t i = number(end + 10, 2); i > 0; --i) {
      result.push_back(entry(at));
      at += kEntrySize + number(at + 28, 2) + number(at + 30, 2) + number(at + 32, 2);
    }
    return result;
  }

  std::string contents(const Member& m) const {
    if (piece(m.at, kMemberMark.size()) != kMemberMark)
      fail(fmt::format("member {} is not where the list says", m.name));
    const std::size_t begin = m.at + kMemberSize + number(m.at + 26, 2) + number(m.at + 28, 2);
    const auto packed = piece(begin, m.packed_size);
    if (m.method != kStored && m.method != kDeflated)
      fail(fmt::format("member {} is compressed by method {}; stored and deflated members are read", m.name, m.method));
    std::string bytes = m.method == kStored ? std::string(packed) : inflated(m, packed);
    if (bytes.size() != m.size || io::crc32(bytes) != m.crc) fail(fmt::format("member {} is damaged", m.name));
    return bytes;
  }

  [[noreturn]] void fail(const std::string& reason) const { throw Error(fmt::format("{}: {}", file_, reason)); }

 private:
  std::string inflated(const Member& m, std::string_view packed) const {
    try {
      return io::inflated(packed, m.size);
    } catch (const Error& error) {
      fail(fmt::format("member {}: {}", m.name, error.what()));
    }
  }
  std::string_view piece(std::size_t at, std::size_t n) const {
    if (at > bytes_.size() || n > bytes_.size() - at) fail("the archive is damaged: a member lies beyond its end");
    return bytes_.substr(at, n);
  }
  std::size_t number(std::size_t at, std::size_t size) const {
    const auto bytes = piece(at, size);
    std::size_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
  }
  Member entry(std::size_t at) const {
    if (piece(at, kEntryMark.size()) != kEntryMark) fail("the list of members is damaged");
    Member m;
    m.method = static_cast<int>(number(at + 10, 2));
    m.crc = static_cast<std::uint32_t>(number(at + 16, 4));
    m.packed_size = number(at + 20, 4);
    m.size = number(at + 24, 4);
    m.at = number(at + 42, 4);
    m.name = piece(at + kEntrySize, number(at + 28, 2));
    return m;
  }

  std::string_view bytes_;
  const std::string& file_;
};

// The names that arrays of an .npz file have in NumPy, for messages.
std::string array_names(const std::vector<Member>& members) {
  std::string names;
  for (const Member& m : members) {
    if (!m.name.ends_with(kArray)) continue;
    names += names.empty() ? "" : ", ";
    names += m.name.substr(0, m.name.size() - kArray.size());
  }
  return names;
}

}  // namespace

bool io::is_zip(std::string_view bytes) { return bytes.starts_with(kMemberMark) || bytes.starts_with(kEndMark); }

std::string io::npz_member(std::string_view bytes, const std::string& file, const std::string& name) {
  const Archive archive(bytes, file);
  if (!io::is_zip(bytes)) archive.fail(fmt::format("#{} asks for an array of an .npz file, and this is none", name));
  const auto members = archive.members();
  for (const Member& m : members)
    if (m.name == name || m.name == name + std::string(kArray)) return archive.contents(m);
  archive.fail(fmt::format("there is no array {}; its arrays are: {}", name, array_names(members)));
}

void io::fail_archive(std::string_view bytes, const std::string& file) {
  const Archive archive(bytes, file);
  const auto members = archive.members();
  const std::string names = array_names(members);
  if (!names.empty())
    archive.fail(fmt::format("this file is an .npz archive; {}#NAME is one of its arrays, which are: {}", file, names));
  const bool is_workbook = std::ranges::any_of(members, [](const Member& m) { return m.name.starts_with("xl/"); });
  archive.fail(is_workbook ? "this file is a workbook of Excel; save the sheet as CSV"
                           : "this file is a zip archive; unpack it first");
}

}  // namespace lowprec
