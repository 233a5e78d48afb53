# SPDX-License-Identifier: Apache-2.0
# The same project by another compiler, with sanitizers, and under Valgrind. Off by default: it takes some minutes.
option(CLPTYCHO_TEST_BUILDS "Test builds by clang and with sanitizers, and run tests under Valgrind" OFF)
if(NOT CLPTYCHO_TEST_BUILDS)
  return()
endif()
set(build ${CMAKE_CURRENT_SOURCE_DIR}/test_build.sh)

# Warnings are what clang is here for: it does not optimise.
add_test(NAME build.clang COMMAND ${build} clang ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/build-clang -DCMAKE_BUILD_TYPE=None
         -DCMAKE_C_FLAGS=-O0)
add_test(NAME build.sanitized COMMAND ${build} ${CMAKE_C_COMPILER} ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/build-sanitized
         -DCLPTYCHO_SANITIZE=address,undefined -DCMAKE_BUILD_TYPE=None "-DCMAKE_C_FLAGS=-O1 -g1"
         -DCLPTYCHO_TEST_CACHE=${CLPTYCHO_TEST_CACHE} -DCLPTYCHO_TEST_ALL=${CLPTYCHO_TEST_ALL})
set_tests_properties(build.clang build.sanitized PROPERTIES ENVIRONMENT CMAKE_COMMAND=${CMAKE_COMMAND})
set_tests_properties(build.sanitized PROPERTIES FIXTURES_SETUP sanitized)

# PoCL and the suites that take no device: other runtimes bring leaks of their own by the thousand. The host's code is
# what sanitizers see: small sizes, and one suite where several use the same parts of it. clFFT 2.12 deletes its plans as
# another type than it made them, hence new_delete_type_mismatch. The leak search falls over the storage of the threads
# that Mesa leaves behind, hence use_tls, which can only make it report more.
set(same_code large losses descent vjp_scan fft forward choices)
set(small "")
if(NOT CLPTYCHO_TEST_ALL)
  list(APPEND same_code shapes engines likelihood refine probe_centre bench_gate repeat_threads draws golden_patches
       steps_lanes_4 steps_lanes_8 fft_lanes_4 fft_lanes_8 exit_step
       command.first_run command.near command.simulate command.parity command.tune)
  set(small ";CLPTYCHO_TEST_SMALL=1")
endif()
list(JOIN same_code "|" same_code)
add_test(NAME build.sanitized_tests COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${PROJECT_BINARY_DIR}/build-sanitized
         --output-on-failure -j2 --label-exclude "rusticl|oclgrind|intel|nvidia|install|check"
         --exclude-regex "^(${same_code})\\.|\\.reference$")
set_tests_properties(
  build.sanitized_tests
  PROPERTIES FIXTURES_REQUIRED sanitized
             ENVIRONMENT "ASAN_OPTIONS=detect_leaks=1:new_delete_type_mismatch=0;UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1;LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/lsan.supp:print_suppressions=0:use_tls=0${small}")
set_tests_properties(build.clang build.sanitized build.sanitized_tests PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1800 LABELS build
                                                                                  PROCESSORS 2)

# Memcheck over the host's code, on the reference path: PoCL compiles too slowly under it for more than one suite
# (share.pocl.valgrind, with CLPTYCHO_TEST_ALL).
find_program(CLPTYCHO_VALGRIND valgrind)
if(CLPTYCHO_VALGRIND AND TARGET clptycho_io)
  set(memcheck ${CLPTYCHO_VALGRIND} -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect
               --suppressions=${CMAKE_CURRENT_SOURCE_DIR}/valgrind.supp)
  foreach(stem warp extract reassemble steps adjoint arrays golden scan_file npz npz_damage)
    add_test(NAME valgrind.${stem} COMMAND ${memcheck} $<TARGET_FILE:test_${stem}>) # a target of a file read later
    set_tests_properties(
      valgrind.${stem} PROPERTIES LABELS valgrind TIMEOUT 600
                                  ENVIRONMENT "CLPTYCHO_TEST_DEVICE=reference;CLPTYCHO_CACHE_DIR=off;${clptycho_environment_reference}")
  endforeach()
  set_property(TEST valgrind.steps APPEND PROPERTY ENVIRONMENT CLPTYCHO_TEST_SMALL=1)
endif()
