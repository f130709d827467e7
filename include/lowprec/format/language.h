// Stops the compilation where the language is older than C++20. Every header includes this file before code of its own.
#pragma once

#if __cplusplus < 202002L
#error "lowprec needs C++20: compile with -std=c++20 or later"
// There is no such file. Compilers stop at an include that they do not find, instead of printing thousands of errors.
#include "stopped, because lowprec needs C++20"
#endif
