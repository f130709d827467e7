// The one list of an experiment's keys. A visitor sees each as visitor(key, member, FieldText, NumberRange), the range
// where it is one; reading, printing, grids and help are visitors.
#pragma once

#include <string_view>

#include "lowprec/experiment/experiment.h"

namespace lowprec::experiment {

struct FieldText {
  std::string_view allowed;
  std::string_view meaning;
};

// Ranges that numbers must lie in.
struct NumberRange {
  double least = 0;
  bool open = false;  // without `least` itself
  double most = 1e300;
};

template <class E, class V>
void visit_fields(E& e, V&& visit) {
  visit("title", e.title, FieldText{"a string", "what the experiment shows"});
  visit("problem.dimension", e.problem.dimension, FieldText{"an integer from 1", "d, the number of features"},
        NumberRange{1});
  visit("problem.spectrum", e.problem.spectrum,
        FieldText{"power(a), exp(r), step(k,ratio), isotropic, a list, file:PATH",
                  "eigenvalues lambda_i of the covariance H"});
  visit("problem.scale", e.problem.scale, FieldText{"a number above 0", "multiplies the spectrum"},
        NumberRange{0, true});
  visit("problem.target", e.problem.target,
        FieldText{"ones, power(a), alternating, prior, a list, file:PATH", "the true weights w*"});
  visit("problem.noise", e.problem.noise, FieldText{"a number from 0", "label noise variance sigma^2"}, NumberRange{0});
  visit("problem.rotation", e.problem.rotation, FieldText{"none, random", "of the features: one for each seed"});
  visit("problem.tails", e.problem.tails,
        FieldText{"gaussian, student(nu) with nu > 4", "distribution of the features"});
  visit("problem.sketch.size", e.problem.sketch.size,
        FieldText{"an integer from 1", "M, the number of sketched features S x; 0: no sketch"}, NumberRange{1});
  visit("problem.sketch.ambient", e.problem.sketch.ambient,
        FieldText{"an integer from 1", "with a sketch: the dimension of x, instead of problem.dimension"},
        NumberRange{1});
  visit("problem.sketch.tail", e.problem.sketch.tail,
        FieldText{"true or false", "with a sketch: add what the spectrum holds beyond the ambient dimension"});
  visit("problem.data.file", e.problem.data.file,
        FieldText{"the name of a .npy, CSV or LIBSVM file, or ARCHIVE.npz#NAME",
                  "real data instead of all of the above; empty: none"});
  visit("problem.data.target_column", e.problem.data.target_column,
        FieldText{"a column's name (CSV) or index from 0 (.npy)", "the labels; empty: the last column"});
  visit("problem.data.features", e.problem.data.features,
        FieldText{"a list of columns", "the features; empty: all columns but the target"});
  visit("problem.data.drop", e.problem.data.drop, FieldText{"a list of columns", "columns that are no features"});
  visit("problem.data.labels", e.problem.data.labels,
        FieldText{"the name of a file", "the labels, one for each row, instead of target_column"});
  visit("problem.data.header", e.problem.data.header,
        FieldText{"auto, yes or no", "whether the first line of a CSV names its columns"});
  visit("problem.data.drop_constant", e.problem.data.drop_constant,
        FieldText{"true or false", "leave out features that do not vary in the training rows"});
  visit("problem.data.test_fraction", e.problem.data.test_fraction,
        FieldText{"a number above 0, below 1", "share of the rows that test"},
        NumberRange{0, true, 0x1.fffffffffffffp-1});
  visit("problem.data.standardize", e.problem.data.standardize,
        FieldText{"true or false", "centre and scale features, centre labels, by the training rows"});
  visit("problem.data.ridge", e.problem.data.ridge,
        FieldText{"a number from 0", "of the reference w*, times the mean variance of the features"}, NumberRange{0});
  visit("sgd.updates", e.sgd.updates,
        FieldText{"a list of integers from 1, increasing, and inf at its end",
                  "N at which risk is reported; inf, the population's minimiser, for theory only"},
        NumberRange{1});
  visit("sgd.batch", e.sgd.batch, FieldText{"an integer from 1", "fresh samples an update"}, NumberRange{1});
  visit("sgd.step_size", e.sgd.step_size, FieldText{"a number above 0", "times 1 / tr H"}, NumberRange{0, true});
  visit("sgd.step_size_absolute", e.sgd.step_size_absolute, FieldText{"a number above 0", "instead of step_size"},
        NumberRange{0, true});
  visit("sgd.schedule", e.sgd.schedule,
        FieldText{"constant, geometric, polynomial(p)", "step sizes over a run; each N is a horizon"});
  visit("sgd.epochs", e.sgd.epochs,
        FieldText{"an integer from 1", "passes: N batch distinct samples, epochs N updates"}, NumberRange{1});
  visit("sgd.reshuffle", e.sgd.reshuffle, FieldText{"true or false", "a new order of the samples in each epoch"});
  visit("sgd.momentum", e.sgd.momentum, FieldText{"a number from 0, below 1", "beta: v <- beta v + g, w <- w + step v"},
        NumberRange{0, false, 0x1.fffffffffffffp-1});
  visit("sgd.error_feedback", e.sgd.error_feedback,
        FieldText{"true or false", "what gradient and weights lose in rounding is added to what they round next"});
  visit("sgd.tail_average", e.sgd.tail_average,
        FieldText{"a number from 0 to 1", "share of the end that the iterate `tail` averages; 0: no such rows"},
        NumberRange{0, false, 1});
  visit("run.seeds", e.run.seeds, FieldText{"an integer from 1", "independent repetitions"}, NumberRange{1});
  visit("run.seed", e.run.seed, FieldText{"an integer from 0", "all randomness follows from it"}, NumberRange{0});
}

// The keys of a table [compare.NAME], the sites among them; `all` is a second name for those that it sets.
template <class S, class V>
void visit_sites(S& s, V&& visit) {
  for (const sgd::SiteTraits& site : sgd::kSites) {
    const bool is_format = site.shape == sgd::SiteShape::operations;
    visit(site.name, s.*site.member, FieldText{is_format ? "a format" : "a quantizer", site.meaning});
    if (site.site == sgd::Site::arithmetic)
      visit("master", s.master,
            FieldText{"true or false", "with arithmetic: keep an exact master copy of the weights"});
  }
  visit("order", s.order, FieldText{linalg::kSummationTexts, "with arithmetic: how that sum is taken"});
}

}  // namespace lowprec::experiment
