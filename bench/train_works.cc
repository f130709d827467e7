// Random numbers and training.
#include <memory>

#include "lowprec/array/fill.h"
#include "lowprec/format/names.h"
#include "lowprec/lane/stream.h"
#include "lowprec/sgd/sgd.h"
#include "works.h"

namespace lowprec::bench {
namespace {

constexpr std::size_t kFeatures = 200;
constexpr Stream kSamples{2026, 1};

// A trainer and its one sample.
struct Training {
  std::vector<double> x, y{1};
  sgd::Sgd<Scalarwise<double>> sgd;

  explicit Training(const Quantizer& q)
      : x(normal_numbers<double>(kFeatures, 1)), sgd(Scalarwise<double>(), at_five_sites(q), kFeatures, {7, 7}) {}

  // As experiments train: sums in strands.
  static sgd::Sites at_five_sites(const Quantizer& q) {
    sgd::Sites sites{q, q, q, q, q};
    sites.order = strands();
    return sites;
  }
};

}  // namespace

Work gaussians() {
  return {"gaussians", kFeatures, [] {
            const auto x = std::make_shared<std::vector<double>>(kFeatures);
            array::fill_gaussian(kSamples, 0, *x);
            for (std::size_t i = 0; i < kFeatures; ++i) require_same("gaussians", i, (*x)[i], kSamples.gaussian(i));
            return repeated([x] { array::fill_gaussian(kSamples, 0, *x); });
          }};
}

Work sgd_update(const std::string& quantizer) {
  return {"sgd/" + quantizer, kFeatures, [=] {
            const auto d = std::make_shared<Training>(parse_quantizer(quantizer));
            return repeated([d] { d->sgd.update(d->x, d->y, 0.1 / kFeatures); });
          }};
}

}  // namespace lowprec::bench
