// Names of version 0.1.0 that left namespace lowprec for the namespace of their room, or were renamed.
//
// A program that does not name the rooms yet includes this header beside the others. Deprecated: the header goes after
// one release.
#pragma once

#include "lowprec/lowprec.h"
#include "lowprec/sgd/rotation.h"
#include "lowprec/sgd/sample_order.h"

namespace lowprec {

using format::checked;
using format::classify;
using format::CodeClass;
using format::contains;
using format::decode_wide;
using format::encode_wide;
using format::Flags;
using format::FpOptions;
using format::IntOptions;
using format::is_signalling;
using format::named_formats;
using format::NamedFormat;
using format::NanCodes;
using format::NanPolicy;
using format::parse_number;
using format::parse_overflow;
using format::parse_rounding;
using format::power_of_two_scale;
using format::Uint128;

using system::simd_targets;
using system::threads;
using system::use_simd_targets;

using exact::evaluate;
using exact::evaluate_to_odd;
using exact::ExactSum;
using exact::Function;
using exact::function_names;
using exact::FunctionName;
using exact::parse_number_to_odd;
using exact::to_hex;
using exact::to_int64;
using exact::to_uint64;

using array::bits_per_value;
using array::decode_packed;
using array::encode_packed;
using array::fill_draws;
using array::fill_gaussian;
using array::fill_noise;
using array::max_packed_bits;
using array::packed_bytes;
using array::packed_code;
using array::PreparedQuantizer;
using array::QuantizationStats;
using array::RangeHistogram;
using array::set_packed_code;

using io::Csv;
using io::is_npy;
using io::NpyArray;
using io::parse_csv;
using io::parse_npy;
using io::parse_packed_npy;
using io::to_npy;

using num::AnyNum;
using num::AnyShadow;
using num::NativeNumber;
using num::ShadowLog;
using num::ShadowRegion;
using num::SignedNumber;

using linalg::asum;
using linalg::dot_batch;
using linalg::DynamicMixed;
using linalg::gemm_batch;
using linalg::iamax;
using linalg::NativeMixed;
using linalg::nrm2;

using sgd::DataFile;
using sgd::eigenvalues;
using sgd::fill_student;
using sgd::is_coordinatewise;
using sgd::Problem;
using sgd::QuantizerSite;
using sgd::Rotation;
using sgd::SampleOrder;
using sgd::Sampler;
using sgd::Sgd;
using sgd::SgdRule;
using sgd::SiteEvents;
using sgd::Sites;
using sgd::Sketch;
using sgd::StepSizes;
using sgd::target_vector;

using risk::data_moments;
using risk::DataMoments;
using risk::ExcessRisk;
using risk::RiskPair;
using risk::RiskParts;
using risk::RiskRecursion;
using risk::site_noise;
using risk::SiteNoise;
using risk::TheoryProblem;

using experiment::cell_experiment;
using experiment::Configuration;
using experiment::csv_cell;
using experiment::data_spectrum_csv;
using experiment::experiment_help;
using experiment::grid_cells;
using experiment::grid_label;
using experiment::notes_on;
using experiment::Progress;
using experiment::SiteRow;
using experiment::sites_to_csv;
using experiment::stream_of;
using experiment::StreamOf;
using experiment::TheoryParts;
using experiment::TheoryResult;
using experiment::to_csv;
using experiment::unstable_steps;
using experiment::updates_text;

using study::AllocateOptions;
using study::AllocateResult;
using study::Allocation;
using study::default_candidates;
using study::FitDropped;
using study::FitFixed;
using study::FitFloor;
using study::FitInterval;
using study::FitOptions;
using study::FitParameter;
using study::FitPoint;
using study::FitWeights;
using study::kAllocatedSites;
using study::ScalingFit;
using study::SiteChoice;
using study::sites_of;

using Report = experiment::Diagnostics;
using Row = experiment::ResultRow;
using Run = experiment::RunSettings;
using Schedule = experiment::SgdSettings;

}  // namespace lowprec
