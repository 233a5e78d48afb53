/* SPDX-License-Identifier: Apache-2.0 */
/* SIGINT and SIGTERM as requests to stop after the current iteration. */
#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

/* Signal handlers can only access such variables. */
static volatile sig_atomic_t requested;

static const int signals[] = {SIGINT, SIGTERM};
enum { signal_count = sizeof signals / sizeof *signals };

static void note(int number)
{
    static const char line[] = "\nclptycho: finishing this iteration, then saving; interrupt again to stop at once\n";
    (void)number;
    requested = 1;
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
}

void clpti_interrupt_watch(void)
{
    /* SA_RESETHAND: the second signal has the default action, which ends the program. */
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < signal_count; i++) sigaction(signals[i], &action, NULL);
}

void clpti_interrupt_release(void)
{
    for (int i = 0; i < signal_count; i++) signal(signals[i], SIG_DFL);
}

bool clpti_interrupted(void)
{
    return requested != 0;
}
