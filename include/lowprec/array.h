// Arrays: quantizers, codes, packed storage, statistics.
#pragma once

#include "lowprec/array/codec.h"
#include "lowprec/array/fill.h"
#include "lowprec/array/packed.h"
#include "lowprec/array/quantization_stats.h"
#include "lowprec/array/quantize.h"
#include "lowprec/array/quantizer.h"
#include "lowprec/lane/stream.h"
