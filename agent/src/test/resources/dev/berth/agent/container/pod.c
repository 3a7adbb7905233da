/*
 * The only program of the test image: does what its words say, one after the other.
 *
 *   say TEXT   err TEXT      a line on stdout, on stderr
 *   long N                   one line of N times 'x'
 *   lines N                  N numbered lines
 *   env NAME                 prints NAME=value, or NAME unset
 *   await PATH               until PATH exists
 *   open PATH                opens it for reading and writing, prints PATH and the errno, 0 when it opened
 *   trap CODE                from now on SIGTERM ends it with CODE
 *   ignore                   from now on SIGTERM is ignored
 *   fork                     from now on a child sleeps beside it, in a session of its own
 *   eat MIB                  touches that much memory
 *   exit CODE                ends
 *   cat                      copies its input to stdout until that ends
 *   size                     prints ROWS COLUMNS of its terminal once that has some
 *   winch                    until the size of its terminal changes
 *   sleep                    until a signal
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int trapped;

static void on_term(int signal) {
    (void) signal;
    _exit(trapped);
}

static void await(const char *path) {
    const struct timespec pause = {0, 5 * 1000 * 1000};
    while (access(path, F_OK) != 0) nanosleep(&pause, NULL);
}

static void eat(size_t mib) {
    for (size_t i = 0; i < mib; i++) {
        char *block = malloc(1 << 20);
        if (block == NULL) _exit(99);
        memset(block, 1, 1 << 20);
    }
}

static void lines(long n) {
    for (long i = 0; i < n; i++) printf("line %ld\n", i);
}

static void long_line(long n) {
    for (long i = 0; i < n; i++) putchar('x');
    putchar('\n');
}

static void sleep_long(void) {
    for (;;) pause();
}

static void cat(void) {
    static char block[1 << 16];
    ssize_t n;
    while ((n = read(0, block, sizeof block)) > 0) {
        for (ssize_t done = 0; done < n;) {
            ssize_t written = write(1, block + done, (size_t) (n - done));
            if (written < 0) _exit(96);
            done += written;
        }
    }
}

static void winch(void) {
    const struct timespec pause = {0, 5 * 1000 * 1000};
    struct winsize first = {0}, now = {0};
    ioctl(0, TIOCGWINSZ, &first);
    do {
        nanosleep(&pause, NULL);
    } while (ioctl(0, TIOCGWINSZ, &now) == 0 && now.ws_row == first.ws_row);
}

static void size(void) {
    const struct timespec pause = {0, 5 * 1000 * 1000};
    struct winsize size = {0};
    while (ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_row == 0) nanosleep(&pause, NULL);
    printf("%d %d\n", size.ws_row, size.ws_col);
}

static void env(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) printf("%s unset\n", name);
    else printf("%s=%s\n", name, value);
}

static void try_open(const char *path) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    printf("%s %s\n", path, fd >= 0 ? "0" : strerrorname_np(errno));
    if (fd >= 0) close(fd);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (!strcmp(word, "sleep")) {
            fflush(NULL);
            sleep_long();
        } else if (!strcmp(word, "cat")) {
            cat();
        } else if (!strcmp(word, "size")) {
            size();
        } else if (!strcmp(word, "winch")) {
            winch();
        } else if (!strcmp(word, "ignore")) {
            signal(SIGTERM, SIG_IGN);
        } else if (!strcmp(word, "fork")) {
            fflush(NULL);
            if (fork() == 0) {
                setsid();
                sleep_long();
            }
        } else if (i + 1 < argc) {
            const char *arg = argv[++i];
            if (!strcmp(word, "say")) printf("%s\n", arg);
            else if (!strcmp(word, "err")) fprintf(stderr, "%s\n", arg);
            else if (!strcmp(word, "long")) long_line(atol(arg));
            else if (!strcmp(word, "lines")) lines(atol(arg));
            else if (!strcmp(word, "env")) env(arg);
            else if (!strcmp(word, "await")) { fflush(NULL); await(arg); }
            else if (!strcmp(word, "open")) try_open(arg);
            else if (!strcmp(word, "trap")) { trapped = atoi(arg); signal(SIGTERM, on_term); }
            else if (!strcmp(word, "eat")) { fflush(NULL); eat((size_t) atol(arg)); }
            else if (!strcmp(word, "exit")) { fflush(NULL); _exit(atoi(arg)); }
            else return 98;
        } else {
            return 97;
        }
        fflush(stdout);
    }
    return 0;
}
