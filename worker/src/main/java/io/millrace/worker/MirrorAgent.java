package io.millrace.worker;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/** The thread that keeps the mirrors. */
final class MirrorAgent implements Agent {
    private final String name;
    private final List<SourceMirror> mirrors;
    private final BooleanSupplier isOver;
    private final Consumer<Throwable> onFailure;
    private final AtomicLong reconnectCount;

    MirrorAgent(
            final String name,
            final List<SourceMirror> mirrors,
            final BooleanSupplier isOver,
            final Consumer<Throwable> onFailure,
            final AtomicLong reconnectCount) {
        this.name = name;
        this.mirrors = mirrors;
        this.isOver = isOver;
        this.onFailure = onFailure;
        this.reconnectCount = reconnectCount;
    }

    @Override
    public int doWork() {
        if (isOver.getAsBoolean()) {
            throw new AgentTerminationException();
        }
        try {
            int work = 0;
            long reconnects = 0;
            for (int i = 0; i < mirrors.size(); i++) {
                work += mirrors.get(i).poll();
                reconnects += mirrors.get(i).reconnectCount();
            }
            reconnectCount.lazySet(reconnects);
            return work;
        } catch (final RuntimeException | Error ex) {
            onFailure.accept(ex);
            throw new AgentTerminationException();
        }
    }

    @Override
    public void onClose() {
        CloseHelper.quietCloseAll(mirrors);
    }

    @Override
    public String roleName() {
        return name;
    }
}
