package dev.berth.controller.scheduling;

/** Why a host cannot take a request, in the order of asking: the standing rules first, then what may change by itself. */
public enum Rule {
    GPU_MODEL("has none of the asked GPU models"),
    GPU_COUNT("has fewer units of one model than asked"),
    VRAM("has GPUs with less memory than asked"),
    CUDA("supports only an older CUDA version"),
    CPUS("gives CPUs outside the asked range"),
    MEMORY("gives memory outside the asked range"),
    REGION("is in another region"),
    NOT_PRICED("has GPUs without a price"),
    PRICE("costs more than asked"),
    BID("has a spot price above the bid"),
    AVOIDED("is to be avoided"),
    SHARE("has not mounted the share of a network volume in its region"),
    DISK_SIZE("has a smaller disk than asked"),
    PORT_RANGE("publishes fewer ports than asked"),
    GANG("has no room for the whole gang, nor have the hosts of its fabric"),
    BLACKLISTED("is blacklisted by the tenant for a while"),
    NOT_OPEN("is not open for new pods"),
    NOT_READY("does not answer at the moment"),
    DISK_FULL("has an almost full disk and takes no new pods until there is room on it again"),
    VOLUMES("cannot get the pod's volumes: the host that has them does not answer"),
    DISK("has too little free disk at the moment"),
    PORTS("has fewer free ports than asked at the moment"),
    BUSY("has too few free units at the moment");

    private final String sentence;

    Rule(String sentence) {
        this.sentence = sentence;
    }

    /** Completes "a host that …". */
    public String sentence() {
        return sentence;
    }

    /** Whether it will say no for as long as request and host are as they are. */
    public boolean isStanding() {
        return compareTo(BLACKLISTED) < 0;
    }
}
