package dev.berth.controller.telemetry;

import dev.berth.controller.model.HostId;
import dev.berth.proto.agent.v1.TelemetryCommand;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which agent attends where: the ways on which hosts are asked for logs and commands. Any thread. */
public final class Attendances {
    private final Map<HostId, Attendance> byHost = new ConcurrentHashMap<>();

    /** From now on the host is asked here; a former attendance of it ends. */
    void attend(HostId hostId, Attendance attendance) {
        Attendance former = byHost.put(hostId, attendance);
        if (former != null) {
            former.supersede();
        }
    }

    void leave(HostId hostId, Attendance attendance) {
        byHost.remove(hostId, attendance);
    }

    /** One that does not attend is asked when it does, by whoever still wants something. */
    void tell(HostId hostId, TelemetryCommand command) {
        Attendance attendance = byHost.get(hostId);
        if (attendance != null) {
            attendance.tell(command);
        }
    }

    boolean has(HostId hostId) {
        return byHost.containsKey(hostId);
    }
}
