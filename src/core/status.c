/* SPDX-License-Identifier: Apache-2.0 */
/* Error messages: formatting, prefixes, and the text without its function name. */
#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_names[] = {
    [CLPT_OK] = "ok",
    [CLPT_ERROR_ARGUMENT] = "argument",
    [CLPT_ERROR_MEMORY] = "memory",
    [CLPT_ERROR_DEVICE] = "device",
    [CLPT_ERROR_BUILD] = "build",
    [CLPT_ERROR_OPENCL] = "opencl",
    [CLPT_ERROR_FFT] = "fft",
    [CLPT_ERROR_FILE] = "file",
    [CLPT_ERROR_CANCELLED] = "cancelled",
    [CLPT_ERROR_INTERNAL] = "internal",
};

const char *clpt_status_name(clpt_status status)
{
    size_t index = (size_t)status;
    return index < sizeof status_names / sizeof *status_names ? status_names[index] : "unknown";
}

#define TEXT_OF(number) #number
#define VERSION_TEXT(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const char *clpt_version(void)
{
    return VERSION_TEXT(CLPT_VERSION_MAJOR, CLPT_VERSION_MINOR, CLPT_VERSION_PATCH);
}

char *clpti_text_clean(char *text, bool lines)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++) {
        bool c1 = c[0] == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0, line = lines && (*c == '\n' || *c == '\t');
        if (c1) *c++ = '?';
        if (c1 || ((*c < 32 || *c == 127) && !line)) *c = '?';
    }
    return text;
}

clpt_status clpti_fail(clpt_message *message, clpt_status status, const char *format, ...)
{
    if (!message) return status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message->text, sizeof message->text, format, arguments);
    va_end(arguments);
    clpti_text_clean(message->text, true);
    return status;
}

void clpti_message_prefix(clpt_message *message, const char *format, ...)
{
    if (!message) return;
    char rest[sizeof message->text];
    memcpy(rest, message->text, sizeof rest);
    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(message->text, sizeof message->text, format, arguments);
    va_end(arguments);
    if (used < 0 || (size_t)used >= sizeof message->text) return;
    snprintf(message->text + used, sizeof message->text - (size_t)used, ": %s", clpti_message_sentence(rest));
    clpti_text_clean(message->text, true);
}

const char *clpti_message_sentence(const char *text)
{
    size_t name = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return !strncmp(text, "clpt_", 5) && !strncmp(text + name, ": ", 2) ? text + name + 2 : text;
}
