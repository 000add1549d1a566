package io.millrace.perf.flink;

import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyContender;
import io.millrace.perf.compare.latency.LatencyMeter;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.streams.TradeBlock;
import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Flink in this process, from memory to memory, with the settings of {@link FlinkContender}, but that a buffer is sent with each record. */
public final class FlinkLatency implements LatencyContender {
    /** What is not part of a job lies here; one job at a time. */
    static TradeBlock trades;

    static Pace pace;
    static LatencyMeter meter;

    /** Creates one. */
    public FlinkLatency() {}

    @Override
    public void open(final Path directory) {
        // There is a local cluster for each rate.
    }

    @Override
    public void run(
            final LatencyCase latencyCase, final Pace newPace, final LatencyMeter newMeter, final Path directory)
            throws Exception {
        trades = new TradeBlock(LatencyCase.KEYS, newPace.intervalNs(), newPace.total());
        pace = newPace;
        meter = newMeter;
        final Configuration configuration = FlinkContender.configuration();
        if (latencyCase.isCheckpointed()) {
            FlinkContender.addCheckpoints(configuration, directory);
        }
        final JobClient job = environment(configuration).executeAsync(latencyCase.id());
        meter.await(pace);
        job.cancel().get();
        job.getJobExecutionResult().handle((result, failure) -> null).get();
    }

    private static StreamExecutionEnvironment environment(final Configuration configuration) {
        final StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        environment.getConfig().enableObjectReuse();
        environment.setBufferTimeout(0);
        environment
                .fromSource(
                        new TradeSource(TradeSource.Kind.PACED),
                        WatermarkStrategy.noWatermarks(),
                        "trades",
                        TypeInformation.of(Trade.class))
                .keyBy(trade -> trade.instrumentId)
                .process(new AddUp())
                .sinkTo(new SumSink<>(FlinkLatency::add));
        return environment;
    }

    private static void add(final Sums sums) {
        meter.onResult(sums.windowEndUs, sums.instrumentId, sums.count, sums.quantity, sums.notional / sums.quantity);
    }

    @Override
    public String version() {
        return new FlinkContender().version();
    }

    @Override
    public void close() {
        // Nothing is left open.
    }
}
