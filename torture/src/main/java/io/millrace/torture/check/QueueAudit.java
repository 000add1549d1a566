package io.millrace.torture.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Goes through the commands of a queue in {@code __broker} and computes anew, in log time, who held which message until when: no message may be
 * delivered while another delivery of it lasts, before its delay is over, or after it was acked. What consumers were told of their acks has to be
 * what comes out here.
 *
 * <p>Whatever has ended by the time of a command ends before it is carried out. A run has one group and one queue.
 */
final class QueueAudit {
    private static final String TOPIC = "__broker";

    private final QueueRules rules;
    private final HistoryFindings findings;
    private final AuditedMembers members = new AuditedMembers();
    private final Map<Place, Message> open = new HashMap<>();
    private final Map<Place, Message> ended = new HashMap<>();
    private long timeNs;
    private long deliveries;
    private boolean isWhole = true;

    /** Where a message lies. */
    private record Place(int partition, long position) {}

    /** How far it is. */
    private static final class Message {
        private final Place place;
        private State state = State.WAITING;
        private int delivery;
        private long holder;
        private long deadlineNs;

        private Message(final Place place) {
            this.place = place;
        }
    }

    private enum State {
        HELD,
        WAITING,
        DEAD,
        ACKED
    }

    QueueAudit(final QueueRules rules, final HistoryFindings findings) {
        this.rules = rules;
        this.findings = findings;
    }

    /** Whether all commands are still there: older ones go when a snapshot takes their place. */
    boolean isWhole() {
        return isWhole;
    }

    /** How many deliveries there were. */
    long deliveries() {
        return deliveries;
    }

    /** Whether an ack under this number counts. */
    boolean isAcked(final int partition, final long position, final long delivery) {
        final Message message = ended.get(new Place(partition, position));
        return message != null && message.state == State.ACKED && message.delivery == delivery;
    }

    /** Whether an ack of it counts, whoever has sent it. */
    boolean isAcked(final int partition, final long position) {
        final Message message = ended.get(new Place(partition, position));
        return message != null && message.state == State.ACKED;
    }

    void read(final StoreReader store) {
        final PartitionRecords records = store.records(store.topic(TOPIC), 0);
        isWhole = records.begin() == 0;
        while (isWhole && records.hasNext()) {
            final StoredRecord record = records.next();
            if (record.kind() == StoredRecord.Kind.DATA) {
                apply(record);
            }
        }
    }

    void apply(final StoredRecord record) {
        final BrokerCommand command = new BrokerCommand(record);
        if (command.number() == BrokerCommand.SNAPSHOT_PART) {
            return;
        }
        timeNs = Math.max(timeNs, command.logTimeNs());
        if (command.number() == BrokerCommand.NODE_STARTED) {
            members.renewAll(timeNs);
            open.values().stream()
                    .filter(message -> message.state == State.HELD)
                    .forEach(message -> message.deadlineNs = Math.max(message.deadlineNs, timeNs + rules.leaseNs()));
        } else if (command.number() == BrokerCommand.TICK) {
            for (int i = 0; i < command.count(); i++) {
                members.renew(command.heard(i), timeNs);
            }
        }
        expire();
        switch (command.number()) {
            case BrokerCommand.LEAVE -> leave(command.member());
            case BrokerCommand.GROUP_JOIN -> members.enter(command.key(), false, command.durationNs(), timeNs);
            case BrokerCommand.QUEUE_ATTACH -> members.enter(command.key(), true, command.durationNs(), timeNs);
            case BrokerCommand.QUEUE_DELIVER -> deliver(command);
            case BrokerCommand.QUEUE_SETTLE -> settle(command);
            default -> {
                // Says nothing of who holds what.
            }
        }
    }

    private void expire() {
        comeBack(message -> message.deadlineNs <= timeNs);
        members.expire(timeNs).forEach(this::giveBack);
    }

    private void leave(final long member) {
        members.leave(member);
        giveBack(member);
    }

    private void giveBack(final long member) {
        comeBack(message -> message.holder == member);
    }

    private void comeBack(final Predicate<Message> which) {
        final List<Message> back = open.values().stream()
                .filter(message -> message.state == State.HELD && which.test(message))
                .toList();
        back.forEach(message -> comeBack(message, 0));
    }

    private void comeBack(final Message message, final long delayNs) {
        message.deadlineNs = timeNs + delayNs;
        if (message.delivery < rules.maxDeliveries()) {
            message.state = State.WAITING;
        } else {
            end(message, State.DEAD);
        }
    }

    private void end(final Message message, final State state) {
        message.state = state;
        open.remove(message.place);
        ended.put(message.place, message);
    }

    private void deliver(final BrokerCommand command) {
        for (int i = 0; i < command.count() && members.isConsumer(command.member()); i++) {
            final Place place = new Place(command.partition(i), command.deliveredPosition(i));
            final Message over = ended.remove(place);
            final Message message = over != null ? over : open.getOrDefault(place, new Message(place));
            open.put(place, message);
            if (message.state != State.WAITING || message.deadlineNs > timeNs) {
                findings.doubled("delivered while it is " + message.state + " for another "
                        + (message.deadlineNs - timeNs) / 1_000_000 + " ms: " + place + " delivery="
                        + message.delivery + " consumer=" + message.holder + " next=" + command.member());
            }
            message.state = State.HELD;
            message.delivery++;
            message.holder = command.member();
            message.deadlineNs = timeNs + rules.leaseNs();
            deliveries++;
        }
    }

    private void settle(final BrokerCommand command) {
        for (int i = 0; i < command.count() && members.isConsumer(command.member()); i++) {
            final Message message = open.get(new Place(command.partition(i), command.settledPosition(i)));
            if (message == null
                    || message.state != State.HELD
                    || message.holder != command.member()
                    || message.delivery != command.settledDelivery(i)) {
                continue;
            }
            switch (command.settlement()) {
                case BrokerCommand.ACK -> end(message, State.ACKED);
                case BrokerCommand.NACK -> comeBack(message, command.durationNs());
                default -> message.deadlineNs = timeNs + command.durationNs();
            }
        }
    }
}
