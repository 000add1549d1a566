package io.millrace.torture.net;

import io.aeron.driver.MediaDriver;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.GroupListener;
import io.millrace.transport.GroupSubscriber;
import io.millrace.transport.GroupSubscriberContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process of a network run that is a member of a consumer group. It writes down what it is given, what it processes, and what the
 * node has committed; it commits several times a second, and as well when it is to let a partition go.
 */
public final class MemberLife implements GroupListener {
    private static final int LIMIT = 32;
    private static final long NONE = -1;
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long COMMIT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final String topic;
    private final MemberHistory history;
    private final TakenRecord taken = new TakenRecord();
    private final long[] epochs;
    private final long[] starts;
    private final long[] positions;
    private final long[] committed;
    private GroupSubscriber member;
    private long knownMember;
    private long callBeginNs;
    private long commitDueNs;

    private MemberLife(final LifeSettings settings, final MemberHistory history) {
        this.topic = settings.text("topic");
        this.history = history;
        final int partitions = settings.number("partitions");
        epochs = new long[partitions];
        Arrays.fill(epochs, NONE);
        starts = new long[partitions];
        positions = new long[partitions];
        committed = new long[partitions];
    }

    /**
     * Is a member until it is told to leave, or to go to the end and then to leave.
     *
     * @param args settings.
     * @throws IOException if the history cannot be written.
     */
    public static void main(final String[] args) throws IOException {
        final LifeSettings settings = new LifeSettings(args);
        final Orders orders = Orders.listen();
        int status;
        try (MediaDriver driver = ClientLife.launchDriver(settings);
                MemberHistory history = MemberHistory.create(Path.of(settings.text("history")))) {
            status = new MemberLife(settings, history).run(driver, settings, orders);
        }
        System.exit(status);
    }

    private int run(final MediaDriver driver, final LifeSettings settings, final Orders orders) {
        try (GroupSubscriber joined = ClientLife.connect(() -> {
            callBeginNs = System.nanoTime();
            return GroupSubscriber.connect(ClientLife.prepare(new GroupSubscriberContext(), driver, settings)
                    .group(settings.text("group"))
                    .topics(topic)
                    .memberName("member-" + settings.text("client"))
                    .leaseNs(TimeUnit.MILLISECONDS.toNanos(settings.number("leaseMs")))
                    .autoCommitIntervalNs(0)
                    .listener(this));
        })) {
            member = joined;
            noteOwnership();
            Orders.answer("UP");
            follow(orders);
            history.end();
            return ClientLife.OK;
        } catch (final MillraceException e) {
            return ClientLife.end(e);
        }
    }

    private void follow(final Orders orders) {
        String order = null;
        while (order == null || !isDone(order)) {
            // First of all, so that one that was stopped beyond its lease says what it still believes.
            if (System.nanoTime() - commitDueNs >= 0) {
                commitDueNs = System.nanoTime() + COMMIT_INTERVAL_NS;
                callBeginNs = System.nanoTime();
                commit();
                noteOwnership();
            }
            callBeginNs = System.nanoTime();
            final int count = member.poll(this::onRecord, LIMIT);
            noteOwnership();
            if (count == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
            final String next = orders.next();
            order = next == null ? order : next;
        }
        commit();
    }

    private boolean isDone(final String order) {
        if (!order.startsWith("finish ")) {
            return true;
        }
        final String[] ends = order.substring("finish ".length()).split(" ");
        for (int i = 0; i < ends.length; i++) {
            if (epochs[i] == NONE || committed[i] < Long.parseLong(ends[i])) {
                return false;
            }
        }
        return true;
    }

    private void onRecord(final String ofTopic, final int partition, final RecordFlyweight record) {
        if (member.epoch(topic, partition) != epochs[partition]) {
            // The session was lost, and the same call has opened another one.
            noteOwnership();
        }
        history.taken(partition, record.position(), epochs[partition], taken.of(record));
        positions[partition] = record.nextPosition();
    }

    @Override
    public void onAssigned(final String ofTopic, final int partition, final long position) {
        starts[partition] = position;
    }

    @Override
    public void onRevoked(final String ofTopic, final int partition) {
        commit();
    }

    private void noteOwnership() {
        if (member.memberId() != knownMember) {
            knownMember = member.memberId();
            history.joined(knownMember, callBeginNs);
        }
        for (int i = 0; i < epochs.length; i++) {
            final long epoch = member.epoch(topic, i);
            if (epoch != epochs[i] && epoch != NONE) {
                history.assigned(i, starts[i], epoch, System.nanoTime());
                positions[i] = starts[i];
                committed[i] = starts[i];
            }
            epochs[i] = epoch;
        }
        history.flush();
    }

    private void commit() {
        final long[] sent = new long[epochs.length];
        final long[] sentEpochs = new long[epochs.length];
        boolean hasNews = false;
        for (int i = 0; i < epochs.length; i++) {
            sentEpochs[i] = member.epoch(topic, i);
            sent[i] = sentEpochs[i] != NONE && sentEpochs[i] == epochs[i] ? positions[i] : NONE;
            if (sent[i] > committed[i]) {
                history.commits(i, sent[i], sentEpochs[i]);
                hasNews = true;
            }
        }
        history.flush();
        if (!hasNews) {
            return;
        }
        try {
            member.commitSync();
            for (int i = 0; i < sent.length; i++) {
                if (sent[i] > committed[i]) {
                    history.committed(i, sent[i], sentEpochs[i]);
                    committed[i] = sent[i];
                }
            }
        } catch (final MillraceException e) {
            if (e.code() == ErrorCode.FENCED) {
                history.refused();
            } else if (e.code() != ErrorCode.TRANSPORT) {
                throw e;
            }
        }
        history.flush();
    }
}
