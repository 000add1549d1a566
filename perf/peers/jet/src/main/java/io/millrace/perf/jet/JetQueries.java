package io.millrace.perf.jet;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.BuildInfoProvider;
import com.hazelcast.jet.config.JobConfig;
import com.hazelcast.jet.config.ProcessingGuarantee;
import io.millrace.perf.compare.nexmark.NexmarkTask;
import io.millrace.perf.compare.nexmark.PeerQueries;

/** Queries of NEXMark in Hazelcast Jet, from memory to a sum in memory, without snapshots. */
public final class JetQueries extends PeerQueries {
    private HazelcastInstance member;

    /** Creates one; nothing is started until it runs. */
    public JetQueries() {}

    @Override
    protected void start(final NexmarkTask task) {
        member = Hazelcast.newHazelcastInstance(JetContender.config());
    }

    @Override
    protected void execute(final NexmarkTask task) {
        final JobConfig config =
                new JobConfig().setProcessingGuarantee(ProcessingGuarantee.NONE).setAutoScaling(false);
        member.getJet()
                .newJob(QueryPipelines.build(task.query(), task.cores(), events().disorderMs()), config)
                .join();
    }

    @Override
    protected void stop() {
        member.shutdown();
    }

    @Override
    public String version() {
        return BuildInfoProvider.getBuildInfo().getVersion();
    }
}
