/* SPDX-License-Identifier: Apache-2.0 */
/* Disk cache of built programs and self-check verdicts. Several processes may share the directory: entries are written
 * under a temporary name and renamed. Entries are fully verified before use, because damaged binaries abort or panic
 * some drivers; an invalid entry costs only the saving. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cl/internal.h"
#include "core/memory.h"

enum { LARGEST_ENTRY = 256 << 20, LONGEST_PATH = 4096 };

/* Start of an entry; followed by the key, then the data. */
typedef struct header {
    char magic[16];
    uint64_t key_bytes, data_bytes;
    clpti_digest digest; /* of key and data */
    char padding[7];
} header;

static const char magic[16] = "clptycho-cache1";

static bool entry_path(char *path, const char *cache_dir, const char *kind, const char *key, const char *ending)
{
    clpti_digest digest = clpti_digest_of(key, strlen(key));
    return snprintf(path, LONGEST_PATH, "%s/%s-%s%s", cache_dir, kind, digest.text, ending) < LONGEST_PATH;
}

static bool read_all(int file, char *to, size_t bytes)
{
    while (bytes > 0) {
        ssize_t got = read(file, to, bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        bytes -= (size_t)got;
    }
    return true;
}

static bool write_all(int file, const char *from, size_t bytes)
{
    while (bytes > 0) {
        ssize_t put = write(file, from, bytes);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        from += put;
        bytes -= (size_t)put;
    }
    return true;
}

/* The whole file; NULL if it is missing or its size is not that of an entry. */
static char *read_entry(const char *path, size_t *bytes)
{
    char *entry = NULL;
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size < (off_t)sizeof(header) ||
        about.st_size > LARGEST_ENTRY)
        goto cleanup;
    *bytes = (size_t)about.st_size;
    entry = clpti_malloc(about.st_size, 1);
    if (entry && !read_all(file, entry, *bytes)) {
        free(entry);
        entry = NULL;
    }
cleanup:
    close(file);
    return entry;
}

static bool holds_together(const char *entry, size_t bytes, const char *key)
{
    header head;
    memcpy(&head, entry, sizeof head);
    size_t rest = bytes - sizeof head, key_bytes = strlen(key);
    if (memcmp(head.magic, magic, sizeof magic) != 0) return false;
    if (head.key_bytes != key_bytes || key_bytes > rest || head.data_bytes != rest - key_bytes) return false;
    if (memcmp(entry + sizeof head, key, key_bytes) != 0) return false;
    clpti_digest digest = clpti_digest_of(entry + sizeof head, rest);
    return memcmp(digest.text, head.digest.text, sizeof digest.text) == 0;
}

void *clpti_cache_read(const char *cache_dir, const char *kind, const char *key, size_t *bytes)
{
    char path[LONGEST_PATH];
    size_t all = 0;
    if (!cache_dir || !entry_path(path, cache_dir, kind, key, "")) return NULL;
    char *entry = read_entry(path, &all);
    if (!entry || !holds_together(entry, all, key)) {
        free(entry);
        return NULL;
    }
    size_t before = sizeof(header) + strlen(key);
    *bytes = all - before;
    memmove(entry, entry + before, *bytes);
    return entry;
}

/* Creates every missing directory of the path, accessible to this user only. */
static void make_directories(const char *cache_dir)
{
    char path[LONGEST_PATH];
    if (snprintf(path, sizeof path, "%s", cache_dir) >= (int)sizeof path) return;
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    mkdir(path, 0700);
}

static char *make_entry(const char *key, const void *data, size_t bytes, size_t *all)
{
    size_t key_bytes = strlen(key);
    header head = {.key_bytes = key_bytes, .data_bytes = bytes};
    if (bytes > LARGEST_ENTRY - sizeof head - key_bytes) return NULL;
    *all = sizeof head + key_bytes + bytes;
    char *entry = clpti_malloc((int64_t)*all, 1);
    if (!entry) return NULL;
    memcpy(head.magic, magic, sizeof magic);
    memcpy(entry + sizeof head, key, key_bytes);
    memcpy(entry + sizeof head + key_bytes, data, bytes);
    head.digest = clpti_digest_of(entry + sizeof head, key_bytes + bytes);
    memcpy(entry, &head, sizeof head);
    return entry;
}

bool clpti_cache_write(const char *cache_dir, const char *kind, const char *key, const void *data, size_t bytes)
{
    char path[LONGEST_PATH], other[LONGEST_PATH];
    bool written = false;
    size_t all = 0;
    if (!cache_dir || !entry_path(path, cache_dir, kind, key, "") ||
        !entry_path(other, cache_dir, kind, key, ".XXXXXX"))
        return false;
    char *entry = make_entry(key, data, bytes, &all);
    if (!entry) return false;
    int file = mkostemp(other, O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        make_directories(cache_dir);
        entry_path(other, cache_dir, kind, key, ".XXXXXX"); /* a failed call leaves the pattern undefined */
        file = mkostemp(other, O_CLOEXEC);
    }
    if (file < 0) goto cleanup;
    written = write_all(file, entry, all);
    if (close(file) != 0) written = false;
    if (written) written = rename(other, path) == 0;
    if (!written) unlink(other);
cleanup:
    free(entry);
    return written;
}
