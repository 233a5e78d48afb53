# SPDX-License-Identifier: Apache-2.0
# The public headers as an interface: version, and structs that may grow.
clptycho_test(test_version SOURCES test_version.c)
target_compile_definitions(test_version PRIVATE CLPTYCHO_BUILD_VERSION="${PROJECT_VERSION}")
add_test(NAME version COMMAND test_version)
clptycho_test(test_struct_size SOURCES test_struct_size.c)
add_test(NAME struct_size COMMAND test_struct_size)
