package io.millrace.perf.flink;

import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamContender;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.streams.TradeBlock;
import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Flink in this process, from memory to a sum in memory: parallelism 1, state on the heap, objects reused, buffers sent when they are
 * full. Checkpoints, where they are asked for, go to a directory. Its tasks are threads of their own, so it uses more than one core.
 */
public final class FlinkContender implements StreamContender {
    /** Flink copies the parts of a job by serializing them, so what is not part of it lies here; one run in each process. */
    static TradeBlock trades;

    static StreamMeter meter;
    static ResultSum sum;

    /** Those that are complete; counted by the thread of the source. */
    static volatile int checkpoints;

    /** Creates one; nothing is started until it runs. */
    public FlinkContender() {}

    @Override
    public StreamOutcome run(final StreamTask task) throws Exception {
        trades = new TradeBlock(task.workload(), task.total());
        meter = new StreamMeter(task);
        sum = new ResultSum();
        final Configuration configuration = configuration();
        if (task.workload().isCheckpointed()) {
            addCheckpoints(configuration, task.directory());
        }
        final StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        environment.getConfig().enableObjectReuse();
        environment.setBufferTimeout(-1);
        final DataStream<Trade> stream = environment.fromSource(
                new TradeSource(TradeSource.Kind.BLOCK),
                WatermarkStrategy.forMonotonousTimestamps(),
                "trades",
                TypeInformation.of(Trade.class));
        FlinkJobs.build(task.workload(), stream);
        environment.execute(task.workload().id());
        return StreamOutcome.of(task.measured(), meter, sum).withCheckpoints(checkpoints);
    }

    /** One each second, exactly once, the state in files. */
    static void addCheckpoints(final Configuration configuration, final Path directory) {
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, StreamWorkload.CHECKPOINT_INTERVAL);
        configuration.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    }

    static Configuration configuration() {
        final Configuration configuration = new Configuration();
        configuration.set(JobManagerOptions.ADDRESS, "localhost");
        configuration.set(TaskManagerOptions.HOST, "localhost");
        configuration.set(TaskManagerOptions.BIND_HOST, "localhost");
        configuration.set(RestOptions.BIND_ADDRESS, "localhost");
        configuration.set(RestOptions.BIND_PORT, "0");
        return configuration;
    }

    @Override
    public String version() {
        return EnvironmentInformation.getVersion();
    }
}
