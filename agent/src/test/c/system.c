/* Calls that are about no GPU, and the door of all calls. One mutex guards the state: NVML may be called from many threads. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"

int init_count = 0;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void log_call(const char *symbol, int gpu, const char *end) {
    const char *path = getenv("FAKE_NVML_LOG");
    FILE *file = path == NULL ? NULL : fopen(path, "a");
    if (file != NULL) {
        fprintf(file, "%s %d %s\n", symbol, gpu, end);
        fclose(file);
    }
}

/* The effect that holds for this call now, counted down. */
static struct effect *effect_of(const char *symbol, int gpu) {
    struct effect *found = NULL;
    for (int i = 0; i < scenario.effects; i++) {
        struct effect *effect = &scenario.effect[i];
        if ((strcmp(effect->symbol, "*") && strcmp(effect->symbol, symbol)) || (effect->gpu != NO_GPU && effect->gpu != gpu)) {
            continue;
        }
        if (effect->after > 0) {
            effect->after--;
        } else if (effect->times != 0 && found == NULL) {
            effect->times -= effect->times > 0;
            found = effect;
        }
    }
    return found;
}

static int suffer(const char *symbol, int gpu, const struct effect *effect) {
    switch (effect->kind) {
        case RETURN:
            return effect->number;
        case DELAY:
            usleep((useconds_t)effect->number * 1000);
            return 0;
        case HANG:
            log_call(symbol, gpu, "hang");
            for (;;) {
                pause();
            }
        case ABORT:
            log_call(symbol, gpu, "abort");
            abort();
        case SEGV:
            log_call(symbol, gpu, "segv");
            *(volatile int *)(uintptr_t)8 = 1;
            return 0;
        case EXIT:
            _exit(effect->number);
        case PRINT:
            printf("%s\n", effect->text);
            fflush(stdout);
            return 0;
    }
    return 0;
}

static struct gpu *known(nvmlDevice_t device) {
    for (size_t i = 0; i < sizeof scenario.gpu / sizeof scenario.gpu[0]; i++) {
        if (scenario.gpu[i].present && (void *)&scenario.gpu[i] == (void *)device) {
            return &scenario.gpu[i];
        }
    }
    return NULL;
}

int enter(const char *symbol, nvmlDevice_t device, struct gpu **gpu) {
    pthread_once(&loaded, load_scenario);
    struct gpu *found = device == NULL ? NULL : known(device);
    if (gpu != NULL) {
        *gpu = found;
    }
    int index = found == NULL ? NO_GPU : (int)(found - scenario.gpu);
    pthread_mutex_lock(&mutex);
    struct effect *effect = effect_of(symbol, index);
    pthread_mutex_unlock(&mutex);
    int code = effect == NULL ? 0 : suffer(symbol, index, effect);
    if (code == 0 && init_count == 0 && strcmp(symbol, "nvmlInit_v2") && strcmp(symbol, "nvmlShutdown")) {
        code = NVML_ERROR_UNINITIALIZED;
    }
    if (code == 0 && gpu != NULL && found == NULL) {
        code = NVML_ERROR_INVALID_ARGUMENT;
    }
    return code == 0 ? 0 : leave(symbol, found, code);
}

int leave(const char *symbol, const struct gpu *gpu, int code) {
    char end[16];
    snprintf(end, sizeof end, "%d", code);
    log_call(symbol, gpu == NULL ? NO_GPU : (int)(gpu - scenario.gpu), end);
    return code;
}

int give_text(char *to, unsigned int length, const char *text) {
    if (strlen(text) + 1 > length) {
        return NVML_ERROR_INSUFFICIENT_SIZE;
    }
    strcpy(to, text);
    return 0;
}

EXPORT nvmlReturn_t nvmlInit_v2(void) {
    int code = enter("nvmlInit_v2", NULL, NULL);
    if (code != 0) return code;
    pthread_mutex_lock(&mutex);
    init_count++;
    pthread_mutex_unlock(&mutex);
    return leave("nvmlInit_v2", NULL, 0);
}

EXPORT nvmlReturn_t nvmlShutdown(void) {
    int code = enter("nvmlShutdown", NULL, NULL);
    if (code != 0) return code;
    pthread_mutex_lock(&mutex);
    init_count -= init_count > 0;
    pthread_mutex_unlock(&mutex);
    return leave("nvmlShutdown", NULL, 0);
}

EXPORT const char *nvmlErrorString(nvmlReturn_t result) {
    return result == 0 ? "Success" : result == NVML_ERROR_GPU_IS_LOST ? "GPU is lost" : "Unknown Error";
}

EXPORT nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
    int code = enter("nvmlSystemGetDriverVersion", NULL, NULL);
    if (code != 0) return code;
    return leave("nvmlSystemGetDriverVersion", NULL, give_text(version, length, scenario.driver));
}

EXPORT nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned int length) {
    int code = enter("nvmlSystemGetNVMLVersion", NULL, NULL);
    if (code != 0) return code;
    char text[96];
    snprintf(text, sizeof text, "%d.%s", scenario.cuda / 1000, scenario.driver);
    return leave("nvmlSystemGetNVMLVersion", NULL, give_text(version, length, text));
}

EXPORT nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *version) {
    int code = enter("nvmlSystemGetCudaDriverVersion", NULL, NULL);
    if (code != 0) return code;
    *version = scenario.cuda;
    return leave("nvmlSystemGetCudaDriverVersion", NULL, 0);
}

EXPORT nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) {
    int code = enter("nvmlSystemGetCudaDriverVersion_v2", NULL, NULL);
    if (code != 0) return code;
    *version = scenario.cuda;
    return leave("nvmlSystemGetCudaDriverVersion_v2", NULL, 0);
}

EXPORT nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) {
    int code = enter("nvmlDeviceGetCount_v2", NULL, NULL);
    if (code != 0) return code;
    *count = (unsigned int)scenario.gpus;
    return leave("nvmlDeviceGetCount_v2", NULL, 0);
}

EXPORT nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
    int inside = index < (unsigned int)scenario.gpus;
    struct gpu *gpu = NULL;
    int code = enter("nvmlDeviceGetHandleByIndex_v2", inside ? (nvmlDevice_t)&scenario.gpu[index] : NULL, inside ? &gpu : NULL);
    if (code != 0) return code;
    if (!inside || !gpu->present) return leave("nvmlDeviceGetHandleByIndex_v2", NULL, NVML_ERROR_INVALID_ARGUMENT);
    *device = (nvmlDevice_t)gpu;
    return leave("nvmlDeviceGetHandleByIndex_v2", gpu, 0);
}

EXPORT nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) {
    int code = enter("nvmlDeviceGetHandleByUUID", NULL, NULL);
    if (code != 0) return code;
    for (int i = 0; i < scenario.gpus; i++) {
        if (!strcmp(scenario.gpu[i].uuid, uuid)) {
            *device = (nvmlDevice_t)&scenario.gpu[i];
            return leave("nvmlDeviceGetHandleByUUID", &scenario.gpu[i], 0);
        }
    }
    return leave("nvmlDeviceGetHandleByUUID", NULL, NVML_ERROR_NOT_FOUND);
}
