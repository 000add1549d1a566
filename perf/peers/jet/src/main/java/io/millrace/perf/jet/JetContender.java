package io.millrace.perf.jet;

import com.hazelcast.config.Config;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.BuildInfoProvider;
import com.hazelcast.jet.config.JobConfig;
import com.hazelcast.jet.config.ProcessingGuarantee;
import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamContender;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.streams.TradeBlock;

/**
 * Hazelcast Jet in this process, from memory to a sum in memory: one member that looks for no other, local parallelism 1, as many
 * cooperative threads as there are cores, which is the default. Snapshots, where they are asked for, go to the member's memory, which is the
 * only place that the open edition has for them.
 */
public final class JetContender implements StreamContender {
    /** Jet copies the parts of a job by serializing them, so what is not part of it lies here; one run in each process. */
    static TradeBlock trades;

    static StreamMeter meter;
    static ResultSum sum;

    /** Those that are complete; counted by a thread of Jet. */
    static volatile int snapshots;

    /** Creates one; nothing is started until it runs. */
    public JetContender() {}

    @Override
    public StreamOutcome run(final StreamTask task) {
        trades = new TradeBlock(task.workload(), task.total());
        meter = new StreamMeter(task);
        sum = new ResultSum();
        final HazelcastInstance member = Hazelcast.newHazelcastInstance(config());
        try {
            member.getJet()
                    .newJob(
                            JetJobs.build(task.workload()),
                            jobConfig(task.workload().id(), task.workload().isCheckpointed()))
                    .join();
        } finally {
            member.shutdown();
        }
        return StreamOutcome.of(task.measured(), meter, sum).withCheckpoints(snapshots);
    }

    static JobConfig jobConfig(final String name, final boolean isCheckpointed) {
        return new JobConfig()
                .setName(name)
                .setProcessingGuarantee(isCheckpointed ? ProcessingGuarantee.EXACTLY_ONCE : ProcessingGuarantee.NONE)
                .setSnapshotIntervalMillis(StreamWorkload.CHECKPOINT_INTERVAL.toMillis())
                .setAutoScaling(false);
    }

    static Config config() {
        final Config config = new Config();
        // Nothing is reported to anybody, and nobody is looked for.
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getNetworkConfig().setPublicAddress("127.0.0.1");
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(true);
        config.getSerializationConfig()
                .addSerializerConfig(
                        new SerializerConfig().setTypeClass(Sums.class).setImplementation(new SumsSerializer()));
        return config;
    }

    @Override
    public String version() {
        return BuildInfoProvider.getBuildInfo().getVersion();
    }
}
