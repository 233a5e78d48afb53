/* SPDX-License-Identifier: Apache-2.0 */
/* NPY headers: parsing and writing. */
#include "io/npy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"

static const unsigned char magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE '<'
#define FOREIGN '>'
#else
#define NATIVE '>'
#define FOREIGN '<'
#endif

bool clpti_npy_is(const unsigned char *start, size_t length)
{
    return length >= sizeof magic && memcmp(start, magic, sizeof magic) == 0;
}

clpt_status clpti_npy_preamble(const unsigned char *start, size_t length, size_t *text_at, size_t *text_length,
                               clpt_message *message)
{
    if (!clpti_npy_is(start, length))
        return clpti_fail(message, CLPT_ERROR_FILE, "is not a NumPy array (no .npy signature)");
    if (length < 10) return clpti_fail(message, CLPT_ERROR_FILE, "is truncated in its .npy header");
    int major = start[6], minor = start[7];
    if (major < 1 || major > 3 || minor != 0)
        return clpti_fail(message, CLPT_ERROR_FILE, "has .npy version %d.%d; supported are 1.0, 2.0 and 3.0", major,
                          minor);
    *text_at = major == 1 ? 10 : 12;
    if (length < *text_at) return clpti_fail(message, CLPT_ERROR_FILE, "is truncated in its .npy header");
    *text_length = (size_t)start[8] | (size_t)start[9] << 8;
    if (major > 1) *text_length |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
    return CLPT_OK;
}

/* ---- The dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } ---- */

typedef struct cursor {
    const char *at, *end;
} cursor;

static void skip_space(cursor *c)
{
    while (c->at < c->end && isspace((unsigned char)*c->at)) c->at++;
}

static bool accept(cursor *c, char character)
{
    skip_space(c);
    if (c->at >= c->end || *c->at != character) return false;
    c->at++;
    return true;
}

static bool accept_word(cursor *c, const char *word)
{
    skip_space(c);
    size_t length = strlen(word);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0) return false;
    c->at += length;
    return true;
}

static void copy_text(char *to, size_t capacity, const char *from, size_t length)
{
    if (length >= capacity) length = capacity - 1;
    for (size_t i = 0; i < length; i++) to[i] = iscntrl((unsigned char)from[i]) ? '?' : from[i];
    to[length] = '\0';
}

static bool parse_string(cursor *c, char *out, size_t capacity)
{
    skip_space(c);
    if (c->at >= c->end || (*c->at != '\'' && *c->at != '"')) return false;
    const char *close = memchr(c->at + 1, *c->at, (size_t)(c->end - c->at - 1));
    if (!close) return false;
    copy_text(out, capacity, c->at + 1, (size_t)(close - c->at - 1));
    c->at = close + 1;
    return true;
}

/* The description of a structured type: kept as text up to the comma or brace that ends it. */
static bool parse_structured(cursor *c, char *out, size_t capacity)
{
    skip_space(c);
    const char *start = c->at;
    int depth = 0;
    char quote = 0;
    for (; c->at < c->end; c->at++) {
        char now = *c->at;
        if (quote) {
            if (now == quote) quote = 0;
        } else if (now == '\'' || now == '"') {
            quote = now;
        } else if (now == '[' || now == '(' || now == '{') {
            depth++;
        } else if (depth == 0 && (now == ',' || now == '}')) {
            copy_text(out, capacity, start, (size_t)(c->at - start));
            return c->at > start;
        } else if (now == ']' || now == ')' || now == '}') {
            depth--;
        }
    }
    return false;
}

static bool parse_length(cursor *c, int64_t *length)
{
    skip_space(c);
    if (c->at >= c->end || !isdigit((unsigned char)*c->at)) return false;
    *length = 0;
    for (; c->at < c->end && isdigit((unsigned char)*c->at); c->at++)
        if (!clpti_multiply(*length, 10, length) || __builtin_add_overflow(*length, *c->at - '0', length)) return false;
    if (c->at < c->end && *c->at == 'L') c->at++; /* long integer suffix of Python 2 */
    return true;
}

static clpt_status parse_shape(cursor *c, clpti_npy_info *info, clpt_message *message)
{
    if (!accept(c, '('))
        return clpti_fail(message, CLPT_ERROR_FILE, "has a damaged .npy header: its shape is not a tuple");
    while (!accept(c, ')')) {
        int64_t length;
        if (!parse_length(c, &length))
            return clpti_fail(message, CLPT_ERROR_FILE,
                              "has a damaged .npy header: its shape contains something other than lengths");
        if (info->rank == CLPTI_TENSOR_RANK)
            return clpti_fail(message, CLPT_ERROR_FILE, "has more than %d dimensions, which is not supported",
                              CLPTI_TENSOR_RANK);
        info->shape[info->rank++] = length;
        if (accept(c, ',')) continue;
        if (!accept(c, ')'))
            return clpti_fail(message, CLPT_ERROR_FILE, "has a damaged .npy header: its shape is not terminated");
        break;
    }
    return CLPT_OK;
}

/* "<c8": byte order, kind, bytes per element. Anything else leaves kind = 0. */
static void parse_type(clpti_npy_header *header)
{
    static const struct {
        const char *text;
        char kind;
        int bytes;
    } known[] = {
        {"b1", 'b', 1}, {"i1", 'i', 1}, {"i2", 'i', 2}, {"i4", 'i', 4},   {"i8", 'i', 8},
        {"u1", 'u', 1}, {"u2", 'u', 2}, {"u4", 'u', 4}, {"u8", 'u', 8},   {"f2", 'f', 2},
        {"f4", 'f', 4}, {"f8", 'f', 8}, {"c8", 'c', 8}, {"c16", 'c', 16},
    };
    const char *text = header->info.descr;
    if (*text && strchr("<>=|", *text)) text++;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(text, known[i].text) != 0) continue;
        header->kind = known[i].kind;
        header->bytes = known[i].bytes;
    }
    header->swap = header->info.descr[0] == FOREIGN && header->bytes > 1;
    header->info.readable = header->kind != 0;
    header->info.is_complex = header->kind == 'c';
    header->info.is_integer = header->kind == 'b' || header->kind == 'i' || header->kind == 'u';
}

const char *clpti_npy_refusal(const clpti_npy_header *header)
{
    const char *text = header->info.descr;
    if (*text == '[' || *text == '(' || *text == '{')
        return "is a structured array, which is not supported; save each field separately";
    if (*text && strchr("<>=|", *text)) text++;
    switch (*text) {
    case 'O':
        return "contains Python objects, which need pickle and are not supported; save it as an array of numbers";
    case 'U':
    case 'S':
    case 'a':
        return "contains text, not numbers";
    case 'M':
    case 'm':
        return "contains dates or times, not numbers";
    case 'V':
        return "contains raw records, not numbers";
    default:
        return "has an unsupported type; save it as float32, float64, complex64, complex128 or an integer type";
    }
}

static clpt_status count_elements(clpti_npy_header *header, clpt_message *message)
{
    int64_t bytes = header->bytes > 0 ? header->bytes : 1;
    header->count = 1;
    for (int axis = 0; axis < header->info.rank; axis++) {
        int64_t length = header->info.shape[axis];
        if (!clpti_multiply(header->count, length, &header->count) || !clpti_multiply(bytes, length, &bytes))
            return clpti_fail(message, CLPT_ERROR_FILE, "has a damaged .npy header: its shape has too many elements");
    }
    return CLPT_OK;
}

clpt_status clpti_npy_parse(const char *text, size_t length, clpti_npy_header *header, clpt_message *message)
{
    cursor c = {text, text + length};
    bool has_type = false, has_order = false, has_shape = false, closed = false;
    *header = (clpti_npy_header){0};
    if (!accept(&c, '{')) return clpti_fail(message, CLPT_ERROR_FILE, "has a damaged .npy header: not a dictionary");
    while (!(closed = accept(&c, '}'))) {
        char key[32] = "";
        bool known = parse_string(&c, key, sizeof key) && accept(&c, ':');
        if (known && !has_type && strcmp(key, "descr") == 0) {
            char *descr = header->info.descr;
            has_type = parse_string(&c, descr, sizeof header->info.descr) ||
                       parse_structured(&c, descr, sizeof header->info.descr);
        } else if (known && !has_order && strcmp(key, "fortran_order") == 0) {
            header->info.fortran = accept_word(&c, "True");
            has_order = header->info.fortran || accept_word(&c, "False");
        } else if (known && !has_shape && strcmp(key, "shape") == 0) {
            clpt_status status = parse_shape(&c, &header->info, message);
            if (status != CLPT_OK) return status;
            has_shape = true;
        } else {
            break;
        }
        if (accept(&c, ',')) continue;
        closed = accept(&c, '}');
        break;
    }
    skip_space(&c);
    if (!closed || c.at != c.end || !has_type || !has_order || !has_shape)
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "has a damaged .npy header: descr, fortran_order and shape are required");
    parse_type(header);
    return count_elements(header, message);
}

size_t clpti_npy_write_header(const char *code, int rank, const int64_t *shape, char header[CLPTI_NPY_HEADER_CAPACITY])
{
    char lengths[CLPTI_TENSOR_RANK * 24 + 1] = "";
    size_t used = 0;
    for (int axis = 0; axis < rank; axis++)
        used +=
            (size_t)snprintf(lengths + used, sizeof lengths - used, "%s%lld", axis ? ", " : "", (long long)shape[axis]);
    int text = snprintf(header + 10, CLPTI_NPY_HEADER_CAPACITY - 10,
                        "{'descr': '%c%s', 'fortran_order': False, 'shape': (%s%s), }", NATIVE, code, lengths,
                        rank == 1 ? "," : "");
    size_t total = (10 + (size_t)text + 1 + 63) / 64 * 64;
    memset(header + 10 + text, ' ', total - 10 - (size_t)text - 1);
    header[total - 1] = '\n';
    memcpy(header, magic, sizeof magic);
    header[6] = 1;
    header[7] = 0;
    header[8] = (char)((total - 10) & 0xff);
    header[9] = (char)((total - 10) >> 8);
    return total;
}
