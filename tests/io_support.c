/* SPDX-License-Identifier: Apache-2.0 */
/* Support for tests of files: a directory of their own, and NPZ files made byte by byte. */
#include "io_support.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include <zip.h>

clpt_message io_message;

static char directory[256];

int io_directory_make(void **state)
{
    const char *base = getenv("TMPDIR");
    (void)state;
    snprintf(directory, sizeof directory, "%s/clptycho-io-XXXXXX", base ? base : "/tmp");
    return mkdtemp(directory) ? 0 : -1;
}

int io_directory_remove(void **state)
{
    int left = 0;
    DIR *listing = opendir(directory);
    (void)state;
    if (!listing) return -1;
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (entry->d_name[0] == '.') continue;
        if (strstr(entry->d_name, ".part")) left++;
        unlinkat(dirfd(listing), entry->d_name, entry->d_type == DT_DIR ? AT_REMOVEDIR : 0);
    }
    closedir(listing);
    return rmdir(directory) == 0 && left == 0 ? 0 : -1;
}

const char *io_path(const char *name)
{
    static char paths[3][512];
    static int next;
    next = (next + 1) % 3;
    snprintf(paths[next], sizeof paths[next], "%s/%s", directory, name);
    return paths[next];
}

io_bytes io_npy(int major, const char *dictionary, const void *data, size_t data_bytes)
{
    io_bytes npy = {.bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', (unsigned char)major, 0}};
    size_t length = strlen(dictionary), start = major == 1 ? 10 : 12;
    assert_true(start + length + data_bytes <= sizeof npy.bytes);
    npy.bytes[8] = (unsigned char)length;
    npy.bytes[9] = (unsigned char)(length >> 8);
    memcpy(npy.bytes + start, dictionary, length);
    if (data_bytes) memcpy(npy.bytes + start + length, data, data_bytes);
    npy.count = start + length + data_bytes;
    return npy;
}

void io_write_member(const char *path, const char *member, const void *bytes, size_t count, bool deflate)
{
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    zip_int64_t index = zip_file_add(zip, member, zip_source_buffer(zip, bytes, count, 0), 0);
    assert_true(index >= 0);
    zip_set_file_compression(zip, (zip_uint64_t)index, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
    assert_int_equal(zip_close(zip), 0);
}

void io_write_npy(const char *path, const char *member, io_bytes npy)
{
    io_write_member(path, member, npy.bytes, npy.count, true);
}

io_bytes io_file(const char *path)
{
    io_bytes file = {.count = 0};
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    file.count = fread(file.bytes, 1, sizeof file.bytes, stream);
    assert_true(file.count < sizeof file.bytes);
    fclose(stream);
    return file;
}

void io_write_file(const char *path, const void *bytes, size_t count)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, count, stream), count);
    assert_int_equal(fclose(stream), 0);
}

void io_ok(clpt_status status, const clpt_message *message)
{
    if (status != CLPT_OK) fail_msg("%s: %s", clpt_status_name(status), message->text);
}

void io_failed(clpt_status status, const clpt_message *message, ...)
{
    va_list parts;
    va_start(parts, message);
    assert_int_not_equal(status, CLPT_OK);
    for (const char *part; (part = va_arg(parts, const char *));)
        if (!strstr(message->text, part)) fail_msg("no '%s' in '%s'", part, message->text);
    va_end(parts);
}

void io_write_one(const char *path, const char *name, clpt_type type, int rank, const int64_t *shape, const void *data)
{
    clpti_npz_writer *writer;
    io_ok(clpti_npz_create(path, &writer, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, name, type, rank, shape, data, &io_message), &io_message);
    io_ok(clpti_npz_commit(&writer, &io_message), &io_message);
    assert_null(writer);
}

clpt_status io_read_one(const char *path, const char *name, clpt_type type, clpti_tensor *tensor)
{
    clpti_npz *npz;
    *tensor = (clpti_tensor){0};
    clpt_status status = clpti_npz_open(path, &npz, &io_message);
    if (status == CLPT_OK) status = clpti_npz_read(npz, name, type, tensor, &io_message);
    clpti_npz_close(&npz);
    return status;
}
