/* The fake libnvidia-ml.so.1: state read from a scenario file, and the door through which every exported call goes. */
#ifndef FAKE_H
#define FAKE_H

#include "nvml_abi.h" /* generated from nvml-abi.json */

#define EXPORT __attribute__((visibility("default")))
#define MAX_GPUS 32
#define MIG_SLOTS 7
#define MAX_LINKS 18
#define MAX_PROCESSES 64
#define MAX_EFFECTS 64
#define CPU_WORDS 64
#define NO_GPU (-1)
#define IDLE_MIB 5 /* memory in use when nobody computes */

struct process {
    unsigned int pid;
    unsigned long long bytes;
};

struct gpu {
    int present;
    char uuid[96];
    char name[96];
    unsigned char raw_name[96]; /* written as it is, without an end, when raw_name_length is not 0 */
    int raw_name_length;
    char bus[32];
    unsigned int minor;
    unsigned long long memory_mib, used_mib;
    int capability_major, capability_minor;
    unsigned int brand, architecture;
    unsigned long cpus[CPU_WORDS];
    int mig; /* -1: not supported */
    int links;            /* NVLinks that it has */
    int link[MAX_LINKS];  /* index of the GPU at the other end, or LINK_OFF, or LINK_TO_SWITCH */
    int processes;
    struct process process[MAX_PROCESSES];
};

#define LINK_OFF (-1)
#define LINK_TO_SWITCH (-2)

enum effect_kind { RETURN, DELAY, HANG, ABORT, SEGV, EXIT, PRINT };

struct effect {
    char symbol[80]; /* or * */
    int gpu;         /* or NO_GPU for any */
    enum effect_kind kind;
    int number;
    char text[80];
    int after; /* calls that pass before it begins */
    int times; /* calls that it then lasts; -1 for ever */
};

struct scenario {
    char driver[80];
    int cuda; /* 0: asked of libcuda in vain */
    int gpus;
    struct gpu gpu[MAX_GPUS + MAX_GPUS * MIG_SLOTS]; /* behind the GPUs their MIG instances, slot by slot */
    unsigned int level[MAX_GPUS][MAX_GPUS];          /* topology of two GPUs; 0: NVML_TOPOLOGY_SYSTEM */
    int effects;
    struct effect effect[MAX_EFFECTS];
    int process_stride; /* distance of the elements of _v3 */
    int grow_processes; /* how many come between asking for the count and reading the list */
};

extern struct scenario scenario;

void load_scenario(void);

/* Everything that a call does before its own work: load, wait, crash, refuse. The code to return at once, or 0 to go on. */
int enter(const char *symbol, nvmlDevice_t device, struct gpu **gpu);
/* Logs the call with its code and returns the code. */
int leave(const char *symbol, const struct gpu *gpu, int code);
/* Copies text if it fits with its end; the code. */
int give_text(char *to, unsigned int length, const char *text);

extern int init_count;

#endif
