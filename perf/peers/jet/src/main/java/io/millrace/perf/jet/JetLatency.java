package io.millrace.perf.jet;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.jet.Job;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.SinkBuilder;
import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyContender;
import io.millrace.perf.compare.latency.LatencyMeter;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.streams.TradeBlock;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;

/** Hazelcast Jet in this process, from memory to memory, with the settings of {@link JetContender}; one member for all rates. */
public final class JetLatency implements LatencyContender {
    /** What is not part of a job lies here; one job at a time. */
    static TradeBlock trades;

    static Pace pace;
    static LatencyMeter meter;

    private HazelcastInstance member;

    /** Creates one. */
    public JetLatency() {}

    @Override
    public void open(final Path directory) {
        member = Hazelcast.newHazelcastInstance(JetContender.config());
    }

    @Override
    public void run(
            final LatencyCase latencyCase, final Pace newPace, final LatencyMeter newMeter, final Path directory) {
        trades = new TradeBlock(LatencyCase.KEYS, newPace.intervalNs(), newPace.total());
        pace = newPace;
        meter = newMeter;
        final Job job = member.getJet()
                .newJob(pipeline(), JetContender.jobConfig(latencyCase.id(), latencyCase.isCheckpointed()));
        meter.await(pace);
        job.cancel();
        try {
            job.join();
        } catch (final CancellationException ex) {
            // As it was asked to.
        }
    }

    private static Pipeline pipeline() {
        final Pipeline pipeline = Pipeline.create();
        pipeline.readFrom(PacedSource.create())
                .withoutTimestamps()
                .setLocalParallelism(1)
                .groupingKey(Trade::instrumentId)
                .<Sums, RunningSums>mapStateful(Sums::new, (sums, instrumentId, trade) -> RunningSums.of(sums, trade))
                .setLocalParallelism(1)
                .writeTo(SinkBuilder.sinkBuilder("meter", context -> JetLatency.meter)
                        .<RunningSums>receiveFn((meter, result) -> meter.onResult(
                                result.dueNs(),
                                result.instrumentId(),
                                result.count(),
                                result.quantity(),
                                result.vwap()))
                        .preferredLocalParallelism(1)
                        .build());
        return pipeline;
    }

    @Override
    public String version() {
        return new JetContender().version();
    }

    @Override
    public void close() {
        if (member != null) {
            member.shutdown();
        }
    }
}
