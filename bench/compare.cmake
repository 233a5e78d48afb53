# SPDX-License-Identifier: Apache-2.0
# Comparison programs, each where its library is found. Debian's names: libfftw3-dev, libclfft-dev, libvkfft-dev.
pkg_check_modules(FFTW IMPORTED_TARGET fftw3f)
find_path(VKFFT_INCLUDE_DIR vkFFT.h)
mark_as_advanced(VKFFT_INCLUDE_DIR)

# clptycho_comparison(NAME SOURCE …): with the flags that hand-written C for this very machine gets.
function(clptycho_comparison name)
  add_executable(${name} ${ARGN} compare.c)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  target_compile_definitions(${name} PRIVATE _GNU_SOURCE CL_TARGET_OPENCL_VERSION=120)
  target_compile_options(${name} PRIVATE -O3 -march=native -ffp-contract=fast -fno-trapping-math)
  target_link_libraries(${name} PRIVATE clptycho_static clptycho_compiler OpenCL::OpenCL Threads::Threads m)
endfunction()

if(FFTW_FOUND)
  clptycho_comparison(compare_fftw compare_fftw.c)
  target_link_libraries(compare_fftw PRIVATE PkgConfig::FFTW)
endif()
if(CLPTYCHO_HAVE_CLFFT)
  clptycho_comparison(compare_clfft compare_clfft.c compare_transform.c)
  target_include_directories(compare_clfft SYSTEM PRIVATE ${CLFFT_INCLUDE_DIR})
  target_link_libraries(compare_clfft PRIVATE ${CLFFT_LIBRARY})
endif()
if(VKFFT_INCLUDE_DIR)
  clptycho_comparison(compare_vkfft compare_vkfft.c compare_transform.c)
  target_include_directories(compare_vkfft SYSTEM PRIVATE ${VKFFT_INCLUDE_DIR})
  target_link_libraries(compare_vkfft PRIVATE OpenCL::OpenCL)
  # Everything is in its header, and takes long.
  set_source_files_properties(compare_vkfft.c PROPERTIES COMPILE_OPTIONS "-w;-O1")
endif()

add_executable(provider_times provider_times.c)
target_include_directories(provider_times PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/cl)
target_compile_definitions(provider_times PRIVATE _GNU_SOURCE)
target_link_libraries(provider_times PRIVATE clptycho_static clptycho_compiler)

add_executable(launch_overhead launch_overhead.c)
target_compile_definitions(launch_overhead PRIVATE _GNU_SOURCE CL_TARGET_OPENCL_VERSION=120)
target_link_libraries(launch_overhead PRIVATE clptycho_compiler OpenCL::OpenCL)

# Loaded before a program, not linked with it.
add_library(kernel_times SHARED kernel_times.c)
target_compile_definitions(kernel_times PRIVATE _GNU_SOURCE CL_TARGET_OPENCL_VERSION=200)
target_link_libraries(kernel_times PRIVATE clptycho_compiler OpenCL::OpenCL Threads::Threads ${CMAKE_DL_LIBS})

# Each compares its results; a few patterns and one round show that it still does. Without such a device it skips.
foreach(name compare_fftw compare_clfft compare_vkfft)
  if(CLPTYCHO_BUILD_TESTS AND TARGET ${name})
    add_test(NAME ${name}.pocl COMMAND ${name} --device pocl --rounds 1 --count 32)
    set_tests_properties(
      ${name}.pocl
      PROPERTIES LABELS pocl TIMEOUT 600 SKIP_REGULAR_EXPRESSION "no device matches|no OpenCL device"
                 ENVIRONMENT "CLPTYCHO_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache;CLPTYCHO_TUNING=off;${clptycho_environment_pocl}")
  endif()
endforeach()
