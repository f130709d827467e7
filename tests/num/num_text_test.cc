// from_chars, to_chars, streams and {fmt}.
#include "lowprec/num/num_text.h"
#include "lowprec/format/presets.h"

#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>
#include <string_view>

#include "lowprec/interop/fmt.h"
#include "lowprec/num.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

using F8 = Num<e4m3fn>;
using Half = Num<binary16>;
using Bfloat = Num<bfloat16>;
using Binary128 = Num<fp(15, 112)>;

template <class N>
std::string shortest(N x, std::chars_format format = std::chars_format{}) {
  std::array<char, 400> buffer;
  const auto [end, status] = to_chars(buffer.data(), buffer.data() + buffer.size(), x, format);
  CHECK(status == std::errc());
  return {buffer.data(), end};
}

struct Read {
  double value;
  std::ptrdiff_t used;
  std::errc status;
};
template <class N>
Read read(std::string_view text, std::chars_format format = std::chars_format::general) {
  N x(1.0, 0);
  const auto [end, status] = from_chars(text.data(), text.data() + text.size(), x, format);
  return {static_cast<double>(x), end - text.data(), status};
}

// Every number reads back, and no decimal with one digit less does (tried: both neighbours of that length).
template <class N>
void check_every_number() {
  cases::Tally tally;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << N::format.bits; ++code) {
    const N x = N::from_code(code);
    if (x.is_nan()) continue;
    const std::string text = shortest(x);
    N y(3.0, 0);
    const auto [end, status] = from_chars(text.data(), text.data() + text.size(), y);
    tally.expect(
        status == std::errc() && end == text.data() + text.size() && x == y && x.is_negative() == y.is_negative(),
        [&] { return text + " does not read back as " + cases::hex(x.value()); });
    if (x.is_zero() || x.is_infinite()) continue;
    const std::string exponential = shortest(x, std::chars_format::scientific);
    const auto mark = exponential.find('e');
    const int digits = static_cast<int>(mark) - (exponential[0] == '-' ? 1 : 0) - (mark > 2 ? 1 : 0);
    if (digits <= 1 || exponential.find('.') == std::string::npos) continue;
    const int exponent = std::stoi(exponential.substr(mark + 1)) - (digits - 2);
    const double scale = std::pow(10.0, exponent), quotient = std::abs(x.value()) / scale;
    for (const double shorter : {std::floor(quotient), std::floor(quotient) + 1}) {
      const std::string other = std::to_string(static_cast<long>(shorter)) + "e" + std::to_string(exponent);
      const Read found = read<N>(other);
      tally.expect(found.status != std::errc() || found.value != std::abs(x.value()),
                   [&] { return other + " is shorter than " + text; });
    }
  }
  tally.report("round trips");
}

}  // namespace

TEST_CASE("the shortest decimal that reads back: every number of narrow formats") {
  check_every_number<Num<e5m2>>();
  check_every_number<F8>();
  check_every_number<Num<e4m3fnuz, rz>>();
  check_every_number<Num<e2m1>>();
  check_every_number<Num<fixed(8, 5)>>();
  check_every_number<Int<8>>();
  check_every_number<Num<fp(6, 5)>>();
  check_every_number<Num<p3109(10, 4, true, true), sr>>();
}

TEST_CASE("shortest decimals known") {
  CHECK(shortest(Half(0.1)) == "0.1");
  CHECK(shortest(Half(65504)) == "65500");
  CHECK(shortest(Bfloat(0x1p-133)) == "9e-41");
  CHECK(shortest(Bfloat(0x1.FEp127)) == "3.39e+38");
  CHECK(shortest(F8(-0.0)) == "-0");
  CHECK(shortest(Half(1e9)) == "inf");
  CHECK(shortest(Half(std::nan(""))) == "nan");
  CHECK(shortest(Num<binary64>(0.1)) == "0.1");
  CHECK(shortest(Num<binary64>(0x1p-1074)) == "5e-324");
  CHECK(shortest(Num<binary64>(9007199254740993.0)) == "9007199254740992");
  CHECK(shortest(Num<binary32>(0.1)) == "0.1");
  CHECK(shortest(Num<binary32>(9e9)) == "9e+09");
  CHECK(shortest(Binary128(1) / 3) == "0.3333333333333333333333333333333333");
  CHECK(shortest(Half(1.5), std::chars_format::hex) == "1.8p+0");
  CHECK(shortest(Half(1500), std::chars_format::scientific) == "1.5e+03");
  CHECK(shortest(Bfloat(1e-5), std::chars_format::fixed) == "0.00001");
  CHECK(to_string(Bfloat(0.1)) == "0.1");
}

TEST_CASE("binary32: the same shortest decimals as the standard library's, 20000 of them") {
  cases::Tally tally;
  const Stream stream{8, 1};
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const float x = std::bit_cast<float>(stream.draw(i));
    if (!(x - x == 0)) continue;
    std::array<char, 64> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::scientific).ptr;
    const std::string want(buffer.data(), end), got = shortest(Num<binary32>(x), std::chars_format::scientific);
    tally.expect(want == got, [&] { return got + ", not " + want; });
  }
  tally.report("shortest binary32");
}

TEST_CASE("from_chars stops where the number does") {
  const auto check = [](std::string_view text, double value, std::ptrdiff_t used, std::errc status = std::errc()) {
    const Read r = read<Half>(text);
    INFO(text);
    CHECK((r.value == value || (std::isnan(r.value) && std::isnan(value))));
    CHECK(r.used == used);
    CHECK(r.status == status);
  };
  const double inf = std::numeric_limits<double>::infinity();
  check("1.5", 1.5, 3);
  check("-2.5e1x", -25, 6);
  check("3e", 3, 1);
  check("3e+", 3, 1);
  check("1.2.3", 0x1.334p0, 3);
  check("7,5", 7, 1);
  check("0x1p3", 0, 1);
  check("inf", inf, 3);
  check("-Infinityx", -inf, 9);
  check("nan(7)", std::nan(""), 6);
  check("1e-30", 0, 5);
  check("65519", 65504, 5);
  check("65520 ", 1, 5, std::errc::result_out_of_range);
  check("1e99999999999", 1, 13, std::errc::result_out_of_range);
  check("", 1, 0, std::errc::invalid_argument);
  check("+1", 1, 0, std::errc::invalid_argument);
  check(" 1", 1, 0, std::errc::invalid_argument);
  check("-", 1, 0, std::errc::invalid_argument);
  check("e5", 1, 0, std::errc::invalid_argument);
}

TEST_CASE("from_chars rounds the text once, to nearest even, whatever the rounding of the type") {
  CHECK(read<Half>("1.00048828125000000000000000000000001").value == 1 + 0x1p-10);  // in binary64 a tie
  CHECK((read<Num<binary16, rz>>("1.99999").value == 2));
  CHECK((read<Num<bfloat16, sr>>("0.1").value == Bfloat(0.1).value()));
  CHECK(read<Half>("1.8p3", std::chars_format::hex).value == 12);
  CHECK(read<Half>("-a", std::chars_format::hex).value == -10);
  CHECK(read<F8>("inf").status == std::errc::result_out_of_range);
  CHECK(read<F8>("464").value == 448);
  CHECK(read<F8>("465").status == std::errc::result_out_of_range);
  CHECK(read<Int<8>>("128").status == std::errc::result_out_of_range);
  CHECK(read<Int<8>>("2.5").value == 2);
}

TEST_CASE("to_chars reports a buffer that is too short") {
  std::array<char, 4> buffer{};
  CHECK(to_chars(buffer.data(), buffer.data() + 2, Half(0.1)).ec == std::errc::value_too_large);
  CHECK(to_chars(buffer.data(), buffer.data() + 3, Half(0.1)).ec == std::errc());
}

TEST_CASE("streams: flags, width and precision of the stream; reading as far as a number goes") {
  std::ostringstream out;
  out << Bfloat(0.1) << '|' << std::setprecision(3) << Bfloat(0.1) << '|' << std::setw(6) << F8(448) << '|'
      << std::scientific << Half(65504) << '|' << std::setprecision(30) << std::fixed << Binary128(1) / 3;
  CHECK(out.str() == "0.100098|0.1|   448|6.550e+04|0.333333333333333333333333333333");
  std::istringstream in("  1.5abc -7e1,+.5 inf x");
  Bfloat a, b, c, d, e(2);
  char letters[4] = {};
  in >> a >> letters[0] >> letters[1] >> letters[2] >> b >> letters[3] >> c >> d;
  CHECK((in && a == 1.5 && b == -70 && c == 0.5 && d.is_infinite() && letters[3] == ','));
  in >> e;
  CHECK(in.fail());
  CHECK(e == 2);
  for (const char* text : {"465", "1e", "-", "+-1", "infi"}) {
    std::istringstream bad(text);
    F8 x(2);
    bad >> x;
    CHECK(bad.fail());
    CHECK(x == 2);
  }
}

TEST_CASE("{fmt}: shortest, codes, bits, and what a double takes") {
  CHECK(fmt::format("{} {} {}", Half(0.1), F8(448), Binary128(1) / 3) ==
        "0.1 450 0.3333333333333333333333333333333333");
  CHECK(fmt::format("{:g} {:.3e} {:a} {:.2f}", F8(448), F8(448), F8(1.5), Half(0.1)) == "448 4.480e+02 0x1.8p+0 0.10");
  CHECK(fmt::format("{:c} {:c} {:c}", F8(1.5), Half(-2), Num<e2m1>(6)) == "0x3c 0xc000 0x7");
  CHECK(fmt::format("{:b} {:#b} {:#b}", F8(1.5), F8(1.5), Half(-1)) == "00111100 0_0111_100 1_01111_0000000000");
  CHECK(fmt::format("{:#b} {:#b} {:c}", Num<e8m0>(1), Int<8>(-1), Binary128(1)) ==
        "01111111 11111111 0x3fff0000000000000000000000000000");
  CHECK(fmt::format("[{:>6}] [{:*^6}] [{:<6c}] [{:08.3f}]", F8(2), F8(2), F8(2), F8(2)) ==
        "[     2] [**2***] [0x40  ] [0002.000]");
  CHECK_THROWS_AS(static_cast<void>(fmt::format(fmt::runtime("{:q}"), F8(1))), fmt::format_error);
}
