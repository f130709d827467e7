// The SIMD targets that this machine can run. Results never depend on the choice; only speed does.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace lowprec::system {

// Names of the runnable targets, best first (Highway's names: AVX3_DL, AVX3, AVX2, SSE4, SSSE3, EMU128, ...).
std::vector<std::string> simd_targets();

// Lets the kernels of all threads use only the named targets from now on; an empty list lets them use all again. Error
// for a name that is not in simd_targets(), naming those that are.
void use_simd_targets(std::span<const std::string> names);

}  // namespace lowprec::system
