# SPDX-License-Identifier: Apache-2.0
# Warnings and sanitizers, for every target of the project.
add_library(clptycho_compiler INTERFACE)
target_compile_options(clptycho_compiler INTERFACE -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wpointer-arith -Wwrite-strings -Wvla -Wundef -Wformat=2 -fno-math-errno)
if(CLPTYCHO_WERROR)
  target_compile_options(clptycho_compiler INTERFACE -Werror)
endif()
if(CLPTYCHO_SANITIZE)
  target_compile_options(clptycho_compiler INTERFACE -fsanitize=${CLPTYCHO_SANITIZE} -fno-omit-frame-pointer -g)
  target_link_options(clptycho_compiler INTERFACE -fsanitize=${CLPTYCHO_SANITIZE})
endif()
