#!/bin/sh
# Installs lowprec and builds a program with it as users do: through pkg-config, CMake, Meson, and as a Meson subproject.
# Then moves the installation, and takes a header away.
# usage: packaging_test.sh SOURCE_ROOT; the compiler is $CXX
set -eu

source=$1
: "${CXX:=c++}"
export CXX
# What is packaged is at stake, not its speed: without optimisation, and for one SIMD target.
# Without precompiled headers: each source must include what it uses.
quickly='--buildtype=plain -Db_pch=false -Dcpp_args=-DHWY_COMPILE_ONLY_STATIC'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

fail() {
  echo "packaging: $*" >&2
  exit 1
}

quietly() {
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "failed: $*"; }
}

# The program links against code that is in the library only.
mkdir "$work/consumer"
cat >"$work/consumer/main.cc" <<'END'
#include <iostream>
#include <lowprec/lowprec.h>
int main() { std::cout << lowprec::to_string(lowprec::e4m3fn) << '\n'; }
END
expect() {
  printed=$("$1") || fail "$2: the program failed"
  [ "$printed" = e4m3fn ] || fail "$2: the program printed '$printed'"
  echo "ok: $2"
}

# $quickly is a list of words.
# shellcheck disable=SC2086
quietly meson setup "$work/build" "$source" $quickly --prefix="$prefix" --libdir=lib -Dtests=false -Dbench=disabled
quietly meson install -C "$work/build"
for file in include/lowprec/lowprec.h lib/pkgconfig/lowprec.pc lib/cmake/lowprec/lowprecConfig.cmake; do
  [ -f "$prefix/$file" ] || fail "$file is not installed"
done
"$prefix/bin/lowprec" formats >/dev/null || fail 'the installed program does not run'
echo 'ok: install'

export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
case " $(pkg-config --cflags lowprec) " in
  *' -ffp-contract=off '*) ;;
  *) fail 'lowprec.pc lacks -ffp-contract=off' ;;
esac
# $CXX and the flags are lists of words.
# shellcheck disable=SC2046,SC2086
quietly $CXX -std=c++20 "$work/consumer/main.cc" -o "$work/through-pkg-config" $(pkg-config --cflags --libs lowprec)
expect "$work/through-pkg-config" pkg-config

# shellcheck disable=SC2046,SC2086
if $CXX -std=c++20 -ffast-math -fsyntax-only $(pkg-config --cflags lowprec) "$work/consumer/main.cc" 2>"$work/log"; then
  fail '-ffast-math is accepted'
fi
grep -q 'error:.*fast-math' "$work/log" || { cat "$work/log" >&2; fail '-ffast-math is refused without a word on it'; }
echo 'ok: -ffast-math is refused'

mkdir "$work/cmake"
cat >"$work/cmake/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.16)
project(consumer CXX)
find_package(lowprec 0.1 REQUIRED)
add_executable(consumer ../consumer/main.cc)
target_link_libraries(consumer lowprec::lowprec)
END
# cmake_build DIRECTORY PREFIX: the consumer, built in $work/cmake/DIRECTORY with the installation in PREFIX.
cmake_build() {
  (
    unset PKG_CONFIG_PATH
    quietly cmake -G Ninja -S "$work/cmake" -B "$work/cmake/$1" -DCMAKE_PREFIX_PATH="$2" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
    quietly cmake --build "$work/cmake/$1"
  )
}
cmake_build build "$prefix"
grep -q -e -ffp-contract=off "$work/cmake/build/compile_commands.json" || fail 'CMake target lacks -ffp-contract=off'
expect "$work/cmake/build/consumer" CMake

cat >"$work/consumer/meson.build" <<'END'
project('consumer', 'cpp', default_options: 'cpp_std=c++20')
executable('consumer', 'main.cc', dependencies: dependency('lowprec', fallback: 'lowprec'))
END
quietly meson setup "$work/through-meson" "$work/consumer" --wrap-mode=nofallback
quietly meson compile -C "$work/through-meson"
expect "$work/through-meson/consumer" Meson

mkdir "$work/consumer/subprojects"
ln -s "$source" "$work/consumer/subprojects/lowprec"
# shellcheck disable=SC2086
quietly meson setup "$work/as-subproject" "$work/consumer" $quickly --wrap-mode=nodownload \
  --force-fallback-for=lowprec -Dlowprec:program=false
quietly meson compile -C "$work/as-subproject"
grep -q -e -ffp-contract=off "$work/as-subproject/compile_commands.json" || fail 'subproject lacks -ffp-contract=off'
expect "$work/as-subproject/consumer" 'Meson subproject'

# Nothing of the old place is left to be found.
moved=$work/moved
mv "$prefix" "$moved"
flags=$(PKG_CONFIG_PATH=$moved/lib/pkgconfig pkg-config --cflags --libs lowprec)
case " $flags " in
  *"$prefix"*) fail "lowprec.pc names the place where it was installed: $flags" ;;
esac
# shellcheck disable=SC2086
quietly $CXX -std=c++20 "$work/consumer/main.cc" -o "$work/moved-pkg-config" $flags
expect "$work/moved-pkg-config" 'pkg-config, moved'
cmake_build moved "$moved"
expect "$work/cmake/moved/consumer" 'CMake, moved'
# The same build directory, whose cache knows the old place.
cmake_build build "$moved"
expect "$work/cmake/build/consumer" 'CMake, moved under a build directory'

# refuses WORDS: CMake says why it does not find the package.
refuses() {
  if cmake -S "$work/cmake" -B "$work/cmake/refused" -DCMAKE_PREFIX_PATH="$moved" >"$work/log" 2>&1; then
    fail "CMake finds the package although $1"
  fi
  grep -q "$1" "$work/log" || { cat "$work/log" >&2; fail "CMake does not say: $1"; }
  rm -rf "$work/cmake/refused"
  echo "ok: $1"
}
mv "$moved/include/lowprec/lowprec.h" "$work"
refuses 'lowprec/lowprec.h is not in'
rm "$moved/lib/pkgconfig/lowprec.pc"
refuses 'lowprec.pc is missing'
