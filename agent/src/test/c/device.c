/* The facts of one GPU. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "fake.h"

/* Writes a getter whose result is one assignment or a call that gives a code. */
#define GETTER(symbol, parameters, body)                \
    EXPORT nvmlReturn_t symbol parameters {             \
        struct gpu *gpu;                                \
        int code = enter(#symbol, device, &gpu);        \
        if (code != 0) return code;                     \
        body;                                           \
        return leave(#symbol, gpu, code);               \
    }

GETTER(nvmlDeviceGetIndex, (nvmlDevice_t device, unsigned int *index), *index = (unsigned int)(gpu - scenario.gpu))
GETTER(nvmlDeviceGetUUID, (nvmlDevice_t device, char *uuid, unsigned int length), code = give_text(uuid, length, gpu->uuid))
GETTER(nvmlDeviceGetMinorNumber, (nvmlDevice_t device, unsigned int *minorNumber), *minorNumber = gpu->minor)
GETTER(nvmlDeviceGetBrand, (nvmlDevice_t device, nvmlBrandType_t *type), *type = gpu->brand)
GETTER(nvmlDeviceGetArchitecture, (nvmlDevice_t device, nvmlDeviceArchitecture_t *arch), *arch = gpu->architecture)

static int give_name(const struct gpu *gpu, char *name, unsigned int length) {
    if (gpu->raw_name_length == 0) {
        return give_text(name, length, gpu->name);
    }
    memcpy(name, gpu->raw_name, length < (unsigned int)gpu->raw_name_length ? length : (unsigned int)gpu->raw_name_length);
    return 0;
}

GETTER(nvmlDeviceGetName, (nvmlDevice_t device, char *name, unsigned int length), code = give_name(gpu, name, length))

static void give_pci(const struct gpu *gpu, nvmlPciInfo_t *pci) {
    memset(pci, 0, sizeof *pci);
    snprintf(pci->busId, sizeof pci->busId, "%s", gpu->bus);
    if (strlen(gpu->bus) > 4) {
        snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%.15s", gpu->bus + 4);
    }
    sscanf(gpu->bus, "%x:%x:%x", &pci->domain, &pci->bus, &pci->device);
}

GETTER(nvmlDeviceGetPciInfo_v3, (nvmlDevice_t device, nvmlPciInfo_t *pci), give_pci(gpu, pci))

static void give_memory(const struct gpu *gpu, nvmlMemory_t *memory) {
    memory->total = gpu->memory_mib << 20;
    memory->used = gpu->used_mib << 20;
    memory->free = memory->total - memory->used;
}

GETTER(nvmlDeviceGetMemoryInfo, (nvmlDevice_t device, nvmlMemory_t *memory), give_memory(gpu, memory))

static int give_memory_v2(const struct gpu *gpu, nvmlMemory_v2_t *memory) {
    if (memory->version != nvmlMemory_v2_t_VERSION) {
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    }
    memory->total = gpu->memory_mib << 20;
    memory->reserved = 300ULL << 20;
    memory->used = gpu->used_mib << 20;
    memory->free = memory->total - memory->reserved - memory->used;
    return 0;
}

GETTER(nvmlDeviceGetMemoryInfo_v2, (nvmlDevice_t device, nvmlMemory_v2_t *memory), code = give_memory_v2(gpu, memory))

GETTER(nvmlDeviceGetCudaComputeCapability, (nvmlDevice_t device, int *major, int *minor), {
    *major = gpu->capability_major;
    *minor = gpu->capability_minor;
})

GETTER(nvmlDeviceGetCpuAffinity, (nvmlDevice_t device, unsigned int cpuSetSize, unsigned long *cpuSet), {
    for (unsigned int i = 0; i < cpuSetSize; i++) {
        cpuSet[i] = i < CPU_WORDS ? gpu->cpus[i] : 0;
    }
})

GETTER(nvmlDeviceGetMigMode, (nvmlDevice_t device, unsigned int *currentMode, unsigned int *pendingMode), {
    if (gpu->mig < 0) {
        code = NVML_ERROR_NOT_SUPPORTED;
    } else {
        *currentMode = *pendingMode = (unsigned int)gpu->mig;
    }
})

/* In: the room. Out: what is needed. The list grows once, after somebody asked only for its size. */
static int give_processes(struct gpu *gpu, unsigned int *count, void *infos, int stride, size_t size) {
    unsigned int room = *count;
    *count = (unsigned int)gpu->processes;
    if (infos == NULL || room < *count) {
        for (; scenario.grow_processes > 0 && gpu->processes < MAX_PROCESSES; scenario.grow_processes--) {
            gpu->process[gpu->processes++] = (struct process){.pid = 900000u + (unsigned int)gpu->processes, .bytes = 1 << 20};
        }
        return *count == 0 ? 0 : NVML_ERROR_INSUFFICIENT_SIZE;
    }
    for (unsigned int i = 0; i < *count; i++) {
        nvmlProcessInfo_v2_t info = {
            .pid = gpu->process[i].pid,
            .usedGpuMemory = gpu->process[i].bytes,
            .gpuInstanceId = 0xFFFFFFFFu,
            .computeInstanceId = 0xFFFFFFFFu,
        };
        memset((char *)infos + (size_t)i * (size_t)stride, 0, (size_t)stride);
        memcpy((char *)infos + (size_t)i * (size_t)stride, &info, size);
    }
    return 0;
}

GETTER(nvmlDeviceGetComputeRunningProcesses_v3, (nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t *infos),
       code = give_processes(gpu, infoCount, infos, scenario.process_stride, sizeof(nvmlProcessInfo_v2_t)))
GETTER(nvmlDeviceGetComputeRunningProcesses_v2, (nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t *infos),
       code = give_processes(gpu, infoCount, infos, (int)sizeof(nvmlProcessInfo_v2_t), sizeof(nvmlProcessInfo_v2_t)))
GETTER(nvmlDeviceGetComputeRunningProcesses, (nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v1_t *infos),
       code = give_processes(gpu, infoCount, infos, (int)sizeof(nvmlProcessInfo_v1_t), sizeof(nvmlProcessInfo_v1_t)))
