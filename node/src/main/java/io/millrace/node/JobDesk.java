package io.millrace.node;

import io.millrace.node.access.Operation;
import io.millrace.transport.egress.JobEventProxy;
import io.millrace.transport.protocol.JobRegistration;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobSummary;
import java.util.List;

/** What jobs in processes of their own tell the node, and what people want to know of them. The node's agent thread. */
final class JobDesk {
    private final NodeContext context;
    private final SessionDesk sessions;
    private final JobRegistry registry = new JobRegistry();
    private final JobEventProxy proxy = new JobEventProxy();

    JobDesk(final NodeContext context, final SessionDesk sessions) {
        this.context = context;
        this.sessions = sessions;
    }

    boolean onRegisterJob(final int clientId, final JobRegistration job) {
        final ClientSession session = sessions.session(clientId);
        try {
            sessions.checkAllowed(session, Operation.JOB, job.name());
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
            final List<JobSummary> found = registry.list(
                    after,
                    name -> context.accessList().isAllowed(session.principal(), Operation.JOB, name),
                    JobEventProxy.MAX_JOBS + 1,
                    sessions.nowNs());
            final boolean hasMore = found.size() > JobEventProxy.MAX_JOBS;
            final List<JobSummary> page = hasMore ? found.subList(0, JobEventProxy.MAX_JOBS) : found;
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
            final long key = registry.stop(name, sessions.nowNs());
            session.answer(egress -> proxy.stopping(egress, correlationId, key));
        } catch (final RuntimeException ex) {
            sessions.reject(session, correlationId, ex);
        }
        return true;
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
