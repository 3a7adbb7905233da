package dev.berth.controller.rpc;

import com.google.protobuf.ByteString;
import dev.berth.controller.cluster.ObservedPod.StepLine;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.loop.PodFeed;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.protos.TimeProtos;
import dev.berth.proto.v1.GetPodLogsResponse;
import dev.berth.proto.v1.LogLine;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One GetPodLogs stream of what the platform did: the pod's events and the steps that its host told of, merged by time.
 * It follows the feed of pods, and looks for new steps as often as it is woken. Lives on the thread of {@link FeedHub}.
 */
final class SystemLog implements FeedHub.Follower {
    private final ControllerLoop loop;
    private final FeedHub hub;
    private final ServerCallStreamObserver<GetPodLogsResponse> call;
    private final TenantId tenant;
    private final String idOrName;
    private final boolean follow;
    private final int tail;
    private @Nullable Seen seen;
    private boolean asked;
    private volatile @Nullable Answer arrived;

    /** How far the reader has been told. */
    private record Seen(
            PodId podId,
            long version,
            long sequence,
            @Nullable StepLine step) {}

    private record Line(long atMillis, String text) {}

    private record Answer(
            List<Line> lines,
            @Nullable Seen seen,
            boolean over,
            @Nullable Throwable failure) {}

    SystemLog(
            ControllerLoop loop,
            FeedHub hub,
            ServerCallStreamObserver<GetPodLogsResponse> call,
            TenantId tenant,
            String idOrName,
            int tail,
            boolean follow) {
        this.loop = loop;
        this.hub = hub;
        this.call = call;
        this.tenant = tenant;
        this.idOrName = idOrName;
        this.tail = tail;
        this.follow = follow;
    }

    @Override
    public boolean proceed() {
        if (call.isCancelled()) {
            return false;
        }
        Answer answer = arrived;
        if (answer != null && call.isReady()) {
            arrived = null;
            asked = false;
            if (!take(answer)) {
                return false;
            }
        }
        if (!asked && call.isReady() && hasNews()) {
            ask();
        }
        return true;
    }

    private boolean take(Answer answer) {
        if (answer.failure != null) {
            call.onError(Refusals.of(answer.failure));
            return false;
        }
        List<Line> lines = answer.lines;
        if (seen == null && lines.size() > tail) {
            lines = lines.subList(lines.size() - tail, lines.size());
        }
        if (!lines.isEmpty()) {
            GetPodLogsResponse.Builder response = GetPodLogsResponse.newBuilder();
            lines.forEach(line -> response.addLines(LogLine.newBuilder()
                    .setTime(TimeProtos.timestamp(line.atMillis))
                    .setStream(LogLine.Stream.PLATFORM)
                    .setText(ByteString.copyFromUtf8(line.text))));
            call.onNext(response.build());
        }
        seen = answer.seen;
        if (!follow || answer.over) {
            call.onCompleted();
            return false;
        }
        return true;
    }

    /** Whether the pod changed, or a look at its steps is due. */
    private boolean hasNews() {
        Seen now = seen;
        if (now == null || hub.isTick()) {
            return true;
        }
        PodFeed.News news = hub.feed().after(now.version, 1_000);
        boolean changed =
                news.lost() || news.pods().stream().anyMatch(pod -> pod.id().equals(now.podId));
        if (!changed) {
            seen = new Seen(now.podId, news.version(), now.sequence, now.step);
        }
        return changed;
    }

    private void ask() {
        asked = true;
        Seen now = seen;
        CompletableFuture<Answer> answer = loop.query(reader -> answer(reader, now));
        Answers.whenDone(answer, (value, failure) -> {
            arrived = failure == null ? value : new Answer(List.of(), null, true, failure);
            hub.wake();
        });
    }

    private Answer answer(Reader reader, @Nullable Seen before) {
        Pod pod = PodEndpoint.find(reader, tenant, before == null ? idOrName : before.podId.value());
        List<Line> lines = new ArrayList<>();
        long sequence = before == null ? 0 : before.sequence;
        for (PodEvent event : reader.cluster().events(pod.id())) {
            if (event.sequence() > sequence) {
                sequence = event.sequence();
                lines.add(new Line(event.atMillis(), sentence(event)));
            }
        }
        List<StepLine> steps = reader.progress().steps(pod.id());
        int toldSteps = before == null || before.step == null ? 0 : steps.lastIndexOf(before.step) + 1;
        for (StepLine step : steps.subList(toldSteps, steps.size())) {
            lines.add(new Line(step.atMillis(), step.text()));
        }
        lines.sort(Comparator.comparingLong(Line::atMillis));
        StepLine lastStep = steps.isEmpty() ? null : steps.getLast();
        boolean over = pod.state().isFinal() || pod.state() == PodState.STOPPED;
        return new Answer(lines, new Seen(pod.id(), reader.cluster().version(), sequence, lastStep), over, null);
    }

    private static String sentence(PodEvent event) {
        StringBuilder text = new StringBuilder(event.to().name());
        if (event.detail() != PodDetail.NONE) {
            text.append(' ').append(event.detail());
        }
        if (event.reason() != Reason.NONE) {
            text.append(" (").append(event.reason()).append(')');
        }
        return text.append(": ").append(event.message()).toString();
    }
}
