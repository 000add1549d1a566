package io.millrace.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** A queue of one partition as plainly as it can be written: a map of messages, and one of consumers with their deadlines. */
final class QueueModel {
    private final long leaseNs;
    private final int maxDeliveries;
    private final int maxOutstanding;
    private final TreeMap<Long, Message> messages = new TreeMap<>();
    private final TreeMap<Long, Long> deadlines = new TreeMap<>();
    private long deliveredTo;
    private long letters;
    private long acked;
    private long now;

    QueueModel(final long leaseNs, final int maxDeliveries, final int maxOutstanding) {
        this.leaseNs = leaseNs;
        this.maxDeliveries = maxDeliveries;
        this.maxOutstanding = maxOutstanding;
    }

    void advance(final long now) {
        messages.values().stream()
                .filter(one -> one.isHeld() && one.until <= now)
                .forEach(one -> back(one, now));
        for (final long id : new ArrayList<>(deadlines.keySet())) {
            if (deadlines.get(id) <= now) {
                leave(id, now);
            }
        }
        this.now = now;
    }

    void leave(final long id) {
        leave(id, now);
    }

    void attach(final long id, final long at) {
        deadlines.merge(id, at + leaseNs, Math::max);
    }

    void renew(final Collection<Long> heard, final long at) {
        for (final long id : heard) {
            deadlines.computeIfPresent(id, (key, until) -> until > at ? Math.max(until, at + leaseNs) : until);
        }
    }

    void nodeStarted(final long at) {
        deadlines.replaceAll((id, until) -> Math.max(until, at + leaseNs));
        messages.values().stream()
                .filter(Message::isHeld)
                .forEach(one -> one.until = Math.max(one.until, at + leaseNs));
    }

    void deliver(final long id, final long position, final long at) {
        if (!deadlines.containsKey(id)) {
            return;
        }
        final Message known = messages.get(position);
        if (known == null && position >= deliveredTo && outstanding() < maxOutstanding) {
            deliveredTo = position + 8;
            messages.put(position, new Message(position));
            messages.get(position).hold(id, at + leaseNs);
        } else if (known != null && known.state.equals("WAITING") && known.until <= at) {
            known.hold(id, at + leaseNs);
        }
    }

    void ack(final long id, final long position, final int delivery) {
        if (holds(id, position, delivery)) {
            messages.get(position).state = "DONE";
            acked++;
        }
    }

    void nack(final long id, final long position, final int delivery, final long at, final long delay) {
        if (holds(id, position, delivery)) {
            back(messages.get(position), at + delay);
        }
    }

    void extend(final long id, final long position, final int delivery, final long until) {
        if (holds(id, position, delivery)) {
            messages.get(position).until = until;
        }
    }

    void bury(final long position) {
        messages.get(position).state = "DONE";
    }

    long ackedCount() {
        return acked;
    }

    List<String> lines() {
        return messages.values().stream()
                .filter(one -> !one.state.equals("DONE"))
                .map(one -> line(one.position, one.state, one.delivery, one.holder, one.until, one.letter))
                .toList();
    }

    static List<String> of(final MessageQueue queue) {
        return queue.partitions().get(0).messages().stream()
                .map(one -> line(
                        one.position(),
                        one.state().name(),
                        one.delivery(),
                        one.consumerId(),
                        one.deadlineNs(),
                        one.letterNumber()))
                .toList();
    }

    private static String line(
            final long position,
            final String state,
            final int delivery,
            final long holder,
            final long until,
            final long letter) {
        return position + " " + state + " delivery " + delivery + " holder " + holder
                + (letter < 0 ? " until " + until : " letter " + letter);
    }

    private long outstanding() {
        return messages.values().stream()
                .filter(one -> !one.state.equals("DONE"))
                .count();
    }

    private boolean holds(final long id, final long position, final int delivery) {
        final Message one = messages.get(position);
        return one != null && deadlines.containsKey(id) && one.isHeld() && one.holder == id && one.delivery == delivery;
    }

    private void leave(final long id, final long at) {
        if (deadlines.remove(id) != null) {
            messages.values().stream()
                    .filter(one -> one.isHeld() && one.holder == id)
                    .forEach(one -> back(one, at));
        }
    }

    private void back(final Message one, final long from) {
        if (one.delivery == maxDeliveries) {
            one.state = "DEAD";
            one.letter = letters++;
        } else {
            one.state = "WAITING";
            one.until = from;
        }
    }

    private static final class Message {
        final long position;
        String state = "NEW";
        int delivery;
        long holder;
        long until;
        long letter = -1;

        Message(final long position) {
            this.position = position;
        }

        boolean isHeld() {
            return state.equals("HELD");
        }

        void hold(final long id, final long until) {
            state = "HELD";
            holder = id;
            delivery++;
            this.until = until;
        }
    }
}
