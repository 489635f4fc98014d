/* Makes every fsync and fdatasync take HEDGE_BENCH_FSYNC_MICROS longer. Preloaded into the measured processes, it turns
 * any disk into one whose commit takes a known time, which makes runs repeatable and batching visible. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static struct timespec delay;

__attribute__((constructor)) static void prepare(void) {
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    const char *text = getenv("HEDGE_BENCH_FSYNC_MICROS");
    long micros = text ? atol(text) : 0;
    delay.tv_sec = micros / 1000000;
    delay.tv_nsec = micros % 1000000 * 1000;
}

static int after(int result) {
    if (delay.tv_sec || delay.tv_nsec) {
        /* A signal may cut the sleep short; the rest is slept then. */
        struct timespec left = delay;
        while (nanosleep(&left, &left)) {
        }
    }
    return result;
}

int fsync(int file) { return after(real_fsync(file)); }

int fdatasync(int file) { return after(real_fdatasync(file)); }
