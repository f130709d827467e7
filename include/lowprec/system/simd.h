// The SIMD targets that this machine can run. Results never depend on the choice; only speed does.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lowprec/format/language.h"

namespace lowprec::system {

// Returns the names of the targets that this machine can run, best first. The names are Highway's: AVX3_DL, AVX3, AVX2,
// SSE4, SSSE3, EMU128, ...
std::vector<std::string> simd_targets();

// Lets the kernels of all threads use only the named targets from now on. An empty list lets them use all again. Throws
// Error for a name that is not in simd_targets(); the message lists those that are.
void use_simd_targets(std::span<const std::string> names);

}  // namespace lowprec::system
