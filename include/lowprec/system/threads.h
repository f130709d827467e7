// How many threads a call of the library may use. Results do not depend on it: only time does.
#pragma once
namespace lowprec {

// From now on, each call of a bulk function (quantize, encode, decode, linear algebra) may use up to n threads, the
// caller's among them, where its arrays are large enough for that to pay; 0: as many as the machine has. For the whole
// process. Without it a call uses one thread: programs with threads or processes of their own stay masters of the
// machine. Calls from inside such a call, or from a seed of `train` that runs beside others, use one thread.
void use_threads(unsigned n);

}  // namespace lowprec

namespace lowprec::system {

// The number of threads that a call from here may use: at least 1.
unsigned threads();

}  // namespace lowprec::system
