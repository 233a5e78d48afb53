/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho doctor: drivers, permissions, devices and caches, each with a remedy. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/settings.h"
#include "cl/runtime.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "io/h5.h"

enum { PATH_SIZE = 1024, LINE_SIZE = 1536 };

typedef enum verdict { FINE, NOTE, PROBLEM } verdict;

typedef struct doctor {
    clpti_session *session;
    clpt_device_info **devices;
    size_t count;
    cJSON *list; /* of the JSON document; NULL: none */
    int problems;
} doctor;

/* One line of the report, and of its JSON document. */
static void report(doctor *d, verdict v, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void report(doctor *d, verdict v, const char *subject, const char *format, ...)
{
    static const char *const names[] = {[FINE] = "ok", [NOTE] = "note", [PROBLEM] = "PROBLEM"};
    char text[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    clpti_text_clean(text, false);
    printf("%-8s %-12s %s\n", names[v], subject, text);
    d->problems += v == PROBLEM;
    cJSON *entry = d->list ? cJSON_CreateObject() : NULL;
    clpti_document_text(entry, "verdict", names[v]);
    clpti_document_text(entry, "subject", subject);
    clpti_document_text(entry, "text", text);
    if (entry) cJSON_AddItemToArray(d->list, entry);
}

/* The first line of a small file without its end; false if it cannot be read or is empty. */
static bool read_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "re");
    bool good = file && fgets(line, (int)size, file) != NULL;
    if (file) fclose(file);
    if (good) line[strcspn(line, "\r\n")] = '\0';
    return good && *line;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), of = strlen(ending);
    return length > of && !strcmp(name + length - of, ending);
}

/* ---- program ---- */

static void check_program(doctor *d)
{
    report(d, FINE, "clptycho", "version %s", clpt_version());
    if (!clpti_h5_available()) report(d, NOTE, "HDF5", "this build reads and writes NPZ only; libhdf5 was not found");
}

/* ---- drivers ---- */

static const char *vendors_folder(void)
{
    static const char *const variables[] = {"OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH"};
    for (int k = 0; k < 2; ++k) {
        const char *value = getenv(variables[k]);
        if (value && *value) return value;
    }
    return "/etc/OpenCL/vendors";
}

static void check_driver(doctor *d, const char *path)
{
    char library[PATH_SIZE];
    if (!read_line(path, library, sizeof library)) {
        report(d, PROBLEM, "driver", "%s names no library: remove it, or reinstall the driver", path);
        return;
    }
    void *handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
    if (handle)
        report(d, FINE, "driver", "%s: %s can be loaded", path, library);
    else
        report(d, PROBLEM, "driver", "%s: %s: reinstall this driver, or remove the file", path, dlerror());
    /* It stays loaded: some drivers do not survive being closed. */
}

static void check_drivers(doctor *d)
{
    const char *folder = vendors_folder();
    char path[PATH_SIZE];
    int count = 0;
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (!ends_with(entry->d_name, ".icd")) continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        check_driver(d, path);
        ++count;
    }
    if (directory) closedir(directory);
    if (!directory && ends_with(folder, ".icd")) { /* the variables may name a file */
        check_driver(d, folder);
        ++count;
    }
    if (!count)
        report(d, PROBLEM, "driver", "no .icd file in %s: no OpenCL driver is installed (for CPUs: pocl-opencl-icd)",
               folder);
}

/* ---- GPUs on the bus ---- */

/* PCI vendors: the short names of their devices here, and Debian's packages. */
static const struct {
    const char *id, *name, *short_names[3], *packages;
} vendors[] = {
    {"0x10de", "NVIDIA", {"nvidia", "rusticl", NULL}, "nvidia-opencl-icd, of the kernel module's version"},
    {"0x1002", "AMD", {"amd", "rocm", "rusticl"}, "ROCm's OpenCL, or mesa-opencl-icd with RUSTICL_ENABLE=radeonsi"},
    {"0x8086", "Intel", {"intel", "rusticl", NULL}, "intel-opencl-icd"}};

static bool has_device(const doctor *d, const char *short_name)
{
    for (size_t k = 0; short_name && k < d->count; ++k)
        if (d->devices[k]->type == CLPT_DEVICE_GPU && !strcmp(d->devices[k]->short_name, short_name)) return true;
    return false;
}

static void check_card(doctor *d, const char *address, const char *vendor)
{
    for (size_t k = 0; k < sizeof vendors / sizeof *vendors; ++k) {
        if (strcmp(vendors[k].id, vendor) != 0) continue;
        bool found = false;
        for (int n = 0; n < 3; ++n) found |= has_device(d, vendors[k].short_names[n]);
        if (found)
            report(d, FINE, "GPU", "%s, %s: an OpenCL device", address, vendors[k].name);
        else
            report(d, PROBLEM, "GPU", "%s, %s: no OpenCL device; install %s", address, vendors[k].name,
                   vendors[k].packages);
    }
}

static void check_cards(doctor *d)
{
    static const char folder[] = "/sys/bus/pci/devices";
    char path[PATH_SIZE], class[32], vendor[32];
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s/class", folder, entry->d_name);
        if (!read_line(path, class, sizeof class) || strncmp(class, "0x03", 4) != 0) continue; /* display controllers */
        snprintf(path, sizeof path, "%s/%s/vendor", folder, entry->d_name);
        if (read_line(path, vendor, sizeof vendor)) check_card(d, entry->d_name, vendor);
    }
    if (directory) closedir(directory);
}

/* ---- permissions ---- */

static void check_node(doctor *d, const char *path)
{
    struct stat entry;
    if (stat(path, &entry) != 0) return;
    if (access(path, R_OK | W_OK) == 0) {
        report(d, FINE, "permission", "%s can be opened", path);
        return;
    }
    const struct group *group = getgrgid(entry.st_gid);
    report(d, PROBLEM, "permission", "%s: %s; add the user to the group %s and log in again", path, strerror(errno),
           group ? group->gr_name : "that owns it");
}

static void check_nodes(doctor *d)
{
    static const char dri[] = "/dev/dri";
    char path[PATH_SIZE];
    DIR *directory = opendir(dri);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (strncmp(entry->d_name, "renderD", 7) != 0) continue;
        snprintf(path, sizeof path, "%s/%s", dri, entry->d_name);
        check_node(d, path);
    }
    if (directory) closedir(directory);
    check_node(d, "/dev/kfd");
    check_node(d, "/dev/nvidiactl");
}

/* ---- devices and caches ---- */

static void check_devices(doctor *d)
{
    char empty[1024];
    clpt_message message;
    const clpt_context_options how = clpti_session_options(d->session, NULL);
    if (clpti_empty_platforms(empty, sizeof empty)) report(d, d->count ? NOTE : PROBLEM, "platform", "%s", empty);
    for (size_t k = 0; k < d->count; ++k) {
        clpt_device_info *device = d->devices[k];
        if (device->check == CLPT_CHECK_UNKNOWN) clpti_device_run_check(&how, device, &message);
        const bool passed = device->check == CLPT_CHECK_PASSED;
        report(d, passed ? FINE : PROBLEM, "device", "%d:%d %s, driver %s: self-check %s%s%s", device->platform,
               device->device, device->name, device->driver,
               passed ? "passed" : "failed: ", passed ? "" : device->check_reason,
               passed ? "" : "; the driver computes wrong results, update it");
    }
    if (!d->count) report(d, PROBLEM, "device", "none; 'reference', plain C in double precision, is always available");
}

/* True if files can be made in a folder, which may have to be made first in one that exists. */
static bool is_writable(const char *folder)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s", folder);
    for (char *slash; access(path, F_OK) != 0 && errno == ENOENT && (slash = strrchr(path, '/')) && slash > path;)
        *slash = '\0';
    return access(path, W_OK | X_OK) == 0;
}

static void check_cache(doctor *d)
{
    clpti_settings settings = {0};
    clpt_message message;
    const clpt_context_options how = clpti_session_options(d->session, "reference");
    if (clpti_settings_resolve(&how, "doctor", &settings, &message) != CLPT_OK)
        report(d, PROBLEM, "settings", "%s", clpti_message_sentence(message.text));
    else if (!settings.cache_dir)
        report(d, NOTE, "cache", "none: kernels are built in every run; set CLPTYCHO_CACHE_DIR, or HOME");
    else if (is_writable(settings.cache_dir))
        report(d, FINE, "cache", "kernels are kept in %s", settings.cache_dir);
    else
        report(d, NOTE, "cache", "%s: %s: kernels are built in every run; set CLPTYCHO_CACHE_DIR", settings.cache_dir,
               strerror(errno));
    clpti_settings_release(&settings);
}

static clpt_status run(clpti_session *session, const void *given)
{
    doctor d = {.session = session};
    (void)given;
    if (clpti_document(session)) d.list = cJSON_AddArrayToObject(clpti_document(session), "checks");
    clpt_status status = clpt_devices_list(&d.devices, &d.count, &session->message);
    CLPTI_TRY(status);
    check_program(&d);
    check_drivers(&d);
    check_nodes(&d);
    check_cards(&d);
    check_devices(&d);
    check_cache(&d);
    if (d.problems)
        status =
            clpti_fail(&session->message, CLPT_ERROR_DEVICE, "%d problem%s", d.problems, d.problems == 1 ? "" : "s");
cleanup:
    clpt_devices_free(&d.devices);
    return status;
}

static const clpt_option options[] = {{.name = NULL}};

const clpti_command clpti_command_doctor = {
    .name = "doctor",
    .summary = "checks drivers, permissions, devices and caches, with a remedy for each problem",
    .details = "The exit status is 1 if there is a problem.",
    .example = "clptycho doctor",
    .options = options,
    .values_size = 1,
    .run = run};
