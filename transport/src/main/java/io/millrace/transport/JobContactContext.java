package io.millrace.transport;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a {@link JobContact} is made from. Channel and name must be set; the rest has defaults. */
public final class JobContactContext extends ClientContext<JobContactContext> {
    private String name;
    private String host = "";
    private String topology = "";
    private long leaseNs = TimeUnit.SECONDS.toNanos(5);

    /** Creates a context with defaults. */
    public JobContactContext() {}

    /**
     * Name of the job: one job of a name runs at a time.
     *
     * @param jobName 1 to 249 letters, digits, dots, underscores and hyphens
     * @return this
     */
    public JobContactContext name(final String jobName) {
        checkOpen();
        name = jobName;
        return this;
    }

    /**
     * Where the job runs, for people; empty when not set.
     *
     * @param hostName any text
     * @return this
     */
    public JobContactContext host(final String hostName) {
        checkOpen();
        host = hostName;
        return this;
    }

    /**
     * What the job does, for people; empty when not set.
     *
     * @param summary in a line
     * @return this
     */
    public JobContactContext topology(final String summary) {
        checkOpen();
        topology = summary;
        return this;
    }

    /**
     * How long the job may be silent before it is taken for lost, and its name may be taken by another; 5 s when not set.
     *
     * @param lease in nanoseconds, 100 ms to 24 h
     * @return this
     */
    public JobContactContext leaseNs(final long lease) {
        checkOpen();
        leaseNs = lease;
        return this;
    }

    String name() {
        return name;
    }

    String host() {
        return host;
    }

    String topology() {
        return topology;
    }

    long leaseNs() {
        return leaseNs;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public JobContactContext conclude() {
        final List<String> problems = settings().problems();
        if (name == null || name.isEmpty()) {
            problems.add("name is not set");
        }
        if (host == null || topology == null) {
            problems.add("host and topology must not be null");
        }
        ConnectionSettings.check("job contact", problems);
        close();
        return this;
    }

    @Override
    public String toString() {
        return "job=" + name;
    }

    @Override
    JobContactContext self() {
        return this;
    }

    ConnectionSettings settings() {
        return settings("job=" + name);
    }
}
