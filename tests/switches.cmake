# SPDX-License-Identifier: Apache-2.0
# Nothing bypasses what was chosen: the layer counts the kernels of all that the benchmark's rows do.
if(TARGET clptycho_bench)
  clptycho_test(test_enqueued LIBRARIES clptycho_bench)
  clptycho_device_tests(test_enqueued RUNTIMES pocl intel nvidia)
endif()
