package dev.berth.cli.volume;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Values;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.proto.v1.ListVolumesRequest;
import dev.berth.proto.v1.ListVolumesResponse;
import dev.berth.proto.v1.VolumeKind;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code volume ls}: volumes, newest first, and below them copies on hosts that belong to none. */
public final class VolumeList implements Verb {
    private static final int WHOLE_PAGE = 1_000;

    @Override
    public CommandSpec spec() {
        return Options.command("ls", "List volumes, newest first, and copies on hosts that are in no order.")
                .addOption(Options.text("--kind", "KIND", "Only this kind: system, pod or network."))
                .addOption(Options.text("--pod", "POD", "Only volumes of this pod, id or name."))
                .addOption(Options.text("--host", "HOST", "Only volumes with a copy on this host, id or name."))
                .addOption(Options.flag("--trashed", "What is in the trash, instead of what is not."));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        ListVolumesRequest.Builder request = ListVolumesRequest.newBuilder()
                .setPod(arguments.text("--pod", ""))
                .setHost(arguments.text("--host", ""))
                .setTrashed(arguments.has("--trashed"));
        if (arguments.has("--kind")) {
            request.setKind(Values.word("--kind", arguments.text("--kind", ""), kinds()));
        }
        ListVolumesResponse volumes = all(request.setPageSize(WHOLE_PAGE), session);
        session.render().document(volumes, () -> text(volumes, session));
        return ExitCodes.DONE;
    }

    private static ListVolumesResponse all(ListVolumesRequest.Builder request, Session session) {
        ListVolumesResponse.Builder all = ListVolumesResponse.newBuilder();
        do {
            ListVolumesRequest next =
                    request.setPageToken(all.getNextPageToken()).build();
            ListVolumesResponse page = Volumes.ask(session, stub -> stub.listVolumes(next));
            all.addAllVolumes(page.getVolumesList())
                    .addAllUnknown(page.getUnknownList())
                    .setNextPageToken(page.getNextPageToken());
        } while (!all.getNextPageToken().isEmpty());
        return all.build();
    }

    private static String text(ListVolumesResponse volumes, Session session) {
        if (volumes.getVolumesCount() == 0) {
            session.note("No such volumes. Pods bring their own; make one for many with: berth volume create NAME"
                    + " --size GB --region REGION");
        }
        String table =
                volumes.getVolumesCount() == 0 ? "" : VolumeText.table(volumes.getVolumesList(), session.clock());
        if (volumes.getUnknownCount() == 0) {
            return table;
        }
        return table + (table.isEmpty() ? "" : "\n") + VolumeText.unknown(volumes.getUnknownList());
    }

    private static Map<String, VolumeKind> kinds() {
        Map<String, VolumeKind> kinds = new LinkedHashMap<>();
        kinds.put("system", VolumeKind.SYSTEM_VOLUME);
        kinds.put("pod", VolumeKind.POD_VOLUME);
        kinds.put("network", VolumeKind.NETWORK_VOLUME);
        return kinds;
    }
}
