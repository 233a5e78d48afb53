# SPDX-License-Identifier: Apache-2.0
# Nothing bypasses what was chosen: the layer counts the kernels of all that the benchmark's rows do.
if(TARGET clptycho_cl_layer AND TARGET clptycho_bench)
  clptycho_test(test_enqueued SOURCES test_enqueued.c enqueued_case.c support.c support_arrays.c LIBRARIES clptycho_bench
                                      ${CMAKE_DL_LIBS})
  target_compile_definitions(test_enqueued PRIVATE CLPT_LAYER_PATH="$<TARGET_FILE:clptycho_cl_layer>")
  add_dependencies(test_enqueued clptycho_cl_layer)
  clptycho_device_tests(test_enqueued RUNTIMES pocl intel nvidia)
endif()
