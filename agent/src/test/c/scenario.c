/*
 * Reads the scenario that FAKE_NVML_SCENARIO names. One statement a line; '#' begins a comment. A line that makes no sense ends
 * the process, loudly. FAKE_NVML_LOG names a file that gets a line for each call: symbol, GPU or -1, code or what it suffered.
 *
 *   driver TEXT                     what nvmlSystemGetDriverVersion says
 *   cuda NUMBER                     major * 1000 + minor * 10
 *   gpu N uuid|name|bus|minor|memory|capability|brand|architecture|mig VALUE     memory in MiB; without mig it is not supported
 *   gpu N used MIB                  memory in use, 5 where none is told; of an instance with mig N SLOT
 *   gpu N cpus LIST                 as the kernel writes lists
 *   gpu N raw-name HEX              a name of these bytes, with no NUL behind
 *   gpu N nvlink GPU|switch|off     one more NVLink, and what is at its other end
 *   mig N SLOT uuid|name|memory VALUE     an instance of GPU N in that slot; memory in MiB
 *   topology N M LEVEL              of two GPUs, as NVML numbers it; 50 where none is told
 *   gpu N process PID BYTES         one more compute process; BYTES -1: not available
 *   stride BYTES                    distance of the elements that ..RunningProcesses_v3 writes; 24 in every header
 *   grow-processes N                so many processes come between the question for their number and the reading
 *   call SYMBOL|* [gpu N] EFFECT [after CALLS] [times CALLS]
 *     EFFECT: return CODE | delay MILLIS | hang | abort | segv | exit CODE | print WORD
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

struct scenario scenario = {.driver = "0.0", .process_stride = (int)sizeof(nvmlProcessInfo_v2_t)};

static void refuse(const char *line) {
    fprintf(stderr, "fake libnvidia-ml: the scenario's line makes no sense: %s\n", line);
    exit(70);
}

static void copy(char *to, size_t size, const char *from) {
    snprintf(to, size, "%s", from);
}

static void set_cpus(struct gpu *gpu, char *list) {
    for (char *part = strtok(list, ","); part != NULL; part = strtok(NULL, ",")) {
        int first, last;
        int read = sscanf(part, "%d-%d", &first, &last);
        if (read < 1) {
            refuse(part);
        }
        for (int cpu = first; cpu <= (read == 2 ? last : first); cpu++) {
            gpu->cpus[cpu / 64] |= 1UL << (cpu % 64);
        }
    }
}

static void set_raw_name(struct gpu *gpu, const char *hex) {
    unsigned int byte;
    for (; sscanf(hex, "%2x", &byte) == 1 && gpu->raw_name_length < 96; hex += 2) {
        gpu->raw_name[gpu->raw_name_length++] = (unsigned char)byte;
    }
}

static void add_process(struct gpu *gpu, const char *value, const char *line) {
    struct process *process = &gpu->process[gpu->processes];
    if (gpu->processes == MAX_PROCESSES || sscanf(value, "%u %lld", &process->pid, (long long *)&process->bytes) != 2) {
        refuse(line);
    }
    gpu->processes++;
}

static void add_link(struct gpu *gpu, const char *value, const char *line) {
    if (gpu->links == MAX_LINKS) {
        refuse(line);
    }
    gpu->link[gpu->links++] = !strcmp(value, "switch") ? LINK_TO_SWITCH : !strcmp(value, "off") ? LINK_OFF : atoi(value);
}

static void read_instance(char *rest, const char *line) {
    int parent, slot, value_at = 0;
    char key[32];
    if (sscanf(rest, "%d %d %31s %n", &parent, &slot, key, &value_at) < 3 || parent < 0 || parent >= MAX_GPUS || slot < 0
        || slot >= MIG_SLOTS) {
        refuse(line);
    }
    struct gpu *instance = &scenario.gpu[MAX_GPUS + parent * MIG_SLOTS + slot];
    char *value = rest + value_at;
    if (!instance->present) {
        instance->present = 1;
        instance->mig = -1;
        instance->used_mib = IDLE_MIB;
    }
    if (!strcmp(key, "uuid")) copy(instance->uuid, sizeof instance->uuid, value);
    else if (!strcmp(key, "name")) copy(instance->name, sizeof instance->name, value);
    else if (!strcmp(key, "memory")) instance->memory_mib = strtoull(value, NULL, 10);
    else if (!strcmp(key, "used")) instance->used_mib = strtoull(value, NULL, 10);
    else if (!strcmp(key, "process")) add_process(instance, value, line);
    else refuse(line);
}

static void read_topology(const char *rest, const char *line) {
    unsigned int one, other, level;
    if (sscanf(rest, "%u %u %u", &one, &other, &level) != 3 || one >= MAX_GPUS || other >= MAX_GPUS) {
        refuse(line);
    }
    scenario.level[one][other] = scenario.level[other][one] = level;
}

static void read_gpu(char *rest, const char *line) {
    int index, value_at = 0;
    char key[32];
    if (sscanf(rest, "%d %31s %n", &index, key, &value_at) < 2 || index < 0 || index >= MAX_GPUS) {
        refuse(line);
    }
    struct gpu *gpu = &scenario.gpu[index];
    char *value = rest + value_at;
    if (!gpu->present) {
        gpu->present = 1;
        gpu->mig = -1;
        gpu->used_mib = IDLE_MIB;
        scenario.gpus = index + 1 > scenario.gpus ? index + 1 : scenario.gpus;
    }
    if (!strcmp(key, "uuid")) copy(gpu->uuid, sizeof gpu->uuid, value);
    else if (!strcmp(key, "name")) copy(gpu->name, sizeof gpu->name, value);
    else if (!strcmp(key, "raw-name")) set_raw_name(gpu, value);
    else if (!strcmp(key, "bus")) copy(gpu->bus, sizeof gpu->bus, value);
    else if (!strcmp(key, "minor")) gpu->minor = (unsigned int)atoi(value);
    else if (!strcmp(key, "memory")) gpu->memory_mib = strtoull(value, NULL, 10);
    else if (!strcmp(key, "used")) gpu->used_mib = strtoull(value, NULL, 10);
    else if (!strcmp(key, "capability")) sscanf(value, "%d.%d", &gpu->capability_major, &gpu->capability_minor);
    else if (!strcmp(key, "brand")) gpu->brand = (unsigned int)atoi(value);
    else if (!strcmp(key, "architecture")) gpu->architecture = (unsigned int)strtoul(value, NULL, 10);
    else if (!strcmp(key, "cpus")) set_cpus(gpu, value);
    else if (!strcmp(key, "mig")) gpu->mig = atoi(value);
    else if (!strcmp(key, "nvlink")) add_link(gpu, value, line);
    else if (!strcmp(key, "process")) add_process(gpu, value, line);
    else refuse(line);
}

static void read_call(char *rest, const char *line) {
    if (scenario.effects == MAX_EFFECTS) {
        refuse(line);
    }
    struct effect *effect = &scenario.effect[scenario.effects++];
    effect->gpu = NO_GPU;
    effect->times = -1;
    int kind_known = 0;
    char *word = strtok(rest, " ");
    copy(effect->symbol, sizeof effect->symbol, word == NULL ? "" : word);
    while ((word = strtok(NULL, " ")) != NULL) {
        static const char *const KINDS[] = {"return", "delay", "hang", "abort", "segv", "exit", "print"};
        for (int kind = RETURN; kind <= PRINT; kind++) {
            if (!strcmp(word, KINDS[kind])) {
                effect->kind = (enum effect_kind)kind;
                kind_known = 1;
            }
        }
        if (!strcmp(word, "hang") || !strcmp(word, "abort") || !strcmp(word, "segv")) {
            continue;
        }
        char *value = strtok(NULL, " ");
        if (value == NULL) refuse(line);
        else if (!strcmp(word, "gpu")) effect->gpu = atoi(value);
        else if (!strcmp(word, "after")) effect->after = atoi(value);
        else if (!strcmp(word, "times")) effect->times = atoi(value);
        else if (!strcmp(word, "print")) copy(effect->text, sizeof effect->text, value);
        else if (!strcmp(word, "return") || !strcmp(word, "delay") || !strcmp(word, "exit")) effect->number = atoi(value);
        else refuse(line);
    }
    if (!kind_known) {
        refuse(line);
    }
}

void load_scenario(void) {
    const char *path = getenv("FAKE_NVML_SCENARIO");
    FILE *file = path == NULL ? NULL : fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "fake libnvidia-ml: FAKE_NVML_SCENARIO names no file that can be read\n");
        exit(70);
    }
    char line[512];
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "#\n")] = 0;
        char whole[512];
        copy(whole, sizeof whole, line);
        char word[32];
        int rest = 0;
        if (sscanf(line, "%31s %n", word, &rest) < 1) continue;
        if (!strcmp(word, "driver")) copy(scenario.driver, sizeof scenario.driver, line + rest);
        else if (!strcmp(word, "cuda")) scenario.cuda = atoi(line + rest);
        else if (!strcmp(word, "stride")) scenario.process_stride = atoi(line + rest);
        else if (!strcmp(word, "grow-processes")) scenario.grow_processes = atoi(line + rest);
        else if (!strcmp(word, "gpu")) read_gpu(line + rest, whole);
        else if (!strcmp(word, "mig")) read_instance(line + rest, whole);
        else if (!strcmp(word, "topology")) read_topology(line + rest, whole);
        else if (!strcmp(word, "call")) read_call(line + rest, whole);
        else refuse(whole);
    }
    fclose(file);
}
