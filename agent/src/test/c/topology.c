/* How GPUs are wired, and into what MIG split them. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "fake.h"

EXPORT nvmlReturn_t nvmlDeviceGetTopologyCommonAncestor(nvmlDevice_t device1, nvmlDevice_t device2,
                                                        nvmlGpuTopologyLevel_t *pathInfo) {
    struct gpu *one;
    int code = enter("nvmlDeviceGetTopologyCommonAncestor", device1, &one);
    if (code != 0) return code;
    for (int other = 0; other < MAX_GPUS; other++) {
        if ((void *)&scenario.gpu[other] == (void *)device2) {
            unsigned int level = scenario.level[one - scenario.gpu][other];
            *pathInfo = level == 0 ? 50 : level;
            return leave("nvmlDeviceGetTopologyCommonAncestor", one, 0);
        }
    }
    return leave("nvmlDeviceGetTopologyCommonAncestor", one, NVML_ERROR_INVALID_ARGUMENT);
}

/* A GPU with MIG on has no NVLinks to ask for; one without any does not know the question. */
static int link_code(const struct gpu *gpu, unsigned int link) {
    return gpu->mig == 1 || gpu->links == 0 ? NVML_ERROR_NOT_SUPPORTED
           : link >= (unsigned int)gpu->links ? NVML_ERROR_INVALID_ARGUMENT
                                              : 0;
}

EXPORT nvmlReturn_t nvmlDeviceGetNvLinkState(nvmlDevice_t device, unsigned int link, nvmlEnableState_t *isActive) {
    struct gpu *gpu;
    int code = enter("nvmlDeviceGetNvLinkState", device, &gpu);
    if (code != 0) return code;
    code = link_code(gpu, link);
    if (code == 0) *isActive = gpu->link[link] != LINK_OFF;
    return leave("nvmlDeviceGetNvLinkState", gpu, code);
}

EXPORT nvmlReturn_t nvmlDeviceGetNvLinkRemotePciInfo_v2(nvmlDevice_t device, unsigned int link, nvmlPciInfo_t *pci) {
    struct gpu *gpu;
    int code = enter("nvmlDeviceGetNvLinkRemotePciInfo_v2", device, &gpu);
    if (code != 0) return code;
    code = link_code(gpu, link);
    if (code == 0) {
        memset(pci, 0, sizeof *pci);
        snprintf(pci->busId, sizeof pci->busId, "%s",
                 gpu->link[link] < 0 ? "FFFFFFFF:FF:FF.0" : scenario.gpu[gpu->link[link]].bus);
    }
    return leave("nvmlDeviceGetNvLinkRemotePciInfo_v2", gpu, code);
}

EXPORT nvmlReturn_t nvmlDeviceGetNvLinkRemoteDeviceType(nvmlDevice_t device, unsigned int link,
                                                        nvmlIntNvLinkDeviceType_t *pNvLinkDeviceType) {
    struct gpu *gpu;
    int code = enter("nvmlDeviceGetNvLinkRemoteDeviceType", device, &gpu);
    if (code != 0) return code;
    code = link_code(gpu, link);
    if (code == 0) *pNvLinkDeviceType = gpu->link[link] == LINK_TO_SWITCH ? 2 : 0;
    return leave("nvmlDeviceGetNvLinkRemoteDeviceType", gpu, code);
}

EXPORT nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *count) {
    struct gpu *gpu;
    int code = enter("nvmlDeviceGetMaxMigDeviceCount", device, &gpu);
    if (code != 0) return code;
    *count = gpu->mig < 0 ? 0 : MIG_SLOTS;
    return leave("nvmlDeviceGetMaxMigDeviceCount", gpu, 0);
}

EXPORT nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned int index, nvmlDevice_t *migDevice) {
    struct gpu *gpu;
    int code = enter("nvmlDeviceGetMigDeviceHandleByIndex", device, &gpu);
    if (code != 0) return code;
    struct gpu *instance = &scenario.gpu[MAX_GPUS + (gpu - scenario.gpu) * MIG_SLOTS + (index < MIG_SLOTS ? index : 0)];
    if (index >= MIG_SLOTS || !instance->present) {
        return leave("nvmlDeviceGetMigDeviceHandleByIndex", gpu, NVML_ERROR_NOT_FOUND);
    }
    *migDevice = (nvmlDevice_t)instance;
    return leave("nvmlDeviceGetMigDeviceHandleByIndex", gpu, 0);
}
