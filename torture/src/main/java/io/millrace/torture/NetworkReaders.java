package io.millrace.torture;

import java.util.List;
import java.util.Locale;

/** Who reads what publishers send, in a round of a network run. */
enum NetworkReaders {
    /** Two subscribers, each of which has to see all. */
    SUBSCRIBERS(List.of(NetworkRole.SUBSCRIBER, NetworkRole.SUBSCRIBER)),
    /** Two members of a group and two consumers of a queue, which share it. */
    MEMBERS(List.of(NetworkRole.MEMBER, NetworkRole.MEMBER, NetworkRole.CONSUMER, NetworkRole.CONSUMER));

    private final List<NetworkRole> roles;

    NetworkReaders(final List<NetworkRole> roles) {
        this.roles = roles;
    }

    /** Whether this trouble can happen to them. */
    boolean suffers(final NetworkTrouble trouble) {
        return trouble != NetworkTrouble.OUTLIVE || this == MEMBERS;
    }

    List<NetworkRole> roles() {
        return roles;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
