// Formats, roundings, codes, events and views, and their names in text.
#pragma once

#include "lowprec/format/code.h"
#include "lowprec/format/error.h"
#include "lowprec/format/events.h"
#include "lowprec/format/format.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/rounding.h"
#include "lowprec/format/view.h"
#include "lowprec/format/wide.h"
