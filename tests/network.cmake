# SPDX-License-Identifier: Apache-2.0
# Networks: against stored cases, differences, and themselves.
if(TARGET clptycho_io)
  clptycho_test(test_network_golden LIBRARIES clptycho_io)
  clptycho_device_tests(test_network_golden RUNTIMES pocl intel nvidia reference)
endif()
clptycho_test(test_network)
clptycho_device_tests(test_network RUNTIMES pocl intel nvidia reference)
