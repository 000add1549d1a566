package io.millrace.torture;

import io.millrace.torture.net.ConsumerLife;
import io.millrace.torture.net.MemberLife;
import io.millrace.torture.net.PublisherLife;
import io.millrace.torture.net.SubscriberLife;
import java.util.Locale;

/** What a client of a network run is. */
enum NetworkRole {
    PUBLISHER(PublisherLife.class),
    SUBSCRIBER(SubscriberLife.class),
    /** Of a consumer group. */
    MEMBER(MemberLife.class),
    /** Of a queue. */
    CONSUMER(ConsumerLife.class);

    private final Class<?> life;

    NetworkRole(final Class<?> life) {
        this.life = life;
    }

    Class<?> life() {
        return life;
    }

    /** Whether all lives write into one history. */
    boolean hasOneHistory() {
        return this == SUBSCRIBER;
    }

    /** Whether the node waits for it no longer than a lease. */
    boolean hasLease() {
        return this == MEMBER || this == CONSUMER;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
