package io.millrace.perf.flink;

import io.millrace.perf.compare.nexmark.NexmarkEvent;
import io.millrace.perf.compare.nexmark.NexmarkTask;
import io.millrace.perf.compare.nexmark.PeerQueries;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Queries of NEXMark in Flink, from memory to a sum in memory: state on the heap, objects reused, no checkpoints. */
public final class FlinkQueries extends PeerQueries {
    /** Creates one; nothing is started until it runs. */
    public FlinkQueries() {}

    @Override
    protected void start(final NexmarkTask task) {
        // Each run has a cluster of its own.
    }

    @Override
    protected void execute(final NexmarkTask task) throws Exception {
        final StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(task.cores(), FlinkContender.configuration());
        environment.getConfig().enableObjectReuse();
        environment.setBufferTimeout(-1);
        final DataStream<NexmarkEvent> stream = environment.fromSource(
                new EventSource(),
                WatermarkStrategy.forBoundedOutOfOrderness(Duration.ofMillis(events().disorderMs())),
                "events",
                TypeInformation.of(NexmarkEvent.class));
        FlinkNexmark.build(task.query(), stream).sinkTo(new RowSink());
        environment.execute(task.query());
    }

    @Override
    protected void stop() {
        // Each run has stopped its own.
    }

    @Override
    public String version() {
        return EnvironmentInformation.getVersion();
    }
}
