// GLM: vectors, matrices, and geometric functions. GLM_FORCE_XYZW_ONLY keeps it from unions, whose members must not
// initialise themselves.
// package: libglm-dev
#include "foreign.h"

#define GLM_FORCE_XYZW_ONLY
#define GLM_FORCE_UNRESTRICTED_GENTYPE
#include <glm/glm.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    using Vector = glm::vec<3, T>;
    using Matrix = glm::mat<3, 3, T>;
    const Vector a(1, 2, 3), b(0.5, -1, 2);
    const Vector c = glm::cross(a, b), n = glm::normalize(a), m = Matrix(2) * a + b;
    return std::vector<T>{c.x, c.y, c.z, n.x, n.y, n.z, m.x, m.y, m.z, glm::dot(a, b), glm::length(b)};
  });
}
