// What is quantized in a configuration: the sites, and the one table of them that everything iterates.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "lowprec/array/quantize.h"
#include "lowprec/linalg/summation.h"

namespace lowprec::sgd {

// Whether Q acts on coordinates one by one, so that E[Q(u) Q(u)' | u] depends on which coordinates these are.
constexpr bool is_coordinatewise(const Quantizer& q) {
  return q.visit([](const array::Identity&) { return false; }, [](const array::Rounded&) { return true; },
                 [](const array::Noise& n) { return n.law == array::Noise::Law::multiplicative_iid; });
}

// Whether the law of Q(u) does. Noise of independent signs has the covariance of normal noise, but only normal noise is
// the same in every orthonormal basis.
constexpr bool has_axes(const Quantizer& q) {
  const array::Noise* noise = q.noise();
  return is_coordinatewise(q) || (noise != nullptr && noise->law == array::Noise::Law::additive &&
                                  noise->distribution == array::Noise::Distribution::rademacher);
}

struct Sites {
  Quantizer data{}, label{}, parameter{}, activation{}, gradient{};  // the papers' five
  Quantizer ambient{};
  Quantizer weights{};
  Quantizer arithmetic{};
  bool master = false;     // with arithmetic: the weights are a binary64 master copy, rounded where products use it
  Quantizer accumulate{};  // where it is another than the arithmetic
  Summation order{};       // with arithmetic: of the running sum of <z, p>

  bool operator==(const Sites&) const = default;
};

// A place of the training loop that has a quantizer of its own.
enum class Site : std::uint8_t {
  data,
  label,
  parameter,
  activation,
  gradient,
  ambient,
  weights,
  arithmetic,
  accumulate
};

// What a site rounds: the rows of a matrix, a vector of as many coordinates as the features, one number for each row,
// or the results of operations, for which only formats serve.
enum class SiteShape : std::uint8_t { rows, coordinates, numbers, operations };

// Whether the key `all` sets the site, too.
enum class InAll : bool { no, yes };

// What theory knows of a format at the site: its risk, its risk with the errors of rounding taken for noise, or
// nothing.
enum class SiteTheory : std::uint8_t { exact, approximate, none };

struct SiteTraits {
  Site site;
  std::string_view name, meaning;
  Quantizer Sites::*member;
  InAll in_all;
  SiteShape shape;
  SiteTheory theory;
  // What notes of theory say: whose errors are taken for noise, or else what has no closed form.
  std::string_view theory_text;
};

// In the order of keys and of events.
inline constexpr auto kSites = std::to_array<SiteTraits>({
    {Site::data, "data", "the features, row by row", &Sites::data, InAll::yes, SiteShape::rows, SiteTheory::exact, ""},
    {Site::label, "label", "the labels of a batch", &Sites::label, InAll::yes, SiteShape::numbers,
     SiteTheory::approximate, "the label's"},
    {Site::parameter, "parameter", "the weights where the prediction uses them", &Sites::parameter, InAll::yes,
     SiteShape::coordinates, SiteTheory::approximate, "the parameters'"},
    {Site::activation, "activation", "the predictions of a batch", &Sites::activation, InAll::yes, SiteShape::numbers,
     SiteTheory::approximate, "the activation's"},
    {Site::gradient, "gradient", "the residuals of a batch", &Sites::gradient, InAll::yes, SiteShape::numbers,
     SiteTheory::approximate, "the gradient's"},
    {Site::ambient, "ambient", "x before its sketch", &Sites::ambient, InAll::no, SiteShape::coordinates,
     SiteTheory::none, "rounding before the sketch (`ambient`) has no closed form here"},
    {Site::weights, "weights", "the stored weights, after each update", &Sites::weights, InAll::no,
     SiteShape::coordinates, SiteTheory::approximate, "stored weights by the noise of a small step"},
    {Site::arithmetic, "arithmetic", "every multiplication and every addition", &Sites::arithmetic, InAll::no,
     SiteShape::operations, SiteTheory::none, "every operation rounded (`arithmetic`) has no closed form"},
    {Site::accumulate, "accumulate", "with arithmetic: that of the running sum of <z, w>", &Sites::accumulate,
     InAll::no, SiteShape::operations, SiteTheory::none, "rounded sums (`accumulate`) have no closed form"},
});

constexpr const SiteTraits& traits(Site site) { return kSites[static_cast<std::size_t>(site)]; }

namespace detail {

// A member of Sites that is not named here does not compile.
constexpr auto quantizers_of(const Sites& sites) {
  const auto& [data, label, parameter, activation, gradient, ambient, weights, arithmetic, master, accumulate, order] =
      sites;
  static_cast<void>(master), static_cast<void>(order);
  return std::array{&data, &label, &parameter, &activation, &gradient, &ambient, &weights, &arithmetic, &accumulate};
}

constexpr bool is_complete(const SiteTraits& t) {
  const bool is_told = t.theory == SiteTheory::exact || !t.theory_text.empty();
  return !t.name.empty() && !t.meaning.empty() && t.member != nullptr && is_told && &traits(t.site) == &t &&
         std::ranges::count(kSites, t.member, &SiteTraits::member) == 1;
}

// `all` is for quantizers of every kind, and allocate() asks theory about its sites.
constexpr bool fits_all(const SiteTraits& t) {
  return t.in_all == InAll::no || (t.theory != SiteTheory::none && t.shape != SiteShape::operations);
}

}  // namespace detail

static_assert(kSites.size() == std::tuple_size_v<decltype(detail::quantizers_of(std::declval<const Sites&>()))>,
              "each quantizer of Sites has its line in kSites");
static_assert(std::ranges::all_of(kSites, detail::is_complete),
              "each line of kSites is whole, and in the order of Site");

static_assert(std::ranges::all_of(kSites, detail::fits_all), "a site of `all` takes any quantizer and has a theory");

inline constexpr std::size_t kSitesInAll = std::ranges::count(kSites, InAll::yes, &SiteTraits::in_all);

// The sites that the key `all` sets.
inline constexpr std::array<SiteTraits, kSitesInAll> kAllSites = [] {
  auto sites = std::array<SiteTraits, kSitesInAll>{};
  std::ranges::copy_if(kSites, sites.begin(), [](const SiteTraits& t) { return t.in_all == InAll::yes; });
  return sites;
}();

}  // namespace lowprec::sgd
