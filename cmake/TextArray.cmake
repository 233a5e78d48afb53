# SPDX-License-Identifier: Apache-2.0
# clptycho_text_array(OUTPUT HEX): the bytes of a text, given in hexadecimal, as the elements of a C character array with
# their terminator. Arrays, because C compilers need not support string literals beyond 4095 characters.
function(clptycho_text_array output hex)
  string(REGEX REPLACE "([0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f])"
                       "\\1\n    " bytes "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1', " bytes "${bytes}")
  string(REPLACE " \n" "\n" bytes "${bytes}")
  set(${output} "${bytes}'\\0'" PARENT_SCOPE)
endfunction()
