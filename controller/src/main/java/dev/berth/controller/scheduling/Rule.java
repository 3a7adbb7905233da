package dev.berth.controller.scheduling;

/** Why a host cannot take a request: the standing rules first, then what may change by itself. */
public enum Rule {
    GPU_MODEL("has none of the asked GPU models"),
    GPU_COUNT("has fewer GPUs of one model than asked"),
    CPUS("gives CPUs outside the asked range"),
    MEMORY("gives memory outside the asked range"),
    VRAM("has GPUs with less memory than asked"),
    CUDA("supports only an older CUDA version"),
    REGION("is in another region"),
    AVOIDED("is to be avoided"),
    PRICE("costs more than asked"),
    NOT_PRICED("has GPUs without a price"),
    NOT_READY("does not answer at the moment"),
    BUSY("has too few free units at the moment");

    private final String sentence;

    Rule(String sentence) {
        this.sentence = sentence;
    }

    /** Completes "a host that …". */
    public String sentence() {
        return sentence;
    }
}
