// The formats that have a name.
#pragma once

#include "lowprec/format/format.h"

namespace lowprec {

// Presets; their names are in text.h's table.
inline constexpr Format binary16 = fp(5, 10);
inline constexpr Format bfloat16 = fp(8, 7);
inline constexpr Format tf32 = fp(8, 10);
inline constexpr Format binary32 = fp(8, 23);
inline constexpr Format binary64 = fp(11, 52);
inline constexpr Format e5m2 = fp(5, 2);
inline constexpr Format e4m3fn = fp(4, 3, {.specials = Specials::fn});
inline constexpr Format e4m3ieee = fp(4, 3);
inline constexpr Format e4m3fnuz = fp(4, 3, {.specials = Specials::fnuz});
inline constexpr Format e5m2fnuz = fp(5, 2, {.specials = Specials::fnuz});
inline constexpr Format e4m3b11fnuz = fp(4, 3, {.specials = Specials::fnuz, .bias = 11});
inline constexpr Format e3m4 = fp(3, 4);
inline constexpr Format e3m2 = fp(3, 2, {.specials = Specials::finite});
inline constexpr Format e2m3 = fp(2, 3, {.specials = Specials::finite});
inline constexpr Format e2m1 = fp(2, 1, {.specials = Specials::finite});
inline constexpr Format e8m0 = format::power_of_two_scale();

}  // namespace lowprec
