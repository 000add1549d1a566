package io.millrace.perf.flink;

import io.millrace.perf.compare.recovery.RecoveryContender;
import io.millrace.perf.compare.recovery.RecoveryMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Flink in this process, whose checkpoints in files are all that is left of it, with the settings of {@link FlinkLatency}. */
public final class FlinkRecovery implements RecoveryContender {
    /** What is not part of a job lies here; one job in each process. */
    static int keys;

    static Runnable ready;
    static RecoveryMeter meter;

    /** Creates one. */
    public FlinkRecovery() {}

    @Override
    public void fill(final Path directory, final int newKeys, final Runnable newReady) throws Exception {
        keys = newKeys;
        ready = newReady;
        start(configuration(directory)).getJobExecutionResult().get();
    }

    @Override
    public void recover(final Path directory, final int newKeys, final RecoveryMeter newMeter) throws Exception {
        keys = newKeys;
        ready = () -> {};
        meter = newMeter;
        final Configuration configuration = configuration(directory);
        configuration.set(
                StateRecoveryOptions.SAVEPOINT_PATH, newest(directory).toUri().toString());
        final JobClient job = start(configuration);
        newMeter.await();
        job.cancel().get();
    }

    private static Configuration configuration(final Path directory) {
        final Configuration configuration = FlinkContender.configuration();
        FlinkContender.addCheckpoints(configuration, directory);
        return configuration;
    }

    /** The last one that is complete. */
    private static Path newest(final Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory.resolve("checkpoints"))) {
            return paths.filter(path -> path.endsWith("_metadata"))
                    .map(Path::getParent)
                    .max(Comparator.comparingLong(FlinkRecovery::number))
                    .orElseThrow(() -> new IllegalStateException("no checkpoint is complete"));
        }
    }

    private static long number(final Path checkpoint) {
        final String name = checkpoint.getFileName().toString();
        return Long.parseLong(name.substring(name.indexOf('-') + 1));
    }

    private static JobClient start(final Configuration configuration) throws Exception {
        final StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        environment.getConfig().enableObjectReuse();
        environment.setBufferTimeout(0);
        environment
                .fromSource(
                        new TradeSource(TradeSource.Kind.RECOVERY),
                        WatermarkStrategy.noWatermarks(),
                        "trades",
                        TypeInformation.of(Trade.class))
                .uid("trades")
                .keyBy(trade -> trade.instrumentId)
                .process(new AddUp())
                .uid("sums")
                .sinkTo(new SumSink<>(FlinkRecovery::add))
                .uid("meter");
        return environment.executeAsync("recovery");
    }

    private static void add(final Sums sums) {
        if (meter != null) {
            meter.onResult(
                    sums.windowEndUs, sums.instrumentId, sums.count, sums.quantity, sums.notional / sums.quantity);
        }
    }

    @Override
    public String version() {
        return new FlinkContender().version();
    }
}
