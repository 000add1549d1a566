package io.millrace.node.cli;

import io.millrace.log.error.MillraceException;
import io.millrace.streams.Job;
import io.millrace.transport.Admin;
import io.millrace.transport.AdminContext;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.TopicDescription;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many bytes of its sources a job has still to read. The job's own copies of them have the positions of the node's, so the ends of
 * the node's partitions are all that has to be asked for. One thread.
 */
final class JobLag implements AutoCloseable {
    private static final long ASK_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final NodeClient.Link link;
    private Admin admin;
    private long nextNs = System.nanoTime();
    private long bytes = JobReport.UNKNOWN_LAG;

    JobLag(final NodeClient.Link link) {
        this.link = link;
    }

    /** The lag as it was a second ago at most; unknown while the node is away. */
    long bytes(final Job job) {
        if (System.nanoTime() - nextNs >= 0) {
            bytes = ask(job);
            nextNs = System.nanoTime() + ASK_INTERVAL_NS;
        }
        return bytes;
    }

    private long ask(final Job job) {
        try {
            if (admin == null) {
                admin = Admin.connect(link.reach(new AdminContext()));
            }
            long lag = 0;
            for (final Map.Entry<String, long[]> source : job.readPositions().entrySet()) {
                final List<TopicDescription.PartitionRange> ranges =
                        admin.describeTopic(source.getKey()).partitions();
                for (int i = 0; i < ranges.size() && i < source.getValue().length; i++) {
                    lag += Math.max(0, ranges.get(i).endPosition() - source.getValue()[i]);
                }
            }
            return lag;
        } catch (final MillraceException ex) {
            // The job's own clients see to the node; what is not known is said to be so.
            close();
            return JobReport.UNKNOWN_LAG;
        }
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close();
            admin = null;
        }
    }
}
