package io.millrace.worker;

import io.millrace.streams.Job;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/** The thread that sends outputs and ticks to the node. */
final class ForwardAgent implements Agent {
    private final String name;
    private final Job job;
    private final List<OutputForwarder> outputs;
    private final List<TickForwarder> ticks;
    private final WorkerCounts counts;
    private final Listener listener;
    private volatile boolean isJobClosed;
    private volatile boolean isDrained;

    ForwardAgent(
            final String name,
            final Job job,
            final List<OutputForwarder> outputs,
            final List<TickForwarder> ticks,
            final WorkerCounts counts,
            final Listener listener) {
        this.name = name;
        this.job = job;
        this.outputs = outputs;
        this.ticks = ticks;
        this.counts = counts;
        this.listener = listener;
    }

    /** Says that the job makes no more output in this run. */
    void onJobClosed() {
        isJobClosed = true;
    }

    /** Whether the job makes no more output in this run, and the node has acknowledged all of it. */
    boolean isDrained() {
        return isDrained;
    }

    @Override
    public int doWork() {
        if (listener.isOver()) {
            throw new AgentTerminationException();
        }
        try {
            // Before what it has made is looked at.
            final boolean isComplete = job.isComplete();
            final boolean isLast = isComplete || isJobClosed || job.failure() != null;
            int work = 0;
            long acknowledged = 0;
            long reconnects = 0;
            for (int i = 0; i < outputs.size(); i++) {
                final OutputForwarder output = outputs.get(i);
                work += output.doWork();
                acknowledged += output.acknowledgedCount();
                reconnects += output.reconnectCount();
            }
            for (int i = 0; i < ticks.size(); i++) {
                work += ticks.get(i).doWork();
                reconnects += ticks.get(i).reconnectCount();
            }
            counts.acknowledgedRecords.lazySet(acknowledged);
            counts.forwardReconnects.lazySet(reconnects);
            if (isLast && work == 0 && !isDrained && areOutputsDrained()) {
                isDrained = true;
                if (isComplete) {
                    listener.onComplete();
                }
            }
            if (job.failure() != null) {
                listener.onJobFailure(job.failure());
            }
            return work;
        } catch (final RuntimeException | Error ex) {
            listener.onFailure(ex);
            throw new AgentTerminationException();
        }
    }

    private boolean areOutputsDrained() {
        for (int i = 0; i < outputs.size(); i++) {
            if (!outputs.get(i).isDrained()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void onClose() {
        try {
            outputs.forEach(OutputForwarder::markEnds);
        } finally {
            CloseHelper.quietCloseAll(outputs);
            CloseHelper.quietCloseAll(ticks);
        }
    }

    @Override
    public String roleName() {
        return name;
    }

    /** Who hears how it ends. */
    interface Listener {
        /** Whether there is nothing to do any more. */
        boolean isOver();

        /** The job is complete, and the node has acknowledged all that it made. */
        void onComplete();

        /** The job has failed; what it made before is sent all the same. */
        void onJobFailure(Throwable cause);

        /** Nothing more can be sent. */
        void onFailure(Throwable cause);
    }
}
