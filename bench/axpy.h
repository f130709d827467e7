// The loop z_i = a x_i + y_i over a number type T, with every operation rounded, as a work.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "works.h"

namespace lowprec::bench {

// Numbers of T, made from the same normal numbers for every T by `make`, which rounds.
template <class T>
struct Axpy {
  T a;
  std::vector<T> x, y, z;

  template <class F>
  Axpy(std::size_t n, F make) : a(make(0.75)), z(n, make(0)) {
    for (const double value : normal_numbers<double>(n, 1, 1)) x.push_back(make(value));
    for (const double value : normal_numbers<double>(n, 1, 2)) y.push_back(make(value));
  }
};

// loop(a, x, y, z, n) of T; `value` makes a double of a T, `definition` is a x_i + y_i of doubles.
template <class T, class Make, class Run, class Value, class Definition>
Work axpy_work(const std::string& name, std::size_t n, Make make, Run loop, Value value, Definition definition,
               double tolerance = 0) {
  const std::string full = fmt::format("axpy/{}/{}", name, n);
  return {full, static_cast<double>(n), [=] {
            const auto d = std::make_shared<Axpy<T>>(n, make);
            const auto run = [=] { loop(d->a, d->x.data(), d->y.data(), d->z.data(), n); };
            run();
            for (const std::size_t i : tested_indices(n))
              require_same(full, i, value(d->z[i]), definition(value(d->a), value(d->x[i]), value(d->y[i])), tolerance);
            return repeated(run);
          }};
}

}  // namespace lowprec::bench
