package io.millrace.node;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.node.access.Operation;
import io.millrace.transport.egress.JobEventProxy;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobSummary;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** What jobs in processes of their own tell the node, and what people want to know of them. The node's agent thread. */
final class JobDesk {
    private final NodeContext context;
    private final SessionDesk sessions;
    private final EmbeddedJobs embedded;
    private final JobRegistry registry = new JobRegistry();
    private final JobEventProxy proxy = new JobEventProxy();

    JobDesk(final NodeContext context, final SessionDesk sessions, final EmbeddedJobs embedded) {
        this.context = context;
        this.sessions = sessions;
        this.embedded = embedded;
    }

    boolean onRegisterJob(final int clientId, final JobRegistration job) {
        final ClientSession session = sessions.session(clientId);
        try {
            sessions.checkAllowed(session, Operation.JOB, job.name());
            checkNotEmbedded(job.name());
            registry.register(job, new SessionLink(session, proxy), sessions.nowNs());
            session.answer(egress -> proxy.registered(egress, job.correlationId()));
        } catch (final RuntimeException ex) {
            sessions.reject(session, job.correlationId(), ex);
        }
        return true;
    }

    void onReportJob(final int clientId, final long jobKey, final JobReport report) {
        final ClientSession session = sessions.session(clientId);
        registry.report(jobKey, report, new SessionLink(session, proxy), sessions.nowNs());
    }

    boolean onListJobs(final int clientId, final long correlationId, final String after) {
        final ClientSession session = sessions.session(clientId);
        try {
            final Predicate<String> isVisible =
                    name -> context.accessList().isAllowed(session.principal(), Operation.JOB, name);
            final List<JobSummary> found =
                    registry.list(after, isVisible, JobEventProxy.MAX_JOBS + 1, sessions.nowNs());
            for (final JobSummary job : embedded.list(after)) {
                if (isVisible.test(job.name())) {
                    found.add(job);
                }
            }
            found.sort(Comparator.comparing(JobSummary::name));
            final boolean hasMore = found.size() > JobEventProxy.MAX_JOBS;
            final List<JobSummary> page = hasMore ? List.copyOf(found.subList(0, JobEventProxy.MAX_JOBS)) : found;
            session.answer(egress -> proxy.jobs(egress, correlationId, page, hasMore));
        } catch (final RuntimeException ex) {
            sessions.reject(session, correlationId, ex);
        }
        return true;
    }

    boolean onStopJob(final int clientId, final long correlationId, final String name) {
        final ClientSession session = sessions.session(clientId);
        try {
            sessions.checkAllowed(session, Operation.JOB, name);
            checkNotEmbedded(name);
            final long key = registry.stop(name, sessions.nowNs());
            session.answer(egress -> proxy.stopping(egress, correlationId, key));
        } catch (final RuntimeException ex) {
            sessions.reject(session, correlationId, ex);
        }
        return true;
    }

    private void checkNotEmbedded(final String name) {
        if (embedded.isAtWork(name)) {
            throw new MillraceException(
                    ErrorCode.IN_USE,
                    "a job of this name runs in the node's own process, and is stopped there: job=" + name);
        }
    }

    private record SessionLink(ClientSession session, JobEventProxy proxy) implements JobRegistry.JobLink {
        @Override
        public boolean isOpen() {
            return session.isTaking();
        }

        @Override
        public void stopRequested(final long key) {
            session.answer(egress -> proxy.stopRequested(egress, key));
        }

        @Override
        public void replaced(final long key) {
            session.answer(egress -> proxy.replaced(egress, key));
        }
    }
}
