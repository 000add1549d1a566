package io.millrace.torture;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which network lies between a node and its clients. */
enum NetworkKind {
    /** A relay on the loopback interface. */
    RELAY,
    /** A cable between two network namespaces, and the kernel's own faults. */
    NAMESPACES,
    /** The same cable, with a relay at each end. */
    NAMESPACES_RELAY;

    /** All names. */
    static List<String> names() {
        return Arrays.stream(values()).map(NetworkKind::toString).toList();
    }

    static NetworkKind named(final String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    boolean isInNamespaces() {
        return this != RELAY;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
