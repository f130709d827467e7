#include "experiment/check.h"

#include <fmt/format.h>

#include "experiment/size_check.h"
#include "experiment/toml_reader.h"
#include "lowprec/io/csv.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/theory/sketch.h"

namespace lowprec {
namespace {

bool is_given(const Quantizer& q) { return !q.is_none(); }

std::string site_key(const experiment::Configuration& configuration, std::string_view site) {
  return fmt::format("compare.{}.{}", experiment::key_part(configuration.name), site);
}

// An Error of f is one of the key.
template <class F>
void check_text(const experiment::Keys& keys, const std::string& key, F f) {
  try {
    f();
  } catch (const Error& error) {
    keys.fail(key, error.what());
  }
}

// The ambient dimension takes the place of the dimension.
void complete_sketch(const experiment::Keys& keys, sgd::Problem& problem) {
  const sgd::Sketch& sketch = problem.sketch;
  if (sketch.size == 0 && (keys.has("problem.sketch.ambient") || keys.has("problem.sketch.tail")))
    keys.fail("problem.sketch.size", "a sketch needs a size");
  if (sketch.size == 0) return;
  if (keys.has("problem.dimension"))
    keys.fail("problem.dimension", "excludes a sketch, whose x has sketch.ambient coordinates: give either");
  if (sketch.ambient == 0) keys.fail("problem.sketch.ambient", "a sketch needs the dimension of x");
  if (sketch.size > sketch.ambient && !sketch.tail)
    keys.fail("problem.sketch.size",
              fmt::format("{} features of a sketch of {} coordinates depend on each other: take at "
                          "most as many, or the tail",
                          sketch.size, sketch.ambient));
  problem.dimension = sketch.ambient;
  if (!sketch.tail) return;
  if (sgd::student_freedom(problem) > 0)
    keys.fail("problem.tails",
              "student numbers are drawn one by one, and problem.sketch.tail is known as a whole only");
  if (!risk::has_tail(problem.spectrum)) check_text(keys, "problem.sketch.tail", [&] { risk::spectrum_tail(problem); });
  if (!problem.target.has_unit_squares())
    keys.fail("problem.sketch.tail",
              "needs a target with E w*_i^2 = 1 beyond the ambient dimension: ones, alternating, prior");
}

// A file says what the keys of the Gaussian problem say.
void check_data(const experiment::Keys& keys, const sgd::Problem& problem) {
  if (!problem.data.is_given()) {
    if (keys.has("problem.data")) keys.fail("problem.data.file", "data needs the name of a file");
    return;
  }
  if (!problem.data.labels.empty() && !problem.data.target_column.empty())
    keys.fail("problem.data.labels", "excludes target_column: labels are a file or a column; give either");
  check_text(keys, "problem.data.header", [&] { io::parse_header(problem.data.header); });
  for (const char* key : {"dimension", "spectrum", "scale", "target", "noise", "rotation", "tails", "sketch"})
    if (const std::string path = fmt::format("problem.{}", key); keys.has(path))
      keys.fail(path, fmt::format("excludes problem.data: `{}` describes an artificial problem, the file {} a real "
                                  "one; give either",
                                  key, problem.data.file));
}

void check_sgd(const experiment::Keys& keys, const experiment::SgdSettings& sgd) {
  for (std::size_t i = 0; i < sgd.updates.size(); ++i)
    if (sgd.updates[i] < 1 || (i > 0 && sgd.updates[i] <= sgd.updates[i - 1]))
      keys.fail("sgd.updates", "allowed is a list of integers from 1, increasing, and inf at its end");
  if (sgd.updates.empty()) keys.fail("sgd.updates", "at least one number of updates is needed");
  if (keys.has("sgd.step_size") && keys.has("sgd.step_size_absolute"))
    keys.fail("sgd.step_size_absolute", "excludes sgd.step_size: give either");
}

// Numbers are computed only where they decide.
void check_problem(const experiment::Keys& keys, const sgd::Problem& problem) {
  if (!problem.spectrum.is_surely_positive(problem.dimension, problem.scale))
    check_text(keys, "problem.spectrum", [&] { sgd::eigenvalues(problem); });
  if (problem.target.is_given()) check_text(keys, "problem.target", [&] { sgd::target_vector(problem, Stream{}); });
  check_text(keys, "problem.rotation", [&] { sgd::is_rotated(problem); });
  if (problem.sketch.size > 0 && problem.rotation != "none")
    keys.fail("problem.rotation", "a sketch mixes the features already: give either");
}

void check_ambient(const experiment::Keys& keys, const sgd::Problem& problem,
                   const experiment::Configuration& configuration) {
  const Quantizer& ambient = configuration.sites.ambient;
  if (!is_given(ambient)) return;
  const std::string key = site_key(configuration, "ambient");
  if (problem.sketch.size == 0) keys.fail(key, "needs problem.sketch: x is rounded before it");
  if (problem.sketch.tail) keys.fail(key, "excludes problem.sketch.tail, which is known as a whole only");
  if (ambient.is_scaled()) keys.fail(key, "a step chosen from the data is for data, not for ambient");
}

}  // namespace

void experiment::check_sites(const experiment::Keys& keys, const experiment::Configuration& configuration) {
  const sgd::Sites& sites = configuration.sites;
  for (const sgd::SiteTraits& site : sgd::kSites) {
    const Quantizer& q = sites.*site.member;
    if (is_given(q) && site.shape == sgd::SiteShape::operations)
      check_text(keys, site_key(configuration, site.name), [&] { Dynamic{q}; });
  }
  for (const sgd::SiteTraits& site : sgd::kSites) {
    const Quantizer& q = sites.*site.member;
    if (site.shape != sgd::SiteShape::rows && q.is_scaled() && q.rounded()->scale.group == block::Group::column())
      keys.fail(site_key(configuration, site.name), "absmax=column is for data, a matrix; this is a vector");
  }
  if (is_given(sites.arithmetic)) return;
  const auto needs_arithmetic = [&](std::string_view key, bool is_set, const char* what) {
    if (is_set) keys.fail(site_key(configuration, key), fmt::format("{} needs `arithmetic`", what));
  };
  const auto has = [&](std::string_view key) { return keys.has(site_key(configuration, key)); };
  needs_arithmetic("master", sites.master, "a master copy");
  needs_arithmetic("accumulate", is_given(sites.accumulate) || has("accumulate"), "this");
  needs_arithmetic("order", sites.order != Summation{} || has("order"), "this");
}

void experiment::complete(const experiment::Keys& keys, Experiment& e) {
  check_data(keys, e.problem);
  experiment::check_sizes(keys, e);
  complete_sketch(keys, e.problem);
  check_sgd(keys, e.sgd);
  check_problem(keys, e.problem);
  for (const experiment::Configuration& configuration : e.compare) check_ambient(keys, e.problem, configuration);
}

}  // namespace lowprec
