# SPDX-License-Identifier: Apache-2.0
# Tuning rows: looked up, damaged, and in use on every runtime.
clptycho_test(test_tuning SOURCES test_tuning.c runtime_support.c support.c support_arrays.c sanitizers.c)
clptycho_device_tests(test_tuning)
