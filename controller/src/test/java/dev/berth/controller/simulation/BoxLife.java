package dev.berth.controller.simulation;

import dev.berth.agent.model.ContainerStatus;

/** What the processes in the containers of a machine do by themselves: some end soon, and all write to their volumes. */
final class BoxLife {
    private static final long WRITE_MILLIS = 20_000;

    private final Timeline timeline;
    private final Chance chance;
    private final Machine machine;

    BoxLife(Timeline timeline, Chance chance, Machine machine) {
        this.timeline = timeline;
        this.chance = chance;
        this.machine = machine;
    }

    void started(Machine.Box box) {
        if (!box.volumes.isEmpty()) {
            writeLater(box, ++box.starts);
        }
        if (box.image.equals("brief")) {
            timeline.after(chance.between(1, 30_000), () -> machine.gate.pass(() -> machine.exitByItself(box, 3)));
        }
        if (box.image.equals("batch")) {
            int code = chance.below(4) == 0 ? 1 : 0;
            timeline.after(chance.between(1, 30_000), () -> machine.gate.pass(() -> machine.exitByItself(box, code)));
        }
    }

    /** What runs writes to its volumes, whether or not an agent is there. */
    private void writeLater(Machine.Box box, int ofStart) {
        timeline.after(
                chance.between(500, WRITE_MILLIS),
                () -> machine.gate.pass(() -> {
                    if (box.status == ContainerStatus.RUNNING && box.starts == ofStart) {
                        machine.disk.write(box.key);
                        writeLater(box, ofStart);
                    }
                }));
    }
}
