package io.millrace.perf.compare.carrier;

import io.millrace.perf.compare.contender.ContenderKind;
import java.util.ServiceLoader;

/** Finds the carrier of a contender. */
public final class Carriers {
    private Carriers() {}

    /**
     * The carrier of a contender: ours, plain Aeron, or one that the module of a peer provides as a service.
     *
     * @param kind of contender.
     * @return the carrier.
     * @throws IllegalArgumentException when it carries no messages between processes.
     */
    public static Carrier of(final ContenderKind kind) {
        return switch (kind) {
            case PLAIN_IPC -> new AeronCarrier(false);
            case PLAIN_UDP -> new AeronCarrier(true);
            case NODE_IPC -> new MillraceCarrier(false, false);
            case NODE_UDP -> new MillraceCarrier(true, false);
            case NODE_IPC_LOG -> new MillraceCarrier(false, true);
            case NODE_UDP_LOG -> new MillraceCarrier(true, true);
            case KAFKA ->
                ServiceLoader.load(Carrier.class)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "the classes of " + kind.peer() + " are not on the class path"));
            default -> throw new IllegalArgumentException("carries nothing between processes: " + kind.id());
        };
    }
}
