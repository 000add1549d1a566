package io.millrace.perf.jet;

import com.hazelcast.jet.Traverser;
import com.hazelcast.jet.core.AbstractProcessor;
import com.hazelcast.jet.core.EventTimeMapper;
import com.hazelcast.jet.core.EventTimePolicy;
import com.hazelcast.jet.core.ProcessorMetaSupplier;
import com.hazelcast.jet.core.ProcessorSupplier;
import com.hazelcast.jet.pipeline.Sources;
import com.hazelcast.jet.pipeline.StreamSource;
import io.millrace.perf.compare.nexmark.NexmarkBlock;
import io.millrace.perf.compare.nexmark.NexmarkEvent;
import io.millrace.perf.compare.nexmark.PeerQueries;
import java.util.stream.IntStream;

/** Events out of memory, as fast as those behind take them; each of several sources gives out every so manieth. */
final class EventSource extends AbstractProcessor {
    /** What the time is only matters to those who want to find out who is idle. */
    private static final long NO_CLOCK = 0;

    private final NexmarkBlock events = PeerQueries.events();
    private final EventTimeMapper<NexmarkEvent> mapper;
    private final int step;
    private Traverser<Object> pending;
    private int next;
    private boolean hasBegun;

    private EventSource(final EventTimePolicy<? super NexmarkEvent> policy, final int first, final int step) {
        this.mapper = new EventTimeMapper<>(policy);
        this.mapper.addPartitions(1);
        this.next = first;
        this.step = step;
    }

    static StreamSource<NexmarkEvent> create(final int parallelism) {
        return Sources.streamFromProcessorWithWatermarks(
                "events", true, policy -> ProcessorMetaSupplier.of(parallelism, new Supplier(policy)));
    }

    @Override
    public boolean complete() {
        if (!hasBegun) {
            hasBegun = true;
            PeerQueries.current().onFirstEvent();
        }
        while (true) {
            if (pending != null && !emitFromTraverser(pending)) {
                return false;
            }
            if (next >= events.count()) {
                return true;
            }
            final NexmarkEvent event = events.get(next);
            pending = mapper.flatMapEvent(NO_CLOCK, event, 0, event.ts());
            next += step;
        }
    }

    private record Supplier(EventTimePolicy<? super NexmarkEvent> policy) implements ProcessorSupplier {
        @Override
        public java.util.List<EventSource> get(final int count) {
            return IntStream.range(0, count)
                    .mapToObj(index -> new EventSource(policy, index, count))
                    .toList();
        }
    }
}
