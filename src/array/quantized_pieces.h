// quantize of an array piece by piece, for those who look at numbers and results together.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "lowprec/array/quantize.h"
#include "lowprec/format/events.h"
#include "lowprec/lane/stream.h"

namespace lowprec::array {

// With `rows` above 0, `in` is a matrix of that many rows, which lie one after the other; otherwise it is a vector.
// Calls see(first, numbers, results) for pieces of `in`, in order, the first element of each being element `first`; the
// results are those of quantize(q, in, out, stream, events). Errors as there. T: float, double.
template <class T>
void for_quantized_pieces(
    const Quantizer& q, std::span<const T> in, Stream stream, Events* events,
    const std::function<void(std::size_t first, std::span<const T> numbers, std::span<const T> results)>& see,
    std::size_t rows = 0);

}  // namespace lowprec::array
