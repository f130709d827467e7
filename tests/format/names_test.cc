// Parsing and printing are inverses; every malformed text is refused with a message that quotes it.
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"

#include <cctype>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "lowprec/array/quantize.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

std::string upper_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// A small generator for texts: number `i` below `n`, from a stream.
struct Dice {
  Stream stream;
  std::uint64_t used = 0;
  int below(int n) { return static_cast<int>(stream.draw(used++) % static_cast<std::uint32_t>(n)); }
};

// binary{K}p{P}{s|u}{e|f}, with K and P that may be impossible.
std::string random_p3109_text(Dice& dice) {
  static const std::vector<std::string> suffixes{"se", "sf", "ue", "uf"};
  const int k = 2 + dice.below(16);
  return "binary" + std::to_string(k) + "p" + std::to_string(dice.below(k + 1)) +
         suffixes[static_cast<std::size_t>(dice.below(4))];
}

// A random format text of the grammar; may be impossible (fp(1,0)).
std::string random_format_text(Dice& dice) {
  if (dice.below(6) == 0) return random_p3109_text(dice);
  if (dice.below(3) == 0) {
    const std::string k = std::to_string(2 + dice.below(31));
    switch (dice.below(5)) {
      case 0:
        return "int" + k;
      case 1:
        return "uint" + k;
      case 2:
        return "int(" + k + ";symmetric)";
      case 3:
        return "uint(" + k + ")";
      default:
        return "fixed(" + k + "," + std::to_string(dice.below(60) - 30) + (dice.below(2) != 0 ? ";symmetric)" : ")");
    }
  }
  std::vector<std::string> options;
  const int special = dice.below(4);
  if (special > 0) options.emplace_back(special == 1 ? "fn" : special == 2 ? "fnuz" : "finite");
  if (dice.below(3) == 0) options.push_back("bias=" + std::to_string(dice.below(60) - 30));
  if (dice.below(4) == 0) options.emplace_back("nosubnormals");
  if (dice.below(4) == 0) options.emplace_back("unsigned");
  std::string text = "fp(" + std::to_string(1 + dice.below(9)) + "," + std::to_string(dice.below(24));
  for (std::size_t i = 0; i < options.size(); ++i) text += (i == 0 ? ";" : ",") + options[i];
  return text + ")";
}

std::string random_rounding_text(Dice& dice) {
  static const std::vector<std::string> names{"rne", "rna", "rnz", "rz", "ru", "rd", "ro", "sr", "sre"};
  const int i = dice.below(12);
  if (i < 9) return names[static_cast<std::size_t>(i)];
  const std::string n = std::to_string(1 + dice.below(32));
  return i == 9 ? "sr(" + n + ")" : "sr(" + n + "," + std::string(1, static_cast<char>('a' + dice.below(3))) + ")";
}

// Refused with an Error whose message quotes the text.
template <class Parse>
void check_refused(Parse parse, const std::string& text) {
  CAPTURE(text);
  try {
    parse(text);
    FAIL_CHECK("accepted");
  } catch (const Error& error) {
    const std::string message = error.what();
    CHECK(message.size() > text.size() + 5);
    CHECK(message.find(text) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("every preset is read by each of its names, in any case, and printed by the first") {
  std::set<std::string_view> names;
  for (const format::NamedFormat& named : format::named_formats()) {
    REQUIRE_FALSE(named.names.empty());
    CHECK(to_string(named.format) == named.names.front());
    for (const std::string_view name : named.names) {
      CAPTURE(std::string(name));
      CHECK(names.insert(name).second);
      CHECK(parse_format(name) == named.format);
      CHECK(parse_format(upper_case(std::string(name))) == named.format);
    }
  }
}

TEST_CASE("presets and aliases are the formats they promise") {
  struct Named {
    const char* text;
    Format format;
  };
  for (const Named& named : std::vector<Named>{{"binary16", binary16},
                                               {"fp16", binary16},
                                               {"half", binary16},
                                               {"bfloat16", bfloat16},
                                               {"bf16", bfloat16},
                                               {"tf32", tf32},
                                               {"binary32", binary32},
                                               {"fp32", binary32},
                                               {"float", binary32},
                                               {"binary64", binary64},
                                               {"fp64", binary64},
                                               {"double", binary64},
                                               {"e5m2", e5m2},
                                               {"e4m3fn", e4m3fn},
                                               {"e4m3", e4m3fn},
                                               {"e4m3ieee", e4m3ieee},
                                               {"e4m3fnuz", e4m3fnuz},
                                               {"e5m2fnuz", e5m2fnuz},
                                               {"e3m4", e3m4},
                                               {"e4m3b11fnuz", e4m3b11fnuz},
                                               {"Binary8p4se", p3109(8, 4, true, true)},
                                               {"BINARY16P1UF", p3109(16, 1, false, false)},
                                               {"fp(15,112)", fp(15, 112)},
                                               {"e3m2", e3m2},
                                               {"e2m3", e2m3},
                                               {"e2m1", e2m1},
                                               {"e8m0", e8m0},
                                               {"fp(4,3;fn)", e4m3fn},
                                               {"fp(5,10)", binary16},
                                               {"fp(8,7)", bfloat16},
                                               {"FP(4,3;FNUZ,BIAS=11)", e4m3b11fnuz},
                                               {"int8", integer(8)},
                                               {"INT(8)", integer(8)},
                                               {"fixed(8,0)", integer(8)},
                                               {"int(8;symmetric)", integer(8, {.symmetric = true})},
                                               {"uint4", integer(4, {.is_signed = false})},
                                               {"uint(4)", integer(4, {.is_signed = false})},
                                               {"fixed(8,5)", fixed(8, 5)},
                                               {"fixed(8,-3)", fixed(8, -3)},
                                               {"fixed(4,2;unsigned)", fixed(4, 2, {.is_signed = false})},
                                               {"fp(4,3;nosubnormals)", fp(4, 3, {.subnormals = false})},
                                               {"fp(2,3;unsigned)", fp(2, 3, {.is_signed = false})},
                                               {"fp(4,3;bias=20)", fp(4, 3, {.bias = 20})},
                                               {"fp(4,3;bias=-2)", fp(4, 3, {.bias = -2})},
                                               {"fp(2,1;finite)", e2m1},
                                               {" fp( 4 , 3 ; fn ) ", e4m3fn}}) {
    CAPTURE(named.text);
    CHECK(parse_format(named.text) == named.format);
  }
}

TEST_CASE("the cases' names are texts of their formats") {
  for (const auto& c : cases::small_formats()) {
    CAPTURE(c.name);
    CHECK(parse_format(c.name) == c.format);
    CHECK(parse_format(to_string(c.format)) == c.format);
  }
}

TEST_CASE("parse(to_string(f)) == f for random formats; printing is a fixed point") {
  Dice dice{{31, 41}};
  int possible = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = random_format_text(dice);
    CAPTURE(text);
    Format f;
    try {
      f = parse_format(text);
    } catch (const Error&) {
      continue;  // impossible parameters
    }
    ++possible;
    const std::string printed = to_string(f);
    CAPTURE(printed);
    CHECK(parse_format(printed) == f);
    CHECK(to_string(parse_format(printed)) == printed);
  }
  CHECK(possible > 2000);
}

TEST_CASE("parse(to_string(r)) == r for all roundings") {
  auto all = cases::all_roundings();
  for (int n = 1; n <= 32; ++n)
    for (const auto kind : {Rounding::stochastic_a, Rounding::stochastic_b, Rounding::stochastic_c})
      all.push_back(stochastic(n, kind));
  std::set<std::string> texts;
  for (const Rounding r : all) {
    const std::string text = to_string(r);
    CAPTURE(text);
    CHECK(format::parse_rounding(text) == r);
    CHECK(format::parse_rounding(upper_case(text)) == r);
    texts.insert(text);
  }
  CHECK(texts.size() == 7 + 1 + 3 * 32);
  CHECK(format::parse_rounding("sr") == stochastic(32));
  CHECK(format::parse_rounding("sr(32,c)") == sr);
  CHECK(format::parse_rounding("sr(8)") == stochastic(8));
  CHECK(format::parse_rounding("sr(8,a)") == stochastic(8, Rounding::stochastic_a));
  CHECK(format::parse_rounding("sre") == sre);
}

TEST_CASE("parse(to_string(o)) == o for all overflow rules") {
  for (const Overflow o :
       {Overflow::infinity, Overflow::nan, Overflow::saturate, Overflow::propagate, Overflow::wrap, Overflow::error}) {
    CHECK(to_string(o) == cases::name(o));
    CHECK(format::parse_overflow(to_string(o)) == o);
    CHECK(format::parse_overflow(upper_case(to_string(o))) == o);
  }
}

TEST_CASE("parse(to_string(q)) == q for random quantizers") {
  Dice dice{{59, 26}};
  static const std::vector<std::string> steps{"0.05",     "2^-6", "2^3", "1e-3", "3", "0.3333333333333333",
                                              "0x1.8p-4", "1"};
  static const std::vector<std::string> rules{"infinity", "nan", "saturate", "propagate", "wrap", "error"};
  int possible = 0;
  for (int i = 0; i < 6000; ++i) {
    std::vector<std::string> options;
    if (dice.below(2) != 0) options.push_back("step=" + steps[static_cast<std::size_t>(dice.below(8))]);
    if (dice.below(2) != 0) options.push_back("overflow=" + rules[static_cast<std::size_t>(dice.below(6))]);
    if (dice.below(5) == 0) options.emplace_back("symmetric");
    std::string text = random_format_text(dice);
    for (std::size_t k = 0; k < options.size(); ++k) text += (k == 0 ? ":" : ",") + options[k];
    if (dice.below(2) != 0) text += "@" + random_rounding_text(dice);
    Quantizer q;
    try {
      q = parse_quantizer(text);
    } catch (const Error&) {
      continue;
    }
    ++possible;
    const std::string printed = to_string(q);
    CAPTURE(text);
    CAPTURE(printed);
    CHECK(parse_quantizer(printed) == q);
    CHECK(parse_quantizer(upper_case(text)) == q);
  }
  CHECK(possible > 1500);
}

TEST_CASE("texts of quantizers and what they mean") {
  CHECK(parse_quantizer("e4m3") == Quantizer(e4m3fn));
  CHECK(parse_quantizer("e4m3@rne") == Quantizer(e4m3fn, rne));
  const Quantizer q(e4m3fn, sr, Overflow::saturate);
  CHECK(parse_quantizer("e4m3:overflow=saturate@sr") == q);
  CHECK(parse_quantizer("E4M3 : OVERFLOW = saturate @ SR(32,C)") == q);
  const Quantizer stepped(integer(8, {.symmetric = true}), rne, Overflow::saturate, block::Scale::given(0x1p-5));
  CHECK(parse_quantizer("int8:step=2^-5,symmetric@rne") == stepped);
  CHECK(parse_quantizer("int(8;symmetric):step=0.03125") == stepped);
  CHECK(parse_quantizer("fp(4,3;fn,bias=3):overflow=nan@sr(4,b)").rounded()->format ==
        fp(4, 3, {.specials = Specials::fn, .bias = 3}));
  CHECK(parse_quantizer("int8:step=0.05").rounded()->scale.step == 0.05);
  CHECK(parse_quantizer("none") == Quantizer{});
  CHECK(to_string(Quantizer{}) == "none");
  CHECK(parse_quantizer("e5m2").rounded()->overflow == Overflow::infinity);
  CHECK(parse_quantizer("e2m1").rounded()->overflow == Overflow::saturate);
}

TEST_CASE("texts of ideal noises; parse(to_string(q)) == q") {
  using Law = array::Noise::Law;
  using Distribution = array::Noise::Distribution;
  struct Named {
    const char* name;
    Law law;
  };
  for (const auto& [name, law] : {Named{"additive", Law::additive}, Named{"multiplicative", Law::multiplicative},
                                  Named{"multiplicative_iid", Law::multiplicative_iid}}) {
    for (const double epsilon : {0.0, 0.01, 0.1, 1.0 / 3, 1e-300, 5.0}) {
      for (const auto noise : {Distribution::gaussian, Distribution::rademacher}) {
        const Quantizer q = array::Noise{law, epsilon, noise};
        const std::string text = std::string(name) + "(" + to_string(epsilon) + ")" +
                                 (noise == Distribution::rademacher ? ":noise=rademacher" : "");
        CAPTURE(text);
        CHECK(parse_quantizer(text) == q);
        CHECK(parse_quantizer(upper_case(text)) == q);
        CHECK(parse_quantizer(to_string(q)) == q);
      }
    }
  }
  CHECK(parse_quantizer("additive(0.01):noise=gaussian") == parse_quantizer("additive(0.01)"));
}

TEST_CASE("numbers: decimal, hexadecimal, inf, nan; the shortest decimal reads back") {
  CHECK(format::parse_number("1") == 1);
  CHECK(format::parse_number("-0.1") == -0.1);
  CHECK(format::parse_number("+2.5e-3") == 2.5e-3);
  CHECK(format::parse_number("0x1.8p-4") == 0x1.8p-4);
  CHECK(format::parse_number("-0X1.FFFFFFFFFFFFFP1023") == -std::numeric_limits<double>::max());
  CHECK(format::parse_number("5e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(format::parse_number("inf") == std::numeric_limits<double>::infinity());
  CHECK(format::parse_number("-inf") == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(format::parse_number("nan")));
  CHECK(std::signbit(format::parse_number("-0")));
  CHECK(to_string(0.1) == "0.1");
  CHECK(to_string(std::nan("")) == "nan");
  CHECK(to_string(-std::nan("")) == "nan");
  const Stream stream{27, 18};
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const auto x = std::bit_cast<double>(stream.draw(2 * i) | std::uint64_t{stream.draw(2 * i + 1)} << 32);
    if (std::isnan(x)) continue;
    tally.expect(cases::same_bits(format::parse_number(to_string(x)), x), [&] { return to_string(x); });
  }
  tally.report("round trip");
  for (const char* text :
       {"", " ", "x", "1.2.3", "1,5", "--1", "+-1", "1e", "0x", "1 2", "1abc", "infinityx", "1e999", "0x1p5000", "- 1"})
    check_refused(format::parse_number, text);
}

TEST_CASE("malformed formats are refused") {
  for (const char* text : {"",
                           "  ",
                           "fp",
                           "fp(",
                           "fp)",
                           "fp()",
                           "fp(4",
                           "fp(4)",
                           "fp(4,3",
                           "fp(4;3)",
                           "fp(4,3;)",
                           "fp(4,3,2)",
                           "fp(4,3)x",
                           "fp(4,3))",
                           "fp((4,3))",
                           "fp(0,3)",
                           "fp(16,3)",
                           "fp(4,113)",
                           "fp(-4,3)",
                           "fp(4.5,3)",
                           "fp(a,b)",
                           "fp(4,3;foo)",
                           "fp(4,3;fn,fn)",
                           "fp(4,3;fn,fnuz)",
                           "fp(4,3;bias)",
                           "fp(4,3;bias=)",
                           "fp(4,3;bias=x)",
                           "fp(4,3;bias=1,bias=2)",
                           "fp(4,3;bias=2147483647)",
                           "fp(4,3;bias=-2147483648)",
                           "fp(4,3;bias=99999999999)",
                           "fp(4,3;fn=1)",
                           "fp(5,0)",
                           "fp(3,2;fnuz,unsigned)",
                           "int",
                           "int1",
                           "int0",
                           "int33",
                           "int-8",
                           "int8x",
                           "int8.5",
                           "int(8",
                           "int(1)",
                           "int(8,2)",
                           "int(8;foo)",
                           "int(8;symmetric,symmetric)",
                           "int99999999999",
                           "uint1",
                           "uint(8;symmetric)",
                           "fixed(8)",
                           "fixed(8,)",
                           "fixed(8,301)",
                           "fixed(1,0)",
                           "e4m3x",
                           "e9m9",
                           "bfloat",
                           "e4m3 fn",
                           "float16",
                           "none",
                           "additive(0.1)",
                           "sr"})
    check_refused(parse_format, text);
}

TEST_CASE("malformed roundings and overflow rules are refused") {
  for (const char* text :
       {"",       "foo",       "rn",    "rne()", "rne(3)",  "sr()",   "sr(0)", "sr(33)", "sr(-1)",  "sr(8,d)",
        "sr(8,)", "sr(8,a,b)", "sr(a)", "sr(8",  "sr(8;a)", "sre(1)", "srx",   "rne rz", "sr(8.5)", "sr(99999999999)"})
    check_refused(format::parse_rounding, text);
  for (const char* text : {"", "inf", "sat", "clamp", "infinity nan", "wraps"})
    check_refused(format::parse_overflow, text);
}

TEST_CASE("malformed quantizers are refused") {
  for (const char* text : {"",
                           ":",
                           "@",
                           "@rne",
                           "e4m3:",
                           "e4m3@",
                           "e4m3:@rne",
                           "e4m3@foo",
                           "e4m3@sr(0)",
                           "e4m3@sr(33)",
                           "e4m3@rne@rne",
                           "e4m3 rne",
                           "e4m3:step",
                           "e4m3:step=",
                           "e4m3:step=-1",
                           "e4m3:step=0",
                           "e4m3:step=-0",
                           "e4m3:step=inf",
                           "e4m3:step=nan",
                           "e4m3:step=2^",
                           "e4m3:step=2^x",
                           "e4m3:step=2^2000",
                           "int8:step=2^-5000",
                           "int8:step=2^5000",
                           "e4m3:step=0.05x",
                           "e4m3:step=0.05,step=0.05",
                           "e4m3:step=0.05,,overflow=nan",
                           "e4m3:overflow=infinity",
                           "e4m3:overflow=wrap",
                           "e4m3:overflow=foo",
                           "e4m3:overflow",
                           "e4m3:overflow=nan,overflow=saturate",
                           "e2m1:overflow=nan",
                           "int8:overflow=nan",
                           "int8:overflow=infinity",
                           "int8:symmetric=1",
                           "int8:symmetric,symmetric",
                           "int8:symmetric,overflow=wrap",
                           "e4m3:symmetric",
                           "uint8:symmetric",
                           "e4m3:foo",
                           "e4m3:foo=1",
                           "e4m3:noise=gaussian",
                           "e4m3x:step=1",
                           "int1",
                           "fp(0,3)@sr",
                           "none:step=1",
                           "none@rne",
                           "none(1)",
                           "additive",
                           "additive()",
                           "additive(",
                           "additive(-0.1)",
                           "additive(x)",
                           "additive(inf)",
                           "additive(nan)",
                           "additive(0.1,0.2)",
                           "additive(0.1;x)",
                           "additive(0.1)@rne",
                           "additive(0.1):step=1",
                           "additive(0.1):noise",
                           "additive(0.1):noise=uniform",
                           "additive(0.1):noise=gaussian,noise=gaussian",
                           "additive(0.1)x",
                           "multiplicative_id(0.1)",
                           "multiplicative(-1)"})
    check_refused(parse_quantizer, text);
}
