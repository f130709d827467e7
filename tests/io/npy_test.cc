// .npy files: what is written reads back, NumPy opens it, and every truncation and many corruptions are refused.
#include "lowprec/io/npy.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/format/names.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

const std::vector<double> kNumbers{1.5, -0.0, 448, 0x1p-1074, std::numeric_limits<double>::infinity()};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// A file with that header and data.
std::string file(const std::string& header, const std::string& data) {
  const char length[] = {static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  return std::string("\x93NUMPY\x01\x00", 8).append(length, 2) + header + data;
}

Packed some_packed(const char* name, std::size_t n) {
  Packed array(parse_format(name), n);
  for (std::size_t i = 0; i < n; ++i)
    array.set_code(i, static_cast<std::uint32_t>(i) & ((1U << array.format().bits) - 1));
  return array;
}

// A Python that has NumPy: that of the PATH, or of the system, for which Debian's package is. Empty if there is none.
std::string python_with_numpy() {
  for (const std::string python : {"python3", "/usr/bin/python3"})
    if (std::system((python + " -c 'import numpy' 2>/dev/null").c_str()) == 0) return python;
  return "";
}

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "lowprec_npy_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

void write(const std::string& name, const std::string& bytes) { std::ofstream(name, std::ios::binary) << bytes; }
std::string contents(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("numbers written read back, bit for bit; the data are aligned") {
  const std::vector<float> floats{0.1F, -3};
  for (const auto& bytes : {io::to_npy(std::span<const double>(kNumbers)), io::to_npy(std::span<const double>())}) {
    CHECK(io::is_npy(bytes));
    CHECK((bytes.find('\n') + 1) % 64 == 0);
  }
  const io::NpyArray doubles = io::parse_npy(io::to_npy(std::span<const double>(kNumbers)));
  CHECK(std::equal(kNumbers.begin(), kNumbers.end(), doubles.values.begin(), cases::Bits()));
  CHECK(doubles.shape == std::vector<std::size_t>{5});
  CHECK(io::parse_npy(io::to_npy(std::span<const float>(floats))).values ==
        std::vector<double>{floats.begin(), floats.end()});
}

TEST_CASE("packed codes written read back: every width, lengths that end within a byte") {
  for (const char* name : {"int2", "e2m1", "fp(2,2)", "e3m2", "e4m3", "int10", "fp(4,7;fn)", "fp(6,8;bias=3)", "bf16"})
    for (const std::size_t n : {0UL, 1UL, 7UL, 8UL, 65UL}) {
      const Packed array = some_packed(name, n);
      CHECK(io::parse_packed_npy(io::to_npy(array)) == array);
    }
}

TEST_CASE("every truncation and every byte too many is refused, with a byte and a reason") {
  const std::string numbers = io::to_npy(std::span<const double>(kNumbers)), codes = io::to_npy(some_packed("e3m2", 7));
  for (std::size_t n = 0; n < numbers.size(); ++n)
    CHECK_THROWS_WITH_AS(io::parse_npy(numbers.substr(0, n)), doctest::Contains("byte "), Error);
  for (std::size_t n = 0; n < codes.size(); ++n)
    CHECK_THROWS_WITH_AS(io::parse_packed_npy(codes.substr(0, n)), doctest::Contains("byte "), Error);
  CHECK_THROWS_WITH_AS(io::parse_npy(numbers + "x"),
                       doctest::Contains("byte 168: 41 bytes of data where the shape needs 40"), Error);
  CHECK_THROWS_WITH_AS(io::parse_packed_npy(codes + "x"), doctest::Contains("where the shape needs 6"), Error);
}

TEST_CASE("corrupt files are refused, with the byte and what is allowed") {
  const auto refuses = [](const std::string& bytes, const char* words) {
    CHECK_THROWS_WITH_AS(io::parse_npy(bytes), doctest::Contains(words), Error);
  };
  const std::string good = io::to_npy(std::span<const double>(kNumbers));
  refuses("", "byte 0: a .npy file begins with");
  refuses(replaced(good, "\x93", "\x92"), "byte 0");
  refuses(replaced(good, "NUMPY\x01", "NUMPY\x09"), "byte 6: version 9");
  refuses(replaced(good, "'<f8'", "'!f8'"),
          "byte 20: the elements are '!f8'; allowed are, in either order of bytes: f8 f4");
  refuses(replaced(good, "'<f8'", "'<V8'"),
          "byte 20: the elements are '<V8', whose meaning the file does not say: --as");
  refuses(replaced(good, "'<f8'", "'<c8'"), "byte 20");
  refuses(replaced(good, "False", "Maybe"), "'Maybe' is neither True nor False");
  refuses(replaced(good, "(5,)", "5   "), "'5' is not a shape");
  refuses(replaced(good, "'shape': (5,)", "'shape': (5,"), "the header has no , or } after a value");
  refuses(replaced(good, "(5,)", "(6,)"), "40 bytes of data where the shape needs 48");
  refuses(replaced(good, "(5,)", "(x,)"), "is not a shape");
  refuses(replaced(good, "(5,)", "(-5,)"), "is not a shape");
  refuses(replaced(good, "'shape'", "'shpae'"), "has a key 'shpae'");
  refuses(replaced(good, "'shape': (5,),", "              "), "no 'shape'");
  refuses(file("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", ""), "overflows");
  refuses(file("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }", ""), "is not a shape");
  refuses(
      file("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", std::string(8, '\0') + std::string(8, '\x7F')),
      "byte 75: holds 9187201950435737471, an integer that binary64 does not hold exactly");
  refuses(io::to_npy(some_packed("e2m1", 3)), "the elements are [('e2m1[3]', '|u1')]");
}

TEST_CASE("corrupt packed files are refused") {
  const auto refuses = [](const std::string& bytes, const char* words) {
    CHECK_THROWS_WITH_AS(io::parse_packed_npy(bytes), doctest::Contains(words), Error);
  };
  const std::string good = io::to_npy(some_packed("e2m1", 5));
  refuses(io::to_npy(std::span<const double>(kNumbers)), "codes are [('FORMAT[NUMBER]', '|u1')]");
  refuses(replaced(good, "e2m1[5]", "e2m1[9]"), "9 codes of 4 bits take 5 bytes, not 3");
  refuses(replaced(good, "e2m1[5]", "e2m1[x]"), "is not a shape");
  refuses(replaced(good, "e2m1[5]", "e9q1[5]"), "e9q1");
  refuses(replaced(good, "|u1", "<u2"), "codes are");
  std::string bits = good;
  bits.back() = '\x14';
  refuses(bits, "a bit after the last of 5 codes is not 0");
  refuses(file("{'descr': [('e2m1[18446744073709551615]', '|u1')], 'fortran_order': False, 'shape': (3,), }", "abc"),
          "codes");
}

TEST_CASE("numpy.load opens what is written, and what numpy.save writes is read") {
  const std::string python = python_with_numpy();
  if (python.empty()) {
    MESSAGE("python3-numpy is not installed: skipped");
    return;
  }
  const Directory directory;
  const Packed packed = some_packed("e2m1", 65);
  write(directory / "doubles.npy", io::to_npy(std::span<const double>(kNumbers)));
  write(directory / "packed.npy", io::to_npy(packed));
  write(directory / "check.py", R"(
import sys, numpy
at = sys.argv[1] + "/"
x = numpy.load(at + "doubles.npy")
assert x.dtype == numpy.float64 and x.shape == (5,) and x[2] == 448 and numpy.signbit(x[1]) and x[3] == 5e-324
p = numpy.load(at + "packed.npy")
assert p.dtype.names == ("e2m1[65]",) and p.shape == (33,)
b = p.view("u1")
codes = numpy.stack([b & 15, b >> 4], axis=1).ravel()[:65]
assert (codes == numpy.arange(65) % 16).all()
numpy.save(at + "packed_again.npy", p)
for name, kind in [("half", "f2"), ("single", "f4"), ("double", "f8"), ("byte", "i1"), ("long", "i8")]:
    numpy.save(at + name + ".npy", numpy.arange(6).reshape(2, 3).astype(kind))
numpy.save(at + "big_endian.npy", numpy.arange(3, dtype=">f4"))
numpy.save(at + "fortran.npy", numpy.asfortranarray(numpy.ones((2, 3))))
numpy.save(at + "cube.npy", numpy.asfortranarray(numpy.arange(24, dtype=">i2").reshape(2, 3, 4)))
numpy.save(at + "complex.npy", numpy.ones(3, dtype=complex))
)");
  const std::string command = python + " '" + (directory / "check.py") + "' '" + (directory / "") + "'";
  REQUIRE(std::system(command.c_str()) == 0);
  CHECK(io::parse_packed_npy(contents(directory / "packed_again.npy")) == packed);
  for (const char* name : {"half.npy", "single.npy", "double.npy", "byte.npy", "long.npy"}) {
    const io::NpyArray array = io::parse_npy(contents(directory / name));
    CHECK(array.shape == std::vector<std::size_t>{2, 3});
    CHECK(array.values == std::vector<double>{0, 1, 2, 3, 4, 5});
  }
  CHECK(io::parse_npy(contents(directory / "big_endian.npy")).values == std::vector<double>{0, 1, 2});
  CHECK(io::parse_npy(contents(directory / "fortran.npy")).values == std::vector<double>(6, 1));
  std::vector<double> counted(24);
  for (std::size_t i = 0; i < counted.size(); ++i) counted[i] = static_cast<double>(i);
  const io::NpyArray cube = io::parse_npy(contents(directory / "cube.npy"));
  CHECK(cube.shape == std::vector<std::size_t>{2, 3, 4});
  CHECK(cube.values == counted);
  CHECK_THROWS_AS(io::parse_npy(contents(directory / "complex.npy")), Error);
}

TEST_CASE("every integer that binary64 holds is read, and no other") {
  const auto read = [](const char* type, std::uint64_t bits) {
    std::string data(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) data[i] = static_cast<char>(bits >> 8 * i);
    const std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': (1,), }}", type);
    return io::parse_npy(file(header, data)).values.front();
  };
  for (int k = 0; k < 64; ++k)
    for (const std::uint64_t low : {0, 1}) {
      const std::uint64_t bits = std::uint64_t{1} << k | low;
      const bool is_held = low == 0 || k <= 52;
      CAPTURE(bits);
      if (is_held) {
        CHECK(read("<u8", bits) == static_cast<double>(bits));
        CHECK(read("<i8", 0 - bits) == (k == 63 ? -0x1p63 : -static_cast<double>(bits)));
      } else {
        CHECK_THROWS_AS(read("<u8", bits), Error);
      }
    }
  CHECK_THROWS_AS(read("<u8", ~std::uint64_t{0}), Error);
  CHECK_THROWS_AS(read("<i8", ~(std::uint64_t{1} << 63)), Error);
}

TEST_CASE("an array written as a type reads back in shape and type, or is refused") {
  for (const char* type : {"<f2", "<f4", "<f8", "|u1", "<u2", "<u4", "<u8"}) {
    const io::NpyArray array{{3, 1, 2}, {0, 1, 2, 255, 4, 100}, type};
    const io::NpyArray again = io::parse_npy(io::to_npy(array));
    CHECK(again.shape == array.shape);
    CHECK(again.values == array.values);
    CHECK(again.type == array.type);
  }
  const auto refuses = [](const char* type, double x) {
    CHECK_THROWS_WITH_AS(io::to_npy(io::NpyArray{{2}, {1, x}, type}), doctest::Contains("element 1: "), Error);
  };
  refuses("<f2", 65536), refuses("<f2", 0.1), refuses("<f4", 1e300), refuses("<f4", 0.1);
  refuses("|u1", 256), refuses("|u1", -1), refuses("<u2", 0.5), refuses("<u8", 0x1p64), refuses("<u4", NAN);
  CHECK_THROWS_WITH_AS(io::to_npy(io::NpyArray{{1}, {1}, ">f8"}), doctest::Contains(">f8 is no type"), Error);
  CHECK_THROWS_WITH_AS(io::to_npy(io::NpyArray{{1}, {1}, "<i8"}), doctest::Contains("<i8 is no type"), Error);
}
