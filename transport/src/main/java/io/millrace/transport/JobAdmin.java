package io.millrace.transport;

import io.millrace.log.JdkAccess;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.ingress.JobCommandProxy;
import io.millrace.transport.protocol.JobSummary;
import java.util.ArrayList;
import java.util.List;

/** Lists the jobs of a node, and has them stop. One thread. */
public final class JobAdmin implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    private final Answers answers = new Answers();
    private final Connection connection;
    private final JobCommandProxy commands;

    private JobAdmin(final Context context) {
        connection = Connection.open(context.conclude(), answers);
        commands = new JobCommandProxy(connection.ingress());
    }

    /**
     * Connects to a node.
     *
     * @param context with the settings
     * @return the client
     * @throws MillraceException when the settings are wrong or no node answers
     */
    public static JobAdmin connect(final Context context) {
        return new JobAdmin(context);
    }

    /**
     * Lists the jobs that this client may see.
     *
     * @return jobs that run, failed or are lost, in the order of their names
     */
    public List<JobSummary> jobs() {
        final List<JobSummary> all = new ArrayList<>();
        do {
            final String after = all.isEmpty() ? "" : all.get(all.size() - 1).name();
            final long id = connection.nextCorrelationId();
            connection.request("list jobs", id, () -> commands.list(id, after), () -> answers.answeredId == id);
            all.addAll(answers.page);
        } while (answers.hasMore && !answers.page.isEmpty());
        return all;
    }

    /**
     * Has a job stop in order: it takes a last checkpoint, and ends when all its output is acknowledged. Does not wait for that; the job
     * is in the list until then.
     *
     * @param name of the job
     * @return key of the process that was told, see {@link JobSummary#jobKey()}
     * @throws MillraceException NOT_FOUND when no job of that name runs
     */
    public long stop(final String name) {
        final long id = connection.nextCorrelationId();
        connection.request("stop job", id, () -> commands.stop(id, name), () -> answers.answeredId == id);
        return answers.stoppingKey;
    }

    /** Ends the session. */
    @Override
    public void close() {
        connection.close();
    }

    private static final class Answers extends SessionEvents {
        private long answeredId;
        private List<JobSummary> page = List.of();
        private boolean hasMore;
        private long stoppingKey;

        @Override
        public void onJobs(final long correlationId, final List<JobSummary> jobs, final boolean isMore) {
            page = jobs;
            hasMore = isMore;
            answeredId = correlationId;
        }

        @Override
        public void onJobStopping(final long correlationId, final long jobKey) {
            stoppingKey = jobKey;
            answeredId = correlationId;
        }
    }

    /** What a {@link JobAdmin} is made from. Channel must be set; the rest has defaults. */
    public static final class Context extends ClientContext<Context> {
        /** Creates a context with defaults. */
        public Context() {}

        @Override
        public String toString() {
            return "jobs";
        }

        @Override
        Context self() {
            return this;
        }

        ConnectionSettings conclude() {
            final ConnectionSettings settings = settings("jobs");
            ConnectionSettings.check("job admin", settings.problems());
            close();
            return settings;
        }
    }
}
