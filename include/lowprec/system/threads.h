// Sets how many threads a call of the library may use. Results do not depend on it; only time does.
#pragma once

#include "lowprec/format/language.h"
namespace lowprec {

// Lets each call of a bulk function (quantize, encode, decode, linear algebra) use up to n threads from now on, the
// caller's among them. If n is 0, it may use as many as the machine has. Only calls with large arrays use them, where
// that saves time. The setting is that of the whole process. Without it a call uses one thread, so that programs with
// threads or processes of their own decide about the machine. Calls from inside such a call use one thread, and so do
// calls from a seed of `train` that runs beside others.
void use_threads(unsigned n);

}  // namespace lowprec

namespace lowprec::system {

// Returns the number of threads that a call from here may use. It is at least 1.
unsigned threads();

}  // namespace lowprec::system
