package io.millrace.torture.net;

/**
 * What a network does to the datagrams of one direction.
 *
 * @param loss           share of datagrams that get lost, 0 to 1.
 * @param duplicates     share that arrives twice.
 * @param corruption     share of which a bit is turned, behind the checksum of UDP.
 * @param changesHeaders whether that bit may lie in the first 32 bytes, which are the transport's own.
 * @param delayNs        of each datagram.
 * @param jitterNs       of each datagram at most, beyond that; what is sent later may come earlier.
 * @param isCut          whether nothing arrives.
 */
public record Conditions(
        double loss,
        double duplicates,
        double corruption,
        boolean changesHeaders,
        long delayNs,
        long jitterNs,
        boolean isCut) {
    /** A network without faults. */
    public static final Conditions CLEAN = new Conditions(0, 0, 0, false, 0, 0, false);

    /** A network that lets nothing through. */
    public static final Conditions CUT = new Conditions(0, 0, 0, false, 0, 0, true);

    @Override
    public String toString() {
        if (isCut) {
            return "cut";
        }
        return this.equals(CLEAN)
                ? "clean"
                : String.format(
                        "loss=%.0f%% duplicates=%.0f%% corruption=%.2f%%%s delay=%dus jitter=%dus",
                        loss * 100,
                        duplicates * 100,
                        corruption * 100,
                        changesHeaders ? " headers" : "",
                        delayNs / 1000,
                        jitterNs / 1000);
    }
}
